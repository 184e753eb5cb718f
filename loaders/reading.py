"""Turns a file into a result and facts, whatever its format; knows nothing of the warehouse."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from loaders.exports import read_export
from loaders.layouts import LAYOUTS
from loaders.problems import Problem
from loaders.remittance_835 import Reading, read_835
from loaders.results import NO_MONEY, REMITTANCE_TABLES, FileFacts, FileRead, FileResult, Kind
from loaders.sources import Source

TOGETHER_BYTES = 4 << 20
_ISA_BYTES = 106

Positions = npt.NDArray[np.int64]


def read_source(source: Source, kind: Kind = "auto") -> FileRead:
    """Reads one file; what cannot be read is a rejected result with its problems."""
    if source.content is None:
        problems = (source.problem,) if source.problem else ()
        return FileRead(FileResult(source.path, "rejected", "unknown", problems), None)
    if kind in LAYOUTS:
        return _read_table(source, source.content, kind) or _no_table(source, kind)
    if kind == "auto" and not _looks_like_x12(source.content):
        table = _read_table(source, source.content, None)
        if table is not None:
            return table
    return _from_835(source.path, source.content, read_835(source.content))


def batches(sources: Iterable[Source], kind: Kind) -> Iterator[list[Source]]:
    """Sources in the order given: small 835 files that may be read in one pass together, others alone."""
    batch: list[Source] = []
    size = 0
    for source in sources:
        content = source.content or b""
        joins = kind in ("auto", "835") and _is_whole_interchange(content)
        if batch and (not joins or size + len(content) > TOGETHER_BYTES):
            yield batch
            batch, size = [], 0
        if joins:
            batch.append(source)
            size += len(content)
        else:
            yield [source]
    if batch:
        yield batch


def read_batch(sources: Sequence[Source], kind: Kind = "auto") -> list[FileRead]:
    """Reads one of `batches`; in one pass where nothing is wrong with any file, else one by one."""
    contents = [source.content for source in sources if source.content is not None]
    if len(contents) == len(sources) > 1:
        reading = read_835(b"\n".join(contents))
        if not reading.refused and not reading.problems:
            parts = _split(reading, contents)
            if all(part.remittance.num_rows for part in parts):
                return [
                    _from_835(source.path, content, part)
                    for source, content, part in zip(sources, contents, parts, strict=True)
                ]
    return [read_source(source, kind) for source in sources]


def _looks_like_x12(content: bytes) -> bool:
    head = content[:4096]
    return b"ISA" in head or head.lstrip(b"\xef\xbb\xbf \t\r\n")[:2].upper() in (b"ST", b"GS")


def _is_whole_interchange(content: bytes) -> bool:
    """Whether a file starts with ISA and ends with IEA and its terminator, so that it may stand among others."""
    if not content.startswith(b"ISA") or len(content) <= _ISA_BYTES:
        return False
    end = content.rstrip()
    terminator = content[_ISA_BYTES - 1 : _ISA_BYTES]
    return end.endswith(terminator) and end[:-1].rpartition(terminator)[2].strip().startswith(
        b"IEA"
    )


def _split(reading: Reading, contents: Sequence[bytes]) -> list[Reading]:
    """A reading of files joined by one byte, cut into those of the files; byte offsets start anew in each."""
    starts = np.cumsum([0, *(len(content) + 1 for content in contents)], dtype=np.int64)
    ids = reading.remittance.column("remittance_id").to_numpy()
    file_of = (
        np.searchsorted(starts, reading.remittance.column("byte_start").to_numpy(), "right") - 1
    )
    order = np.argsort(ids)
    cuts: dict[str, Positions] = {}
    for name in REMITTANCE_TABLES:
        own = getattr(reading, name).column("remittance_id").to_numpy()
        files = file_of[order[np.searchsorted(ids, own, sorter=order)]]
        cuts[name] = np.searchsorted(files, np.arange(len(contents) + 1))
    masked_from, masked_to = reading.masked
    mask_cuts = np.searchsorted(masked_from, starts)
    return [
        Reading(
            **{
                name: _shifted(
                    getattr(reading, name).slice(cut[n], cut[n + 1] - cut[n]), int(starts[n])
                )
                for name, cut in cuts.items()
            },
            problems=(),
            refused=False,
            masked=(
                masked_from[mask_cuts[n] : mask_cuts[n + 1]] - starts[n],
                masked_to[mask_cuts[n] : mask_cuts[n + 1]] - starts[n],
            ),
        )
        for n in range(len(contents))
    ]


def _shifted(table: pa.Table, offset: int) -> pa.Table:
    for name in ("byte_start", "byte_end"):
        position = table.schema.get_field_index(name)
        if position >= 0:
            moved = pc.subtract(table.column(position), pa.scalar(offset, pa.int64()))
            table = table.set_column(position, table.schema.field(position), moved)
    return table


def _read_table(source: Source, content: bytes, kind: str | None) -> FileRead | None:
    reading = read_export(content, kind)
    if reading is None:
        return None
    if reading.facts is None:
        return FileRead(FileResult(source.path, "rejected", reading.kind, reading.problems), None)
    count = reading.facts.num_rows
    result = FileResult(source.path, "loaded", reading.kind, reading.problems, rows=count)
    return FileRead(result, FileFacts({reading.fact_table: reading.facts}))


def _no_table(source: Source, kind: str) -> FileRead:
    problem = Problem(
        "error",
        "file",
        "file",
        "",
        "This is no text table.",
        f"Export {LAYOUTS[kind].in_words} as CSV.",
    )
    return FileRead(FileResult(source.path, "rejected", kind, (problem,)), None)


def _from_835(path: str, content: bytes, reading: Reading) -> FileRead:
    if reading.refused:
        return FileRead(FileResult(path, "rejected", "835", reading.problems), None)
    states = reading.remittance.column("balance_state").to_pylist()
    result = FileResult(
        path,
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
        unbalanced=states.count("unbalanced"),
        quarantined=len(states) - states.count("balanced"),
        rows=reading.remittance.num_rows,
    )
    tables = {name: getattr(reading, name) for name in REMITTANCE_TABLES}
    return FileRead(result, FileFacts(tables, _without_patients(content, reading)))


def _total(table: pa.Table, column: str) -> Decimal:
    found: Decimal | None = pc.sum(table.column(column)).as_py()
    return (found or NO_MONEY).quantize(NO_MONEY)


def _without_patients(content: bytes, reading: Reading) -> bytes:
    """The file with every byte that identifies a patient overwritten, offsets unchanged."""
    starts, ends = reading.masked
    marks = np.zeros(len(content) + 1, dtype=np.int32)
    np.add.at(marks, starts, 1)
    np.add.at(marks, ends, -1)
    buffer = np.frombuffer(content, dtype=np.uint8).copy()
    buffer[np.cumsum(marks[:-1]) > 0] = ord("x")
    return buffer.tobytes()
