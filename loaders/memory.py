"""Keeps memory between the blocks of a load, so that the system need not clear the same pages for each."""

from __future__ import annotations

import ctypes
import sys
from functools import cache

# Names and numbers of glibc's mallopt(3).
_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3
KEPT_BYTES = 64 << 20
LARGEST_KEPT = 32 << 20


def keep_freed_memory() -> None:
    """From now on arrays up to LARGEST_KEPT are made in memory freed before; elsewhere than glibc nothing changes."""
    library = _glibc()
    if library:
        library.mallopt(_MMAP_THRESHOLD, LARGEST_KEPT)
        library.mallopt(_TRIM_THRESHOLD, KEPT_BYTES)


def give_back_memory() -> None:
    """Return what is free to the system; a load is over."""
    library = _glibc()
    if library:
        library.malloc_trim(0)


@cache
def _glibc() -> ctypes.CDLL | None:
    library = ctypes.CDLL(None) if sys.platform == "linux" else None
    known = library and hasattr(library, "mallopt") and hasattr(library, "malloc_trim")
    return library if known else None
