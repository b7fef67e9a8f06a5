"""Each shape of DAG twice: with the cache and a check in front of it, and without either.

What a backfilled run computes depends on its day. The numbers that a shape begins with are its own, so that no DAG
finds what another one computed.
"""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import shape_helpers
from airflow.sdk import DAG, chain, setup, task, task_group, teardown

from airflow_artifacts import INPUTS, SOURCE, CacheCheckOperator

DAY = "{{ dag_run.logical_date.day if dag_run.logical_date else 0 }}"


@task.artifact
def number(n: int, day: str = "0") -> int:
    return n + int(day)


@task.artifact
def scaled(x: int) -> int:
    return shape_helpers.scale(x)


@task.artifact
def both(x: int) -> tuple[int, int]:
    return x + 10, x + 20


@task.artifact
def add(x: int, y: int) -> int:
    return x + y


@task.artifact
def power(x: int, y: int) -> int:
    return shape_helpers.scale(x) ** y


@task.artifact
def total(x: list[int], y: list[int]) -> int:
    return sum(x) + sum(y)


@task.artifact
def either(x: int | None, y: int | None) -> int:
    return x or y or 0


def a_chain():
    a = number(1_000_003, DAY)
    b = scaled.override(task_id="second")(a)
    add(scaled.override(task_id="third")(b), a)
    return [a]


def a_diamond():
    a = number(2_000_003)
    low, high = both(a)
    add(scaled.override(task_id="left")(low), scaled.override(task_id="right")(high))
    return [a]


def groups():
    a = number(3_000_017)

    @task_group
    def outer(x):
        @task_group
        def inner(x):
            return scaled.override(task_id="deep")(x)

        return scaled.override(task_id="shallow")(inner(x))

    add(a, outer(a))
    return [a]


def mapped():
    @task.artifact
    def sizes() -> list[int]:
        return [7, 11]

    a = number(4_000_037)
    listed = sizes()
    each = power.partial(x=a).expand(y=[1, 2])
    total(each, scaled.expand(x=listed))
    return [a, listed]


def branched():
    @task.branch
    def choose():
        return shape_helpers.branch()

    choice = choose()
    a = number(5_000_011)
    odd, even = scaled.override(task_id="odd")(a), scaled.override(task_id="even")(a)
    choice >> [odd.operator, even.operator]
    behind = scaled.override(task_id="behind_odd")(odd)
    either.override(trigger_rule="none_failed_min_one_success")(behind, even)
    return [choice, a]


def set_up():
    @setup
    @task
    def prepare():
        return "prepared"

    @teardown
    @task
    def clean():
        return "cleaned"

    a = number(6_000_011)
    b = scaled(a)
    before, after = prepare(), clean()
    chain(before, a, b, after)
    before >> after
    add(scaled.override(task_id="beside")(b), b)
    return [before]


def mixed():
    @task
    def digits(x):
        return [int(digit) for digit in str(x + 1)]

    @task(trigger_rule="none_failed")
    def doubled(x):
        return 2 * x

    @task.artifact
    def joined(digits: list[int], x: int) -> int:
        return shape_helpers.scale(sum(digits)) + x

    a = number(7_000_003, DAY)
    b = scaled(a)
    scaled.override(task_id="last")(joined(digits(b), doubled(a)))
    return [a]


def by_hand():
    @task.artifact
    def strict(x: int) -> int:
        return x

    @task.artifact
    def lenient(x: int | None) -> str:
        return str(x)

    a = number(8_000_009)
    b = scaled(a)
    strict(b)
    lenient(b)
    return [a]


SHAPES = (a_chain, a_diamond, groups, mapped, branched, set_up, mixed, by_hand)


def build(shape, *, cached):
    """Make a DAG of a shape, which runs when it is told to, and may be backfilled."""
    with DAG(
        f"{'cached' if cached else 'plain'}_{shape.__name__}",
        schedule="@daily",
        start_date=datetime(2026, 1, 1, tzinfo=timezone.utc),
        end_date=datetime(2026, 1, 9, tzinfo=timezone.utc),
        catchup=False,
        default_args={"cache": INPUTS + SOURCE if cached else False, "retries": 1, "retry_delay": timedelta(0)},
    ) as made:
        roots = shape()
        if cached:
            check = CacheCheckOperator(task_id="check")
            for root in roots:
                check >> root.operator
    return made


for one in SHAPES:
    for is_cached in (True, False):
        made = build(one, cached=is_cached)
        globals()[made.dag_id] = made
