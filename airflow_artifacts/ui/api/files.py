"""Bytes that the API hands out: files of versions, and pages that workers made; the browser runs nothing of them."""

from __future__ import annotations

import itertools
import logging
import re
from pathlib import PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import quote

from airflow_artifacts.exceptions import ArtifactError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from airflow_artifacts.client import ArtifactClient
    from airflow_artifacts.model import ArtifactVersion, ManifestFile

__all__ = ["PAGE_HEADERS", "file_headers", "streamed"]

PAGE_HEADERS = {
    "Content-Security-Policy": (
        "sandbox; default-src 'none'; img-src data:; style-src 'unsafe-inline'; font-src data:; frame-ancestors 'self'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "private",
}
"""Of HTML that a worker made of a user's value: it is laid out, and may do nothing."""

_log = logging.getLogger(__name__)

_UNSAFE = re.compile(r"[^A-Za-z0-9 ._()+-]")


def streamed(client: ArtifactClient, version: ArtifactVersion, file: ManifestFile) -> Iterator[bytes]:
    """Return the bytes of a file, piece by piece; the first is read already, so that what is gone is said in time.

    Raises:
        MissingObjectError: The bytes are gone.
        CorruptObjectError: They are not those that were written; of a long file, while the last piece is read.
        StoreError: The store refuses or is out of reach.
    """
    chunks = _logged(client.stream(version, file.path), f"{version}, {file.path!r}")
    first = next(chunks, None)
    return chunks if first is None else itertools.chain([first], chunks)


def _logged(chunks: Iterator[bytes], what: str) -> Iterator[bytes]:
    """Yield pieces; where they break off, write down why, as an answer that has begun cannot say it any more."""
    try:
        yield from chunks
    except ArtifactError as error:
        _log.error("the download of %s broke off: %s", what, error)
        raise


def file_headers(file: ManifestFile) -> dict[str, str]:
    """Return what makes a browser keep a file rather than show it."""
    name = PurePosixPath(file.path).name
    plain = _UNSAFE.sub("_", name).strip(". ") or "file"
    return {
        "Content-Disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}",
        # By it the server breaks off an answer that ends early; what stands before would take that for its end.
        "Content-Length": str(file.size),
        # Says to what stands before this application that it is not to be compressed: it may be very long.
        "Content-Encoding": "identity",
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, no-transform",
    }
