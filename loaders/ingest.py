"""Loads files into a new snapshot: hashes, skips what is known, reads, stores facts and findings, rebuilds the ledger.

A file loads whole or not at all. A remittance that does not balance is stored and shown, and stays out of
every figure. The first load of one's own data replaces the bundled sample.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Literal

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data import VERSION
from data.archive import archive_file
from data.ledger.build import build_ledger
from data.warehouse import LockHolder, Unchanged, current_snapshot, new_snapshot
from loaders.exports import read_export
from loaders.layouts import LAYOUTS
from loaders.problems import Problem
from loaders.remittance_835 import Reading, read_835
from loaders.sources import Source, find_files, read_sources

Kind = Literal["auto", "835", "offsets", "appeals", "providers"]
Status = Literal["loaded", "duplicate", "rejected"]

REMITTANCE_TABLES = (
    "remittance",
    "claim_payment",
    "service_payment",
    "claim_adjustment",
    "remark",
    "provider_adjustment",
)
_NOTHING = Decimal("0.00")


@dataclass(frozen=True)
class FileResult:
    """What became of one file; amounts in USD, counts of what the file holds, known or new."""

    path: str
    status: Status
    kind: str
    problems: tuple[Problem, ...] = ()
    remittances: int = 0
    claims: int = 0
    service_lines: int = 0
    claim_adjustments: int = 0
    provider_adjustments: int = 0
    payment_amount: Decimal = _NOTHING
    claim_paid: Decimal = _NOTHING
    provider_adjustment_total: Decimal = _NOTHING
    unbalanced: int = 0
    rows: int = 0


@dataclass(frozen=True)
class _Loaded:
    """A file read and accepted: its facts by table, without load_id."""

    kind: str
    facts: dict[str, pa.Table]
    archive: bytes | None


@dataclass
class _Batch:
    """What one call of `load` has done so far."""

    results: list[FileResult] = field(default_factory=list)
    loaded: int = 0


Progress = Callable[[int, int, str], None]


def load(
    paths: Iterable[Path],
    warehouse: Path,
    *,
    kind: Kind = "auto",
    is_sample: bool = False,
    contents: dict[str, bytes] | None = None,
    on_progress: Progress | None = None,
    on_wait: Callable[[LockHolder | None], None] | None = None,
) -> list[FileResult]:
    """Loads files, folders and archives into a new snapshot of `warehouse`; one result per file found.

    contents: the bytes of paths that are not on this disk, e.g. uploads. on_progress(done, all, name) is
    called before each file. Bad files are results with problems; only a bug or a full disk raises.
    """
    given = contents or {}
    files = find_files([p for p in paths if str(p) not in given])
    files += [p for p in paths if str(p) in given]
    results: list[FileResult] = []
    replaces_sample = not is_sample and _holds_only_sample(warehouse)
    with new_snapshot(warehouse, from_empty=replaces_sample, on_wait=on_wait) as connection:
        batch = _Batch(results)
        for done, path in enumerate(files):
            if on_progress is not None:
                on_progress(done, len(files), path.name)
            for source in read_sources(path, given.get(str(path))):
                _load_source(connection, source, warehouse, kind, is_sample, batch)
        if on_progress is not None:
            on_progress(len(files), len(files), "the ledger")
        if batch.loaded:
            build_ledger(connection)
        elif replaces_sample or not any(result.problems for result in results):
            raise Unchanged
    if replaces_sample and not any(result.status == "loaded" for result in results):
        _keep_findings(warehouse, results)
    return results


def _holds_only_sample(warehouse: Path) -> bool:
    snapshot = current_snapshot(warehouse)
    if snapshot is None:
        return False
    with duckdb.connect(str(snapshot), read_only=True) as connection:
        row = connection.execute("select count(*) > 0 and bool_and(is_sample) from load").fetchone()
    return bool(row and row[0])


def _keep_findings(warehouse: Path, results: list[FileResult]) -> None:
    """The sample stays, and so does the word about the files that could not replace it."""
    if any(result.problems for result in results):
        with new_snapshot(warehouse) as connection:
            for result in results:
                _insert_problems(connection, None, result)


def _load_source(
    connection: duckdb.DuckDBPyConnection,
    source: Source,
    warehouse: Path,
    kind: Kind,
    is_sample: bool,
    batch: _Batch,
) -> None:
    if source.content is None:
        problems = (source.problem,) if source.problem else ()
        result = FileResult(source.path, "rejected", "unknown", problems)
        _insert_problems(connection, None, result)
        batch.results.append(result)
        return
    sha256 = hashlib.sha256(source.content).hexdigest()
    known = connection.execute("select file, kind from load where sha256 = ?", [sha256]).fetchone()
    result, loaded = read_source(source, kind)
    if known is not None and loaded is not None:
        note = Problem("info", "file", "file", "", f"the same bytes were loaded before, as {known[0]}", "Nothing to do.")  # fmt: skip
        batch.results.append(replace(result, status="duplicate", problems=(note,)))
        return
    if loaded is not None:
        result, loaded = _leave_out_known(connection, result, loaded)
    load_id = None
    if loaded is not None:
        load_id = _insert_load(connection, source, sha256, result, loaded, is_sample)
        batch.loaded += 1
        if loaded.archive is not None:
            archive_file(warehouse, sha256, loaded.archive)
    if result.status != "duplicate":
        _insert_problems(connection, load_id, result)
    batch.results.append(result)


def read_source(source: Source, kind: Kind = "auto") -> tuple[FileResult, _Loaded | None]:
    """Reads one file without a warehouse: its result and, where it may load, its facts."""
    assert source.content is not None
    if kind in LAYOUTS:
        export = _read_table(source, kind)
        return export or _refuse_unknown(source, kind)
    if kind == "auto" and not _looks_like_x12(source.content):
        export = _read_table(source, None)
        if export is not None:
            return export
    return _from_835(source, read_835(source.content))


def _looks_like_x12(content: bytes) -> bool:
    head = content[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")[:3].upper()
    return head in (b"ISA", b"GS*", b"GS|") or head[:2] in (b"ST", b"GS") or b"ISA" in content[:4096]


def _refuse_unknown(source: Source, kind: str) -> tuple[FileResult, None]:
    problem = Problem("error", "file", "file", "", "is no text table", f"Export {LAYOUTS[kind].in_words} as CSV.")  # fmt: skip
    return FileResult(source.path, "rejected", kind, (problem,)), None


def _read_table(source: Source, kind: str | None) -> tuple[FileResult, _Loaded | None] | None:
    assert source.content is not None
    reading = read_export(source.content, kind)
    if reading is None:
        return None
    if reading.facts is None:
        return FileResult(source.path, "rejected", reading.kind, reading.problems), None
    result = FileResult(
        source.path, "loaded", reading.kind, reading.problems, rows=reading.facts.num_rows
    )
    return result, _Loaded(reading.kind, {reading.fact_table: reading.facts}, None)


def _from_835(source: Source, reading: Reading) -> tuple[FileResult, _Loaded | None]:
    assert source.content is not None
    if reading.refused:
        return FileResult(source.path, "rejected", "835", reading.problems), None
    facts = {name: getattr(reading, name) for name in REMITTANCE_TABLES}
    states = reading.remittance.column("balance_state")
    result = FileResult(
        source.path,
        "loaded",
        "835",
        reading.problems,
        remittances=reading.remittance.num_rows,
        claims=reading.claim_payment.num_rows,
        service_lines=reading.service_payment.num_rows,
        claim_adjustments=reading.claim_adjustment.num_rows,
        provider_adjustments=reading.provider_adjustment.num_rows,
        payment_amount=_total(reading.remittance, "payment_amount"),
        claim_paid=_total(reading.remittance, "claim_paid"),
        provider_adjustment_total=_total(reading.remittance, "provider_adjustment_total"),
        unbalanced=pc.sum(pc.not_equal(states, "balanced")).as_py() or 0,
        rows=reading.remittance.num_rows,
    )
    return result, _Loaded("835", facts, _without_patients(source.content, reading))


def _total(table: pa.Table, column: str) -> Decimal:
    found: Decimal | None = pc.sum(table.column(column)).as_py()
    return (found or _NOTHING).quantize(_NOTHING)


def _without_patients(content: bytes, reading: Reading) -> bytes:
    """The file with every letter that identifies a patient overwritten, offsets unchanged."""
    starts, ends = reading.masked
    marks = np.zeros(len(content) + 1, dtype=np.int32)
    np.add.at(marks, starts, 1)
    np.add.at(marks, ends, -1)
    buffer = np.frombuffer(content, dtype=np.uint8).copy()
    buffer[np.cumsum(marks[:-1]) > 0] = ord("x")
    return buffer.tobytes()


def _leave_out_known(
    connection: duckdb.DuckDBPyConnection, result: FileResult, loaded: _Loaded
) -> tuple[FileResult, _Loaded | None]:
    """Remittances that another file brought already count once."""
    if loaded.kind != "835":
        return result, loaded
    connection.register("incoming", loaded.facts["remittance"])
    rows = connection.execute(
        "select incoming.remittance_id, load.file from incoming "
        "join remittance using (remittance_id) join load using (load_id)"
    ).fetchall()
    connection.unregister("incoming")
    if not rows:
        return result, loaded
    files = ", ".join(sorted({row[1] for row in rows})[:3])
    note = Problem(
        "info",
        "file",
        "TRN02",
        "",
        f"{len(rows)} of {result.remittances} remittances were loaded before, from {files}: "
        "same payer, trace number, amount and date",
        "Nothing to do.",
    )
    result = replace(result, problems=(*result.problems, note))
    if len(rows) == result.remittances:
        return replace(result, status="duplicate"), None
    known = pa.array([row[0] for row in rows], type=pa.int64())
    facts = {
        name: table.filter(pc.invert(pc.is_in(table.column("remittance_id"), known)))
        for name, table in loaded.facts.items()
    }
    return result, replace(loaded, facts=facts)


def _insert_load(
    connection: duckdb.DuckDBPyConnection,
    source: Source,
    sha256: str,
    result: FileResult,
    loaded: _Loaded,
    is_sample: bool,
) -> int:
    assert source.content is not None
    row = connection.execute("select coalesce(max(load_id), 0) + 1 from load").fetchone()
    assert row is not None
    load_id = int(row[0])
    stored = next(iter(loaded.facts.values())).num_rows
    connection.execute(
        "insert into load values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            load_id,
            Path(source.path).name,
            loaded.kind,
            sha256,
            len(source.content),
            stored,
            result.unbalanced,
            _now(),
            VERSION,
            is_sample,
        ],
    )
    for name, table in loaded.facts.items():
        _insert_facts(connection, name, table, load_id)
    return load_id


_WITH_LOAD_ID = frozenset({"remittance", "offset_notice", "appeal", "provider"})


def _insert_facts(
    connection: duckdb.DuckDBPyConnection, name: str, table: pa.Table, load_id: int
) -> None:
    if name in _WITH_LOAD_ID:
        table = table.append_column("load_id", pa.array([load_id] * table.num_rows, pa.int32()))
    connection.register("incoming", table)
    connection.execute(f"insert into {name} by name select * from incoming")  # noqa: S608
    connection.unregister("incoming")


def _insert_problems(
    connection: duckdb.DuckDBPyConnection, load_id: int | None, result: FileResult
) -> None:
    name = Path(result.path).name
    rows: Iterator[tuple[object, ...]] = (
        (load_id, name, p.severity, p.location, p.field, p.value, p.message, p.remedy, _now())
        for p in result.problems
    )
    for row in rows:
        connection.execute("insert into problem values (?, ?, ?, ?, ?, ?, ?, ?, ?)", list(row))


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None, microsecond=0)
