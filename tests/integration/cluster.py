"""The cluster of docker-compose.yml on this machine, without Docker: its settings, its init and its commands.

Each of its services is a process with a home and a temporary folder of its own. They share what the services share: the
databases, Redis, the S3 server, and the volumes of logs and of the login.
"""

from __future__ import annotations

import base64
import contextlib
import dataclasses
import json
import os
import secrets
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import psycopg

from airflow_artifacts.cli.local_airflow import LocalAirflow
from airflow_artifacts.client import ArtifactClient
from tests.integration import compose
from tests.servers import free_port

if TYPE_CHECKING:
    from collections.abc import Mapping

    from airflow_artifacts.cli.home import AirflowHome
    from tests.servers import S3

WORKERS = ("w1", "w2")
DAGS = Path(__file__).parent / "clustered" / "dags"
# What .env.example asks for; the servers here want none but Redis, and the S3 server takes any.
VARIABLES = {
    "POSTGRES_PASSWORD": "postgres-secret",
    "LINEAGE_PASSWORD": "lineage-secret",
    "REDIS_PASSWORD": "redis-secret",
    "S3_ACCESS_KEY": "testing",
    "S3_SECRET_KEY": "testing",
    "JWT_SECRET": secrets.token_hex(32),
    "API_SECRET_KEY": secrets.token_hex(32),
    "FERNET_KEY": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
}


@dataclasses.dataclass(frozen=True)
class Servers:
    """What the services need, running.

    Attributes:
        airflow: The URL of an empty PostgreSQL database for Airflow.
        lineage: The URL of another, for the lineage.
        redis: Redis' host and port.
        s3: The S3 server.
    """

    airflow: str
    lineage: str
    redis: str
    s3: S3

    def connect(self) -> ArtifactClient:
        """Connect a client that knows nothing of Airflow."""
        store = compose.environment("worker")["AIRFLOW__ARTIFACTS__STORE_URI"].replace("artifacts_s3@", "")
        options = self.s3.storage_options
        return ArtifactClient.connect(store=store, database=self.lineage, storage_options=options)

    def lineage_connections(self) -> int:
        """Return how many connections the cluster has to the lineage database at this moment."""
        query = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        with psycopg.connect(self.lineage.replace("+psycopg", ""), autocommit=True) as connection:
            row = connection.execute(query).fetchone()
        assert row is not None
        return int(row[0])


class Cluster(LocalAirflow):
    """Airflow with CeleryExecutor and two workers, ``w1`` and ``w2``, each of which takes a queue of its name, too.

    Attributes:
        servers: What it uses.
        settings: What docker-compose.yml sets, as it is on this machine.
        one_machine: What is set besides.

    Args:
        folder: For its homes, volumes and logs.
        dags_folder: What is mounted as the folder of DAGs; those of ``clustered`` are read besides.
        servers: What it uses.
        environment: Settings besides those of docker-compose.yml.
    """

    def __init__(
        self, folder: Path, dags_folder: Path, servers: Servers, environment: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(folder, dags_folder)
        self.servers = servers
        self._health_port = free_port()
        self.settings = {name: self._here(value) for name, value in compose.environment("worker").items()}
        self.one_machine = _one_machine(self.home, dags_folder, self._health_port) | dict(environment or {})
        self.home = dataclasses.replace(self.home, environment=self.settings | self.one_machine)

    @property
    def processes(self) -> dict[str, psutil.Process]:
        """Its processes that were not killed, by the name of their host."""
        return dict(self._processes)

    def host(self, name: str) -> Path:
        """Return the folder that stands for the disk of a service's container."""
        return self.home.folder / "hosts" / name

    def variables(self, host: str) -> dict[str, str]:
        """Return the environment of a host's processes; what the host's disk must have is made."""
        folder = self.host(host)
        (folder / "tmp").mkdir(parents=True, exist_ok=True)
        own = {"AIRFLOW_HOME": str(folder / "airflow"), "TMPDIR": str(folder / "tmp"), "HOSTNAME": host}
        path = os.pathsep.join(filter(None, [str(compose.ROOT), os.environ.get("PYTHONPATH")]))
        return self.home.variables() | own | {"PYTHONPATH": path}

    def kill(self, worker: str) -> None:
        """Kill a worker with all of its processes, as a machine dies; none of them can do anything more."""
        process = self._processes.pop(worker)
        family = [process, *process.children(recursive=True)]
        for each in family:
            with contextlib.suppress(psutil.NoSuchProcess):
                each.suspend()
        for each in family + [child for child in process.children(recursive=True) if child not in family]:
            with contextlib.suppress(psutil.NoSuchProcess):
                each.kill()
        psutil.wait_procs(family, timeout=10)

    def start_worker(self, name: str) -> None:
        """Start a worker."""
        command = [*compose.SERVICES["worker"]["command"].split(), "--celery-hostname", f"celery@{name}"]
        # Its logs are read from the volume.
        command += ["--queues", f"default,{name}", "--skip-serve-logs"]
        self._processes[name] = self._spawn(name, command, self.variables(name))

    def check_health(self, service: str, host: str) -> None:
        """Run the check of a service's health that docker-compose.yml has."""
        kind, *test = (self._here(part) for part in compose.SERVICES[service]["healthcheck"]["test"])
        command = ["sh", "-c", *test] if kind == "CMD-SHELL" else test
        subprocess.run(command, env=self.variables(host), capture_output=True, check=True)

    def _start(self) -> None:
        command = [self._here(part) for part in compose.SERVICES["init"]["command"]]
        environment = self.variables("init") | {"ADMIN_PASSWORD": self.home.password}
        ended = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        assert ended.returncode == 0, ended.stdout + ended.stderr
        for service in compose.COMPONENTS:
            if service != "worker":
                command = compose.SERVICES[service]["command"].split()
                self._processes[service] = self._spawn(service, command, self.variables(service))
        for name in WORKERS:
            self.start_worker(name)
        self._wait_until_healthy()

    def _here(self, text: str) -> str:
        """Return a text of docker-compose.yml with the places of this machine."""
        text = compose.filled(text, VARIABLES | {"ADMIN_PASSWORD": self.home.password})
        for there, here in self._places().items():
            text = text.replace(there, here)
        return text

    def _places(self) -> dict[str, str]:
        """Return where each place of docker-compose.yml is on this machine."""
        return {
            "airflow:postgres-secret@postgres/airflow": self.servers.airflow.partition("://")[2],
            "artifacts:lineage-secret@lineage/artifacts": self.servers.lineage.partition("://")[2],
            "redis:6379": self.servers.redis,
            "http://s3:8333": self.servers.s3.endpoint,
            "http://api-server:8080": self.home.url,
            "http://localhost:8080": self.home.url,
            "localhost:8974": f"localhost:{self._health_port}",
            "/opt/airflow/login": str(self.home.folder),
        }


def _one_machine(home: AirflowHome, dags_folder: Path, health_port: int) -> dict[str, str]:
    """Return what must differ where all hosts are one machine, and waits that are short enough for tests."""
    bundles = [
        {
            "name": name,
            "classpath": "airflow.dag_processing.bundles.local.LocalDagBundle",
            "kwargs": {"path": str(path)},
        }
        for name, path in (("dags-folder", dags_folder), ("cluster", DAGS))
    ]
    return {
        "AIRFLOW__API__BASE_URL": home.url,
        "AIRFLOW__API__HOST": "127.0.0.1",
        "AIRFLOW__API__PORT": home.url.rpartition(":")[2],
        "AIRFLOW__API__WORKERS": "1",
        # The page's tests plan a DAG.
        "AIRFLOW__ARTIFACTS__PLAN_ON_API_SERVER": "True",
        "AIRFLOW__CELERY__WORKER_CONCURRENCY": "2",
        # A busy machine needs long to import scikit-learn.
        "AIRFLOW__CORE__DAGBAG_IMPORT_TIMEOUT": "120",
        "AIRFLOW__CORE__HOSTNAME_CALLABLE": "tests.integration.host_name.of_container",
        "AIRFLOW__DAG_PROCESSOR__DAG_BUNDLE_CONFIG_LIST": json.dumps(bundles),
        "AIRFLOW__LOGGING__BASE_LOG_FOLDER": str(home.folder / "logs"),
        "AIRFLOW__LOGGING__TRIGGER_LOG_SERVER_PORT": str(free_port()),
        "AIRFLOW__SCHEDULER__SCHEDULER_HEALTH_CHECK_SERVER_PORT": str(health_port),
        "AIRFLOW__SCHEDULER__SCHEDULER_IDLE_SLEEP_TIME": "0.5",
        "AIRFLOW__USAGE_DATA_COLLECTION__ENABLED": "False",
    }
