"""The text of ``[artifacts] database_url``: which databases it may name, and how it is shown without its secrets."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from sqlalchemy import exc

from airflow_artifacts.exceptions import ConfigurationError

SETTING = "[artifacts] database_url"
_EXAMPLES = "'sqlite:////folder/lineage.db' or 'postgresql+psycopg://user:password@host/database'"
_DRIVERS = {"postgres": "postgresql+psycopg", "postgresql": "postgresql+psycopg"}
_SECRETS = ("password", "sslpassword", "passfile")


def parse(text: str) -> sa.URL:
    """Return the URL of a database that can hold lineage.

    ``postgresql://`` and ``postgres://`` mean psycopg 3.

    Raises:
        ConfigurationError: It is no URL, names a database that is not supported, or a file that cannot be one.
    """
    try:
        url = sa.make_url(text)
    except (exc.ArgumentError, ValueError):
        # The text may hold a password in a place where it cannot be recognised, so it is not shown.
        message = f"{SETTING} is not the URL of a database; write it like {_EXAMPLES}"
        raise ConfigurationError(message) from None
    if "@" in (url.host or ""):
        message = f"{SETTING} holds an '@' in its user or password; write it there as '%40'"
        raise ConfigurationError(message)
    url = url.set(drivername=_DRIVERS.get(url.drivername, url.drivername))
    if url.get_backend_name() not in {"sqlite", "postgresql"}:
        message = f"{SETTING} {masked(url)!r} names a database that is not supported; use {_EXAMPLES}"
        raise ConfigurationError(message)
    if url.get_backend_name() == "sqlite":
        _check_file(url)
    return url


def masked(url: sa.URL) -> str:
    """Return a URL as text, with ``***`` in place of each secret."""
    hidden = {key: "MASKED" for key in url.query if key in _SECRETS}
    return url.update_query_dict(hidden).render_as_string(hide_password=True).replace("=MASKED", "=***")


def without_secrets(text: str, url: sa.URL) -> str:
    """Return what a driver says, with ``***`` in place of the secrets of a URL."""
    secrets = [url.password, *(url.query.get(key) for key in _SECRETS)]
    for secret in secrets:
        text = text.replace(str(secret), "***") if secret else text
    return text


def _check_file(url: sa.URL) -> None:
    """Refuse what SQLite would take for a database in memory, and a folder that is not there."""
    if not url.database or ":memory:" in url.database or "mode" in url.query:
        message = f"{SETTING} {masked(url)!r} names no file, so nothing would be kept; use {_EXAMPLES}"
        raise ConfigurationError(message)
    folder = Path(str(url.database)).absolute().parent
    if not str(url.database).startswith("file:") and not folder.is_dir():
        message = f"the folder {str(folder)!r} of {SETTING} does not exist; create it, or name a file elsewhere"
        raise ConfigurationError(message)
