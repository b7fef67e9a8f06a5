"""What all tests share: an Airflow home, set before anything can import Airflow, and real servers."""

from __future__ import annotations

import atexit
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.servers import S3, postgresql_server, s3_server

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from airflow_artifacts.client import ArtifactClient

pytest_plugins = ["airflow_artifacts.testing"]

_HOME = Path(tempfile.mkdtemp(prefix="airflow-artifacts-tests-"))
atexit.register(shutil.rmtree, _HOME, ignore_errors=True)

os.environ.update(
    {
        "AIRFLOW_HOME": str(_HOME),
        "AIRFLOW__CORE__DAGS_FOLDER": str(Path(__file__).parent / "provider" / "dags"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__UNIT_TEST_MODE": "False",
        "AIRFLOW__LOGGING__LOGGING_LEVEL": "INFO",
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{_HOME / 'airflow.db'}",
    }
)
for name in [name for name in os.environ if name.startswith(("AIRFLOW__ARTIFACTS__", "AIRFLOW_CONN_ARTIFACTS"))]:
    del os.environ[name]


@pytest.fixture(scope="session")
def web_tools() -> None:
    """What the page's tests need of Node.js, from the lock file."""
    just = Path(sys.executable).with_name("just")
    subprocess.run([just, "web-tools"], cwd=Path(__file__).parents[1], check=True)


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Callable[..., str]]:
    """Create databases on a PostgreSQL server."""
    folder = Path(tempfile.mkdtemp(prefix="artifacts-postgresql-"))
    folder.chmod(0o755)
    try:
        with postgresql_server(folder / "data") as create:
            yield create
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def create_empty(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Callable[[], str]:
    """Create empty databases of one system."""
    if request.param == "postgresql":
        return request.getfixturevalue("postgresql")  # type: ignore[no-any-return]
    return lambda: f"sqlite:///{tmp_path_factory.mktemp('lineage') / 'lineage.db'}"


@pytest.fixture
def empty_url(create_empty: Callable[[], str]) -> str:
    """The URL of an empty database."""
    return create_empty()


@pytest.fixture(scope="session")
def template_url(create_empty: Callable[[], str]) -> str:
    """The URL of a database at the newest schema, to be copied."""
    url = create_empty()
    from airflow_artifacts.lineage import schema
    from airflow_artifacts.lineage.database import Database

    database = Database(url)
    schema.upgrade(database)
    database.close()
    return url


@pytest.fixture
def database_url(template_url: str, create_empty: Callable[..., str]) -> str:
    """The URL of a database at the newest schema, without rows."""
    if template_url.startswith("postgresql"):
        return create_empty(template_url)
    url = create_empty()
    shutil.copy(template_url.removeprefix("sqlite:///"), url.removeprefix("sqlite:///"))
    return url


@pytest.fixture(scope="session")
def s3() -> Iterator[S3]:
    """An S3 server."""
    with s3_server() as server:
        yield server


@pytest.fixture
def asked_again_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """A store that fails in passing is asked again soon; how long is waited is what the tests of patience are about."""
    from airflow_artifacts.store import patience

    monkeypatch.setattr(patience, "_WAITS", (0.05, 1.0))


@pytest.fixture(scope="session")
def airflow_home() -> Path:
    """The home of this process's Airflow, with its database made."""
    home = Path(os.environ["AIRFLOW_HOME"])
    subprocess.run([sys.executable, "-m", "airflow", "db", "migrate"], check=True, capture_output=True)
    return home


@pytest.fixture(scope="session")
def embedded(airflow_home: Path) -> Iterator[ArtifactClient]:
    """A client on the embedded default of this process's Airflow."""
    from airflow_artifacts.client import ArtifactClient

    folder = airflow_home / "artifacts"
    folder.mkdir(exist_ok=True)
    with ArtifactClient.connect(store=str(folder / "store"), database=f"sqlite:///{folder / 'lineage.db'}") as client:
        yield client
