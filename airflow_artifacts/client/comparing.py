"""What differs between two versions: code, inputs, parameters, packages, schema, statistics, metadata."""

from __future__ import annotations

import dataclasses
import difflib
import json
from typing import TYPE_CHECKING, Any

from airflow_artifacts.cache.why import differences
from airflow_artifacts.entries import PartKind
from airflow_artifacts.model import ArtifactVersion, MetadataSource

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from airflow_artifacts.client.provenance import Provenance
    from airflow_artifacts.model import Metadatum

__all__ = ["Change", "VersionDiff", "compare"]

_CODE = frozenset({PartKind.FUNCTION, PartKind.CLASS, PartKind.CONSTANT})
# What the materializers say of the shape of a value, beside what they say of its content.
_SCHEMA = frozenset({"columns", "dtypes", "dtype", "schema", "shape", "rows", "length", "index"})
_SHOWN = 100
_CONTEXT_LINES = 3
# In a table's statistics, too long for a line.
_LONG = frozenset({"histogram", "top"})


@dataclasses.dataclass(frozen=True, slots=True)
class Change:
    """One thing that two versions do not share; None stands for the version that lacks it.

    Attributes:
        lines: Of code: the lines that differ, as ``diff -u`` shows them.
    """

    name: str
    before: Any
    now: Any
    lines: tuple[str, ...] = ()

    def __str__(self) -> str:
        if self.lines:
            return self.name
        if self.before is None or self.now is None:
            shown = _short(self.now if self.before is None else self.before)
            return f"{self.name}: {'is new,' if self.before is None else 'is gone, was'} {shown}"
        return f"{self.name}: {_short(self.before)} → {_short(self.now)}"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class VersionDiff:
    """What differs between two versions, the earlier named first.

    Attributes:
        same_value: Whether the two values are equal: their fingerprints, else their bytes.
        code: Functions, classes and constants that made them.
        inputs: By name; the same name with another version.
        environment: Python, Airflow, bundle, commit.
        schema: Type, columns, types of columns, rows.
        statistics: What the materializer measured, by column where it is a table.
        metadata: What was declared or logged, tags.
    """

    before: ArtifactVersion
    now: ArtifactVersion
    same_value: bool
    code: tuple[Change, ...] = ()
    inputs: tuple[Change, ...] = ()
    parameters: tuple[Change, ...] = ()
    packages: tuple[Change, ...] = ()
    environment: tuple[Change, ...] = ()
    schema: tuple[Change, ...] = ()
    statistics: tuple[Change, ...] = ()
    metadata: tuple[Change, ...] = ()

    @property
    def sections(self) -> dict[str, tuple[Change, ...]]:
        """What differs, by what it is of, without what is the same."""
        names = ("code", "inputs", "parameters", "packages", "environment", "schema", "statistics", "metadata")
        return {name: changes for name in names if (changes := getattr(self, name))}

    def __str__(self) -> str:
        return "\n".join(self.lines())

    def lines(self) -> Iterator[str]:
        """Give the lines by which a person is told of it."""
        yield f"{self.before} → {self.now}: {'equal values' if self.same_value else 'different values'}"
        for name, changes in self.sections.items():
            yield f"{name}:"
            for change in changes:
                yield f"  {change}"
                yield from (f"    {line}" for line in change.lines)
        if not self.sections:
            yield "nothing else that is recorded differs"

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON."""
        return {
            "before": str(self.before),
            "now": str(self.now),
            "same_value": self.same_value,
            **{
                name: [
                    {"name": one.name, "before": one.before, "now": one.now}
                    | ({"lines": list(one.lines)} if one.lines else {})
                    for one in changes
                ]
                for name, changes in self.sections.items()
            },
        }


def compare(
    before: Provenance, now: Provenance, metadata: tuple[Iterable[Metadatum], Iterable[Metadatum]]
) -> VersionDiff:
    """Return what differs between two versions.

    Args:
        before: What made the earlier one.
        now: What made the later one.
        metadata: All that was said of each.
    """
    old, new = before.version, now.version
    same = old.manifest.to_json() == new.manifest.to_json()
    measured, said = zip(*map(_metadata, metadata), strict=True)
    schemas = [_schema(version, found) for version, found in zip((old, new), measured, strict=True)]
    statistics = [_statistics(found) for found in measured]
    tags = [{f"tag {tag}": True for tag in sorted(version.tags)} for version in (old, new)]
    labels = [{**found, **tagged} for found, tagged in zip(said, tags, strict=True)]
    return VersionDiff(
        before=old,
        now=new,
        same_value=same or (old.fingerprint is not None and old.fingerprint == new.fingerprint),
        code=tuple(_code(before, now)),
        inputs=_changes(
            {name: str(version) for name, version in before.inputs.items()},
            {name: str(version) for name, version in now.inputs.items()},
        ),
        parameters=_changes(before.parameters, now.parameters),
        packages=_changes(before.packages, now.packages),
        environment=_changes(before.environment, now.environment),
        schema=_changes(*schemas),
        statistics=_changes(*statistics),
        metadata=_changes(*labels),
    )


def _changes(before: Mapping[str, Any], now: Mapping[str, Any]) -> tuple[Change, ...]:
    names = dict.fromkeys([*before, *now])
    return tuple(Change(name, before.get(name), now.get(name)) for name in names if before.get(name) != now.get(name))


def _code(before: Provenance, now: Provenance) -> Iterator[Change]:
    if before.key is not None and now.key is not None:
        for one in differences(before.key, now.key):
            if one.kind not in _CODE:
                continue
            old, new = one.before, one.now
            yield Change(
                f"{one.kind.value} {one.name}",
                None if old is None else old.text or old.shown,
                None if new is None else new.text or new.shown,
                _lines(old.text if old else None, new.text if new else None),
            )
    elif before.source != now.source and (before.source or now.source):
        yield Change("the task's function", before.source, now.source, _lines(before.source, now.source))


def _lines(before: str | None, now: str | None) -> tuple[str, ...]:
    found = difflib.unified_diff((before or "").splitlines(), (now or "").splitlines(), lineterm="", n=_CONTEXT_LINES)
    return tuple(line for line in found if not line.startswith(("---", "+++")))


def _metadata(metadata: Iterable[Metadatum]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what the materializer measured, and what people and tasks said; of a key the newest value."""
    measured: dict[str, Any] = {}
    said: dict[str, Any] = {}
    for one in metadata:
        (measured if one.source is MetadataSource.MATERIALIZER else said)[one.key] = one.value
    return measured, said


def _schema(version: ArtifactVersion, measured: Mapping[str, Any]) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": version.type, "bytes": version.size}
    for key, value in measured.items():
        if key == "columns" and isinstance(value, list):
            schema |= {f"column {name}": kind for name, kind in _pairs(value)}
        elif key in _SCHEMA:
            schema[key] = value
    return schema


def _statistics(measured: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in measured.items():
        if key == "statistics" and isinstance(value, list):
            for column, numbers in _pairs(value):
                if isinstance(numbers, dict):
                    found |= {f"{column}.{name}": number for name, number in numbers.items() if name not in _LONG}
        elif key not in _SCHEMA:
            found[key] = value
    return found


def _pairs(value: Iterable[Any]) -> Iterator[tuple[Any, Any]]:
    return ((one[0], one[1]) for one in value if isinstance(one, (list, tuple)) and len(one) == 2)  # noqa: PLR2004 - a pair


def _short(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    line = " ".join(text.split())
    return line if len(line) <= _SHOWN else f"{line[: _SHOWN - 1]}…"
