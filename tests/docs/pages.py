"""The pages of the documentation, and the Python in them.

The first line of a block of Python says what becomes of it:

- ``# file: NAME`` where the repository has that file: the block holds the file's text, which ``python -m
  tests.docs.pages`` writes there.
- ``# file: NAME`` otherwise: it is written to a file of that name, in a folder for the page, and imported; one whose
  name begins with ``test_`` is run by pytest.
- ``# after: DAG_FILE``: it is run when that DAG has run, with ``client``.
- ``# shown: REASON``: it is only compiled.
- Anything else: it is run, the blocks of a page one after the other, with ``client``.
"""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]

_BLOCK = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_MARK = re.compile(r"# (file|after|shown): (.+)\n")


@dataclasses.dataclass(frozen=True)
class Block:
    """A block of Python."""

    text: str
    mark: str
    about: str

    @property
    def source(self) -> Path | None:
        """The file of the repository that it shows."""
        path = ROOT / self.about
        return path if self.mark == "file" and path.is_file() else None


def blocks(page: Path) -> list[Block]:
    """Return the blocks of a page, in order."""
    found = []
    for text in _BLOCK.findall(page.read_text(encoding="utf-8")):
        mark = _MARK.match(text)
        found.append(Block(text, mark[1], mark[2]) if mark else Block(text, "run", ""))
    return found


def filled(page: Path) -> str:
    """Return a page in which each block that shows a file of the repository holds that file's text."""

    def fill(match: re.Match[str]) -> str:
        mark = _MARK.match(match[1])
        source = ROOT / mark[2] if mark and mark[1] == "file" else None
        if source is None or not source.is_file():
            return match[0]
        return f"```python\n# file: {mark[2]}\n{source.read_text(encoding='utf-8')}```" if mark else match[0]

    return _BLOCK.sub(fill, page.read_text(encoding="utf-8"))


if __name__ == "__main__":
    for each in PAGES:
        each.write_text(filled(each), encoding="utf-8")
