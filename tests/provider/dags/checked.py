"""Shapes of DAGs, each with a cache check in front of it and without one, where nothing is cached."""

from __future__ import annotations

from typing import Annotated

from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.sdk import DAG, Asset, TriggerRule, chain, setup, task, task_group, teardown
from airflow.sdk.exceptions import AirflowSkipException

from airflow_artifacts import INPUTS, SOURCE, CacheCheckOperator

POLICY = (INPUTS + SOURCE).scope("dag")


def number(n=1):
    return n


def double(x: int) -> int:
    return 2 * x


def add(x: int, y: int) -> int:
    return x + y


def both(x: int) -> tuple[int, int]:
    return x, -x


def failing(x: int) -> int:
    raise ValueError(x)


def either(x: int | None, y: int | None) -> int:
    return x or y or 0


def skipping(x: int) -> int:
    raise AirflowSkipException


def a_chain(make):
    a = make(number)(1)
    b = make(double)(a)
    make(double).override(task_id="c")(b)
    return a


def a_diamond(make):
    a = make(number)(1)
    low, high = make(both)(a)
    make(add)(make(double).override(task_id="left")(low), make(double).override(task_id="right")(high))
    return a


def groups(make):
    a = make(number)(1)

    @task_group
    def outer(x):
        @task_group
        def inner(x):
            return make(double).override(task_id="deep")(x)

        return make(double).override(task_id="shallow")(inner(x))

    make(add)(a, outer(a))
    return a


def plain_below(make):
    a = make(number)(1)
    b = make(double)(a)

    @task
    def report(x):
        return str(x)

    report(b)
    return a


def plain_tolerant(make):
    a = make(number)(1)
    b = make(double)(a)

    @task(trigger_rule="none_failed")
    def report(x):
        return str(x)

    @task(trigger_rule="all_done")
    def always(x):
        return str(x)

    report(b)
    always(b)
    return a


def watcher(make):
    a = make(number)(1)
    b = make(double)(a)

    @task(trigger_rule=TriggerRule.ONE_SUCCESS)
    def watch():
        return 1

    b.operator >> watch()
    return a


def branched(make):
    @task.branch
    def choose():
        return "double"

    choice = choose()
    a = make(number)(1)
    b = make(double)(a)
    other = make(double).override(task_id="other")(a)
    choice >> [b.operator, other.operator]
    make(double).override(task_id="behind")(other)
    make(double).override(task_id="after")(b)
    make(either).override(task_id="join", trigger_rule="none_failed_min_one_success")(b, other)
    return [choice, a]


def fails_before(make):
    @task
    def breaks():
        raise ValueError

    broken = breaks()
    a = make(number)(1)
    b = make(double)(a)
    broken >> b.operator
    make(double).override(task_id="after")(b)
    return [broken, a]


def skips_itself(make):
    a = make(number)(1)
    b = make(skipping)(a)
    make(double).override(task_id="after")(b)
    make(double).override(task_id="beside")(a)
    return a


def fails_itself(make):
    a = make(number)(1)
    b = make(failing)(a)
    make(double).override(task_id="after")(b)
    return a


def mapped_below(make):
    a = make(number)(1)
    each = make(add).partial(x=a).expand(y=[1, 2])

    @task(trigger_rule="none_failed")
    def collect(values):
        return len(list(values))

    collect(each)
    return a


def set_up(make):
    @setup
    @task
    def prepare():
        return None

    @teardown
    @task
    def clean():
        return None

    a = make(number)(1)
    b = make(double)(a)
    before, after = prepare(), clean()
    chain(before, a, b, after)
    before >> after
    return before


def with_outlets(make):
    a = make(number)(1)
    make(double).override(outlets=[Asset("checked_outlet")])(a)
    return a


def ordered_only(make):
    a = make(number)(1)
    b = make(number).override(task_id="second")(2)
    a.operator >> b.operator
    make(add)(a, b)
    return a


def numbers() -> list[int]:
    return [1, 2]


def total(xs: list[int]) -> int:
    return sum(xs)


def odd(x: int) -> int:
    if x % 2 == 0:
        raise AirflowSkipException
    return x


def expanded_over(make):
    a = make(numbers)()
    make(total).override(trigger_rule="none_failed")(make(double).expand(x=a))
    return a


def in_groups(make):
    a = make(numbers)()

    @task_group
    def each(x):
        return make(double)(make(odd)(x))

    make(total).override(trigger_rule="none_failed")(each.expand(x=a))
    return a


SHAPES = {
    one.__name__: one
    for one in (
        a_chain,
        a_diamond,
        groups,
        plain_below,
        plain_tolerant,
        watcher,
        branched,
        fails_before,
        skips_itself,
        fails_itself,
        mapped_below,
        set_up,
        with_outlets,
        ordered_only,
        expanded_over,
        in_groups,
    )
}


def build(name, *, checked):
    """Make a DAG of a shape."""
    cache = POLICY if checked else False
    dag_id = f"{'checked' if checked else 'plain'}_{name}"
    with DAG(dag_id, schedule=None, default_args={"cache": cache}) as made:
        roots = SHAPES[name](task.artifact)
        check = CacheCheckOperator(task_id="check") if checked else EmptyOperator(task_id="check")
        for root in roots if isinstance(roots, list) else [roots]:
            check >> getattr(root, "operator", root)
    return made


for shape in SHAPES:
    for is_checked in (True, False):
        made = build(shape, checked=is_checked)
        globals()[made.dag_id] = made


VALUE = "first"

with DAG("two_checks", schedule=None, default_args={"cache": POLICY}) as two_checks:
    left = task.artifact(double).override(task_id="left")(task.artifact(number).override(task_id="one")(1))
    right = task.artifact(number).override(task_id="two")(2)
    CacheCheckOperator(task_id="check_left") >> left.operator.upstream_list
    CacheCheckOperator(task_id="check") >> right.operator
    task.artifact(add)(left, right)

with DAG("checked_events", schedule=None, default_args={"cache": POLICY}) as checked_events:

    @task.artifact
    def told() -> Annotated[str, "checked/told"]:
        return VALUE

    CacheCheckOperator(task_id="check") >> told().operator
