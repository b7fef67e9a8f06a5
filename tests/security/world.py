"""What those who may write where they should not would write: rows of the lineage database, as they like."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from airflow_artifacts.lineage import tables

if TYPE_CHECKING:
    from airflow_artifacts.client import ArtifactClient
    from airflow_artifacts.model import ArtifactVersion

DIGEST = f"blake3:{'0' * 64}"

# Each would lead somewhere else, on this system or another, or is no path.
PATHS: list[Any] = [
    *("../x", "a/../../x", "/etc/passwd", "//host/share", "a//b", "", ".", "a/.", "..", "C:/x", "C:\\x", "\\\\h\\x"),
    *("a\\..\\b", "a\0b", "a\udcff", "x" * 1025, "a/", 7, None, ["a"], {"a": 1}),
]


def manifest_of(*paths: Any, **details: Any) -> str:
    """Return the text of a manifest with files of these paths."""
    return json.dumps({"version": 1, "files": [[path, DIGEST, 0] for path in paths], "details": details})


def forge(client: ArtifactClient, version: ArtifactVersion, **columns: Any) -> ArtifactVersion:
    """Write other columns of a version's row than were written, ``content`` being its manifest's, and read it again."""
    content = columns.pop("content", None)
    with client.lineage._database.writing() as session:
        row = tables.Version
        if columns:
            session.execute(sa.update(row).where(row.id == version.id).values(**columns))
        if content is not None:
            digest = sa.select(row.manifest_digest).where(row.id == version.id).scalar_subquery()
            session.execute(sa.update(tables.Manifest).where(tables.Manifest.digest == digest).values(content=content))
    return client.get(version.id)


def changed(version: ArtifactVersion, **details: Any) -> str:
    """Return a version's manifest with other details."""
    document = json.loads(version.manifest.to_json())
    document["details"] |= details
    return json.dumps(document)
