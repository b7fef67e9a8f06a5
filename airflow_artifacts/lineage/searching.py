"""Searching versions: pages of the newest, each of which begins where the one before it ended.

Two plans serve all criteria. Where one of them fits few versions, those are read and sorted. Else versions are walked
in their order by an index (of all, of one artifact, of one type), and those that do not fit are passed over; as no
criterion then fits few, a page is full soon. Which it is, is counted up to a bound before.
"""

from __future__ import annotations

import heapq
import itertools
import json
import uuid
from datetime import datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from airflow_artifacts.exceptions import InvalidNameError
from airflow_artifacts.lineage import tables
from airflow_artifacts.model import MetadataSource

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from sqlalchemy.orm import Session

    from airflow_artifacts.criteria import Comparison, Criteria

    # Of the last version of a page: when it was made, and its UUID.
    Place = tuple[datetime, str]

_FEW = 5000
# As many artifacts are walked one by one.
_ARTIFACTS = 50
_OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    "=": lambda left, right: left == right,
    "!=": lambda left, right: left != right,
    "<": lambda left, right: left < right,
    "<=": lambda left, right: left <= right,
    ">": lambda left, right: left > right,
    ">=": lambda left, right: left >= right,
}
_STRENGTH = {source.value: strength for strength, source in enumerate(MetadataSource)}


def page(session: Session, criteria: Criteria, after: Place | None, limit: int) -> tuple[list[str], Place | None]:
    """Return the UUIDs of the newest versions that fit behind a place, and the place to go on from, if any."""
    artifacts = None if criteria.name is None else _artifacts(session, criteria)
    if artifacts == []:
        return [], None
    row = tables.Version
    tagged = {tag: _artifacts_tagged(session, tag) for tag in sorted(criteria.tags)}
    few = _few(session, criteria, tagged, walked=artifacts is not None)
    statement = sa.select(row.created_at, row.id).where(*_conditions(criteria, tagged, indexed=few is None))
    if few is not None:
        if artifacts is not None:
            statement = statement.where((row.artifact_id + 0).in_(artifacts))
        elif criteria.name is not None:
            statement = statement.where((row.artifact_id + 0).in_(matching(session, criteria)))
        everything = sorted(_rows(session, statement.where(row.id.in_(few))), reverse=True)
        found = [one for one in everything if after is None or one < after][:limit]
        return [id_ for _, id_ in found], found[-1] if len(found) == limit else None
    statement = statement.order_by(row.created_at.desc(), row.id.desc()).limit(limit)
    if after is not None:
        statement = statement.where(sa.tuple_(row.created_at, row.id) < after)
    if artifacts is not None:
        found = _merged(session, statement, artifacts, limit)
    elif criteria.name is not None:
        found = _rows(session, statement.where(row.artifact_id.in_(matching(session, criteria))))
    else:
        found = _rows(session, statement)
    return [id_ for _, id_ in found], found[-1] if len(found) == limit else None


def token(place: Place | None) -> str | None:
    """Return a place as text, by which the next page is asked for."""
    return None if place is None else f"{place[0].isoformat()} {place[1]}"


def place(text: str | None) -> Place | None:
    """Return the place that a text names.

    Raises:
        InvalidNameError: It is no text of :func:`token`.
    """
    if text is None:
        return None
    try:
        moment, id_ = text.split(" ")
        return datetime.fromisoformat(moment), str(uuid.UUID(id_))
    except ValueError:
        message = f"{text!r} is no page of a search; give what the page before it gave"
        raise InvalidNameError(message) from None


def _rows(session: Session, statement: sa.Select[Any, Any]) -> list[Place]:
    return [(created_at, id_) for created_at, id_ in session.execute(statement)]


def _merged(session: Session, statement: sa.Select[Any, Any], artifacts: list[int], limit: int) -> list[Place]:
    """Return the newest of several artifacts, each of which is walked in its own order."""
    pages = (_rows(session, statement.where(tables.Version.artifact_id == id_)) for id_ in artifacts)
    return list(itertools.islice(heapq.merge(*pages, reverse=True), limit))


def _artifacts(session: Session, criteria: Criteria) -> list[int] | None:
    """Return the artifacts whose names fit; None where they are many."""
    if criteria.pattern is None:
        return list(session.scalars(sa.select(tables.Artifact.id).where(tables.Artifact.name == criteria.name)))
    found = list(session.scalars(matching(session, criteria).limit(_ARTIFACTS + 1)))
    return found if len(found) <= _ARTIFACTS else None


def matching(session: Session, criteria: Criteria) -> sa.Select[Any]:
    """Return what gives the artifacts whose names fit, whole or by a pattern; upper and lower case differ."""
    name, pattern, prefix = tables.Artifact.name, criteria.pattern, criteria.prefix
    if pattern is None:
        return sa.select(tables.Artifact.id).where(name == criteria.name)
    if session.get_bind().dialect.name == "sqlite":
        fits = name.op("GLOB", is_comparison=True)(pattern.replace("[", "[[]"))
    else:
        like = pattern.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        fits = name.like(like.replace("*", "%").replace("?", "_"), escape="\\")
    statement = sa.select(tables.Artifact.id).where(fits)
    # By which the index is followed.
    return statement.where(name >= prefix, name < f"{prefix}\U0010ffff") if prefix else statement


def _artifacts_tagged(session: Session, tag: str) -> list[int]:
    row = tables.ArtifactTag
    return list(session.scalars(sa.select(row.artifact_id).where(row.tag == tag)))


def _conditions(criteria: Criteria, tagged: dict[str, list[int]], *, indexed: bool) -> Iterable[sa.ColumnElement[bool]]:
    """Give what must hold of a version; without its own indexes where few versions are looked at, by their UUIDs."""
    row = tables.Version
    kind, type_ = (row.kind, row.type) if indexed else (row.kind.concat(""), row.type.concat(""))
    plain = (
        (criteria.type, kind, "="),
        (criteria.value_type, type_, "="),
        (criteria.save_kind, sa.cast(row.save_kind, sa.String), "="),
        (criteria.after, row.created_at, ">="),
        (criteria.before, row.created_at, "<"),
        (criteria.min_size, row.size, ">="),
        (criteria.max_size, row.size, "<="),
    )
    for value, column, operator in plain:
        if value is not None:
            yield _OPERATORS[operator](column, value)
    for tag in sorted(criteria.tags):
        label = tables.VersionTag
        has = sa.exists().where(label.version_id == row.id, label.tag == tag)
        yield sa.or_(has, row.artifact_id.in_(tagged[tag])) if tagged[tag] else has
    for comparison in criteria.metadata:
        yield _holds(comparison)
    if (made := _made_by(criteria)) is not None:
        yield sa.exists().where(tables.TaskRun.id == row.producer_id, made)
    if criteria.named:
        yield sa.exists().where(tables.Artifact.id == row.artifact_id, tables.Artifact.named)


def _made_by(criteria: Criteria) -> sa.ColumnElement[bool] | None:
    run = tables.TaskRun
    given = ((run.dag_id, criteria.dag_id), (run.run_id, criteria.run_id), (run.task_id, criteria.task_id))
    conditions = [column == value for column, value in given if value is not None]
    return sa.and_(*conditions) if conditions else None


def _compared(row: Any, comparison: Comparison) -> sa.ColumnElement[bool]:
    if comparison.number is not None:
        if comparison.operator == "!=":
            return sa.or_(row.number.is_(None), row.number != comparison.number)
        return _OPERATORS[comparison.operator](row.number, comparison.number)  # type: ignore[no-any-return]
    # Both databases keep the text that was written; of one value it is one text, as keys keep their order.
    wanted = {json.dumps(comparison.value), json.dumps(comparison.value, separators=(",", ":"))}
    same = sa.type_coerce(sa.cast(row.value, sa.Text), sa.Text).in_(sorted(wanted))
    return same if comparison.operator == "=" else sa.not_(same)


def _holds(comparison: Comparison) -> sa.ColumnElement[bool]:
    """Return that the value which counts, of the strongest source the newest, compares so.

    No planner makes a join of a query that ends with a limit: it is asked for each version that is looked at.
    """
    row = tables.VersionMetadata
    strength = sa.case(_STRENGTH, value=sa.cast(row.source, sa.String))
    statement = (
        sa.select(_compared(row, comparison))
        .where(row.version_id == tables.Version.id, row.key == comparison.key)
        .order_by(strength.desc(), row.id.desc())
        .limit(1)
    )
    return statement.scalar_subquery().is_(sa.true())


def _few(session: Session, criteria: Criteria, tagged: dict[str, list[int]], *, walked: bool) -> sa.Select[Any] | None:
    """Return what gives few versions, among them all that fit; None where no criterion fits few."""
    candidates: list[sa.Select[Any]] = [
        sa.select(tables.VersionTag.version_id).where(tables.VersionTag.tag == tag)
        for tag in sorted(criteria.tags)
        if not tagged[tag]
    ]
    for comparison in criteria.metadata:
        row = tables.VersionMetadata
        candidates.append(sa.select(row.version_id).where(row.key == comparison.key, _compared(row, comparison)))
    if (made := _made_by(criteria)) is not None and (criteria.dag_id is not None or criteria.run_id is not None):
        runs = sa.select(tables.TaskRun.id).where(made)
        if _count(session, runs) <= _FEW:
            candidates.append(sa.select(tables.Version.id).where(tables.Version.producer_id.in_(runs)))
    if criteria.pattern is not None and not walked:
        of_names = sa.select(tables.Version.id).where(tables.Version.artifact_id.in_(matching(session, criteria)))
        candidates.append(of_names)
    return next((one for one in candidates if _count(session, one) <= _FEW), None)


def _count(session: Session, statement: sa.Select[Any]) -> int:
    """Return how many rows there are, counted up to the bound."""
    bounded = statement.limit(_FEW + 1).subquery()
    return session.scalar(sa.select(sa.func.count()).select_from(bounded)) or 0
