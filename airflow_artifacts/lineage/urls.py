"""The text of ``[artifacts] database_url``: which databases it may name, and how it is shown without its secrets."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import quote, quote_plus

import sqlalchemy as sa
from sqlalchemy import exc

from airflow_artifacts.exceptions import ConfigurationError

SETTING = "[artifacts] database_url"
_EXAMPLES = "'sqlite:////folder/lineage.db' or 'postgresql+psycopg://user:password@host/database'"
_DRIVERS = {"postgres": "postgresql+psycopg", "postgresql": "postgresql+psycopg"}
_ENCODED = re.compile(r"%[0-9A-F]{2}")
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
    """Return what a driver says, with ``***`` in place of the secrets of a URL, also where they are percent-encoded."""
    for secret in _secrets(url):
        text = text.replace(secret, "***")
    return text


def secrets_of(text: str) -> list[str]:
    """Return the secrets that the URL of a database holds, as they are and as URLs and texts write them.

    None of what is no URL.
    """
    try:
        return _secrets(sa.make_url(text))
    except (exc.ArgumentError, ValueError):
        return []


def _secrets(url: sa.URL) -> list[str]:
    """Return the secrets of a URL in all their forms, the longest first."""
    plain = {str(one) for one in (url.password, *(url.query.get(key) for key in _SECRETS)) if one}
    forms = {form(one) for one in plain for form in (str, quote, quote_plus, _fully, _escaped)}
    # As encoders differ in the case of digits.
    lower = {_ENCODED.sub(lambda found: found[0].lower(), one) for one in forms}
    return sorted(forms | lower, key=len, reverse=True)


def _fully(text: str) -> str:
    return quote(text, safe="")


def _escaped(text: str) -> str:
    return repr(text)[1:-1]


def _check_file(url: sa.URL) -> None:
    """Refuse what SQLite would take for a database in memory, and a folder that is not there."""
    if not url.database or ":memory:" in url.database or "mode" in url.query:
        message = f"{SETTING} {masked(url)!r} names no file, so nothing would be kept; use {_EXAMPLES}"
        raise ConfigurationError(message)
    folder = Path(str(url.database)).absolute().parent
    if not str(url.database).startswith("file:") and not folder.is_dir():
        message = f"the folder {str(folder)!r} of {SETTING} does not exist; create it, or name a file elsewhere"
        raise ConfigurationError(message)
