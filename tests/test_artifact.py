"""Names, templates, words and references: what is allowed, and what each refusal says."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airflow_artifacts.artifact import (
    Artifact,
    check_alias,
    check_name,
    check_version,
    json_fault,
    literal,
    parse_reference,
    render,
    unnamed,
)
from airflow_artifacts.exceptions import DeclarationError, InvalidNameError

UUID = "0192f0c1-7b1e-7c3a-9d0e-5b0f6f0a1b2c"


@pytest.mark.parametrize("name", ["raw/events", "a", "Größe/é", "with space", "a.b-c_d", "x" * 255, "1", "2026-11-24"])
def test_ordinary_names_are_allowed(name: str) -> None:
    """Letters of any script, digits, spaces inside, dots, dashes and slashes make names of up to 255 characters."""
    assert check_name(name) == name


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("", "must be text that is not empty"),
        ("../x", "'..' segment"),
        ("a//b", "empty, '.' or '..' segment"),
        ("/a", "empty, '.' or '..' segment"),
        ("a/.", "empty, '.' or '..' segment"),
        ("x" * 300, "has 300 characters; the most is 255"),
        ("a\x00b", "U+0000"),
        ("a\nb", "U+000A"),
        ("a\u202eb", "U+202E"),
        ("a\ud800", "U+D800"),
        ("a@b", "holds '@'"),
        ("a::b", "holds '::'"),
        (" a", "space at an end"),
        (UUID, "reads as the UUID"),
    ],
)
def test_hostile_names_are_refused(name: str, fault: str) -> None:
    """Each hostile name is refused with what is wrong with it."""
    with pytest.raises(InvalidNameError, match=fault.replace(".", r"\.").replace("+", r"\+")):
        check_name(name)


@pytest.mark.parametrize("word", ["3", "v1.2", "2026Q1", "release candidate"])
def test_numbers_and_words_are_versions(word: str) -> None:
    """An explicit version is a number or a word."""
    assert check_version(word) == word


@pytest.mark.parametrize("word", ["latest", "2026-11-24", "03", "0", "a@b", "a/b", "", "x" * 65, "a\tb"])
def test_words_that_mean_something_else_are_no_versions(word: str) -> None:
    """``latest``, dates, numbers with a leading zero and separators are refused as versions."""
    with pytest.raises(InvalidNameError):
        check_version(word)


@pytest.mark.parametrize("word", ["3", "latest", "2026-11-24"])
def test_numbers_and_dates_are_no_aliases(word: str) -> None:
    """What names a version already is refused as an alias."""
    with pytest.raises(InvalidNameError):
        check_alias(word)


def test_a_template_is_filled() -> None:
    """Placeholders take their values, doubled braces stay braces."""
    assert render("raw/{ds}/{{x}}", {"ds": "2026-11-24"}) == "raw/2026-11-24/{x}"


def test_a_missing_key_is_named_with_those_there_are() -> None:
    """A template with an unknown key fails with the key, the known ones and the way out."""
    with pytest.raises(InvalidNameError, match=r"names \{region\}.*known are ds.*substitutions=\{'region'"):
        render("raw/{region}", {"ds": "2026-11-24"})


@pytest.mark.parametrize("template", ["a{", "a{0}", "a{x.y}", "a{x!r}", "a{x:>5}", "a{}"])
def test_templates_hold_plain_names_only(template: str) -> None:
    """Attributes, indexes, conversions and formats in a template are refused."""
    with pytest.raises(InvalidNameError):
        Artifact(template)


@given(st.text())
def test_a_literal_renders_to_itself(text: str) -> None:
    """Whatever text a name is, as a literal it renders to the same text."""
    assert render(literal(text), {}) == text


@pytest.mark.parametrize(
    ("text", "artifact", "word"),
    [
        ("raw/events", "raw/events", "latest"),
        ("raw/events@3", "raw/events", "3"),
        ("models/churn@production", "models/churn", "production"),
        ("raw@2026-11-23", "raw", "2026-11-23"),
        ("dag::task::output@2", "dag::task::output", "2"),
    ],
)
def test_references_are_taken_apart(text: str, artifact: str, word: str) -> None:
    """A reference is a name and a word, which is ``latest`` unless said."""
    reference = parse_reference(text)
    assert (reference.artifact, reference.word, reference.id) == (artifact, word, None)


def test_a_uuid_and_its_beginning_are_references() -> None:
    """A whole UUID and eight or more of its digits may name a version."""
    assert parse_reference(UUID).is_id
    assert parse_reference(UUID[:8]).id == UUID[:8]
    assert not parse_reference(UUID[:8]).is_id
    assert parse_reference("abc").id is None


@pytest.mark.parametrize("text", ["", "@3", "a@", "a@b@c", "a\x00"])
def test_what_cannot_be_a_reference_is_refused(text: str) -> None:
    """A reference lacks neither name nor word."""
    with pytest.raises(InvalidNameError):
        parse_reference(text)


def test_unnamed_outputs_have_names_that_users_cannot_take() -> None:
    """DAG, task, output and map index make a name that no user may give."""
    assert unnamed("dag", "group.task", "output") == "dag::group.task::output"
    assert unnamed("dag", "task", "output", 3) == "dag::task::output::3"
    with pytest.raises(InvalidNameError):
        check_name(unnamed("dag", "task", "output"))


def test_a_declaration_checks_its_labels() -> None:
    """Tags and aliases are lists of words, and metadata is JSON."""
    with pytest.raises(DeclarationError, match=r"tags='bronze'.*write \['bronze'\]"):
        Artifact("a", tags="bronze")
    with pytest.raises(InvalidNameError, match="alias '3' is a number"):
        Artifact("a", aliases=["3"])
    with pytest.raises(DeclarationError, match=r"metadata\['x'\]\[0\] of artifact 'a' is not JSON"):
        Artifact("a", metadata={"x": [object()]})


def _nested(depth: int) -> list[Any]:
    value: list[Any] = []
    for _ in range(depth):
        value = [value]
    return value


def _cycle() -> list[Any]:
    value: list[Any] = []
    value.append(value)
    return value


@pytest.mark.parametrize(
    ("value", "fault"),
    [
        ({"a": [1, 2.5, None, "x", True]}, None),
        (float("nan"), ""),
        ({"a": [0, {"b": float("inf")}]}, "['a'][1]['b']"),
        ({1: 2}, "[1]"),
        ([b"x"], "[0]"),
        ((1, 2), None),
        (10**599, None),
        ([10**5000], "[0]"),
        (_nested(50), None),
        (_nested(3000), "[0][0][0][0][0][0][0…"),
        (_cycle(), "[0][0][0][0][0][0][0…"),
    ],
    ids=lambda value: repr(value)[:20] if isinstance(value, (dict, float)) else type(value).__name__,
)
def test_what_is_not_json_is_found_where_it_stands(value: object, fault: str | None) -> None:
    """The path to the first part that is not JSON is given."""
    assert json_fault(value) == fault
