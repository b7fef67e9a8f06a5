"""Paths in object storage as Airflow knows them: a place, and the connection that leads there, not what lies there.

Found by name, from the registry of materializers.
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from airflow.sdk import ObjectStoragePath

from airflow_artifacts.exceptions import UnsupportedTypeError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from airflow_artifacts.materializers import FilesReader, FilesWriter

__all__ = ["StoragePathMaterializer"]


class StoragePathMaterializer:
    """Writes ``path.txt``: the URL, with the id of the connection before the bucket."""

    def save(self, value: ObjectStoragePath, files: FilesWriter) -> Mapping[str, Any]:
        """Write where a path leads.

        Raises:
            UnsupportedTypeError: It was given options of its own, which may be secret.
        """
        if options := sorted(value.storage_options):
            message = (
                f"the path {str(value)!r} was given {', '.join(options)}, which are not stored, as they may be secret; "
                f"give them in an Airflow connection and name that: {value.protocol}://conn_id@bucket/key"
            )
            raise UnsupportedTypeError(message)
        with files.open("path.txt") as file:
            file.write(str(value).encode("utf-8", "surrogatepass"))
        # What lies there may have changed since the same path was saved before: no two are taken for one.
        return {"format": 1, "saved": str(uuid.uuid4())}

    def load(self, files: FilesReader) -> ObjectStoragePath:
        """Return the path again, by the connection as it is now."""
        return ObjectStoragePath(files.read("path.txt").decode("utf-8", "surrogatepass"))
