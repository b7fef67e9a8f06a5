"""Reading a version's files: every byte is checked against its digest before anyone sees it."""

from __future__ import annotations

import contextlib
import tempfile
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Any

from airflow_artifacts.exceptions import CorruptObjectError, MissingObjectError, StoreError
from airflow_artifacts.store.digests import digest_of, digest_of_file

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import BinaryIO

    from airflow_artifacts.model import Digest, Manifest, ManifestFile
    from airflow_artifacts.store.objects import ObjectStore

__all__ = ["Reader"]


class Reader:
    """The files of one version.

    Args:
        store: Holds them.
        manifest: Lists them.
        label: The version, as messages name it.
        scratch: A folder for what must be local; the caller removes it.
    """

    def __init__(self, store: ObjectStore, manifest: Manifest, label: str, scratch: Path) -> None:
        self._store = store
        self._manifest = manifest
        self._label = label
        self._scratch = scratch
        self._verified: dict[str, Path] = {}
        self._files = {file.path: file for file in manifest.files}

    @property
    def details(self) -> Mapping[str, Any]:
        """What the materializer kept besides the files."""
        return self._manifest.details

    def names(self) -> list[str]:
        """Return the paths of the files, in the order in which they were written."""
        return list(self._files)

    def path(self, name: str) -> Path:
        """Return a local file with checked bytes, not to be changed: for a local store it is the object itself.

        Raises:
            MissingObjectError: The object is gone.
            CorruptObjectError: It holds other bytes.
            StoreError: The store refuses or is out of reach.
        """
        if name not in self._verified:
            file = self._file(name)
            place = self._store.local(file.object)
            if place is None:
                place = self._scratch / f"{uuid.uuid4().hex}{file.object.suffix}"
                with self._present(file):
                    self._store.fetch(file.object, place)
            with self._present(file):
                digest = digest_of_file(place)
            self._check(file, digest)
            self._verified[name] = place
        return self._verified[name]

    def open(self, name: str) -> BinaryIO:
        """Return a file with checked bytes, open for reading; raises as :meth:`path` does."""
        return self.path(name).open("rb")

    def read(self, name: str) -> bytes:
        """Return a file's checked bytes; raises as :meth:`path` does."""
        file = self._file(name)
        with self._present(file):
            data = self._store.read(file.object)
        self._check(file, digest_of(data))
        return data

    def folder(self) -> Path:
        """Return a fresh local folder, which the reader of the value may change."""
        return Path(tempfile.mkdtemp(dir=self._scratch))

    def _file(self, name: str) -> ManifestFile:
        if name not in self._files:
            message = f"{self._label} has no file {name!r}, only {', '.join(map(repr, self._files)) or 'none'}"
            raise StoreError(message)
        return self._files[name]

    def _check(self, file: ManifestFile, digest: Digest) -> None:
        if digest != file.digest:
            message = (
                f"the bytes of {self._label} were changed: {file.path!r}, the object {self._store.url(file.object)}, "
                f"has the digest {digest}; restore the object from a backup, or make the value again, which stores it "
                "anew"
            )
            raise CorruptObjectError(message, file.object)

    @contextlib.contextmanager
    def _present(self, file: ManifestFile) -> Iterator[None]:
        """Turn a file that is not found into the error that says whose bytes they were."""
        try:
            yield
        except FileNotFoundError as error:
            message = (
                f"the bytes of {self._label} are gone: {file.path!r}, the object {self._store.url(file.object)}, does "
                "not exist; restore it from a backup, make the value again, or check that [artifacts] store_uri is "
                "the store that it was written to"
            )
            raise MissingObjectError(message, file.object) from error
