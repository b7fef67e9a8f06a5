"""Claiming objects: what must be uploaded whatever the store says."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from airflow_artifacts.lineage import Lineage, ObjectsNotLive, tables
from airflow_artifacts.lineage.tables import ObjectState
from tests.lineage.making import MIDNIGHT, a_version, an_object, uploaded


def set_state(lineage: Lineage, state: ObjectState) -> None:
    """Give every object a state."""
    with lineage._database.writing() as session:
        session.execute(sa.update(tables.Object).values(state=state))


def test_new_objects(lineage: Lineage) -> None:
    """A new object must be uploaded; one that was uploaded need not be."""
    assert lineage.claim_objects([an_object("a"), an_object("a")]) == {an_object("a")}
    lineage.confirm_objects([an_object("a")])
    assert lineage.claim_objects([an_object("b"), an_object("a")]) == {an_object("b")}
    assert lineage.claim_objects([]) == set()


@pytest.mark.parametrize("state", [None, ObjectState.CONDEMNED, ObjectState.MISSING])
def test_a_writer_who_dies_leaves_the_upload_to_the_next(lineage: Lineage, state: ObjectState | None) -> None:
    """What is new, condemned or missing must be uploaded until someone says that it was, and not be named before."""
    if state is not None:
        uploaded(lineage, an_object())
        set_state(lineage, state)
    for _ in range(2):
        assert lineage.claim_objects([an_object()]) == {an_object()}
    with pytest.raises(ObjectsNotLive):
        lineage.publish([a_version()], task_run=None, effective_at=MIDNIGHT)
    lineage.confirm_objects([an_object()])
    assert lineage.claim_objects([an_object()]) == set()
    assert lineage.publish([a_version()], task_run=None, effective_at=MIDNIGHT)


def test_kept_objects(lineage: Lineage) -> None:
    """Bytes that were kept when their versions were deleted are there."""
    uploaded(lineage, an_object())
    set_state(lineage, ObjectState.KEPT)
    assert lineage.claim_objects([an_object()]) == set()
    assert lineage.publish([a_version()], task_run=None, effective_at=MIDNIGHT)


def test_a_missing_object_is_uploaded_again(lineage: Lineage) -> None:
    """Whoever finds bytes gone lets the next writer upload them; one nobody knows is nobody's concern."""
    uploaded(lineage, an_object())
    lineage.mark_missing(an_object())
    lineage.mark_missing(an_object("unknown"))
    assert lineage.claim_objects([an_object(), an_object("other")]) == {an_object(), an_object("other")}


def test_claiming_renews_the_last_use(lineage: Lineage) -> None:
    """A claim is a use, by the database's clock."""
    times = []
    for _ in range(2):
        lineage.claim_objects([an_object()])
        with lineage._database.reading() as session:
            times.append(session.scalar(sa.select(tables.Object.last_used_at)))
    assert times[0] < times[1]


def test_thousands_of_objects(lineage: Lineage) -> None:
    """A folder of thousands of files is claimed whole."""
    objects = {an_object(str(number)) for number in range(2500)}
    assert lineage.claim_objects(objects) == objects
    lineage.confirm_objects(objects)
    assert lineage.claim_objects(objects) == set()
