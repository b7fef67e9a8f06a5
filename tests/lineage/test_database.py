"""Connections: which URLs are taken, and what becomes of a database's errors."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from airflow_artifacts.exceptions import ConfigurationError, InvalidNameError, LineageError
from airflow_artifacts.lineage import Lineage, urls
from airflow_artifacts.lineage.database import Database
from airflow_artifacts.model import ArtifactCriteria, Manifest, MetadataSource, Metadatum
from tests.lineage.making import MIDNIGHT, Maker, a_file, a_run, a_version, uploaded

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("lineage.db", "is not the URL of a database; write it like 'sqlite:////folder/lineage.db'"),
        ("", "is not the URL of a database"),
        ("postgresql://me:secret@host:port/x", "is not the URL of a database"),
        ("postgresql://me:top@secret@host/x", "holds an '@' in its user or password; write it there as '%40'"),
        ("sqlite:///file::memory:?cache=shared&uri=true", "names no file"),
        ("mysql://me:secret@host/x", r"'mysql://me:\*\*\*@host/x' names a database that is not supported"),
        ("sqlite://", "'sqlite://' names no file, so nothing would be kept"),
        ("sqlite:///:memory:", "names no file"),
        ("sqlite:////no/such/folder/x.db", "the folder '/no/such/folder' of .* does not exist; create it"),
        ("postgresql+nodriver://me:secret@host/x", "needs the driver 'nodriver', which is not installed"),
        ("sqlite+aiosqlite:////x.db", "needs the driver 'aiosqlite'|names an asynchronous driver"),
    ],
)
def test_urls_that_cannot_be_meant(url: str, message: str) -> None:
    """Each is refused with the setting, the way out, and without the password."""
    with pytest.raises(ConfigurationError, match=message) as raised:
        Lineage.connect(url)
    assert "[artifacts] database_url" in str(raised.value)
    assert "secret" not in str(raised.value)


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_postgresql_means_psycopg(scheme: str) -> None:
    """Without a driver in the URL it is psycopg 3."""
    assert urls.parse(f"{scheme}://host/x").drivername == "postgresql+psycopg"


def test_the_url_is_shown_without_secrets() -> None:
    """Neither the password before the host nor those behind the question mark are shown."""
    database = Database("postgresql://me:secret@host/x?sslpassword=secret")
    assert database.url == "postgresql+psycopg://me:***@host/x?sslpassword=***"


def test_a_server_that_does_not_answer() -> None:
    """A server out of reach is a lineage error that names the setting and the server."""
    with pytest.raises(
        LineageError, match=r"'postgresql\+psycopg://me:\*\*\*@127.0.0.1:1/x' failed: .*check \[art"
    ) as raised:
        Lineage.connect("postgresql://me:secret@127.0.0.1:1/x")
    assert "secret" not in str(raised.value)
    assert raised.value.__suppress_context__


def test_a_role_that_does_not_exist(postgresql: Callable[[], str]) -> None:
    """Wrong credentials are a lineage error too."""
    url = postgresql().replace("postgres:", "nobody:secret", 1)
    with pytest.raises(LineageError, match="nobody"):
        Lineage.connect(url)


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    """A file of something else is refused, and left as it is."""
    path = tmp_path / "notes.txt"
    path.write_text("not a database" * 100)
    with pytest.raises(LineageError, match="failed: file is not a database"):
        Lineage.connect(f"sqlite:///{path}")
    assert path.read_text() == "not a database" * 100


def test_a_database_that_breaks_while_it_is_used(lineage: Lineage) -> None:
    """What a driver raises in any verb becomes a lineage error, without the parameters of its statement."""
    with lineage._database.writing() as session:
        session.execute(sa.text("ALTER TABLE task_run RENAME TO gone"))
    with pytest.raises(LineageError, match=r"failed: .*task_run") as raised:
        lineage.begin(a_run(parameters={"a": "secret"}))
    assert "secret" not in str(raised.value)


def test_a_reader_does_not_wait_for_a_writer(lineage: Lineage, make: Maker) -> None:
    """While a transaction writes, others read what was there before."""
    version = make.version()
    with lineage._database.writing() as session:
        session.execute(sa.text("UPDATE version SET kind = 'other'"))
        started = time.monotonic()
        assert lineage.get(version.id) == version
        assert time.monotonic() - started < 5


HOSTILE = [
    "'; DROP TABLE version; --",
    '"',
    "%s %(x)s %%",
    ":name ? $1",
    "\\",
    "🎈",
    "x" * 300,
    "\0",
    "\ud800",
    "\u202e",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_parameters(text: str, lineage: Lineage) -> None:
    """Any text in a parameter comes back as it was, NUL and halves of characters too."""
    run = lineage.begin(a_run(parameters={text: [text]}))
    assert run.parameters == {text: [text]}


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_metadata(text: str, make: Maker, lineage: Lineage) -> None:
    """Any text in a metadata value comes back as it was, but for NUL, which is refused elsewhere."""
    if "\0" not in text:
        version = make.version(metadata=(Metadatum("key", {text: text}, MetadataSource.LOGGED),))
        assert version.metadata == {"key": {text: text}}


@pytest.mark.parametrize("text", HOSTILE[-4:])
def test_hostile_keys_and_tags(text: str, make: Maker, lineage: Lineage) -> None:
    """Control characters, and more than 255 of any, are refused as key and tag."""
    version = make.version()
    with pytest.raises(InvalidNameError):
        lineage.labels.add_metadata(version.id, [Metadatum(text, 1, MetadataSource.LOGGED)])
    with pytest.raises(InvalidNameError):
        lineage.labels.tag(version.id, [text])


@pytest.mark.parametrize("text", HOSTILE[:6])
def test_hostile_names(text: str, make: Maker, lineage: Lineage) -> None:
    """Whatever a name holds is data: it is stored and found as it is."""
    version = make.version(text, tags=frozenset({text}))
    assert lineage.resolve(text, "latest") == version
    assert version.tags == {text}


def test_file_names_that_are_not_text(lineage: Lineage) -> None:
    """A file name that cannot be written as UTF-8 is refused, not half stored."""
    manifest = Manifest((a_file(path="\udc80.txt"),))
    uploaded(lineage, *(file.object for file in manifest.files))
    with pytest.raises(InvalidNameError, match="holds a character that cannot be written as UTF-8"):
        lineage.publish([a_version(manifest=manifest)], task_run=None, effective_at=MIDNIGHT)
    assert not list(lineage.list_artifacts())


def test_a_file_that_was_replaced_is_opened_anew(tmp_path: Path) -> None:
    """As when a backup is restored beneath a server that runs."""
    path, other = tmp_path / "lineage.db", tmp_path / "other.db"
    with Lineage.connect(f"sqlite:///{other}") as lineage:
        Maker(lineage).version("restored")
    with Lineage.connect(f"sqlite:///{path}") as lineage:
        Maker(lineage).version("lost")
        for ending in ("-wal", "-shm"):
            path.with_name(f"{path.name}{ending}").unlink()
        other.replace(path)
        assert names(lineage) == ["restored"]
        Maker(lineage).version("written")
    with Lineage.connect(f"sqlite:///{path}") as lineage:
        assert names(lineage) == ["restored", "written"]


def names(lineage: Lineage) -> list[str]:
    """Return the names of the artifacts."""
    return [one.name for one in lineage.catalogue.artifacts(ArtifactCriteria()).artifacts]
