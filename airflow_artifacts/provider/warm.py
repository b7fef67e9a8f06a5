"""Loaded once by the server from which the processes that decide are forked: all that does not change with DAG files.

Airflow keeps its database from the code of triggers by a URL that leads nowhere, with which Airflow itself cannot be
imported. Another such URL stands in its place meanwhile.
"""

from __future__ import annotations

import os

os.environ["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"] = "sqlite://"

import airflow.__main__  # noqa: F401 - which each process looks for as its main module
import pandas as pd  # noqa: F401 - which many DAG files import
import pyarrow as pa  # noqa: F401 - as pandas
from airflow.sdk.execution_time.supervisor import block_orm_access

import airflow_artifacts.provider.deciding  # noqa: F401 - what a process does

block_orm_access()  # type: ignore[no-untyped-call]
