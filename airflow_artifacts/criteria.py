"""What versions are searched by: names, labels, types, producers, metadata, time and size."""

from __future__ import annotations

import dataclasses
import json
import math
import re
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

from airflow_artifacts.artifact import json_fault
from airflow_artifacts.exceptions import InvalidNameError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from typing_extensions import Self

__all__ = ["Comparison", "Criteria"]

_COMPARISON = re.compile(r"\s*(?P<key>.+?)\s*(?P<operator>==|!=|<=|>=|=|<|>)\s*(?P<value>.+?)\s*", re.DOTALL)
_ORDERS = frozenset({"<", "<=", ">", ">="})
_WILDCARDS = re.compile(r"[*?]")


@dataclasses.dataclass(frozen=True, slots=True)
class Comparison:
    """A metadata value compared with another: ``accuracy > 0.9``.

    Attributes:
        key: Of the metadata.
        operator: ``=``, ``!=``, ``<``, ``<=``, ``>`` or ``>=``; only numbers have an order.
        value: JSON.
    """

    key: str
    operator: str
    value: Any

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``key operator value``; a value that is no JSON is taken as text, so that quotes may be left away.

        Raises:
            InvalidNameError: It is no comparison, or orders what is no number.
        """
        match = _COMPARISON.fullmatch(text)
        if match is None:
            message = f"{text!r} is no comparison of metadata; write one such as 'accuracy > 0.9' or 'stage = final'"
            raise InvalidNameError(message)
        try:
            value = json.loads(match["value"])
        except ValueError:
            value = match["value"]
        operator = "=" if match["operator"] == "==" else match["operator"]
        if operator in _ORDERS and not _is_number(value):
            message = f"{text!r} orders what is no number; {operator!r} compares numbers, '=' and '!=' all other values"
            raise InvalidNameError(message)
        if (fault := json_fault(value)) is not None:
            message = f"the value of {text!r}{fault} is no JSON that metadata may be; compare with another"
            raise InvalidNameError(message)
        return cls(match["key"], operator, value)

    @property
    def number(self) -> float | None:
        """The value, where it is a number."""
        return float(self.value) if _is_number(self.value) else None

    def __str__(self) -> str:
        return f"{self.key} {self.operator} {json.dumps(self.value, ensure_ascii=False)}"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Criteria:
    """What a version must be to be found; what is left away does not matter.

    Attributes:
        name: The artifact's name, with ``*`` for any characters and ``?`` for one.
        tags: All of which the version has, or its artifact.
        type: What it is for people, such as ``model``: the word of ``Artifact(type=…)``.
        value_type: The public name of the value's type, such as ``pandas.DataFrame``.
        dag_id: Of the task run that made it, as are the next two.
        metadata: All of which hold.
        after: Made at this moment or later.
        before: Made before this moment.
        min_size: In bytes, as is the next.
        save_kind: How it came to be: the word of a :class:`~airflow_artifacts.model.SaveKind`.
        named: Whether to leave out artifacts that users gave no name.
    """

    name: str | None = None
    tags: frozenset[str] = frozenset()
    type: str | None = None
    value_type: str | None = None
    dag_id: str | None = None
    task_id: str | None = None
    run_id: str | None = None
    metadata: tuple[Comparison, ...] = ()
    after: datetime | None = None
    before: datetime | None = None
    min_size: int | None = None
    max_size: int | None = None
    save_kind: str | None = None
    named: bool = True

    @classmethod
    def of(
        cls,
        *,
        tags: Iterable[str] = (),
        metadata: Iterable[str | Comparison] | str = (),
        after: datetime | str | None = None,
        before: datetime | str | None = None,
        **fields: Any,
    ) -> Self:
        """Make criteria of what people write.

        Raises:
            InvalidNameError: A comparison or a time cannot be read.
        """
        texts = [metadata] if isinstance(metadata, str) else metadata
        return cls(
            tags=frozenset([tags] if isinstance(tags, str) else tags),
            metadata=tuple(one if isinstance(one, Comparison) else Comparison.parse(one) for one in texts),
            after=_moment(after),
            before=_moment(before),
            **fields,
        )

    @property
    def pattern(self) -> str | None:
        """The name, where it holds wildcards."""
        return self.name if self.name is not None and _WILDCARDS.search(self.name) else None

    @property
    def prefix(self) -> str:
        """What the name begins with, up to its first wildcard."""
        return _WILDCARDS.split(self.name or "", maxsplit=1)[0]

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON: what matters, and nothing else."""
        document: dict[str, Any] = {"named": self.named}
        for field in dataclasses.fields(self):
            value = getattr(self, field.name)
            if isinstance(value, datetime):
                document[field.name] = value.isoformat()
            elif isinstance(value, (frozenset, tuple)):
                document |= {field.name: sorted(map(str, value))} if value else {}
            elif value is not None:
                document[field.name] = value
        return document

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Self:
        """Read what :meth:`to_json` gave."""
        return cls.of(**document)


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(float(value))


def _moment(value: datetime | str | None) -> datetime | None:
    """Return a moment in UTC; a text without a time zone is in UTC, and a day is its beginning."""
    if value is None:
        return None
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value.replace("Z", "+00:00"))
        except ValueError:
            message = f"{value!r} is no time; write one such as 2026-11-23 or 2026-11-23T06:00+00:00"
            raise InvalidNameError(message) from None
        value = value if value.tzinfo else value.replace(tzinfo=timezone.utc)
    if value.tzinfo is None:
        message = f"the time {value.isoformat()!r} has no time zone; give it one, such as timezone.utc"
        raise InvalidNameError(message)
    return value.astimezone(timezone.utc)
