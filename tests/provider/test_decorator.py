"""The decorator when the DAG file is read: what it makes, and what it refuses."""

from __future__ import annotations

import datetime as dt
import functools
from typing import Annotated, Any

import pandas as pd
import pytest
from airflow.sdk import DAG, TriggerRule, task

from airflow_artifacts import INPUTS, Artifact, artifact_task, materializers
from airflow_artifacts.exceptions import DeclarationError, InvalidNameError


def two(n: int = 1) -> tuple[Annotated[int, "a"], Annotated[int, "b"]]:
    """Return two numbers."""
    return n, n + 1


def one(n: Any = 1, **context: Any) -> dict[str, int]:
    return {"k": n}


@pytest.fixture
def dag() -> Any:
    with DAG("parsed", schedule=None) as made:
        yield made


def test_the_function_stays_callable_by_itself() -> None:
    """``.function`` is the plain function, so that it is tested without Airflow."""
    assert artifact_task(two).function(3) == (3, 4)
    assert task.artifact(two).function(3) == (3, 4)


def test_options_of_a_mapped_task_can_be_set(dag: DAG) -> None:
    """As cluster policies do, and ``as_teardown``; the rule that the user declared stays what counts."""
    mapped = artifact_task(two).expand(n=[1, 2]).operator
    mapped.retries, mapped.queue = 3, "large"
    mapped.as_teardown()
    assert (mapped.retries, mapped.queue, mapped.is_teardown) == (3, "large", True)
    assert mapped.partial_kwargs["retries"] == 3
    assert mapped.trigger_rule is mapped.partial_kwargs["trigger_rule"] is TriggerRule.ALL_DONE_SETUP_SUCCESS
    mapped.trigger_rule = "all_done"
    assert mapped.trigger_rule is mapped.partial_kwargs["trigger_rule"] is TriggerRule.ALL_DONE


def test_several_outputs_unpack(dag: DAG) -> None:
    """Unpacking and asking by name give one XCom for each output."""
    a, b = made = artifact_task(two)()
    assert (a.output, b.output) == ("a", "b")
    assert made["b"].output == "b"
    assert [x.output for x in made] == ["a", "b"]
    # Airflow maps over the key of the whole alone.
    assert {x.key for x in made} == {"return_value"}


def test_unpacking_what_cannot_be_is_refused(dag: DAG) -> None:
    """Too many names, a name that is not there, and one output alone are errors when the file is read."""
    made = artifact_task(two)()
    with pytest.raises(ValueError, match="values to unpack"):
        _a, _b, _c = made
    with pytest.raises(KeyError, match=r"'two' has no output 'c', only a, b"):
        made["c"]
    with pytest.raises(TypeError, match="'one' has one output and cannot be unpacked"):
        _a, _b = artifact_task(one)()


def test_an_item_of_a_dict_keeps_the_key_of_its_output(dag: DAG) -> None:
    """Asking a single output for an item leads to the same XCom."""
    made = artifact_task(one)()
    assert made["k"]["l"].key == made.key == "return_value"
    assert made["k"]["l"].path == ("k", "l")


def test_copies_keep_what_the_decorator_was_told(dag: DAG) -> None:
    """``override``, ``partial`` and ``expand`` keep outputs, names and options."""
    a, b = artifact_task(two).override(task_id="other", retries=3)(5)
    assert (a.operator.task_id, a.operator.retries, b.output) == ("other", 3, "b")
    a, b = artifact_task(two).expand(n=[1, 2])
    assert a.operator.is_mapped
    keyed = artifact_task(multiple_outputs=True)(one).override(task_id="keyed")()
    assert keyed["anything"].output == "anything"
    with pytest.raises(TypeError, match="as many as its dict has keys"):
        _a, _b = keyed


def test_default_args_reach_the_operator() -> None:
    """Substitutions of the DAG hold for its tasks, mapped ones too."""

    def named(n: int = 1) -> Annotated[int, "x/{region}"]:
        return n

    with DAG("defaults", schedule=None, default_args={"substitutions": {"region": "eu"}}):
        assert artifact_task(named)().operator.substitutions == {"region": "eu"}
        mapped = artifact_task(named).override(task_id="mapped").expand(n=[1])
        assert mapped.operator.partial_kwargs["substitutions"] == {"region": "eu"}
    with DAG("no_defaults", schedule=None), pytest.raises(InvalidNameError, match=r"\{region\}.*substitutions"):
        artifact_task(named)()


@pytest.mark.parametrize(
    ("value", "fault"),
    [
        (pd.DataFrame(), r"argument 'n' of 'one': a pandas.*DataFrame is not JSON; pass text"),
        (dt.date(2026, 1, 1), "a datetime.date is not JSON"),
        ({"a": [1, object()]}, r"is not JSON at \['a'\]\[1\]"),
        (float("nan"), "a float is not JSON"),
        ({1: 2}, r"is not JSON at \[1\]"),
    ],
)
def test_literals_that_are_not_json_are_refused(dag: DAG, value: object, fault: str) -> None:
    """A literal argument is JSON; anything else is refused when the file is read, with the ways out."""
    with pytest.raises(DeclarationError, match=fault):
        artifact_task(one)(value)
    with pytest.raises(DeclarationError, match=fault):
        artifact_task(one).partial(n=value).expand(other=[1])
    with pytest.raises(DeclarationError, match="is not JSON"):
        artifact_task(one).expand(n=[value])
    with pytest.raises(DeclarationError, match="is not JSON"):
        artifact_task(one).expand_kwargs([{"n": value}])


def test_other_tasks_results_stand_inside_lists_and_dicts(dag: DAG) -> None:
    """Lists and dicts of results are arguments, and make the tasks upstream."""
    made = artifact_task(one)({"k": [artifact_task(two)()["a"], 1]})
    assert made.operator.upstream_task_ids == {"two"}


def test_stacked_decorators_are_refused(dag: DAG) -> None:
    """Another task decorator under or over this one is refused, because only one of the two would count."""
    with pytest.raises(DeclarationError, match=r"@task\.artifact stands around another task decorator on 'two'"):
        artifact_task(task(two))
    with pytest.raises(DeclarationError, match=r"another task decorator stands around @task\.artifact on 'two'"):
        task(artifact_task(two))()


def test_star_arguments_are_refused() -> None:
    """``*args`` has no names to record values under."""

    def star(*values: int) -> int:
        return sum(values)

    with pytest.raises(DeclarationError, match=r"takes \*values"):
        task.artifact(star)


def test_materializers_name_outputs_that_exist(dag: DAG) -> None:
    """A materializer for an output that is not there is refused when the file is read."""
    handler = materializers.serving(int).handler
    with pytest.raises(
        DeclarationError, match="materializers name 'c', which 'two' does not return; its outputs are a, b"
    ):
        artifact_task(materializers={"c": handler})(two)
    with pytest.raises(DeclarationError, match="has 2 outputs; say which one"):
        artifact_task(materializers=handler)(two)


def test_what_is_no_list_is_not_expanded_over(dag: DAG) -> None:
    """Airflow would refuse it when the other task has run, and say nothing of the way out."""
    result = artifact_task(one)(1)
    for over in (result, result.map(str), result.zip([1])):
        with pytest.raises(DeclarationError, match=r"result of 'one', which is a dict\[str, int\] and no list; return"):
            artifact_task(one).override(task_id="two").expand(x=over)
    for part in (result["key"], result.metadata["rows"]):
        with pytest.raises(DeclarationError, match="cannot expand over the result of 'one' in part"):
            artifact_task(one).override(task_id="two").expand(x=part)


def test_an_artifact_by_name_is_an_argument(dag: DAG) -> None:
    """Also of a mapped task, and inside of lists and dicts; it adds nothing upstream."""
    made = artifact_task(one)([{"a": Artifact("models/churn@production")}])
    assert made.operator.upstream_task_ids == set()
    artifact_task(one).override(task_id="each").expand(n=[Artifact("raw/a"), Artifact("raw/b@{ds}")])


def test_a_reference_declares_no_output(dag: DAG) -> None:
    """What names a version that exists cannot be what a new one becomes."""

    def wrong() -> Annotated[int, Artifact("models/churn@production")]:
        return 1

    with pytest.raises(DeclarationError, match="'models/churn@production', which names a version that exists"):
        artifact_task(wrong)


def test_what_is_no_function_is_refused() -> None:
    """Airflow names a task by its function's name."""
    with pytest.raises(DeclarationError, match="is no function; write a function that calls it"):
        artifact_task(functools.partial(one, 1))


def test_an_explicit_version_of_a_mapped_task_holds_its_index(dag: DAG) -> None:
    """A mapped task whose version does not hold the index could publish one index only."""

    def fixed(n: int) -> Annotated[int, Artifact("x", version="v1")]:
        return n

    with pytest.raises(DeclarationError, match=r"explicit version 'v1'.*put \{map_index\} into it"):
        artifact_task(fixed).expand(n=[1, 2])


def test_the_docstring_is_the_tasks_documentation(dag: DAG) -> None:
    """Airflow shows the function's docstring with the task."""
    assert artifact_task(two)()["a"].operator.doc_md == "Return two numbers."


def test_a_cache_policy_that_cannot_be_meant_is_refused_when_the_file_is_read() -> None:
    """One that leaves out what the function does not take, no policy at all, or an unknown on_clear."""

    def fit(verbose: bool = False) -> int:
        return int(verbose)

    with pytest.raises(DeclarationError, match="leaves out 'loud', which it does not take; its parameters are verbose"):
        artifact_task(cache=INPUTS - "loud")(fit)
    with pytest.raises(DeclarationError, match="is no policy"):
        artifact_task(cache="never")(fit)
    with pytest.raises(DeclarationError, match="must be 'recompute' or 'reuse'"):
        artifact_task(on_clear="skip")(fit)
    artifact_task(cache=INPUTS - "verbose", on_clear="reuse")(fit)
