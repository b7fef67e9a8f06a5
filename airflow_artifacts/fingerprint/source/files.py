"""The source that a function was compiled from, as it stands in its file now.

A function whose file compiles to something else by now is refused: its result would be stored under the key of code
that did not run.
"""

from __future__ import annotations

import ast
import dataclasses
import functools
import linecache
from pathlib import Path
from types import CodeType
from typing import TYPE_CHECKING, Any

from airflow_artifacts.exceptions import FingerprintError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda

__all__ = ["Source", "find_class", "find_function", "source_of_file"]


@dataclasses.dataclass(frozen=True)
class Source:
    """One file, parsed and compiled.

    Attributes:
        lines: Its text.
        functions: By name and first line.
        codes: What they compile to, by the same.
        classes: By qualified name.
        forms: What callers keep of it, as long as it stands.
    """

    tree: ast.Module
    lines: tuple[str, ...]
    functions: Mapping[tuple[str, int], list[Definition]]
    codes: Mapping[tuple[str, int], list[CodeType]]
    classes: Mapping[str, list[ast.ClassDef]]
    forms: dict[Any, Any] = dataclasses.field(default_factory=dict)

    def text(self, node: ast.AST) -> str:
        """Return the source of a definition, its decorators included."""
        first = min([node.lineno, *(one.lineno for one in getattr(node, "decorator_list", ()))])  # type: ignore[attr-defined]
        return "\n".join(self.lines[first - 1 : node.end_lineno])  # type: ignore[attr-defined]


def source_of_file(file: str, names: Mapping[str, Any]) -> Source | None:
    """Return a file as it stands now, or None where it has no source.

    Args:
        file: As code objects name it.
        names: The globals of its module, by which its loader is found where it is no plain file.
    """
    try:
        content = Path(file).read_bytes()
    except OSError:
        # In a notebook, a zip file, or gone.
        content = "".join(linecache.getlines(file, dict(names))).encode("utf-8", "surrogatepass")
    return _parse(file, content) if content else None


def find_function(source: Source, code: CodeType, what: str) -> list[Definition]:
    """Return the definition that a code object was compiled from; several only where one line holds several lambdas.

    Raises:
        FingerprintError: The file compiles to something else by now.
    """
    place = (code.co_name, code.co_firstlineno)
    if any(_same(code, other) for other in source.codes.get(place, ())):
        return source.functions.get(place, [])
    message = (
        f"{what} is not what {code.co_filename} says by now: the file changed after it was imported; let the process "
        "import it anew (restart the worker)"
    )
    raise FingerprintError(message)


def find_class(source: Source, qualname: str) -> ast.ClassDef | None:
    """Return a class's definition, the last of its name, or None."""
    found = source.classes.get(qualname)
    return found[-1] if found else None


@functools.lru_cache(maxsize=512)
def _parse(file: str, content: bytes) -> Source | None:
    try:
        tree = ast.parse(content, filename=file)
        code = compile(content, file, "exec", dont_inherit=True)
    except (SyntaxError, ValueError):
        return None
    functions: dict[tuple[str, int], list[Any]] = {}
    classes: dict[str, list[ast.ClassDef]] = {}
    for qualname, node in _definitions(tree, ""):
        if isinstance(node, ast.ClassDef):
            classes.setdefault(qualname, []).append(node)
        else:
            name = "<lambda>" if isinstance(node, ast.Lambda) else node.name
            first = min([node.lineno, *(one.lineno for one in getattr(node, "decorator_list", ()))])
            functions.setdefault((name, first), []).append(node)
    codes: dict[tuple[str, int], list[CodeType]] = {}
    for one in _codes(code):
        codes.setdefault((one.co_name, one.co_firstlineno), []).append(one)
    lines = tuple(content.decode("utf-8", "replace").splitlines())
    return Source(tree, lines, functions, codes, classes)


def _definitions(node: ast.AST, prefix: str) -> Iterator[tuple[str, Any]]:
    """Give all functions, lambdas and classes of a tree with their qualified names."""
    pending = [(node, prefix)]
    while pending:
        parent, outer = pending.pop()
        inner: list[tuple[ast.AST, str]] = []
        for child in ast.iter_child_nodes(parent):
            name = getattr(child, "name", "<lambda>")
            if isinstance(child, ast.ClassDef):
                yield f"{outer}{name}", child
                inner.append((child, f"{outer}{name}."))
            elif isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
                yield f"{outer}{name}", child
                inner.append((child, f"{outer}{name}.<locals>."))
            else:
                inner.append((child, outer))
        pending += reversed(inner)


def _codes(code: CodeType) -> Iterator[CodeType]:
    pending = [code]
    while pending:
        one = pending.pop()
        yield one
        pending += [const for const in one.co_consts if isinstance(const, CodeType)]


def _same(one: CodeType, other: CodeType) -> bool:
    """Whether two code objects do the same; where they stand does not count."""
    return one is other or (
        one.co_code == other.co_code
        and _shape(one) == _shape(other)
        and len(one.co_consts) == len(other.co_consts)
        and all(map(_same_constant, one.co_consts, other.co_consts))
    )


def _shape(code: CodeType) -> tuple[Any, ...]:
    return (
        code.co_name,
        code.co_names,
        code.co_varnames,
        code.co_freevars,
        code.co_cellvars,
        code.co_argcount,
        code.co_posonlyargcount,
        code.co_kwonlyargcount,
        code.co_flags,
    )


def _same_constant(one: object, other: object) -> bool:
    if isinstance(one, CodeType) and isinstance(other, CodeType):
        return _same(one, other)
    if type(one) is not type(other):
        return False
    if isinstance(one, tuple) and isinstance(other, tuple):
        return len(one) == len(other) and all(map(_same_constant, one, other))
    if isinstance(one, frozenset):
        return sorted(map(repr, one)) == sorted(map(repr, other))  # type: ignore[call-overload]
    return one == other and repr(one) == repr(other)
