"""Whether each remittance ties to its payment: BPR02 = sum of CLP04 - sum of PLB amounts."""

from dataclasses import dataclass

import numpy as np

from loaders.problems import Problem
from loaders.x12 import findings
from loaders.x12.claims import Claims
from loaders.x12.columns import Column, Int64, known_rows
from loaders.x12.payments import Payments
from loaders.x12.provider_adjustments import ProviderAdjustments
from loaders.x12.segments import Segments
from loaders.x12.structure import Structure
from loaders.x12.values import difference_of, sum_by


@dataclass(frozen=True)
class Balance:
    """Per remittance, cents; difference = payment - (claim_paid - provider_adjustment_total)."""

    claim_paid: Column
    provider_adjustment_total: Column
    difference: Column
    state: Int64


def balance_of(
    structure: Structure, payments: Payments, claims: Claims, adjustments: ProviderAdjustments
) -> Balance:
    """Tie each remittance (835 guide, section 1.10.2.1).

    Unchecked: an amount is unknown, the payment date or the trace number is missing, there are two
    BPR segments, or a PLB has more elements than the guide allows.
    """
    size = len(structure.st)
    paid = sum_by(structure.claim_transaction, claims.paid, size)
    adjusted = sum_by(structure.transaction[adjustments.row], adjustments.amount, size)
    net = difference_of(paid, adjusted)
    difference = difference_of(payments.amount, net)
    unchecked = ~payments.day.known | payments.repeated
    unchecked |= ~known_rows(payments.trace_number)
    unchecked[structure.transaction[adjustments.too_long]] = True
    return Balance(paid, adjusted, difference, findings.states(difference, unchecked))


def payment_problems(
    segments: Segments, structure: Structure, payments: Payments
) -> list[findings.Listing]:
    """Report what identifies the payment and is missing, repeated or unreadable."""
    found: list[findings.Listing] = []
    for name, rows, meaning in (
        ("BPR", payments.bpr, "payment amount"),
        ("TRN", payments.trn, "trace number"),
    ):
        missing = structure.st[rows < 0]
        found += _at_st(
            segments, missing, name, f"The transaction has no {name}: its {meaning} is unknown."
        )
    twice = structure.st[payments.repeated]
    found += _at_st(segments, twice, "BPR", "The transaction has more than one BPR.")
    traceless = ~known_rows(payments.trace_number)
    for rows, number, faulty, meaning in (
        (payments.bpr, 2, ~payments.amount.known, "The payment amount"),
        (payments.bpr, 16, ~payments.day.known, "The payment date"),
        (payments.trn, 2, traceless, "The trace number"),
    ):
        faulty = faulty & (rows >= 0)
        fault = findings.Fault("error", meaning, findings.QUARANTINED)
        found += findings.unreadable(segments, rows, number, faulty, fault)
    return found


def balance_problems(
    segments: Segments, payments: Payments, balance: Balance
) -> list[findings.Listing]:
    """Report every remittance that does not tie, at its BPR, with its signed difference."""
    dollars = findings.dollars
    problems = []
    for i in np.flatnonzero(balance.state == findings.UNBALANCED).tolist():
        by = dollars(int(balance.difference.values[i]))
        paid = dollars(int(balance.claim_paid.values[i]))
        adjusted = dollars(int(balance.provider_adjustment_total.values[i]))
        message = (
            f"The remittance does not balance: BPR02 differs by {by} from claims {paid} minus"
            f" provider adjustments {adjusted}; it is kept in quarantine."
        )
        where = segments.location(int(payments.bpr[i]))
        amount = dollars(int(payments.amount.values[i]))
        problems.append(Problem("error", where, "BPR02", amount, message, findings.ASK_PAYER))
    return findings.all_of("unbalanced remittances", problems)


def _at_st(segments: Segments, rows: Int64, field: str, message: str) -> list[findings.Listing]:
    """One error per transaction, placed at its ST."""

    def problem(i: int) -> Problem:
        where = segments.location(int(rows[i]))
        return Problem("error", where, field, "", message, findings.QUARANTINED)

    return findings.listed(message, len(rows), problem, "transactions like this")
