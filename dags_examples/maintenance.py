"""A DAG that keeps the store small: what nobody needs goes, and a sample of what is kept is verified.

It runs by hand here; let it run by night with ``schedule="@daily"``.
"""

from __future__ import annotations

from airflow_artifacts import maintenance

maintenance(schedule=None, forget_older_than="90d", forget_keep_last=10, sample="1000")
