"""Tensors, state dicts and modules of torch."""

from __future__ import annotations

import collections
from typing import TYPE_CHECKING, Any

import pytest

from airflow_artifacts.exceptions import UnsupportedTypeError
from airflow_artifacts.testing import MaterializerContract, round_trip, save
from tests.materializers.ml import things

if TYPE_CHECKING:
    from pathlib import Path

    from airflow_artifacts import ArtifactClient

pytestmark = pytest.mark.torch
torch: Any = pytest.importorskip("torch") if things.TORCH else None


def _tensors() -> dict[str, Any]:
    return {
        "floats": torch.randn(3, 4),
        "half": torch.ones(2, dtype=torch.bfloat16),
        "ints": torch.arange(5),
        "bools": torch.tensor([True, False]),
        "scalar": torch.tensor(1.5),
        "empty": torch.zeros(0, 3),
        "transposed": torch.randn(3, 4).T,
        "parameter": torch.nn.Parameter(torch.ones(2)),
        "frozen": torch.nn.Parameter(torch.ones(2), requires_grad=False),
        "with a gradient": torch.ones(2, requires_grad=True),
    }


class TestTensors(MaterializerContract):
    """The facts of every materializer, for tensors."""

    @pytest.fixture(params=list(range(10)))
    def value(self, request: pytest.FixtureRequest) -> Any:
        """Each of the tensors."""
        return list(_tensors().values())[request.param]

    def same(self, left: Any, right: Any) -> bool:
        """Values, dtype and whether a gradient is asked for count."""
        return left.dtype == right.dtype and left.requires_grad == right.requires_grad and torch.equal(left, right)


class TestStateDicts(MaterializerContract):
    """The facts of every materializer, for state dicts."""

    @pytest.fixture(params=["module", "plain"])
    def value(self, request: pytest.FixtureRequest) -> Any:
        """One that a module gives, and a plain dict."""
        state = torch.nn.Linear(2, 3).state_dict()
        return state if request.param == "module" else dict(state)

    def same(self, left: Any, right: Any) -> bool:
        """Names, their order, and what torch keeps with them."""
        return (
            list(left) == list(right)
            and all(torch.equal(left[name], right[name]) for name in left)
            and getattr(left, "_metadata", None) == getattr(right, "_metadata", None)
        )


def test_a_state_dict_is_one_file_that_others_read(tmp_path: Path) -> None:
    """By its tensors' names."""
    import safetensors.torch

    value = {"b": torch.ones(2), "a": torch.zeros(1)}
    name, manifest = save(value, tmp_path)
    assert name == "torch state dict"
    assert [file.path for file in manifest.files] == ["tensors.safetensors"]
    [stored] = (tmp_path / "store" / "objects").rglob("*.safetensors")
    assert set(safetensors.torch.load_file(stored)) == {"a", "b"}


@pytest.mark.parametrize("kind", ["sequential", "own", "transformer"])
def test_a_module_comes_back_without_pickle(kind: str, tmp_path: Path) -> None:
    """It computes the same, is in the same mode, and what was shared is shared."""
    torch.manual_seed(0)
    made = {
        "sequential": lambda: torch.nn.Sequential(torch.nn.Linear(4, 4), torch.nn.BatchNorm1d(4), torch.nn.ReLU()),
        "own": things.net,
        "transformer": lambda: torch.nn.TransformerEncoderLayer(4, 2, batch_first=True, activation=torch.nn.GELU()),
    }[kind]()
    rows = torch.randn(3, 4)
    for training in (True, False):
        made.train(training)
        loaded = round_trip(made, tmp_path)
        assert type(loaded) is type(made)
        assert loaded.training is training
        assert list(loaded.state_dict()) == list(made.state_dict())
    assert torch.equal(loaded(rows), made(rows))
    assert str(loaded) == str(made)
    if kind == "own":
        assert loaded.tied.weight is loaded.first.weight
        assert loaded.again is loaded.first
        assert loaded.names == ("a", 1)
    optimizer = torch.optim.SGD(loaded.parameters(), lr=0.1)
    loaded.train()
    loaded(rows).sum().backward()
    optimizer.step()


def test_functions_of_a_module_are_pickled_or_refused(artifact_client: ArtifactClient) -> None:
    """The message names the attribute."""
    made = torch.nn.Linear(2, 2)
    made.activation = torch.nn.functional.relu
    with pytest.raises(UnsupportedTypeError, match=r"module\.activation is a function.*allow_pickle"):
        artifact_client.save(made, "module")
    hooked = torch.nn.Linear(2, 2)
    hooked.register_forward_hook(lambda *_: None)
    with pytest.raises(UnsupportedTypeError, match=r"module\._forward_hooks holds hooks"):
        artifact_client.save(hooked, "module")
    artifact_client.allow_pickle = True
    artifact_client.save(made, "module")
    assert artifact_client.load("module").activation is torch.nn.functional.relu


def test_tensors_stand_in_containers(tmp_path: Path) -> None:
    """Beside everything else."""
    value = {"t": torch.ones(2), "n": [1, (torch.zeros(1),)], "o": collections.OrderedDict(x=torch.ones(1))}
    loaded = round_trip(value, tmp_path)
    assert torch.equal(loaded["n"][1][0], torch.zeros(1))
    assert type(loaded["o"]) is collections.OrderedDict


def test_what_safetensors_lacks_is_refused(tmp_path: Path) -> None:
    """With the way out."""
    with pytest.raises(UnsupportedTypeError, match=r"layout torch.sparse_coo, which safetensors lacks; convert it"):
        save(torch.eye(2).to_sparse(), tmp_path)
