"""Fixtures that several test modules share."""

from pathlib import Path

import pytest

from chain import make_micro


@pytest.fixture(scope="session")
def micro(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of an undisturbed run of the smallest experiment; tests must not change it."""
    return make_micro(tmp_path_factory)
