"""The plugin. Airflow imports it in every process, so that XCom can restore references wherever they arrive."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from airflow.sdk.plugins_manager import AirflowPlugin

from airflow_artifacts.provider.xcom import allow_references
from airflow_artifacts.registry import import_name

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["ArtifactsPlugin"]


class _WhenAsked:
    """A list of the plugin that is made when it is first asked for, which no task process ever does."""

    def __init__(self, maker: str) -> None:
        self._maker = maker
        self._made: list[Any] | None = None

    def __get__(self, instance: object, owner: type | None = None) -> list[Any]:
        if self._made is None:
            make = cast("Callable[[], list[Any]]", import_name(self._maker))
            self._made = make()
        return self._made


class ArtifactsPlugin(AirflowPlugin):
    """What Airflow loads of this package in every process, and the page, which its API server asks for."""

    name = "artifacts"
    fastapi_apps = _WhenAsked("airflow_artifacts.provider.pages:fastapi_apps")
    react_apps = _WhenAsked("airflow_artifacts.provider.pages:react_apps")


allow_references()
