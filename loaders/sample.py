"""Loads the bundled sample, so that a first start has something to show."""

from __future__ import annotations

from pathlib import Path

from data.warehouse import DATA
from loaders.ingest import Progress, load
from loaders.results import FileResult

SAMPLE = DATA / "sample"


def load_sample(warehouse: Path, on_progress: Progress | None = None) -> list[FileResult]:
    """Loads data/sample into `warehouse`, marked as sample."""
    return load([SAMPLE], warehouse, is_sample=True, on_progress=on_progress)
