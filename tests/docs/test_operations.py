"""The pages about clusters: the values of the Helm chart are YAML and mean what exists."""

from __future__ import annotations

from typing import Any

import yaml

from airflow_artifacts.provider.info import get_provider_info
from tests.docs.pages import ROOT

PAGES = ROOT / "docs" / "operations"
VALUES: dict[str, Any] = yaml.safe_load((PAGES / "values.yaml").read_text(encoding="utf-8"))
PREFIX = "AIRFLOW__ARTIFACTS__"


def names(value: Any) -> list[str]:
    """Return the names of all environment variables in a part of the values."""
    if isinstance(value, list):
        return [name for each in value for name in names(each)]
    if not isinstance(value, dict):
        return []
    own = [value["name"]] if {"name", "value"} <= set(value) else []
    own += [value["envName"]] if "envName" in value else []
    return own + [name for each in value.values() for name in names(each)]


def test_each_setting_in_the_values_exists() -> None:
    """And the two that every cluster needs are among them."""
    config: Any = get_provider_info()["config"]
    given = {name.removeprefix(PREFIX).lower() for name in names(VALUES) if name.startswith(PREFIX)}
    given |= set(VALUES["config"]["artifacts"])
    assert {"store_uri", "database_url"} <= given <= set(config["artifacts"]["options"])


def test_no_secret_stands_in_the_values() -> None:
    """Each is a reference to one, which the page says how to make."""
    page = (PAGES / "kubernetes.md").read_text(encoding="utf-8")
    secrets = [one["secretName"] for one in VALUES["secret"]]
    secrets += [value for key, value in VALUES.items() if key.endswith("SecretName")]
    secrets.append(VALUES["data"]["metadataSecretName"])
    assert len(secrets) == 5
    assert [name for name in secrets if f"kubectl create secret generic {name} " not in page] == []


def test_every_volume_is_mounted() -> None:
    """And the folder for temporary files lies on one, which has a limit."""
    pods = VALUES["workers"]["kubernetes"]
    mounts = {mount["name"]: mount["mountPath"] for mount in pods["extraVolumeMounts"]}
    assert set(mounts) == {volume["name"] for volume in pods["extraVolumes"]}
    (folder,) = (one["value"] for one in pods["env"] if one["name"] == "TMPDIR")
    (volume,) = (volume for volume in pods["extraVolumes"] if mounts[volume["name"]] == folder)
    assert volume["emptyDir"]["sizeLimit"]


def test_both_tables_are_made() -> None:
    """Airflow's first, as all of the chart waits for those."""
    command = VALUES["migrateDatabaseJob"]["args"][-1]
    assert command.index("airflow db migrate") < command.index("airflow-artifacts db upgrade")
