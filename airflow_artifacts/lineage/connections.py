"""How many connections a process has to the lineage database, and how that database's server names them."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from airflow_artifacts.exceptions import ConfigurationError
from airflow_artifacts.lineage.urls import SETTING, masked

if TYPE_CHECKING:
    import sqlalchemy as sa

__all__ = ["SERVER", "TASK", "TRIGGERER", "Connections"]

# In the query of the URL, beside what the driver knows.
_PARAMETER = "connections"


@dataclasses.dataclass(frozen=True, slots=True)
class Connections:
    """What one process may have open at once.

    Attributes:
        most: How many; who needs one more waits for it.
        kept: How many of them stay open when nobody uses them.
        application: What PostgreSQL shows as ``application_name``.
    """

    most: int
    kept: int
    application: str

    def chosen(self, url: sa.URL) -> tuple[sa.URL, Connections]:
        """Return a URL as the driver takes it, with the connections that it asks for: ``?connections=5``.

        Raises:
            ConfigurationError: The number is none.
        """
        text = url.query.get(_PARAMETER)
        if text is None:
            return url, self
        if not (isinstance(text, str) and text.isdecimal() and int(text) > 0):
            message = (
                f"{SETTING} {masked(url)!r} asks for {_PARAMETER}={text!r}; give how many a process may have, from 1"
            )
            raise ConfigurationError(message)
        most = int(text)
        return url.difference_update_query([_PARAMETER]), dataclasses.replace(
            self, most=most, kept=min(self.kept, most)
        )


TASK = Connections(most=3, kept=1, application="airflow-artifacts")
"""Of tasks, shells and commands: one thread asks, one renews a lease, one is the function's own. A task that computes
keeps one open."""

SERVER = Connections(most=10, kept=2, application="airflow-artifacts api-server")
"""Of a process of the API server, whose threads share them."""

TRIGGERER = Connections(most=3, kept=1, application="airflow-artifacts triggerer")
"""Of a triggerer, whose triggers look for versions by turns, however many they are."""
