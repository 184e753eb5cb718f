"""The bytes of loaded files, compressed in frames so that the segment behind a figure can be shown.

One archive holds the files of one load, one after the other. Patient identity is blanked before anything is
written: same length, so every byte offset stays right.
"""

from __future__ import annotations

import uuid
import zipfile
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pyarrow as pa

from data.disk import sync

FRAME_BYTES = 1 << 20
UNFINISHED = "unfinished-"
_CODEC: Final = "zstd"
_OFFSET_DIGITS = 15


@dataclass(frozen=True)
class Frame:
    """A piece of a file: how long it is, and its compressed bytes."""

    length: int
    compressed: bytes


def frames_of(content: bytes | memoryview) -> list[Frame]:
    """Compress content into frames; this is work that threads can share."""
    view = memoryview(content)
    pieces = [view[at : at + FRAME_BYTES] for at in range(0, len(view), FRAME_BYTES)]
    return [Frame(len(piece), _compressed(piece)) for piece in pieces]


def _compressed(piece: memoryview) -> bytes:
    return pa.compress(pa.py_buffer(piece), codec=_CODEC, asbytes=True)


class ArchiveWriter:
    """One archive in the making; it can be read once it is kept, and is gone if it is dropped."""

    def __init__(self, warehouse: Path) -> None:
        self.name = uuid.uuid4().hex
        self._folder = _folder(warehouse)
        self._working = self._folder / f"{UNFINISHED}{self.name}"
        self._zip: zipfile.ZipFile | None = None
        self._length = 0

    def append(self, frames: Iterable[Frame]) -> int:
        """Add frames; gives the place of their first byte."""
        begin, archive = self._length, self._open()
        for frame in frames:
            archive.writestr(f"{self._length:0{_OFFSET_DIGITS}d}", frame.compressed)
            self._length += frame.length
        return begin

    def key(self, place: int) -> str:
        """What finds the file that begins at a place again."""
        return f"{self.name}@{place}"

    def keep(self) -> None:
        """Finish the archive, safe on disk, under its name."""
        if self._zip is not None:
            self._zip.close()
            sync(self._working)
            self._working.replace(self._folder / f"{self.name}.zip")
            sync(self._folder)

    def drop(self) -> None:
        """Leave nothing behind."""
        if self._zip is not None:
            self._zip.close()
        self._working.unlink(missing_ok=True)

    def _open(self) -> zipfile.ZipFile:
        if self._zip is None:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._working.touch(mode=0o600, exist_ok=False)
            self._zip = zipfile.ZipFile(self._working, "w", zipfile.ZIP_STORED)
        return self._zip


def archived_bytes(warehouse: Path, key: str, start: int, end: int) -> bytes | None:
    """Bytes `start` to `end` of a loaded file, patient identity blanked; None where it was not kept."""
    name, _, place = (key or "").partition("@")
    archive = _folder(warehouse) / f"{name}.zip"
    if not place or not archive.exists():
        return None
    start, end = start + int(place), end + int(place)
    with zipfile.ZipFile(archive) as frames:
        begins = [int(begin) for begin in frames.namelist()]
        first = max(bisect_right(begins, start) - 1, 0)
        wanted = [begin for begin in begins[first:] if begin < end]
        text = b"".join(_frame(frames, begin) for begin in wanted)
    return text[start - begins[first] : end - begins[first]]


def drop_unfinished(warehouse: Path, kept: Iterable[str], since: float) -> None:
    """Remove what loads left that were killed: unfinished archives, and finished ones no snapshot knows.

    kept: names of the archives of the newest snapshot, which was published at `since` (seconds since
    1970). Call it while no other loader works.
    """
    names = set(kept)
    for path in _folder(warehouse).glob("*"):
        orphan = path.stem not in names and path.stat().st_mtime > since
        if path.name.startswith(UNFINISHED) or orphan:
            path.unlink()


def _frame(frames: zipfile.ZipFile, begin: int) -> bytes:
    compressed = frames.read(f"{begin:0{_OFFSET_DIGITS}d}")
    stream = pa.CompressedInputStream(pa.BufferReader(compressed), _CODEC)
    return stream.read()


def _folder(warehouse: Path) -> Path:
    return warehouse / "files"
