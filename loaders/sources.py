"""The files behind the paths a user gives: a file, a folder with all below it, or an archive's members."""

from __future__ import annotations

import gzip
import hashlib
import io
import os
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from loaders.problems import Problem

MOST_BYTES = 16 << 30
MOST_MEMBERS = 100_000
IN_MEMORY_BYTES = 32 << 20
CHUNK_BYTES = 4 << 20
NEVER_EXPORTS = frozenset({".json", ".md"})
# Office documents are ZIP archives, but not of exports.
WORKBOOKS = frozenset({".xlsx", ".xlsm", ".xlsb", ".ods"})


class Content:
    """The bytes of one file, wherever they are: in memory, on disk or unpacked to a temporary file."""

    def __init__(self, stream: IO[bytes], size: int) -> None:
        self._stream = stream
        self.size = size

    @classmethod
    def of(cls, data: bytes) -> Content:
        """Content that is in memory."""
        return cls(io.BytesIO(data), len(data))

    def read(self, start: int, end: int) -> bytes:
        """The bytes from one offset to another."""
        self._stream.seek(start)
        return self._stream.read(end - start)

    def stream(self) -> IO[bytes]:
        """All bytes as a file."""
        self._stream.seek(0)
        return self._stream

    def whole(self) -> bytes:
        """All bytes."""
        return self.read(0, self.size)

    def sha256(self) -> str:
        """Hash of all bytes, in hexadecimal."""
        digest = hashlib.sha256()
        for start in range(0, self.size, CHUNK_BYTES):
            digest.update(self.read(start, min(start + CHUNK_BYTES, self.size)))
        return digest.hexdigest()


@dataclass(frozen=True)
class Source:
    """One file to load; `content` is None where it could not be read, and `problem` then says why."""

    path: str
    content: Content | None
    problem: Problem | None = None


def find_files(paths: list[Path]) -> list[Path]:
    """The files at and below the paths, each folder in order of name.

    In a folder, hidden files and folders and notes beside the exports (.json, .md) are passed over; a
    file named itself is always read.
    """
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            below = (Path(folder, name) for folder, _, names in os.walk(path) for name in names)
            found.extend(sorted(p for p in below if not _is_beside(p.relative_to(path))))
        else:
            found.append(path)
    return found


def _is_beside(path: Path) -> bool:
    """Whether a path below a folder or in an archive is hidden, in a hidden folder, or a note."""
    is_hidden = any(part.startswith(".") and part != ".." for part in path.parts)
    return is_hidden or path.suffix.lower() in NEVER_EXPORTS


def read_sources(path: Path, data: bytes | None = None) -> Iterator[Source]:
    """The file itself, or what is inside it where it is a .zip or .gz; `data` spares reading the disk."""
    try:
        content = _on_disk(path) if data is None else Content.of(data)
    except OSError as error:
        yield _unreadable(
            str(path),
            f"The file cannot be read: {error.strerror}.",
            "Check the path and who may read it.",
        )
        return
    name, head = str(path), content.read(0, 4)
    if head[:2] == b"\x1f\x8b":
        yield _gunzipped(name, content)
    elif head == b"PK\x03\x04" and path.suffix.lower() not in WORKBOOKS:
        yield from _unzipped(name, content)
    else:
        yield _source(name, content)


def _on_disk(path: Path) -> Content:
    """A file: its bytes where it is small, else the open file."""
    size = path.stat().st_size
    if size <= IN_MEMORY_BYTES:
        return Content.of(path.read_bytes())
    return Content(path.open("rb"), size)


def _unpacked(stream: IO[bytes] | gzip.GzipFile) -> Content | None:
    """What a packed stream holds, on disk where it is long; None where it is longer than allowed."""
    target = tempfile.SpooledTemporaryFile(IN_MEMORY_BYTES)  # noqa: SIM115  closed with its Content
    size = 0
    while chunk := stream.read(CHUNK_BYTES):
        size += len(chunk)
        if size > MOST_BYTES:
            return None
        target.write(chunk)
    return Content(target, size)


def _unreadable(path: str, message: str, remedy: str) -> Source:
    return Source(path, None, Problem("error", "file", "file", "", message, remedy))


def _source(path: str, content: Content) -> Source:
    if not content.size:
        return _unreadable(
            path, "The file is empty.", "Export or download it again, and load that."
        )
    return Source(path, content)


def _gunzipped(name: str, packed: Content) -> Source:
    try:
        with gzip.open(packed.stream()) as stream:
            content = _unpacked(stream)
    except (OSError, EOFError, zlib.error):
        return _unreadable(
            name, "This is a damaged .gz archive.", "Get the file again and load that."
        )
    if content is None:
        return _unreadable(
            name,
            f"The archive holds more than {MOST_BYTES >> 30} GB once unpacked.",
            "Unpack it and load the parts.",
        )
    return _source(name, content)


def _unzipped(name: str, packed: Content) -> Iterator[Source]:
    try:
        archive = zipfile.ZipFile(packed.stream())
    except zipfile.BadZipFile:
        yield _unreadable(
            name, "This is a damaged .zip archive.", "Get the file again and load that."
        )
        return
    if "xl/workbook.xml" in archive.namelist():  # a workbook under another name
        yield Source(name, packed)
        return
    members = [m for m in archive.infolist() if not m.is_dir() and not _is_beside(Path(m.filename))]
    if len(members) > MOST_MEMBERS or sum(member.file_size for member in members) > MOST_BYTES:
        yield _unreadable(
            name,
            f"The archive holds {len(members):,} files, or more than {MOST_BYTES >> 30} GB once unpacked.",
            "Unpack it and load the folder.",
        )
        return
    for member in members:
        inside = f"{name}/{member.filename}"
        try:
            with archive.open(member) as stream:
                content = _unpacked(stream)
        except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, EOFError):
            content = None
        if content is None:
            yield _unreadable(
                inside,
                "The file is damaged or encrypted inside its archive.",
                "Unpack it and load the file.",
            )
        elif content.read(0, 2) == b"\x1f\x8b":
            yield _gunzipped(inside, content)
        else:
            yield _source(inside, content)
