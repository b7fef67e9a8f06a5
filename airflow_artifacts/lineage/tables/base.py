"""What all tables share: names of constraints, types of columns, and the database's clock."""

import enum
import json
from datetime import datetime, timezone
from typing import Annotated, Any, ClassVar

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import mapped_column
from sqlalchemy.sql.expression import FunctionElement

NAMES = {
    "pk": "pk_%(table_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
}
"""How constraints are called, so that migrations can name them on every database."""


class Timestamp(sa.TypeDecorator[datetime]):
    """A moment in UTC; one without a time zone is refused, since it could mean any.

    Raises:
        ValueError: A moment without a time zone was given.
    """

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        """Turn a moment into UTC; SQLite keeps it as text, which sorts by time."""
        if value is None:
            return None
        if value.tzinfo is None:
            message = f"the time {value.isoformat()!r} has no time zone; give it one, such as timezone.utc"
            raise ValueError(message)
        value = value.astimezone(timezone.utc)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:  # noqa: ARG002 - its interface
        """Give a moment back in UTC, whatever the time zone of the database session."""
        if value is None:
            return None
        return value.replace(tzinfo=timezone.utc) if value.tzinfo is None else value.astimezone(timezone.utc)


class JsonText(sa.TypeDecorator[Any]):
    """JSON in a column that SQLite calls text: in one that is called JSON it turns numbers into its own, inexactly."""

    impl = sa.Text
    cache_ok = True

    def __init__(self, *, none_as_null: bool = False) -> None:
        super().__init__()
        self.none_as_null = none_as_null

    def process_bind_param(self, value: Any, dialect: sa.Dialect) -> str | None:  # noqa: ARG002 - its interface
        """Write JSON; NaN, which is none, is an error as it is in PostgreSQL."""
        return None if value is None and self.none_as_null else json.dumps(value, allow_nan=False)

    def process_result_value(self, value: str | None, dialect: sa.Dialect) -> Any:  # noqa: ARG002 - its interface
        """Read JSON."""
        return None if value is None else json.loads(value)


class Clock(FunctionElement[datetime]):
    """The database's clock at this moment, also late in a transaction."""

    type = Timestamp()
    inherit_cache = True


@compiles(Clock, "postgresql")
def _clock_of_postgresql(element: Clock, compiler: sa.Compiled, **_: object) -> str:  # noqa: ARG001 - its interface
    return "clock_timestamp()"


@compiles(Clock, "sqlite")
def _clock_of_sqlite(element: Clock, compiler: sa.Compiled, **_: object) -> str:  # noqa: ARG001 - its interface
    return "strftime('%Y-%m-%d %H:%M:%f000', 'now')"  # six decimals, as SQLAlchemy writes them: text is compared


def text_type(length: int) -> sa.String:
    """Return the type of a short text; PostgreSQL sorts it by code point as SQLite does, so prefixes are ranges."""
    return sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")


def json_type(*, none_as_null: bool = False) -> sa.JSON:
    """Return the type of a JSON document: text on both databases, since PostgreSQL's binary kind refuses NULs."""
    return sa.JSON(none_as_null=none_as_null).with_variant(JsonText(none_as_null=none_as_null), "sqlite")


def enum_type(values: type[enum.Enum]) -> sa.Enum:
    """Return the type of a column that holds an enumeration, as the text of its values."""
    return sa.Enum(values, native_enum=False, length=32, values_callable=lambda members: [m.value for m in members])


Key = Annotated[str, 36]
"""A UUID as text."""
Name = Annotated[str, 1024]
"""An artifact's name; one made of a DAG, a task and an output may be long."""
Word = Annotated[str, 255]
"""A version, an alias, a tag, or a key of metadata."""
AirflowId = Annotated[str, 250]
"""What Airflow calls a DAG, a run or a task; its own limit."""
DigestText = Annotated[str, 71]
"""``blake3:`` and 64 digits."""
Suffix = Annotated[str, 32]
"""The end of an object's name."""
Label = Annotated[str, 512]
"""The name of an edge. Four indexed bytes per character still fit into a page of PostgreSQL."""
Serial = Annotated[int, 8]
"""A number that the database gives out."""
Document = Annotated[Any, mapped_column(json_type(), nullable=False)]
"""JSON."""
OptionalDocument = Annotated[Any, mapped_column(json_type(none_as_null=True), nullable=True)]
"""JSON, or nothing."""


class Base(orm.DeclarativeBase):
    """Base class of all tables."""

    metadata = sa.MetaData(naming_convention=NAMES)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        Key: text_type(36),
        Name: text_type(1024),
        Word: text_type(255),
        AirflowId: text_type(250),
        DigestText: text_type(71),
        Suffix: text_type(32),
        Label: text_type(512),
        # SQLite numbers rows by itself only in a column that is called INTEGER.
        Serial: sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
        str: sa.Text(),
        int: sa.BigInteger(),
        bool: sa.Boolean(),
        float: sa.Double(),
        datetime: Timestamp(),
    }
