"""What moves objects between a store and this machine: over requests of S3, or by whatever fsspec knows."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Protocol

from airflow_artifacts.exceptions import ConfigurationError
from airflow_artifacts.store.filesystem import FilesystemTransfer
from airflow_artifacts.store.sweep import protocols
from airflow_artifacts.store.writing import Writing

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from fsspec import AbstractFileSystem

    from airflow_artifacts.store.patience import Patience

__all__ = ["Transfer", "prepare", "transfer_of"]

_log = logging.getLogger(__name__)


class Transfer(Protocol):
    """Moves the bytes of keys, each ``bucket/prefix/…``, whole or not at all. Safe between threads; can be pickled.

    All raise what the library under them raises, when patience is at its end: ``FileNotFoundError`` where a key is not
    there.
    """

    def put(self, source: Path, key: str) -> None:
        """Send a file; the key shows all of it or what was there before."""

    def write(self, key: str, data: bytes) -> None:
        """Send a few bytes."""

    def fetch(self, key: str, target: Path, size: int) -> None:
        """Copy a key to a local file; where it has another size than is expected, all that it has."""

    def read(self, key: str, start: int, end: int, size: int) -> bytes:
        """Return the bytes from ``start`` to the one before ``end``, of a size that is expected; fewer if there are.

        Where all are asked for and there are more, one of these comes too, and no more of them into memory.
        """

    def chunks(self, key: str) -> Iterator[bytes]:
        """Yield the bytes in pieces."""

    def size(self, key: str) -> int:
        """Return how many bytes there are."""

    def delete(self, key: str) -> None:
        """Delete a key, which may be gone; the store is asked once."""

    def check(self, root: str) -> None:
        """See that the bucket of a place is there, or the folder at the top."""


def prepare(filesystem: AbstractFileSystem, writing: Writing, *, uri: str) -> None:
    """Set up a filesystem that was just opened: how S3 keeps what is written, and that it asks once.

    Args:
        filesystem: The store's.
        writing: How.
        uri: The store, as messages name it.

    Raises:
        ConfigurationError: It is not S3, and is to keep what is written in S3's ways.
    """
    if not protocols(filesystem).isdisjoint(("s3", "s3a")) and hasattr(filesystem, "s3_additional_kwargs"):
        from airflow_artifacts.store.s3_client import bound  # noqa: PLC0415 - stands on libraries for S3

        bound(filesystem, writing)
    elif writing != Writing():
        message = (
            f"[artifacts] s3_encryption, s3_kms_key, s3_storage_class or s3_tags is set, and the store {uri} is not on "
            "S3; leave them away, or let [artifacts] store_uri name a bucket"
        )
        raise ConfigurationError(message)


def transfer_of(filesystem: AbstractFileSystem, patience: Patience) -> Transfer:
    """Return what moves objects of a filesystem: of S3 in parts, side by side, where its client can be made again."""
    if protocols(filesystem).isdisjoint(("s3", "s3a")):
        return FilesystemTransfer(filesystem, patience)
    from airflow_artifacts.store.s3 import S3Transfer  # noqa: PLC0415 - stands on libraries for S3
    from airflow_artifacts.store.s3_client import obstacle  # noqa: PLC0415

    reason = obstacle(filesystem)
    if reason is None:
        return S3Transfer(filesystem, patience)
    _log.debug("objects go through %s itself: %s", type(filesystem).__name__, reason)
    return FilesystemTransfer(filesystem, patience)
