"""X12 835 remittance advice in, facts out: bytes become Arrow tables and a list of problems.

The reader is columnar: it indexes the delimiters of the whole file at once, works out the hierarchy
from cumulative maxima and counts, and gathers each element as a column. It raises nothing for bad
data. Amounts are USD, exact to the cent; positive adjustments reduce the payment.
"""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from loaders import x12_findings as findings
from loaders.problems import Problem
from loaders.x12 import Segments, Tag, code_of, index_segments
from loaders.x12_adjustments import (
    adjustment_problems,
    adjustment_table,
    read_adjustments,
    remark_table,
)
from loaders.x12_balance import balance_of, balance_problems, payment_problems
from loaders.x12_claims import claim_problems, claim_table, read_claims
from loaders.x12_columns import Int64
from loaders.x12_dates import claim_dates
from loaders.x12_delimiters import find_interchanges
from loaders.x12_envelope import (
    envelope_problems,
    misplaced_problems,
    skipped_problems,
    unknown_problems,
)
from loaders.x12_lines import line_problems, line_table, read_lines
from loaders.x12_masking import identifying_spans
from loaders.x12_payments import (
    Payments,
    payment_ids,
    read_payments,
    remittance_id,
    remittance_table,
)
from loaders.x12_provider_adjustments import (
    provider_adjustment_problems,
    provider_adjustment_table,
    read_provider_adjustments,
)
from loaders.x12_refusal import refusal_of_bytes, refusal_of_text, refusal_of_transactions
from loaders.x12_schemas import (
    CLAIM_ADJUSTMENT,
    CLAIM_PAYMENT,
    PROVIDER_ADJUSTMENT,
    REMARK,
    REMITTANCE,
    SERVICE_PAYMENT,
)
from loaders.x12_structure import Structure, structure_of, without

__all__ = [
    "CLAIM_ADJUSTMENT",
    "CLAIM_PAYMENT",
    "PROVIDER_ADJUSTMENT",
    "REMARK",
    "REMITTANCE",
    "SERVICE_PAYMENT",
    "Reading",
    "read_835",
    "remittance_id",
]


@dataclass(frozen=True)
class Reading:
    """What an 835 file holds.

    Six tables with the columns of data/schema.sql but load_id; every row of a remittance stands in
    file order. problems: findings, those that keep a remittance in quarantine first. refused:
    nothing of the file may load, the tables are empty and the one problem says why. masked: starts
    and ends of the byte spans that identify the patient or subscriber, to be overwritten before the
    file is archived; delimiters are not in them, so offsets stay right.
    """

    remittance: pa.Table
    claim_payment: pa.Table
    service_payment: pa.Table
    claim_adjustment: pa.Table
    remark: pa.Table
    provider_adjustment: pa.Table
    problems: tuple[Problem, ...]
    refused: bool
    masked: tuple[Int64, Int64]


def read_835(data: bytes) -> Reading:
    """Read an 835 file of one or more interchanges, 4010 or 5010.

    A remittance that does not tie, or cannot be checked, is in the tables with its balance_state;
    the ledger leaves it out. Rules: DOMAIN section 2 and the 835 guide 005010X221A1.
    """
    refusal = refusal_of_bytes(data)
    if refusal:
        return _refused(refusal)
    interchanges = find_interchanges(data)
    if not interchanges:
        return _refused(refusal_of_text(data))
    segments = index_segments(data, interchanges)
    refusal = refusal_of_transactions(segments)
    return _refused(refusal) if refusal else _read(segments)


def _refused(problem: Problem) -> Reading:
    """Nothing but the reason."""
    none = np.zeros(0, np.int64)
    return Reading(
        REMITTANCE.empty_table(),
        CLAIM_PAYMENT.empty_table(),
        SERVICE_PAYMENT.empty_table(),
        CLAIM_ADJUSTMENT.empty_table(),
        REMARK.empty_table(),
        PROVIDER_ADJUSTMENT.empty_table(),
        problems=(problem,),
        refused=True,
        masked=(none, none),
    )


def _read(whole: Segments) -> Reading:
    """Read the 835 transactions of an index, leaving others and repeated ones out."""
    segments, other = _without_other_transactions(whole)
    structure = structure_of(segments)
    masked = identifying_spans(whole, segments, structure)
    payments = read_payments(segments, structure)
    ids = payment_ids(segments, structure, payments)
    segments, repeated = _without_repeated(segments, structure, payments, ids)
    if repeated:
        structure = structure_of(segments)
        payments = read_payments(segments, structure)
        ids = payment_ids(segments, structure, payments)
    dates = claim_dates(segments, structure)
    adjustments = read_adjustments(segments, structure)
    lines = read_lines(segments, structure, adjustments)
    claims = read_claims(segments, structure, adjustments)
    provider = read_provider_adjustments(segments, structure)
    balance = balance_of(structure, payments, claims, provider)
    sums = (balance.claim_paid, balance.provider_adjustment_total, balance.difference)
    problems = (
        *payment_problems(segments, structure, payments),
        *claim_problems(segments, structure, claims),
        *provider_adjustment_problems(segments, provider),
        *balance_problems(segments, structure, balance),
        *repeated,
        *other,
        *envelope_problems(whole),
        *misplaced_problems(segments, structure),
        *line_problems(segments, structure, lines),
        *adjustment_problems(segments, structure, adjustments),
        *dates.problems(segments),
        *findings.unbalanced(
            segments, (structure.clp, claims.difference), (structure.svc, lines.difference)
        ),
        *unknown_problems(segments),
        *skipped_problems(segments),
    )
    return Reading(
        remittance=remittance_table(segments, structure, ids, payments, sums, balance.state),
        claim_payment=claim_table(segments, structure, ids, claims, dates),
        service_payment=line_table(segments, structure, ids, lines, dates),
        claim_adjustment=adjustment_table(segments, structure, ids, adjustments),
        remark=remark_table(segments, structure, ids),
        provider_adjustment=provider_adjustment_table(segments, structure, ids, provider),
        problems=problems,
        refused=False,
        masked=masked,
    )


def _without_other_transactions(segments: Segments) -> tuple[Segments, list[Problem]]:
    """Leave transactions out that are not an 835, with a warning each."""
    rows = segments.rows(Tag.ST)
    others = np.flatnonzero(segments.code(rows, 1) != code_of("835"))
    if not others.size:
        return segments, []

    def problem(i: int) -> Problem:
        row = int(rows[others[i]])
        message = "The transaction is not an 835 and was left out."
        where, kind = segments.location(row), segments.value(row, 1)
        return Problem("warning", where, "ST01", kind, message, "Load it where it belongs.")

    problems = findings.listed(len(others), problem, "transactions are not an 835")
    return without(segments, others.tolist()), problems


def _without_repeated(
    segments: Segments, structure: Structure, payments: Payments, ids: Int64
) -> tuple[Segments, list[Problem]]:
    """Leave out what has the same payer, trace, amount and date as a transaction before it."""
    _, first, number = np.unique(ids, return_index=True, return_inverse=True)
    repeated = np.flatnonzero(first[number] != np.arange(len(ids)))
    if not repeated.size:
        return segments, []
    rows, originals = structure.st[repeated], structure.st[first[number[repeated]]]

    def problem(i: int) -> Problem:
        earlier = segments.location(int(originals[i]))
        message = (
            "The remittance is printed twice in this file: payer, trace number, amount and date are"
            f" those of {earlier}. This one was left out."
        )
        trace = segments.value(int(payments.trn[repeated[i]]), 2)
        where = segments.location(int(rows[i]))
        return Problem("warning", where, "TRN02", trace, message, _COMPARE)

    return without(segments, repeated.tolist()), findings.listed(
        len(repeated), problem, "remittances are printed twice"
    )


_COMPARE = "Compare the two; if they differ, ask the payer for separate trace numbers."
