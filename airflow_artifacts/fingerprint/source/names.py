"""What code names: the chains of attributes it follows, what it imports, and the settings it reads by name."""

from __future__ import annotations

import ast
import dataclasses
import dis
import functools
from types import CodeType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["Chain", "Import", "Lookup", "Names", "global_names", "names_in"]

_GLOBAL = frozenset({"LOAD_GLOBAL", "LOAD_NAME", "LOAD_FROM_DICT_OR_GLOBALS", "DELETE_GLOBAL"})


@dataclasses.dataclass(frozen=True)
class Chain:
    """A name with the attributes that are taken of it: ``helpers.clean`` is ``helpers`` with ``("clean",)``."""

    root: str
    attributes: tuple[str, ...] = ()

    def __str__(self) -> str:
        return ".".join((self.root, *self.attributes))


@dataclasses.dataclass(frozen=True)
class Lookup:
    """Something is asked for by a name: by a call with it, a subscript, or ``in``.

    Attributes:
        key: The name as text, or the chain of a constant that holds it; None where it is computed.
    """

    of: Chain
    key: str | Chain | None


@dataclasses.dataclass(frozen=True)
class Import:
    """A local name that an import statement binds.

    Attributes:
        local: The name.
        module: What is imported from, with its leading dots.
        name: What of it; None for the module itself.
        whole: Whether the local name is the module that the dotted name ends with, not begins with.
    """

    local: str
    module: str
    name: str | None = None
    whole: bool = True


@dataclasses.dataclass(frozen=True)
class Names:
    """What some code names, each once, in the order in which it does."""

    chains: tuple[Chain, ...]
    lookups: tuple[Lookup, ...]
    imports: tuple[Import, ...]
    bound: frozenset[str]
    attributes: frozenset[str]


def names_in(nodes: Sequence[ast.AST]) -> Names:
    """Return what the nodes of a normal form name."""
    chains: dict[Chain, None] = {}
    lookups: dict[Lookup, None] = {}
    imports: dict[Import, None] = {}
    bound: set[str] = set()
    attributes: set[str] = set()
    inner: set[int] = set()
    for node in nodes:
        if isinstance(node, ast.Attribute):
            attributes.add(node.attr)
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            bound.add(node.id)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            imports.update(dict.fromkeys(_imports(node)))
        elif isinstance(node, (ast.Call, ast.Subscript, ast.Compare)):
            lookups.update(dict.fromkeys(_lookups(node)))
        if id(node) in inner or not isinstance(node, (ast.Name, ast.Attribute, ast.Call)):
            continue
        chain = _chain(node, inner)
        if chain is not None:
            chains[chain] = None
    return Names(tuple(chains), tuple(lookups), tuple(imports), frozenset(bound), frozenset(attributes))


@functools.lru_cache(maxsize=8192)
def global_names(code: CodeType) -> frozenset[str]:
    """Return the names that a function, or what is defined in it, looks up among its globals."""
    found: set[str] = set()
    pending = [code]
    while pending:
        one = pending.pop()
        found.update(str(step.argval) for step in dis.get_instructions(one) if step.opname in _GLOBAL)
        pending += [const for const in one.co_consts if isinstance(const, CodeType)]
    return frozenset(found)


def _chain(node: ast.AST, inner: set[int]) -> Chain | None:
    """Return the chain that a node ends, or None; the nodes inside of it are marked as its own.

    ``getattr(module, "name")`` with a name that is written out is the attribute.
    """
    attributes: list[str] = []
    passed: list[ast.AST] = []
    while True:
        if isinstance(node, ast.Attribute):
            attributes.append(node.attr)
            passed.append(node)
            node = node.value
        elif (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id == "getattr"
            and len(node.args) > 1
            and isinstance(node.args[1], ast.Constant)
            and isinstance(node.args[1].value, str)
        ):
            attributes.append(node.args[1].value)
            passed.append(node)
            node = node.args[0]
        else:
            break
    if not isinstance(node, ast.Name) or not isinstance(node.ctx, ast.Load):
        return None
    inner.update(map(id, (*passed, node)))
    return Chain(node.id, tuple(reversed(attributes)))


def _lookups(node: ast.Call | ast.Subscript | ast.Compare) -> Iterator[Lookup]:
    if isinstance(node, ast.Compare):
        if isinstance(node.ops[0], (ast.In, ast.NotIn)):
            yield from _lookup(node.comparators[0], node.left)
        return
    if isinstance(node, ast.Subscript):
        yield from _lookup(node.value, node.slice)
        return
    key = node.args[0] if node.args else next((one.value for one in node.keywords if one.arg in {"key", "name"}), None)
    yield from _lookup(node.func, key)


def _lookup(of: ast.expr, key: ast.expr | None) -> Iterator[Lookup]:
    chain = _chain(of, set())
    if chain is None:
        return
    if isinstance(key, ast.Constant) and isinstance(key.value, str):
        yield Lookup(chain, key.value)
    else:
        yield Lookup(chain, None if key is None else _chain(key, set()))


def _imports(node: ast.Import | ast.ImportFrom) -> Iterator[Import]:
    if isinstance(node, ast.ImportFrom):
        module = "." * node.level + (node.module or "")
        for alias in node.names:
            yield Import(alias.asname or alias.name, module, alias.name)
        return
    for alias in node.names:
        top = alias.name.partition(".")[0]
        yield Import(alias.asname or top, alias.name, whole=alias.asname is not None or top == alias.name)
