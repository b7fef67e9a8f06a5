"""Airflow's login, permissions and audit log, as the API of artifacts asks for them; for the API server alone."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from airflow.api_fastapi.app import get_auth_manager
from airflow.api_fastapi.auth.managers.models.resource_details import DagAccessEntity, DagDetails
from airflow.api_fastapi.core_api.security import bearer_scheme, get_user
from airflow.models.dag import DagModel
from airflow.models.log import Log
from airflow.sdk.configuration import conf
from airflow.utils.session import create_session

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request

    from airflow_artifacts.ui.api.access import User

__all__ = ["AirflowAccess", "AirflowUser"]

VIEW = "Artifacts"
"""The view whose permission counts for what no DAG made."""


class AirflowUser:
    """Someone who is logged in to Airflow.

    Args:
        user: As the auth manager knows them.
    """

    def __init__(self, user: Any) -> None:
        self._user = user

    @property
    def name(self) -> str:
        """How people know them."""
        return str(self._user.get_name())

    def readable(self, dags: frozenset[str]) -> frozenset[str]:
        """Return those of some DAGs that they may read; the DAGs need not exist any more."""
        found: set[str] = set()
        for team, ids in _by_team(dags).items():
            found |= get_auth_manager().filter_authorized_dag_ids(
                dag_ids=ids, user=self._user, method="GET", team_name=team
            )
        return frozenset(found)

    def may_edit(self, dag: str) -> bool:
        """Whether they may change a DAG."""
        return self._may(dag, "PUT")

    def may_run(self, dag: str) -> bool:
        """Whether they may trigger a DAG."""
        return self._may(dag, "POST", DagAccessEntity.RUN)

    def may_read_others(self) -> bool:
        """Whether they may read artifacts that no DAG made."""
        return bool(get_auth_manager().is_authorized_custom_view(method="GET", resource_name=VIEW, user=self._user))

    def may_edit_others(self) -> bool:
        """Whether they may change artifacts that no DAG made.

        Some auth managers, as Airflow's simple one, do not tell reading a view from changing it, but do so for assets.
        """
        manager = get_auth_manager()
        may_change_view = manager.is_authorized_custom_view(method="PUT", resource_name=VIEW, user=self._user)
        return bool(may_change_view and manager.is_authorized_asset(method="PUT", user=self._user))

    def _may(self, dag: str, method: Any, entity: DagAccessEntity | None = None) -> bool:
        teams = _by_team(frozenset({dag}))
        return bool(teams) and get_auth_manager().is_authorized_dag(
            method=method,
            access_entity=entity,
            details=DagDetails(id=dag, team_name=next(iter(teams))),
            user=self._user,
        )


class AirflowAccess:
    """Airflow's login and audit log."""

    async def user(self, request: Request) -> AirflowUser:
        """Return who asks, by the token of the request or the cookie of Airflow's page.

        Raises:
            HTTPException: Nobody is logged in.
        """
        return AirflowUser(await get_user(request, None, await bearer_scheme(request)))

    def log(self, user: User, event: str, dag: str | None, extra: Mapping[str, Any]) -> None:
        """Write to the audit log that a user changes something."""
        row = Log(event=event, owner=user.name, owner_display_name=user.name, extra=json.dumps(dict(extra)))
        row.dag_id = dag
        with create_session() as session:
            session.add(row)


def _by_team(dags: frozenset[str]) -> dict[str | None, set[str]]:
    """Return DAGs by the team that they belong to; where there are teams, those whose team is not known are nobody's.

    Of a DAG that Airflow has deleted it has forgotten the team, too.
    """
    if not dags or not conf.getboolean("core", "multi_team", fallback=False):
        return {None: set(dags)} if dags else {}
    with create_session() as session:
        known = session.query(DagModel.dag_id).filter(DagModel.dag_id.in_(dags))
        existing = {dag_id for (dag_id,) in known}
    teams = DagModel.get_dag_id_to_team_name_mapping(sorted(existing))
    found: dict[str | None, set[str]] = {}
    for dag_id in existing:
        found.setdefault(teams.get(dag_id), set()).add(dag_id)
    return found
