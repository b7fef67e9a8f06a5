"""Airflow's REST API, as far as starting a DAG and watching it needs it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import httpx

from airflow_artifacts.exceptions import LocalAirflowError

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["AirflowApi"]

_NOT_FOUND = 404
# A busy machine may need long for the first answer.
_TIMEOUT_SECONDS = 30.0


class AirflowApi:
    """Talks to one API server; logs in when first needed.

    Every verb raises :class:`LocalAirflowError` where the server refuses or does not answer.
    """

    def __init__(self, url: str, user: str, password: str) -> None:
        self._login = {"username": user, "password": password}
        # Proxies of the environment are for other machines.
        self._http = httpx.Client(base_url=url, timeout=_TIMEOUT_SECONDS, trust_env=False)

    def close(self) -> None:
        """Close its connections."""
        self._http.close()

    def health(self) -> dict[str, str]:
        """Return the status of each component that has one; empty where the server does not answer yet."""
        try:
            answer = self._http.get("/api/v2/monitor/health").json()
        except (httpx.HTTPError, ValueError):
            return {}
        return {name: str(part.get("status")) for name, part in answer.items() if part}

    def find_dag(self, dag_id: str) -> dict[str, Any] | None:
        """Return a DAG, or None where Airflow has not read it yet."""
        response = self._send("GET", f"/dags/{_quoted(dag_id)}", missing_ok=True)
        return None if response is None else dict(response.json())

    def import_errors(self) -> dict[str, str]:
        """Return the errors of files that Airflow could not read, by file."""
        return {error["filename"]: error["stack_trace"] for error in self._get("/importErrors")["import_errors"]}

    def trigger(self, dag_id: str, conf: Mapping[str, Any] | None = None) -> str:
        """Start a run of a DAG and return its run id."""
        body = {"logical_date": None, "conf": dict(conf or {})}
        response = self._send("POST", f"/dags/{_quoted(dag_id)}/dagRuns", json=body)
        return str(response.json()["dag_run_id"])

    def run(self, dag_id: str, run_id: str) -> dict[str, Any]:
        """Return a run, as Airflow's API describes it."""
        return self._get(_run(dag_id, run_id))

    def run_state(self, dag_id: str, run_id: str) -> str:
        """Return the state of a run."""
        return str(self.run(dag_id, run_id)["state"])

    def task_instances(self, dag_id: str, run_id: str) -> list[dict[str, Any]]:
        """Return the task instances of a run, as Airflow's API describes them."""
        return list(self._get(f"{_run(dag_id, run_id)}/taskInstances", limit=1000)["task_instances"])

    def xcom(self, dag_id: str, run_id: str, task_id: str, key: str = "return_value", map_index: int = -1) -> Any:
        """Return what a task left in XCom, as it is stored."""
        path = f"{_run(dag_id, run_id)}/taskInstances/{_quoted(task_id)}/xcomEntries/{_quoted(key)}"
        return self._get(path, map_index=map_index, deserialize=False)["value"]

    def task_log(self, dag_id: str, run_id: str, task_id: str, try_number: int = 1, map_index: int = -1) -> str:
        """Return the log of a try, one event a line."""
        return "\n".join(map(_line, self.log_events(dag_id, run_id, task_id, try_number, map_index)))

    def log_events(
        self, dag_id: str, run_id: str, task_id: str, try_number: int = 1, map_index: int = -1
    ) -> list[dict[str, Any]]:
        """Return the events of the log of a try, with the fields that programs read."""
        path = f"{_run(dag_id, run_id)}/taskInstances/{_quoted(task_id)}/logs/{try_number}"
        content = self._get(path, map_index=map_index, full_content=True)["content"]
        return [{"event": line} if isinstance(line, str) else line for line in content]

    def _get(self, path: str, **parameters: str | int | bool) -> dict[str, Any]:
        return dict(self._send("GET", path, params=parameters).json())

    def _send(self, method: str, path: str, *, missing_ok: bool = False, **options: Any) -> Any:
        try:
            if "authorization" not in self._http.headers:
                self._authorize()
            response = self._http.request(method, f"/api/v2{path}", **options)
        except httpx.HTTPError as error:
            message = f"Airflow at {self._http.base_url} does not answer: {error}"
            raise LocalAirflowError(message) from error
        if missing_ok and response.status_code == _NOT_FOUND:
            return None
        return _checked(response)

    def _authorize(self) -> None:
        response = _checked(self._http.post("/auth/token", json=self._login))
        self._http.headers["authorization"] = f"Bearer {response.json()['access_token']}"


def _checked(response: httpx.Response) -> httpx.Response:
    if response.is_error:
        message = (
            f"Airflow refused {response.request.method} {response.url.path}: {response.status_code} {response.text}"
        )
        raise LocalAirflowError(message)
    return response


def _quoted(text: str) -> str:
    return quote(text, safe="")


def _run(dag_id: str, run_id: str) -> str:
    return f"/dags/{_quoted(dag_id)}/dagRuns/{_quoted(run_id)}"


def _line(event: Mapping[str, Any]) -> str:
    error = "".join(
        f"\n{detail.get('exc_type')}: {detail.get('exc_value')}" for detail in event.get("error_detail") or ()
    )
    return f"{event.get('timestamp') or ''} {event.get('level') or ''} {event.get('event')}{error}".strip()
