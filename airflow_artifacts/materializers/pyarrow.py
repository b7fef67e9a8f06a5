"""Arrow tables as Arrow IPC files, which keep every type and the metadata of the schema."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa

from airflow_artifacts.exceptions import UnsupportedTypeError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from airflow_artifacts.materializers.base import FilesReader, FilesWriter

__all__ = ["TableMaterializer"]

_FILE = "table.arrow"


class TableMaterializer:
    """Writes a table as one Arrow IPC file, uncompressed.

    Not as Parquet, which lacks some of the types of Arrow, such as unions, and changes others, such as seconds.
    """

    def save(self, value: pa.Table, files: FilesWriter) -> Mapping[str, Any]:
        """Write a table.

        Raises:
            UnsupportedTypeError: Dictionaries that differ between its chunks cannot be made one, as the file needs.
        """
        options = pa.ipc.IpcWriteOptions(unify_dictionaries=True)
        try:
            with files.open(_FILE) as file, pa.ipc.new_file(file, value.schema, options=options) as writer:
                writer.write_table(value)
        except pa.ArrowException as error:
            message = f"the table cannot be written as an Arrow file: {error}; try table.combine_chunks()"
            raise UnsupportedTypeError(message) from error
        return {"format": 1}

    def load(self, files: FilesReader) -> pa.Table:
        """Read a table; its columns stay in the file until they are used."""
        with pa.memory_map(str(files.path(_FILE))) as source, pa.ipc.open_file(source) as reader:
            return reader.read_all()
