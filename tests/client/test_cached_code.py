"""Code that a task runs without naming it, code that is edited under a running process, and code that is refused."""

from __future__ import annotations

import importlib
import io
import logging
import sys
from typing import TYPE_CHECKING, Any

import pytest

from airflow_artifacts import fingerprint
from airflow_artifacts.cache.policy import INPUTS, SOURCE
from airflow_artifacts.exceptions import FingerprintError
from tests.client.calling import Caller

if TYPE_CHECKING:
    from pathlib import Path
    from types import ModuleType

    from airflow_artifacts.client import ArtifactClient

MODEL = """
import dataclasses, threading
from airflow_artifacts import load_artifact, materializers

@dataclasses.dataclass
class Model:
    n: int
    def predict(self):
        return self.n + 1

@materializers.register(Model)
class ModelMaterializer:
    def save(self, value, files):
        return {"n": value.n}
    def load(self, files):
        return restore(files.details["n"])

def restore(n):
    return Model(n)

def train(n: int) -> Model:
    return Model(n)

def score(model) -> int:
    return model.predict()

def load_and_score() -> int:
    return load_artifact("models/one").predict()

def configured(config: Model) -> int:
    return config.predict()

def unrelated():
    return 5
"""


class Source:
    """A module on disk that is edited and imported anew."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "models_on_disk.py"
        self.folder = folder

    def write(self, text: str) -> ModuleType:
        """Write the module and import it as a new process would."""
        self.file.write_text(text)
        sys.modules.pop(self.file.stem, None)
        importlib.invalidate_caches()
        return importlib.import_module(self.file.stem)


@pytest.fixture
def source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Source:
    """A module on disk."""
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    return Source(tmp_path)


@pytest.fixture
def call(artifact_client: ArtifactClient) -> Caller:
    """Runs functions as tasks."""
    return Caller(artifact_client)


def test_a_method_of_an_input_counts_though_the_function_names_no_class(call: Caller, source: Source) -> None:
    """The value brings its class."""
    module = source.write(MODEL)
    ref = call(module.train, n=1, cache=INPUTS + SOURCE).ref
    assert call(module.score, model=ref).executed
    assert not call(module.score, model=ref).executed
    module = source.write(MODEL.replace("self.n + 1", "self.n + 2"))
    again = call(module.score, model=ref)
    assert call.client.load(again.ref) == 3
    assert "function models_on_disk:Model.predict" in str(call.client.why(again.task_run))


def test_a_method_of_a_parameter_counts(call: Caller, source: Source) -> None:
    """A literal becomes a value of the class that the annotation names."""
    module = source.write(MODEL)
    assert call.client.load(call(module.configured, config={"n": 1}, cache=INPUTS + SOURCE).ref) == 2
    assert not call(module.configured, config={"n": 1}, cache=INPUTS + SOURCE).executed
    module = source.write(MODEL.replace("self.n + 1", "self.n + 2"))
    assert call.client.load(call(module.configured, config={"n": 1}, cache=INPUTS + SOURCE).ref) == 3


def test_a_method_of_what_the_function_loads_counts(call: Caller, source: Source) -> None:
    """The value that it loaded brings its class, too."""
    module = source.write(MODEL)
    call.client.save(module.Model(1), "models/one")
    assert call(module.load_and_score, cache=INPUTS + SOURCE).executed
    assert not call(module.load_and_score, cache=INPUTS + SOURCE).executed
    module = source.write(MODEL.replace("self.n + 1", "self.n + 2"))
    assert call.client.load(call(module.load_and_score, cache=INPUTS + SOURCE).ref) == 3


def test_how_an_input_is_restored_counts(call: Caller, source: Source) -> None:
    """The materializer of a user's own type is code that runs."""
    module = source.write(MODEL)
    ref = call(module.train, n=1, cache=INPUTS + SOURCE).ref
    call(module.score, model=ref)
    module = source.write(MODEL.replace("return Model(n)\n\ndef train", "return Model(n * 10)\n\ndef train"))
    assert call.client.load(call(module.score, model=ref).ref) == 11


def test_what_is_not_reached_does_not_count(call: Caller, source: Source) -> None:
    """Another function of the same module."""
    module = source.write(MODEL)
    ref = call(module.train, n=1, cache=INPUTS + SOURCE).ref
    call(module.score, model=ref)
    module = source.write(MODEL.replace("return 5", "return 6"))
    assert not call(module.score, model=ref).executed


def test_a_file_that_changed_under_a_running_process_makes_its_tasks_uncached(
    call: Caller, source: Source, caplog: pytest.LogCaptureFixture
) -> None:
    """The code that runs is the old one: its result may not be stored under the new code's key."""
    caplog.set_level(logging.INFO)
    module = source.write(MODEL)
    source.file.write_text(MODEL.replace("self.n + 1", "self.n + 2"))
    ref = call(module.train, n=1, cache=False).ref
    assert [call(module.score, model=ref).executed for _ in range(2)] == [True, True]
    assert "the file changed after it was imported" in caplog.text
    module = source.write(MODEL.replace("self.n + 1", "self.n + 2"))
    new = call(module.score, model=ref)
    assert new.executed
    assert call.client.load(new.ref) == 3
    source.file.touch()
    assert not call(module.score, model=ref).executed


REFUSED = {
    "an open file": ("F = open(__file__)\ndef f():\n    return F.read()\n", r"f → F is a _io.TextIOWrapper"),
    "a generator": ("G = iter([1])\ndef f():\n    return next(G)\n", r"f → G .*list_iterator"),
    "a queue": ("import queue\nS = queue.SimpleQueue()\ndef f():\n    return S.get()\n", r"f → S is a _queue"),
    "through a helper": (
        "S = iter([1])\ndef h():\n    return S\ndef f():\n    return h()\n",
        r"f → h → S is a list_iterator",
    ),
    "in a dict": ("D = {'a': [iter([1])]}\ndef f():\n    return D\n", r"f → D → \['a'\] → \[0\]"),
    "made by exec": ("exec('def g(): return 1')\ndef f():\n    return g()\n", r"f → g"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_told_apart_is_refused_with_the_path_to_it(source: Source, name: str) -> None:
    """And with the ways out; never guessed."""
    text, path = REFUSED[name]
    module = source.write(text)
    with pytest.raises(FingerprintError, match=path) as caught:
        fingerprint.code(module.f)
    assert ".include(" in str(caught.value) or "no source" in str(caught.value)
    for held in vars(module).values():
        if isinstance(held, io.IOBase):
            held.close()


def test_a_task_that_reaches_such_a_thing_runs_uncached(
    call: Caller, source: Source, caplog: pytest.LogCaptureFixture
) -> None:
    """With a line in its log."""
    module = source.write("G = iter([1, 2])\ndef f() -> int:\n    return next(G)\n")
    values = [call.client.load(call(module.f, cache=INPUTS + SOURCE).ref) for _ in range(2)]
    assert values == [1, 2]
    assert "not cached: f → G is a list_iterator" in caplog.text


def test_a_task_that_asks_for_the_context_runs_uncached(call: Caller, source: Source) -> None:
    """Every run has another."""
    module = source.write(
        "from airflow.sdk import get_current_context\n"
        "def h():\n    return get_current_context\n"
        "def f() -> int:\n    h()\n    return 1\n"
    )
    assert [call(module.f, cache=INPUTS + SOURCE).executed for _ in range(2)] == [True, True]


def test_settings_read_by_name_count(call: Caller, source: Source, monkeypatch: pytest.MonkeyPatch) -> None:
    """Environment variables and Airflow Variables, however they are asked for; others do not."""
    module = source.write(
        "import os\nfrom os import environ as e, getenv\nfrom airflow.sdk import Variable\nKEY = 'B'\n"
        "def h():\n    return getenv('C') or ('D' in e)\n"
        "def f() -> str:\n    h()\n    if not KEY:\n        Variable.get('v')\n"
        "    return str([os.environ.get('A'), e.get(KEY)])\n"
    )
    variables = {"v": "1"}

    def run() -> bool:
        return call(module.f, cache=INPUTS + SOURCE, variable=variables.get).executed

    for name in "ABCD":
        monkeypatch.delenv(name, raising=False)
    assert [run(), run()] == [True, False]
    for name in "ABCD":
        monkeypatch.setenv(name, "1")
        assert [run(), run()] == [True, False], name
    variables["v"] = "2"
    assert [run(), run()] == [True, False]
    monkeypatch.setenv("E", "1")
    assert not run()


def test_a_secret_constant_is_told_apart_and_not_stored(call: Caller, source: Source) -> None:
    """What the masker hides goes into the key by a keyed hash."""

    def mask(name: str, value: Any) -> Any:
        return "***" if "PASSWORD" in name else value

    module = source.write("PASSWORD = 'hunter2'\ndef f() -> int:\n    return len(PASSWORD)\n")
    first = call(module.f, mask=mask, cache=INPUTS + SOURCE)
    assert not call(module.f, mask=mask, cache=INPUTS + SOURCE).executed
    remembered = call.client.lineage.cache.remembered_key(first.task_run)
    assert remembered is not None
    assert "hunter2" not in repr(remembered)
    digest = fingerprint.analyse(module.f).digest if hasattr(fingerprint, "analyse") else ""
    assert not digest or digest not in repr(remembered)
    assert call(module.f, mask=mask, secret=None, cache=INPUTS + SOURCE).executed


def test_a_constant_that_was_changed_counts(source: Source) -> None:
    """By its value at that moment."""
    module = source.write("L = [1]\ndef f():\n    return L\n")
    before = fingerprint.code(module.f)
    module.L.append(2)
    assert fingerprint.code(module.f) != before
    module.L.pop()
    assert fingerprint.code(module.f) == before


def test_a_function_that_was_replaced_counts(source: Source, monkeypatch: pytest.MonkeyPatch) -> None:
    """A patched helper is the code that runs."""
    module = source.write("def g():\n    return 1\ndef h():\n    return 2\ndef f():\n    return g()\n")
    before = fingerprint.code(module.f)
    monkeypatch.setattr(module, "g", module.h)
    assert fingerprint.code(module.f) != before
