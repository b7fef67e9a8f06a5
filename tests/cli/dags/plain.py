"""A DAG without artifacts: several tasks at once, and one that needs them all."""

from __future__ import annotations

from airflow.sdk import dag, task


@dag(schedule=None)
def plain():
    @task
    def double(number: int) -> int:
        print(f"doubling {number}")
        return 2 * number

    @task
    def total(numbers) -> int:
        return sum(numbers)

    total(double.expand(number=[1, 2, 3, 4]))


plain()
