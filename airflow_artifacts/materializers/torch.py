"""Tensors, state dicts and modules of torch, without pickle: numbers as safetensors, the rest as JSON.

A module is taken apart as unpickling would put it together: its class by its public name, its attributes, and its
parameters, buffers and modules by their names. Reading it makes an instance of the class and fills it; none of the
class's code runs.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import safetensors.torch
import torch

from airflow_artifacts.exceptions import UnsupportedTypeError
from airflow_artifacts.materializers.pickle import PickleMaterializer
from airflow_artifacts.materializers.python import decode, dump, encode
from airflow_artifacts.registry import class_named, public_name

if TYPE_CHECKING:
    from collections.abc import Mapping

    from airflow_artifacts.materializers.base import FilesReader, FilesWriter

__all__ = ["ModuleMaterializer", "StateDictMaterializer", "TensorMaterializer", "is_state_dict"]

_TENSORS = "tensors.safetensors"
_STRUCTURE = "structure.json"
_ONE = "tensor"


class TensorMaterializer:
    """Writes a tensor or a parameter; it comes back on its device where this machine has that, else on the CPU."""

    def save(self, value: torch.Tensor, files: FilesWriter) -> Mapping[str, Any]:
        """Write a tensor.

        Raises:
            UnsupportedTypeError: It is sparse, quantised or of a subclass.
        """
        return {"format": 1, **_write({_ONE: value}, files)}

    def load(self, files: FilesReader) -> torch.Tensor:
        """Read a tensor."""
        return _read(files)[_ONE]


class StateDictMaterializer:
    """Writes a dict of tensors, such as ``module.state_dict()``, as any tool that knows safetensors reads it."""

    def save(self, value: dict[str, torch.Tensor], files: FilesWriter) -> Mapping[str, Any]:
        """Write a dict of tensors; raises as that of a tensor does."""
        kept = getattr(value, "_metadata", None)
        details = {"format": 1, "order": list(value), "ordered": type(value) is not dict, **_write(value, files)}
        return details if kept is None else {**details, "metadata": encode(kept, "_metadata")}

    def load(self, files: FilesReader) -> dict[str, torch.Tensor]:
        """Read a dict of tensors."""
        import collections  # noqa: PLC0415 - a plain one needs it not

        details, tensors = files.details, _read(files)
        made: Any = collections.OrderedDict() if details["ordered"] else {}
        made.update((name, tensors[name]) for name in details["order"])
        if "metadata" in details:
            made._metadata = decode(details["metadata"])  # noqa: SLF001 - as torch sets it
        return made  # type: ignore[no-any-return]


class ModuleMaterializer:
    """Writes ``structure.json`` and ``tensors.safetensors``; what has no form there is pickled, if allowed."""

    def save(self, value: torch.nn.Module, files: FilesWriter) -> Mapping[str, Any]:
        """Write a module.

        Raises:
            UnsupportedTypeError: An attribute of it, a function say, could only be pickled.
        """
        taken = _Taken()
        try:
            structure = taken.module(value, "module")
        except UnsupportedTypeError as error:
            try:
                return PickleMaterializer().save(value, files)
            except UnsupportedTypeError as refusal:
                message = f"{error}; {refusal}"
                raise UnsupportedTypeError(message) from error
        details = _write(taken.tensors, files)
        with files.open(_STRUCTURE) as file:
            file.write(dump(structure))
        return {"format": 1, **details}

    def load(self, files: FilesReader) -> torch.nn.Module:
        """Read a module.

        Raises:
            UnsupportedTypeError: A class of it is gone, or it was pickled and pickle is not allowed here.
        """
        if _STRUCTURE not in files.names():
            module: torch.nn.Module = PickleMaterializer().load(files)
            return module
        tensors = _read(files) if _TENSORS in files.names() else {}
        return _Given(tensors).module(json.loads(files.read(_STRUCTURE)))


def is_state_dict(value: dict[Any, Any]) -> bool:
    """Whether a dict holds tensors by name, and nothing else."""
    return bool(value) and all(type(key) is str and type(one) in _TYPES for key, one in value.items())


_TYPES = (torch.Tensor, torch.nn.Parameter)
_HOOKS = frozenset(
    name for name, one in vars(torch.nn.Module()).items() if "hooks" in name and hasattr(one, "values") and not one
)
_MEMBERS = ("_parameters", "_buffers", "_modules")


class _Taken:
    """Takes modules apart, each once, so that what is shared stays shared.

    Attributes:
        tensors: All that were met, by the number under which the structure names them.
    """

    def __init__(self) -> None:
        self.tensors: dict[str, torch.Tensor] = {}
        self._numbers: dict[int, str] = {}
        self._modules: dict[int, int] = {}

    def module(self, value: torch.nn.Module, place: str) -> dict[str, Any]:
        if id(value) in self._modules:
            return {"same": self._modules[id(value)]}
        number = self._modules[id(value)] = len(self._modules)
        name = public_name(type(value))
        if class_named(name, load=False) is not type(value):
            message = f"{place} is a {name}, which cannot be found again by that name; define it at the top of a module"
            raise UnsupportedTypeError(message)
        state = dict(vars(value))
        members = {key: state.pop(key) for key in _MEMBERS}
        for key in _HOOKS & set(state):
            if state.pop(key):
                message = f"{place}.{key} holds hooks, which could only be pickled; remove them, and add them again"
                raise UnsupportedTypeError(message)
        attributes = {key: encode(one, f"{place}.{key}") for key, one in state.items()}
        return {
            "number": number,
            "class": name,
            "attributes": attributes,
            "parameters": {key: self._tensor(one) for key, one in members["_parameters"].items()},
            "buffers": {key: self._tensor(one) for key, one in members["_buffers"].items()},
            "modules": {
                key: None if one is None else self.module(one, f"{place}.{key}")
                for key, one in members["_modules"].items()
            },
        }

    def _tensor(self, value: torch.Tensor | None) -> str | None:
        if value is None:
            return None
        if id(value) not in self._numbers:
            self._numbers[id(value)] = str(len(self._numbers))
            self.tensors[self._numbers[id(value)]] = value
        return self._numbers[id(value)]


class _Given:
    """Puts together what :class:`_Taken` took apart."""

    def __init__(self, tensors: dict[str, torch.Tensor]) -> None:
        self._tensors = tensors
        self._modules: dict[int, torch.nn.Module] = {}

    def module(self, structure: Mapping[str, Any]) -> torch.nn.Module:
        if "same" in structure:
            return self._modules[structure["same"]]
        name = structure["class"]
        kind: Any = class_named(name)
        if kind is None or not issubclass(kind, torch.nn.Module):
            what = "does not exist here" if kind is None else "is no torch.nn.Module"
            message = f"the class {name!r} of a stored module {what}; put it where it was, under its name"
            raise UnsupportedTypeError(message)
        made: Any = object.__new__(kind)
        torch.nn.Module.__init__(made)
        self._modules[structure["number"]] = made
        state = {
            **{key: decode(one) for key, one in structure["attributes"].items()},
            "_parameters": {key: self._tensor(one) for key, one in structure["parameters"].items()},
            "_buffers": {key: self._tensor(one) for key, one in structure["buffers"].items()},
            "_modules": {key: None if one is None else self.module(one) for key, one in structure["modules"].items()},
        }
        vars(made).update(state)
        module: torch.nn.Module = made
        return module

    def _tensor(self, number: str | None) -> torch.Tensor | None:
        return None if number is None else self._tensors[number]


def _write(tensors: Mapping[str, torch.Tensor], files: FilesWriter) -> dict[str, Any]:
    """Write tensors, and return what safetensors does not keep of them."""
    plain, notes = {}, {}
    for name, tensor in tensors.items():
        if type(tensor) not in _TYPES or tensor.layout is not torch.strided or tensor.is_quantized:
            message = (
                f"the tensor {name!r} is a {public_name(type(tensor))} of layout {tensor.layout}, which safetensors "
                "lacks; convert it, such as by .to_dense()"
            )
            raise UnsupportedTypeError(message)
        notes[name] = [type(tensor) is torch.nn.Parameter, tensor.requires_grad, str(tensor.device)]
        # A copy of its own: safetensors refuses tensors that share memory.
        plain[name] = tensor.detach().cpu().contiguous().clone()
    with files.open(_TENSORS) as file:
        file.write(safetensors.torch.save(plain))
    return {"tensors": notes}


def _read(files: FilesReader) -> dict[str, torch.Tensor]:
    loaded = safetensors.torch.load(files.read(_TENSORS))
    return {name: _restored(loaded[name], *note) for name, note in files.details["tensors"].items()}


def _restored(tensor: torch.Tensor, is_parameter: bool, requires_grad: bool, device: str) -> torch.Tensor:
    kind = torch.device(device)
    if kind.type != "cpu" and getattr(torch, kind.type, None) is not None and getattr(torch, kind.type).is_available():
        tensor = tensor.to(kind)
    if is_parameter:
        return torch.nn.Parameter(tensor, requires_grad=requires_grad)
    return tensor.requires_grad_(requires_grad)
