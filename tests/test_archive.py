"""The archive of loaded text: bytes come back as they were, and killed loads leave nothing."""

from __future__ import annotations

import os
from pathlib import Path
from random import Random

import pytest

from data import archive
from data.archive import ArchiveWriter, archived_bytes, drop_unfinished, frames_of


def test_bytes_come_back_from_within_and_across_frames(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive, "FRAME_BYTES", 100)
    random = Random(1)
    files = [random.randbytes(length) for length in (250, 100, 7, 999)]
    writer = ArchiveWriter(tmp_path)
    keys = [writer.key(writer.append(frames_of(file))) for file in files]
    writer.keep()
    for key, file in zip(keys, files, strict=True):
        for _ in range(20):
            start, end = sorted(random.randrange(len(file) + 1) for _ in range(2))
            assert archived_bytes(tmp_path, key, start, end) == file[start:end]


def test_what_was_not_kept_is_not_there(tmp_path: Path) -> None:
    writer = ArchiveWriter(tmp_path)
    key = writer.key(writer.append(frames_of(b"ISA")))
    writer.drop()
    assert archived_bytes(tmp_path, key, 0, 3) is None
    assert archived_bytes(tmp_path, "", 0, 3) is None
    assert list((tmp_path / "files").iterdir()) == []


def test_an_archive_can_be_read_by_its_owner_only(tmp_path: Path) -> None:
    writer = ArchiveWriter(tmp_path)
    writer.append(frames_of(b"ISA"))
    writer.keep()
    [path] = (tmp_path / "files").iterdir()
    assert path.stat().st_mode & 0o777 == 0o600


def test_what_killed_loads_left_goes_and_what_snapshots_know_stays(tmp_path: Path) -> None:
    kept, older, orphan, unfinished = (ArchiveWriter(tmp_path) for _ in range(4))
    for writer in (kept, older, orphan, unfinished):
        writer.append(frames_of(b"ISA"))
    for writer in (kept, older, orphan):
        writer.keep()
    folder = tmp_path / "files"
    for writer, at in ((kept, 100.0), (older, 50.0), (orphan, 200.0)):
        os.utime(folder / f"{writer.name}.zip", (at, at))
    drop_unfinished(tmp_path, [kept.name], since=100.0)
    assert {path.stem for path in folder.iterdir()} == {kept.name, older.name}
