"""What a process does with one large artifact: ``python -m tests.load.large VERB WAY BYTES STORE OPTIONS DATABASE``."""

import json
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated

import numpy as np
import pyarrow as pa

from airflow_artifacts import ArtifactClient, artifact_context
from tests.client.calling import Caller

_CHUNK = 8 << 20
_ROWS = 1 << 17


def spool(size: int) -> Annotated[Path, "large"]:
    """Write a file straight into the output, chunk by chunk."""
    with artifact_context().open("large.bin") as file:
        for chunk in _chunks(size):
            file.write(chunk)


def path(size: int) -> Annotated[Path, "large"]:
    """Return the path of a file."""
    file = Path(tempfile.mkdtemp(prefix="airflow-artifacts-load-"), "large.bin")
    with file.open("wb") as opened:
        for chunk in _chunks(size):
            opened.write(chunk)
    return file


def batches(size: int) -> Annotated[Iterator[pa.RecordBatch], "large"]:
    """Give a table piece by piece, of numbers that no compression makes fewer."""
    random = np.random.default_rng(0)
    for _ in range(size // (_ROWS * 80)):
        columns = {f"column {number}": random.random(_ROWS) for number in range(10)}
        yield pa.record_batch(columns)


def read_spool(client: ArtifactClient) -> int:
    """Open the file and read it piece by piece."""
    with client.open("large") as file:
        return sum(map(len, iter(lambda: file.read(_CHUNK), b"")))


def read_path(client: ArtifactClient) -> int:
    """Load the file as a copy that is one's own."""
    return client.load("large", Path).stat().st_size


def read_batches(client: ArtifactClient) -> int:
    """Load the table piece by piece."""
    return sum(batch.nbytes for batch in client.load("large", Iterator[pa.RecordBatch]))


_READERS: dict[str, Callable[[ArtifactClient], int]] = {
    "spool": read_spool,
    "path": read_path,
    "batches": read_batches,
}


def _chunks(size: int) -> Iterator[bytes]:
    random = np.random.default_rng(0)
    while size > 0:
        yield random.bytes(min(_CHUNK, size))
        size -= _CHUNK


def main(verb: str, way: str, size: str, /, *where: str) -> None:
    """Write the artifact in one of the ways, or read it and say how many bytes there are."""
    store, options, database = where
    with ArtifactClient.connect(store=store, storage_options=json.loads(options), database=database) as client:
        if verb == "write":
            Caller(client)({"spool": spool, "path": path, "batches": batches}[way], size=int(size))
        else:
            sys.stdout.write(f"{_READERS[way](client)}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
