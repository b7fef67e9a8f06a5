"""``local-cache show`` and ``clear``: the objects that this machine keeps of stores that are far away."""

from __future__ import annotations

import dataclasses
from datetime import datetime, timezone
from typing import TYPE_CHECKING

from airflow_artifacts.cli.output import confirm, lines, size
from airflow_artifacts.cli.settings import local_cache
from airflow_artifacts.exceptions import ConfigurationError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from airflow_artifacts.store import LocalCache
    from airflow_artifacts.store.room import Usage

__all__ = ["clear", "show"]


def show(arguments: argparse.Namespace) -> int:
    """Show what the local cache holds.

    Raises:
        ConfigurationError: There is none, or its folder cannot be read.
    """
    cache = local_cache(arguments)
    found = _usage(cache)
    document = {"folder": str(cache.folder), "limit": cache.limit, **dataclasses.asdict(found)}
    lines(arguments, document, _lines(cache, found))
    return 0


def clear(arguments: argparse.Namespace) -> int:
    """Remove all that the local cache holds; who reads one of its files at this moment reads on.

    Raises:
        ConfigurationError: There is none, or its folder cannot be written.
    """
    cache = local_cache(arguments)
    found = _usage(cache)
    arguments.dry_run = False
    if not confirm(arguments, f"Remove {found.objects} objects with {size(found.bytes)} from {cache.folder}?"):
        return 1
    try:
        gone = cache.room.clear() if cache.folder.is_dir() else found
    except OSError as error:
        raise ConfigurationError(_refusal(cache, error)) from error
    lines(
        arguments,
        {"folder": str(cache.folder), "objects": gone.objects, "bytes": gone.bytes},
        [f"{gone.objects} objects with {size(gone.bytes)} removed from {cache.folder}"],
    )
    return 0


def _usage(cache: LocalCache) -> Usage:
    try:
        return cache.room.usage()
    except OSError as error:
        raise ConfigurationError(_refusal(cache, error)) from error


def _refusal(cache: LocalCache, error: OSError) -> str:
    return f"the local cache {str(cache.folder)!r} cannot be used: {error}; check its rights, and local_cache_dir"


def _lines(cache: LocalCache, found: Usage) -> Iterator[str]:
    yield f"{cache.folder}: {found.objects} objects with {size(found.bytes)} of {size(cache.limit)}"
    if found.coming:
        yield f"  {size(found.coming)} are being fetched, or were when a process was killed"
    if found.oldest is not None:
        used = datetime.fromtimestamp(found.oldest, timezone.utc)
        yield f"  the one unused for longest was used {used:%Y-%m-%d %H:%M} UTC"
