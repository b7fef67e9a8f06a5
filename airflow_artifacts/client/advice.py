"""The way out, for what drivers and stores say where something is set up wrongly."""

from __future__ import annotations

import re

from airflow_artifacts.exceptions import ArtifactError

__all__ = ["GRANT", "advice"]

GRANT = (
    "let the owner run: GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO <role>; "
    "GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO <role>"
)
"""What gives a role the rights that tasks need."""

_DATABASE = {
    r"password authentication failed|no password supplied": "correct user and password in [artifacts] database_url",
    r'database "[^"]*" does not exist': "create that database, or correct the name at the end of the URL",
    r'role "[^"]*" does not exist': "create that role, or correct the user in the URL",
    r"no pg_hba\.conf entry": "let the server's pg_hba.conf accept this machine, user and database",
    r"failed to resolve host|could not translate host": "no such host is known on this machine: correct it in the URL",
    r"refused|timeout|timed out|No route|unreachable|No such file or directory": (
        "nothing answers at that address: see that the server runs, and that host, port and firewall are right"
    ),
    r"permission denied|InsufficientPrivilege": GRANT,
    r"read-only transaction|during recovery": (
        "this server or role only reads: let the URL name the primary, and a role that may write"
    ),
    r"readonly database": "the file or its folder cannot be written by this user: change its owner or rights",
    r"is full|No space left|disk I/O error": "the disk is full or failing: make room where the database lies",
    r"unable to open database file": "its folder is missing, or cannot be written by this user",
    r"not a database|malformed": "the file is no SQLite database: restore it, or let the URL name another one",
}
_STORE = {
    r"Not Found|NoSuchBucket|bucket does not exist": "the bucket does not exist there: create it, or correct its name",
    r"Unable to locate credentials|NoCredentials": (
        "no credentials were found: give them in the environment, or by a connection: s3://conn_id@bucket/prefix"
    ),
    r"ExpiredToken|token has expired": "the temporary credentials have ended: get others",
    r"RequestTimeTooSkewed|request time and the server": "the clock of this machine is wrong: let it ask NTP",
    r"KMS|kms": "the key that [artifacts] s3_kms_key names is not there, or these credentials may not use it",
    r"InvalidAccessKeyId|does not exist in our records|SignatureDoesNotMatch|signature": (
        "the store does not know these credentials: correct access key and secret"
    ),
    r"Moved Permanently|PermanentRedirect|region": "the bucket is in another region: give that in AWS_DEFAULT_REGION",
    r"WRONG_VERSION_NUMBER": "what answers there speaks no TLS: begin the endpoint with http://",
    r"SSL|[Cc]ertificate": "the endpoint's certificate is not trusted here: give its authority in AWS_CA_BUNDLE",
    r"config profile": "AWS_PROFILE names a profile that is not in the files of AWS on this machine: correct it",
    r"Invalid endpoint": "the endpoint is no URL: write it as http://host:port or https://host",
    r"Could not connect|(Connect|Read) timeout|Name or service not known|timed? ?out": (
        "the endpoint cannot be reached from this machine: correct it, or open the firewall"
    ),
}
_RIGHTS = {
    "answers": "s3:ListBucket on the bucket",
    "write": "s3:PutObject (and s3:AbortMultipartUpload) on the prefix",
    "read": "s3:GetObject on the prefix",
    "list": "s3:ListBucket on the bucket",
    "delete": "s3:DeleteObject on the prefix",
}
_REFUSED = re.compile("Forbidden|AccessDenied|Access Denied|permission was refused|not authorized", re.IGNORECASE)


def advice(part: str, step: str, error: BaseException) -> str:
    """Return what to do, to be put behind what an error says; empty where that says it.

    Args:
        part: Where it happened.
        step: What was tried.
        error: What was raised.
    """
    said = _said(error)
    known = {"lineage database": _DATABASE, "store": _STORE}.get(part, {})
    for pattern, way_out in known.items():
        if re.search(pattern, said):
            return f"\n{way_out}"
    if part == "store" and _REFUSED.search(str(error)):
        return f"\nthe credentials are wrong, or lack a right; on S3 that is {_RIGHTS[step]}"
    return "" if isinstance(error, ArtifactError) else "\ncheck the setting that is named"


def _said(error: BaseException) -> str:
    """Return what a driver or library said; this package's own words around it name settings that are not to blame."""
    cause = error.__cause__
    return str(error) if cause is None else f"{type(cause).__name__}: {cause}"
