"""A load that goes on in a thread of its own: a click elsewhere on the page does not break it off."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from data.warehouse import LockHolder, WarehouseClosedError
from loaders.ingest import dry_run, load
from loaders.results import FileResult
from loaders.sample import load_sample
from screen.unread_tables import UnreadTable, unread_tables

MOST_BYTES_AT_ONCE = 1 << 30
"""What one upload may hold in all; a file's own limit is server.maxUploadSize."""

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class LoadChoices:
    """What was asked for besides loading: only to check, and to replace remittances that are there."""

    only_check: bool = False
    replaces_known: bool = False


NOTHING_CHOSEN = LoadChoices()


@dataclass
class LoadJob:
    """How far a load is, and in the end what became of it: `results`, or `failure` in words.

    contents: the bytes by path, as long as they may be wanted again: after a failure, to load what was only
    checked, or a table among `unread` once its columns are named. They may hold patients' names and are stored
    nowhere. saved_as: the file of the mapping that was saved before this load.
    """

    replaces_sample: bool
    is_sample: bool = False
    choices: LoadChoices = NOTHING_CHOSEN
    contents: Mapping[str, bytes] = field(default_factory=dict, repr=False)
    unread: tuple[UnreadTable, ...] = field(default=(), repr=False)
    saved_as: str = ""
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
        if self.done >= self.files and self.choices.only_check:
            return "All files are read. Working out what they would change …"
        if self.done >= self.files:
            return "All files are read. Working out the ledger …"
        return f"Reading file {self.done + 1:,} of {self.files:,}: {self.name}"


def start_upload(
    warehouse: Path,
    uploads: Iterable[tuple[str, bytes]],
    *,
    replaces_sample: bool,
    choices: LoadChoices = NOTHING_CHOSEN,
) -> LoadJob:
    """Begins to load, or only to check, files given by name and content."""
    return start_again(
        warehouse, by_path(uploads), replaces_sample=replaces_sample, choices=choices
    )


def start_again(
    warehouse: Path, contents: Mapping[str, bytes], *, replaces_sample: bool, choices: LoadChoices
) -> LoadJob:
    """Begins to load files given by path, such as the contents of an earlier job."""
    job = LoadJob(replaces_sample, files=len(contents), choices=choices, contents=contents)

    def work() -> None:
        job.results = _results(job, warehouse)
        job.unread = unread_tables(contents, job.results, warehouse)
        if not (choices.only_check or job.unread):
            job.contents = {}

    return _started(job, work, warehouse)


def _results(job: LoadJob, warehouse: Path) -> Sequence[FileResult]:
    def on_progress(done: int, files: int, name: str) -> None:
        _tell(job, done, files, name)

    contents, replaces = job.contents, job.choices.replaces_known
    paths = [Path(path) for path in contents]
    if job.choices.only_check:
        return dry_run(
            paths, warehouse, contents=contents, replaces_known=replaces, on_progress=on_progress
        )
    return load(
        paths,
        warehouse,
        contents=contents,
        replaces_known=replaces,
        on_progress=on_progress,
        on_wait=lambda holder: _wait(job, holder),
    )


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
        except WarehouseClosedError as locked:
            job.failure = str(locked)
        except OSError as error:
            job.failure = (
                f"The disk refused: {error.strerror or error}. {_changed(job)} Make room or give this account the "
                f"right to write in {warehouse}, then load again."
            )
        except Exception:
            _LOG.exception("a load failed")
            job.failure = (
                f"The load broke off. {_changed(job)} That is a fault of Takeback, not of your files; "
                "the log of the server has its trace."
            )

    job.thread = threading.Thread(target=guarded, name="takeback-load", daemon=False)
    job.thread.start()
    return job


def _changed(job: LoadJob) -> str:
    """Whether anything was changed before a failure: results stand once a load is complete."""
    is_loaded = bool(job.results) and not job.choices.only_check
    return "The files themselves are loaded." if is_loaded else "Nothing was changed."


def by_path(uploads: Iterable[tuple[str, bytes]]) -> dict[str, bytes]:
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
