"""The fingerprint of code that runs in another Python: what it imports is that one's, and only named."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from airflow_artifacts.fingerprint.source import analyse

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture
def load(tmp_path: Path) -> Callable[[str], Any]:
    """Return what makes the function ``task`` of a text."""

    def loaded(text: str) -> Any:
        file = tmp_path / "written.py"
        file.write_text(text)
        names: dict[str, Any] = {"__name__": "written", "__file__": str(file)}
        exec(compile(text, str(file), "exec", dont_inherit=True), names)  # noqa: S102 - the test's own text
        return names["task"]

    return loaded


def test_packages_that_the_worker_lacks_are_named(load: Callable[[str], Any]) -> None:
    """An import of what is not there is no reason to refuse; the other Python is asked for it by name."""
    code = analyse(load("def task():\n    import absent.part\n    return absent.part.made()\n"), elsewhere=True)
    assert code.elsewhere == {"absent.part"}
    assert [part.kind for part in code.parts] == ["function"]


def test_the_versions_of_the_worker_do_not_count(load: Callable[[str], Any]) -> None:
    """A package that both have is that of the other Python."""
    task = load("def task():\n    from iniconfig import IniConfig\n    return IniConfig\n")
    assert "iniconfig" in {part.name for part in analyse(task).parts}
    code = analyse(task, elsewhere=True)
    assert code.elsewhere == {"iniconfig", "iniconfig.IniConfig"}
    assert not [part for part in code.parts if part.kind == "package"]


def test_modules_that_are_imported_by_a_call_are_named(load: Callable[[str], Any]) -> None:
    """``import_module`` with a name that is written out is an import."""
    text = "def task():\n    import importlib\n    return importlib.import_module('absent').made()\n"
    assert "absent" in analyse(load(text), elsewhere=True).elsewhere


def test_settings_are_read_there_too(load: Callable[[str], Any]) -> None:
    """What every Python has means the same there: the environment variables that are read by name are known."""
    text = "def task():\n    import os\n    import absent\n    return absent.made(os.environ['REGION'])\n"
    assert analyse(load(text), elsewhere=True).environment == {"REGION"}


def test_the_text_of_the_function_counts(load: Callable[[str], Any]) -> None:
    """Another call of the same module is other code; a comment is none."""
    first = analyse(load("def task():\n    import absent\n    return absent.a()\n"), elsewhere=True)
    noted = analyse(load("def task():\n    import absent  # why\n    return absent.a()\n"), elsewhere=True)
    other = analyse(load("def task():\n    import absent\n    return absent.b()\n"), elsewhere=True)
    assert first.digest == noted.digest != other.digest
