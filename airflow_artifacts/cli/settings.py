"""Airflow's settings, as far as they can be read without importing Airflow."""

from __future__ import annotations

import configparser
import os
from pathlib import Path

from airflow_artifacts.exceptions import ConfigurationError

__all__ = ["database_url"]

_SECTION = "artifacts"


def database_url() -> str:
    """Return ``[artifacts] database_url`` from the environment, else from ``airflow.cfg``.

    Raises:
        ConfigurationError: Neither has it, or ``airflow.cfg`` cannot be read.
    """
    if url := os.environ.get(_variable("database_url")) or _plain("database_url"):
        return url
    message = (
        f"no lineage database is named; give --database-url, or set {_variable('database_url')} "
        f"or [{_SECTION}] database_url in {str(_config_file())!r}"
    )
    raise ConfigurationError(message)


def _variable(key: str) -> str:
    return f"AIRFLOW__{_SECTION.upper()}__{key.upper()}"


def _config_file() -> Path:
    home = Path(os.environ.get("AIRFLOW_HOME") or "~/airflow").expanduser()
    return Path(os.environ.get("AIRFLOW_CONFIG") or home / "airflow.cfg").expanduser()


def _plain(key: str) -> str | None:
    config = configparser.ConfigParser(interpolation=None)
    try:
        config.read(_config_file(), encoding="utf-8")
    except (configparser.Error, UnicodeDecodeError) as error:
        message = f"{str(_config_file())!r} cannot be read: {error}; correct it, or give --database-url"
        raise ConfigurationError(message) from error
    text = config.get(_SECTION, key, fallback="")
    # Airflow doubles each % in this file; one that stands alone is a placeholder, which only Airflow can fill.
    return None if "%" in text.replace("%%", "") else text.replace("%%", "%") or None
