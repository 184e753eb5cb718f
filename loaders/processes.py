"""Does work in processes beside this one: Python runs one thread at a time, processes run side by side."""

from __future__ import annotations

import contextlib
import os
import pickle
import signal
import subprocess
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from queue import Empty, PriorityQueue
from threading import Thread
from types import TracebackType
from typing import Any, Self, TypeVar

from data.without_pandas import keep_pandas_out
from loaders.memory import keep_freed_memory
from loaders.parallel import workers

Result = TypeVar("Result")
ROOT = Path(__file__).resolve().parent.parent
# So much to read makes up for the half second until another process has its imports.
WORTH_A_PROCESS = 32 << 20
PIPE_BYTES = 1 << 20
# After the numbers of all processes.
HERE = 1000
# One that ended cannot be written to, has nothing to say, or stopped within a word.
ENDED = (OSError, EOFError, pickle.UnpicklingError)


class Processes:
    """Other processes for the work of one load, started once it is enough; they end with the block.

    first: work that a process does before any other, e.g. a small example that has everything imported.
    most: how many; one less than there are threads, so that one thread works here.
    """

    def __init__(self, first: Callable[[], object], most: int | None = None) -> None:
        self._first = first
        self._most = workers() - 1 if most is None else most
        self._expected = 0
        self._broken: BaseException | None = None
        self._started: list[subprocess.Popen[bytes]] = []
        # Who is free, the first to be asked first: a process by its number, or this one.
        self._free: PriorityQueue[int] = PriorityQueue()
        for _ in range(self._most + 1):
            self._free.put(HERE)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for process in self._started:
            process.kill()
        for process in self._started:
            with contextlib.suppress(OSError), process:  # what was not sent is not wanted any more
                pass

    @property
    def started(self) -> int:
        """How many other processes there are."""
        return len(self._started)

    def expect(self, size: int) -> None:
        """Says that so many bytes more will be work; the processes start when it is worth it."""
        self._expected += size
        if self._expected < WORTH_A_PROCESS or self._started or not sys.executable:
            return
        self._started = [_process() for _ in range(self._most)]
        for number in range(self._most):
            with contextlib.suppress(Empty):  # else it works here until it is done, then waits
                self._free.get_nowait()
            Thread(target=self._make_ready, args=(number,), daemon=True).start()

    def run(self, work: Callable[[], Result]) -> Result:
        """Does it in a process, or here, as soon as either is free; what it raises is raised here.

        Work and result are sent as pickles. A process that dies is not asked again, and its work done here.
        """
        if self._broken is not None:
            raise self._broken
        where = self._free.get()
        if where == HERE:
            try:
                return work()
            finally:
                self._free.put(HERE)
        try:
            is_done, found = _asked(self._started[where], work)
        except ENDED:
            self._free.put(HERE)
            return self.run(work)
        self._free.put(where)
        if not is_done:
            raise found
        result: Result = found
        return result

    def _make_ready(self, number: int) -> None:
        with contextlib.suppress(*ENDED, ValueError):  # it may be closed before it is ready
            is_done, found = _asked(self._started[number], self._first)
            if is_done:
                self._free.put(number)
            else:
                self._broken = found


def _process() -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "loaders.processes"]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, pipesize=PIPE_BYTES)  # noqa: S603


def _asked(process: subprocess.Popen[bytes], work: object) -> tuple[bool, Any]:
    assert process.stdin is not None
    assert process.stdout is not None
    pickle.dump(work, process.stdin, protocol=5)
    process.stdin.flush()
    answer: tuple[bool, Any] = pickle.load(process.stdout)  # noqa: S301  our own process
    return answer


def _answer_until_the_end() -> None:
    """The other process: work from its standard input, results to its standard output, until that is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the first process ends this one
    answers, sys.stdout = sys.stdout.buffer, sys.stderr
    keep_pandas_out()
    keep_freed_memory()
    with contextlib.suppress(*ENDED):
        while True:
            answers.write(_done(pickle.load(sys.stdin.buffer)))  # noqa: S301  our own process
            answers.flush()
    os._exit(0)


def _done(work: Callable[[], object]) -> bytes:
    try:
        return pickle.dumps((True, work()), protocol=5)
    except Exception as error:
        error.add_note(traceback.format_exc())
        return pickle.dumps((False, error), protocol=5)


if __name__ == "__main__":
    _answer_until_the_end()
