"""What names mean: in the scope of a function, through modules, and by the import statements inside of it."""

from __future__ import annotations

import ast
import builtins
import contextlib
import dataclasses
import importlib
import importlib.util
import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from airflow_artifacts.fingerprint.source.names import Chain, Import

__all__ = ["MISSING", "Scope", "absolute", "attribute_of", "bound_by", "cells_of", "imported", "outer_names"]

MISSING = object()
"""What a name means that means nothing."""


@dataclasses.dataclass(frozen=True)
class Scope:
    """Where the names of some code are looked up."""

    names: Mapping[str, Any]
    cells: Mapping[str, Any]
    imported: Mapping[str, Any]
    allowed: frozenset[str]

    def find(self, root: str) -> tuple[bool, Any]:
        """Return whether a name is one of another scope, and what it means; a local one is not."""
        if root in self.cells:
            return True, self.cells[root]
        if root in self.imported:
            return True, self.imported[root]
        if root not in self.allowed:
            return False, MISSING
        if root in self.names:
            return True, self.names[root]
        return True, getattr(builtins, root, MISSING)

    def find_chain(self, chain: Chain) -> tuple[bool, Any]:
        """Return what a chain means, as far as it leads through modules."""
        known, value = self.find(chain.root)
        for attribute in chain.attributes:
            if not known or not isinstance(value, (ModuleType, type)):
                return False, MISSING
            known, value = attribute_of(value, attribute)
        return known, value


def bound_by(one: Import, names: Mapping[str, Any]) -> Any:
    """Return what an import statement in a function binds, imported as it would."""
    module = absolute(one.module, names)
    found = imported(module)
    if found is MISSING:
        return MISSING
    if one.name is not None:
        known, value = attribute_of(found, one.name)
        return value if known else MISSING
    return found if one.whole else imported(module.partition(".")[0])


def absolute(module: str, names: Mapping[str, Any]) -> str:
    """Return the name of a module that is written with leading dots, as seen from a module; empty where it has none."""
    if not module.startswith("."):
        return module
    package = names.get("__package__") or str(names.get("__name__", "")).rpartition(".")[0]
    try:
        return importlib.util.resolve_name(module, package)
    except ImportError:
        return ""


def attribute_of(value: Any, name: str) -> tuple[bool, Any]:
    """Return whether a module has an attribute, and which: a submodule that nobody imported yet is one, too."""
    try:
        return True, getattr(value, name)
    except AttributeError:
        pass
    if isinstance(value, ModuleType) and hasattr(value, "__path__"):
        found = imported(f"{value.__name__}.{name}")
        return found is not MISSING, found
    return False, MISSING


def imported(module: str) -> Any:
    """Import a module, unless it is one of others that the function would be the first to import."""
    if not module or module in sys.modules:
        return sys.modules.get(module, MISSING)
    top = module.partition(".")[0]
    if top not in sys.modules:
        try:
            spec = importlib.util.find_spec(top)
        except (ImportError, ValueError):
            return MISSING
        origin = getattr(spec, "origin", None) or ""
        if spec is None:
            return MISSING
        if any(f"/{name}/" in origin for name in ("site-packages", "dist-packages")):
            stand_in = ModuleType(module)
            stand_in.__file__ = origin
            return stand_in
    try:
        return importlib.import_module(module)
    except Exception:  # noqa: BLE001 - whatever the module raises, the function would meet it, too
        return MISSING


def cells_of(function: Any) -> dict[str, Any]:
    """Return what a function took along from the functions around it, by name."""
    found = {}
    for name, cell in zip(function.__code__.co_freevars, function.__closure__ or (), strict=True):
        found[name] = MISSING
        with contextlib.suppress(ValueError):  # not bound yet
            found[name] = cell.cell_contents
    return found


def outer_names(definitions: Iterable[Any]) -> frozenset[str]:
    """Return the names in decorators, defaults and annotations, which the code around the function evaluates."""
    outer: list[ast.AST] = []
    for one in definitions:
        outer += getattr(one, "decorator_list", ())
        outer += [node for node in (*one.args.defaults, *one.args.kw_defaults) if node is not None]
        arguments = (*one.args.posonlyargs, *one.args.args, *one.args.kwonlyargs)
        outer += [node.annotation for node in arguments if node.annotation is not None]
    return frozenset(node.id for top in outer for node in ast.walk(top) if isinstance(node, ast.Name))
