"""The files behind the paths a user gives: a file, a folder with all below it, or an archive's members."""

from __future__ import annotations

import gzip
import io
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from loaders.problems import Problem

MOST_BYTES = 4 << 30
MOST_MEMBERS = 100_000
NEVER_EXPORTS = frozenset({".json", ".md"})


@dataclass(frozen=True)
class Source:
    """One file to load; `content` is None where it could not be read, and `problem` then says why."""

    path: str
    content: bytes | None
    problem: Problem | None = None


def find_files(paths: list[Path]) -> list[Path]:
    """The files at and below the paths, each folder in order of name.

    In a folder, hidden files and notes beside the exports (.json, .md) are passed over; a file named
    itself is always read.
    """
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            below = sorted(p for p in path.rglob("*") if p.is_file())
            found.extend(p for p in below if not _is_beside(p))
        else:
            found.append(path)
    return found


def _is_beside(path: Path) -> bool:
    return path.name.startswith(".") or path.suffix.lower() in NEVER_EXPORTS


def read_sources(path: Path, content: bytes | None = None) -> Iterator[Source]:
    """The file itself, or what is inside it where it is a .zip or .gz; `content` spares reading the disk."""
    try:
        data = path.read_bytes() if content is None else content
    except OSError as error:
        yield _unreadable(
            str(path),
            f"The file cannot be read: {error.strerror}.",
            "Check the path and who may read it.",
        )
        return
    name = str(path)
    if data[:2] == b"\x1f\x8b":
        yield _gunzipped(name, data)
    elif data[:4] == b"PK\x03\x04" and path.suffix.lower() != ".xlsx":
        yield from _unzipped(name, data)
    else:
        yield Source(name, data)


def _unreadable(path: str, message: str, remedy: str) -> Source:
    return Source(path, None, Problem("error", "file", "file", "", message, remedy))


def _gunzipped(name: str, data: bytes) -> Source:
    try:
        with gzip.open(io.BytesIO(data)) as stream:
            content = stream.read(MOST_BYTES + 1)
    except (OSError, EOFError, zlib.error):
        return _unreadable(
            name, "This is a damaged .gz archive.", "Get the file again and load that."
        )
    if len(content) > MOST_BYTES:
        return _unreadable(
            name, "The archive holds more than 4 GB once unpacked.", "Unpack it and load the parts."
        )
    return Source(name.removesuffix(".gz"), content)


def _unzipped(name: str, data: bytes) -> Iterator[Source]:
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except zipfile.BadZipFile:
        yield _unreadable(
            name, "This is a damaged .zip archive.", "Get the file again and load that."
        )
        return
    members = [m for m in archive.infolist() if not m.is_dir() and not _is_beside(Path(m.filename))]
    if len(members) > MOST_MEMBERS or sum(member.file_size for member in members) > MOST_BYTES:
        yield _unreadable(
            name,
            f"The archive holds {len(members):,} files, or more than 4 GB once unpacked.",
            "Unpack it and load the folder.",
        )
        return
    for member in members:
        inside = f"{name}/{member.filename}"
        try:
            yield Source(inside, archive.read(member))
        except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError):
            yield _unreadable(
                inside,
                "The file is damaged or encrypted inside its archive.",
                "Unpack it and load the file.",
            )
