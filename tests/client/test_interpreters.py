"""The cache key of a function that runs in another Python: what counts is that one's, and none of it is guessed."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import pytest

from airflow_artifacts.cache.policy import INPUTS, NEVER, SOURCE
from airflow_artifacts.client.call import Interpreter
from airflow_artifacts.entries import Outcome
from airflow_artifacts.exceptions import FingerprintError
from tests.client.calling import Caller
from tests.lineage.making import a_run

if TYPE_CHECKING:
    from collections.abc import Collection

    from airflow_artifacts.client import ArtifactClient

THERE = Interpreter(
    facts={"python": "CPython 3.12.1", "requirements": ["six==1.16.0"]},
    packages={"six": "1.16.0"},
    modules={"helpers": "sha256:1"},
    environment={"REGION": "eu", "MODE": "fast"},
    reads=frozenset({"MODE"}),
    variables=frozenset({"limit"}),
)


def made(n: int = 1) -> int:
    import os

    os.environ.get("REGION")
    return n


@pytest.fixture
def call(artifact_client: ArtifactClient) -> Caller:
    """Runs functions as tasks."""
    return Caller(artifact_client)


def there(interpreter: Interpreter) -> Any:
    """Return what asks a Python that answers so."""
    return lambda _imports: interpreter


@pytest.mark.parametrize(
    ("changed", "shown"),
    [
        ({"facts": {**THERE.facts, "python": "CPython 3.12.2"}}, "interpreter python: CPython 3.12.1 → CPython 3.12.2"),
        ({"packages": {"six": "1.17.0"}}, "interpreter package six: 1.16.0 → 1.17.0"),
        ({"modules": {"helpers": "sha256:2"}}, "interpreter module helpers: changed"),
        (
            {"environment": {"REGION": "us", "MODE": "fast"}},
            "environment variable REGION (of the interpreter): changed",
        ),
        ({"environment": {"REGION": "eu", "MODE": "slow"}}, "environment variable MODE (of the interpreter): changed"),
    ],
)
def test_what_the_other_python_is_counts(call: Caller, changed: dict[str, Any], shown: str) -> None:
    """Its version, packages, modules and environment are parts of the key, and a miss says which changed."""
    assert call(made, cache=INPUTS + SOURCE, interpreter=there(THERE)).executed
    assert not call(made, cache=INPUTS + SOURCE, interpreter=there(THERE)).executed
    again = call(made, cache=INPUTS + SOURCE, interpreter=there(dataclasses.replace(THERE, **changed)))
    assert again.executed
    assert [str(one) for one in call.client.why(again.task_run).differences] == [shown]


def test_variables_that_its_modules_read_count(call: Caller) -> None:
    """They are looked up by the worker, as Airflow does for the function."""
    options: dict[str, Any] = {"cache": INPUTS + SOURCE, "interpreter": there(THERE)}
    call(made, variable=lambda _name: "1", **options)
    assert not call(made, variable=lambda _name: "1", **options).executed
    assert call(made, variable=lambda _name: "2", **options).executed


def test_the_same_function_in_the_worker_is_another_call(call: Caller) -> None:
    """No result of another Python is one of the worker's."""
    call(made, cache=INPUTS + SOURCE, interpreter=there(THERE))
    assert call(made, cache=INPUTS + SOURCE).executed


def test_a_python_that_does_not_answer_makes_the_task_uncached(call: Caller) -> None:
    """The reason is in the decision."""

    def silent(_imports: Collection[str]) -> Interpreter:
        message = "the Python does not say what it consists of"
        raise FingerprintError(message)

    ran = call(made, cache=INPUTS + SOURCE, interpreter=silent)
    decision = call.client.why(ran.task_run).decision
    assert decision.outcome is Outcome.UNCACHED
    assert decision.reasons == ("the Python does not say what it consists of",)


def test_without_source_it_counts_where_packages_are_included(call: Caller) -> None:
    """A policy that is written out is taken literally; the packages that it includes are those of the other Python."""
    newer = dataclasses.replace(THERE, packages={"six": "1.17.0"})
    assert call(made, cache=INPUTS, interpreter=there(THERE)).executed
    assert not call(made, cache=INPUTS, interpreter=there(newer)).executed
    included = INPUTS.include(packages=["six"])
    assert call(made, cache=included, interpreter=there(THERE)).executed
    assert call(made, cache=included, interpreter=there(newer)).executed


@pytest.mark.parametrize("cache", [INPUTS + SOURCE, NEVER])
def test_its_packages_are_those_of_the_version(call: Caller, cache: object) -> None:
    """What made a version had the other Python's packages, cached or not."""
    run = a_run("made", outputs=("output",))
    made_by = call.client.provenance(call(made, run=run, cache=cache, interpreter=there(THERE)).ref)
    assert made_by.packages == {"six": "1.16.0"}


def test_it_is_asked_for_what_the_function_imports(call: Caller) -> None:
    """The modules that the function imports are named to the Python that has them."""
    asked: list[set[str]] = []

    def ask(imports: Collection[str]) -> Interpreter:
        asked.append(set(imports))
        return THERE

    def imports_ours() -> int:
        if made() > 1:
            from ours.parts import helper

            return helper()
        return 1

    call(imports_ours, cache=INPUTS + SOURCE, interpreter=ask)
    assert asked[0] >= {"ours.parts", "ours.parts.helper"}
