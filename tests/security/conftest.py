"""Fixtures of the security tests."""

from __future__ import annotations

import importlib
import warnings

import pytest


@pytest.fixture(scope="session")
def skops() -> None:
    """The library that reads estimators; it asks every module for every name, and those that are there may warn."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        importlib.import_module("skops.io")
