"""The bundle as the API server gives it out, built or not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from airflow_artifacts.ui import bundle

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_an_install_without_the_build_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In its places stands what is missing, and how to get it."""
    monkeypatch.setattr(bundle, "BUNDLE", tmp_path / "artifacts.js")
    assert "was not built" in bundle.text()
    assert "pip install ." in bundle.text()


def test_its_stamp_is_of_its_content(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Browsers ask again when it changed."""
    built = tmp_path / "artifacts.js"
    monkeypatch.setattr(bundle, "BUNDLE", built)
    missing = bundle.stamp()
    built.write_text("one", encoding="utf-8")
    one = bundle.stamp()
    built.write_text("two", encoding="utf-8")
    assert len({missing, one, bundle.stamp()}) == 3
