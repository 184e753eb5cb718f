"""The ledger built again in a thread of its own, after a decision: a click elsewhere does not break it off."""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

import streamlit as st

from data.warehouse import LockHolder, WarehouseClosedError
from loaders.rebuild import rebuild
from screen.plain_text import plain

JOB, FAILED = "rebuild_job", "rebuild_failed"
POLL_SECONDS = 0.1

_LOG = logging.getLogger(__name__)


@dataclass
class RebuildJob:
    """How far a rebuild is; `failure` in words where it broke off. What was decided is kept in any case."""

    done: int = 0
    steps: int = 3
    step: str = "Opening a copy of the warehouse"
    waiting_for: str = ""
    failure: str = ""
    thread: threading.Thread | None = field(default=None, repr=False)

    @property
    def is_running(self) -> bool:
        return self.thread is not None and self.thread.is_alive()

    @property
    def in_words(self) -> str:
        if self.waiting_for:
            return f"Waiting for {self.waiting_for} to finish. What was decided is kept; this comes next."
        return f"{self.step} …"


def start_rebuild(warehouse: Path, *, only_if_behind: bool = True) -> RebuildJob:
    """Begins to build the ledger with every decision in force."""
    job = RebuildJob()

    def on_step(done: int, steps: int, step: str) -> None:
        job.waiting_for = ""
        job.done, job.steps, job.step = done, steps, step

    def on_wait(holder: LockHolder | None) -> None:
        job.waiting_for = str(holder) if holder else "a loader"

    def work() -> None:
        try:
            rebuild(warehouse, only_if_behind=only_if_behind, on_step=on_step, on_wait=on_wait)
        except WarehouseClosedError as locked:
            job.failure = str(locked)
        except OSError as error:
            job.failure = (
                f"The disk refused: {error.strerror or error}. Make room or give this account the right to write "
                f"in {warehouse}, then work out the ledger again."
            )
        except Exception:
            _LOG.exception("a rebuild failed")
            job.failure = (
                "Working out the ledger broke off. That is a fault of Takeback; "
                "the log of the server has its trace."
            )

    job.thread = threading.Thread(target=work, name="takeback-rebuild", daemon=False)
    job.thread.start()
    return job


def begin_rebuild(warehouse: Path, *, only_if_behind: bool = True) -> None:
    """Starts a rebuild whose progress this session's Controls page shows."""
    st.session_state.pop(FAILED, None)
    st.session_state[JOB] = start_rebuild(warehouse, only_if_behind=only_if_behind)


def follow_rebuild() -> None:
    """Shows the running rebuild to its end, then the page anew; and what became of one that broke off."""
    job: RebuildJob | None = st.session_state.get(JOB)
    if job is not None:
        bar = st.progress(job.done / job.steps, text=plain(job.in_words))
        while job.is_running:
            bar.progress(job.done / job.steps, text=plain(job.in_words))
            time.sleep(POLL_SECONDS)
        st.session_state.pop(JOB, None)
        if job.failure:
            st.session_state[FAILED] = job.failure
        st.rerun()
    if failed := st.session_state.get(FAILED):
        st.error(
            f"{plain(failed)} What was decided is kept and takes effect with the next rebuild or load.",
            icon=":material/error:",
        )
