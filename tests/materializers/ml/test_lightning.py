"""The callback of PyTorch Lightning, on a real training."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import pytest

from airflow_artifacts.exceptions import DeclarationError, InvalidNameError
from airflow_artifacts.model import SaveKind, TaskRunState
from tests.client.calling import Caller
from tests.materializers.ml import things

if TYPE_CHECKING:
    from pathlib import Path

    from airflow_artifacts import ArtifactClient

pytestmark = pytest.mark.torch
torch: Any = pytest.importorskip("torch") if things.TORCH else None
lightning: Any = pytest.importorskip("lightning.pytorch") if things.TORCH else None


def train(folder: Path, callback: Any, epochs: int = 3) -> None:
    """Train a model of one number for some epochs."""

    class Model(lightning.LightningModule):  # type: ignore[misc, name-defined]
        def __init__(self) -> None:
            super().__init__()
            self.layer = torch.nn.Linear(1, 1)

        def training_step(self, batch: Any, _number: int) -> Any:
            loss = (self.layer(batch[0]) - 1).pow(2).mean()
            self.log("loss", loss)
            return loss

        def configure_optimizers(self) -> Any:
            return torch.optim.SGD(self.parameters(), lr=0.1)

    data = torch.utils.data.DataLoader(torch.utils.data.TensorDataset(torch.ones(4, 1)))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        trainer = lightning.Trainer(
            max_epochs=epochs,
            callbacks=[callback],
            default_root_dir=folder,
            accelerator="cpu",
            logger=False,
            enable_progress_bar=False,
            enable_model_summary=False,
        )
        trainer.fit(Model(), data)


def test_each_checkpoint_is_a_version(artifact_client: ArtifactClient, tmp_path: Path) -> None:
    """Three epochs are three versions, with their metrics, that load after Lightning deleted its own."""
    from airflow_artifacts.lightning import ArtifactCheckpoint

    callback = ArtifactCheckpoint("models/net", client=artifact_client, tags=["checkpoint"], aliases=["newest"])
    train(tmp_path / "lightning", callback)
    found = list(artifact_client.versions("models/net"))
    assert [version.metadata["epoch"] for version in found] == [2, 1, 0]
    assert all(version.save_kind is SaveKind.REGISTERED for version in found)
    assert all(version.metadata["loss"] >= 0 for version in found)
    assert found[0].aliases == {"newest"}
    states = [torch.load(artifact_client.load(version), weights_only=True)["state_dict"] for version in found]
    assert len({state["layer.weight"].item() for state in states}) == 3
    assert len(list((tmp_path / "lightning").rglob("*.ckpt"))) == 1


def test_in_a_task_that_fails(artifact_client: ArtifactClient, tmp_path: Path) -> None:
    """What was reached before the failure is there, with the task run that made it."""
    folder = str(tmp_path)

    def fit() -> int:
        from airflow_artifacts.lightning import ArtifactCheckpoint

        train(folder, ArtifactCheckpoint("models/net"), epochs=1)  # type: ignore[arg-type]
        raise RuntimeError

    with pytest.raises(RuntimeError):
        Caller(artifact_client)(fit, cache=False)
    version = artifact_client.get("models/net")
    assert version.producer is not None
    assert version.producer.state is TaskRunState.FAILED


def test_what_cannot_be(artifact_client: ArtifactClient, tmp_path: Path) -> None:
    """Checkpoints that are deleted must be copied; a registration that is refused ends the training."""
    from airflow_artifacts.lightning import ArtifactCheckpoint

    with pytest.raises(DeclarationError, match=r"save_top_k=1 lets Lightning delete them afterwards; leave copy=False"):
        ArtifactCheckpoint("models/net", copy=False)
    ArtifactCheckpoint("models/net", copy=False, save_top_k=-1)
    with pytest.raises(InvalidNameError):
        train(tmp_path, ArtifactCheckpoint("bad@name", client=artifact_client))
