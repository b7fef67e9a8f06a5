"""docker-compose.yml, as far as it can be checked without Docker."""

from __future__ import annotations

import json
import re
from typing import Any

import jsonschema
import yaml
from check_jsonschema.builtin_schemas import get_builtin_schema

from airflow_artifacts.provider.info import get_provider_info
from tests.integration.compose import COMPONENTS, ROOT, SERVICES, TEXT, VARIABLE, environment


def test_it_follows_the_compose_schema() -> None:
    """The official schema accepts it."""
    jsonschema.validate(yaml.safe_load(TEXT), get_builtin_schema("vendor.compose-spec"))


def test_every_service_is_watched() -> None:
    """Each service has a health check, or ends by itself."""
    unwatched = {name for name, service in SERVICES.items() if "healthcheck" not in service}
    assert unwatched == {"init"}
    assert SERVICES["init"]["restart"] == "no"


def test_all_of_airflow_is_there() -> None:
    """Celery has two workers at least, and Airflow every component; all wait for the tables and the bucket."""
    assert set(COMPONENTS) == {"api-server", "scheduler", "dag-processor", "triggerer", "worker"}
    assert SERVICES["worker"]["deploy"]["replicas"] >= 2
    for name in COMPONENTS:
        assert SERVICES[name]["depends_on"] == {"init": {"condition": "service_completed_successfully"}}
        assert environment(name)["AIRFLOW__CORE__EXECUTOR"] == "CeleryExecutor"
    assert {part["condition"] for part in SERVICES["init"]["depends_on"].values()} == {"service_healthy"}


def test_no_secret_stands_in_it() -> None:
    """Whatever is named like a secret, and each password in a URL, comes from the environment, which must have it."""
    for name in SERVICES:
        for key, value in environment(name).items():
            if re.search(r"PASSWORD$|SECRET|FERNET_KEY|ACCESS_KEY|REDISCLI_AUTH", key):
                assert re.fullmatch(r"\$\{\w+:\?[^}]+\}", value), key
            for secret in re.findall(r"://\w*:(.*?)@", value):
                assert re.fullmatch(r"\$\{\w+:\?[^}]+\}", secret), key
    connection = json.loads(VARIABLE.sub("X", environment("worker")["AIRFLOW_CONN_ARTIFACTS_S3"]))
    assert (connection["login"], connection["password"]) == ("X", "X")


def test_every_variable_is_in_the_example() -> None:
    """`.env.example` has each variable, without a value."""
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    given = dict(re.findall(r"^(\w+)=(.*)$", example, re.MULTILINE))
    used = {name for name, _ in VARIABLE.findall(TEXT)}
    assert used == set(given)
    assert [name for name, value in given.items() if value] == []


def test_artifacts_are_on_s3_and_postgresql() -> None:
    """Each [artifacts] setting in it exists; the store goes through a connection that it has, to a service it has."""
    config: Any = get_provider_info()["config"]
    for name in ("scheduler", "worker", "api-server", "init"):
        settings = environment(name)
        own = {key.rpartition("__")[2].lower() for key in settings if key.startswith("AIRFLOW__ARTIFACTS__")}
        assert {"database_url", "store_uri"} <= own <= set(config["artifacts"]["options"])
    settings = environment("worker")
    store = re.fullmatch(r"s3://(\w+)@(\w+)/\w+", settings["AIRFLOW__ARTIFACTS__STORE_URI"])
    assert store is not None
    connection = json.loads(VARIABLE.sub("X", settings[f"AIRFLOW_CONN_{store[1].upper()}"]))
    endpoint = re.fullmatch(r"http://([\w-]+):\d+", connection["extra"]["endpoint_url"])
    assert endpoint is not None
    assert endpoint[1] in SERVICES
    assert f'create_bucket("{store[2]}")' in TEXT
    database = re.search(r"@([\w-]+)/(\w+)$", settings["AIRFLOW__ARTIFACTS__DATABASE_URL"])
    assert database is not None
    assert environment(database[1])["POSTGRES_DB"] == database[2]


def test_the_example_dags_are_mounted() -> None:
    """The DAGs of the repository are those that it runs."""
    assert "./dags_examples:/opt/airflow/dags:ro" in SERVICES["worker"]["volumes"]
