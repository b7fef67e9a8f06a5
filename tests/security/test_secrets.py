"""Secrets are in no log, message, record or output, as they are or as URLs and texts write them."""

from __future__ import annotations

import contextlib
import json
import logging
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, quote_plus

import psycopg
import pytest
from sqlalchemy import select

from airflow_artifacts.cli import main
from airflow_artifacts.client import ArtifactClient
from airflow_artifacts.exceptions import ArtifactError
from airflow_artifacts.lineage import schema, secrets_of, tables
from airflow_artifacts.lineage.database import Database
from tests.client.calling import Caller
from tests.security.test_places import SIGNED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

# Distinctive, and each with what a URL has to encode.
PASSWORD = "pg-5ecret /é@1"
S3_SECRET = "s3-5ecret+/2"
TOKEN = "5ecre7"  # of a signed URL
PARAMETER = "parameter-5ecret-3"


def forms(secret: str) -> set[str]:
    """Return how a secret may be written: as it is, percent-encoded, as JSON and as Python write it."""
    encoded = {
        quote(secret),
        quote(secret, safe=""),
        quote_plus(secret),
        quote(secret, safe="/@ "),
        quote(secret, safe="+@"),
    }
    written = {json.dumps(secret)[1:-1], repr(secret)[1:-1], ascii(secret)[1:-1]}
    lower = {re.sub("%[0-9A-F]{2}", lambda found: found[0].lower(), one) for one in encoded}
    return {secret, *encoded, *lower, *written}


def found(text: str) -> list[str]:
    """Return the secrets that a text holds, in any of their forms."""
    return sorted(form for one in (PASSWORD, S3_SECRET, TOKEN, PARAMETER) for form in forms(one) if form in text)


class Said:
    """All that was said: logs, messages with what a traceback shows with them, outputs and representations."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def error(self, error: BaseException) -> None:
        self.texts += [str(error), repr(error)]
        behind = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        if behind is not None:
            self.error(behind)

    @contextlib.contextmanager
    def refused(self) -> Iterator[None]:
        with pytest.raises(ArtifactError) as refused:
            yield
        self.error(refused.value)

    def look(self, *things: object) -> None:
        self.texts += [text for one in things for text in (repr(one), str(one))]


@pytest.fixture
def url(postgresql: Callable[..., str]) -> str:
    """The URL of a database whose role has the password."""
    plain = postgresql()
    database = Database(plain)
    schema.upgrade(database)
    database.close()
    with psycopg.connect(plain.replace("+psycopg", ""), autocommit=True) as administrator:
        administrator.execute("CREATE ROLE secretive SUPERUSER LOGIN")
        yield plain.replace("postgres:@", f"secretive:{quote(PASSWORD, safe='')}@").replace(
            "//postgres@", f"//secretive:{quote(PASSWORD, safe='')}@"
        )
        administrator.execute("DROP OWNED BY secretive; DROP ROLE secretive")


def _everything(database: Database) -> str:
    """Return all rows of all tables."""
    with database.reading() as session:
        return repr([list(session.execute(select(table))) for table in tables.Base.metadata.sorted_tables])


def _mask(name: str, value: Any) -> Any:
    return "***" if name == "password" else value


def _work(password: str, plain: int) -> int:
    return len(password) + plain


def _fail(password: str) -> int:
    message = "it failed by itself"
    raise ValueError(message)


def test_secrets_are_nowhere(  # noqa: PLR0917 - fixtures
    url: str,
    s3: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Saves, loads, failures of store and database, commands and parameters: nothing holds a secret."""
    assert f"secretive:{quote(PASSWORD, safe='')}" in url
    said = Said()
    caplog.set_level(logging.DEBUG, logger="airflow_artifacts")
    options = {"endpoint_url": s3.endpoint, "key": "the-key", "secret": S3_SECRET}
    bucket = s3.create_bucket()
    with ArtifactClient.connect(store=f"s3://{bucket}/x", database=url, storage_options=options, patience=0) as client:
        client.save({"a": 1}, "raw/a")
        said.look(client, client.store, client.lineage, client.lineage._database, client.lineage._database.engine)
        said.look(
            client.get("raw/a"), client.get("raw/a").ref, client.show("raw/a"), client.reference(client.get("raw/a"))
        )
        caller = Caller(client)
        caller(_work, password=PARAMETER, plain=1, mask=_mask)
        with pytest.raises(ValueError, match="by itself") as failed:
            caller(_fail, password=PARAMETER, mask=_mask)
        said.texts.append(str(failed.value))
        _failures(client, said, tmp_path)
        said.texts.append(_everything(client.lineage._database))
    _unreachable(url, options, said)
    _commands(url, said, capsys, monkeypatch, tmp_path)
    said.texts += [record.getMessage() for record in caplog.records if record.name.startswith("airflow_artifacts")]
    said.texts += [record.exc_text or "" for record in caplog.records]
    assert len(said.texts) > 50
    assert [(one, text[:300]) for text in said.texts for one in found(text)] == []


def _failures(client: ArtifactClient, said: Said, folder: Path) -> None:
    """Ask for what cannot be, in each of the ways that names a place."""
    for reference in ("raw/none", "raw/a@9", "00000000-0000-4000-8000-000000000000"):
        with said.refused():
            client.load(reference)
    for uri in (
        f"https://user:{quote(S3_SECRET, safe='')}@127.0.0.1:1/a.csv",
        f"https://user:{S3_SECRET}@127.0.0.1:1/a.csv",
        f"http://127.0.0.1:1/a.csv?{SIGNED}",
        f"s3://bucket/a.csv?{SIGNED}",
        f"zip://a::http://127.0.0.1:1/a.zip?{SIGNED}",
    ):
        for copy in (False, True):
            with said.refused():
                client.register(uri, "raw/b", copy=copy)
    version = client.get("raw/a")
    client.store.delete(version.manifest.files[0].object)
    with said.refused():
        client.load("raw/a")
    with said.refused():
        client.save(object(), "raw/c")


def _unreachable(url: str, options: dict[str, Any], said: Said) -> None:
    """Connect to what is not there."""
    for other in (
        re.sub(r"database_\d+", "nothing", url),
        f"postgresql://x:{quote(PASSWORD, safe='')}@127.0.0.1:1/y?connect_timeout=1",
        f"postgresql://x@127.0.0.1:1/y?connect_timeout=1&password={quote(PASSWORD, safe='')}",
        f"postgresql://x:{PASSWORD}@127.0.0.1:1/y",
        f"mysql://x:{quote(PASSWORD, safe='')}@127.0.0.1/y",
        PASSWORD,
    ):
        with said.refused():
            ArtifactClient.connect(store="/nowhere", database=other, patience=1)
    dead = {**options, "endpoint_url": "http://127.0.0.1:1"}
    with (
        ArtifactClient.connect(store="s3://bucket/x", database=url, storage_options=dead, patience=1) as client,
        said.refused(),
    ):
        client.save(b"x", "raw/a")
    for store in (f"s3://key:{S3_SECRET}@bucket/x", f"nothing://x:{S3_SECRET}@y/z", f"nothing://y/z?sig={TOKEN}"):
        with said.refused(), ArtifactClient.connect(store=store, database=url) as client:
            client.save(b"x", "raw/a")


def _commands(
    url: str, said: Said, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, folder: Path
) -> None:
    """Run commands that show where they work, and some that fail."""
    monkeypatch.setenv("AIRFLOW_CONFIG", str(folder / "airflow.cfg"))
    dead = f"postgresql://x:{quote(PASSWORD, safe='')}@127.0.0.1:1/y?connect_timeout=1"
    place = ["--store-uri", str(folder / "store")]
    for one in (url, dead):
        for command in (
            ["db", "check"],
            ["db", "upgrade"],
            ["list", *place],
            ["show", "raw/a", *place],
            ["gc", *place],
        ):
            main([*command, "--database-url", one])
    (folder / "airflow.cfg").write_text(f"database_url = {dead}\n")
    main(["list"])
    main(["register", f"http://127.0.0.1:1/a.csv?{SIGNED}", "raw/b", *place, "--database-url", url])
    (folder / "airflow.cfg").unlink()
    main(["register", f"http://127.0.0.1:1/a.csv?{SIGNED}", "raw/b", *place, "--database-url", url])
    captured = capsys.readouterr()
    assert "***" in captured.out
    said.texts += [captured.out, captured.err]


def test_airflow_masks_the_password_in_each_form(airflow_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a task prints, and what is recorded of its parameters, holds the password in no form."""
    from airflow.sdk._shared.secrets_masker import redact

    from airflow_artifacts.provider.calls import _mask as mask
    from airflow_artifacts.provider.settings import Settings

    password = "a-very-5ecret/p@ss"
    monkeypatch.setenv("AIRFLOW__ARTIFACTS__DATABASE_URL", f"postgresql://x:{quote(password, safe='')}@h/y")
    settings = Settings.read()
    said = repr(settings)
    for text in (password, quote(password), quote(password, safe=""), quote(password, safe="").lower()):
        said += str(redact(f"connecting to {text}")) + repr(mask("config", {"url": f"postgresql://x:{text}@h"}))
    assert not re.search(r"5ecret", said)


def test_the_forms_of_a_secret() -> None:
    """A secret is known in what encoders make of it; text that is no URL has none."""
    known = secrets_of("postgresql://u:A%20b%2Fc%40d@h/y?sslpassword=k%2F1")
    assert {"A b/c@d", "A%20b%2Fc%40d", "A+b%2Fc%40d", "A%20b/c%40d", "A%20b%2fc%40d", "k/1", "k%2F1"} <= set(known)
    assert secrets_of("nothing") == []
