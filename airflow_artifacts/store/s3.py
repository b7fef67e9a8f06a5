"""Moving objects to and from S3: large ones in parts, side by side, of which little is in memory at any moment."""

from __future__ import annotations

import contextlib
import mimetypes
import os
import threading
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from typing import TYPE_CHECKING, Any, TypeVar

from botocore.exceptions import ClientError
from s3fs.errors import translate_boto_error

from airflow_artifacts.store.s3_client import client_of
from airflow_artifacts.store.sections import FileSection, sections_of
from airflow_artifacts.threads import abandoned

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from concurrent.futures import Future
    from pathlib import Path

    from fsspec import AbstractFileSystem

    from airflow_artifacts.store.patience import Patience

__all__ = ["S3Transfer"]

_Result = TypeVar("_Result")

# Parts that are under way at once in a process, whatever number of objects they belong to.
_THREADS = 8
# Up to here one request is quicker than the three that parts need at least.
_WHOLE = 32 << 20
# What each thread holds of the part that it moves.
_PIECE = 1 << 20
_CHUNK = 4 << 20
_OUT_OF_RANGE = 416
_LOOK_SECONDS = 0.25


class _OtherSizeError(Exception):
    """The object has not the size that its name says, or the server knows no ranges."""


class _Process:
    """What one process has open: a fork can use neither the connections nor the threads of its parent."""

    def __init__(self, filesystem: AbstractFileSystem) -> None:
        self.id = os.getpid()
        self.client = client_of(filesystem)
        self.threads = ThreadPoolExecutor(_THREADS, "airflow-artifacts-transfer")


class S3Transfer:
    """A transfer over requests of S3; what fails in passing is asked for again by itself, part by part.

    A process moves eight parts at once, whatever the number and sizes of the objects, and holds 1 MiB of each, besides
    what the library under it needs.

    Args:
        filesystem: Of s3fs; its endpoint, options and credentials count.
        patience: Asks again.
    """

    def __init__(self, filesystem: AbstractFileSystem, patience: Patience) -> None:
        self._filesystem = filesystem
        self._patience = patience
        self._process: _Process | None = None
        self._lock = threading.Lock()

    def __getstate__(self) -> dict[str, Any]:
        return {"filesystem": self._filesystem, "patience": self._patience}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__init__(**state)  # type: ignore[misc]

    def put(self, source: Path, key: str) -> None:
        """Send a file: in one request, or in parts that become the object when all are there."""
        with source.open("rb") as file:
            descriptor = file.fileno()
            size = os.fstat(descriptor).st_size
            if size > _WHOLE:
                self._put_parts(descriptor, key, size)
            else:
                self._patience(
                    lambda: self._call("put_object", key, Body=FileSection(descriptor, 0, size), **_content(key))
                )

    def write(self, key: str, data: bytes) -> None:
        """Send a few bytes."""
        self._patience(lambda: self._call("put_object", key, Body=data))

    def fetch(self, key: str, target: Path, size: int) -> None:
        """Copy a key to a local file."""
        sections = sections_of(size)
        with target.open("wb") as file:
            descriptor = file.fileno()
            if len(sections) > 1:
                with contextlib.suppress(_OtherSizeError):
                    self._side_by_side(
                        lambda section, gone: self._fetch_section(key, descriptor, section, size, gone), sections
                    )
                    return
            self._patience(lambda: self._fetch_whole(key, descriptor))

    def read(self, key: str, start: int, end: int, size: int) -> bytes:
        """Return bytes."""
        part, most = (None, size + 1) if (start, end) == (0, size) else (_range(start, end), end - start)

        def asked() -> bytes:
            with self._opened(key, part) as body:
                return _read(body, most)

        try:
            return self._patience(asked)
        except _OtherSizeError:
            return b""

    def chunks(self, key: str) -> Iterator[bytes]:
        """Yield the bytes in pieces; a connection that breaks is opened again where it broke."""
        position = 0
        with contextlib.ExitStack() as stack:
            body: Any = None

            def piece() -> bytes:
                nonlocal body
                try:
                    if body is None:
                        body = stack.enter_context(self._opened(key, _range(position, None)))
                    return bytes(body.read(_CHUNK))
                except BaseException:
                    stack.close()
                    body = None
                    raise

            with contextlib.suppress(_OtherSizeError):
                while chunk := self._patience(piece):
                    position += len(chunk)
                    yield chunk

    def size(self, key: str) -> int:
        """Return how many bytes there are."""
        return int(self._patience(lambda: self._call("head_object", key))["ContentLength"])

    def delete(self, key: str) -> None:
        """Delete a key, which may be gone; asked once."""
        self._call("delete_object", key)

    def check(self, root: str) -> None:
        """See that the bucket is there."""
        self._patience(lambda: self._call("head_bucket", root))

    def _put_parts(self, descriptor: int, key: str, size: int) -> None:
        sections = sections_of(size)
        upload = self._patience(lambda: self._call("create_multipart_upload", key, **_content(key)))["UploadId"]

        def part(number: int, gone: threading.Event) -> dict[str, Any]:
            def asked() -> Any:
                body = FileSection(descriptor, *sections[number - 1])
                return self._call("upload_part", key, UploadId=upload, PartNumber=number, Body=body)

            return {"PartNumber": number, "ETag": self._patience(asked, gone)["ETag"]}

        try:
            parts = self._side_by_side(part, range(1, len(sections) + 1))
            self._complete(key, upload, parts, size)
        except BaseException:
            # Parts that nobody completes are paid for until a lifecycle rule of the bucket removes them.
            with contextlib.suppress(Exception):
                self._call("abort_multipart_upload", key, UploadId=upload)
            raise

    def _complete(self, key: str, upload: str, parts: list[dict[str, Any]], size: int) -> None:
        again = False

        def asked() -> None:
            nonlocal again
            try:
                self._call("complete_multipart_upload", key, UploadId=upload, MultipartUpload={"Parts": parts})
            except FileNotFoundError:
                # The answer that was lost may have said that it is complete; then there is no upload any more.
                if not again or self._call("head_object", key)["ContentLength"] != size:
                    raise
            finally:
                again = True

        self._patience(asked)

    def _fetch_section(
        self, key: str, descriptor: int, section: tuple[int, int], size: int, gone: threading.Event
    ) -> None:
        position, end = section

        def asked() -> None:
            nonlocal position
            with self._opened(key, _range(position, end), size) as body:
                while position < end:
                    piece = body.read(min(_PIECE, end - position))
                    if not piece:
                        message = f"the answer ended {end - position} bytes early"
                        raise ConnectionAbortedError(message)
                    position += _write(descriptor, piece, position)

        self._patience(asked, gone)

    def _fetch_whole(self, key: str, descriptor: int) -> None:
        os.ftruncate(descriptor, 0)
        position = 0
        with self._opened(key, None) as body:
            while piece := body.read(_PIECE):
                position += _write(descriptor, piece, position)

    def _side_by_side(self, work: Callable[[Any, threading.Event], _Result], arguments: Sequence[Any]) -> list[_Result]:
        """Return what work makes of each argument, on threads; where one fails, the others stop."""
        gone = threading.Event()
        futures: list[Future[_Result]] = []
        try:
            # A signal may arrive while these are begun, too.
            for argument in arguments:
                futures.append(self._here().threads.submit(work, argument, gone))  # noqa: PERF401
            if (given_up := abandoned()) is not None:
                _wait(futures, given_up, gone)
            return [future.result() for future in futures]
        except BaseException:
            gone.set()
            for future in futures:
                future.cancel()
            wait(futures)
            raise

    @contextlib.contextmanager
    def _opened(self, key: str, range_: str | None, size: int | None = None) -> Iterator[Any]:
        """Give the body of an answer, which must be that range of an object of that size, where one is given."""
        answer = self._call("get_object", key, **({"Range": f"bytes={range_}"} if range_ else {}))
        with contextlib.closing(answer["Body"]) as body:
            if size is not None and answer.get("ContentRange") != f"bytes {range_}/{size}":
                message = f"{key} was answered with {answer.get('ContentRange')}"
                raise _OtherSizeError(message)
            yield body

    def _call(self, operation: str, key: str, **given: Any) -> Any:
        """Ask S3, once; what it refuses is raised as s3fs raises it."""
        client = self._here().client
        bucket, name, _ = self._filesystem.split_path(key)
        named = {"Bucket": bucket, **({} if operation == "head_bucket" else {"Key": name}), **given}
        try:
            return getattr(client, operation)(**self._defaults(client, operation), **named)
        except ClientError as error:
            if error.response.get("ResponseMetadata", {}).get("HTTPStatusCode") == _OUT_OF_RANGE:
                raise _OtherSizeError(str(error)) from error
            raise translate_boto_error(error) from error

    def _defaults(self, client: Any, operation: str) -> Mapping[str, Any]:
        """Return what the options and settings add to a request, as s3fs does: as far as it takes them."""
        added = {**self._filesystem.s3_additional_kwargs, **self._filesystem.req_kw}
        if not added:
            return added
        name = client.meta.method_to_api_mapping[operation]
        known = client.meta.service_model.operation_model(name).input_shape.members
        return {key: value for key, value in added.items() if key in known}

    def _here(self) -> _Process:
        process = self._process
        if process is None or process.id != os.getpid():
            with self._lock:
                process = self._process
                if process is None or process.id != os.getpid():
                    process = self._process = _Process(self._filesystem)
        return process


def _wait(futures: Sequence[Future[Any]], given_up: threading.Event, gone: threading.Event) -> None:
    """Wait until all is done or one failed; where nobody waits for this any more, say so to those who are at it."""
    left: Any = futures
    while left and not given_up.is_set():
        done, left = wait(futures, _LOOK_SECONDS, FIRST_EXCEPTION)
        if any(one.exception() is not None for one in done):
            return
    if left:
        gone.set()


def _content(key: str) -> dict[str, str]:
    """Return what tells those who read an object by its URL what it is, where its suffix says that."""
    kind, _ = mimetypes.guess_type(key)
    return {"ContentType": kind} if kind else {}


def _range(start: int, end: int | None) -> str | None:
    """Return what S3 calls a range of bytes; None for all of them."""
    if end is not None:
        return f"{start}-{end - 1}"
    return f"{start}-" if start else None


def _read(body: Any, most: int) -> bytes:
    """Return so many bytes of an answer at most; at its end it is compared with what S3 said of it."""
    found = bytearray()
    while piece := body.read(most - len(found)):
        found += piece
    return bytes(found)


def _write(descriptor: int, piece: bytes, position: int) -> int:
    """Write bytes at a position of a file, all of them, and return how many."""
    view = memoryview(piece)
    while view:
        written = os.pwrite(descriptor, view, position)
        view, position = view[written:], position + written
    return len(piece)
