"""Work done side by side, with results in the order of the work."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from loaders.memory import give_back_memory, keep_freed_memory

Result = TypeVar("Result")
MOST_WORKERS = 8


def in_order(jobs: Iterable[Callable[[], Result]], workers: int | None = None) -> Iterator[Result]:
    """Run jobs on one thread per core; at most one more than there are threads is waiting or done.

    So memory holds the work of a few jobs, however many there are. What a job raises is raised here.
    """
    count = workers or min(os.cpu_count() or 1, MOST_WORKERS)
    running: deque[Future[Result]] = deque()
    keep_freed_memory()
    with ThreadPoolExecutor(count, thread_name_prefix="takeback-read") as pool:
        try:
            for job in jobs:
                running.append(pool.submit(job))
                if len(running) > count:
                    yield running.popleft().result()
            while running:
                yield running.popleft().result()
        finally:
            for future in running:
                future.cancel()
            give_back_memory()
