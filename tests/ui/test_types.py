"""The page's types are those of the API."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any, get_args

import pytest

from airflow_artifacts.visualizers.model import Kind

WEB = Path(__file__).parents[2] / "airflow_artifacts" / "ui" / "web"
SCHEMA = WEB / "src" / "api" / "schema.d.ts"


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    """What the API says of itself, as `just api-types` asks for it."""
    asked = [sys.executable, "-m", "airflow_artifacts.ui.api"]
    printed = subprocess.run(asked, check=True, capture_output=True, text=True, cwd=WEB.parents[2])
    found: dict[str, Any] = json.loads(printed.stdout)
    return found


def test_the_types_name_every_route_and_every_field(document: dict[str, Any]) -> None:
    """None is missing, and none is left over."""
    text = SCHEMA.read_text()
    written = set(re.findall(r'^    "(/[^"]*)": \{$', text, re.MULTILINE))
    assert written == set(document["paths"]), "run `just api-types`"
    for name, schema in document["components"]["schemas"].items():
        block = re.search(rf"^        {name}: \{{\n(.*?)^        \}};$", text, re.MULTILINE | re.DOTALL)
        assert block is not None, f"{name}: run `just api-types`"
        fields = set(re.findall(r"^            (\w+)\??:", block[1], re.MULTILINE))
        assert fields == set(schema["properties"]), f"{name}: run `just api-types`"


def test_the_types_are_what_is_made_of_the_document_now(
    web_tools: None, document: dict[str, Any], tmp_path: Path
) -> None:
    """What `just api-types` would write is what is committed."""
    (tmp_path / "openapi.json").write_text(json.dumps(document))
    made = tmp_path / "schema.d.ts"
    command = [
        Path(sys.executable).with_name("npx"),
        "openapi-typescript",
        str(tmp_path / "openapi.json"),
        "-o",
        str(made),
    ]
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    subprocess.run(command, check=True, capture_output=True, cwd=WEB, env={**os.environ, "PATH": path})
    assert made.read_text() == SCHEMA.read_text(), "run `just api-types`"


def test_the_document_names_every_kind_of_visualization(document: dict[str, Any]) -> None:
    """So that programs know what to expect."""
    kind = document["components"]["schemas"]["VisualizationAnswer"]["properties"]["kind"]
    assert re.findall(r"\w+", kind["description"].replace(" or ", ", ")) == list(get_args(Kind))
