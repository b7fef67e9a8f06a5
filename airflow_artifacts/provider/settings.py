"""Where a client connects to: the connection, then the ``[artifacts]`` section, then the embedded default."""

from __future__ import annotations

import dataclasses
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from airflow.sdk import BaseHook
from airflow.sdk.configuration import conf
from airflow.sdk.exceptions import AirflowNotFoundException
from airflow.sdk.log import mask_secret

from airflow_artifacts.client import PREVIEW_ROWS, ArtifactClient
from airflow_artifacts.exceptions import ConfigurationError
from airflow_artifacts.lineage import TASK, Lineage, secrets_of
from airflow_artifacts.provider import DEFAULT_CONNECTION, metrics
from airflow_artifacts.provider.runs import run_states
from airflow_artifacts.store import LOCAL_CACHE_SIZE, LocalCache, ObjectStore, Writing

if TYPE_CHECKING:
    from collections.abc import Mapping

    from airflow.sdk import Connection

    from airflow_artifacts.lineage import Connections

__all__ = ["Settings", "connect", "flag", "open_store"]

SECTION = "artifacts"
# Longer than a client waits in front of a person: a task that fails loses what it computed.
PATIENCE = 120
WRITING = ("s3_encryption", "s3_kms_key", "s3_storage_class", "s3_tags")

_FLAGS = {
    **dict.fromkeys(("true", "t", "1", "yes", "on"), True),
    **dict.fromkeys(("false", "f", "0", "no", "off"), False),
}

_LOCAL_EXECUTORS = frozenset({"LocalExecutor", "airflow.executors.local_executor.LocalExecutor"})


@dataclasses.dataclass(frozen=True, slots=True)
class Settings:
    """Where the bytes and the lineage are kept.

    Attributes:
        store_uri: A folder or a URL.
        database_url: A database URL, with its password.
        embedded: The names of the settings that nobody gave and that are therefore the embedded default.
        allow_pickle: Whether values that nothing else writes are pickled, and pickled ones are loaded.
        preview_rows: How many rows of a table its preview shows; 0 makes neither previews nor statistics.
        patience: Seconds for which a store or lineage database that fails in passing is asked again.
        writing: How S3 keeps what is written there.
        local_cache_dir: The folder of the worker's local cache; empty for none.
        local_cache_size: How much that may take, such as ``20 GB``.
    """

    store_uri: str
    database_url: str = dataclasses.field(repr=False)
    embedded: tuple[str, ...] = ()
    allow_pickle: bool = False
    preview_rows: int = PREVIEW_ROWS
    patience: int = PATIENCE
    writing: Writing = dataclasses.field(default_factory=Writing)
    local_cache_dir: str = ""
    local_cache_size: str = LOCAL_CACHE_SIZE

    @classmethod
    def read(cls, conn_id: str = DEFAULT_CONNECTION) -> Settings:
        """Read the settings as they hold in this process.

        Args:
            conn_id: The connection to ask first. The default one may be missing, another may not.

        Raises:
            ConfigurationError: The named connection does not exist, or is of another type.
        """
        extra = _connection_fields(conn_id)
        given = {
            key: str(extra.get(key) or conf.get(SECTION, key, fallback=None) or "")
            for key in ("store_uri", "database_url")
        }
        home = Path(os.environ.get("AIRFLOW_HOME", "~/airflow")).expanduser().absolute() / "artifacts"
        default = {"store_uri": str(home / "store"), "database_url": f"sqlite:///{home / 'lineage.db'}"}
        embedded = tuple(key for key, value in given.items() if not value)
        settings = cls(
            **{key: value or default[key] for key, value in given.items()},
            embedded=embedded,
            allow_pickle=flag("allow_pickle"),
            preview_rows=_number("preview_rows", PREVIEW_ROWS),
            patience=_number("patience", PATIENCE, extra),
            writing=Writing.of(
                **{name.removeprefix("s3_"): _text(name, extra) for name in WRITING},
            ),
            local_cache_dir=conf.get(SECTION, "local_cache_dir", fallback=None) or "",
            local_cache_size=conf.get(SECTION, "local_cache_size", fallback=None) or LOCAL_CACHE_SIZE,
        )
        for secret in secrets_of(settings.database_url):
            mask_secret(secret)
        if embedded:
            home.mkdir(parents=True, exist_ok=True)
        return settings

    def check_executor(self, executor: str | None) -> None:
        """Refuse the embedded default where each worker would keep a lineage of its own.

        Args:
            executor: The task's own; None for the deployment's first.

        Raises:
            ConfigurationError: A setting is the embedded default and tasks may run on another machine.
        """
        name = executor or conf.get("core", "executor", fallback="LocalExecutor").split(",")[0].strip()
        in_pod = os.environ.get("AIRFLOW_IS_K8S_EXECUTOR_POD")
        if not self.embedded or _in_process() or (name.split(":")[-1] in _LOCAL_EXECUTORS and not in_pod):
            return
        options = " and ".join(
            f"[{SECTION}] {key} (AIRFLOW__{SECTION.upper()}__{key.upper()})" for key in self.embedded
        )
        name = "KubernetesExecutor" if in_pod else name
        message = (
            f"artifacts under {name} need {options}: the default under AIRFLOW_HOME "
            f"serves LocalExecutor only, as each worker would keep its own; or give them in the connection "
            f"{DEFAULT_CONNECTION!r}"
        )
        raise ConfigurationError(message)


def connect(settings: Settings, connections: Connections = TASK) -> ArtifactClient:
    """Open the client that the settings describe.

    Args:
        settings: What describes it.
        connections: How many to the lineage database this process may have; the settings may say otherwise.

    Raises:
        ConfigurationError: A setting cannot be meant; the message names it.
        LineageError: The lineage database is out of reach, or its schema is not that of this release.
    """
    metrics.start()
    return ArtifactClient(
        open_store(settings),
        Lineage.connect(settings.database_url, connections, patience=settings.patience),
        allow_pickle=settings.allow_pickle,
        preview_rows=settings.preview_rows,
        run_states=run_states,
    )


def open_store(settings: Settings) -> ObjectStore:
    """Open the store that the settings describe.

    Raises:
        ConfigurationError: A setting cannot be meant; the message names it.
    """
    uri = settings.store_uri
    kept: dict[str, Any] = {"patience": settings.patience, "writing": settings.writing}
    if _names_connection(uri):
        filesystem, path = _opened(uri, f"[{SECTION}] store_uri")
        store = ObjectStore(filesystem, path, uri=uri, **kept)
    else:
        store = ObjectStore.open(uri, **kept)
    store.open_uri = _by_connection
    store.local_cache = LocalCache.named(settings.local_cache_dir, settings.local_cache_size)
    return store


def flag(key: str, *, default: bool = False) -> bool:
    """Return a setting that is true or false.

    Raises:
        ConfigurationError: It is neither.
    """
    text = str(conf.get(SECTION, key, fallback=None) or default).strip().lower()
    if text not in _FLAGS:
        message = f"[{SECTION}] {key} is {text!r}; set it to true or false"
        raise ConfigurationError(message)
    return _FLAGS[text]


def _number(key: str, default: int, extra: Mapping[str, Any] | None = None) -> int:
    """Return a setting that is a number; a connection's field comes first."""
    text = _text(key, extra or {}) or str(default)
    if not text.isdecimal():
        message = f"[{SECTION}] {key} is {text!r}; set it to a number, or 0"
        raise ConfigurationError(message)
    return int(text)


def _text(key: str, extra: Mapping[str, Any]) -> str:
    """Return a setting as text; a connection's field comes first, and what nobody gave is empty."""
    given = extra.get(key)
    return str(conf.get(SECTION, key, fallback=None) or "" if given is None or given == "" else given).strip()


def _names_connection(uri: str) -> bool:
    return "@" in urlsplit(uri).netloc


def _by_connection(uri: str) -> tuple[Any, str] | None:
    """Open a URI that names an Airflow connection, such as s3://conn_id@bucket/data; None for any other."""
    return _opened(uri, "the URI") if _names_connection(uri) else None


def _opened(uri: str, what: str) -> tuple[Any, str]:
    parts = urlsplit(uri)
    conn_id, _, bucket = parts.netloc.rpartition("@")
    if ":" in conn_id:
        message = (
            f"{what} holds a ':' before its '@', and no secret belongs into it; give the credentials in a connection "
            f"and name that: {parts.scheme}://conn_id@bucket/prefix"
        )
        raise ConfigurationError(message)
    # Airflow itself only warns of a connection that does not exist, and goes to the real AWS without credentials.
    connection = _connection(conn_id)
    if connection is None:
        message = (
            f"the connection {conn_id!r} in {what} ({uri!r}) does not exist; create it with "
            f"'airflow connections add {conn_id} --conn-type aws …'"
        )
        raise ConfigurationError(message)
    from airflow.sdk.io import get_fs, has_fs  # noqa: PLC0415 - imports every provider's filesystems

    if not has_fs(parts.scheme):
        message = (
            f"no installed provider has a filesystem for {parts.scheme!r} in {what} ({uri!r}); for S3, "
            "pip install 'airflow-artifacts[amazon]'"
        )
        raise ConfigurationError(message)
    filesystem = get_fs(parts.scheme, conn_id)
    # Airflow's own hooks heed it, its filesystem does not.
    if connection.conn_type == "aws" and "verify" in connection.extra_dejson:
        filesystem.client_kwargs = {**filesystem.client_kwargs, "verify": connection.extra_dejson["verify"]}
    return filesystem, f"{bucket}{parts.path}"


def _connection_fields(conn_id: str) -> dict[str, Any]:
    connection = _connection(conn_id)
    if connection is None:
        if conn_id == DEFAULT_CONNECTION:
            return {}
        message = (
            f"the connection {conn_id!r} does not exist; create it with "
            f"'airflow connections add {conn_id} --conn-type artifacts …'"
        )
        raise ConfigurationError(message)
    if connection.conn_type != "artifacts":
        message = f"the connection {conn_id!r} is of type {connection.conn_type!r}; it must be 'artifacts'"
        raise ConfigurationError(message)
    fields: dict[str, Any] = connection.extra_dejson
    return fields


def _connection(conn_id: str) -> Connection | None:
    try:
        return BaseHook.get_connection(conn_id)
    except AirflowNotFoundException:
        return None


def _in_process() -> bool:
    """Whether this is ``dag.test()``, which runs tasks in the process that calls it, whatever the executor."""
    from airflow.sdk.execution_time import supervisor, task_runner  # noqa: PLC0415 - present in a task only

    comms = getattr(task_runner, "SUPERVISOR_COMMS", None)
    return isinstance(comms, supervisor.InProcessSupervisorComms)
