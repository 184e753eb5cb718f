"""The journal of what users enter about views: saved views, notes on dates, targets, the fiscal calendar."""

from __future__ import annotations

from pathlib import Path

from data.journal import Journal
from data.workspace import FILE_NAME, TABLES, VERSION


def entered(folder: Path) -> Journal:
    """The journal beside the snapshots of a warehouse. Reading where nothing was entered makes no file."""
    return Journal(folder / FILE_NAME, TABLES, VERSION)


def stamp(folder: Path) -> tuple[tuple[int, int], ...]:
    """What changes whenever something is entered: time and size of the file and of what SQLite keeps beside it."""
    found = []
    for name in (FILE_NAME, f"{FILE_NAME}-wal"):
        try:
            state = (folder / name).stat()
        except FileNotFoundError:
            continue
        found.append((state.st_mtime_ns, state.st_size))
    return tuple(found)
