"""Loads files into a new snapshot: hashes, skips what is known, stores facts and findings, rebuilds the ledger.

A file loads whole or not at all. A remittance that does not balance is stored and shown, and stays out of
every figure. The first load of one's own data replaces the bundled sample.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from data import VERSION
from data.archive import archive_file
from data.ledger.build import build_ledger
from data.warehouse import LockHolder, Unchanged, current_snapshot, new_snapshot, open_reader
from loaders.problems import Problem
from loaders.reading import batches, read_batch
from loaders.results import FileFacts, FileRead, FileResult, Kind
from loaders.sources import Source, find_files, read_sources

STORE_ROWS = 500_000

Progress = Callable[[int, int, str], None]
OnWait = Callable[[LockHolder | None], None]


def load(
    paths: Iterable[Path],
    warehouse: Path,
    *,
    kind: Kind = "auto",
    is_sample: bool = False,
    contents: Mapping[str, bytes] | None = None,
    on_progress: Progress | None = None,
    on_wait: OnWait | None = None,
) -> list[FileResult]:
    """Loads files, folders and archives into a new snapshot of `warehouse`; one result per file found.

    contents: the bytes of paths that are not on this disk, e.g. uploads. on_progress(done, all, name) is
    called as files are read. Bad files are results with problems; only a bug or a full disk raises.
    """
    given = contents or {}
    named = list(paths)
    files = find_files([path for path in named if str(path) not in given])
    files += [path for path in named if str(path) in given]
    say = on_progress or (lambda _done, _all, _name: None)
    results: list[FileResult] = []
    replaces_sample = False

    def replaces(newest: Path) -> bool:
        nonlocal replaces_sample
        replaces_sample = not is_sample and _holds_only_sample(newest)
        return replaces_sample

    with new_snapshot(warehouse, replaces=replaces, on_wait=on_wait) as connection:
        store = _Store(connection, warehouse, is_sample)
        for batch in batches(_sources(files, given, say), kind):
            for source, read in zip(batch, read_batch(batch, kind), strict=True):
                results.append(store.take(source, read))
        say(len(files), len(files), "Building the ledger")
        store.write()
        if not store.has_new_facts and (replaces_sample or not store.has_new_findings):
            raise Unchanged
        if store.has_new_facts or current_snapshot(warehouse) is None:
            build_ledger(connection)
    if replaces_sample and not any(result.status == "loaded" for result in results):
        _keep_findings(warehouse, results)
    return results


def _sources(files: list[Path], given: Mapping[str, bytes], say: Progress) -> Iterator[Source]:
    for done, path in enumerate(files):
        say(done, len(files), path.name)
        yield from read_sources(path, given.get(str(path)))


def _holds_only_sample(snapshot: Path) -> bool:
    with open_reader(snapshot) as connection:
        row = connection.execute("select count(*) > 0 and bool_and(is_sample) from load").fetchone()
    return bool(row and row[0])


def _keep_findings(warehouse: Path, results: list[FileResult]) -> None:
    """The sample stays, and so does the word about the files that could not replace it."""
    if any(result.problems for result in results):
        with new_snapshot(warehouse) as connection:
            store = _Store(connection, warehouse, is_sample=False)
            for result in results:
                store.note(result, None)
            store.write()


class _Store:
    """Facts and findings on their way into one new snapshot, and what it already knows."""

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, warehouse: Path, is_sample: bool
    ) -> None:
        self._connection = connection
        self._warehouse = warehouse
        self._is_sample = is_sample
        self._now = datetime.now(UTC).replace(tzinfo=None, microsecond=0)
        files = connection.execute("select load_id, sha256, file from load").fetchall()
        self._file_of_hash = {sha256: file for _, sha256, file in files}
        self._file_of_load = {load_id: file for load_id, _, file in files}
        self._load_of_remittance: dict[int, int] = dict(
            connection.execute("select remittance_id, load_id from remittance").fetchall()
        )
        self._facts: dict[str, list[pa.Table]] = defaultdict(list)
        self._loads: list[tuple[object, ...]] = []
        self._findings: list[tuple[object, ...]] = []
        self.has_new_facts = False
        self.has_new_findings = False

    def take(self, source: Source, read: FileRead) -> FileResult:
        """Accepts one file, unless its bytes or all its remittances are known; returns its final result."""
        result, facts = read.result, read.facts
        if facts is None or source.content is None:
            self.note(result, None)
            return result
        sha256 = hashlib.sha256(source.content).hexdigest()
        if sha256 in self._file_of_hash:
            return replace(
                result, status="duplicate", problems=(_same_bytes(self._file_of_hash[sha256]),)
            )
        result, facts = self._without_known(result, facts)
        if facts is None:
            return result
        self._add(source.path, source.content, sha256, result, facts)
        return result

    def note(self, result: FileResult, load_id: int | None) -> None:
        """Keeps a file's problems, with the load they belong to."""
        name = Path(result.path).name
        for p in result.problems:
            self._findings.append(
                (
                    load_id,
                    name,
                    p.severity,
                    p.location,
                    p.field,
                    p.value,
                    p.message,
                    p.remedy,
                    self._now,
                )
            )
        self.has_new_findings = self.has_new_findings or bool(result.problems)

    def write(self) -> None:
        """Writes what was taken since the last time."""
        if self._loads:
            self._connection.executemany(
                "insert into load values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", self._loads
            )
        for name, tables in self._facts.items():
            self._connection.register("incoming", pa.concat_tables(tables))
            self._connection.execute(f"insert into {name} by name select * from incoming")  # noqa: S608
            self._connection.unregister("incoming")
        if self._findings:
            self._connection.executemany(
                "insert into problem values (?, ?, ?, ?, ?, ?, ?, ?, ?)", self._findings
            )
        self._loads, self._findings = [], []
        self._facts.clear()

    def _without_known(
        self, result: FileResult, facts: FileFacts
    ) -> tuple[FileResult, FileFacts | None]:
        """Remittances that another file brought already count once."""
        if "remittance" not in facts.tables:
            return result, facts
        ids = facts.tables["remittance"].column("remittance_id").to_pylist()
        known = [identifier for identifier in ids if identifier in self._load_of_remittance]
        if not known:
            return result, facts
        files = {self._file_of_load[self._load_of_remittance[identifier]] for identifier in known}
        note = _known_remittances(len(known), len(ids), sorted(files))
        result = replace(result, problems=(*result.problems, note))
        if len(known) == len(ids):
            return replace(result, status="duplicate"), None
        left_out = pa.array(known, type=pa.int64())
        kept = {
            name: table.filter(pc.invert(pc.is_in(table.column("remittance_id"), left_out)))
            for name, table in facts.tables.items()
        }
        return result, replace(facts, tables=kept)

    def _add(
        self, path: str, content: bytes, sha256: str, result: FileResult, facts: FileFacts
    ) -> None:
        load_id = 1 + max(self._file_of_load, default=0)
        name = Path(path).name
        stored = next(iter(facts.tables.values()))
        self._loads.append(
            (
                load_id,
                name,
                result.kind,
                sha256,
                len(content),
                stored.num_rows,
                result.quarantined,
                self._now,
                VERSION,
                self._is_sample,
            )
        )
        self._file_of_hash[sha256] = self._file_of_load[load_id] = name
        for table_name, table in facts.tables.items():
            if table_name == "remittance":
                ids: list[int] = table.column("remittance_id").to_numpy().tolist()
                self._load_of_remittance.update(dict.fromkeys(ids, load_id))
            self._facts[table_name].append(_with_load_id(table_name, table, load_id))
        if facts.archive is not None:
            archive_file(self._warehouse, sha256, facts.archive)
        self.note(result, load_id)
        self.has_new_facts = True
        if sum(table.num_rows for tables in self._facts.values() for table in tables) > STORE_ROWS:
            self.write()


_WITH_LOAD_ID = frozenset({"remittance", "offset_notice", "appeal", "provider"})


def _with_load_id(name: str, table: pa.Table, load_id: int) -> pa.Table:
    if name not in _WITH_LOAD_ID:
        return table
    return table.append_column("load_id", pa.array([load_id] * table.num_rows, type=pa.int32()))


def _same_bytes(file: str) -> Problem:
    message = f"The same bytes were loaded before, as {file}."
    return Problem("info", "file", "file", "", message, "Nothing to do.")


def _known_remittances(known: int, all_of_them: int, files: list[str]) -> Problem:
    message = (
        f"{known} of {all_of_them} remittances were loaded before, from {', '.join(files[:3])}: "
        "same payer, trace number, amount and date."
    )
    return Problem("info", "file", "TRN02", "", message, "Nothing to do.")
