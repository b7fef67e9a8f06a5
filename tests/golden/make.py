"""Write the golden files of this Python and its pandas: ``python -m tests.golden.make FOLDER``."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from airflow_artifacts.materializers.pandas import DataFrameMaterializer
from airflow_artifacts.testing import save
from tests.golden.values import VALUES

__all__ = ["write"]


def write(folder: Path) -> None:
    """Write all values, and the list of their files."""
    listed = {}
    for name, make in VALUES.items():
        materializer, manifest = save(make(), folder)
        listed[name] = [materializer, json.loads(manifest.to_json())]
    materializer, manifest = save(VALUES["frame"](), folder, DataFrameMaterializer("arrow"))
    listed["frame as arrow"] = [materializer, json.loads(manifest.to_json())]
    for unneeded in ("spool", "checked"):
        for place in sorted((folder / "store" / unneeded).rglob("*"), reverse=True):
            place.rmdir() if place.is_dir() else place.unlink()
    (folder / "values.json").write_text(json.dumps(listed, indent=1, sort_keys=True) + "\n")


if __name__ == "__main__":
    write(Path(sys.argv[1]))
