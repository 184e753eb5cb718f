"""The inbox: files that arrive are given once, and only when they no longer grow."""

from __future__ import annotations

from pathlib import Path
from threading import Event

from loaders.inbox import arrivals, settled, sizes_of


def test_a_file_that_grows_is_waited_for(tmp_path: Path) -> None:
    growing, gone = tmp_path / "growing.835", tmp_path / "gone.835"
    growing.write_bytes(b"I")
    gone.write_bytes(b"I")
    waits = []

    def wait(seconds: float) -> None:
        waits.append(seconds)
        if len(waits) < 3:
            growing.write_bytes(growing.read_bytes() + b"SA")
        gone.unlink(missing_ok=True)

    assert settled([growing, gone], 2.0, wait) == [growing]
    assert waits == [2.0, 2.0, 2.0]
    assert growing.read_bytes() == b"ISASA"


def test_no_file_needs_no_waiting() -> None:
    def wait(_: float) -> None:
        raise AssertionError

    assert settled([], 2.0, wait) == []


def test_what_arrived_while_nobody_watched_is_given_and_what_was_seen_is_not(
    tmp_path: Path,
) -> None:
    (tmp_path / "seen.835").write_bytes(b"ISA")
    seen = sizes_of([tmp_path])
    (tmp_path / "new.835").write_bytes(b"ISA")
    (tmp_path / ".hidden").write_bytes(b"ISA")
    stop = Event()
    given = arrivals([tmp_path], seen, stop)
    assert next(given) == [tmp_path / "new.835"]
    stop.set()
    assert list(given) == []
