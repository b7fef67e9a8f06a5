"""The walk over all that a function reaches: live objects, each with the normal form of its source.

Things are numbered in the order in which they are found, which the code alone decides, and stand for each other by
their numbers: neither files nor modules nor positions are in the digest.
"""

from __future__ import annotations

import builtins
import dataclasses
import functools
import importlib
import importlib.util
import os
import sys
from pathlib import Path
from types import BuiltinFunctionType, CodeType, FunctionType, ModuleType
from typing import TYPE_CHECKING, Any

from airflow_artifacts.exceptions import FingerprintError
from airflow_artifacts.fingerprint.encoding import content_digest
from airflow_artifacts.fingerprint.source.files import Source, find_class, find_function, source_of_file
from airflow_artifacts.fingerprint.source.members import file_of_methods, members
from airflow_artifacts.fingerprint.source.names import Chain, Import, Lookup, Names, global_names, names_in
from airflow_artifacts.fingerprint.source.normal import Form, Normal
from airflow_artifacts.fingerprint.source.origin import Origin, origin_of
from airflow_artifacts.fingerprint.source.parts import CodeFingerprint, CodePart
from airflow_artifacts.fingerprint.source.scope import (
    MISSING,
    Scope,
    absolute,
    attribute_of,
    bound_by,
    cells_of,
    imported,
    outer_names,
)
from airflow_artifacts.fingerprint.source.state import Pieces, Plain, Refused, pieces_of, token_of
from airflow_artifacts.registry import public_module, public_name

if TYPE_CHECKING:
    import ast
    from collections.abc import Collection, Iterable, Mapping

__all__ = ["walk"]

# More than any function that people write reaches: it reached something that is no code, such as a DAG.
_MOST_NODES = 20_000
_SHOWN = 200
_WIRING = frozenset({"airflow", "airflow_artifacts"})
_CONTEXT = frozenset({"get_current_context", "get_parsing_context"})
# By these names code reads what otherwise counts for nothing.
_READ_BY = {
    "docstrings": frozenset({"__doc__", "getdoc"}),
    "annotations": frozenset(
        {"__annotations__", "get_annotations", "get_type_hints", "getfullargspec", "signature", "validate_call"}
    ),
    "subclasses": frozenset({"__subclasses__"}),
}
_IMPORTERS = (importlib.import_module, builtins.__import__, sys.modules)
# By these a function gets at names that it does not write.
_WHOLE_MODULE = (builtins.globals, builtins.eval, builtins.exec)
# Modules in which code asks for settings, and for other modules.
_ASKED = frozenset({"airflow", "importlib", "os", "sys"})
_READS = ((), ("get",), ("pop",), ("setdefault",), ("__getitem__",), ("__contains__",))


@dataclasses.dataclass
class _Node:
    """A thing that was reached.

    Attributes:
        path: How, as messages say it.
        optional: Whether it may be left out if it cannot be fingerprinted, since its source stands elsewhere.
        failed: Why it was left out.
    """

    value: Any
    path: str
    name: str
    optional: bool
    written: str = ""
    failed: FingerprintError | None = None
    inner: list[_Node] = dataclasses.field(default_factory=list)


def walk(
    function: Any,
    first_party: Collection[str],
    include: Iterable[Any],
    reads: frozenset[str],
    *,
    elsewhere: bool = False,
) -> tuple[CodeFingerprint, frozenset[str]]:
    """Return the fingerprint of a function's code, and what some of it reads of code, as far as it was walked.

    Args:
        function: Where the walk begins.
        first_party: Top packages whose source counts although they are installed.
        include: Where it begins, too.
        reads: What is known to be read: ``docstrings``, ``annotations``, ``subclasses``; these count then.
        elsewhere: Whether it runs in another Python, so that what it imports is only named.

    Raises:
        FingerprintError: Something that it reaches cannot be told apart.
    """
    one = _Walk(frozenset(first_party), reads, elsewhere=elsewhere)
    one.run(function, include)
    digest = content_digest("".join(_sized(node.written) for node in one.nodes).encode("utf-8", "surrogatepass"))
    parts = tuple(sorted(one.parts.values(), key=lambda part: (part.kind, part.name)))
    environment, variables = frozenset(one.environment), frozenset(one.variables)
    found = CodeFingerprint(
        f"blake3:{digest.hex()}", parts, environment, variables, one.asks_context, frozenset(one.modules)
    )
    return found, frozenset(one.reads)


class _Walk:
    def __init__(self, first_party: frozenset[str], known: frozenset[str], *, elsewhere: bool) -> None:
        self.nodes: list[_Node] = []
        self.parts: dict[tuple[str, str], CodePart] = {}
        self.environment: set[str] = set()
        self.variables: set[str] = set()
        self.asks_context: str | None = None
        self.reads: set[str] = set()
        self.modules: set[str] = set()
        self._first_party = first_party
        self._known = known
        self._elsewhere = elsewhere
        self._numbers: dict[int, int] = {}
        self._kept: list[Any] = []
        self._sources: dict[str, Source | None] = {}
        self._node = _Node(None, "", "", optional=False)

    def run(self, function: Any, include: Iterable[Any]) -> None:
        """Walk over all that a function, and what is declared beside it, reaches."""
        name = getattr(function, "__name__", type(function).__name__)
        self._reach(function, name)
        for index, one in enumerate(include):
            self._reach(one, f"include[{index}]")
        for index, node in enumerate(self.nodes):
            if index > _MOST_NODES:
                message = (
                    f"{name!r} reaches more than {_MOST_NODES} things, the last by {node.path}; is a DAG or a session "
                    "among its globals? Pass what it needs of it as a parameter"
                )
                raise FingerprintError(message)
            self._node = node
            try:
                node.written = self._write(node)
            except FingerprintError as error:
                if not node.optional:
                    raise
                node.written, node.failed = "left out", error

    # Reaching

    def _reach(self, value: Any, step: str, *, name: str = "", optional: bool = False) -> str:
        """Return what stands for a value: itself where it is small and plain, else its number."""
        token = token_of(value)
        if token is not None:
            return token
        number = self._numbers.get(id(value))
        if number is not None:
            if not (optional or self._node.optional):
                self._require(self.nodes[number])
            self._node.inner.append(self.nodes[number])
            return f"#{number};"
        self._kept.append(value)
        number = self._numbers[id(value)] = len(self.nodes)
        path = f"{self._node.path} → {step}" if self._node.path else step
        node = _Node(value, path, name or step, optional=optional or self._node.optional)
        self.nodes.append(node)
        self._node.inner.append(node)
        return f"#{number};"

    def _require(self, node: _Node) -> None:
        """See that something which was optional is told apart after all, since something else needs it."""
        pending = [node]
        while pending:
            one = pending.pop()
            if one.failed is not None:
                raise one.failed
            if one.optional:
                one.optional = False
                pending += one.inner

    def _origin(self, module: str | None) -> Origin:
        origin = origin_of(module, self._first_party)
        if origin.package:
            digest = f"blake3:{content_digest(origin.version.encode()).hex()}"
            key = ("package", origin.package)
            self.parts[key] = CodePart("package", origin.package, digest, origin.version or None)
        return origin

    # Writing

    def _write(self, node: _Node) -> str:  # noqa: PLR0911 - one for each kind of thing
        value = node.value
        if isinstance(value, ModuleType):
            return self._module(value)
        if isinstance(value, FunctionType):
            return self._function(value, node)
        if isinstance(value, type) and not hasattr(value, "__origin__"):
            return self._class(value, node)
        if value is os.environ:
            return _pack("environment")
        if type(value).__module__.partition(".")[0] in _WIRING and isinstance(
            getattr(value, "function", None), FunctionType
        ):
            return _pack("task") + self._reach(value.function, value.function.__name__)
        try:
            found = pieces_of(value)
        except Refused as refused:
            raise self._refusal(node, str(refused)) from None
        if isinstance(found, Plain):
            return _pack("value", found.digest)
        if found.module is not None:
            return self._external(found, node)
        written = [_pack(found.tag, *found.texts)]
        for step, piece in found.pieces:
            written.append(_sized(step) + self._reach(piece, step))
        return "".join(written)

    def _external(self, found: Pieces, node: _Node) -> str:
        """Write a function in C: whose it is, with what it is bound to."""
        origin = self._origin(found.module)
        if origin.is_first_party:
            file = getattr(sys.modules.get(found.module or ""), "__file__", None)
            if file is None:
                raise self._refusal(node, "is code without source")
            return _pack("extension", found.tag, *found.texts, content_digest(Path(file).read_bytes()).hex())
        pieces = "".join(self._reach(piece, step) for step, piece in found.pieces)
        return _pack("external", origin.kind, origin.package, origin.version, found.tag, *found.texts) + pieces

    def _function(self, function: Any, node: _Node) -> str:
        names = function.__globals__
        registry = getattr(function, "registry", None)
        if registry is not None and hasattr(function, "dispatch") and names.get("__name__") == "functools":
            entries = sorted(registry.items(), key=lambda entry: public_name(entry[0]))
            return _pack("singledispatch") + "".join(
                self._reach(kind, public_name(kind)) + self._reach(one, public_name(kind)) for kind, one in entries
            )
        module = names.get("__name__")
        origin = self._origin(module)
        code = function.__code__
        cells = cells_of(function)
        more = dict(vars(function))
        more.pop("__wrapped__", None)
        wrapped = getattr(function, "__wrapped__", None)
        around = "" if wrapped is None else self._reach(wrapped, getattr(wrapped, "__name__", "__wrapped__"))
        if not origin.is_first_party:
            held = "".join(_sized(name) + self._reach(cell, name) for name, cell in sorted(cells.items()))
            return (
                _pack("external", origin.kind, origin.package, origin.version, module or "", code.co_name)
                + held
                + around
            )
        source = self._source(code.co_filename, names)
        if source is None:
            raise self._refusal(node, "has no source file")
        definitions = find_function(source, code, node.path)
        if not definitions:
            raise self._refusal(node, "has no definition in its file")
        form, found = self._form(source, definitions, names)
        several = (
            _pack("of several", repr(code.co_names), repr(code.co_varnames), code.co_code.hex(), repr(_plain(code)))
            if len(definitions) > 1
            else ""
        )
        written = [_pack("function", form.text), several, around]
        for label, values in (("default", function.__defaults__ or ()), ("default", _items(function.__kwdefaults__))):
            written += [self._reach(value, label) for value in values]
        written += [_sized(name) + self._reach(value, name) for name, value in sorted(more.items())]
        allowed = global_names(code) | outer_names(definitions)
        written.append(self._names(found, names, cells, allowed))
        self._note(
            node, "function", _label(names, function.__qualname__), form, source, definitions[0], code.co_filename
        )
        return "".join(written)

    def _class(self, kind: type, node: _Node) -> str:
        origin = self._origin(kind.__module__)
        if not origin.is_first_party:
            return _pack("external", origin.kind, origin.package, origin.version, public_name(kind))
        module = sys.modules.get(kind.__module__)
        names = vars(module) if module is not None else {}
        file = getattr(module, "__file__", None) or file_of_methods(kind)
        source = self._source(file, names) if file else None
        definition = find_class(source, kind.__qualname__) if source is not None else None
        written = [_pack("class", kind.__name__)]
        bound: frozenset[str] = frozenset()
        if source is not None and definition is not None:
            form, found = self._form(source, [definition], names)
            bound = found.bound
            written += [form.text, self._names(found, names, {}, frozenset(names) | frozenset(dir(builtins)) - bound)]
            self._note(node, "class", _label(names, kind.__qualname__), form, source, definition, str(file))
        written += [self._reach(base, f"base {base.__name__}") for base in kind.__mro__[1:] if base is not object]
        if "subclasses" in self._known:
            below: list[type] = sorted(kind.__subclasses__(), key=lambda one: one.__qualname__)
            written += [self._reach(one, f"subclass {one.__name__}") for one in below]
        if type(kind) is not type:
            written.append(self._reach(type(kind), "metaclass"))
        for name, attribute in sorted(members(kind)):
            optional = name in bound or (name.startswith("__") and name.endswith("__"))
            written.append(_sized(name) + self._reach(attribute, name, optional=optional))
        return "".join(written)

    def _module(self, module: ModuleType) -> str:
        """Write a module that is used as a whole, not for some of its names."""
        origin = self._origin(module.__name__)
        if not origin.is_first_party:
            return _pack("external", origin.kind, origin.package, origin.version, module.__name__)
        file = getattr(module, "__file__", None)
        names = vars(module)
        if file is not None and not file.endswith((".py", ".pyw")):
            return _pack("extension", content_digest(Path(file).read_bytes()).hex())
        source = self._source(file, names) if file is not None else None
        if source is None:
            return _pack("module without source")
        form, found = self._form(source, [source.tree], names)
        written = [_pack("module", form.text), self._names(found, names, {}, frozenset(names))]
        for name, value in sorted(names.items()):
            if getattr(value, "__module__", None) == module.__name__ and isinstance(value, (FunctionType, type)):
                written.append(_sized(name) + self._reach(value, name))
        return "".join(written)

    # Names

    def _form(self, source: Source, nodes: list[Any], names: Mapping[str, Any]) -> tuple[Form, Names]:
        """Return the normal form of definitions with what they name, kept with the file."""
        docstrings, annotations = "docstrings" in self._known, "annotations" in self._known
        key = (id(nodes[0]), len(nodes), docstrings, annotations)
        if key not in source.forms:
            normal = Normal(docstrings, annotations, functools.partial(_is_wiring, names))
            form = normal.form_of(nodes)
            source.forms[key] = form, names_in(form.nodes)
        form, found = source.forms[key]
        told = found.attributes | {chain.root for chain in found.chains}
        self.reads.update(what for what, names_ in _READ_BY.items() if not told.isdisjoint(names_))
        return form, found

    def _names(self, found: Names, names: Mapping[str, Any], cells: Mapping[str, Any], allowed: frozenset[str]) -> str:
        """Write what the names in some code mean."""
        bound = {one.local: self._bound(one, names) for one in found.imports}
        scope = Scope(names, cells, bound, allowed)
        written = []
        for chain in found.chains:
            known, value = scope.find(chain.root)
            if known:
                written.append(_sized(str(chain)) + self._follow(value, chain, names))
        written += [self._look_up(lookup, scope) for lookup in found.lookups]
        return "".join(written)

    def _bound(self, one: Import, names: Mapping[str, Any]) -> Any:
        """Return what an import statement binds; in another Python that is known only of what every Python has."""
        if not self._is_elsewhere(one.module, one.name):
            return bound_by(one, names)
        return MISSING

    def _is_elsewhere(self, module: str, name: str | None = None) -> bool:
        """Whether a module is what another Python has by its name; that one is asked for it."""
        top = module.partition(".")[0]
        if not self._elsewhere or not top:
            return False
        self.modules.update({module, f"{module}.{name}"} if name else {module})
        return top not in sys.stdlib_module_names and top not in _WIRING

    def _follow(self, value: Any, chain: Chain, names: Mapping[str, Any]) -> str:
        """Return what stands for the end of a chain: of a module only that counts which is taken of it."""
        step, label = chain.root, _label(names, chain.root)
        for index, attribute in enumerate(chain.attributes):
            if not isinstance(value, ModuleType):
                break
            origin = self._origin(value.__name__)
            if not origin.is_first_party:
                self._check_context(origin, attribute)
                rest = ".".join(chain.attributes[index:])
                return _pack("external", origin.kind, origin.package, origin.version, value.__name__, rest)
            if attribute == "__dict__":
                break
            step, label = f"{step}.{attribute}", _label(vars(value), attribute)
            found, value = attribute_of(value, attribute)
            if not found:
                return _pack("nothing")
        if value is MISSING:
            return _pack("nothing")
        if chain.root == "__name__":
            value = public_module(str(value))
        if any(value is one for one in _WHOLE_MODULE) and not chain.attributes:
            return _pack("module's names") + self._reach(sys.modules.get(str(names.get("__name__")), None), "globals()")
        self._check_context(self._origin(getattr(value, "__module__", None)), getattr(value, "__name__", ""))
        token = self._reach(value, step)
        if not isinstance(value, (BuiltinFunctionType, FunctionType, ModuleType, type)):
            self._note_constant(label, value, token)
        return token

    def _check_context(self, origin: Origin, name: object) -> None:
        if origin.package == "apache-airflow" and name in _CONTEXT:
            self.asks_context = f"{self._node.path} calls {name}()"

    def _look_up(self, lookup: Lookup, scope: Scope) -> str:
        """Note the environment variable or Variable that is asked for by a name, or return a module's number."""
        key = lookup.key
        if isinstance(key, Chain):
            _, constant = scope.find_chain(key)
            key = constant if isinstance(constant, str) else None
        value, rest = self._owner(lookup.of, scope)
        if key is None or value is MISSING:
            return ""
        if (value is os.environ and rest in _READS) or (value is os.getenv and not rest):
            self.environment.add(key)
        elif getattr(value, "__name__", "") == "Variable" and rest == ("get",) and _top(value) == "airflow":
            self.variables.add(key)
        elif any(value is one for one in _IMPORTERS) and not rest and not self._is_elsewhere(key):
            found = imported(absolute(key, scope.names))
            return "" if found is MISSING else self._reach(found, f"import of {key!r}")
        return ""

    def _owner(self, chain: Chain, scope: Scope) -> tuple[Any, tuple[str, ...]]:
        """Return what a chain leads to through modules that may hold settings, and the attributes that are left."""
        known, value = scope.find(chain.root)
        rest = list(chain.attributes)
        while known and isinstance(value, ModuleType) and rest:
            top = value.__name__.partition(".")[0]
            if top not in _ASKED and not self._origin(value.__name__).is_first_party:
                return MISSING, ()
            known, value = attribute_of(value, rest.pop(0))
        return (value if known else MISSING), tuple(rest)

    # Parts

    def _note(  # noqa: PLR0917 - what a part is made of
        self, node: _Node, kind: str, name: str, form: Form, source: Source, definition: ast.AST, file: str
    ) -> None:
        digest = f"blake3:{content_digest(form.text.encode('utf-8', 'surrogatepass')).hex()}"
        line = min([definition.lineno, *(one.lineno for one in getattr(definition, "decorator_list", ()))])  # type: ignore[attr-defined]
        del node
        self._add(CodePart(kind, name, digest, source.text(definition), f"{Path(file).name}:{line}"))

    def _note_constant(self, name: str, value: Any, token: str) -> None:
        shown = repr(value) if token_of(value) is not None or type(value) in {list, tuple, dict, set} else None
        if shown is not None and len(shown) > _SHOWN:
            shown = f"{shown[: _SHOWN - 1]}…"
        self._add(CodePart("constant", name, _constant_digest(value, token), shown))

    def _add(self, part: CodePart) -> None:
        name, number = part.name, 1
        while (known := self.parts.get((part.kind, name))) is not None and known.digest != part.digest:
            number += 1
            name = f"{part.name} ({number})"
        self.parts[part.kind, name] = dataclasses.replace(part, name=name)

    def _source(self, file: str, names: Mapping[str, Any]) -> Source | None:
        if file not in self._sources:
            self._sources[file] = source_of_file(file, names)
        return self._sources[file]

    def _refusal(self, node: _Node, what: str) -> FingerprintError:
        message = (
            f"{node.path} {what}, so that its code or state cannot be told apart; pass it as a parameter, make it "
            "inside the function, register its type with fingerprint.register(…), or leave SOURCE out of the policy "
            "and declare what counts with .include(…)"
        )
        return FingerprintError(message)


def _is_wiring(names: Mapping[str, Any], decorator: ast.expr) -> bool:
    """Whether a decorator only makes a task of a function, which changes nothing of what it does."""
    node: Any = decorator
    while not hasattr(node, "id"):
        node = getattr(node, "func", None) or getattr(node, "value", None)
        if node is None:
            return False
    return _top(names.get(node.id)) in _WIRING


def _top(value: Any) -> str:
    module = value.__name__ if isinstance(value, ModuleType) else getattr(value, "__module__", None)
    module = module if isinstance(module, str) else type(value).__module__
    return module.partition(".")[0]


def _items(values: Mapping[str, Any] | None) -> tuple[Any, ...]:
    return tuple(part for pair in sorted((values or {}).items()) for part in pair)


def _plain(code: CodeType) -> list[Any]:
    return [const for const in code.co_consts if not isinstance(const, CodeType)]


def _label(names: Mapping[str, Any], name: str) -> str:
    return f"{public_module(str(names.get('__name__', '')))}:{name}"


def _constant_digest(value: Any, token: str) -> str:
    if not token.startswith("#"):
        return f"blake3:{content_digest(token.encode('utf-8', 'surrogatepass')).hex()}"
    from airflow_artifacts.fingerprint.values import value as fingerprint  # noqa: PLC0415 - only where it is needed

    try:
        return fingerprint(value)
    except FingerprintError:
        return "by what it holds"


def _sized(text: str) -> str:
    return f"{len(text)}:{text}"


def _pack(*texts: str) -> str:
    return f"({len(texts)}" + "".join(map(_sized, texts)) + ")"
