"""The one extension mechanism: a handler for a type.

Materializers, fingerprints and visualizers are all found here, by a type or by its dotted name. A name costs
nobody an import: it is resolved when a value of the library that it names first appears.
"""

from __future__ import annotations

import contextlib
import importlib
import re
import sys
import threading
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["TypeRegistry", "class_named", "import_name", "public_module", "public_name"]

H = TypeVar("H")

# Airflow imports a DAG file under a name made of a prefix, the SHA-1 of its path, and its stem.
_DAG_MODULE = re.compile(r"^unusual_prefix_[0-9a-f]{40}_")

# They define no types of values, and do something when they are imported.
_PROGRAMS = frozenset({"antigravity", "ensurepip", "idlelib", "test", "this", "turtledemo"})


def public_name(type_: type) -> str:
    """Return the dotted name by which a type is recorded.

    The same in every process: for a class that a DAG file defines, the prefix under which Airflow imports the file
    is left away; for a built-in, the module is.
    """
    module = public_module(type_.__module__)
    module = "pathlib" if module == "pathlib._local" else module  # as Python 3.13 calls it, and no other
    return type_.__qualname__ if module == "builtins" else f"{module}.{type_.__qualname__}"


def public_module(module: str) -> str:
    """Return the name by which a module is recorded: without the prefix under which Airflow imports a DAG file."""
    return _DAG_MODULE.sub("", module)


def import_name(name: str) -> object:
    """Import what ``package.module:attribute`` names."""
    module, _, attribute = name.partition(":")
    return getattr(importlib.import_module(module), attribute)


def class_named(name: str, *, load: bool = True) -> type | None:
    """Return the class of a public name, or None where there is none.

    A module that Airflow imported as a DAG file counts under its own name, too. One that was imported by that name
    comes first: where both are there, as when a script calls ``dag.test()``, its classes are those that tasks use.

    Args:
        name: The dotted name, as :func:`public_name` gives it.
        load: Whether a module that has not been imported yet may be. What is a program rather than a module never is.
    """
    parts = name.split(".")
    if not all(part.isidentifier() for part in parts):
        return None
    if len(parts) == 1:
        parts = ["builtins", name]
    for split in range(len(parts) - 1, 0, -1):
        module, path = ".".join(parts[:split]), parts[split:]
        for candidate in _modules(module, load=load):
            found: object = candidate
            for attribute in path:
                found = getattr(found, attribute, None)
            if isinstance(found, type):
                return found
    return None


def _modules(name: str, *, load: bool) -> Iterator[object]:
    if name in sys.modules:
        yield sys.modules[name]
    files = [module for key, module in list(sys.modules.items()) if key != name and public_module(key) == name]
    yield from files
    is_program = "__main__" in name.split(".") or name.partition(".")[0] in _PROGRAMS
    if load and not files and name not in sys.modules and not is_program:
        with contextlib.suppress(ImportError):
            yield importlib.import_module(name)


class Registration(Generic[H]):
    """One handler with the type it serves."""

    def __init__(self, name: str, handler: H | str, *, subclasses: bool) -> None:
        self.name = name
        self.subclasses = subclasses
        self._handler = handler

    @property
    def module(self) -> str:
        """The module of the handler's class; asking for it imports nothing."""
        return self._handler.partition(":")[0] if isinstance(self._handler, str) else type(self._handler).__module__

    @property
    def handler(self) -> H:
        """The handler, imported on first use where it was registered by name."""
        if isinstance(self._handler, str):
            self._handler = import_name(self._handler)()  # type: ignore[operator]
        return self._handler  # type: ignore[return-value]


class TypeRegistry(Generic[H]):
    """Handlers by type, safe between threads.

    A type is served by its own handler, else by that of its nearest base class in method resolution order which
    was registered for subclasses too. A later registration for the same type replaces the earlier one.
    """

    def __init__(self) -> None:
        self._by_name: dict[str, Registration[H]] = {}
        self._by_type: dict[type, Registration[H]] = {}
        self._unresolved: dict[str, Registration[H]] = {}
        self._modules = 0
        self._lock = threading.RLock()

    def register(self, type_: type | str, handler: H | str, *, subclasses: bool = False) -> None:
        """Let a handler serve a type.

        Args:
            type_: The type, or its dotted public name such as ``pandas.DataFrame``.
            handler: The handler, or ``module:Class`` of one without arguments, imported on first use.
            subclasses: Whether it restores values of a subclass as that subclass.
        """
        name = type_ if isinstance(type_, str) else public_name(type_)
        registration = Registration(name, handler, subclasses=subclasses)
        with self._lock:
            self._by_name[name] = registration
            if isinstance(type_, str):
                self._unresolved[name] = registration
                self._modules = 0
            else:
                self._by_type[type_] = registration

    def find(self, type_: type) -> Registration[H] | None:
        """Return what serves a type, or None."""
        with self._lock:
            self._resolve()
            for base in type_.__mro__:
                registration = self._by_type.get(base)
                if registration is not None and (base is type_ or registration.subclasses):
                    return registration
        return None

    def find_name(self, name: str) -> Registration[H] | None:
        """Return what is registered under a type's public name, or None."""
        return self._by_name.get(name)

    def announce(self, name: str, handler: H | str) -> None:
        """Let a handler, or ``module:Class`` of one, be found by a name, though it serves no type by itself."""
        with self._lock:
            self._by_name[name] = Registration(name, handler, subclasses=False)

    def type_name(self, type_: type) -> str:
        """Return the name by which a type is recorded: the one it is registered under, else its public name."""
        with self._lock:
            self._resolve()
            registration = self._by_type.get(type_)
        return public_name(type_) if registration is None else registration.name

    def type_named(self, name: str) -> type | None:
        """Return the type that is registered under a name, or None where it has not been imported."""
        with self._lock:
            self._resolve()
            newest = self._by_name.get(name)
            return next((type_ for type_, one in self._by_type.items() if one is newest), None)

    def _resolve(self) -> None:
        """Turn names into types where their library has been imported: only then can a value be of theirs."""
        if self._modules == len(sys.modules):  # nothing was imported since
            return
        self._modules = len(sys.modules)
        for name in list(self._unresolved):
            module_name, _, attribute = name.rpartition(".")
            module = sys.modules.get(module_name)
            resolved = getattr(module, attribute, None) if module is not None else None
            if isinstance(resolved, type):
                self._by_type[resolved] = self._unresolved.pop(name)
