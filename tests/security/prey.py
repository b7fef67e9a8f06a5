"""A process that loads what someone else wrote, and may not be harmed by it.

``python -m tests.security.prey FOLDER MATERIALIZER SEED COUNT`` loads the value that was saved in ``FOLDER``, its bytes
and details changed in ``COUNT`` ways, below the check of digests: as one who may write to the store and to the lineage
database would change both. It prints a line for each try: what came of it. Whatever is run, started or opened for
writing on the way ends the process with 99; so do memory and time without bound, by the limits that are set here.
"""

from __future__ import annotations

import json
import random
import resource
import signal
import sys
import tempfile
import warnings
from pathlib import Path
from typing import Any

from airflow_artifacts import materializers
from airflow_artifacts.client.values import _reading
from airflow_artifacts.exceptions import ArtifactError

MEMORY = 6 << 30
SECONDS = 20
HARM = 99

# What no reading of a value does. Compiling is none of it: modules of libraries are compiled as they are imported.
_FORBIDDEN = ("os.system", "os.exec", "os.posix_spawn", "os.spawn", "os.fork", "os.remove", "os.rename", "os.rmdir",
              "os.chmod", "subprocess.Popen", "socket.connect", "socket.bind", "shutil.", "pickle.find_class",
              "ctypes.dlopen", "webbrowser.open", "urllib.Request")  # fmt: skip


class Bytes:
    """The files of one value, in memory: what a reader gives once digests fit."""

    allow_pickle = False
    fault = None

    def __init__(self, files: dict[str, bytes], details: Any, scratch: Path) -> None:
        self.details = details
        self._files = files
        self._scratch = scratch

    def names(self) -> list[str]:
        return sorted(self._files)

    def read(self, name: str) -> bytes:
        return self._files[name]

    def buffer(self, name: str) -> memoryview:
        return memoryview(bytearray(self._files[name]))

    def open(self, name: str) -> Any:
        import io

        return io.BytesIO(self._files[name])

    def path(self, name: str) -> Path:
        place = self.folder() / f"file{Path(name).suffix}"
        place.write_bytes(self._files[name])
        return place

    def copy(self, name: str, target: Path) -> None:
        target.write_bytes(self._files[name])

    def folder(self) -> Path:
        return Path(tempfile.mkdtemp(dir=self._scratch))


def changed(data: bytes, chance: random.Random) -> bytes:
    """Return bytes with a few bits turned, cut off, repeated, or with a length of 2**60 where another one stood."""
    made = bytearray(data)
    for _ in range(chance.choice([1, 1, 1, 2, 8])):
        at = chance.randrange(len(made) + 1) if chance.random() < 0.5 else min(len(made), chance.randrange(200))
        kind = chance.randrange(6)
        if kind == 0 and at < len(made):
            made[at] ^= 1 << chance.randrange(8)
        elif kind == 1:
            del made[at : at + chance.choice([1, 4, 64, 1 << 20])]
        elif kind == 2:
            made[at : at + 8] = chance.choice([1 << 60, 1 << 31, (1 << 64) - 1, 1 << 40]).to_bytes(8, "little")
        elif kind == 3:
            made[at:at] = made[max(0, at - 16) : at]
        elif kind == 4:
            made[at : at + 4] = chance.randbytes(4)
        else:
            made[at : at + 1] = chance.choice([b"9" * 18, b"[" * 2000, b'"', b"-", b"\0", b"{", b"1e999"])
    return bytes(made)


def changed_tree(tree: Any, chance: random.Random) -> Any:
    """Return JSON with one of its values replaced."""
    odd = [None, True, -1, 1 << 60, "", "x", "../x", "os.system", [], {}, [1] * 3, 1.5, "datetime64[ns, dateutil//etc]"]
    if isinstance(tree, dict) and tree and chance.random() < 0.9:
        key = chance.choice(sorted(tree))
        return {**tree, key: changed_tree(tree[key], chance)}
    if isinstance(tree, list) and tree and chance.random() < 0.9:
        at = chance.randrange(len(tree))
        return [*tree[:at], changed_tree(tree[at], chance), *tree[at + 1 :]]
    return chance.choice(odd)


def saved(folder: Path) -> tuple[dict[str, bytes], Any]:
    """Return the files and details of a value that was written into a folder."""
    details = json.loads((folder / "details.json").read_text(encoding="utf-8"))
    return {name: (folder / "files" / str(i)).read_bytes() for i, name in enumerate(details["names"])}, details


def load(name: str, files: dict[str, bytes], details: Any, scratch: Path) -> str:
    """Load a value and look at all of it; return ``value``, or the name of the error that refused it."""
    reader: Any = Bytes(files, details, scratch)
    version: Any = type("Version", (), {"type": name, "__str__": lambda _: "x@1"})()
    try:
        with _reading(reader, version):
            value = materializers.named(name).handler.load(reader)
            repr(value)
    except ArtifactError as error:
        return type(error).__name__
    return "value"


def watch(scratch: Path) -> None:
    """From now on end the process where something is run, or written elsewhere than in the scratch folder."""
    inside = str(scratch)

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        harm = event.startswith(_FORBIDDEN)
        if event == "open" and isinstance(arguments[1], str) and set(arguments[1]) & set("wax+"):
            harm = not str(arguments[0]).startswith(inside)
        if event == "import" and arguments[0] in {"antigravity", "this"}:
            harm = True
        if harm:
            sys.stdout.write(f"harm {event} {arguments!r}\n"[:500])
            sys.stdout.flush()
            import os

            os._exit(HARM)

    sys.addaudithook(hook)


def main() -> None:
    folder, name, seed, count = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    warnings.simplefilter("ignore")
    files, details = saved(folder)
    scratch = folder / "scratch"
    scratch.mkdir(exist_ok=True)
    # Once as it is, by which all is imported and all threads are started that ever will be.
    whole = load(name, files, details["details"], scratch)
    assert whole == "value", whole
    watch(scratch)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    for number in range(seed, seed + count):
        chance = random.Random(f"{name} {number}")  # noqa: S311 - the same for each run
        made, about = dict(files), details["details"]
        if files and chance.random() < 0.75:
            one = chance.choice(sorted(files))
            made[one] = changed(files[one], chance)
        else:
            about = changed_tree(about, chance)
        sys.stdout.write(f"begun {number}\n")
        sys.stdout.flush()
        signal.alarm(SECONDS)
        came = load(name, made, about, scratch)
        signal.alarm(0)
        sys.stdout.write(f"ended {number} {came}\n")


if __name__ == "__main__":
    main()
