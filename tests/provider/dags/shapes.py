"""The DAGs that the provider's tests run; each test says what it expects of one."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import numpy as np
import pandas as pd
import pyarrow as pa
from airflow.sdk import dag, task, task_group
from airflow.sdk.exceptions import AirflowSkipException

from airflow_artifacts import (
    Artifact,
    ArtifactHook,
    ArtifactVersion,
    artifact_context,
    load_artifact,
    log_metadata,
    register_artifact,
    save_artifact,
)

if TYPE_CHECKING:
    from airflow.sdk.definitions.context import Context

    from airflow_artifacts.materializers import FilesReader, FilesWriter


@dag(schedule=None)
def chain():
    """A frame, split into two outputs, one of which is summed up."""

    @task.artifact
    def extract(rows: int = 10) -> Annotated[pd.DataFrame, Artifact("chain/raw", tags=["bronze"])]:
        return pd.DataFrame({"x": np.arange(rows), "y": np.arange(rows) * 0.5})

    @task.artifact
    def split(
        frame: pd.DataFrame, ratio: float = 0.2
    ) -> tuple[Annotated[pd.DataFrame, "chain/train"], Annotated[pd.DataFrame, "chain/test"]]:
        cut = int(len(frame) * (1 - ratio))
        return frame.iloc[:cut], frame.iloc[cut:]

    @task.artifact
    def total(train: pd.DataFrame, test: pa.Table) -> float:
        artifact_context().add_metadata({"rows": len(train) + test.num_rows})
        artifact_context().add_tags("gold")
        return float(train["x"].sum() + sum(test.column("x").to_pylist()))

    train, test = split(extract("{{ 5 + 5 }}"), ratio=0.3)
    total(train, test)


@dag(schedule=None, params={"folder": ""})
def catalogued():
    """A metadata value as a parameter, data that lies somewhere, and what is logged of it."""

    @task.artifact
    def fit(rate: float = 0.5) -> Annotated[float, Artifact("catalogued/model")]:
        log_metadata({"accuracy": rate, "by": {"class": [0.25, 0.75]}})
        return rate

    @task.artifact
    def judge(accuracy: float, classes: list[float]) -> str:
        return f"{accuracy} {classes}"

    @task.artifact
    def keep(folder: str) -> int:
        register_artifact(folder, "catalogued/data")
        return len(ArtifactHook().provenance("catalogued/model").parameters)

    @task.artifact
    def several(model: float) -> tuple[Annotated[float, "a"], Annotated[float, "b"]]:
        log_metadata({"rows": 3}, output="b")
        return model, model

    @task.artifact
    def count(rows: int) -> int:
        return rows + 1

    model = fit()
    judge(model.metadata["accuracy"], model.metadata["by"]["class"]) >> keep("{{ params.folder }}")
    count(several(model)["b"].metadata["rows"])


@dag(schedule=None)
def values():  # noqa: C901 - one task for each kind of value
    """What a function may return, and what another receives."""

    @task.artifact
    def number() -> int:
        return 7

    @task.artifact
    async def later() -> list[int]:
        await asyncio.sleep(0)
        return [1, 2]

    @task.artifact
    def settings() -> dict[str, dict[str, int]]:
        return {"model": {"depth": 3}, "data": {"rows": 10}}

    @task.artifact(multiple_outputs=True)
    def keyed() -> dict[str, int]:
        return {"a": 1, "b": 2}

    @task.artifact
    def nothing(n: int) -> None:
        assert n == 7

    @task.artifact
    def folder(n: int) -> Path:
        path = Path(tempfile.mkdtemp())
        (path / "n.txt").write_text(str(n))
        return path

    @task
    def plain() -> dict[str, int]:
        return {"k": 4}

    @task.artifact
    def many(frames: list[int], named: dict[str, int], pair: tuple[int, int]) -> dict[str, object]:
        return {"frames": frames, "named": named, "pair": list(pair)}

    @task.artifact
    def described(version: ArtifactVersion, path: Path, as_float: float, files: Path) -> dict[str, object]:
        return {
            "version": str(version),
            "text": (path / "n.txt").read_text(),
            "float": as_float,
            "type": type(as_float).__name__,
            "files": files.read_text(),
        }

    @task.artifact
    def item(depth: int, rest: dict[str, int], plain: dict[str, int]) -> list[int]:
        return [depth, rest["rows"], plain["k"]]

    @task.artifact
    def in_context(x: int, ti=None, **context: Context) -> str:
        return f"{x} {ti.task_id} {context['run_id'] == ti.run_id}"

    n = number()
    found = settings()
    outputs = keyed()
    nothing(n)
    many([n, outputs["a"]], {"b": outputs["b"], "c": 3}, pair=[n, 5])
    described(n, folder(n), n, n)
    item(found["model"]["depth"], found["data"], plain())
    in_context(x=n)
    later()


@dag(schedule=None, default_args={"substitutions": {"region": "eu"}})
def names():
    """Names that are made when the task runs."""

    @task.artifact
    def by_default() -> Annotated[int, Artifact("names/{region}/{ds}/{task_id}", version="v-{run_id}")]:
        return 1

    @task.artifact(substitutions={"region": "us"})
    def by_task() -> Annotated[int, "names/{region}"]:
        return 2

    @task.artifact
    def by_index(x: int) -> Annotated[int, Artifact("names/index/{map_index}", version="{region}{map_index}")]:
        return x

    @task.artifact
    def by_time() -> Annotated[int, "names/{date}/{time}"]:
        return 4

    by_default()
    by_task()
    by_task.override(task_id="by_call", substitutions={"region": "asia", "date": "x"})()
    by_index.expand(x=[1, 2])
    by_time()


@dag(schedule=None)
def mapped():
    """One task for each literal, and one that takes all of theirs."""

    @task.artifact
    def power(x: int, exponent: int) -> int:
        return x**exponent

    @task.artifact
    def sum_up(values: list[int]) -> int:
        return sum(values)

    @task.artifact
    def divide(x: int, by: int) -> tuple[int, int]:
        return x // by, x % by

    @task_group
    def steps(x: int):
        return power.override(task_id="cubed")(power.override(task_id="raised")(x, 1), 3)

    squares = power.partial(exponent=2).expand(x=[1, 2, 3])
    sum_up(squares)
    sum_up.override(task_id="sum_fourth")(power.override(task_id="fourth").partial(exponent=2).expand(x=squares))
    sum_up.override(task_id="sum_cubed")(steps.expand(x=[1, 2]))
    quotients, remainders = divide.partial(by=3).expand(x=[7, 8])
    sum_up.override(task_id="sum_quotients")(quotients)
    sum_up.override(task_id="sum_remainders")(remainders)


@dag(schedule=None)
def inside():
    """A function that saves and loads by itself."""

    @task.artifact
    def first() -> Annotated[int, "inside/first"]:
        save_artifact({"epoch": 1}, "inside/checkpoint", tags=["early"])
        save_artifact({"epoch": 2}, "inside/checkpoint")
        assert load_artifact("inside/checkpoint", dict) == {"epoch": 2}
        return 1

    @task.artifact
    def second(n: int) -> int:
        loaded = ArtifactHook().load("inside/checkpoint@1", dict[str, int])
        description = ArtifactHook().get("inside/checkpoint")
        return n + loaded["epoch"] + int(description.version)

    second(first())


@dag(schedule=None, default_args={"retries": 0})
def failing():
    """Tasks that fail at each of their steps, and those after them."""

    @task.artifact
    def saves_then_fails() -> int:
        save_artifact(1, "failing/saved")
        message = "no luck"
        raise RuntimeError(message)

    @task.artifact
    def wrong_type() -> tuple[Annotated[int, "failing/good"], Annotated[int, "failing/bad"]]:
        return 1, "two"

    @task.artifact
    def unsupported() -> tuple[Annotated[int, "failing/fine"], Annotated[object, "failing/odd"]]:
        return 1, object()

    @task.artifact
    def skips() -> int:
        raise AirflowSkipException

    @task.artifact(trigger_rule="all_done")
    def needs(n: int) -> int:
        return n

    @task.artifact(trigger_rule="all_done")
    def may_lack(n: int | None) -> int:
        return -1 if n is None else n

    @task.artifact
    def bad_parameter(n: int) -> int:
        return n

    saves_then_fails()
    wrong_type()
    unsupported()
    skipped = skips()
    needs(skipped)
    may_lack(skipped)
    bad_parameter("many")


@dag(schedule=None)
def grouped():
    """Artifact tasks in a group, between a setup and a teardown."""

    @task_group
    def group(n: int):
        @task.artifact
        def inner(n: int) -> int:
            return n + 1

        return inner(n)

    @task.artifact
    def start() -> int:
        return 1

    @task.artifact
    def finish(n: int) -> int:
        return n * 10

    finish(group(start()))


RAN: list[str] = []
"""The run ids for which ``fixed`` was called."""


@dag(schedule=None)
def explicit():
    """An output whose version is said, so that it exists once."""

    @task.artifact
    def fixed(run_id=None) -> Annotated[str, Artifact("explicit/x", version="v1")]:
        RAN.append(run_id)
        return run_id

    fixed()


@dag(schedule=None, default_args={"retries": 1, "retry_delay": 0})
def retried():
    """A task that saves and fails at its first try."""

    @task.artifact
    def unsteady(ti=None) -> Annotated[int, "retried/x"]:
        save_artifact(ti.try_number, "retried/inner")
        if ti.try_number == 1:
            message = "not yet"
            raise RuntimeError(message)
        return ti.try_number

    unsteady()


class Temperature:
    """A type that no materializer is registered for."""

    def __init__(self, kelvin: float) -> None:
        self.kelvin = kelvin


class TemperatureMaterializer:
    """Keeps a temperature in the details alone."""

    def save(self, value: Temperature, files: FilesWriter) -> dict[str, float]:
        with files.open("unit.txt") as file:
            file.write(b"kelvin")
        return {"kelvin": value.kelvin}

    def load(self, files: FilesReader) -> Temperature:
        return Temperature(files.details["kelvin"])


@dag(schedule=None)
def options():
    """What the decorator may be told, and what must not be recorded."""

    @task.artifact(materializers=TemperatureMaterializer())
    def measure() -> Temperature:
        return Temperature(300.0)

    @task.artifact(materializers={"inside": TemperatureMaterializer()})
    def both() -> tuple[Annotated[Temperature, "inside"], Annotated[float, "outside"]]:
        return Temperature(290.0), 280.0

    @task.artifact
    def warmer(one: Temperature, two: Temperature) -> bool:
        return one.kelvin > two.kelvin

    @task.artifact
    def secretive(password: str, config: dict[str, str], plain: str = "seen") -> int:
        assert password == "hunter2"
        return len(config) + len(plain)

    inside, _ = both()
    warmer(measure(), inside)
    secretive("hunter2", {"api_key": "k-123", "region": "eu"})


@dag(schedule=None)
def big():
    """A value of 24 MB that another task reads."""

    @task.artifact
    def big() -> pd.DataFrame:
        return pd.DataFrame({"x": np.random.default_rng(1).random(3_000_000)})

    @task.artifact
    def size(frame: pd.DataFrame) -> int:
        return len(frame)

    size(big())


explicit_dag = explicit()
retried_dag = retried()
options_dag = options()
chain_dag = chain()
values_dag = values()
names_dag = names()
mapped_dag = mapped()
inside_dag = inside()
failing_dag = failing()
grouped_dag = grouped()
big_dag = big()
catalogued_dag = catalogued()
