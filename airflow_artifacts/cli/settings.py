"""Where a command works: what its options say, else the settings, as far as they can be read without Airflow.

Airflow takes seconds to start, so it is asked only where options, environment and ``airflow.cfg`` do not say plainly
which store and which lineage database are meant; then a line on stderr names the database that it answered with.
"""

from __future__ import annotations

import configparser
import dataclasses
import functools
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from airflow_artifacts.exceptions import ConfigurationError
from airflow_artifacts.registry import import_name

if TYPE_CHECKING:
    import argparse

    from airflow_artifacts.client import ArtifactClient
    from airflow_artifacts.store import ObjectStore

__all__ = ["connect", "database_url", "open_store"]

_SECTION = "artifacts"
_PROVIDER = "airflow_artifacts.provider.settings"


def connect(arguments: argparse.Namespace) -> ArtifactClient:
    """Open the client that a command's options and the settings mean; the store only when it is first needed.

    Raises:
        ConfigurationError: A setting cannot be meant, or ``airflow.cfg`` cannot be read.
        LineageError: The lineage database is out of reach, or its schema is not that of this release.
    """
    from airflow_artifacts.client import ArtifactClient  # noqa: PLC0415 - imported when a command is run
    from airflow_artifacts.lineage import Lineage  # noqa: PLC0415
    from airflow_artifacts.store import ObjectStore  # noqa: PLC0415

    store, database = (_given(arguments, key) for key in ("store_uri", "database_url"))
    if store and database and "@" not in urlsplit(store).netloc:
        return ArtifactClient(
            functools.partial(ObjectStore.open, store),
            Lineage.connect(database),
            allow_pickle=(_plain("allow_pickle") or "").lower() in {"true", "1", "yes", "on", "t"},
            run_states=_run_states,
        )
    settings = _asked(arguments)
    given = {key: value for key, value in (("store_uri", store), ("database_url", database)) if value}
    provider_connect: Any = import_name(f"{_PROVIDER}:connect")
    client: ArtifactClient = provider_connect(dataclasses.replace(settings, **given))
    return client


def database_url(arguments: argparse.Namespace) -> str:
    """Return the lineage database that is meant.

    Raises:
        ConfigurationError: ``airflow.cfg`` cannot be read, or what Airflow answers cannot be meant.
    """
    return _given(arguments, "database_url") or str(_asked(arguments).database_url)


def open_store(uri: str) -> ObjectStore:
    """Open a store that a command names besides the one that it works on.

    Raises:
        ConfigurationError: It cannot be meant.
    """
    from airflow_artifacts.store import ObjectStore  # noqa: PLC0415 - imported when a command is run

    if "@" not in urlsplit(uri).netloc:
        return ObjectStore.open(uri)
    by_connection: Any = import_name(f"{_PROVIDER}:open_store")
    store: ObjectStore = by_connection(uri)
    return store


def _given(arguments: argparse.Namespace, key: str) -> str | None:
    """Return what an option says, else a setting; Airflow's own command line asks Airflow instead."""
    option: str | None = getattr(arguments, key, None)
    if option or getattr(arguments, "in_airflow", False):
        return option
    return os.environ.get(f"AIRFLOW__{_SECTION.upper()}__{key.upper()}") or _plain(key)


def _asked(arguments: argparse.Namespace) -> Any:
    """Return Airflow's settings."""
    kind: Any = import_name(f"{_PROVIDER}:Settings")
    settings = kind.read()
    if not getattr(arguments, "in_airflow", False):
        from airflow_artifacts.lineage.urls import masked, parse  # noqa: PLC0415 - imported when a command is run

        sys.stderr.write(f"airflow-artifacts: lineage database {masked(parse(settings.database_url))}\n")
    return settings


def _run_states(dag_id: str, run_ids: Any) -> Any:
    ask: Any = import_name("airflow_artifacts.provider.runs:run_states")
    return ask(dag_id, run_ids)


def _config_file() -> Path:
    home = Path(os.environ.get("AIRFLOW_HOME") or "~/airflow").expanduser()
    return Path(os.environ.get("AIRFLOW_CONFIG") or home / "airflow.cfg").expanduser()


def _plain(key: str) -> str | None:
    config = configparser.ConfigParser(interpolation=None)
    try:
        config.read(_config_file(), encoding="utf-8")
    except (configparser.Error, UnicodeDecodeError) as error:
        message = f"{str(_config_file())!r} cannot be read: {error}; correct it, or give --database-url and --store-uri"
        raise ConfigurationError(message) from error
    text = config.get(_SECTION, key, fallback="")
    # Airflow doubles each % in this file; one that stands alone is a placeholder, which only Airflow can fill.
    return None if "%" in text.replace("%%", "") else text.replace("%%", "%") or None
