"""A sequence whose items load when they are asked for: what the instances of a mapped task returned, to a reducer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["LazyValues"]


class LazyValues(Sequence[Any]):
    """Values that load one by one, each time they are asked for: no more than one need be in memory.

    Args:
        items: What names the values.
        load: Returns the value of one.
    """

    def __init__(self, items: Sequence[Any], load: Callable[[Any], Any]) -> None:
        self._items = items
        self._load = load

    def __len__(self) -> int:
        return len(self._items)

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, slice):
            return LazyValues(self._items[index], self._load)
        return self._load(self._items[index])

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle the values as a list: the process that reads them, such as a virtualenv's, cannot load them."""
        return list, (list(self),)

    def __repr__(self) -> str:
        return f"<{len(self)} values, loaded when they are asked for>"
