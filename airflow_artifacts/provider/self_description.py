"""What a Python says of itself: its version, its packages, and the user's own modules that a function imports there.

This file is run by that Python, which need not have this package: it imports nothing but the standard library. It
imports none of the modules that it describes, either; it reads them, as the cache must not run the user's code to know
it.
"""

from __future__ import annotations

import ast
import hashlib
import importlib.util
import json
import os
import platform
import site
import sys
import sysconfig
from importlib import metadata
from importlib.machinery import PathFinder
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["describe"]

# More than any function imports of the user's own: it imports something that is no such code, such as a whole system.
_MOST_MODULES = 2000
_INSTALLED = ("site-packages", "dist-packages")
_IMPORTERS = ("import_module", "__import__")


def describe(imports: Iterable[str], *, base: bool, system: bool) -> dict[str, Any]:
    """Return what counts of the Python that runs this.

    Args:
        imports: The modules that a function imports.
        base: Whether it is asked for what a virtual environment made of it has before anything is installed there. It
            is run without its own packages (``-S``) then.
        system: Whether such a virtual environment sees its packages.

    Returns:
        JSON: ``python``, ``packages`` (versions by name), ``modules`` (digests by name), ``reads`` (environment
        variables), ``variables`` (Airflow Variables), ``stamps`` (of the files and folders that say so, by path), and
        ``fault``, the reason why that is not all, or None.
    """
    if base and system:
        for folder in site.getsitepackages([sys.base_prefix]):
            site.addsitedir(folder)
        if site.check_enableusersite():
            site.addsitedir(site.getusersitepackages())
    stamps = {path: _stamp(path) for path in [*sys.path, os.path.realpath(sys.executable)]}
    modules = _Modules()
    modules.walk(imports)
    return {
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "packages": dict(sorted(_packages().items())),
        "modules": {name: digest for name, (_, digest) in sorted(modules.found.items())},
        "reads": sorted(modules.reads),
        "variables": sorted(modules.variables),
        "stamps": {**stamps, **{path: _stamp(path) for path in modules.places()}},
        "fault": modules.fault,
    }


def _stamp(path: str) -> int | None:
    try:
        return Path(path).stat().st_mtime_ns
    except OSError:
        return None


def _packages() -> dict[str, str]:
    """Return the versions of all distributions; the first of a name counts, as it does for an import."""
    found: dict[str, str] = {}
    for one in metadata.distributions():
        name = one.metadata["Name"]
        if name:
            found.setdefault(name.lower().replace("_", "-"), f"{one.version}{_commit(one)}")
    return found


def _commit(one: metadata.Distribution) -> str:
    """Return what tells a distribution from a URL apart from others of its version."""
    origin = json.loads(one.read_text("direct_url.json") or "{}")
    told = origin.get("vcs_info", {}).get("commit_id") or origin.get("archive_info", {}).get("hash")
    return f" ({told})" if told else ""


class _Modules:
    """The modules of the user's own that are imported: neither the standard library's nor of a version."""

    def __init__(self) -> None:
        self.found: dict[str, tuple[str, str]] = {}
        self.reads: set[str] = set()
        self.variables: set[str] = set()
        self.fault: str | None = None
        self._specs: dict[str, Any] = {}
        self._tops: dict[str, bool] = {}

    def walk(self, imports: Iterable[str]) -> None:
        """Read modules with all that they import."""
        pending = sorted(imports)
        while pending:
            name = pending.pop()
            parts = name.split(".")
            for length in range(1, len(parts) + 1):
                each = ".".join(parts[:length])
                if each not in self._specs:
                    pending += self._read(each)
            if len(self.found) > _MOST_MODULES:
                self.fault = f"it imports more than {_MOST_MODULES} modules of your own, the last {name!r}"
                return

    def places(self) -> Iterator[str]:
        """Give the files that were read, and the folders in which others may appear."""
        for file, _ in self.found.values():
            yield file
            yield str(Path(file).parent)
        for spec in self._specs.values():
            yield from getattr(spec, "submodule_search_locations", None) or ()

    def _read(self, name: str) -> list[str]:
        """Read one module, and return those that it imports."""
        top = name.partition(".")[0]
        spec: Any = self._find(name) if top == name or self._is_own(top) else None
        self._specs[name] = spec
        file = getattr(spec, "origin", None)
        if file is None or not spec.has_location or not self._is_own(top):
            return []
        try:
            content = Path(file).read_bytes()
            tree = ast.parse(content) if file.endswith(".py") else None
        except (OSError, SyntaxError, ValueError) as error:
            self.fault = f"its module {name!r} cannot be read there: {error}"
            return []
        if tree is None:
            self.found[name] = file, _digest(content)
            return []
        # Without comments and formatting, which change nothing.
        self.found[name] = file, _digest(ast.dump(tree).encode("utf-8", "surrogatepass"))
        self.reads.update(_named(tree, ("environ", "getenv")))
        self.variables.update(_named(tree, ("Variable",)))
        package = name if spec.submodule_search_locations is not None else name.rpartition(".")[0]
        return sorted(set(_imports(tree, package)))

    def _find(self, name: str) -> Any:
        """Return where a module lies, without importing the packages around it as Python itself would."""
        parent, _, last = name.rpartition(".")
        try:
            if not parent:
                return importlib.util.find_spec(name)
            folders = getattr(self._specs.get(parent), "submodule_search_locations", None)
            # By its whole name it would be looked up in the package around it, which nobody imported.
            return None if folders is None else PathFinder.find_spec(last, list(folders))
        except (ImportError, ValueError, AttributeError):
            return None

    def _is_own(self, top: str) -> bool:
        if top not in self._tops:
            spec: Any = self._specs.get(top)
            places = [spec.origin or "", *(spec.submodule_search_locations or ())] if spec is not None else []
            self._tops[top] = not any(_is_standard(place) or _has_version(top, place) for place in places)
        return self._tops[top]


def _is_standard(place: str) -> bool:
    folders = {sysconfig.get_path("stdlib"), sysconfig.get_path("platstdlib")}
    inside = any(folder and place.startswith(folder + os.sep) for folder in folders)
    return inside and not any(f"{os.sep}{name}{os.sep}" in place for name in _INSTALLED)


def _has_version(top: str, place: str) -> bool:
    """Whether a package came with a distribution whose version says what it is: not from a folder."""
    for name in _INSTALLED:
        folder, found, _ = place.rpartition(f"{os.sep}{name}{os.sep}")
        if found:
            return any(_holds(one, top) for one in metadata.distributions(path=[f"{folder}{os.sep}{name}"]))
    return False


def _holds(one: metadata.Distribution, top: str) -> bool:
    record = "\n" + (one.read_text("RECORD") or "")
    if f"\n{top}/" not in record and f"\n{top}." not in record:
        return False
    return "dir_info" not in json.loads(one.read_text("direct_url.json") or "{}")


def _digest(content: bytes) -> str:
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def _imports(tree: ast.AST, package: str) -> Iterator[str]:
    """Give the modules that may be imported: of ``from a import b`` both ``a`` and ``a.b``."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name
        elif isinstance(node, ast.ImportFrom):
            around = package.rsplit(".", node.level - 1)[0] if node.level > 1 else package
            module = ".".join(part for part in (around if node.level else "", node.module) if part)
            yield module
            for alias in node.names:
                yield f"{module}.{alias.name}"
        elif isinstance(node, ast.Call) and _name(node.func) in _IMPORTERS:
            yield from _texts(node.args[:1])


def _named(tree: ast.AST, holders: tuple[str, ...]) -> Iterator[str]:
    """Give the names that are written out where something is asked for by name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Subscript) and _name(node.value) in holders:
            yield from _texts([node.slice])
        elif isinstance(node, ast.Compare) and any(_name(one) in holders for one in node.comparators):
            yield from _texts([node.left])
        elif isinstance(node, ast.Call):
            of = node.func.value if isinstance(node.func, ast.Attribute) else None
            if _name(node.func) in holders or (of is not None and _name(of) in holders):
                yield from _texts([*node.args[:1], *(one.value for one in node.keywords)])


def _name(node: ast.AST) -> str:
    return str(getattr(node, "attr", None) or getattr(node, "id", ""))


def _texts(nodes: Iterable[ast.AST]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


if __name__ == "__main__":
    print(json.dumps(describe(**json.loads(sys.argv[2]))))  # noqa: T201 - the answer
