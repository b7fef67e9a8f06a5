"""Handlers by type, by name and by base class."""

from __future__ import annotations

import collections
import decimal
import sys
import types

import pytest

from airflow_artifacts.registry import TypeRegistry, import_name, public_name


class Base:
    """Served in some tests."""


class Left(Base):
    """Nearer to Both than Base."""


class Right(Base):
    """As near as Left, but after it."""


class Both(Left, Right):
    """Has two bases."""


@pytest.fixture
def registry() -> TypeRegistry[str]:
    """An empty registry; its handlers are texts here, registered as lists would be."""
    return TypeRegistry()


class Handler:
    """A handler that is told from others by being itself."""


def test_a_type_is_served_by_its_own_handler(registry: TypeRegistry[object]) -> None:
    """The type itself counts before its bases, and a later registration before an earlier one."""
    first, second, base = Handler(), Handler(), Handler()
    registry.register(Base, base, subclasses=True)
    registry.register(Left, first)
    registry.register(Left, second)
    found = registry.find(Left)
    assert found is not None
    assert found.handler is second
    assert found.name == f"{__name__}.Left"


def test_a_base_serves_a_subclass_only_where_it_restores_it(registry: TypeRegistry[object]) -> None:
    """Without ``subclasses`` a subclass would come back as its base."""
    registry.register(Base, Handler())
    assert registry.find(Left) is None
    handler = Handler()
    registry.register(Base, handler, subclasses=True)
    found = registry.find(Left)
    assert found is not None
    assert found.handler is handler


def test_the_nearest_base_serves(registry: TypeRegistry[object]) -> None:
    """Nearest in the order in which Python looks for methods."""
    right, base = Handler(), Handler()
    registry.register(Base, base, subclasses=True)
    registry.register(Right, right, subclasses=True)
    registry.register(Left, Handler())
    found = registry.find(Both)
    assert found is not None
    assert found.handler is right


def test_a_name_serves_once_its_library_is_imported(
    registry: TypeRegistry[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name imports nothing; the type is found when it can exist."""
    registry.register("some_library.Thing", handler := Handler())
    library = types.ModuleType("some_library")
    thing = type("Thing", (), {"__module__": "some_library.inner"})
    assert registry.find(thing) is None
    library.Thing = thing  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "some_library", library)
    found = registry.find(thing)
    assert found is not None
    assert found.handler is handler
    assert registry.type_name(thing) == "some_library.Thing"


def test_a_handler_may_be_a_name(registry: TypeRegistry[object]) -> None:
    """It is imported when it is first wanted, and made once."""
    registry.register(Base, f"{__name__}:Handler")
    found = registry.find(Base)
    assert found is not None
    assert isinstance(found.handler, Handler)
    assert found.handler is found.handler


def test_an_announced_handler_is_found_by_name_alone(registry: TypeRegistry[object]) -> None:
    """It serves no type."""
    registry.announce("mine.Handler", handler := Handler())
    found = registry.find_name("mine.Handler")
    assert found is not None
    assert found.handler is handler
    assert registry.find_name("mine.Other") is None


def test_a_type_without_a_handler_is_recorded_by_its_own_name(registry: TypeRegistry[object]) -> None:
    """Which is where it is defined."""
    assert registry.type_name(decimal.Decimal) == "decimal.Decimal"
    assert registry.type_name(int) == "int"


def test_public_names_are_the_same_in_every_process() -> None:
    """The prefix under which Airflow imports a DAG file differs between folders, and is left away."""
    module = f"unusual_prefix_{'0' * 40}_my_dag"
    assert public_name(type("Model", (), {"__module__": module, "__qualname__": "Model"})) == "my_dag.Model"
    assert public_name(collections.OrderedDict) == "collections.OrderedDict"
    assert public_name(bytes) == "bytes"


def test_what_a_name_leads_to_is_imported() -> None:
    """The module before the colon, the attribute behind it."""
    assert import_name("decimal:Decimal") is decimal.Decimal
