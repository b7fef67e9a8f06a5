"""The description by which Airflow discovers this provider. It imports nothing, as every Airflow process calls it."""

from __future__ import annotations

__all__ = ["get_provider_info"]


def get_provider_info() -> dict[str, object]:
    """Return the provider's description, in the shape of Airflow's ``provider_info.schema.json``."""
    return {
        "package-name": "airflow-artifacts",
        "name": "Artifacts",
        "description": "Versioned, typed and content-addressed artifacts with lineage for Apache Airflow.",
        "task-decorators": [
            {"name": "artifact", "class-name": "airflow_artifacts.provider.decorator.artifact_task"},
            {
                "name": "artifact_virtualenv",
                "class-name": "airflow_artifacts.provider.interpreters.artifact_virtualenv_task",
            },
            {
                "name": "artifact_external_python",
                "class-name": "airflow_artifacts.provider.interpreters.artifact_external_python_task",
            },
        ],
        "connection-types": [
            {
                "connection-type": "artifacts",
                "hook-class-name": "airflow_artifacts.provider.hook.ArtifactHook",
                "hook-name": "Artifacts",
                "ui-field-behaviour": {
                    "hidden-fields": ["host", "schema", "login", "password", "port"],
                    "relabeling": {},
                },
                "conn-fields": {
                    "store_uri": {
                        "label": "Store",
                        "description": "A folder or URL, such as s3://conn_id@bucket/prefix.",
                        "schema": {"type": ["string", "null"]},
                    },
                    "database_url": {
                        "label": "Lineage database",
                        "description": "A database URL, such as postgresql://user:password@host/artifacts.",
                        "schema": {"type": ["string", "null"], "format": "password"},
                    },
                    "patience": {
                        "label": "Patience",
                        "description": "Seconds for which a store that fails in passing is asked again; 120 if empty.",
                        "schema": {"type": ["integer", "null"], "minimum": 0},
                    },
                    "s3_encryption": {
                        "label": "S3 encryption",
                        "description": "AES256, aws:kms or aws:kms:dsse; as the bucket says if empty.",
                        "schema": {"type": ["string", "null"]},
                    },
                    "s3_kms_key": {
                        "label": "S3 KMS key",
                        "description": "The id or ARN of the key for aws:kms; the bucket's if empty.",
                        "schema": {"type": ["string", "null"]},
                    },
                    "s3_storage_class": {
                        "label": "S3 storage class",
                        "description": "Such as STANDARD_IA; the bucket's own if empty.",
                        "schema": {"type": ["string", "null"]},
                    },
                    "s3_tags": {
                        "label": "S3 tags",
                        "description": "Tags of each object, such as team=data,cost=42.",
                        "schema": {"type": ["string", "null"]},
                    },
                },
            }
        ],
        "extra-links": ["airflow_artifacts.provider.links.EarlierRunLink"],
        "asset-uris": [
            {
                "schemes": ["artifact"],
                "handler": None,
                "to_openlineage_converter": "airflow_artifacts.provider.assets.dataset_of",
            }
        ],
        "cli": ["airflow_artifacts.provider.cli.get_artifacts_commands"],
        "config": {
            "artifacts": {
                "description": "Where artifacts and their lineage are kept.",
                "options": {
                    "store_uri": {
                        "description": (
                            "The store: a folder, or a URL such as s3://bucket/prefix. With a connection id before "
                            "the bucket, s3://conn_id@bucket/prefix, endpoint and credentials come from that Airflow "
                            "connection. Without it, a folder under AIRFLOW_HOME/artifacts."
                        ),
                        "version_added": "0.1.0",
                        "type": "string",
                        "example": "s3://aws_default@bucket/artifacts",
                        "default": None,
                    },
                    "database_url": {
                        "description": (
                            "The lineage database: a URL of PostgreSQL or SQLite. Without it, an SQLite file under "
                            "AIRFLOW_HOME/artifacts."
                        ),
                        "version_added": "0.1.0",
                        "type": "string",
                        "example": "postgresql://user:password@host/artifacts",
                        "default": None,
                        "sensitive": True,
                    },
                    "cache": {
                        "description": (
                            "Whether tasks that do not say so themselves (cache=…) reuse earlier results and leave "
                            "theirs to later runs."
                        ),
                        "version_added": "0.1.0",
                        "type": "boolean",
                        "example": None,
                        "default": "true",
                    },
                    "allow_pickle": {
                        "description": (
                            "Whether values that nothing else writes are pickled, and pickled ones are loaded. Who can "
                            "write to the store and the lineage database can then run code in every task that loads."
                        ),
                        "version_added": "0.1.0",
                        "type": "boolean",
                        "example": None,
                        "default": "false",
                    },
                    "load_in_plain_tasks": {
                        "description": (
                            "Whether a Python task that is no artifact task receives the object that a reference "
                            "names; without it, the reference."
                        ),
                        "version_added": "0.1.0",
                        "type": "boolean",
                        "example": None,
                        "default": "true",
                    },
                    "preview_rows": {
                        "description": (
                            "How many rows of a table its preview shows; with 0 neither previews nor statistics are "
                            "made. One task's are switched off by @task.artifact(preview=False)."
                        ),
                        "version_added": "0.1.0",
                        "type": "integer",
                        "example": None,
                        "default": "20",
                    },
                    "patience": {
                        "description": (
                            "For how many seconds a store or lineage database that does not answer is asked again "
                            "before a task fails; 0 asks once. A refusal, such as wrong credentials, fails at once."
                        ),
                        "version_added": "0.1.0",
                        "type": "integer",
                        "example": None,
                        "default": "120",
                    },
                    "s3_encryption": {
                        "description": (
                            "How S3 encrypts what is written to the store: AES256 (SSE-S3), aws:kms or aws:kms:dsse. "
                            "Without it, as the bucket says."
                        ),
                        "version_added": "0.1.0",
                        "type": "string",
                        "example": "aws:kms",
                        "default": None,
                    },
                    "s3_kms_key": {
                        "description": (
                            "The id or ARN of the key that [artifacts] s3_encryption = aws:kms uses. Without it, the "
                            "bucket's, or AWS's own."
                        ),
                        "version_added": "0.1.0",
                        "type": "string",
                        "example": "arn:aws:kms:eu-central-1:111122223333:key/1234abcd",
                        "default": None,
                    },
                    "s3_storage_class": {
                        "description": (
                            "How S3 keeps what is written to the store, such as STANDARD_IA or INTELLIGENT_TIERING; "
                            "not GLACIER or DEEP_ARCHIVE, from which nothing can be read at once."
                        ),
                        "version_added": "0.1.0",
                        "type": "string",
                        "example": "INTELLIGENT_TIERING",
                        "default": None,
                    },
                    "s3_tags": {
                        "description": (
                            "Tags that each object written to S3 gets, separated by commas; lifecycle rules and bills "
                            "can name them. Up to ten."
                        ),
                        "version_added": "0.1.0",
                        "type": "string",
                        "example": "team=data,cost=42",
                        "default": None,
                    },
                    "plan_on_api_server": {
                        "description": (
                            "Whether the API server plans DAGs for its page, for which it runs their files in a "
                            "process of its own. Where Airflow's own database is SQLite, it does so anyway: all of "
                            "Airflow is one machine there."
                        ),
                        "version_added": "0.1.0",
                        "type": "boolean",
                        "example": None,
                        "default": "false",
                    },
                    "first_party": {
                        "description": (
                            "Top packages, separated by commas, whose source counts in the fingerprint of code "
                            "although they are installed from an index; others count by their versions."
                        ),
                        "version_added": "0.1.0",
                        "type": "string",
                        "example": "our_features,our_models",
                        "default": None,
                    },
                },
            }
        },
    }
