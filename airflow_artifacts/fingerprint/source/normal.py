"""The normal form of code: a syntax tree as text, without what changes nothing.

Comments, formatting and positions are not in the tree. Left out besides are docstrings, annotations of parameters and
local names, ``pass``, constants that stand alone, and what stands under ``if TYPE_CHECKING``. Every text is written
behind its length, so that no two trees are written alike.
"""

from __future__ import annotations

import ast
import dataclasses
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

__all__ = ["Form", "Normal", "statements"]

_SKIPPED = frozenset({"ctx", "type_comment", "kind", "type_ignores", "returns", "annotation"})
_PLAIN_DECORATORS = frozenset(
    {
        "abstractmethod",
        "cache",
        "cached_property",
        "classmethod",
        "contextmanager",
        "asynccontextmanager",
        "deleter",
        "final",
        "getter",
        "lru_cache",
        "overload",
        "override",
        "property",
        "setter",
        "staticmethod",
        "wraps",
    }
)


@dataclasses.dataclass(frozen=True)
class Form:
    """The normal form of some code.

    Attributes:
        written: Its text, in pieces.
        nodes: The nodes that count, each before those inside of it.
    """

    written: list[str]
    nodes: list[ast.AST]

    @property
    def text(self) -> str:
        """The whole text."""
        return "".join(self.written)


@dataclasses.dataclass(frozen=True)
class Normal:
    """How the normal form is written.

    Attributes:
        docstrings: Whether they count, since some code reads them.
        annotations: Whether those of functions count, since some code reads them.
        is_wiring: Whether a decorator only makes a task of a function.
    """

    docstrings: bool
    annotations: bool
    is_wiring: Callable[[ast.expr], bool]

    def form_of(self, nodes: Iterable[ast.AST]) -> Form:
        """Return the normal form of definitions: functions, a module, or a class.

        A class is without its methods and inner classes, which are reached by themselves.
        """
        form = Form([], [])
        for node in nodes:
            if isinstance(node, ast.ClassDef):
                self._class(node, form)
            else:
                self._write(node, form)
        return form

    def _class(self, node: ast.ClassDef, form: Form) -> None:
        kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
        decorators = [one for one in node.decorator_list if not self.is_wiring(one)]
        for one in (*node.bases, *node.keywords, *decorators):
            self._write(one, form)
        for statement in statements(node.body, docstrings=self.docstrings):
            if not isinstance(statement, kinds):
                self._write(statement, form, in_class=True)

    def _write(self, node: Any, form: Form, *, in_class: bool = False, annotated: bool = False) -> None:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            annotated = self.annotations or any(map(self._reads_annotations, node.decorator_list))
        if isinstance(node, ast.AnnAssign) and not in_class:
            if node.value is None:
                return
            node = ast.Assign(targets=[node.target], value=node.value)
        written = form.written
        form.nodes.append(node)
        written.append(f"({type(node).__name__}")
        if isinstance(node, ast.Constant):
            written.append(_sized(type(node.value).__name__) + _sized(repr(node.value)))
        else:
            for name, value in ast.iter_fields(node):
                skipped = name in _SKIPPED and not (annotated or isinstance(node, ast.AnnAssign))
                if value is None or value == [] or name in {"ctx", "type_comment", "kind", "type_ignores"} or skipped:
                    continue
                written.append(f"{name}=")
                self._field(node, name, value, form, annotated=annotated)
        written.append(")")

    def _field(self, node: ast.AST, name: str, value: Any, form: Form, *, annotated: bool) -> None:
        written = form.written
        if isinstance(value, ast.AST):
            self._write(value, form, annotated=annotated)
        elif isinstance(value, list):
            children: Iterable[Any] = value
            if name in {"body", "orelse", "finalbody"} and isinstance(value[0], ast.stmt):
                children = statements(value, docstrings=self.docstrings and name == "body")
            elif name == "decorator_list":
                children = [one for one in value if not self.is_wiring(one)]
            written.append("[")
            for child in children:
                if isinstance(child, ast.AST):
                    self._write(child, form, in_class=isinstance(node, ast.ClassDef), annotated=annotated)
                else:
                    written.append(_sized(str(child)))
            written.append("]")
        else:
            written.append(_sized(str(value)))

    def _reads_annotations(self, decorator: ast.expr) -> bool:
        """Whether a decorator may read the annotations of what it decorates."""
        called = decorator.func if isinstance(decorator, ast.Call) else decorator
        name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
        return name not in _PLAIN_DECORATORS and not self.is_wiring(decorator)


def statements(body: list[ast.stmt], *, docstrings: bool = False) -> Iterator[ast.stmt]:
    """Give those statements of a block that may do something."""
    for index, one in enumerate(body):
        if isinstance(one, ast.Pass):
            continue
        if isinstance(one, ast.Expr) and isinstance(one.value, ast.Constant):
            if docstrings and index == 0 and isinstance(one.value.value, str):
                yield one
            continue
        if isinstance(one, ast.If) and _is_type_checking(one.test):
            yield from statements(one.orelse)
            continue
        yield one


def _is_type_checking(test: ast.expr) -> bool:
    """Whether a condition holds for type checkers only."""
    name = test.attr if isinstance(test, ast.Attribute) else getattr(test, "id", "")
    return name == "TYPE_CHECKING"


def _sized(text: str) -> str:
    return f"{len(text)}:{text}"
