"""Replays payer after payer; many of them in two processes, for no payer's history bears on another's."""

from __future__ import annotations

import contextlib
import gc
import os
import pickle
import subprocess
import sys
import traceback
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from data.ledger.decisions import Decisions, StaleDecision
from data.ledger.inputs import PayerFacts, facts_of, read_payers, rows_by_payer
from data.ledger.outputs import tables_of
from data.ledger.replay import PayerLedger, replay
from data.without_pandas import keep_pandas_out

PIECES_AT_ONCE = 20_000
WORTH_A_PROCESS = 60_000
ROOT = Path(__file__).resolve().parent.parent.parent


@dataclass(frozen=True)
class Found:
    """Rows of the replayed tables for some payers, and their decisions that could not be followed."""

    payers: tuple[str, ...]
    tables: dict[str, pa.Table]
    stale: list[StaleDecision]


def replay_payers(facts: Sequence[pa.Table], decisions: Mapping[str, Decisions]) -> Iterator[Found]:
    """Replays all payers of the facts; `decisions` by payer. Half of a large history goes to a second process.

    Where that one dies, as when memory runs out, its part is done here. Raises AssertionError where a
    remittance's cash is not explained to the cent, in whichever process: that is a bug, never bad data.
    """
    rows = rows_by_payer(facts)
    if not _is_worth_two(rows):
        yield from _replay_here(facts, decisions)
        return
    with _beside() as helper:
        own, other = _in_two(rows)
        _ask(helper, facts_of(facts, other), decisions)
        yield from _replay_here(facts_of(facts, own), decisions)
        left = dict.fromkeys(other)
        for found in _answers(helper):
            for payer in found.payers:
                left.pop(payer, None)
            yield found
    if left:
        yield from _replay_here(facts_of(facts, list(left)), decisions)


def _is_worth_two(rows: Counter[str]) -> bool:
    """Whether a second process brings more than it costs, and can be had."""
    has_room = (os.cpu_count() or 1) > 1 and bool(sys.executable)
    return has_room and len(rows) > 1 and rows.total() >= WORTH_A_PROCESS


def _in_two(rows: Counter[str]) -> tuple[list[str], list[str]]:
    """Two parts of about the same work."""
    parts: tuple[list[str], list[str]] = ([], [])
    sizes = [0, 0]
    for payer, count in sorted(rows.items(), key=lambda each: (-each[1], each[0])):
        smaller = sizes.index(min(sizes))
        parts[smaller].append(payer)
        sizes[smaller] += count
    return parts


def _replay_here(facts: Sequence[pa.Table], decisions: Mapping[str, Decisions]) -> Iterator[Found]:
    payers = read_payers(facts)
    is_last = False
    while not is_last:
        with _without_cycle_search():
            ledgers, is_last = _replay_some(payers, decisions)
            found = _found(ledgers)
            del ledgers
        yield found


def _replay_some(
    payers: Iterator[PayerFacts], decisions: Mapping[str, Decisions]
) -> tuple[dict[str, PayerLedger], bool]:
    """The next payers, as many as make a table of some size, and whether they were the last."""
    ledgers: dict[str, PayerLedger] = {}
    pieces = 0
    for payer in payers:
        ledger = replay(payer.remittances, payer.notices, decisions.get(payer.payer_key))
        ledgers[payer.payer_key] = ledger
        pieces += len(ledger.pieces)
        if pieces > PIECES_AT_ONCE:
            return ledgers, False
    return ledgers, True


def _found(ledgers: Mapping[str, PayerLedger]) -> Found:
    return Found(
        tuple(ledgers), tables_of(ledgers), [each for one in ledgers.values() for each in one.stale]
    )


@contextlib.contextmanager
def _without_cycle_search() -> Iterator[None]:
    """The replay makes many objects and no cycles: to look for some would take a quarter of its time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


@contextlib.contextmanager
def _beside() -> Iterator[subprocess.Popen[bytes]]:
    """A second process that waits for what to replay; it ends with the block."""
    command = [sys.executable, "-m", "data.ledger.payers"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe) as helper:  # noqa: S603
        try:
            yield helper
        finally:
            helper.kill()


def _ask(
    helper: subprocess.Popen[bytes], facts: Sequence[pa.Table], decisions: Mapping[str, Decisions]
) -> None:
    """Hands the second process its part; where it has ended already, there will be no answer."""
    assert helper.stdin is not None
    with contextlib.suppress(BrokenPipeError), helper.stdin:
        pickle.dump((list(facts), dict(decisions)), helper.stdin, protocol=5)


def _answers(helper: subprocess.Popen[bytes]) -> Iterator[Found]:
    """What the second process found, until it ends; what failed there is raised here."""
    assert helper.stdout is not None
    while True:
        try:
            answer: Found | Exception = pickle.load(helper.stdout)  # noqa: S301  our own process
        except (EOFError, pickle.UnpicklingError):  # it ended, maybe within a word
            return
        if isinstance(answer, Exception):
            raise answer
        yield answer


def _help() -> None:
    """The second process: facts and decisions from its standard input, what it found to its standard output.

    It answers at the end: a full pipe would hold it up until the first process has done its own part.
    """
    keep_pandas_out()
    facts, decisions = pickle.load(sys.stdin.buffer)  # noqa: S301
    for answer in _found_or_failed(facts, decisions):
        pickle.dump(answer, sys.stdout.buffer, protocol=5)
    sys.stdout.buffer.flush()


def _found_or_failed(
    facts: Sequence[pa.Table], decisions: Mapping[str, Decisions]
) -> Sequence[Found | Exception]:
    try:
        return list(_replay_here(facts, decisions))
    except Exception as error:
        error.add_note(traceback.format_exc())
        return [error]


if __name__ == "__main__":
    # Under its own name, so that both processes mean the same Found.
    from data.ledger.payers import _help as help_replaying

    help_replaying()
