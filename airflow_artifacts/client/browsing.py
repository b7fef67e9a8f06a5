"""Browsing: what pages of a catalogue ask, in pages and sums rather than one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from airflow_artifacts.client.base import BaseClient

if TYPE_CHECKING:
    from airflow_artifacts.lineage.catalogue import Catalogue

__all__ = ["BrowsingClient"]


class BrowsingClient(BaseClient):
    """What gives the catalogue."""

    @property
    def catalogue(self) -> Catalogue:
        """Artifacts, versions and task runs in pages, facets, series and an overview."""
        self._cannot_repeat("catalogue")
        return self.lineage.catalogue
