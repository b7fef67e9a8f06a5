"""A client of botocore that is what a filesystem of s3fs is: its endpoint, region, options and credentials.

Botocore comes with s3fs. Its own client waits in the thread that asks, so that parts go side by side on threads, where
all requests of s3fs share one thread for Python's part of the work.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import botocore
import botocore.session
from botocore.config import Config
from botocore.credentials import Credentials
from fsspec.asyn import get_loop, sync

if TYPE_CHECKING:
    from collections.abc import Mapping

    from botocore.credentials import ReadOnlyCredentials
    from fsspec import AbstractFileSystem

    from airflow_artifacts.store.writing import Writing

__all__ = ["bound", "client_of", "obstacle"]

# A connection that stands still for so many seconds is given up. Patience asks again, so that botocore need not.
_CONFIG: Mapping[str, Any] = {
    "connect_timeout": 10,
    "read_timeout": 20,
    "retries": {"total_max_attempts": 1, "mode": "standard"},
    "tcp_keepalive": True,
}
# What only s3fs' own kind of client takes.
_ASYNC_ONLY = frozenset({"connector_args", "http_session_cls"})
_CONNECTIONS = 32
# Older releases of botocore know neither option, and no checksums.
_SENT, _RECEIVED = "request_checksum_calculation", "response_checksum_validation"


def bound(filesystem: AbstractFileSystem, writing: Writing) -> None:
    """Let a filesystem of s3fs write objects as told, ask once, and give up connections that stand still."""
    filesystem.retries = 1
    # What is received has a digest of its own, and some servers answer a range with the checksum of the whole.
    unchecked = {_RECEIVED: "when_required"} if _RECEIVED in Config.OPTION_DEFAULTS else {}
    filesystem.config_kwargs = {**_CONFIG, **unchecked, **filesystem.config_kwargs}
    filesystem.s3_additional_kwargs = {**filesystem.s3_additional_kwargs, **writing.arguments()}


def obstacle(filesystem: AbstractFileSystem) -> str | None:
    """Return why no client of botocore is what a filesystem is; None where one is."""
    kind = type(filesystem)
    if (kind.__module__, kind.__name__) != ("s3fs.core", "S3FileSystem"):
        return "it is not of s3fs' own class"
    if filesystem.asynchronous or filesystem.version_aware or filesystem.cache_regions:
        return "it is asynchronous, knows versions or regions"
    if filesystem.config_kwargs.get("signature_version") is botocore.UNSIGNED and not filesystem.anon:
        return "its requests are signed by someone else"
    if mine := _ASYNC_ONLY & filesystem.config_kwargs.keys():
        return f"its options hold {', '.join(sorted(mine))}"
    return None


def client_of(filesystem: AbstractFileSystem) -> Any:
    """Return a new client of botocore, which signs with the credentials that the filesystem has at that moment."""
    given = {
        "aws_access_key_id": filesystem.key,
        "aws_secret_access_key": filesystem.secret,
        "aws_session_token": filesystem.token,
        "endpoint_url": filesystem.endpoint_url,
    }
    arguments = {"use_ssl": filesystem.use_ssl, **filesystem.client_kwargs}
    arguments |= {name: value for name, value in given.items() if value is not None}
    config = {"max_pool_connections": _CONNECTIONS, **filesystem.config_kwargs}
    if filesystem.anon:
        config["signature_version"] = botocore.UNSIGNED
        arguments = {name: value for name, value in arguments.items() if not name.startswith("aws_")}
    if _SENT in Config.OPTION_DEFAULTS and str(arguments.get("endpoint_url")).startswith("http://"):
        # Where nothing is encrypted, the signature holds a digest of the body already.
        config.setdefault(_SENT, "when_required")
    return _session_of(filesystem).create_client("s3", config=Config(**config), **arguments)


def _session_of(filesystem: AbstractFileSystem) -> botocore.session.Session:
    theirs = filesystem.session
    if theirs is None:
        return botocore.session.Session(**filesystem.kwargs)
    session = botocore.session.Session(profile=theirs.get_config_variable("profile"))
    session.set_config_variable("region", theirs.get_config_variable("region"))
    if not filesystem.anon and (credentials := sync(get_loop(), theirs.get_credentials)) is not None:
        # There is no public way to give a session credentials that change.
        session._credentials = _Theirs(credentials)  # noqa: SLF001
    return session


class _Theirs(Credentials):
    """The credentials of a session of aiobotocore, which gets new ones when these end.

    They are asked on fsspec's loop of this process: that of the filesystem is its parent's, where this is a fork.
    """

    def __init__(self, credentials: Any) -> None:
        self._credentials = credentials
        now = self.get_frozen_credentials()
        super().__init__(now.access_key, now.secret_key, now.token, credentials.method)

    def get_frozen_credentials(self) -> ReadOnlyCredentials:
        """Return those that hold now."""
        return sync(get_loop(), self._credentials.get_frozen_credentials)
