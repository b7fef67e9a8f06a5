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
    from collections.abc import Callable, Mapping

    from airflow_artifacts.client import ArtifactClient
    from airflow_artifacts.store import LocalCache, ObjectStore

__all__ = ["Deployment", "connect", "database_url", "deployment", "local_cache", "open_store"]

_SECTION = "artifacts"
# Seconds for which store and lineage database are asked again: someone looks at the shell.
_PATIENCE = 5
_PROVIDER = "airflow_artifacts.provider.settings"
_SHOWN = ("store_uri", "database_url", "local_cache_dir", "local_cache_size")


@dataclasses.dataclass(frozen=True, slots=True)
class Deployment:
    """Where a command works.

    Attributes:
        values: Settings by their names, with their secrets; empty where they are not given.
        origins: Where each comes from, as far as that is known without asking; empty where it is not given.
        open_store: Opens the store.
    """

    values: Mapping[str, str]
    origins: Mapping[str, str]
    open_store: Callable[[], ObjectStore]


def connect(arguments: argparse.Namespace) -> ArtifactClient:
    """Open the client that a command's options and the settings mean; the store only when it is first needed.

    Raises:
        ConfigurationError: A setting cannot be meant, or ``airflow.cfg`` cannot be read.
        LineageError: The lineage database is out of reach, or its schema is not that of this release.
    """
    from airflow_artifacts.client import ArtifactClient  # noqa: PLC0415 - imported when a command is run
    from airflow_artifacts.lineage import Lineage  # noqa: PLC0415

    if (said := _said(arguments)) is not None:
        store, database = said
        # Before anything is connected, which a file that cannot be read would leave open.
        allow_pickle = (_setting("allow_pickle") or "").lower() in {"true", "1", "yes", "on", "t"}
        return ArtifactClient(
            functools.partial(open_store, store, arguments),
            Lineage.connect(database, patience=_patience(arguments)),
            allow_pickle=allow_pickle,
            run_states=_run_states,
        )
    provider_connect: Any = import_name(f"{_PROVIDER}:connect")
    client: ArtifactClient = provider_connect(_replaced(arguments, _asked(arguments)))
    return client


def database_url(arguments: argparse.Namespace) -> str:
    """Return the lineage database that is meant.

    Raises:
        ConfigurationError: ``airflow.cfg`` cannot be read, or what Airflow answers cannot be meant.
    """
    return _given(arguments, "database_url") or str(_asked(arguments).database_url)


def local_cache(arguments: argparse.Namespace) -> LocalCache:
    """Return the local cache that is meant; its folder need not be there.

    Raises:
        ConfigurationError: No folder is named, or its size is none.
    """
    from airflow_artifacts.store import LocalCache  # noqa: PLC0415 - imported when a command is run

    folder, size = (_given(arguments, key) for key in ("local_cache_dir", "local_cache_size"))
    if not folder and getattr(arguments, "in_airflow", False):
        settings = _asked(arguments)
        folder, size = settings.local_cache_dir, settings.local_cache_size
    cache = LocalCache.named(folder or "", *filter(None, [size]))
    if cache is None:
        message = "no local cache is in use; let [artifacts] local_cache_dir name a folder, or give --local-cache-dir"
        raise ConfigurationError(message)
    return cache


def deployment(arguments: argparse.Namespace) -> Deployment:
    """Return where store and lineage database are, and which settings say so; nothing is opened.

    Raises:
        ConfigurationError: ``airflow.cfg`` cannot be read, or what Airflow answers cannot be meant.
    """
    values = {key: _given(arguments, key) or "" for key in _SHOWN}
    origins = {key: _origin(arguments, key) if value else "" for key, value in values.items()}
    if _said(arguments) is not None:
        return Deployment(values, origins, functools.partial(open_store, values["store_uri"], arguments))
    settings = _replaced(arguments, _asked(arguments))
    for key in _SHOWN:
        if not values[key]:
            values[key] = str(getattr(settings, key))
            is_variable = os.environ.get(_variable(key)) == values[key]
            origins[key] = "default" if key in settings.embedded else _variable(key) if is_variable else "Airflow"
    provider_open: Any = import_name(f"{_PROVIDER}:open_store")
    return Deployment(values, origins, functools.partial(provider_open, settings))


def open_store(uri: str, arguments: argparse.Namespace) -> ObjectStore:
    """Open a store as the settings say; Airflow is asked only for a connection that the URI names.

    Raises:
        ConfigurationError: It cannot be meant.
    """
    if _names_connection(uri):
        provider_open: Any = import_name(f"{_PROVIDER}:open_store")
        settings = _replaced(arguments, _asked(arguments))
        store: ObjectStore = provider_open(dataclasses.replace(settings, store_uri=uri))
        return store
    from airflow_artifacts.store import LocalCache, ObjectStore, Writing  # noqa: PLC0415 - imported when a command is run

    given = {name: _given(arguments, f"s3_{name}") for name in ("encryption", "kms_key", "storage_class", "tags")}
    opened = ObjectStore.open(uri, patience=_patience(arguments), writing=Writing.of(**given))
    size = filter(None, [_given(arguments, "local_cache_size")])
    opened.local_cache = LocalCache.named(_given(arguments, "local_cache_dir") or "", *size)
    return opened


def _said(arguments: argparse.Namespace) -> tuple[str, str] | None:
    """Return store and lineage database where both are said so plainly that Airflow need not be asked, else None."""
    store, database = (_given(arguments, key) for key in ("store_uri", "database_url"))
    return (store, database) if store and database and not _names_connection(store) else None


def _names_connection(uri: str) -> bool:
    return "@" in urlsplit(uri).netloc


def _patience(arguments: argparse.Namespace) -> int:
    seconds = _given(arguments, "patience") or ""
    return min(int(seconds), _PATIENCE) if seconds.isdecimal() else _PATIENCE


def _replaced(arguments: argparse.Namespace, settings: Any) -> Any:
    """Return Airflow's settings with what was given otherwise in place of theirs."""
    given: dict[str, Any] = {key: value for key in _SHOWN if (value := _given(arguments, key))}
    return dataclasses.replace(settings, patience=min(settings.patience, _PATIENCE), **given)


def _origin(arguments: argparse.Namespace, key: str) -> str:
    """Return where a value comes from that was given without Airflow."""
    if getattr(arguments, key, None):
        return f"--{key.replace('_', '-')}"
    return _variable(key) if os.environ.get(_variable(key)) else str(_config_file())


def _variable(key: str) -> str:
    return f"AIRFLOW__{_SECTION.upper()}__{key.upper()}"


def _given(arguments: argparse.Namespace, key: str) -> str | None:
    """Return what an option says, else a setting; Airflow's own command line asks Airflow instead."""
    option: str | None = getattr(arguments, key, None)
    if option or getattr(arguments, "in_airflow", False):
        return option
    return _setting(key)


def _setting(key: str) -> str | None:
    """Return what environment or ``airflow.cfg`` say."""
    return os.environ.get(_variable(key)) or _plain(key)


def _asked(arguments: argparse.Namespace) -> Any:
    """Return Airflow's settings."""
    kind: Any = import_name(f"{_PROVIDER}:Settings")
    settings = kind.read()
    if not getattr(arguments, "in_airflow", False):
        from airflow_artifacts.lineage.urls import masked, parse  # noqa: PLC0415 - imported when a command is run

        url = getattr(arguments, "database_url", None) or settings.database_url
        sys.stderr.write(f"airflow-artifacts: lineage database {masked(parse(url))}\n")
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
        # The error itself shows the line, which may hold a password.
        fault = f"{type(error).__name__}{f' in line {error.lineno}' if hasattr(error, 'lineno') else ''}"
        message = f"{str(_config_file())!r} cannot be read: {fault}; correct it, or give --database-url and --store-uri"
        raise ConfigurationError(message) from None
    text = config.get(_SECTION, key, fallback="")
    # Airflow doubles each % in this file; one that stands alone is a placeholder, which only Airflow can fill.
    return None if "%" in text.replace("%%", "") else text.replace("%%", "%") or None
