"""The values that every release must read: named, and made alike by every version of Python and pandas."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import scipy.sparse

from airflow_artifacts.texts import HTML
from tests.materializers.things import SCALARS, Frozen, Plain, Point, model

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["VALUES"]


def _frame() -> pd.DataFrame:
    frame = pd.DataFrame(
        {
            "floats": [0.5, np.nan, -0.0],
            "ints": np.array([1, 2**62, -3]),
            "small": np.array([1, 2, 3], "u1"),
            "nullable": pd.array([1, None, 3], "Int64"),
            "texts": pd.Series(["a", None, "größe"], dtype=object),
            "strings": pd.array(["a", None, "b"], "string[python]"),
            "objects": pd.Series([1, "a", (2, dt.date(2026, 1, 1))], dtype=object),
            "arrays": pd.Series([np.arange(2), None, np.arange(3)], dtype=object),
            "categories": pd.Categorical([2, None, 1], categories=[2, 1, 3], ordered=True),
            "zones": pd.Series(pd.to_datetime([1, 2, 3], unit="s", utc=True).tz_convert("Europe/Paris").as_unit("ns")),
            "spans": pd.to_timedelta([1, 2, 3], unit="s").as_unit("ns"),
            "periods": pd.period_range("2026-01", periods=3, freq="M"),
            "complex": [1j, 2, 3],
            "sparse": pd.arrays.SparseArray([0, 0, 1]),
        },
        index=pd.MultiIndex.from_product([[1], [3, 4, 5]], names=["k", None]),
    )
    frame.columns = pd.Index(list(frame.columns), dtype=object)  # as text it has another dtype before pandas 3
    frame.attrs = {"source": ("hand", 1)}
    return frame


VALUES: dict[str, Callable[[], Any]] = {
    "scalars": lambda: {name: value for name, value in SCALARS.items() if "long double" not in name},
    "nested": lambda: [{"a": (1, {2, 3})}, Plain(1, [Point(1)], Frozen("x")), model(), np.arange(3), [np.ones((2, 2))]],
    "text": lambda: "größe",
    "bytes": lambda: b"\0\1",
    "array": lambda: np.asfortranarray(np.arange(6.0).reshape(2, 3)),
    "structured": lambda: np.zeros(2, [("a", "i4"), ("b", "U3")]),
    "objects": lambda: np.array([None, (1,)], dtype=object),
    "masked": lambda: np.ma.array([1, 2], mask=[True, False], fill_value=7),
    "sparse": lambda: scipy.sparse.csr_array(np.eye(3)),
    "frame": _frame,
    "series": lambda: pd.Series([1.5, 2], name=("a", 1)),
    "index": lambda: pd.DatetimeIndex(pd.date_range("2026", periods=3, freq="D").as_unit("ns"), freq="D"),
    "table": lambda: pa.table({"a": [1, None], "t": pa.array([1, 2], pa.timestamp("s"))}),
    "html": lambda: HTML("<b>x</b>"),
}
