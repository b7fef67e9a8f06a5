"""Registered data: what a URI may be, what of it is recorded, and what a row of the database makes nobody read."""

from __future__ import annotations

import contextlib
import http.server
import json
import logging
import re
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import pytest

from airflow_artifacts.exceptions import ArtifactError, ConfigurationError, InvalidNameError, StoreError
from tests.security.world import forge

if TYPE_CHECKING:
    from collections.abc import Iterator

    from airflow_artifacts.client import ArtifactClient

SIGNED = "X-Amz-Credential=AKIA%2Fus&X-Amz-Signature=5ecre7"


@pytest.fixture
def web(tmp_path: Path) -> Iterator[str]:
    """The URL of a server that gives a file to whoever has signed for it."""

    class Answers(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            signed = unquote(self.path).endswith(unquote(SIGNED))
            self.send_response(200 if signed else 403)
            self.send_header("Content-Length", "4" if signed else "0")
            self.end_headers()
            if signed and self.command == "GET":
                self.wfile.write(b"a,b\n")

        do_HEAD = do_GET  # noqa: N815 - as the class calls it

        def log_message(self, *_: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/data.csv"
        server.shutdown()


def everything(client: ArtifactClient) -> str:
    """Return all columns of all rows."""
    database = Path(client.lineage.url.removeprefix("sqlite:///"))
    return database.read_bytes().decode("latin1")


def test_a_signature_is_not_recorded(artifact_client: ArtifactClient, web: str) -> None:
    """A signed URL is not registered by reference; its bytes are, and the URL is recorded without what signs it."""
    with pytest.raises(InvalidNameError, match="copy=True") as refused:
        artifact_client.register(f"{web}?{SIGNED}", "raw/signed")
    assert "5ecre7" not in str(refused.value)
    version: Any = artifact_client.register(f"{web}?{SIGNED}", "raw/signed", copy=True)
    assert artifact_client.load("raw/signed").read_bytes() == b"a,b\n"
    assert [file.path for file in version.manifest.files] == ["data.csv"]
    assert version.metadata["uri"] == web
    assert "5ecre7" not in everything(artifact_client)


def test_a_signature_is_not_said(artifact_client: ArtifactClient, web: str, caplog: pytest.LogCaptureFixture) -> None:
    """Whatever goes wrong with a signed URL, neither the message, nor its causes, nor the log hold the signature."""
    with caplog.at_level(logging.DEBUG, logger="airflow_artifacts"), pytest.raises(ArtifactError) as failed:
        artifact_client.register(f"{web}?{SIGNED.replace('Amz', 'Bad')}", "raw/signed", copy=True)
    said = "".join(str(one) for one in _chain(failed.value)) + caplog.text
    assert "data.csv" in said
    assert "5ecre7" not in said


def _chain(error: BaseException) -> Iterator[BaseException]:
    """Give an error and those that a traceback shows with it."""
    yield error
    behind = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if behind is not None:
        yield from _chain(behind)


@pytest.mark.parametrize("uri", ["https://token@example.com/a", "https://user:word@example.com/a", "s3://a:b@bucket/x"])
def test_credentials_are_not_recorded(artifact_client: ArtifactClient, uri: str) -> None:
    """What stands before the host of a URL is refused, and not shown."""
    with pytest.raises(InvalidNameError, match="holds a secret") as refused:
        artifact_client.register(uri, "raw/secret", copy=True)
    assert not {"token", "word", "a:b"} & set(re.split(r"[/@]", str(refused.value)))


@pytest.mark.parametrize(
    "uri",
    [
        "zip://a.csv::https://example.com/a.zip",
        "reference::https://example.com/refs.json",
        "reference://a",
        "simplecache::s3://bucket/a",
        "filecache://a",
        "github://owner:repo@main/a",
        "git://a",
        "local:///etc/passwd",
        "data://text/plain;base64,AA==",
        "dir://etc",
        "tar://etc",
        "jlab://host/a",
        "nothing://x",
    ],
)
def test_a_place_is_no_way_through_another(artifact_client: ArtifactClient, uri: str) -> None:
    """Filesystems that open others, cache to disk, run programs or take what they read for orders are not asked."""
    with pytest.raises((ConfigurationError, InvalidNameError)):
        artifact_client.register(uri, "raw/chained")


@pytest.mark.parametrize("host", ["169.254.169.254", "[fe80::1]", "[::ffff:169.254.169.254]"])
def test_the_machines_own_addresses_are_not_asked(artifact_client: ArtifactClient, host: str) -> None:
    """Where clouds hand out credentials, nothing is registered."""
    with pytest.raises(ConfigurationError, match="only the machine itself"):
        artifact_client.register(f"http://{host}/latest/meta-data/", "raw/cloud")


@pytest.mark.parametrize("uri", ["reference::http://127.0.0.1:1/x", "http://169.254.169.254/x", "zip://a::file:///b"])
def test_a_row_opens_what_registering_would(artifact_client: ArtifactClient, tmp_path: Path, uri: str) -> None:
    """What may not be registered is not opened either where the database says that it was."""
    (tmp_path / "a.csv").write_text("a")
    version: Any = artifact_client.register(tmp_path / "a.csv", "raw/a")
    document = json.loads(version.manifest.to_json())
    document["files"][0][4] = uri
    forged = forge(artifact_client, version, content=json.dumps(document))
    with pytest.raises(ConfigurationError):
        artifact_client.load(forged)


def test_a_folder_is_the_folder_of_its_files(artifact_client: ArtifactClient, tmp_path: Path) -> None:
    """Files that lie elsewhere than their paths say do not make another folder the value."""
    folder = tmp_path / "data"
    folder.mkdir()
    for name in ("a", "b"):
        (folder / name).write_text(name)
    (tmp_path / "b").write_text("b")
    version: Any = artifact_client.register(folder, "raw/folder")
    document = json.loads(version.manifest.to_json())
    document["files"][1][4] = (tmp_path / "b").as_uri()
    with pytest.raises(StoreError, match="not recorded as one folder"):
        artifact_client.load(forge(artifact_client, version, content=json.dumps(document)))


def test_what_is_named_is_not_shown_unless_it_was_known(artifact_client: ArtifactClient, tmp_path: Path) -> None:
    """A row that names a file of this machine gives it to nobody who does not know its digest already."""
    (tmp_path / "a.csv").write_text("a")
    secret = tmp_path / "secret.cfg"
    secret.write_text("s")
    version: Any = artifact_client.register(tmp_path / "a.csv", "raw/a")
    document = json.loads(version.manifest.to_json())
    document["files"][0][4] = secret.as_uri()
    forged = forge(artifact_client, version, content=json.dumps(document))
    with pytest.raises(ArtifactError):
        artifact_client.load(forged)
    with contextlib.suppress(ArtifactError):
        assert b"s" not in b"".join(artifact_client.stream(forged, "a.csv"))


def test_a_name_that_no_version_could_have_is_not_registered(artifact_client: ArtifactClient, tmp_path: Path) -> None:
    """What could not be read again is refused when it is registered."""
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "a\\b").write_text("a")
    with pytest.raises(InvalidNameError, match="rename it"):
        artifact_client.register(folder, "raw/odd")
