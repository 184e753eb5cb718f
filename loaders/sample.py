"""Loads the bundled sample, so that a first start has something to show."""

from __future__ import annotations

from pathlib import Path

from data.warehouse import DATA
from loaders.ingest import FileResult, Progress, load

SAMPLE = DATA / "sample"


def load_sample(warehouse: Path, on_progress: Progress | None = None) -> list[FileResult]:
    """Loads data/sample into `warehouse`, marked as sample; truth.json is for tests and is passed over."""
    exports = [SAMPLE / name for name in ("providers.csv", "offsets.csv", "appeals.csv")]
    remittances = sorted((SAMPLE / "835").iterdir())
    return load([*exports, *remittances], warehouse, is_sample=True, on_progress=on_progress)
