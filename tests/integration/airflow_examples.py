"""Airflow's own TaskFlow examples: where they are, their copies as artifact tasks, and what a run of one left behind.

The rule of the copies: every ``@task`` and ``@task(…)``, and every call of ``task``, becomes ``@task.artifact``; its
arguments stay. ``@setup`` and ``@teardown`` make a ``@task`` of a function that is none yet, so that a
``@task.artifact`` goes below them. ``@task.branch``, ``@task.bash`` and all other kinds stay as they are.

Original and copy run one after the other under the same DAG id, run id, logical date and conf, so that what a task
makes of these is equal too; in between Airflow forgets the DAG.
"""

from __future__ import annotations

import ast
import dataclasses
import importlib.util
import json
import random
import shutil
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta, timezone
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from airflow_artifacts.model import ArtifactRef

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import pytest
    from airflow.sdk import DAG

    from airflow_artifacts.client import ArtifactClient

PACKAGES = ("airflow.example_dags", "airflow.providers.standard.example_dags")
WHEN = datetime(2026, 2, 3, 4, 5, tzinfo=timezone.utc)


@dataclasses.dataclass
class Outcome:
    """What can be seen of a run when it has ended.

    Attributes:
        state: Of the run.
        tasks: The state of each task instance.
        xcoms: The values by task, map index and key, loaded where XCom has references. What is missing of Airflow's is
            None to whoever pulls it; None of an artifact is missing here too.
        events: What was sent of each asset: its URI, extra and partition.
        keyed: What lies under the keys of a dict that is one artifact, by the place that an XCom of it would have.
    """

    state: str
    tasks: dict[tuple[str, int], str]
    xcoms: dict[tuple[str, int, str], Any]
    events: list[tuple[str, Any, str | None]]
    keyed: dict[tuple[str, int, str], Any] = dataclasses.field(default_factory=dict, compare=False)

    def with_keys_of(self, original: Outcome) -> Outcome:
        """Return it with an XCom of its own for each key of a dict that has one in the original.

        Airflow writes these where it reads ``-> dict``; of an artifact they are items, found in the one reference.
        """
        asked = {place: value for place, value in self.keyed.items() if place in original.xcoms}
        return dataclasses.replace(self, xcoms=self.xcoms | asked)


def taskflow_examples() -> list[Path]:
    """Return the installed example files in which a ``task`` is made of a function, by name."""
    spec = importlib.util.find_spec("airflow")
    assert spec is not None
    roots = [Path(place) for place in spec.submodule_search_locations or ()]
    folders = [root.joinpath(*package.split(".")[1:]) for root in roots for package in PACKAGES]
    files = chain.from_iterable(folder.glob("*.py") for folder in folders)
    return sorted((file for file in files if _uses_taskflow(file)), key=lambda file: file.stem)


def _uses_taskflow(file: Path) -> bool:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    imported = {name.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for name in node.names}
    return "task" in imported and any(
        _kind(node) is not None for node in chain.from_iterable(map(_made, ast.walk(tree)))
    )


def _made(node: ast.AST) -> list[ast.expr]:
    """Return what makes a task at a node: the decorators of a function, the function of a call."""
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return [one.func if isinstance(one, ast.Call) else one for one in node.decorator_list]
    return [node.func] if isinstance(node, ast.Call) else []


def _kind(node: ast.expr) -> str | None:
    """Return the kind of task that an expression names: "" for ``task`` itself, None where it names none."""
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "task":
        return node.attr
    return "" if isinstance(node, ast.Name) and node.id == "task" else None


def as_artifact_tasks(text: str) -> str:
    """Return the text of a DAG file with each ``@task`` replaced by ``@task.artifact``."""
    inserted: set[tuple[int, int, str]] = set()
    for node in ast.walk(ast.parse(text)):
        for made in _made(node):
            if _kind(made) == "":
                inserted.add((*_end(made), ".artifact"))
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.decorator_list:
            last = node.decorator_list[-1]
            name = last.func if isinstance(last, ast.Call) else last
            if isinstance(name, ast.Name) and name.id in {"setup", "teardown"}:
                inserted.add((*_end(last), f"\n{' ' * node.col_offset}@task.artifact"))
    lines = text.encode().splitlines(keepends=True)
    for line, column, addition in sorted(inserted, reverse=True):
        old = lines[line - 1]
        lines[line - 1] = old[:column] + addition.encode() + old[column:]
    return b"".join(lines).decode()


def _end(node: ast.expr) -> tuple[int, int]:
    assert node.end_lineno is not None
    assert node.end_col_offset is not None
    return node.end_lineno, node.end_col_offset


@dataclasses.dataclass
class Stage:
    """Where DAG files run: one folder at a time is the deployment's only bundle.

    Attributes:
        folder: Of the test's own.
        client: Loads what references name.
        monkeypatch: Undoes what is set.
    """

    folder: Path
    client: ArtifactClient
    monkeypatch: pytest.MonkeyPatch

    def run(self, file: Path, *, copy: bool, **options: Any) -> dict[str, Outcome]:
        """Run the DAGs of a file that have a ``@task``, and let Airflow forget them.

        Args:
            file: The installed one.
            copy: Whether its tasks become artifact tasks.
            options: What ``dag.test()`` takes.

        Returns:
            The outcomes by DAG id.
        """
        text = file.read_text(encoding="utf-8")
        folder = self.folder / ("copy" if copy else "original") / file.stem
        kind = "@task.artifact" if copy else "@task"
        shutil.copytree(file.parent / "sql", folder / "sql")
        (folder / file.name).write_text(as_artifact_tasks(text) if copy else text, encoding="utf-8")
        bundle = {
            "name": f"{folder.parent.name}-{file.stem}",
            "classpath": "airflow.dag_processing.bundles.local.LocalDagBundle",
            "kwargs": {"path": str(folder)},
        }
        self.monkeypatch.setenv("AIRFLOW__DAG_PROCESSOR__DAG_BUNDLE_CONFIG_LIST", json.dumps([bundle]))
        outcomes = {dag.dag_id: self._outcome(dag, options) for dag in _dags(folder / file.name, kind)}
        _forget(outcomes)
        return outcomes

    def _outcome(self, dag: DAG, options: Mapping[str, Any]) -> Outcome:
        _prepare(dag, self.monkeypatch)
        random.seed(0)
        run = dag.test(logical_date=WHEN, run_after=WHEN, **options)
        stored = dict(_xcoms(dag.dag_id, run.run_id))
        loaded = {place: self._loaded(value) for place, value in stored.items()}
        xcoms = {place: value for place, value in loaded.items() if value is not None}
        return Outcome(
            str(run.state),
            {(ti.task_id, ti.map_index): str(ti.state) for ti in run.get_task_instances()},
            xcoms,
            sorted(_events(dag.dag_id, run.run_id), key=repr),
            {
                (task_id, map_index, key): item
                for (task_id, map_index, name), value in xcoms.items()
                if isinstance(stored[task_id, map_index, name], ArtifactRef) and isinstance(value, dict)
                for key, item in value.items()
            },
        )

    def _loaded(self, value: Any) -> Any:
        """Return a value of XCom with each reference in it replaced by what it names."""
        if isinstance(value, ArtifactRef):
            return self.client.load(value)
        if isinstance(value, Mapping):
            return {key: self._loaded(item) for key, item in value.items()}
        if isinstance(value, Sequence) and not isinstance(value, str):
            return [self._loaded(item) for item in value]
        return value


def _dags(file: Path, kind: str) -> list[DAG]:
    """Return the DAGs of a file that have a task of a kind, in the order in which it defines them."""
    from airflow.dag_processing.dagbag import DagBag

    bag = DagBag(str(file))
    assert not bag.import_errors, "\n".join(bag.import_errors.values())
    found: list[Any] = list(bag.dags.values())
    return [dag for dag in found if any(task.operator_name == kind for task in dag.tasks)]


def _prepare(dag: DAG, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a try follow the failed one at once, and the clock that the module of a task reads stand still."""
    for task in dag.tasks:
        task.retry_delay = timedelta(0)
        names = getattr(getattr(task, "python_callable", None), "__globals__", {})
        if names.get("datetime") is datetime:
            monkeypatch.setitem(names, "datetime", _Still)


class _Still(datetime):
    """A clock that always shows the same."""

    @classmethod
    def now(cls, tz: Any = None) -> datetime:
        return WHEN.astimezone(tz)


def _forget(dag_ids: Iterable[str]) -> None:
    """Delete from Airflow what its tasks could find of earlier runs."""
    from airflow.api.common.delete_dag import delete_dag
    from airflow.models.asset import AssetActive, AssetEvent
    from airflow.models.asset_state_store import AssetStateStoreModel
    from airflow.utils.session import create_session
    from sqlalchemy import delete

    for dag_id in dag_ids:
        delete_dag(dag_id)
    with create_session() as session:
        for model in (AssetEvent, AssetActive, AssetStateStoreModel):
            session.execute(delete(model))


def _xcoms(dag_id: str, run_id: str) -> Iterator[tuple[tuple[str, int, str], Any]]:
    from airflow.models.xcom import XComModel
    from airflow.sdk.serde import deserialize
    from airflow.utils.session import create_session

    with create_session() as session:
        found = session.scalars(XComModel.get_many(run_id=run_id, dag_ids=dag_id)).all()
        rows = [((row.task_id, row.map_index, row.key), XComModel.deserialize_value(row)) for row in found]
    for place, value in rows:
        yield place, deserialize(value)


def _events(dag_id: str, run_id: str) -> Iterator[tuple[str, Any, str | None]]:
    from airflow.models.asset import AssetEvent
    from airflow.utils.session import create_session
    from sqlalchemy import select

    with create_session() as session:
        asked = select(AssetEvent).where(AssetEvent.source_dag_id == dag_id, AssetEvent.source_run_id == run_id)
        for event in session.scalars(asked):
            yield event.asset.uri, event.extra, event.partition_key
