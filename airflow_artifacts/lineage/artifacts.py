"""Artifacts in pages, filtered and sorted by the latest of their visible versions, and the words to filter them by."""

from __future__ import annotations

import dataclasses
import functools
import re
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from airflow_artifacts.lineage import describing, tables, tokens
from airflow_artifacts.lineage.visible import is_seen
from airflow_artifacts.model import ArtifactCriteria, ArtifactPage, ArtifactSort, ArtifactSummary, Facets

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy.orm import Session

    from airflow_artifacts.model import Visibility

# So many artifacts are counted, and no more.
_MOST_COUNTED = 10_000
# So many words of each kind are given.
_MOST_WORDS = 100
_WILDCARDS = re.compile(r"[*?]")


def page(
    session: Session, criteria: ArtifactCriteria, sort: ArtifactSort, after: str | None, limit: int, *, descending: bool
) -> ArtifactPage:
    """Return a page of the artifacts that fit, and how many fit."""
    row, version = tables.Artifact, tables.Version
    statement = _fitting(session, _listed(), criteria)
    # No index has this order: versions are not walked by one in search of the latest of an artifact.
    order = {
        ArtifactSort.NAME: (row.name,),
        ArtifactSort.UPDATED: (sa.func.coalesce(version.created_at, row.created_at), row.name),
        ArtifactSort.SIZE: (version.size, row.name),
    }[sort]
    kind = f"{sort.value} {'down' if descending else 'up'}"
    if after is not None:
        place, now = sa.tuple_(*_place(after, kind, sort)), sa.tuple_(*order)
        statement = statement.where(now < place if descending else now > place)
    statement = statement.order_by(*(column.desc() if descending else column for column in order))
    found = session.execute(statement.limit(limit + 1)).all()
    total = len(found) if after is None and len(found) <= limit else _count(session, criteria)
    shown = found[:limit]
    return ArtifactPage(
        artifacts=tuple(_summaries(session, shown, criteria.visible)),
        next=_token(shown[-1], kind, sort) if len(found) > limit and shown else None,
        total=min(total, _MOST_COUNTED),
        total_is_bound=total > _MOST_COUNTED,
    )


def facets(session: Session, visible: Visibility | None, *, named: bool) -> Facets:
    """Return the words of the artifacts that one may see, with how many artifacts have each."""
    criteria = ArtifactCriteria(named=named, visible=visible)
    version = tables.Version
    columns = (version.kind, version.type, _latest().dag_id)
    kinds = _fitting(session, sa.select(*columns, sa.func.count()), criteria).group_by(*columns)
    counts: list[Counter[str]] = [Counter(), Counter(), Counter()]
    for *words, count in session.execute(kinds):
        for counter, word in zip(counts, words, strict=True):
            counter[word] += count
    counts[2].pop("", None)
    types, value_types, dags = map(_most_frequent, counts)
    return Facets(
        types=types,
        value_types=value_types,
        tags=_tags(session, criteria),
        dags=dags,
        aliases=_aliases(session, criteria),
    )


def named(session: Session, names: Sequence[str], visible: Visibility | None) -> list[ArtifactSummary]:
    """Return those of some artifacts that have a visible version."""
    criteria = ArtifactCriteria(named=False, visible=visible)
    known = [name for name in names if "\0" not in name]
    found = session.execute(_fitting(session, _listed(), criteria).where(tables.Artifact.name.in_(known))).all()
    return list(_summaries(session, found, visible))


def _listed() -> Any:
    row, version = tables.Artifact, tables.Version
    return sa.select(
        row.id, row.name, row.named, row.created_at, _latest().version_id, version.created_at, version.size
    )


@functools.cache
def _latest() -> Any:
    """Return the publication of the version by which an artifact is listed.

    Made at the first query: SQLAlchemy would look through the tables of the whole process for it, Airflow's too.
    """
    return aliased(tables.Publication)


def _fitting(session: Session, statement: Any, criteria: ArtifactCriteria) -> sa.Select[Any]:
    """Join artifacts with their latest visible versions, those that fit."""
    row, version = tables.Artifact, tables.Version
    joined: sa.Select[Any] = statement.select_from(row)
    if criteria.visible is None:
        joined = joined.join(_latest(), _latest().id == row.latest_publication_id)
    else:
        stored, made = aliased(tables.Publication), tables.ArtifactDag
        newest = sa.select(sa.func.max(made.newest)).where(
            made.artifact_id == row.id, is_seen(session, made.dag_id, criteria.visible)
        )
        is_stored = is_seen(session, stored.dag_id, criteria.visible)
        which = sa.case((is_stored, stored.id), else_=newest.scalar_subquery())
        joined = joined.outerjoin(stored, stored.id == row.latest_publication_id).join(_latest(), _latest().id == which)
    return joined.join(version, version.id == _latest().version_id).where(*_conditions(session, criteria))


def _conditions(session: Session, criteria: ArtifactCriteria) -> Iterator[sa.ColumnElement[bool]]:
    row, version = tables.Artifact, tables.Version
    texts = (criteria.text, criteria.type, criteria.value_type, criteria.dag_id, criteria.alias, *criteria.tags)
    if any("\0" in text for text in texts if text is not None):
        yield sa.false()  # no database holds it, and neither takes it for what it is
        return
    if criteria.named:
        yield row.named.is_(True)
    if criteria.text is not None:
        yield _is_called(criteria.text)
    plain = ((criteria.type, version.kind), (criteria.value_type, version.type), (criteria.dag_id, _latest().dag_id))
    yield from (column == value for value, column in plain if value is not None)
    for tag in sorted(criteria.tags):
        of_artifact, of_version = tables.ArtifactTag, tables.VersionTag
        yield sa.or_(
            sa.exists().where(of_artifact.artifact_id == row.id, of_artifact.tag == tag),
            sa.exists().where(of_version.version_id == version.id, of_version.tag == tag),
        )
    if criteria.alias is not None:
        alias = tables.Alias
        has = sa.select(alias.name).where(alias.artifact_id == row.id, alias.name == criteria.alias)
        yield _seen_aliases(session, has, criteria.visible).exists()
    if criteria.after is not None:
        yield version.created_at >= criteria.after
    if criteria.before is not None:
        yield version.created_at < criteria.before
    if criteria.min_size is not None:
        yield version.size >= criteria.min_size
    if criteria.max_size is not None:
        yield version.size <= criteria.max_size


def _is_called(text: str) -> sa.ColumnElement[bool]:
    """Return that a name holds a text, or fits one with wildcards as a whole."""
    like = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    like = like.replace("*", "%").replace("?", "_") if _WILDCARDS.search(text) else f"%{like}%"
    # Both sides by the database, so that what it cannot turn into lower case stands for itself.
    return sa.func.lower(tables.Artifact.name).like(sa.func.lower(like), escape="\\")


def _seen_aliases(session: Session, statement: Any, visible: Visibility | None) -> sa.Select[Any]:
    """Keep of aliases those that name a version that one may see."""
    if visible is None:
        return statement  # type: ignore[no-any-return]
    row = aliased(tables.Publication)
    named: sa.Select[Any] = statement.join(row, row.id == tables.Alias.publication_id)
    return named.where(is_seen(session, row.dag_id, visible))


def _count(session: Session, criteria: ArtifactCriteria) -> int:
    """Return how many artifacts fit, or one more than are counted."""
    whole = dataclasses.replace(criteria, text=None, alias=None, named=True, visible=None)
    statement = sa.select(tables.Artifact.id)
    if whole == ArtifactCriteria():
        statement = _with_versions(session, statement, criteria)
    else:
        statement = _fitting(session, statement, criteria)
    found = statement.limit(_MOST_COUNTED + 1).subquery()
    return session.scalar(sa.select(sa.func.count()).select_from(found)) or 0


def _with_versions(session: Session, statement: Any, criteria: ArtifactCriteria) -> sa.Select[Any]:
    """Keep artifacts with a visible version, those that fit by what does not depend on which one that is."""
    made = tables.ArtifactDag
    is_seen_ = sa.exists().where(
        made.artifact_id == tables.Artifact.id, is_seen(session, made.dag_id, criteria.visible)
    )
    return statement.where(is_seen_, *_conditions(session, criteria))  # type: ignore[no-any-return]


def _token(found: Any, kind: str, sort: ArtifactSort) -> str:
    if sort is ArtifactSort.NAME:
        return tokens.token(kind, found.name)
    value = found[5].isoformat() if sort is ArtifactSort.UPDATED else found.size
    return tokens.token(kind, value, found.name)


def _place(after: str, kind: str, sort: ArtifactSort) -> list[Any]:
    if sort is ArtifactSort.NAME:
        return tokens.place(after, kind, str)
    value, name = tokens.place(after, kind, int if sort is ArtifactSort.SIZE else str, str)
    return [tokens.moment(value, after) if sort is ArtifactSort.UPDATED else value, name]


def _summaries(session: Session, found: Sequence[Any], visible: Visibility | None) -> Iterator[ArtifactSummary]:
    ids = [one.id for one in found]
    made, tag, alias = tables.ArtifactDag, tables.ArtifactTag, tables.Alias
    counted = sa.select(made.artifact_id, sa.func.sum(made.versions)).group_by(made.artifact_id)
    counted = counted.where(made.artifact_id.in_(ids), is_seen(session, made.dag_id, visible))
    counts = {id_: int(count) for id_, count in session.execute(counted)}
    tags: dict[int, set[str]] = defaultdict(set)
    for id_, label in session.execute(sa.select(tag.artifact_id, tag.tag).where(tag.artifact_id.in_(ids))):
        tags[id_].add(label)
    named = sa.select(alias.artifact_id, alias.name, tables.Version.word).order_by(alias.name)
    named = named.join(tables.Version, tables.Version.id == alias.version_id).where(alias.artifact_id.in_(ids))
    aliases: dict[int, dict[str, str]] = defaultdict(dict)
    for one in session.execute(_seen_aliases(session, named, visible)):
        aliases[one.artifact_id][one.name] = one.word
    latest = describing.summaries(session, [one.version_id for one in found])
    for one in found:
        yield ArtifactSummary(
            name=one.name,
            named=one.named,
            versions=counts[one.id],
            created_at=one[3],
            latest=latest[one.version_id],
            tags=frozenset(tags[one.id]),
            aliases=aliases[one.id],
        )


def _tags(session: Session, criteria: ArtifactCriteria) -> tuple[tuple[str, int], ...]:
    of_artifact, of_version, row = tables.ArtifactTag, tables.VersionTag, tables.Artifact
    each = sa.union(
        _fitting(session, sa.select(row.id, of_artifact.tag), criteria).join(
            of_artifact, of_artifact.artifact_id == row.id
        ),
        _fitting(session, sa.select(row.id, of_version.tag), criteria).join(
            of_version, of_version.version_id == tables.Version.id
        ),
    ).subquery()
    return _counted(session, sa.select(each.c.tag, sa.func.count()).group_by(each.c.tag))


def _aliases(session: Session, criteria: ArtifactCriteria) -> tuple[tuple[str, int], ...]:
    alias = tables.Alias
    named = sa.select(alias.name, sa.func.count()).select_from(alias).group_by(alias.name)
    if criteria.named:
        named = named.join(tables.Artifact, tables.Artifact.id == alias.artifact_id).where(tables.Artifact.named)
    return _counted(session, _seen_aliases(session, named, criteria.visible))


def _counted(session: Session, statement: sa.Select[Any]) -> tuple[tuple[str, int], ...]:
    """Return words with their counts, where a query gives each word once."""
    word, count = statement.selected_columns
    found = session.execute(statement.order_by(count.desc(), word).limit(_MOST_WORDS))
    return tuple((one, number) for one, number in found)


def _most_frequent(counts: Counter[str]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(counts.items(), key=lambda one: (-one[1], one[0]))[:_MOST_WORDS])
