"""The store: bytes by their digest, on any fsspec filesystem. The only folder that imports fsspec."""

from __future__ import annotations

from airflow_artifacts.store.failures import PassingError
from airflow_artifacts.store.local_cache import LOCAL_CACHE_SIZE, LocalCache
from airflow_artifacts.store.objects import ObjectStore
from airflow_artifacts.store.patience import PATIENCE
from airflow_artifacts.store.reader import Reader
from airflow_artifacts.store.spool import Spool
from airflow_artifacts.store.writing import Writing

__all__ = ["LOCAL_CACHE_SIZE", "PATIENCE", "LocalCache", "ObjectStore", "PassingError", "Reader", "Spool", "Writing"]
