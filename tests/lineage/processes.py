"""Work that tests do in many processes at once."""

from __future__ import annotations

import multiprocessing
import os
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import closing
from typing import TYPE_CHECKING, Any

from airflow_artifacts.lineage import Lineage, schema
from airflow_artifacts.lineage.database import Database
from tests.lineage.making import MIDNIGHT, Maker, a_version, an_object, uploaded

if TYPE_CHECKING:
    from collections.abc import Callable

_barrier: Any = None


def at_once(processes: int, work: Callable[..., Any], *arguments: Any) -> list[Any]:
    """Do some work in so many processes, which begin it together; return what each returned."""
    # Each is forked from a process that has imported SQLAlchemy and done nothing else: 32 imports take a while.
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    barrier = context.Barrier(processes)
    with ProcessPoolExecutor(processes, mp_context=context, initializer=_begin, initargs=(barrier,)) as executor:
        return [future.result() for future in [executor.submit(work, *arguments) for _ in range(processes)]]


def _begin(barrier: Any) -> None:
    barrier.wait(60)


def connect(url: str) -> str | None:
    """Connect; return the schema found then."""
    Lineage.connect(url).close()
    with closing(Database(url)) as database:
        return schema.current(database)


def upgrade(url: str) -> str | None:
    """Upgrade; return the schema found then."""
    with closing(Database(url)) as database:
        schema.upgrade(database)
        return schema.current(database)


def publish(url: str, artifact: str) -> str:
    """Publish one version; return its word."""
    with Lineage.connect(url) as lineage:
        uploaded(lineage, an_object())
        return lineage.publish([a_version(artifact)], task_run=None, effective_at=MIDNIGHT)[0].version


def publish_many(url: str, artifacts: list[str]) -> list[str]:
    """Publish a version of each artifact, in one transaction, with the same manifests as everyone; return words."""
    with Lineage.connect(url) as lineage:
        contents = [f"content {number}" for number in range(len(artifacts))]
        uploaded(lineage, *(an_object(content) for content in contents))
        versions = [a_version(*names) for names in zip(artifacts, contents, strict=True)]
        return [version.version for version in lineage.publish(versions, task_run=None, effective_at=MIDNIGHT)]


def claim(url: str, contents: list[str]) -> list[str]:
    """Claim objects; return the digests of those that must be uploaded."""
    with Lineage.connect(url) as lineage:
        return [one.digest for one in lineage.claim_objects([an_object(content) for content in contents])]


def resolve(url: str, artifact: str) -> str:
    """Publish a version, then resolve the latest for a DAG run that others resolve it for too; return its word."""
    publish(url, artifact)
    with Lineage.connect(url) as lineage:
        found = lineage.resolve(artifact, "latest", run=("dag", "run"))
        assert found is not None
        return found.version


def use_threads(url: str, threads: int) -> None:
    """Publish from many threads of one process, under a name of its own."""
    own = f"{url}&application_name=worker-{os.getpid()}"
    with Lineage.connect(own) as lineage, ThreadPoolExecutor(threads) as pool:
        make = Maker(lineage)
        for _ in range(5):
            list(pool.map(make.version, [f"raw/{os.getpid()}/{number}" for number in range(threads)]))
