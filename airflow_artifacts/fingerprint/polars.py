"""Frames and series of polars: names, types and values, as Arrow has them, whatever chunks they lie in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl
import pyarrow as pa

from airflow_artifacts.fingerprint.arrow import array_parts
from airflow_artifacts.fingerprint.encoding import refusal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from airflow_artifacts.fingerprint.encoding import Encoder

__all__ = ["describe", "encode"]


def encode(encoder: Encoder, value: Any, path: str) -> bool:
    """Write a frame or a series; return whether it is one."""
    if type(value) is pl.DataFrame:
        describe(encoder, value, path)
    elif type(value) is pl.Series:
        encoder.node("polars.Series")
        encoder.child((value.name, *_values(value, path)), path)
    else:
        return False
    return True


def describe(encoder: Encoder, frame: pl.DataFrame, path: str = "value") -> Mapping[str, Any]:
    """Write a frame by the fingerprints of its columns, and return these as JSON."""
    from airflow_artifacts.fingerprint.values import digest_at  # noqa: PLC0415 - which dispatches to here

    pairs = []
    for series in frame.get_columns():
        place = f"{path}[{series.name!r}]"
        pairs.append([series.name, digest_at(("polars column", *_values(series, place)), place)])
    found = {"rows": frame.height, "index": None, "frame": None, "columns": pairs}
    encoder.node("polars.DataFrame")
    encoder.child(found, path)
    return found


def _values(series: pl.Series, path: str) -> tuple[Any, ...]:
    """Return what stands for the values of a column: its type, and digests."""
    kind = str(series.dtype)
    if series.dtype == pl.Object:
        raise refusal(path, "is a column of objects")
    if isinstance(series.dtype, (pl.Categorical, pl.Enum)):
        # The numbers behind categories are those of this process.
        kind = f"{kind} {series.dtype.categories.to_list()}" if isinstance(series.dtype, pl.Enum) else kind
        series = series.cast(pl.String)
    return (kind, *array_parts(pa.chunked_array([series.to_arrow()]), path))
