"""The JSON API behind the page: what the client answers, for those who may see it."""

from airflow_artifacts.ui.api.app import create_app

__all__ = ["create_app"]
