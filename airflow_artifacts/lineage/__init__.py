"""The lineage database: which versions there are, which task runs made and read them, and what a store may delete.

The only package here that imports SQLAlchemy. :class:`Lineage` is all that others see; behind it, each module holds
the queries of one noun, as functions of a session.
"""

from __future__ import annotations

from airflow_artifacts.lineage.connections import SERVER, TASK, TRIGGERER, Connections
from airflow_artifacts.lineage.entries import EntryTaken
from airflow_artifacts.lineage.facade import Lineage
from airflow_artifacts.lineage.objects import ObjectsNotLive
from airflow_artifacts.lineage.urls import secrets_of

__all__ = ["SERVER", "TASK", "TRIGGERER", "Connections", "EntryTaken", "Lineage", "ObjectsNotLive", "secrets_of"]
