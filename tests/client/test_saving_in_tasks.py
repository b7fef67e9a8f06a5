"""What a function saves while its task runs: published with the task, or not at all, and never without its bytes."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

import pytest

from airflow_artifacts.client.task import TaskExecution
from airflow_artifacts.exceptions import ArtifactNotFoundError, CorruptObjectError, StoreError
from tests.client.calling import a_call

if TYPE_CHECKING:
    from collections.abc import Iterator

    from airflow_artifacts.client import ArtifactClient


class StoreFailure:
    """Lets the store of a client fail as one that is out of reach does."""

    def __init__(self, client: ArtifactClient, monkeypatch: pytest.MonkeyPatch) -> None:
        self._client = client
        self._monkeypatch = monkeypatch

    @contextlib.contextmanager
    def while_(self, error: BaseException) -> Iterator[None]:
        """Raise an error for every object that is written."""

        def fail(*_: object) -> None:
            raise error

        with self._monkeypatch.context() as patch:
            patch.setattr(self._client.store, "put", fail)
            yield


@pytest.fixture
def store_failure(artifact_client: ArtifactClient, monkeypatch: pytest.MonkeyPatch) -> StoreFailure:
    """The means to break the store for a while."""
    return StoreFailure(artifact_client, monkeypatch)


@pytest.fixture
def execution(artifact_client: ArtifactClient) -> TaskExecution:
    """The execution of a task with one output, an int."""
    return TaskExecution(artifact_client, a_call(extract), is_skip=lambda _: False)


def extract() -> int:
    return 1


def test_a_save_that_failed_is_not_published(
    artifact_client: ArtifactClient, execution: TaskExecution, store_failure: StoreFailure
) -> None:
    """A function may go on when a save fails; its task then publishes what was stored, and nothing else."""
    with execution.running():
        artifact_client.save({"epoch": 1}, "checkpoints")
        with store_failure.while_(StoreError("the endpoint is down")), pytest.raises(StoreError):
            artifact_client.save({"epoch": 2}, "checkpoints")
        execution.publish(3)
    assert [artifact_client.load(version) for version in artifact_client.versions("checkpoints")] == [{"epoch": 1}]
    assert artifact_client.load("churn::extract::output") == 3


def test_what_was_saved_can_be_read_at_once(artifact_client: ArtifactClient, execution: TaskExecution) -> None:
    """By its name, its explicit version or its alias, though it is published only with the task."""
    with execution.running():
        artifact_client.save("first", "models/x", version="v1", aliases=["best"])
        artifact_client.save("second", "models/x", version="v2")
        found = {text: artifact_client.load(f"models/x{text}") for text in ("", "@latest", "@v1", "@v2", "@best")}
        with pytest.raises(ArtifactNotFoundError):
            artifact_client.load("models/x@v3")
    assert found == {"": "second", "@latest": "second", "@v1": "first", "@v2": "second", "@best": "first"}
    assert artifact_client.find("models/x") is None


def test_a_writer_who_dies_while_it_heals_an_object_leaves_that_to_the_next(
    artifact_client: ArtifactClient, store_failure: StoreFailure
) -> None:
    """Bytes that were found wrong are written again by whoever saves them next, also after a failed attempt."""
    value: dict[str, Any] = {"x": 1}
    version = artifact_client.save(value, "healed")
    place = artifact_client.store.local(version.manifest.files[0].object)
    assert place is not None
    place.chmod(0o644)
    place.write_bytes(bytes(place.stat().st_size))
    with pytest.raises(CorruptObjectError):
        artifact_client.load("healed")
    with store_failure.while_(KeyboardInterrupt()), pytest.raises(KeyboardInterrupt):
        artifact_client.save(value, "healed")
    artifact_client.save(value, "healed")
    assert [artifact_client.load(version) for version in artifact_client.versions("healed")] == [value, value]
