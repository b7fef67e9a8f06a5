"""Sparse matrices and arrays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import scipy.sparse

from airflow_artifacts.exceptions import UnsupportedTypeError
from airflow_artifacts.testing import MaterializerContract, save

if TYPE_CHECKING:
    from pathlib import Path

DENSE = np.array([[0, 1.5, 0], [0, 0, -2]])


class TestSparse(MaterializerContract):
    """The facts of every materializer, for each format."""

    @pytest.fixture(
        params=[
            f"{form}_{kind}"
            for form in ("bsr", "coo", "csc", "csr", "dia", "dok", "lil")
            for kind in ("matrix", "array")
        ]
    )
    def value(self, request: pytest.FixtureRequest) -> Any:
        """One of each class."""
        return getattr(scipy.sparse, request.param)(DENSE)

    def same(self, left: Any, right: Any) -> bool:
        """Dtype and every element count."""
        return (
            left.dtype == right.dtype and left.shape == right.shape and np.array_equal(left.toarray(), right.toarray())
        )


class TestNothing(TestSparse):
    """The same facts, where nothing is stored."""

    @pytest.fixture(params=["csr_matrix", "coo_array", "dok_array"])
    def value(self, request: pytest.FixtureRequest) -> Any:
        """One of some classes."""
        return getattr(scipy.sparse, request.param)((3, 4), dtype="f4")


class Odd(scipy.sparse.csr_array):
    """A matrix that is more than a matrix."""


def test_a_subclass_is_refused(tmp_path: Path) -> None:
    """It would come back as its base."""
    with pytest.raises(
        UnsupportedTypeError, match=r"no materializer for .*Odd: that for its base scipy.sparse.csr_array"
    ):
        save(Odd(DENSE), tmp_path)
