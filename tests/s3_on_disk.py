"""An S3 server for large objects: what it is given goes to disk as it comes, and nothing is kept in memory.

It knows what a store asks: objects, parts of them, ranges and lists; it checks neither signatures nor checksums.
``python -m tests.s3_on_disk FOLDER`` says its port on the first line.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
import uuid
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, ClassVar
from urllib.parse import parse_qs, quote, unquote, urlsplit
from xml.sax.saxutils import escape

if TYPE_CHECKING:
    from collections.abc import Iterator

_CHUNK = 1 << 20
_XMLNS = 'xmlns="http://s3.amazonaws.com/doc/2006-03-01/"'


class Handler(BaseHTTPRequestHandler):
    """Answers one connection; objects lie under the quoted names of their keys, in a folder for each bucket."""

    protocol_version = "HTTP/1.1"
    root: ClassVar[Path]

    def do_PUT(self) -> None:
        """Make a bucket, or write an object or a part of one."""
        bucket, key, query = self._asked()
        if not key:
            self._bucket(bucket).mkdir(parents=True, exist_ok=True)
            self._answer()
            return
        place = self._upload(query) / query["partNumber"].zfill(5) if "uploadId" in query else self._object(bucket, key)
        arriving = place.with_name(f"{uuid.uuid4().hex}.arriving")
        with arriving.open("wb") as file:
            for chunk in self._body():
                file.write(chunk)
        arriving.replace(place)
        self._answer(headers={"ETag": _etag(place)})

    def do_POST(self) -> None:
        """Begin an upload in parts, or join them."""
        bucket, key, query = self._asked()
        sent = b"".join(self._body())
        if "delete" in query:
            self._delete_many(bucket, sent.decode())
        elif "uploads" in query:
            id_ = uuid.uuid4().hex
            self._upload({"uploadId": id_}).mkdir(parents=True)
            self._xml(
                f"<InitiateMultipartUploadResult {_XMLNS}><UploadId>{id_}</UploadId></InitiateMultipartUploadResult>"
            )
        else:
            place, upload = self._object(bucket, key), self._upload(query)
            # It may be said again by a client that did not hear the answer.
            if upload.exists():
                _remove(place)
                upload.rename(place)
            tag = escape(_etag(place))
            self._xml(f"<CompleteMultipartUploadResult {_XMLNS}><ETag>{tag}</ETag></CompleteMultipartUploadResult>")

    def do_HEAD(self) -> None:
        """Say whether a bucket or an object is there."""
        bucket, key, _ = self._asked()
        place = self._object(bucket, key) if key else self._bucket(bucket)
        if not place.exists():
            self._answer(HTTPStatus.NOT_FOUND)
        elif key:
            self._answer(headers=_facts(place), length=_size(place))
        else:
            self._answer()

    def do_GET(self) -> None:
        """Give an object or a range of it, or list a bucket."""
        bucket, key, query = self._asked()
        if not key:
            self._list(bucket, query)
            return
        place = self._object(bucket, key)
        if not place.exists():
            self._xml("<Error><Code>NoSuchKey</Code></Error>", HTTPStatus.NOT_FOUND)
            return
        size = _size(place)
        start, end = _range(self.headers.get("Range"), size)
        partial = "Range" in self.headers
        headers = _facts(place) | ({"Content-Range": f"bytes {start}-{end - 1}/{size}"} if partial else {})
        self._answer(HTTPStatus.PARTIAL_CONTENT if partial else HTTPStatus.OK, headers=headers, length=end - start)
        self.wfile.flush()
        with contextlib.suppress(ConnectionError):
            for part in _parts(place):
                length = part.stat().st_size
                self._send(part, start, min(end, length))
                start, end = max(0, start - length), end - length

    def do_DELETE(self) -> None:
        """Delete an object, or give an upload up."""
        bucket, key, query = self._asked()
        if "uploadId" in query:
            shutil.rmtree(self._upload(query), ignore_errors=True)
        else:
            _remove(self._object(bucket, key))
        self._answer(HTTPStatus.NO_CONTENT)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""

    def _asked(self) -> tuple[str, str, dict[str, str]]:
        url = urlsplit(self.path)
        bucket, _, key = unquote(url.path).strip("/").partition("/")
        return bucket, key, {name: given[0] for name, given in parse_qs(url.query, keep_blank_values=True).items()}

    def _bucket(self, bucket: str) -> Path:
        return self.root / "buckets" / bucket

    def _object(self, bucket: str, key: str) -> Path:
        return self._bucket(bucket) / quote(key, safe="")

    def _upload(self, query: dict[str, str]) -> Path:
        return self.root / "uploads" / query["uploadId"]

    def _body(self) -> Iterator[bytes]:
        """Yield what is sent, as clients send it: of a known length, or in chunks that each say theirs."""
        if self.headers.get("Expect") == "100-continue":
            self.send_response_only(HTTPStatus.CONTINUE)
            self.end_headers()
        if "aws-chunked" not in self.headers.get("Content-Encoding", ""):
            yield from _taken(self.rfile, int(self.headers.get("Content-Length", 0)))
            return
        while size := int(self.rfile.readline().split(b";")[0], 16):
            yield from _taken(self.rfile, size)
            self.rfile.readline()
        while self.rfile.readline().strip():
            pass

    def _list(self, bucket: str, query: dict[str, str]) -> None:
        prefix = query.get("prefix", "")
        found = sorted((unquote(one.name), one) for one in self._bucket(bucket).iterdir() if one.suffix != ".arriving")
        contents = "".join(
            f"<Contents><Key>{escape(key)}</Key><Size>{_size(place)}</Size>"
            f"<LastModified>2026-01-01T00:00:00.000Z</LastModified></Contents>"
            for key, place in found
            if key.startswith(prefix)
        )
        self._xml(f"<ListBucketResult {_XMLNS}><IsTruncated>false</IsTruncated>{contents}</ListBucketResult>")

    def _delete_many(self, bucket: str, sent: str) -> None:
        keys = [part.partition("</Key>")[0] for part in sent.split("<Key>")[1:]]
        for key in keys:
            _remove(self._object(bucket, key))
        deleted = "".join(f"<Deleted><Key>{key}</Key></Deleted>" for key in keys)
        self._xml(f"<DeleteResult {_XMLNS}>{deleted}</DeleteResult>")

    def _send(self, file: Path, start: int, end: int) -> None:
        with file.open("rb") as opened:
            while start < end:
                start += os.sendfile(self.connection.fileno(), opened.fileno(), start, min(_CHUNK, end - start))

    def _xml(self, text: str, status: HTTPStatus = HTTPStatus.OK) -> None:
        body = text.encode()
        self._answer(status, headers={"Content-Type": "application/xml"}, length=len(body))
        self.wfile.write(body)

    def _answer(
        self, status: HTTPStatus = HTTPStatus.OK, *, headers: dict[str, str] | None = None, length: int = 0
    ) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": str(length), **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()


def _taken(source: BinaryIO, size: int) -> Iterator[bytes]:
    while size:
        chunk = source.read(min(_CHUNK, size))
        if not chunk:
            message = "the client went away"
            raise ConnectionError(message)
        size -= len(chunk)
        yield chunk


def _parts(place: Path) -> list[Path]:
    """Return the files of an object: itself, or the parts in which it came."""
    return sorted(place.iterdir()) if place.is_dir() else [place]


def _size(place: Path) -> int:
    return sum(part.stat().st_size for part in _parts(place))


def _remove(place: Path) -> None:
    if place.is_dir():
        shutil.rmtree(place)
    else:
        place.unlink(missing_ok=True)


def _range(asked: str | None, size: int) -> tuple[int, int]:
    if asked is None:
        return 0, size
    start, _, end = asked.removeprefix("bytes=").partition("-")
    if not start:
        return max(0, size - int(end)), size
    return int(start), min(int(end) + 1, size) if end else size


def _etag(place: Path) -> str:
    found = place.stat()
    return f'"{found.st_ino:x}{found.st_mtime_ns:x}"'


def _facts(place: Path) -> dict[str, str]:
    return {"ETag": _etag(place), "Last-Modified": "Thu, 01 Jan 2026 00:00:00 GMT", "Accept-Ranges": "bytes"}


def main() -> None:
    """Serve a folder until the process is ended."""
    Handler.root = Path(sys.argv[1])
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    sys.stdout.write(f"{server.server_address[1]}\n")
    sys.stdout.flush()
    server.serve_forever()


if __name__ == "__main__":
    main()
