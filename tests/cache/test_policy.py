"""Policies: how they add up, and what they refuse."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from airflow_artifacts import INPUTS, INTERVAL, NEVER, SOURCE
from airflow_artifacts.cache.policy import policy_of
from airflow_artifacts.exceptions import DeclarationError

if TYPE_CHECKING:
    from collections.abc import Callable


def test_policies_add_up() -> None:
    """In any order; what stands twice stands once."""
    assert INPUTS + SOURCE == SOURCE + INPUTS == INPUTS + SOURCE + INPUTS
    assert str(SOURCE + INPUTS + INTERVAL - "verbose") == "INPUTS + SOURCE + INTERVAL - 'verbose'"
    assert INPUTS + SOURCE - SOURCE == INPUTS
    assert (INPUTS - ["a", "b"]).ignored == {"a", "b"}


def test_the_stricter_counts() -> None:
    """The shorter lifetime, and the narrower scope."""
    policy = INPUTS.expires(days=7).scope("dag") + SOURCE.expires(hours=1)
    assert (policy.lifetime, policy.shared) == (timedelta(hours=1), "dag")


def test_what_is_included_collects() -> None:
    """Of both."""
    policy = (INPUTS.include(env=["A"], packages=["numpy"]) + SOURCE.include(env=["B"], files=["q.sql"])).extra(1, 2)
    assert policy.environment == {"A", "B"}
    assert policy.packages == {"numpy"}
    assert policy.files == ("q.sql",)
    assert policy.extras == (1, 2)
    assert (policy + INPUTS.include(packages=True)).packages is True


def test_what_cache_means() -> None:
    """True and None the default, False none."""
    assert policy_of(None) is None
    assert policy_of(True) is None
    assert policy_of(False) is NEVER
    assert policy_of(INPUTS) is INPUTS
    with pytest.raises(DeclarationError, match="write True, False, or a sum such as INPUTS"):
        policy_of("INPUTS")


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: INPUTS + NEVER, "a task is either cached or not"),
        (lambda: NEVER - "x", "NEVER has no key"),
        (lambda: NEVER.expires(days=1), "NEVER has no key"),
        (lambda: INPUTS.scope("run"), "none of 'task', 'dag', 'all'"),
        (INPUTS.expires, "would never count"),
        (lambda: INPUTS.expires(days=-1), "would never count"),
        (lambda: INPUTS.include(env="HOME"), r"env=\['HOME'\]"),
    ],
)
def test_what_cannot_be_meant_is_refused(make: Callable[[], object], message: str) -> None:
    """With the way out."""
    with pytest.raises(DeclarationError, match=message):
        make()
    with pytest.raises(TypeError):
        INPUTS + 1  # type: ignore[operator]
