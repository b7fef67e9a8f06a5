"""The provider's description, as Airflow reads it."""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
from importlib.metadata import entry_points
from importlib.resources import files

import jsonschema

from airflow_artifacts.provider.info import get_provider_info


def test_the_description_is_valid() -> None:
    """It fits the schema that Airflow ships."""
    schema = json.loads(files("airflow").joinpath("provider_info.schema.json").read_text())
    jsonschema.validate(get_provider_info(), schema)


def test_describing_imports_nothing() -> None:
    """Every Airflow process asks for the description, so that it costs the package's own modules only."""
    code = (
        "import sys; before = set(sys.modules); from airflow_artifacts.provider.info import get_provider_info; "
        "get_provider_info(); print(*sorted(set(sys.modules) - before))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert {name for name in done.stdout.split() if name.startswith(("airflow", "pydantic", "sqlalchemy"))} == {
        "airflow_artifacts",
        "airflow_artifacts.provider",
        "airflow_artifacts.provider.info",
    }


def test_assets_cost_no_database_and_no_openlineage() -> None:
    """Airflow imports what converts assets in every process that has one, be it of an artifact or not."""
    code = "import sys; from airflow.sdk import Asset; Asset('artifact://raw/events'); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    found = set(done.stdout.split())
    assert "airflow_artifacts.provider.assets" in found
    assert not found & {"airflow_artifacts.client", "airflow_artifacts.lineage", "openlineage.client"}


def test_what_the_description_names_exists() -> None:
    """Decorator, hook and commands can be imported by the names that it gives."""
    info = get_provider_info()
    names = [entry["class-name"] for entry in info["task-decorators"]]
    names += [entry["hook-class-name"] for entry in info["connection-types"]]
    names += info["cli"]
    for name in names:
        module, _, attribute = name.rpartition(".")
        assert hasattr(importlib.import_module(module), attribute)


def test_airflow_finds_provider_and_plugin() -> None:
    """Both entry points of the installed distribution can be loaded."""
    provider = next(entry for entry in entry_points(group="apache_airflow_provider") if "artifacts" in entry.value)
    assert provider.load() is get_provider_info
    plugin = next(entry for entry in entry_points(group="airflow.plugins") if entry.name == "artifacts")
    assert plugin.load().name == "artifacts"
