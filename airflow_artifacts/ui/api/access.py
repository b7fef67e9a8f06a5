"""Who asks, and what they may see and change: what the API needs of Airflow's authorization."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request

__all__ = ["Access", "User"]


class User(Protocol):
    """A person or program that is logged in; every question is asked anew for each request."""

    @property
    def name(self) -> str:
        """How people know them."""
        ...

    def readable(self, dags: frozenset[str]) -> frozenset[str]:
        """Return those of some DAGs that they may read; the DAGs need not exist any more."""
        ...

    def may_edit(self, dag: str) -> bool:
        """Whether they may change a DAG."""
        ...

    def may_run(self, dag: str) -> bool:
        """Whether they may trigger a DAG."""
        ...

    def may_read_others(self) -> bool:
        """Whether they may read artifacts that no DAG made."""
        ...

    def may_edit_others(self) -> bool:
        """Whether they may change artifacts that no DAG made."""
        ...


class Access(Protocol):
    """Airflow's login and audit log."""

    async def user(self, request: Request) -> User:
        """Return who asks.

        Raises:
            HTTPException: 401, nobody is logged in.
        """
        ...

    def log(self, user: User, event: str, dag: str | None, extra: Mapping[str, Any]) -> None:
        """Write to the audit log that a user changes something, which is then done."""
        ...
