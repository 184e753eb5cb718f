"""Files read in several processes: the same as in one, whatever becomes of the others."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from random import Random

import pytest

from data.warehouse import current_snapshot
from kpis.engine import DuckDBEngine
from loaders import processes, reading
from loaders.ingest import load
from loaders.processes import Processes
from loaders.results import REMITTANCE_TABLES
from loaders.x12.blocks import Block, blocks_of
from loaders.x12.texts import read_nothing, read_text, read_together
from tests.random_835 import Writer
from tests.warehouses import rows

ROOT = Path(__file__).resolve().parent.parent
BLOCK_BYTES = 8_000


def text_of(files: int, seed: int) -> bytes:
    random = Random(seed)
    return b"".join(Writer(random).file() for _ in range(files))


def blocks(data: bytes) -> list[Block]:
    return list(blocks_of(lambda start, end: data[start:end], len(data), BLOCK_BYTES))


def wait_for_the_other(others: Processes) -> int:
    """Id of the other process, once it takes work: from then on it is asked first."""
    ends = time.monotonic() + 60
    while (found := others.run(os.getpid)) == os.getpid():
        assert time.monotonic() < ends, "no process was ready within a minute"
        time.sleep(0.01)
    return found


@pytest.fixture
def others(monkeypatch: pytest.MonkeyPatch) -> Iterator[Processes]:
    monkeypatch.setattr(processes, "WORTH_A_PROCESS", 0)
    with Processes(first=read_nothing, most=1) as found:
        found.expect(1)
        wait_for_the_other(found)
        yield found


def test_another_process_reads_every_block_as_this_one_does(others: Processes) -> None:
    data = text_of(25, seed=5)
    cut = blocks(data)
    assert len(cut) > 5
    for block in cut:
        there, here = others.run(partial(read_text, block)), read_text(block)
        for name in REMITTANCE_TABLES:
            assert getattr(there.reading, name).equals(getattr(here.reading, name)), name
        assert there.reading.report == here.reading.report
        assert there.reading.edges == here.reading.edges
        assert there.reading.places() == here.reading.places()
        assert there.frames == here.frames
    files = [text_of(1, seed) for seed in range(8)]
    there_all, here_all = others.run(partial(read_together, files)), read_together(files)
    assert [text.starts.tolist() for text in there_all] == [
        text.starts.tolist() for text in here_all
    ]
    assert [text.frames for text in there_all] == [text.frames for text in here_all]


def test_what_fails_in_another_process_is_raised_here_and_it_goes_on(others: Processes) -> None:
    with pytest.raises(ValueError, match="invalid literal") as raised:
        others.run(partial(int, "no number"))
    assert "loaders/processes.py" in raised.value.__notes__[0].replace("\\", "/")
    assert others.run(os.getpid) != os.getpid()


def test_the_work_of_a_process_that_dies_is_done_here(others: Processes) -> None:
    other = wait_for_the_other(others)
    block = blocks(text_of(3, seed=1))[0]
    assert others.run(partial(os.kill, other, signal.SIGKILL)) is None
    assert others.run(os.getpid) == os.getpid()
    assert others.run(partial(read_text, block)).frames == read_text(block).frames


def test_a_process_that_fails_at_its_first_work_is_a_bug_that_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(processes, "WORTH_A_PROCESS", 0)
    with Processes(first=partial(int, "no number"), most=1) as others:
        others.expect(1)
        with pytest.raises(ValueError, match="invalid literal"):
            wait_for_the_other(others)


def test_no_process_starts_for_little_work_or_on_one_core() -> None:
    with Processes(first=read_nothing, most=1) as few:
        few.expect(processes.WORTH_A_PROCESS - 1)
        assert few.started == 0
    with Processes(first=read_nothing, most=0) as none:
        none.expect(processes.WORTH_A_PROCESS)
        assert none.started == 0
        assert none.run(os.getpid) == os.getpid()


Tables = dict[str, list[dict[str, object]]]


def loaded(folder: Path) -> Tables:
    """What a load of one long file and some short ones stores, without what differs from run to run."""
    folder.mkdir()
    (folder / "long.835").write_bytes(text_of(50, seed=7))
    for seed in range(100, 104):
        (folder / f"short{seed}.835").write_bytes(text_of(1, seed))
    load([folder], folder / "warehouse", kind="835")
    snapshot = current_snapshot(folder / "warehouse")
    assert snapshot is not None
    engine = DuckDBEngine(snapshot)
    tables = {name: rows(engine, f"from {name} order by all") for name in REMITTANCE_TABLES}
    tables["load"] = rows(engine, "select * exclude (loaded_at, archive) from load order by all")
    tables["problem"] = rows(engine, "select * exclude (found_at) from problem order by all")
    return tables


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Tables:
    """The tables of a load in which only this process reads."""
    tables = loaded(tmp_path_factory.mktemp("loads") / "alone")
    assert len(tables["claim_payment"]) > 100
    return tables


@pytest.mark.parametrize("executable", [sys.executable, "/bin/false"])
def test_a_load_in_several_processes_stores_what_one_stores(
    executable: str, alone: Tables, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """/bin/false is a process that ends at once."""
    monkeypatch.setattr(reading, "blocks_of", partial(blocks_of, block_bytes=BLOCK_BYTES))
    monkeypatch.setattr(processes, "WORTH_A_PROCESS", 0)
    monkeypatch.setattr("os.cpu_count", lambda: 3)
    monkeypatch.setattr("sys.executable", executable)
    assert loaded(tmp_path / "together") == alone


AT_WORK = """
import os, time
from functools import partial
from loaders import processes
from loaders.x12.texts import read_nothing
processes.WORTH_A_PROCESS = 0
with processes.Processes(first=read_nothing, most=1) as others:
    others.expect(1)
    while others.run(os.getpid) == os.getpid():
        time.sleep(0.01)
    print("at work", flush=True)
    others.run(partial(time.sleep, 1))
    others.run(partial(time.sleep, 600))
"""


def test_the_others_end_with_a_process_that_is_killed() -> None:
    """Both hold the other end of its standard error, which ends when the last of them does."""
    command = [sys.executable, "-c", AT_WORK]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=ROOT, stdout=pipe, stderr=pipe) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"at work\n"
        process.kill()
        _, said = process.communicate(timeout=60)
    assert said == b""
