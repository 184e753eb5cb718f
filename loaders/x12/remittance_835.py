"""X12 835 remittance advice in, facts out: bytes become Arrow tables and a list of problems.

The reader is columnar: it indexes the delimiters of the whole file at once, works out the hierarchy
from cumulative maxima and counts, and gathers each element as a column. It raises nothing for bad
data. Amounts are USD, exact to the cent; positive adjustments reduce the payment.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np
import pyarrow as pa

from loaders.problems import Problem, shown
from loaders.x12 import findings
from loaders.x12.adjustments import (
    adjustment_problems,
    adjustment_table,
    read_adjustments,
    remark_table,
)
from loaders.x12.balance import balance_of, balance_problems, payment_problems
from loaders.x12.blocks import Block, whole_block
from loaders.x12.claims import claim_problems, claim_table, read_claims
from loaders.x12.columns import Int64, int64_array
from loaders.x12.cutting import index_segments
from loaders.x12.dates import claim_dates
from loaders.x12.details import detail_table
from loaders.x12.envelope import NO_EDGES, Edges, envelope_edges
from loaders.x12.lines import line_problems, line_table, read_lines
from loaders.x12.masking import identifying_spans, names_run_on, without_names
from loaders.x12.payments import (
    Payments,
    payment_ids,
    read_payments,
    remittance_id,
    remittance_table,
)
from loaders.x12.provider_adjustments import (
    provider_adjustment_problems,
    provider_adjustment_table,
    read_provider_adjustments,
    unknown_reasons,
)
from loaders.x12.refusal import refusal_of_bytes, refusal_of_head, refusal_of_text
from loaders.x12.repeats import repeat_problems, repeated
from loaders.x12.report import NOTHING, Finding, Report, refused, report_of
from loaders.x12.schemas import (
    CLAIM_ADJUSTMENT,
    CLAIM_PAYMENT,
    PROVIDER_ADJUSTMENT,
    REMARK,
    REMITTANCE,
    REMITTANCE_DETAIL,
    SERVICE_PAYMENT,
)
from loaders.x12.segments import Origin, Segments
from loaders.x12.strays import (
    inferred_problems,
    misplaced_problems,
    run_on_problems,
    skipped_problems,
    unknown_problems,
)
from loaders.x12.structure import Structure, structure_of, without
from loaders.x12.tags import Tag, code_of

__all__ = [
    "CLAIM_ADJUSTMENT",
    "CLAIM_PAYMENT",
    "PROVIDER_ADJUSTMENT",
    "REMARK",
    "REMITTANCE",
    "REMITTANCE_DETAIL",
    "SERVICE_PAYMENT",
    "Reading",
    "read_835",
    "remittance_id",
]


@dataclass(frozen=True)
class Reading:
    """What an 835 file, or a block of one, holds.

    Seven tables with the columns of data/schema.sql but load_id; every row of a remittance stands in
    file order. st_segment: number of the segment each remittance begins with. report: what was
    found, and edges: how the block's envelope joins that of its neighbours. masked: starts and ends
    of the byte spans that identify the patient or subscriber, to be overwritten before the file is
    archived; delimiters are not in them, so offsets stay right. Offsets count from the file's
    beginning, those of masked from the block's.
    """

    remittance: pa.Table
    claim_payment: pa.Table
    service_payment: pa.Table
    claim_adjustment: pa.Table
    remark: pa.Table
    provider_adjustment: pa.Table
    remittance_detail: pa.Table
    st_segment: Int64
    report: Report
    edges: tuple[Edges, ...]
    masked: tuple[Int64, Int64]

    def places(self) -> list[str]:
        """Where each remittance begins."""
        starts = self.remittance.column("byte_start").to_numpy().tolist()
        numbers = self.st_segment.tolist()
        return [f"segment {n} (ST), byte {at}" for n, at in zip(numbers, starts, strict=True)]

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Findings about a file that was read whole, quarantine first; or the one that refuses it."""
        return self.report.problems

    @property
    def refused(self) -> bool:
        """Nothing of the file may load; the tables are empty."""
        return self.report.refused_because is not None


def read_835(data: bytes) -> Reading:
    """Read an 835 file of one or more interchanges, 4010 or 5010, in one pass.

    A remittance that does not tie, or cannot be checked, is in the tables with its balance_state;
    the ledger leaves it out. Rules: the balance of the 835 guide 005010X221A1, section 1.10.2.1.
    """
    reading = read_block(whole_block(data))
    report = NOTHING.followed_by(reading.report, reading.edges)
    return replace(_refused(report) if report.refused_because else reading, report=report)


def read_block(block: Block, earlier: Mapping[int, str] = MappingProxyType({})) -> Reading:
    """Read some transactions of a file. It raises nothing for bad data; the report says what is wrong.

    earlier: remittances, by id, that earlier blocks have, and where: they are left out here.
    """
    refusal = refusal_of_bytes(block.data) if block.is_first else None
    if not refusal and not block.interchanges:
        refusal = refusal_of_text(block.data)
    elif not refusal and block.is_first:
        refusal = refusal_of_head(block.data, block.interchanges[0].start)
    if refusal:
        return _refused(refused(refusal))
    return _read(block, index_segments(block.data, block.interchanges, block.origin), earlier)


def _refused(report: Report) -> Reading:
    """Nothing but the reason."""
    none = np.zeros(0, np.int64)
    return Reading(
        REMITTANCE.empty_table(),
        CLAIM_PAYMENT.empty_table(),
        SERVICE_PAYMENT.empty_table(),
        CLAIM_ADJUSTMENT.empty_table(),
        REMARK.empty_table(),
        PROVIDER_ADJUSTMENT.empty_table(),
        REMITTANCE_DETAIL.empty_table(),
        st_segment=none,
        report=report,
        edges=NO_EDGES,
        masked=(none, none),
    )


def _read(block: Block, whole: Segments, earlier: Mapping[int, str]) -> Reading:
    """Read the 835 transactions of an index, leaving others and repeated ones out."""
    segments, other = _without_other_transactions(whole)
    structure = structure_of(segments)
    run_on = names_run_on(segments, structure)
    masked = identifying_spans(whole, segments, structure, run_on)
    segments = without_names(segments, run_on)
    payments = read_payments(segments, structure)
    ids = payment_ids(segments, structure, payments, block.data)
    segments, twice = _without_repeated(segments, structure, payments, ids, earlier)
    if twice:
        structure = structure_of(segments)
        payments = read_payments(segments, structure)
        ids = payment_ids(segments, structure, payments, block.data)
    dates = claim_dates(segments, structure)
    adjustments = read_adjustments(segments, structure)
    lines = read_lines(segments, structure, adjustments)
    claims = read_claims(segments, structure, adjustments)
    provider = read_provider_adjustments(segments, structure)
    balance = balance_of(structure, payments, claims, provider)
    sums = (balance.claim_paid, balance.provider_adjustment_total, balance.difference)
    differences = (structure.clp, claims.difference), (structure.svc, lines.difference)
    findings_in_order: tuple[Sequence[Finding], ...] = (
        payment_problems(segments, structure, payments),
        claim_problems(segments, structure, claims),
        provider_adjustment_problems(segments, provider),
        balance_problems(segments, payments, balance),
        [*twice, *other],
        inferred_problems(whole) if block.is_first else [],
        [],  # ENVELOPE_RANK: told once the file is read
        [*misplaced_problems(segments, structure), *run_on_problems(segments, run_on)],
        unknown_reasons(segments, provider),
        line_problems(segments, structure, lines),
        adjustment_problems(segments, structure, adjustments),
        dates.problems(segments),
        findings.unbalanced(segments, *differences),
        unknown_problems(segments),
        skipped_problems(segments) if block.is_first else [],
    )
    origin = segments.origin
    return Reading(
        remittance=placed(
            remittance_table(segments, structure, ids, payments, sums, balance.state), origin
        ),
        claim_payment=placed(claim_table(segments, structure, ids, claims, dates), origin),
        service_payment=placed(line_table(segments, structure, ids, lines, dates), origin),
        claim_adjustment=adjustment_table(segments, structure, ids, adjustments),
        remark=remark_table(segments, structure, ids),
        provider_adjustment=placed(
            provider_adjustment_table(segments, structure, ids, provider), origin
        ),
        remittance_detail=placed(detail_table(segments, structure, ids), origin),
        st_segment=segments.segment_number(structure.st),
        report=report_of(whole, block, findings_in_order),
        edges=envelope_edges(whole),
        masked=masked,
    )


def placed(table: pa.Table, origin: Origin) -> pa.Table:
    """A fact table with its byte offsets counted in the file."""
    for name, of_file in (("byte_start", origin.begins), ("byte_end", origin.ends)):
        if name in table.column_names and (origin.byte or origin.removed.size):
            position = table.schema.get_field_index(name)
            offsets = int64_array(of_file(table.column(position).to_numpy()) + origin.byte)
            table = table.set_column(position, table.schema.field(position), offsets)
    return table


def _without_other_transactions(segments: Segments) -> tuple[Segments, list[findings.Listing]]:
    """Leave transactions out that are not an 835, with a warning each."""
    rows = segments.rows(Tag.ST)
    others = np.flatnonzero(segments.code(rows, 1) != code_of("835"))
    if not others.size:
        return segments, []

    def problem(i: int) -> Problem:
        row = int(rows[others[i]])
        message = "The transaction is not an 835 and was left out."
        where, kind = segments.location(row), segments.value(row, 1)
        return Problem("warning", where, "ST01", shown(kind), message, "Load it where it belongs.")

    rest = "transactions are not an 835"
    found = findings.listed("others", len(others), problem, rest)
    return without(segments, others.tolist()), found


def _without_repeated(
    segments: Segments,
    structure: Structure,
    payments: Payments,
    ids: Int64,
    earlier: Mapping[int, str],
) -> tuple[Segments, list[findings.Listing]]:
    """Leave out what has the same payer, trace, amount and date as a transaction before it."""
    again, originals = repeated(ids, earlier)
    if not again.size:
        return segments, []
    places = [segments.location(row) for row in structure.st[again].tolist()]
    before = [
        earlier.get(int(ids[at])) or segments.location(int(structure.st[original]))
        for at, original in zip(again.tolist(), originals.tolist(), strict=True)
    ]
    traces = [segments.value(row, 2) for row in payments.trn[again].tolist()]
    return without(segments, again.tolist()), repeat_problems(places, before, traces)
