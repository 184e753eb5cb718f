"""Watches folders and says which files are new or changed, and complete."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from threading import Event

from watchfiles import watch

from loaders.sources import find_files

SETTLED_SECONDS = 2.0
LOOK_AGAIN_MILLISECONDS = 5000

Sizes = dict[Path, tuple[int, int]]


def sizes_of(paths: Sequence[Path]) -> Sizes:
    """Size and time of change of every file at and below the paths."""
    return _sizes(find_files([path for path in paths if path.exists()]))


def arrivals(paths: Sequence[Path], seen: Sizes, stop: Event | None = None) -> Iterator[list[Path]]:
    """Gives, whenever files differ from those seen and no longer grow, all of them; ends when told to stop.

    A file that is being copied is waited for until its size and time stay the same for two seconds. The
    folders are looked at every five seconds, too: network drives do not always tell of changes. Ctrl-C
    raises KeyboardInterrupt.
    """
    known = dict(seen)
    wait = LOOK_AGAIN_MILLISECONDS
    changes = watch(*paths, stop_event=stop, rust_timeout=wait, yield_on_timeout=True)
    for _ in changes:
        now = sizes_of(paths)
        arrived = settled([path for path in now if known.get(path) != now[path]])
        known = now | _sizes(arrived)
        if arrived:
            yield arrived


def settled(
    paths: Sequence[Path],
    seconds: float = SETTLED_SECONDS,
    wait: Callable[[float], None] = time.sleep,
) -> list[Path]:
    """The files once none of them changes any more; those that went away are left out."""
    before = _sizes(paths)
    while before:
        wait(seconds)
        now = _sizes(paths)
        if now == before:
            break
        before = now
    return sorted(before)


def _sizes(paths: Sequence[Path]) -> Sizes:
    found: Sizes = {}
    for path in paths:
        try:
            status = path.stat()
        except FileNotFoundError:
            continue
        found[path] = (status.st_size, status.st_mtime_ns)
    return found
