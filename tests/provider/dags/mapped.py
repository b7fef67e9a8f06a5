"""Tasks that are mapped over artifacts, and plain tasks that take artifacts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pandas as pd
from airflow.providers.standard.operators.bash import BashOperator
from airflow.providers.standard.operators.python import PythonOperator
from airflow.sdk import DAG, chain, task, task_group
from airflow.sdk.exceptions import AirflowSkipException

from airflow_artifacts import INPUTS, SOURCE, ArtifactVersion

NUMBERS = [1, 2, 3]


class Plus:
    def __init__(self, n):
        self.n = n

    def __call__(self, x):
        return x + self.n


def over_two(pair):
    if pair[0] == 2:
        raise AirflowSkipException
    return pair[0] * pair[1]


@task.artifact
def numbers() -> list[int]:
    return NUMBERS


@task
def plain():
    return [10, 20, 30]


@task.artifact
def several() -> tuple[list[str], list[int]]:
    return ["a", "b"], [10, 20, 30]


@task.artifact
def shown(x, y=0) -> str:
    return f"{x} {y}"


@task.artifact
def doubled(x: int) -> int:
    return 2 * x


@task.artifact
def total(xs: Sequence[int]) -> str:
    return f"{type(xs).__name__} {sum(xs)}"


with DAG("mapped", schedule=None) as mapped:
    n = numbers()
    _, tens = several()
    each = doubled.expand(x=n)
    total(each)

    @task.artifact
    def as_list(xs: list[int]) -> str:
        return f"{type(xs).__name__} {sum(xs)}"

    @task.artifact
    def as_iterator(xs: Iterator[int]) -> list[int]:
        return [next(xs), next(xs)]

    @task.artifact
    def of_one(x: int) -> tuple[int, str]:
        return x, "one"

    @task.artifact
    def items() -> list[dict[str, int]]:
        return [{"x": 1, "y": 2}, {"x": 3}]

    @task_group
    def group(x):
        return doubled.override(task_id="inner")(x)

    as_list(each)
    as_iterator(each)
    shown.override(task_id="one_of_several").expand(x=tens)
    shown.override(task_id="mapped_by_function").expand(x=n.map(lambda x: x + 100).map(str))
    shown.override(task_id="zipped").expand(x=n.zip(tens))
    shown.override(task_id="concatenated").expand(x=n.concat(tens))
    shown.override(task_id="zipped_and_mapped").expand(x=n.zip(tens).map(over_two))
    keywords = items()
    shown.override(task_id="keywords").expand_kwargs(keywords)
    shown.override(task_id="keywords_by_function").expand_kwargs(keywords.map(lambda given: {"x": given, "y": 5}))
    shown.override(task_id="keywords_one_after_another").expand_kwargs(keywords.concat(keywords))
    shown.override(task_id="within")({"each": each, "both": [each, n]})

    @task.artifact
    def not_expanded(a: list, b: list) -> str:
        return f"{a} {b}"

    not_expanded(n.zip(tens), n.concat(tens).map(str))
    shown.override(task_id="mapped_behind_plain").expand(x=plain().zip(n).map(sum))
    shown.override(task_id="mapped_by_object").expand(x=n.map(Plus(5)))
    shown.override(task_id="partly").partial(y=n).expand(x=tens)
    first, _ = of_one.expand(x=n)
    total.override(task_id="of_first")(first)
    total.override(task_id="of_group")(group.expand(x=n))

with DAG("empty", schedule=None) as empty:

    @task.artifact
    def nothing() -> list[int]:
        return []

    total(doubled.expand(x=nothing()))

with DAG("plain_tasks", schedule=None) as plain_tasks:

    @task.artifact
    def frame() -> pd.DataFrame:
        return pd.DataFrame({"a": [1, 2]})

    @task.artifact(multiple_outputs=True)
    def settings() -> dict[str, int]:
        return {"depth": 3}

    @task.artifact
    def dictionary() -> dict[str, str]:
        return {"command": "echo hello $WHO", "who": "world"}

    @task.artifact
    def several_kinds() -> list[dict[str, int]]:
        return [{"a": 1}, {"b": 2}]

    @task.artifact
    def text() -> str:
        return "echo some text"

    @task.artifact
    def texts() -> list[str]:
        return ["echo one", "echo two"]

    @task
    def sees(x, rest=()) -> str:
        return f"{type(x).__name__} {len(rest)}"

    @task
    def sees_total(xs) -> str:
        return f"{type(xs).__name__} {sum(xs)}"

    @task
    def sees_all(first, *others, last) -> str:
        return f"{last} {others} {first}"

    @task
    def pulls(ti) -> str:
        return type(ti.xcom_pull(task_ids="frame")).__name__

    @task.branch
    def branch(df):
        return "taken" if len(df) == 2 else "left"

    @task.short_circuit
    def stops(df):
        return len(df) > 100

    @task.artifact
    def described(df: ArtifactVersion) -> str:
        return df.type

    @task
    def fails(df):
        message = f"{len(df)} rows"
        raise ValueError(message)

    @task
    def watches(xs) -> int:
        return len(xs)

    @task(trigger_rule="all_done")
    def last():
        return "last"

    f, p = frame(), numbers()
    sees(f, rest=[f, {"k": f}])
    sees.override(task_id="sees_key")(settings()["depth"])
    sees.override(task_id="sees_each").expand(x=p)
    sees_all(p, p, 4, last=p)
    sees_all.override(task_id="sees_within")({"k": p.zip(p)}, last=[p.map(str)])
    sees_total(doubled.expand(x=p))
    f >> pulls()
    branch(f) >> [described.override(task_id="taken")(f), described.override(task_id="left")(f)]
    stops(f) >> described.override(task_id="not_reached")(f)
    task.run_if(lambda _: False)(sees.override(task_id="skipped_before"))(f)
    BashOperator(
        task_id="bash",
        bash_command=f"echo '{f}' && cat ${{PLACE#file://}} | head -c 4",
        env={"PLACE": f.uri},
        append_env=True,
    )
    command = dictionary()
    BashOperator(task_id="of_parts", bash_command=command["command"], env={"WHO": command["who"]}, append_env=True)
    BashOperator(task_id="of_text", bash_command=text())
    commands = texts()
    BashOperator.partial(task_id="of_each").expand(bash_command=commands)
    BashOperator.partial(task_id="of_each_made").expand(bash_command=commands.map(lambda line: f"{line} more"))
    BashOperator.partial(task_id="of_keywords").expand_kwargs(commands.map(lambda line: {"bash_command": line}))
    PythonOperator(
        task_id="of_python", python_callable=lambda x, y: f"{type(x).__name__} {y}", op_args=[f, command["who"]]
    )
    PythonOperator.partial(task_id="of_each_args", python_callable=lambda *given: str(given)).expand(
        op_args=p.map(lambda number: [number, "more"])
    )
    PythonOperator.partial(task_id="of_each_keywords", python_callable=lambda a=0, b=0: f"{a} {b}").expand(
        op_kwargs=several_kinds()
    )
    chain(fails(f), last())

with DAG("per_index", schedule=None) as per_index:

    @task.artifact(cache=INPUTS + SOURCE)
    def listed() -> list[int]:
        return NUMBERS

    doubled.expand(x=listed())

with DAG("keeps_references", schedule=None) as keeps_references:
    sees(frame())
