"""Cache keys with their parts; the texts of parts are kept once, whichever keys they belong to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from blake3 import blake3

from airflow_artifacts.entries import CacheKey, Decision, KeyPart, PartKind, RememberedKey
from airflow_artifacts.lineage import describing, tables
from airflow_artifacts.lineage.statements import add_missing, chunks, clock
from airflow_artifacts.model import Digest

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlalchemy.orm import Session

    from airflow_artifacts.model import TaskRun

# So many task runs are looked through for keys that differ.
_MOST_RUNS = 200


def write(session: Session, key: CacheKey) -> None:
    """Write a key that is not there yet, with its parts."""
    row = tables.CacheKey
    # Held, so that no collection deletes it before it is used.
    held = sa.select(row.key).where(row.key == key.digest).with_for_update(read=True, key_share=True)
    if session.scalar(held) is not None:
        return
    now = clock(session)
    texts = {_digest(part.text): _storable(part.text) for part in key.parts if part.text is not None}
    known: set[str] = set()
    for chunk in chunks(texts):
        known.update(session.scalars(sa.select(tables.KeyText.digest).where(tables.KeyText.digest.in_(chunk))))
    new = [{"digest": digest, "content": texts[digest]} for digest in sorted(set(texts) - known)]
    add_missing(session, tables.KeyText, new)
    parts = [_to_json(part) for part in key.parts]
    add_missing(session, row, [{"key": key.digest, "parts": parts, "generation": 0, "created_at": now}])


def of_run(session: Session, run: TaskRun) -> RememberedKey | None:
    """Return the key of a task run, or None."""
    found = session.get(tables.TaskRun, run.id)
    return None if found is None or found.cache_key is None else _remembered(session, [found])[0]


def earlier(session: Session, run: TaskRun, limit: int) -> list[RememberedKey]:
    """Return the newest distinct keys that task runs of the same task had before a task run, newest first."""
    row = tables.TaskRun
    before = sa.select(row.recorded_at).where(row.id == run.id).scalar_subquery()
    statement = (
        sa.select(row)
        .where(row.dag_id == run.dag_id, row.task_id == run.task_id, row.cache_key.is_not(None), row.id != run.id)
        .where(row.recorded_at <= before)
        .order_by(row.recorded_at.desc())
        .limit(_MOST_RUNS)
    )
    newest: dict[str, tables.TaskRun] = {}
    for one in session.scalars(statement):
        newest.setdefault(str(one.cache_key), one)
    return _remembered(session, list(newest.values())[:limit])


def _remembered(session: Session, rows: list[tables.TaskRun]) -> list[RememberedKey]:
    keys: dict[str, Any] = {}
    for chunk in chunks(str(row.cache_key) for row in rows):
        statement = sa.select(tables.CacheKey.key, tables.CacheKey.parts).where(tables.CacheKey.key.in_(chunk))
        keys |= dict(session.execute(statement).all())
    texts = _texts(session, (part["text"] for parts in keys.values() for part in parts if part.get("text")))
    return [
        RememberedKey(
            describing.task_run(row),
            CacheKey(Digest(str(row.cache_key)), tuple(_from_json(part, texts) for part in keys[str(row.cache_key)])),
            None if row.decision is None else Decision.from_json(row.decision),
        )
        for row in rows
    ]


def _texts(session: Session, digests: Iterable[str]) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for chunk in chunks(dict.fromkeys(digests)):
        statement = sa.select(tables.KeyText.digest, tables.KeyText.content).where(tables.KeyText.digest.in_(chunk))
        found |= dict(session.execute(statement).all())
    return found


def _to_json(part: KeyPart) -> dict[str, Any]:
    document: dict[str, Any] = {"kind": part.kind.value, "name": part.name, "digest": part.digest}
    if part.shown is not None:
        document["shown"] = part.shown
    if part.text is not None:
        document["text"] = _digest(part.text)
    if part.place is not None:
        document["place"] = part.place
    if not part.counts:
        document["counts"] = False
    return document


def _from_json(document: Mapping[str, Any], texts: Mapping[str, str]) -> KeyPart:
    return KeyPart(
        kind=PartKind(document["kind"]),
        name=document["name"],
        digest=document["digest"],
        shown=document.get("shown"),
        text=texts.get(document.get("text", "")),
        place=document.get("place"),
        counts=document.get("counts", True),
    )


def _digest(text: str | None) -> str:
    return f"blake3:{blake3(_storable(text or '').encode()).hexdigest()}"


def _storable(text: str) -> str:
    """Return a text as every database can hold it."""
    return text.replace("\0", "\\0").encode("utf-8", "backslashreplace").decode()
