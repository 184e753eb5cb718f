"""A load that goes on in a thread of its own: a click elsewhere on the page does not break it off."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from data.warehouse import LockHolder, WarehouseLockedError
from loaders.ingest import load
from loaders.results import FileResult
from loaders.sample import load_sample

MOST_BYTES_AT_ONCE = 1 << 30
"""What one upload may hold in all; a file's own limit is server.maxUploadSize."""

_LOG = logging.getLogger(__name__)


@dataclass
class LoadJob:
    """How far a load is, and in the end what became of it: `results`, or `failure` in words."""

    replaces_sample: bool
    is_sample: bool = False
    done: int = 0
    files: int = 0
    name: str = ""
    waiting_for: str = ""
    results: Sequence[FileResult] = ()
    failure: str = ""
    thread: threading.Thread | None = field(default=None, repr=False)

    @property
    def is_running(self) -> bool:
        return self.thread is not None and self.thread.is_alive()

    @property
    def share_done(self) -> float:
        return min(self.done / self.files, 1.0) if self.files else 0.0

    @property
    def in_words(self) -> str:
        if self.waiting_for:
            return (
                f"Waiting for {self.waiting_for} to finish. Nothing is lost; this load comes next."
            )
        if not self.files:
            return "Opening the warehouse …"
        if self.done >= self.files:
            return "All files are read. Working out the ledger …"
        return f"Reading file {self.done + 1:,} of {self.files:,}: {self.name}"


def start_upload(
    warehouse: Path, uploads: Iterable[tuple[str, bytes]], *, replaces_sample: bool
) -> LoadJob:
    """Begins to load files given by name and content."""
    contents = _by_path(uploads)
    job = LoadJob(replaces_sample, files=len(contents))

    def work() -> None:
        job.results = load(
            [Path(path) for path in contents],
            warehouse,
            contents=contents,
            on_progress=lambda done, files, name: _tell(job, done, files, name),
            on_wait=lambda holder: _wait(job, holder),
        )

    return _started(job, work, warehouse)


def start_sample(warehouse: Path) -> LoadJob:
    """Begins to load the bundled sample."""
    job = LoadJob(replaces_sample=False, is_sample=True)

    def work() -> None:
        job.results = load_sample(warehouse, lambda *progress: _tell(job, *progress))

    return _started(job, work, warehouse)


def _started(job: LoadJob, work: Callable[[], None], warehouse: Path) -> LoadJob:
    def guarded() -> None:
        try:
            work()
        except WarehouseLockedError as locked:
            job.failure = str(locked)
        except OSError as error:
            job.failure = (
                f"The disk refused: {error.strerror or error}. Nothing was changed. Make room or give this "
                f"account the right to write in {warehouse}, then load again."
            )
        except Exception:
            _LOG.exception("a load failed")
            job.failure = (
                "The load broke off and changed nothing. That is a fault of Takeback, not of your files; "
                "the log of the server has its trace."
            )

    job.thread = threading.Thread(target=guarded, name="takeback-load", daemon=False)
    job.thread.start()
    return job


def _by_path(uploads: Iterable[tuple[str, bytes]]) -> dict[str, bytes]:
    """Contents by path; a name that comes twice gets a folder of its own, so that neither is lost."""
    found: dict[str, bytes] = {}
    for name, content in uploads:
        plain = Path(name).name or "upload"
        path, number = plain, 1
        while path in found:
            number += 1
            path = f"{number}/{plain}"
        found[path] = content
    return found


def _tell(job: LoadJob, done: int, files: int, name: str) -> None:
    job.waiting_for = ""
    job.done, job.files, job.name = done, files, name


def _wait(job: LoadJob, holder: LockHolder | None) -> None:
    job.waiting_for = str(holder) if holder else "another loader"
