"""Asking another Python what it consists of: a short process of it, once as long as it does not change.

What counts is what the function will meet there: the packages with their versions, and the user's own modules, wherever
that Python finds them.
"""

from __future__ import annotations

import dataclasses
import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

from airflow.sdk.configuration import conf

from airflow_artifacts.exceptions import FingerprintError
from airflow_artifacts.provider import self_description

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

__all__ = ["Answer", "ask", "base_python"]

# A cold disk may need seconds to start a Python with many packages; one that hangs must not hold the task.
_SECONDS = 60
_SCRIPT = Path(self_description.__file__)
# Neither the modules beside the script nor those of the current folder may come before the ones that are meant.
_START = "import sys; sys.path[:] = [folder for folder in sys.path if folder]; exec(sys.argv[1])"
_ANSWERS: dict[tuple[Any, ...], Answer] = {}


@dataclasses.dataclass(frozen=True, slots=True)
class Answer:
    """What a Python says of itself.

    Attributes:
        python: Its implementation and version.
        packages: Their versions by name.
        modules: Digests of the user's own modules by name.
        reads: The environment variables that these read by a name that is written out.
        variables: The Airflow Variables that they read so.
        stamps: When the files and folders changed last that say so, by path.
    """

    python: str
    packages: Mapping[str, str]
    modules: Mapping[str, str]
    reads: frozenset[str]
    variables: frozenset[str]
    stamps: Mapping[str, int | None]


def ask(
    python: str, imports: Collection[str], environment: Mapping[str, str], *, base: bool = False, system: bool = False
) -> Answer:
    """Return what a Python says of itself.

    Args:
        python: The executable.
        imports: The modules that a function imports there.
        environment: What it is run with.
        base: Whether what a virtual environment made of it has is asked for, before anything is installed there.
        system: Whether such a virtual environment sees its packages.

    Raises:
        FingerprintError: It cannot be run, or cannot tell the user's own modules apart.
    """
    asked = json.dumps({"imports": sorted(imports), "base": base, "system": system})
    key = (python, asked, *sorted(environment.items()))
    known = _ANSWERS.get(key)
    if known is not None and all(_stamp(path) == stamp for path, stamp in known.stamps.items()):
        return known
    script = _SCRIPT.read_text(encoding="utf-8")
    answer = _answer(python, [*(["-S"] if base else []), "-c", _START, script, asked], environment)
    _ANSWERS[key] = answer
    return answer


def base_python(version: str | None) -> str:
    """Return the Python of which Airflow makes a virtual environment.

    Args:
        version: The one that was asked for, such as ``3.12``; None for that which ``python`` is.

    Raises:
        FingerprintError: There is none yet.
    """
    name = f"python{version}" if version else "python"
    method = conf.get("standard", "venv_install_method", fallback="auto").lower()
    uv = shutil.which("uv") if method in {"auto", "uv"} else None
    if uv is None:
        found = shutil.which(name)
    else:
        asked = subprocess.run(  # noqa: S603 - the program that Airflow itself starts
            [uv, "python", "find", "--no-project", "--system", name], capture_output=True, text=True, check=False
        )
        found = asked.stdout.strip() if asked.returncode == 0 else None
    if not found:
        message = (
            f"there is no {name!r} yet of which the virtual environment is made, so that its version is not known; "
            "install it on the worker, or name another python_version"
        )
        raise FingerprintError(message)
    return found


def _answer(python: str, arguments: list[str], environment: Mapping[str, str]) -> Answer:
    try:
        done = subprocess.run(  # noqa: S603 - the Python that the task itself runs in
            [python, *arguments], env=dict(environment), capture_output=True, text=True, check=True, timeout=_SECONDS
        )
        # What runs at its start may print, too.
        answered = json.loads(done.stdout.splitlines()[-1])
    except (OSError, subprocess.SubprocessError, ValueError, IndexError) as error:
        said = (getattr(error, "stderr", None) or str(error)).strip().splitlines()
        message = (
            f"the Python {python!r} does not say what it consists of ({said[-1] if said else type(error).__name__}); "
            "see that it can be run on the worker, and is 3.9 or newer"
        )
        raise FingerprintError(message) from error
    if answered["fault"] is not None:
        message = f"what the function imports in {python!r} cannot be told apart: {answered['fault']}; mend it there"
        raise FingerprintError(message)
    return Answer(
        python=answered["python"],
        packages=answered["packages"],
        modules=answered["modules"],
        reads=frozenset(answered["reads"]),
        variables=frozenset(answered["variables"]),
        stamps=answered["stamps"],
    )


def _stamp(path: str) -> int | None:
    try:
        return os.stat(path).st_mtime_ns  # noqa: PTH116 - as the other Python says it
    except OSError:
        return None
