"""Hits that are found in the triggerer: for which tasks, by which rules, and what they leave behind."""

from __future__ import annotations

import asyncio
import sys
import uuid
from datetime import datetime, timedelta, timezone
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from airflow.sdk import DAG, Asset, setup, task, task_group
from airflow.sdk.exceptions import ErrorType
from airflow.sdk.execution_time import comms, task_runner

from airflow_artifacts import NEVER, artifact_task
from airflow_artifacts.exceptions import DeclarationError
from airflow_artifacts.model import TaskRunState
from airflow_artifacts.provider import trigger
from airflow_artifacts.provider.deciders import Question, Verdict, ask_process
from airflow_artifacts.provider.deferring import reason_for_worker
from airflow_artifacts.provider.trigger import CacheTrigger
from tests.provider.conftest import DAGS, DagRunResult, load_dags

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

    RunDag = Callable[..., DagRunResult]


def number(n: int = 1) -> int:
    return n


def nothing(n: int = 1) -> None:
    del n


def keyed(n: int = 1) -> dict[str, int]:
    return {"n": n}


def of_day(ds: str) -> int:
    return len(ds)


def of_try(try_number: int) -> int:
    return try_number


def of_all(**context: Any) -> int:
    return len(context)


def make(function: Callable[..., Any] = number, **options: Any) -> Any:
    return artifact_task(**{"hits": "triggerer", "task_id": "one", **options})(function)


def in_another_python() -> None:
    task.artifact_external_python(python=sys.executable, hits="triggerer", task_id="one")(number)()


def in_a_mapped_group() -> None:
    @task_group
    def group(n: Any) -> None:
        make()(n)

    group.expand(n=[1, 2])


def expanded_over() -> None:
    task(number).expand(n=make(keyed, multiple_outputs=True)(1))


def a_group_expanded_over() -> None:
    @task_group
    def group(n: Any) -> None:
        make(task_id="inside")(n)

    group.expand(n=make(keyed, multiple_outputs=True)(1))


def in_a_group() -> None:
    @task_group
    def group() -> None:
        make()()

    group()


def behind_a_setup() -> None:
    setup(make(task_id="set_up"))() >> make()()


def of_a_mapped_task() -> None:
    make()(make(task_id="mapped").expand(n=[1, 2]))


ON_WORKER = {
    "by default": (make(hits="worker"), None),
    "cache=False": (make(cache=False), "it is not cached"),
    "NEVER": (make(cache=NEVER), "it is not cached"),
    "no output": (make(nothing), "it is not cached"),
    "its own context": (make(of_try), "its function takes 'try_number'"),
    "the whole context": (make(of_all), "its function takes the whole context"),
    "a callback": (make(on_success_callback=print), "it has a callback"),
    "a hook": (make(pre_execute=print), "something runs before or after it"),
    "an outlet": (make(outlets=[Asset("x")]), "it has inlets or outlets"),
    "another Python": (in_another_python, "its function runs in another Python"),
    "another user": (make(run_as_user="nobody"), "it runs as another user"),
    "a setup": (setup(make()), "it is a setup"),
    "behind a setup": (behind_a_setup, "it stands behind a setup"),
    "in a mapped group": (in_a_mapped_group, "it is in a mapped group"),
    "expanded over": (expanded_over, "another task is expanded over it"),
    "a group expanded over": (a_group_expanded_over, "another task is expanded over it"),
    "of a mapped task": (of_a_mapped_task, "it takes what a mapped task returns"),
}
IN_TRIGGERER = {
    "no argument": make(),
    "the run's context": make(of_day),
    "a context key as an argument": lambda: make(of_try)(3),
    "several outputs": make(keyed, multiple_outputs=True),
    "of another task": lambda: make()(make(number, task_id="other")(1)),
    "in a group": in_a_group,
    "before a mapped task": lambda: make()() >> make(task_id="mapped").expand(n=[1, 2]),
}


def built(build: Callable[[], Any], **options: Any) -> DAG:
    with DAG("shape", schedule=None, **options) as dag:
        build()
    return dag


def serialized(dag: DAG) -> Any:
    from airflow.serialization.serialized_objects import DagSerialization

    return DagSerialization.from_dict(DagSerialization.to_dict(dag))


def the_one(dag: Any) -> Any:
    return next(each for each in dag.tasks if each.task_id.split(".")[-1] == "one")


@pytest.mark.parametrize("shape", ON_WORKER)
def test_what_needs_a_worker_begins_on_one(shape: str) -> None:
    """What the decision cannot know or a hit must do besides is seen in the graph."""
    build, reason = ON_WORKER[shape]
    dag = built(build)
    assert not serialized(dag).get_task(the_one(dag).task_id).start_from_trigger
    assert the_one(dag).start_trigger_args is None
    assert reason is None or reason in str(reason_for_worker(the_one(dag)))


@pytest.mark.parametrize("shape", IN_TRIGGERER)
def test_what_needs_no_worker_begins_in_the_triggerer(shape: str) -> None:
    """And the scheduler, which has the serialised DAG only, sees it."""
    dag = built(IN_TRIGGERER[shape])
    found = the_one(serialized(dag))
    assert found.start_from_trigger is True
    assert found.start_trigger_args.trigger_cls == "airflow_artifacts.provider.trigger.CacheTrigger"
    assert found.start_trigger_args.timeout == timedelta(minutes=2)


def test_it_is_decided_when_the_dag_is_whole() -> None:
    """What comes after the task counts as well."""
    with DAG("late", schedule=None) as dag:
        made = make(keyed, multiple_outputs=True)(1)
        assert the_one(dag).start_from_trigger
        task(number).expand(n=made)
    assert not the_one(dag).start_from_trigger


def test_a_mapped_task_begins_on_a_worker() -> None:
    """Where the option came from makes no difference."""
    dag = built(lambda: make().expand(n=[1, 2]), default_args={"hits": "triggerer"})
    assert not the_one(dag).start_from_trigger
    assert not the_one(serialized(dag)).start_from_trigger


def test_runs_that_assets_trigger_are_left_to_workers() -> None:
    """A triggerer is not told which events they consumed."""
    dag = built(make())
    assert the_one(dag).start_from_trigger
    with DAG("by_asset", schedule=[Asset("x")]) as by_asset:
        make()()
    assert "which asset events" in str(reason_for_worker(the_one(by_asset)))


def test_a_place_that_is_none_is_refused() -> None:
    """When the DAG file is read, also from default_args, for mapped tasks as well."""
    with pytest.raises(DeclarationError, match="hits='moon' of 'number' must be 'worker' or 'triggerer'"):
        make(hits="moon")
    for call in (artifact_task(number), lambda: artifact_task(number).expand(n=[1])):
        with pytest.raises(DeclarationError, match="must be 'worker' or 'triggerer'"):
            built(call, default_args={"hits": "moon"})


class Airflow:
    """What a triggerer can ask, answered from what is written here, and what was pushed."""

    def __init__(self) -> None:
        self.xcoms: dict[tuple[str, str], Any] = {}
        self.states: dict[str, str] = {}
        self.variables: dict[str, str] = {}
        self.pushed: dict[str, Any] = {}
        self.links: dict[str, Any] = {}

    def send(self, asked: Any) -> Any:
        if isinstance(asked, comms.GetXCom):
            return comms.XComResult(key=asked.key, value=self.xcoms.get((asked.task_id, asked.key)))
        if isinstance(asked, comms.SetXCom):
            (self.links if asked.key.startswith("_link") else self.pushed)[asked.key] = asked.value
            return None
        if isinstance(asked, comms.GetTaskStates):
            return comms.TaskStatesResult(task_states={asked.run_ids[0]: self.states})
        if isinstance(asked, comms.GetVariable) and asked.key in self.variables:
            return comms.VariableResult(key=asked.key, value=self.variables[asked.key])
        if isinstance(asked, (comms.GetConnection, comms.GetVariable)):
            return comms.ErrorResponse(error=ErrorType.CONNECTION_NOT_FOUND)
        raise NotImplementedError(asked)


@pytest.fixture
def airflow(monkeypatch: pytest.MonkeyPatch) -> Airflow:
    """What stands where a triggerer finds its supervisor."""
    found = Airflow()
    monkeypatch.setattr(task_runner, "SUPERVISOR_COMMS", found, raising=False)
    return found


@pytest.fixture(scope="module")
def module() -> ModuleType:
    """The DAGs whose tasks begin in the triggerer."""
    return load_dags("in_triggerer")


@pytest.fixture(scope="module")
def computed(run_dag: RunDag, module: ModuleType) -> DagRunResult:
    """A run that computed, in this process."""
    return run_dag(module.in_triggerer, run_conf={"n": 5})


@pytest.fixture
def references(computed: DagRunResult) -> dict[tuple[str, str], Any]:
    """What the tasks of that run left in XCom, by task and key, as it is stored."""
    return stored(computed, "in_triggerer")


def stored(run: DagRunResult, dag_id: str) -> dict[tuple[str, str], Any]:
    from airflow.models.xcom import XComModel
    from airflow.utils.session import create_session

    with create_session() as session:
        rows = session.query(XComModel).filter_by(dag_id=dag_id, run_id=run.run_id).all()
        return {(row.task_id, row.key): row.value for row in rows}


def question(task_id: str, dag_id: str = "in_triggerer", **changes: Any) -> Question:
    now = datetime.now(timezone.utc)
    run_id = changes.pop("run_id", f"manual__{uuid.uuid4()}")
    run = {
        "dag_id": dag_id,
        "run_id": run_id,
        "logical_date": now.isoformat(),
        "data_interval_start": now.isoformat(),
        "data_interval_end": now.isoformat(),
        "run_after": now.isoformat(),
        "start_date": now.isoformat(),
        "end_date": None,
        "run_type": "manual",
        "state": "running",
        "conf": changes.pop("conf", {"n": 5}),
        "consumed_asset_events": [],
        "partition_key": None,
        "partition_date": None,
    }
    instance = {"id": uuid.uuid4(), "dag_id": dag_id, "task_id": task_id, "run_id": run_id, "map_index": -1}
    file = DAGS / "in_triggerer.py"
    given = {
        "fileloc": str(file),
        "relative_fileloc": file.name,
        "disable_bundle_versioning": False,
        "instance": {**instance, "try_number": changes.pop("try_number", 1)},
        "run": run,
    }
    return Question(dag_id=dag_id, task_id=task_id, **{**given, **changes})


def decide(asked: Question) -> Verdict:
    from airflow_artifacts.provider import deciding

    return deciding.decide(asked)


def test_they_run_without_a_triggerer(computed: DagRunResult) -> None:
    """As ``dag.test()`` has none, it runs them in its process."""
    assert computed.state == "success", computed.states
    assert (computed.value("double"), computed.value("of_run")) == (2, 10)


def test_a_hit_leaves_what_a_worker_leaves(
    computed: DagRunResult, references: dict[tuple[str, str], Any], airflow: Airflow
) -> None:
    """The XComs are those of the run that computed, and the reuse is recorded as that of the real try."""
    airflow.xcoms = references
    for task_id in ("number", "double", "both"):
        airflow.pushed.clear()
        asked = question(task_id)
        verdict = decide(asked)
        assert verdict.is_hit, verdict
        assert airflow.pushed == {key: value for (name, key), value in references.items() if name == task_id}
        page = f"/dags/in_triggerer/runs/{computed.run_id}/tasks/{task_id}/plugin/task-instance-artifacts"
        assert airflow.links == {"_link_EarlierRunLink": page}
        found = computed.client.task_run("in_triggerer", asked.run["run_id"], task_id)
        assert found.outputs == computed.task(task_id).outputs
        assert found.task_run.state is TaskRunState.SUCCESS
        assert (found.task_run.instance_id, found.task_run.try_number) == (str(asked.instance["id"]), 1)
        told = {fields["event"]: line for line, fields in verdict.lines if fields}
        assert told["hit"].startswith("cache hit: in_triggerer.")


def test_what_a_task_does_not_push_is_not_pushed(computed: DagRunResult, airflow: Airflow) -> None:
    """``do_xcom_push=False`` counts here, too."""
    assert decide(question("quiet")).is_hit
    assert airflow.pushed == {}


def test_a_miss_is_left_to_a_worker_and_leaves_nothing(computed: DagRunResult, airflow: Airflow) -> None:
    """Neither in Airflow nor in the lineage database."""
    assert decide(question("of_run")).is_hit
    airflow.pushed.clear()
    asked = question("of_run", conf={"n": 6})
    verdict = decide(asked)
    assert (verdict.is_hit, verdict.reason) == (False, "there is no earlier result under its key")
    assert airflow.pushed == {}
    assert computed.client.run("in_triggerer", asked.run["run_id"]).task_runs == []


def test_a_hit_of_which_airflow_is_to_be_told_is_left_to_a_worker(
    run_dag: RunDag, module: ModuleType, airflow: Airflow, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As an asset event is sent by a worker only: where ``latest`` comes to name another version."""
    with monkeypatch.context() as undone:
        undone.delattr(task_runner, "SUPERVISOR_COMMS")
        for n in (1, 2):
            assert run_dag(module.of_asset, run_conf={"n": n}).state == "success"
    assert decide(question("named", "in_triggerer_named", conf={"n": 2})).is_hit
    asked = question("named", "in_triggerer_named", conf={"n": 1})
    for verdict in (decide(asked), decide(asked)):  # it is owed until a worker has sent it
        assert verdict.reason == "in_triggerer/named@1 is the latest by now, and only a worker sends the asset event"


def test_deciding_twice_is_deciding_once(computed: DagRunResult, airflow: Airflow) -> None:
    """As after a triggerer that died before it said so, and where a worker takes the same try up."""
    asked = question("number")
    assert decide(asked).is_hit
    assert decide(asked).is_hit
    assert len(computed.client.run("in_triggerer", asked.run["run_id"]).task_runs) == 1


def test_a_task_of_which_something_is_recorded_is_left_to_a_worker(computed: DagRunResult, airflow: Airflow) -> None:
    """It may have been cleared, of which a triggerer is not told, and a cleared task computes."""
    verdict = decide(question("number", run_id=computed.run_id))
    assert not verdict.is_hit
    assert "something is recorded of it in this run, by try 1" in verdict.reason


@pytest.mark.parametrize(
    ("task_id", "reason"),
    [
        ("of_clears", "it asks for dag_run.clear_number, which a triggerer is not told"),
        ("of_others", "NotImplementedError"),
        ("of_variable", "factor"),
        ("gone", "has no such task any more"),
    ],
)
def test_what_is_unclear_is_left_to_a_worker(
    computed: DagRunResult, airflow: Airflow, task_id: str, reason: str
) -> None:
    """What a triggerer is not told or cannot ask is never guessed."""
    verdict = decide(question(task_id, "in_triggerer_unclear"))
    assert not verdict.is_hit
    assert reason in verdict.reason


def test_a_file_that_is_not_here_is_left_to_a_worker(airflow: Airflow) -> None:
    """So is one of a bundle whose version differs from run to run, as nobody tells which one counts."""
    verdict = decide(question("number", fileloc="/elsewhere/in_triggerer.py"))
    assert "/elsewhere/in_triggerer.py is in no DAG bundle of this triggerer" in verdict.reason


def test_a_versioned_bundle_is_left_to_a_worker(
    computed: DagRunResult, airflow: Airflow, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Unless the DAG says that its runs take the newest version always."""
    from airflow.dag_processing.bundles.local import LocalDagBundle

    monkeypatch.setattr(LocalDagBundle, "supports_versioning", True)
    assert "not told which version of the DAG bundle 'dags-folder'" in decide(question("number")).reason
    assert decide(question("number", disable_bundle_versioning=True)).is_hit


def test_settings_that_cannot_be_meant_are_left_to_a_worker(
    computed: DagRunResult, airflow: Airflow, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It fails with its message, and the triggerer with none."""
    monkeypatch.setenv("AIRFLOW__ARTIFACTS__DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")
    monkeypatch.setenv("AIRFLOW__ARTIFACTS__PATIENCE", "0")
    verdict = decide(question("number"))
    assert not verdict.is_hit
    assert "the lineage database" in verdict.reason


def test_a_task_behind_a_check_is_skipped_by_a_worker(
    run_dag: RunDag, module: ModuleType, airflow: Airflow, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A skip that is none of the check's is not overlooked."""
    with monkeypatch.context() as undone:
        undone.delattr(task_runner, "SUPERVISOR_COMMS")
        run = run_dag(module.governed)
    airflow.xcoms = stored(run, "in_triggerer_governed")
    airflow.states = {"number": "success", "before": "success"}
    assert decide(question("last", "in_triggerer_governed")).is_hit
    airflow.states = {"number": "success", "before": "skipped"}
    verdict = decide(question("last", "in_triggerer_governed"))
    assert verdict.reason == "'before' before it was skipped, and not for a cached result"


def test_a_process_decides_and_asks_the_triggerer(
    computed: DagRunResult, references: dict[tuple[str, str], Any], airflow: Airflow
) -> None:
    """What it needs of Airflow comes from the process that started it, also what is not there."""
    airflow.xcoms = references
    assert asyncio.run(ask_process(question("double"))).is_hit
    assert airflow.pushed == {"return_value": references["double", "return_value"]}
    refused = asyncio.run(ask_process(question("of_others", "in_triggerer_unclear")))
    assert "it asks Airflow for what a triggerer cannot ask" in refused.reason


def instance(**changes: Any) -> Any:
    """Return a task instance as a triggerer has it."""
    told = SimpleNamespace(run_type=changes.pop("run_type", "manual"), model_dump=lambda **_: {})
    dag = SimpleNamespace(fileloc="f", relative_fileloc="f", disable_bundle_versioning=False)
    given = {
        "id": "i",
        "dag_id": "d",
        "task_id": "t",
        "run_id": "r",
        "map_index": -1,
        "try_number": 1,
        "dag_version_id": "v",
        "task": SimpleNamespace(dag=dag, template_ext=(), template_fields=(), start_trigger_args=None),
        "_ti_context_from_server": SimpleNamespace(dag_run=told),
    }
    return SimpleNamespace(**{**given, **changes})


def event_of(task_instance: Any) -> Any:
    made = CacheTrigger()
    made.task_instance = task_instance

    async def first() -> Any:
        return [event async for event in made.run()]

    [event] = asyncio.run(first())
    return event


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"try_number": 2}, "only a first try is decided here"),
        ({"run_type": "asset_triggered"}, "which asset events its run consumed"),
        ({"task": None}, "it does not begin in the triggerer any more"),
    ],
)
def test_what_is_known_without_looking_goes_on_at_once(changes: dict[str, Any], reason: str) -> None:
    """No process is started for it."""
    assert reason in event_of(instance(**changes)).payload


def test_a_decision_that_fails_goes_on_to_a_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    """No task fails for it."""

    async def die(_: Question) -> Verdict:
        message = "gone"
        raise EOFError(message)

    monkeypatch.setattr(trigger, "ask_process", die)
    assert event_of(instance()).payload == "EOFError: gone"


def test_a_hit_ends_the_task(monkeypatch: pytest.MonkeyPatch) -> None:
    """With an event that carries nothing, as its XComs are pushed by then."""

    async def hit(_: Question) -> Verdict:
        return Verdict("found", is_hit=True)

    monkeypatch.setattr(trigger, "ask_process", hit)
    event = event_of(instance())
    assert (event.task_instance_state, event.xcoms) == ("success", None)
    assert CacheTrigger().serialize() == ("airflow_artifacts.provider.trigger.CacheTrigger", {})
