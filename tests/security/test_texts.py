"""Texts from outside are read, or refused by an error of this package, whatever stands in them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from airflow_artifacts.artifact import Artifact, check_name, check_version, parse_reference, placeholders, render
from airflow_artifacts.exceptions import ArtifactError
from airflow_artifacts.model import ArtifactListRef, ArtifactRef, Manifest
from airflow_artifacts.store.masking import masked
from airflow_artifacts.visualizers import Preview
from tests.security.world import DIGEST, PATHS

if TYPE_CHECKING:
    from collections.abc import Callable

FAST = settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
LONG = settings(max_examples=5000, deadline=None, suppress_health_check=list(HealthCheck))

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.sampled_from(PATHS),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
WORDS = st.text(max_size=20) | st.sampled_from(
    ["a", "raw/events", "@", "::", "latest", "{ds}", "{", "a@b", "..", "\ud800"]
)
TEXTS = st.lists(WORDS, max_size=4).map("".join)
FILES = st.lists(
    st.tuples(st.sampled_from(PATHS) | TEXTS, st.just(DIGEST) | JSON, st.integers(-1, 1 << 64) | JSON).map(list) | JSON
)
MANIFESTS = TEXTS | JSON.map(json.dumps) | st.fixed_dictionaries(
    {"version": st.integers(0, 4) | JSON, "files": FILES | JSON, "details": st.dictionaries(st.text(), JSON) | JSON}
).map(json.dumps)  # fmt: skip
FIELDS = {"id": st.text(), "artifact": st.text(), "version": st.text(), "type": st.text(), "size": st.integers()}
PAYLOADS = st.dictionaries(st.text(), JSON) | st.fixed_dictionaries(
    FIELDS, optional={"path": JSON, "uri": JSON, "length": JSON, "more": JSON}
)


def manifest(text: str) -> None:
    """What is read of a manifest lies within its value, and is written as it was read."""
    try:
        read = Manifest.from_json(text)
    except ArtifactError:
        return
    assert all(".." not in file.path.split("/") and not file.path.startswith("/") for file in read.files)
    assert all(file.object.suffix.count("/") == 0 for file in read.files)
    if not any(file.blocks or file.uri for file in read.files):
        again = Manifest.from_json(read.to_json()) if _is_finite(read) else read
        assert again.files == read.files


def _is_finite(read: Manifest) -> bool:
    try:
        read.to_json()
    except ValueError:  # JSON of Python has infinities, and that of a manifest has none
        return False
    return True


def name(text: str) -> None:
    """A name that is allowed is the same in a reference, and a version that is allowed is its word."""
    for check in (check_name, check_version, parse_reference, placeholders, Artifact):
        try:
            check(text)  # type: ignore[operator]
        except ArtifactError:
            continue
        if check is check_name:
            assert parse_reference(text).artifact == text
            assert parse_reference(f"{text}@latest").word == "latest"
        if check is check_version:
            assert parse_reference(f"a@{text}").word == text
        if check is placeholders:
            assert render(text, dict.fromkeys(placeholders(text), "x")).count("\0") == text.count("\0")


def reference(payload: dict[str, Any]) -> None:
    """What XCom holds is a reference that writes itself as it was, or is refused as Airflow's own restoring does."""
    for kind in (ArtifactRef, ArtifactListRef):
        try:
            read = kind.deserialize(payload, 1)
        except (ArtifactError, TypeError):
            continue
        assert kind.deserialize(read.serialize(), 1) == read
        str(read)


def preview(text: str) -> None:
    """A preview that cannot be read is said so by what shows it: only these errors come of it."""
    try:
        Preview.from_json(text)
    except (ValueError, RecursionError):
        return


def message(text: str) -> None:
    """What is masked stays masked, and no word of a query or before a host remains."""
    said = masked(f"see https://user:secret{text.replace('@', '')}@host/x?sig=other{text}")
    assert masked(said) == said


CASES: dict[str, tuple[Callable[[Any], None], Any]] = {
    "manifest": (manifest, MANIFESTS),
    "name": (name, TEXTS),
    "reference": (reference, PAYLOADS),
    "preview": (preview, MANIFESTS),
    "message": (message, TEXTS),
}


@pytest.mark.parametrize("case", CASES)
def test_texts_are_read_or_refused(case: str) -> None:
    """No other error than those of this package comes of any text."""
    act, texts = CASES[case]
    FAST(given(texts)(act))()


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES)
def test_many_texts_are_read_or_refused(case: str) -> None:
    """The same of thousands of texts, others in each run."""
    act, texts = CASES[case]
    LONG(given(texts)(act))()
