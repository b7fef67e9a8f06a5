"""Outputs and parameters from annotations: the whole matrix, and what each refusal says."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import pytest

from airflow_artifacts.artifact import Artifact
from airflow_artifacts.exceptions import DeclarationError, OutputError
from airflow_artifacts.signature import read_signature

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd


def nothing_said():
    return 1


def nothing_returned():
    print("x")  # noqa: T201


def none_returned(flag):
    if flag:
        return None  # noqa: RET501
    return None  # noqa: RET501


def none_declared() -> None: ...


def never_returns() -> NoReturn:
    raise SystemExit


def one() -> int:
    return 1


def one_named() -> Annotated[int, "count"]:
    return 1


def one_declared() -> Annotated[int, Artifact("metrics/count", tags=["gold"])]:
    return 1


def two_unannotated():
    return 1, 2


def two() -> tuple[int, str]:
    return 1, "a"


def two_in_parentheses() -> tuple[int, str]:
    return (1, "a")


def two_in_a_branch(flag: bool) -> tuple[int, str]:
    if flag:
        return 1, "a"
    pair = (2, "b")
    return pair  # noqa: RET504 - the returned variable is what the test is about


def two_named() -> tuple[Annotated[int, "a"], Annotated[str, Artifact("b/{ds}")], float]:
    return 1, "x", 2.0


def a_tuple() -> tuple[int, str]:
    pair = (1, "a")
    return pair  # noqa: RET504


def a_named_tuple() -> Annotated[tuple[int, str], "pair"]:
    return 1, "a"


def any_length() -> tuple[int, ...]:
    values = (1, 2, 3)
    return values  # noqa: RET504


def nested_return() -> tuple[int, str]:
    def inner():
        return 1, 2

    class Inner:
        def method(self):
            return 3, 4

    value = (inner()[0], str(Inner))
    return value  # noqa: RET504


def optional() -> int | None:
    return None


def for_type_checkers() -> tuple[Annotated[pd.DataFrame, "train"], pd.Series]:
    return None, None


async def in_a_coroutine() -> tuple[int, int]:
    return 1, 2


@pytest.mark.parametrize(
    ("function", "names", "several"),
    [
        (nothing_said, ["output"], False),
        (nothing_returned, [], False),
        (none_returned, [], False),
        (none_declared, [], False),
        (never_returns, [], False),
        (one, ["output"], False),
        (one_named, ["count"], False),
        (one_declared, ["metrics/count"], False),
        (two_unannotated, ["output"], False),
        (two, ["output_0", "output_1"], True),
        (two_in_parentheses, ["output_0", "output_1"], True),
        (two_in_a_branch, ["output_0", "output_1"], True),
        (two_named, ["a", "b/{ds}", "output_2"], True),
        (a_tuple, ["output"], False),
        (a_named_tuple, ["pair"], False),
        (any_length, ["output"], False),
        (nested_return, ["output"], False),
        (optional, ["output"], False),
        (for_type_checkers, ["train", "output_1"], True),
        (in_a_coroutine, ["output_0", "output_1"], True),
        (functools.wraps(two)(lambda *a: a), ["output_0", "output_1"], True),
        (lambda: 1, ["output"], False),
    ],
)
def test_outputs(function: Callable[..., Any], names: list[str], several: bool) -> None:
    """The outputs of a function are what its annotation and its returns say."""
    signature = read_signature(function)
    assert [output.name for output in signature.outputs] == names
    assert signature.several is several


def test_a_declaration_is_kept_with_its_output() -> None:
    """What ``Annotated`` declares is the output's artifact, and its annotation is the bare type."""
    output = read_signature(one_declared).outputs[0]
    assert output.artifact == Artifact("metrics/count", tags=["gold"])
    assert output.annotation is int


def two_names() -> Annotated[int, "a", Artifact("b")]:
    return 1


def empty_name() -> Annotated[int, ""]:
    return 1


def twice() -> tuple[Annotated[int, "a"], Annotated[int, "a"]]:
    return 1, 2


def reserved() -> tuple[Annotated[int, "return_value"], int]:
    return 1, 2


def open_tuple() -> tuple[int, ...]:
    return 1, 2


def keyed_list() -> list[int]:
    return [1]


def star(*frames: int) -> int:
    return 1


def declared_input(x: Annotated[int, Artifact("a")]) -> int:
    return x


@pytest.mark.parametrize(
    ("function", "fault"),
    [
        (two_names, "has several names"),
        (twice, "'a' of 'twice' stands twice"),
        (reserved, "is XCom's own"),
        (open_tuple, "does not say how many outputs"),
        (star, r"takes \*frames, whose values have no names.*frames: list"),
        (declared_input, "annotated with an Artifact, which declares outputs"),
    ],
)
def test_what_cannot_be_meant_is_refused(function: Callable[..., Any], fault: str) -> None:
    """Each declaration that cannot be meant is refused when the DAG file is read, with the way out."""
    with pytest.raises(DeclarationError, match=fault):
        read_signature(function)


def test_an_empty_name_is_refused() -> None:
    """An output's name follows the rules for names."""
    with pytest.raises(ValueError, match="must be text that is not empty"):
        read_signature(empty_name)


def test_a_tuple_without_source_is_refused() -> None:
    """Where the source cannot be read, a tuple may be one output or several, which is not guessed."""
    names: dict[str, Any] = {}
    exec("def f() -> tuple[int, int]:\n    return 1, 2", names)  # noqa: S102
    with pytest.raises(DeclarationError, match="the source of 'f' cannot be read"):
        read_signature(names["f"])


def keyed() -> dict[str, int]:
    return {"a": 1}


def test_multiple_outputs_needs_a_dict() -> None:
    """``multiple_outputs`` beside an annotation that is no dict is refused; beside a dict its values are checked."""
    with pytest.raises(DeclarationError, match="multiple_outputs=True and is annotated with list"):
        read_signature(keyed_list, multiple_outputs=True)
    signature = read_signature(keyed, multiple_outputs=True)
    assert [(output.name, value) for output, value in signature.split({"a": 1, "b": 2})] == [("a", 1), ("b", 2)]
    with pytest.raises(OutputError, match="output 'a' of 'keyed' is declared as int"):
        signature.split({"a": "x"})
    with pytest.raises(OutputError, match="returned a list"):
        signature.split([1])
    for key in ("", "a\nb", "\ud800", "k" * 256):
        with pytest.raises(OutputError, match="which cannot name an output; use printable text of at most 255"):
            signature.split({key: 1})
    with pytest.raises(OutputError, match="key 1, which cannot name an output"):
        signature.split({1: 1})


def test_nothing_is_inferred_from_a_dict() -> None:
    """A dict is one artifact unless ``multiple_outputs`` says otherwise."""
    assert [output.name for output in read_signature(keyed).outputs] == ["output"]


@pytest.mark.parametrize(
    ("function", "returned", "fault"),
    [
        (none_declared, 1, "declared to return nothing and returned a int"),
        (two, (1, "a", 3), r"declares 2 outputs \(output_0, output_1\) and returned 3 values"),
        (two, [1, "a"], "returned a list"),
        (two, (1, 2), "output 'output_1' of 'two' is declared as str"),
        (one, "a", "output 'output' of 'one' is declared as int"),
    ],
)
def test_a_return_that_does_not_fit_is_refused(function: Callable[..., Any], returned: object, fault: str) -> None:
    """Number and types of what is returned are checked against the declaration."""
    with pytest.raises(OutputError, match=fault):
        read_signature(function).split(returned)


def takes(a: int, /, b: str = "x", *, c: list[int], ti=None, **context: Any) -> None: ...


def test_parameters_are_those_that_the_caller_fills() -> None:
    """Names that Airflow fills and ``**context`` are no parameters."""
    parameters = read_signature(takes, context_keys={"ti"}).parameters
    assert list(parameters) == ["a", "b", "c"]
    assert parameters["a"].positional_only
    assert parameters["b"].default == "x"
    assert parameters["c"].annotation == list[int]
