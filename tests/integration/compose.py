"""docker-compose.yml as the tests read it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
VARIABLE = re.compile(r"(?<!\$)\$\{(\w+)([^}]*)\}")
SERVICES: dict[str, dict[str, Any]] = yaml.safe_load(TEXT)["services"]
"""Each service by its name, with YAML's merges done."""
COMPONENTS = sorted(name for name, service in SERVICES.items() if "build" in service and name != "init")
"""The services that are Airflow's processes."""


def environment(service: str) -> dict[str, str]:
    """Return a service's environment."""
    return dict(SERVICES[service].get("environment", {}))


def filled(text: str, variables: Mapping[str, str]) -> str:
    """Return a text as Compose hands it to a service: with its variables' values, and ``$$`` as ``$``."""
    return VARIABLE.sub(lambda match: variables[match[1]], text).replace("$$", "$")
