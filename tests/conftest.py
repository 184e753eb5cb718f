"""What many tests share: one warehouse with the bundled sample, loaded once and read by all."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from kpis.engine import DuckDBEngine
from loaders.sample import load_sample
from tests.warehouses import engine_of


def pytest_xdist_auto_num_workers() -> int:
    """One process more than there are cores: pages in a browser are waited for a third of the time."""
    return (os.cpu_count() or 1) + 1


@pytest.fixture(scope="session")
def sample_warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the sample loaded; tests only read it."""
    folder = tmp_path_factory.mktemp("sample")
    results = load_sample(folder)
    assert {result.status for result in results} == {"loaded"}
    return folder


@pytest.fixture(scope="session")
def sample(sample_warehouse: Path) -> DuckDBEngine:
    """The engine over the sample."""
    return engine_of(sample_warehouse)
