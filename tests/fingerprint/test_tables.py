"""Fingerprints of what the other libraries hold: polars, images, texts."""

from __future__ import annotations

import PIL.Image
import polars as pl
import pytest

from airflow_artifacts import fingerprint
from airflow_artifacts.exceptions import FingerprintError

FRAME = pl.DataFrame({"a": [1, 2, None], "c": pl.Series(["x", "y", None], dtype=pl.Categorical)})


@pytest.mark.parametrize(
    "other",
    [
        FRAME.rename({"a": "b"}),
        FRAME.with_columns(pl.col("a").cast(pl.Int32)),
        FRAME.with_columns(pl.col("c").cast(pl.String)),
        FRAME.with_columns(pl.col("c").cast(pl.Enum(["x", "y"]))),
        FRAME.reverse(),
        FRAME.select("c", "a"),
        FRAME.head(2),
        FRAME.fill_null(0),
        FRAME.to_pandas(),
    ],
    ids=range(9),
)
def test_other_frames_of_polars_differ(other: object) -> None:
    """In name, type, order or value."""
    assert fingerprint.value(other) != fingerprint.value(FRAME)


def test_the_same_frame_of_polars_agrees() -> None:
    """Whatever chunks it lies in, and whatever numbers its categories have in this process."""
    pl.Series(["y", "z", "x"], dtype=pl.Categorical)
    again = pl.concat([FRAME.slice(0, 1), FRAME.slice(1)], rechunk=False)
    assert fingerprint.value(again) == fingerprint.value(FRAME) == fingerprint.value(FRAME.rechunk())
    assert fingerprint.value(FRAME["a"]) == fingerprint.value(FRAME["a"].slice(0))


def test_a_column_counts_alone() -> None:
    """A task that reads it does not see the others."""
    one, other = fingerprint.describe(FRAME), fingerprint.describe(FRAME.with_columns(a=pl.lit(1)))
    assert one.parts is not None
    assert other.parts is not None
    assert one.parts["columns"][1] == other.parts["columns"][1]
    assert one.parts["columns"][0] != other.parts["columns"][0]


def test_objects_of_polars_and_lazy_frames_are_refused() -> None:
    """The first have no fingerprint, the second are questions."""
    with pytest.raises(FingerprintError, match=r"value\['o'\] is a column of objects"):
        fingerprint.value(pl.DataFrame({"o": pl.Series([object()], dtype=pl.Object)}))
    with pytest.raises(FingerprintError):
        fingerprint.value(FRAME.lazy())


def test_images_count_by_what_they_show() -> None:
    """Mode, size, pixels."""
    image = PIL.Image.new("RGB", (2, 3), (1, 2, 3))
    assert fingerprint.value(image) == fingerprint.value(image.copy())
    assert fingerprint.value(image) != fingerprint.value(PIL.Image.new("RGB", (3, 2), (1, 2, 3)))
    assert fingerprint.value(image) != fingerprint.value(image.convert("RGBA"))
