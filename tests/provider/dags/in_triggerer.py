"""Tasks whose hits are found in the triggerer, and some that have to be left to a worker."""

from __future__ import annotations

from typing import Annotated

from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.sdk import DAG, task

from airflow_artifacts import INPUTS, SOURCE, CacheCheckOperator

OPTIONS = {"cache": (INPUTS + SOURCE).scope("dag"), "hits": "triggerer", "retries": 0}


@task.artifact
def number(n: int) -> int:
    return n


@task.artifact
def double(x: int) -> int:
    return 2 * x


@task.artifact
def both(x: int) -> tuple[int, int]:
    return x, -x


@task.artifact
def total(low: int, high: int) -> int:
    return low + high


@task.artifact
def named(n: int) -> Annotated[int, "in_triggerer/named"]:
    return n


with DAG("in_triggerer", schedule=None, default_args=OPTIONS) as in_triggerer:
    low, high = both(double(number(1)))
    total(low, high)
    double.override(task_id="of_run")("{{ dag_run.conf['n'] }}")
    double.override(task_id="quiet", do_xcom_push=False)(3)

with DAG("in_triggerer_unclear", schedule=None, default_args=OPTIONS):
    double.override(task_id="of_clears")("{{ dag_run.clear_number }}")
    double.override(task_id="of_others")("{{ prev_start_date_success }}")
    double.override(task_id="of_variable")("{{ var.value.factor }}")

with DAG("in_triggerer_named", schedule=None, default_args=OPTIONS) as of_asset:
    named("{{ dag_run.conf['n'] }}")

with DAG("in_triggerer_governed", schedule=None, default_args=OPTIONS) as governed:
    first = number(1)
    CacheCheckOperator(task_id="check") >> first.operator
    last = double.override(task_id="last")(first)
    EmptyOperator(task_id="before") >> last.operator
