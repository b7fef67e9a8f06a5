"""Two DAGs that work with each other's artifacts, of which a viewer may read one.

Every name of the other DAG, and of what no DAG made, holds the word ``zwd``, so that an answer which leaks one is found
by looking for that.
"""

from __future__ import annotations

import dataclasses
import inspect
from typing import TYPE_CHECKING, Annotated, Any

import pandas as pd

from airflow_artifacts import INPUTS, SOURCE, Artifact, load_artifact
from airflow_artifacts.model import TaskRunState
from airflow_artifacts.signature import read_signature
from tests.client.calling import Caller
from tests.lineage.making import a_run

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request

    from airflow_artifacts.client import ArtifactClient
    from airflow_artifacts.model import ArtifactVersion

WORD = "zwd"
OPEN = "open"
SHUT = "zwd_dag"


def zwd_make(zwd_rows: int) -> Annotated[pd.DataFrame, Artifact("zwd/table", tags=["zwd-tag"])]:
    """Return a table that is nobody else's."""
    return pd.DataFrame({"zwd_column": range(zwd_rows)})


def use(table: pd.DataFrame, rate: float = 0.5) -> Annotated[dict[str, float], Artifact("open/scores", tags=["gold"])]:
    """Return scores, for which it also looks at what it was not given."""
    other = load_artifact("dwz"[::-1] + "/other", int)
    return {"score": len(table) * rate + other}


def zwd_consume(scores: dict[str, float]) -> Annotated[float, Artifact("zwd/final")]:
    """Return what is made of scores."""
    return scores["score"]


def model(rate: float) -> Annotated[float, Artifact("shared/model", type="model")]:
    """Return a model."""
    return rate


def shared(rate: float) -> Annotated[float, Artifact("shared/result")]:
    """Return what any DAG's task may return again."""
    return rate + 1


def nameless(rate: float) -> float:
    """Return a value under the task's own name."""
    return rate + 2


@dataclasses.dataclass(frozen=True)
class World:
    """What was recorded.

    Attributes:
        versions: By what they are to the tests.
        shut: The UUIDs of versions and task runs that a viewer of the open DAG may not see.
    """

    client: ArtifactClient
    versions: Mapping[str, ArtifactVersion]
    shut: frozenset[str]


def build(client: ArtifactClient) -> World:
    """Let both DAGs run."""
    caller = Caller(client)

    def run(function: Any, dag: str, name: str, /, **fields: Any) -> ArtifactVersion:
        run_id = f"{WORD} {name}" if dag == SHUT else name
        names = [output.name for output in read_signature(function).outputs]
        told = {
            "outputs": tuple(names),
            "source": inspect.getsource(function),
            "environment": {"host": f"{dag} host", "bundle": dag},
        }
        task_run = a_run(function.__name__, run_id, dag_id=dag, **told)
        ran = caller(function, run=task_run, **fields)
        client.lineage.finish(ran.task_run.id, TaskRunState.SUCCESS, ran.task_run.started_at)
        return client.get(ran.ref)

    client.save(7, "zwd/other", tags=["zwd-by-hand"])
    tables = [run(zwd_make, SHUT, f"run {rows}", zwd_rows=rows) for rows in (3, 4)]
    scores = [run(use, OPEN, f"run {n}", table=table.ref) for n, table in enumerate(tables)]
    versions = {
        "table": tables[0],
        "outside": client.get("zwd/other"),
        "first scores": scores[0],
        "scores": scores[1],
        "final": run(zwd_consume, SHUT, "run", scores=scores[1].ref),
        "open model": run(model, OPEN, "model", rate=1.0),
        "shut model": run(model, SHUT, "model", rate=2.0),
        "shared": run(shared, SHUT, "shared", rate=1.0, cache=INPUTS + SOURCE),
        "shared again": run(shared, OPEN, "shared", rate=1.0, cache=INPUTS + SOURCE),
        "nameless": run(nameless, SHUT, "nameless", rate=1.0, cache=INPUTS + SOURCE),
        "copy": run(nameless, OPEN, "nameless", rate=1.0, cache=INPUTS + SOURCE),
    }
    client.alias(versions["open model"], "production")
    client.alias(versions["open model"], "staging")
    client.alias(versions["shut model"], "production")
    client.alias(versions["shut model"], "zwd-champion")
    again = {name: client.get(version.id) for name, version in versions.items()}
    shut = {one.id for one in (*again.values(), *tables) if one.producer is None or one.producer.dag_id == SHUT}
    shut |= {one.producer.id for one in again.values() if one.producer is not None and one.producer.dag_id == SHUT}
    return World(client, again, frozenset(shut))


@dataclasses.dataclass
class Person:
    """Someone with rights of a test's choice."""

    reads: frozenset[str] = frozenset()
    edits: frozenset[str] = frozenset()
    others: str = ""
    name: str = "someone"

    def readable(self, dags: frozenset[str]) -> frozenset[str]:
        """Return those that they may read."""
        return dags & self.reads

    def may_edit(self, dag: str) -> bool:
        """Whether they may change it."""
        return dag in self.edits

    def may_run(self, dag: str) -> bool:
        """Whether they may run it."""
        return dag in self.edits

    def may_read_others(self) -> bool:
        """Whether they may read the rest."""
        return "r" in self.others

    def may_edit_others(self) -> bool:
        """Whether they may change the rest."""
        return "w" in self.others


@dataclasses.dataclass
class Door:
    """A login that lets one person in, or nobody."""

    person: Person | None = None
    logged: list[tuple[str, str | None, dict[str, Any]]] = dataclasses.field(default_factory=list)

    async def user(self, request: Request) -> Person:
        """Return who asks."""
        from fastapi import HTTPException

        if self.person is None:
            raise HTTPException(401, "Not authenticated")
        return self.person

    def log(self, user: Person, event: str, dag: str | None, extra: Mapping[str, Any]) -> None:
        """Write down what was done."""
        self.logged.append((event, dag, dict(extra)))


@dataclasses.dataclass
class Plans:
    """Plans as it was told to."""

    document: Mapping[str, Any]
    reason: str | None = None
    error: Exception | None = None

    def refusal(self) -> str | None:
        """Return why not."""
        return self.reason

    def plan(self, dag_id: str) -> Mapping[str, Any]:
        """Return the plan."""
        if self.error is not None:
            raise self.error
        return self.document
