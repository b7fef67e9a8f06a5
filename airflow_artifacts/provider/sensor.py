"""``ArtifactSensor``: waits until a version is there, and returns its reference."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING, Any, NoReturn

from airflow.sdk import PokeReturnValue
from airflow.sdk.bases.sensor import BaseSensorOperator
from airflow.sdk.configuration import conf

from airflow_artifacts.artifact import PLACEHOLDERS, Artifact, render
from airflow_artifacts.exceptions import ArtifactNotFoundError
from airflow_artifacts.provider import DEFAULT_CONNECTION
from airflow_artifacts.provider.xcom import ArtifactItem

if TYPE_CHECKING:
    from collections.abc import Mapping

    from airflow.sdk.definitions.context import Context

    from airflow_artifacts.model import ArtifactRef

__all__ = ["ArtifactSensor"]

_log = logging.getLogger(__name__)


class ArtifactSensor(BaseSensorOperator):
    """Waits until the version that a reference means is there; its result is an argument of artifact tasks.

    ``score(ArtifactSensor(task_id="wait", reference="raw/events@{ds}").output)`` waits for the day's version, which may
    be another DAG's. What ``latest`` or an alias means is settled for the DAG run when the wait ends.

    Args:
        reference: ``name``, ``name@word`` or a UUID, with the templates of artifact names; or an ``Artifact``.
        deferrable: Whether it waits in the triggerer, without a worker slot; by default as ``[operators]
            default_deferrable`` says.
        artifacts_conn_id: The connection of type ``artifacts``.
        substitutions: Values for the templates (templated).
        kwargs: What every sensor takes, such as ``poke_interval`` and ``timeout``.

    Raises:
        InvalidNameError: The text cannot be a reference, or its template lacks a key.
    """

    template_fields = ("substitutions",)
    ui_color = "#e8f4ea"

    def __init__(
        self,
        *,
        reference: str | Artifact,
        deferrable: bool | None = None,
        artifacts_conn_id: str = DEFAULT_CONNECTION,
        substitutions: Mapping[str, object] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        artifact = reference if isinstance(reference, Artifact) else Artifact(reference)
        self.reference = artifact.reference
        render(self.reference, dict.fromkeys(PLACEHOLDERS, "1") | dict(substitutions or {}))
        self.deferrable = conf.getboolean("operators", "default_deferrable") if deferrable is None else deferrable
        self.artifacts_conn_id = artifacts_conn_id
        self.substitutions = dict(substitutions or {})

    @property
    def output(self) -> ArtifactItem:
        """The version that it waits for, as an argument of other tasks."""
        return ArtifactItem(self)

    def execute(self, context: Context) -> Any:
        """Wait, here or in the triggerer, and return the reference."""
        if not self.deferrable:
            return super().execute(context)
        found = self._find(context)
        if found is None:
            self._wait_elsewhere(context)
        return found

    def poke(self, context: Context) -> PokeReturnValue:
        """Look whether it is there."""
        found = self._find(context)
        if found is None:
            _log.info("%r is not there yet", self._text)
        return PokeReturnValue(is_done=found is not None, xcom_value=found)

    def resume(self, context: Context, event: Any) -> ArtifactRef:
        """Return the reference of what the triggerer has seen.

        Raises:
            ArtifactNotFoundError: It is gone again.
        """
        found = self._find(context)
        if found is None:
            message = f"{self._text!r} was there, as {event!r}, and is gone again; was it deleted meanwhile?"
            raise ArtifactNotFoundError(message)
        return found

    def _wait_elsewhere(self, context: Context) -> NoReturn:
        from airflow_artifacts.provider.arrival import ArrivalTrigger  # noqa: PLC0415 - of Airflow's core

        instance = context["ti"]
        _log.info("waiting in the triggerer for %r", self._text)
        trigger = ArrivalTrigger(
            reference=self._text,
            run=[instance.dag_id, instance.run_id],
            conn_id=self.artifacts_conn_id,
            interval=self.poke_interval,
        )
        self.defer(trigger=trigger, method_name="resume", timeout=timedelta(seconds=self.timeout))

    def _find(self, context: Context) -> ArtifactRef | None:
        # Reading a DAG file must not cost what only running a task needs.
        from airflow_artifacts.client.outputs import template_values  # noqa: PLC0415
        from airflow_artifacts.provider.calls import plain_call  # noqa: PLC0415
        from airflow_artifacts.provider.settings import Settings, connect  # noqa: PLC0415

        settings = Settings.read(self.artifacts_conn_id)
        settings.check_executor(self.executor)
        with connect(settings) as client:
            call = plain_call(self, context, {}, self.substitutions)
            run = call.task_run.dag_id, call.task_run.run_id
            client.lineage.settle(call.triggers, run=run)
            self._text = render(self.reference, template_values(client, call))
            version = client.resolve(self._text, run=run)
            if version is None:
                return None
            _log.info("%r is %s", self._text, version)
            return client.reference(version)
