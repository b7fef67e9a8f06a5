"""Other Pythons for the tests, and packages that only they have."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["OtherPython", "wheel"]


def wheel(folder: Path, name: str, version: str) -> Path:
    """Make a wheel of one module that knows its version."""
    file = folder / f"{name}-{version}-py3-none-any.whl"
    about = f"{name}-{version}.dist-info"
    members = {
        f"{name}.py": f'VERSION = "{version}"\n',
        f"{about}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        f"{about}/WHEEL": "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = "".join(f"{member},,\n" for member in (*members, f"{about}/RECORD"))
    with zipfile.ZipFile(file, "w") as archive:
        for member, text in {**members, f"{about}/RECORD": record}.items():
            archive.writestr(member, text)
    return file


class OtherPython:
    """A virtual environment without pip, into which wheels are unpacked.

    Attributes:
        python: Its executable.
        packages: Where its packages lie.
    """

    def __init__(self, folder: Path) -> None:
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
        self.folder = folder
        self.python = str(folder / "bin" / "python")
        (self.packages,) = folder.glob("lib/python*/site-packages")

    def install(self, name: str, version: str) -> None:
        """Put a package in place of its former version."""
        for file in (*self.packages.glob(f"{name}-*/*"), *self.packages.glob(f"__pycache__/{name}.*")):
            file.unlink()
        for former in self.packages.glob(f"{name}-*"):
            former.rmdir()
        with zipfile.ZipFile(wheel(self.folder, name, version)) as archive:
            archive.extractall(self.packages)
