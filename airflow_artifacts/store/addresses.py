"""Addresses of registered data: the paths and URIs that people give and rows record, and which of them are opened.

Whoever can write to the lineage database can name any address, so that only filesystems that hold files are opened.
"""

from __future__ import annotations

import ipaddress
import os
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, unquote, urlsplit

import fsspec
from fsspec.implementations.local import LocalFileSystem
from fsspec.registry import known_implementations, registry

from airflow_artifacts.exceptions import ConfigurationError, InvalidNameError
from airflow_artifacts.store.masking import masked

if TYPE_CHECKING:
    from fsspec import AbstractFileSystem

__all__ = ["absolute", "is_signed", "open_any"]

# What may be opened because a row of the lineage database says so: places that hold files. Not those that lead through
# another one (zip, reference, simplecache, …), of which some run what they read, nor those that ask a program (git).
_KINDS = frozenset(
    {
        *("abfs", "abfss", "adl", "az", "gcs", "gs", "oci", "oss", "s3", "s3a", "tos"),
        *("box", "dbfs", "dropbox", "gdrive", "hf", "lakefs", "memory", "root"),
        *("ftp", "hdfs", "http", "https", "sftp", "smb", "ssh", "webdav", "webhdfs"),
    }
)
_SIGNED = ("credential", "key", "secret", "sig", "signature", "token", "password")


def open_any(uri: str) -> tuple[AbstractFileSystem, str]:
    """Open any URI that fsspec knows, with what it finds in the environment.

    Raises:
        ConfigurationError: It names a filesystem that is not known or not installed.
    """
    kind = uri.partition("://")[0]
    if kind == "file":
        return LocalFileSystem(), unquote(urlsplit(uri).path)
    if kind in {"http", "https"} and _is_link_local(urlsplit(uri).hostname or ""):
        message = f"{masked(uri)!r} names an address that only the machine itself knows; nothing is registered there"
        raise ConfigurationError(message)
    # What this process registered itself, by code, may be opened as well.
    is_known = kind in _KINDS or (kind in registry and kind not in known_implementations)
    if not is_known or "::" in uri:
        message = (
            f"{masked(uri)!r} leads through another filesystem, or is of none that holds files; give a path, or a URI "
            f"of one of {', '.join(sorted(_KINDS))}, and register an archive as the file that it is"
        )
        raise ConfigurationError(message)
    try:
        filesystem, path = fsspec.core.url_to_fs(uri)
    except (ImportError, ValueError, TypeError) as error:
        message = f"{masked(uri)!r} cannot be opened: {error}; give a path, or a URI whose filesystem is installed"
        raise ConfigurationError(message) from error
    return filesystem, path


def absolute(uri: str | os.PathLike[str]) -> str:
    """Return a URI; a path becomes absolute, and keeps the names of its links."""
    text = os.fspath(uri)
    if not text or "\0" in text:
        message = f"{text!r} is no path or URI; give one such as '/data/history' or 's3://bucket/data'"
        raise InvalidNameError(message)
    if text.startswith("file://"):
        text = unquote(urlsplit(text).path)
    if "://" not in text and "::" not in text:
        return Path(os.path.abspath(Path(text).expanduser())).as_uri()  # noqa: PTH100 - resolve() would lose links
    try:
        user = urlsplit(text).netloc.rpartition("@")[0]
    except ValueError as error:  # such as a bracket that is not closed
        message = f"{masked(text)!r} is no path or URI: {error}"
        raise InvalidNameError(message) from None
    # Elsewhere what stands there alone is the name of an account, a container or a connection.
    if ":" in user or (user and text.startswith(("http://", "https://"))):
        bare = f"{text.partition('://')[0]}://***@{text.rpartition('@')[2]}"
        message = f"{bare!r} holds a secret before its '@'; give the credentials in the environment or a connection"
        raise InvalidNameError(message)
    return text


def is_signed(uri: str) -> bool:
    """Whether a URI has a query that may be what opens it: any on the web, elsewhere one that is called so."""
    if "://" not in uri or "?" not in uri or uri.startswith("file://"):
        return False
    names = [name.lower() for name, _ in parse_qsl(uri.partition("?")[2], keep_blank_values=True)]
    is_web = uri.partition("://")[0] in {"http", "https", "webdav"}
    return is_web or any(name.endswith(_SIGNED) for name in names)


def _is_link_local(host: str) -> bool:
    """Whether a host is an address that is not routed, such as that under which clouds hand out credentials."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return (mapped or address).is_link_local
