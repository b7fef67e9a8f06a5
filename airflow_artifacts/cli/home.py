"""A home for an Airflow of its own: its folder, its settings, and a login that is known."""

from __future__ import annotations

import base64
import configparser
import contextlib
import dataclasses
import json
import os
import secrets
import socket
import sys
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["AirflowHome"]

# Settings of an Airflow that the caller has besides must not reach this one.
_FOREIGN = ("AIRFLOW__", "AIRFLOW_CONN_", "AIRFLOW_VAR_", "AIRFLOW_HOME", "AIRFLOW_CONFIG", "_AIRFLOW")
_PASSWORDS = "passwords.json"


@dataclasses.dataclass(frozen=True, slots=True)
class AirflowHome:
    """A folder with all that an Airflow keeps, and the settings it starts with.

    Attributes:
        folder: Holds ``airflow.cfg``, Airflow's database and its logs; readable by its owner only.
        url: Where the API server will listen, on this machine only.
        user: The login's name.
        password: The login's password.
        environment: What the processes get besides, such as settings and connections.
    """

    folder: Path
    url: str
    user: str
    password: str
    environment: Mapping[str, str] = dataclasses.field(default_factory=dict)

    @classmethod
    def create(
        cls, folder: Path, dags_folder: Path, *, port: int | None = None, environment: Mapping[str, str] | None = None
    ) -> AirflowHome:
        """Write the settings; a home that exists keeps its secrets, and so its login.

        Args:
            folder: Made where it does not exist.
            dags_folder: With the DAGs to run.
            port: For the API server; a free one unless given.
            environment: Variables for Airflow's processes, which win over the settings.
        """
        folder, dags_folder = folder.absolute(), dags_folder.absolute()
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        api_port, *log_ports = _free_ports(3)
        url = f"http://127.0.0.1:{port or api_port}"
        config = configparser.ConfigParser(interpolation=None)
        config.read(folder / "airflow.cfg", encoding="utf-8")
        for section, options in _settings(folder, dags_folder, url, log_ports).items():
            kept = config[section] if config.has_section(section) else {}
            config[section] = {**options, **{key: kept[key] for key in ("fernet_key", "jwt_secret") if key in kept}}
        with _open_private(folder / "airflow.cfg") as file:
            config.write(file)
        return cls(folder, url, "admin", _password(folder / _PASSWORDS), dict(environment or {}))

    def variables(self) -> dict[str, str]:
        """Return the environment for Airflow's processes: the caller's, without settings of another Airflow."""
        own = {name: value for name, value in os.environ.items() if not name.startswith(_FOREIGN)}
        path = os.pathsep.join([str(Path(sys.executable).parent), own.get("PATH", os.defpath)])
        local = ",".join(filter(None, [own.get("NO_PROXY") or own.get("no_proxy"), "127.0.0.1", "localhost"]))
        return {
            **own,
            "AIRFLOW_HOME": str(self.folder),
            "PATH": path,
            "NO_PROXY": local,
            "no_proxy": local,
            "PYTHONUNBUFFERED": "1",
            **self.environment,
        }


def _settings(folder: Path, dags_folder: Path, url: str, log_ports: list[int]) -> dict[str, dict[str, str]]:
    host, _, port = url.removeprefix("http://").rpartition(":")
    settings = {
        "core": {
            "dags_folder": str(dags_folder),
            "executor": "LocalExecutor",
            "parallelism": "8",
            "load_examples": "False",
            "dags_are_paused_at_creation": "False",
            "fernet_key": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
            "execution_api_server_url": f"{url}/execution/",
            "simple_auth_manager_users": "admin:admin",
            "simple_auth_manager_passwords_file": str(folder / _PASSWORDS),
        },
        "database": {"sql_alchemy_conn": f"sqlite:///{folder / 'airflow.db'}"},
        "api": {"host": host, "port": port, "base_url": url, "workers": "1"},
        "api_auth": {"jwt_secret": secrets.token_hex(32)},
        # Half of Airflow's own waits: a person looks on.
        "scheduler": {"scheduler_idle_sleep_time": "0.5"},
        "dag_processor": {"refresh_interval": "10", "min_file_process_interval": "10"},
        "logging": {"worker_log_server_port": str(log_ports[0]), "trigger_log_server_port": str(log_ports[1])},
        "usage_data_collection": {"enabled": "False"},
    }
    # Airflow reads % in this file as the beginning of a placeholder.
    return {name: {key: text.replace("%", "%%") for key, text in part.items()} for name, part in settings.items()}


def _password(path: Path) -> str:
    """Return the password in Airflow's file of passwords; a new one where there is no such file."""
    if not path.exists():
        with _open_private(path) as file:
            json.dump({"admin": secrets.token_urlsafe(12)}, file)
    return str(json.loads(path.read_text(encoding="utf-8"))["admin"])


def _open_private(path: Path) -> TextIO:
    """Open a file for writing that only its owner can read."""
    path.touch(mode=0o600)
    return path.open("w", encoding="utf-8")


def _free_ports(count: int) -> list[int]:
    """Return ports on which nothing listens; all are held until the last is found, so that they differ."""
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]
