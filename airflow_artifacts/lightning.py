"""A callback for PyTorch Lightning that makes each checkpoint a version while the training goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lightning.pytorch.callbacks import ModelCheckpoint
from lightning.pytorch.plugins.io import AsyncCheckpointIO

from airflow_artifacts.client.verbs import register_artifact
from airflow_artifacts.exceptions import DeclarationError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from airflow_artifacts.client import ArtifactClient

__all__ = ["ArtifactCheckpoint"]

_KEEP_ALL = -1


class ArtifactCheckpoint(ModelCheckpoint):
    """Lightning's :class:`ModelCheckpoint`, each of whose checkpoints is registered as a version at once.

    A version is there as soon as its checkpoint is written, whatever becomes of the training; inside an artifact task
    its producer is the task run that has not ended. Its metadata are the epoch, the global step, and the metrics that
    were logged until then. A checkpoint that Lightning deletes later (``save_top_k``) stays as a version. Only the
    first of several processes registers. A registration that fails ends the training with its error.

    Args:
        name: The artifact.
        type: What it is for people.
        tags: Labels.
        aliases: Movable names, such as ``"newest"``.
        copy: Whether the bytes are copied into the store; else they stay where Lightning wrote them.
        client: Through which it registers; without it the task's that runs, else what Airflow's settings say.
        options: As :class:`ModelCheckpoint` takes them.

    Raises:
        DeclarationError: Lightning would delete checkpoints that are not copied.
    """

    def __init__(
        self,
        name: str,
        *,
        type: str = "model",  # noqa: A002 - the word that Artifact(type=…) uses
        tags: Iterable[str] = (),
        aliases: Iterable[str] = (),
        copy: bool = True,
        client: ArtifactClient | None = None,
        **options: Any,
    ) -> None:
        super().__init__(**options)
        if not copy and self.save_top_k != _KEEP_ALL:
            message = (
                f"the checkpoints of {name!r} are not copied, and save_top_k={self.save_top_k} lets Lightning delete "
                "them afterwards; leave copy=False away, or keep all: save_top_k=-1"
            )
            raise DeclarationError(message)
        self._name = name
        self._options: dict[str, Any] = {"type": type, "tags": tuple(tags), "aliases": tuple(aliases), "copy": copy}
        self._client = client

    def _save_checkpoint(self, trainer: Any, filepath: str) -> None:
        # No public hook is told the path of a checkpoint that was written; this one has been there since 1.6.
        if isinstance(trainer.strategy.checkpoint_io, AsyncCheckpointIO):
            message = (
                f"checkpoints of {self._name!r} are written in the background (AsyncCheckpointIO), so that nobody "
                "knows when they are whole; leave that plugin away"
            )
            raise DeclarationError(message)
        super()._save_checkpoint(trainer, filepath)
        if not trainer.is_global_zero:
            return
        metrics = {key: value.item() for key, value in trainer.callback_metrics.items() if value.numel() == 1}
        metadata = {"epoch": trainer.current_epoch, "global_step": trainer.global_step, **_finite(metrics)}
        register = register_artifact if self._client is None else self._client.register
        register(filepath, self._name, metadata=metadata, publish="now", **self._options)


def _finite(metrics: dict[str, float]) -> dict[str, Any]:
    """Return metrics as JSON, which has neither NaN nor infinities: these as text."""
    limit = float("inf")
    return {key: value if -limit < value < limit else str(value) for key, value in metrics.items()}
