"""What is shown of tensors and modules of torch."""

from __future__ import annotations

import importlib.util
from typing import Any

import pytest

from airflow_artifacts.visualizers import draw
from tests.visualizers.looking import kinds, look

pytestmark = pytest.mark.torch
torch: Any = pytest.importorskip("torch") if importlib.util.find_spec("torch") else None


def test_a_tensor_in_memory_is_shown_as_an_array_is() -> None:
    """Also one that a gradient is asked for, and numbers that numpy lacks."""
    assert kinds(torch.randn(100, 3)) == ["heatmap", "histogram", "text"]
    assert kinds(torch.nn.Parameter(torch.ones(3))) == ["histogram", "text"]
    assert kinds(torch.rand(3, 50, 50)) == ["image", "histogram", "text"]
    assert kinds(torch.ones(10, 10, dtype=torch.bfloat16)) == ["heatmap", "histogram", "text"]
    found = draw(torch.arange(5), 5).metadata
    assert (found["shape"], found["dtype"], found["device"], found["mean"]) == ([5], "torch.int64", "cpu", 2)


def test_other_tensors_are_what_torch_says_of_them() -> None:
    """Sparse ones, those without memory, and many numbers that numpy lacks."""
    large = torch.ones(3000, 3000, dtype=torch.bfloat16)
    for tensor in (torch.eye(3).to_sparse(), torch.ones(3, device="meta"), large):
        [text] = look(tensor)
        assert text.data.startswith("tensor(")


def test_a_module_is_its_layers() -> None:
    """Each with the numbers of its own; a shared one counts once, and those of a lazy one not yet."""
    layers = torch.nn.Sequential(torch.nn.Linear(4, 2), torch.nn.ReLU(), torch.nn.LazyLinear(3))
    layers[0].bias.requires_grad_(False)
    [table] = look(layers)
    assert table.title == "Sequential: 10 parameters, 8 of them trained"
    assert table.data["rows"][0] == ["0", "Linear", "in_features=4, out_features=2, bias=True", 10]
    assert [row[3] for row in table.data["rows"]] == [10, 0, 0]
    assert draw(layers, 5).metadata == {"module": "Sequential", "parameters": 10}
    assert len(look(torch.nn.Sequential(*(torch.nn.ReLU() for _ in range(1000))))[0].data["rows"]) == 20


def test_a_state_dict_is_a_table() -> None:
    """Of names, dtypes and shapes."""
    [table] = look(torch.nn.Linear(2, 3).state_dict())
    assert table.data["rows"] == [
        ["weight", "Tensor", "torch.float32", "3 x 2"],
        ["bias", "Tensor", "torch.float32", "3"],
    ]


def test_no_code_of_a_users_module_is_run() -> None:
    """Such as what it says of itself."""

    class Own(torch.nn.Module):
        def extra_repr(self) -> str:
            raise AssertionError

        def forward(self) -> None:
            raise AssertionError

    [table] = look(torch.nn.Sequential(Own()))
    assert table.data["rows"] == [["0", "Own", "", 0]]
