"""Whose code a module is: the standard library's, an installed distribution's, or the user's own.

First-party is all that is neither of the former: DAG bundles, plugins, editable installs, and distributions that were
installed from a direct URL (PEP 610) instead of an index.
"""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import importlib.metadata
import importlib.util
import sys
import sysconfig
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

__all__ = ["Origin", "origin_of"]

_STDLIB = tuple(str(Path(sysconfig.get_path(name))) for name in ("stdlib", "platstdlib"))
_INSTALLED = ("site-packages", "dist-packages")
# Installed as the user's own for whoever develops them, and counted by their versions all the same: what they do with
# a function is no part of what the function does.
_OURS = frozenset({"airflow", "airflow_artifacts"})


@dataclasses.dataclass(frozen=True, slots=True)
class Origin:
    """Whose code a module is.

    Attributes:
        kind: ``"first-party"``, ``"package"`` or ``"standard library"``.
        package: The distribution; empty where it is none.
        version: Its version.
    """

    kind: str
    package: str = ""
    version: str = ""

    @property
    def is_first_party(self) -> bool:
        """Whether its source counts."""
        return self.kind == "first-party"


_FIRST = Origin("first-party")
_STANDARD = Origin("standard library")


def origin_of(module: str | None, first_party: Collection[str]) -> Origin:
    """Return whose code a module is.

    Args:
        module: Its name.
        first_party: The top packages that count as the user's own though they are installed.
    """
    if not module or module == "builtins":
        return _STANDARD
    top = module.partition(".")[0]
    if top in first_party:
        return _FIRST
    file = _file(module) or _file(top)
    return _origin(top, _place(file) if file is not None else None, file is None)


@functools.lru_cache(maxsize=4096)
def _origin(top: str, place: str | None, without_file: bool) -> Origin:
    if top in _OURS:
        return _installed("apache-airflow" if top == "airflow" else "airflow-artifacts")
    if place is not None:
        distribution = _distribution(top, place)
        return _FIRST if distribution is None else _installed(distribution)
    if top in sys.builtin_module_names or (top in sys.stdlib_module_names and without_file):
        return _STANDARD
    file = _file(top)
    if file is not None and top in sys.stdlib_module_names and file.startswith(_STDLIB):
        return _STANDARD
    return _FIRST


def _installed(name: str) -> Origin:
    try:
        return Origin("package", name, importlib.metadata.version(name))
    except importlib.metadata.PackageNotFoundError:
        return Origin("package", name)


def _file(module: str) -> str | None:
    found = sys.modules.get(module)
    if found is None:
        return _file_of_spec(module.partition(".")[0])
    file = getattr(found, "__file__", None)
    if file is not None:
        return str(file)
    path = getattr(found, "__path__", None)
    return next((str(one) for one in path), None) if path is not None else None


@functools.lru_cache(maxsize=1024)
def _file_of_spec(top: str) -> str | None:
    """Return where a top package lies that nobody has imported yet, without importing it."""
    with contextlib.suppress(ImportError, ValueError):
        spec = importlib.util.find_spec(top)
        if spec is not None and spec.has_location:
            return spec.origin
        if spec is not None and spec.submodule_search_locations:
            return next(iter(spec.submodule_search_locations), None)
    return None


def _place(file: str) -> str | None:
    """Return the folder of installed distributions in which a file lies, or None."""
    for name in _INSTALLED:
        folder, found, _ = file.rpartition(f"/{name}/")
        if found:
            return f"{folder}/{name}"
    return None


@functools.lru_cache(maxsize=4096)
def _distribution(top: str, place: str) -> str | None:
    """Return the distribution that a top package was installed with; None where it came from a direct URL."""
    found = _by_name(top, place) or _by_files(place).get(top)
    if found is None:
        # Laid there by hand: nothing tells its versions apart, so that its source has to.
        return None
    return None if _is_direct(found, place) else found


def _by_name(top: str, place: str) -> str | None:
    """Return the distribution of the same name, if it holds the package; most do."""
    try:
        distribution = importlib.metadata.distribution(top)
    except (importlib.metadata.PackageNotFoundError, ValueError):
        return None
    record = distribution.read_text("RECORD") or ""
    here = str(distribution.locate_file("")).rstrip("/") == place
    holds = f"\n{top}/" in f"\n{record}" or f"\n{top}." in f"\n{record}"
    return str(distribution.metadata["Name"]) if here and holds else None


@functools.lru_cache(maxsize=64)
def _by_files(place: str) -> dict[str, str]:
    """Return the distributions in a folder by the top packages that they hold."""
    found: dict[str, str] = {}
    for distribution in importlib.metadata.distributions(path=[place]):
        # Once: each look parses the file anew, and a distribution may have thousands of lines.
        name = str(distribution.metadata["Name"])
        record = distribution.read_text("RECORD") or ""
        for line in record.splitlines():
            top = line.partition(",")[0].partition("/")[0].partition(".")[0]
            if top:
                found.setdefault(top, name)
    return found


@functools.lru_cache(maxsize=4096)
def _is_direct(name: str, place: str) -> bool:
    found = next(iter(importlib.metadata.distributions(name=name, path=[place])), None)
    return found is not None and found.read_text("direct_url.json") is not None
