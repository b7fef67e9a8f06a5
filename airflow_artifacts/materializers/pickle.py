"""Pickle, for values that nothing else can write, and only where ``allow_pickle`` says so.

Whoever can change a pickle can run code where it is loaded: its digest is checked against the lineage database before
a byte of it is unpickled. What is pickled is bound to the versions of Python and of the libraries it is made of, which
are recorded and named when it cannot be loaded.
"""

from __future__ import annotations

import platform
import sys
from importlib import metadata
from typing import TYPE_CHECKING, Any

from airflow_artifacts.exceptions import UnsupportedTypeError
from airflow_artifacts.registry import public_name

if TYPE_CHECKING:
    from collections.abc import Mapping

    from airflow_artifacts.materializers.base import FilesReader, FilesWriter

__all__ = ["PickleMaterializer"]

_FILE = "value.pickle"
_SETTING = "set [artifacts] allow_pickle = true (AIRFLOW__ARTIFACTS__ALLOW_PICKLE), or connect with allow_pickle=True"


class PickleMaterializer:
    """Writes ``value.pickle`` by cloudpickle."""

    def save(self, value: object, files: FilesWriter) -> Mapping[str, Any]:
        """Write a value.

        Raises:
            UnsupportedTypeError: Pickle is not allowed, or cannot write the value either.
        """
        import cloudpickle  # noqa: PLC0415 - only where a value needs it

        name = public_name(type(value))
        if not files.allow_pickle:
            message = f"a {name} can only be pickled; where you trust all who can write to the store, {_SETTING}"
            raise UnsupportedTypeError(message)
        try:
            with files.open(_FILE) as file:
                cloudpickle.dump(value, file, protocol=5)
        except Exception as error:  # a value's own code may raise anything
            message = f"a {name} cannot be pickled ({type(error).__name__}: {error}); register a materializer for it"
            raise UnsupportedTypeError(message) from error
        return {"format": 1, "python": platform.python_version(), "packages": _packages(type(value))}

    def load(self, files: FilesReader) -> Any:
        """Read a value.

        Raises:
            UnsupportedTypeError: Pickle is not allowed here, or the value cannot be unpickled here.
        """
        import cloudpickle  # noqa: PLC0415 - only where a value needs it

        if not files.allow_pickle:
            message = f"the value was pickled, and unpickling runs whatever code the pickle names; {_SETTING}"
            raise UnsupportedTypeError(message)
        details, data = files.details, files.read(_FILE)
        try:
            return cloudpickle.loads(data)
        except Exception as error:  # as when it is written
            made = ", ".join(f"{name} {version}" for name, version in details["packages"].items())
            message = (
                f"the value cannot be unpickled ({type(error).__name__}: {error}); it was pickled by Python "
                f"{details['python']}{' with ' + made if made else ''}, and this is Python {platform.python_version()}"
            )
            raise UnsupportedTypeError(message) from error


def _packages(kind: type) -> dict[str, str]:
    """Return the versions of the distributions that define a type and its bases."""
    found = {}
    distributions = metadata.packages_distributions()
    for module in {base.__module__.partition(".")[0] for base in kind.__mro__} - sys.stdlib_module_names:
        for name in distributions.get(module, ()):
            found[name] = metadata.version(name)
    return dict(sorted(found.items()))
