"""Work done side by side, with results in the order of the work."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from loaders.memory import give_back_memory, keep_freed_memory

Result = TypeVar("Result")
MOST_WORKERS = 4
# Results that may wait, so that threads go on while one is stored.
AHEAD = 3


def workers() -> int:
    """How many threads work side by side: one per core, but not so many that memory grows beyond measure."""
    return min(os.cpu_count() or 1, MOST_WORKERS)


def in_order(jobs: Iterable[Callable[[], Result]], threads: int | None = None) -> Generator[Result]:
    """Run jobs on one thread per core; at most AHEAD more than there are threads are waiting or done.

    So memory holds the work of a few jobs, however many there are. What a job raises is raised here.
    """
    count = threads or workers()
    running: deque[Future[Result]] = deque()
    keep_freed_memory()
    with ThreadPoolExecutor(count, thread_name_prefix="takeback-read") as pool:
        try:
            for job in jobs:
                running.append(pool.submit(job))
                if len(running) >= count + AHEAD:
                    yield running.popleft().result()
            while running:
                yield running.popleft().result()
        finally:
            for future in running:
                future.cancel()
            give_back_memory()
