"""The bytes of loaded files, kept in blocks so that the segment behind a figure can be shown.

Patient identity is blanked before anything is written: same length, so every byte offset stays right.
"""

from __future__ import annotations

import os
import uuid
import zipfile
from pathlib import Path

BLOCK_BYTES = 1 << 20


def archive_file(folder: Path, sha256: str, content: bytes) -> None:
    """Keeps `content` under the hash of the file it came from; a second time changes nothing."""
    target = _path(folder, sha256)
    if target.exists():
        return
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    working = target.with_name(f"unfinished-{uuid.uuid4().hex}")
    descriptor = os.open(working, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with (
        os.fdopen(descriptor, "wb") as stream,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as blocks,
    ):
        for start in range(0, len(content), BLOCK_BYTES):
            blocks.writestr(_block(start), content[start : start + BLOCK_BYTES])
    working.replace(target)


def archived_bytes(folder: Path, sha256: str, start: int, end: int) -> bytes | None:
    """Bytes `start` to `end` of a loaded file, patient identity blanked; None where it was not kept."""
    target = _path(folder, sha256)
    if not target.exists():
        return None
    first = start - start % BLOCK_BYTES
    with zipfile.ZipFile(target) as blocks:
        names = set(blocks.namelist())
        wanted = [_block(at) for at in range(first, end, BLOCK_BYTES)]
        text = b"".join(blocks.read(name) for name in wanted if name in names)
    return text[start - first : end - first]


def _path(folder: Path, sha256: str) -> Path:
    return folder / "files" / f"{sha256}.zip"


def _block(start: int) -> str:
    return f"{start:015d}"
