"""What another Python says of itself: its packages, and the user's own modules that a function imports there."""

from __future__ import annotations

import json
import os
import sys
from typing import TYPE_CHECKING, Any

import pytest

from airflow_artifacts.exceptions import FingerprintError
from airflow_artifacts.provider import asking
from tests.provider.pythons import OtherPython

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from airflow_artifacts.provider.asking import Answer

    Ask = Callable[..., Answer]


@pytest.fixture
def other(tmp_path: Path) -> OtherPython:
    """A Python with one package."""
    made = OtherPython(tmp_path / "other")
    made.install("tiny", "1.0")
    return made


@pytest.fixture
def ours(tmp_path: Path) -> Path:
    """A folder of the user's own modules."""
    folder = tmp_path / "ours"
    folder.mkdir()
    return folder


@pytest.fixture
def ask(other: OtherPython, ours: Path) -> Ask:
    """Return what asks that Python with these modules on its path."""

    def asked(*imports: str, **options: Any) -> Answer:
        return asking.ask(other.python, imports, {"PYTHONPATH": str(ours)}, **options)

    return asked


def test_a_python_says_its_version_and_packages(ask: Ask) -> None:
    """The packages are those of that Python, not of the worker."""
    answer = ask()
    assert answer.python == f"CPython {sys.version.partition(' ')[0]}"
    assert answer.packages["tiny"] == "1.0"
    assert "apache-airflow" not in answer.packages


def test_it_is_asked_again_where_its_packages_changed(ask: Ask, other: OtherPython) -> None:
    """An answer counts as long as nothing was installed since, and then costs no process."""
    assert ask() is ask()
    other.install("tiny", "2.0")
    assert ask().packages["tiny"] == "2.0"


def test_modules_of_ones_own_count_with_all_they_import(ask: Ask, ours: Path) -> None:
    """What a module imports counts, in packages and relative to them; packages that have a version do not."""
    (ours / "pack").mkdir()
    for name, text in {
        "pack/__init__.py": "",
        "pack/first.py": "import json, tiny, absent\nfrom . import second\n",
        "pack/second.py": "def load():\n    from third import made\n",
        "third.py": "made = 1\n",
    }.items():
        (ours / name).write_text(text)
    assert set(ask("pack.first", "tiny").modules) == {"pack", "pack.first", "pack.second", "third"}


def test_modules_are_read_and_not_run(ask: Ask, ours: Path) -> None:
    """Knowing a module does not run it."""
    (ours / "mine.py").write_text("from pathlib import Path\nPath(__file__).with_name('ran').touch()\n")
    (ours / "pack").mkdir()
    (ours / "pack" / "__init__.py").write_text("import mine\n")
    (ours / "pack" / "inner.py").write_text("")
    assert set(ask("pack.inner").modules) == {"mine", "pack", "pack.inner"}
    assert not (ours / "ran").exists()


@pytest.mark.parametrize(("text", "same"), [("made = 1  # why\n", True), ("made = 2\n", False)])
def test_what_a_module_does_counts(ask: Ask, ours: Path, text: str, same: bool) -> None:
    """Its code counts, comments do not."""
    file = ours / "mine.py"
    file.write_text("made = 1\n")
    before = ask("mine").modules
    file.write_text(text)
    os.utime(file, ns=(1, 1))  # another time, however fast this test is
    assert (ask("mine").modules == before) is same


def test_what_modules_read_is_known(ask: Ask, ours: Path) -> None:
    """Environment variables and Airflow Variables that are read by a name that is written out are named."""
    (ours / "mine.py").write_text(
        "import os\nfrom airflow.sdk import Variable\n"
        "A = os.environ['A'], os.environ.get('B'), os.getenv(key='C'), 'D' in os.environ, Variable.get('V')\n"
    )
    answer = ask("mine")
    assert answer.reads == {"A", "B", "C", "D"}
    assert answer.variables == {"V"}


def test_a_package_from_a_folder_counts_by_its_source(ask: Ask, other: OtherPython) -> None:
    """Its version says nothing of what it is, so that its modules are the user's own."""
    about = other.packages / "tiny-1.0.dist-info" / "direct_url.json"
    about.write_text(json.dumps({"url": "file:///src/tiny", "dir_info": {}}))
    assert set(ask("tiny").modules) == {"tiny"}


def test_a_package_from_a_commit_counts_by_it(ask: Ask, other: OtherPython) -> None:
    """Two commits of one version are two packages."""
    about = other.packages / "tiny-1.0.dist-info" / "direct_url.json"
    about.write_text(json.dumps({"url": "https://host/tiny", "vcs_info": {"vcs": "git", "commit_id": "abc"}}))
    assert ask("tiny").packages["tiny"] == "1.0 (abc)"
    assert not ask("tiny").modules


def test_a_new_environment_has_none_of_the_packages_of_its_python(other: OtherPython, ask: Ask) -> None:
    """Of what a virtual environment is made only the version counts, unless it sees the system's packages."""
    assert ask(base=True, system=False).packages == {}
    assert "tiny" not in ask(base=True, system=True).packages


def test_a_module_that_cannot_be_read_is_a_reason(ask: Ask, ours: Path) -> None:
    """What cannot be told apart is refused, with the module that it is about."""
    (ours / "mine.py").write_text("def :\n")
    with pytest.raises(FingerprintError, match=r"cannot be told apart: its module 'mine' cannot be read there"):
        ask("mine")


def test_a_python_that_is_not_there_is_a_reason() -> None:
    """The message names the Python, and what can be done."""
    with pytest.raises(FingerprintError, match=r"'/nowhere/python' does not say what it consists of.*can be run on"):
        asking.ask("/nowhere/python", (), {})


def test_a_python_of_another_version_must_be_there() -> None:
    """What a virtual environment would be made of is known only once it is on the worker."""
    with pytest.raises(FingerprintError, match=r"there is no 'python2\.9' yet.*another python_version"):
        asking.base_python("2.9")
