"""The plugin. Airflow imports it in every process, so that XCom can restore references wherever they arrive."""

from __future__ import annotations

from airflow.sdk.plugins_manager import AirflowPlugin

from airflow_artifacts.provider.xcom import allow_references

__all__ = ["ArtifactsPlugin"]


class ArtifactsPlugin(AirflowPlugin):
    """What Airflow loads of this package in every process."""

    name = "artifacts"


allow_references()
