"""What is worth knowing about posted remittance that loads: unknown words, rows left out, what cannot be seen."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal

from loaders.posted.balance import UNBALANCED, Balance
from loaders.posted.facts import claim_balance
from loaders.posted.payments import Posted
from loaders.posted.rows import Row, shortlist
from loaders.posted.words import claim_status, filing_indicator
from loaders.problems import Problem

EDIT_PHRASES = (
    "If it is one, add the wording to data/reference/recoupment_phrase.csv and load again."
)
EDIT_WORDS = "Add the words to data/reference/remittance_words.csv and load again."


def findings_of(
    payments: Sequence[Posted], balances: Sequence[Balance], claim_factor: int
) -> list[tuple[int, Problem]]:
    """Findings with the table each is about."""
    return [
        *_visible_only(payments, balances),
        *_unknown_codes(payments),
        *_unknown_words(payments),
        *_negative_without_status(payments),
        *_left_out(payments),
        *_unbalanced_claims(payments, claim_factor),
    ]


def _visible_only(
    payments: Sequence[Posted], balances: Sequence[Balance]
) -> list[tuple[int, Problem]]:
    """Payments without claim detail: once for those with an amount, once for those without."""
    found = []
    derived = [p for p, balance in zip(payments, balances, strict=True) if balance.derived]
    for with_amount in (True, False):
        some = [p for p in derived if (p.payment_amount is not None) == with_amount]
        if some:
            message = _with_amount(some) if with_amount else _without_amount(some)
            remedy = (
                "Load the 835 or a table with the claims of these payments for the whole picture."
            )
            field = "paid" if with_amount else "payment amount"
            found.append(
                (some[0].owner, Problem("warning", "whole table", field, "", message, remedy))
            )
    return found


def _with_amount(payments: Sequence[Posted]) -> str:
    return (
        f"PLB-visible only: {len(payments)} remittances have no claims, so overpayments taken through"
        " claim reversals cannot be seen; what claims were paid is payment + provider adjustments."
    )


def _without_amount(payments: Sequence[Posted]) -> str:
    return (
        f"PLB-visible only: {len(payments)} remittances have neither payment amount nor claims;"
        " payments, and rates that divide by them, are not known from this table."
    )


def _unknown_codes(payments: Sequence[Posted]) -> list[tuple[int, Problem]]:
    rows: dict[tuple[int, str], list[tuple[Row, str]]] = defaultdict(list)
    for payment in payments:
        for adjustment in payment.provider_adjustments:
            if not adjustment.known:
                written = adjustment.row.text("plb_code") or adjustment.row.text("phrase") or ""
                rows[(adjustment.row.table, written)].append(
                    (adjustment.row, adjustment.reason_code)
                )
    problems: dict[int, list[Problem]] = defaultdict(list)
    for (table, written), found in rows.items():
        row, code = found[0]
        what = "wording" if written else "blank code"
        message = (
            f"The {what} of {len(found)} provider adjustments is in no list: kept as {code!r}, shown,"
            " and counted as no recoupment."
        )
        problems[table].append(
            Problem("warning", row.place, "plb code", written, message, EDIT_PHRASES)
        )
    return _listed(problems)


def _unknown_words(payments: Sequence[Posted]) -> list[tuple[int, Problem]]:
    first: dict[tuple[int, str, str], Row] = {}
    for payment in payments:
        for claim in payment.claims:
            table = claim.rows[0].table
            for field, read in (
                ("claim_status", claim_status),
                ("filing_indicator", filing_indicator),
            ):
                written = claim.text(field)
                if written and not read(written)[1]:
                    first.setdefault((table, field, written), claim.rows[0])
    problems: dict[int, list[Problem]] = defaultdict(list)
    for (table, field, written), row in first.items():
        message = f"The {field.replace('_', ' ')} is in no list and stays as written."
        problems[table].append(
            Problem("warning", row.place, field.replace("_", " "), written, message, EDIT_WORDS)
        )
    return _listed(problems)


def _negative_without_status(payments: Sequence[Posted]) -> list[tuple[int, Problem]]:
    problems: dict[int, list[Problem]] = defaultdict(list)
    for payment in payments:
        for claim, status in zip(payment.claims, payment.statuses, strict=True):
            if not status and claim.paid is not None and claim.paid < 0:
                row = claim.rows[0]
                message = (
                    "The claim is paid less than nothing, has no status and no other row: it is not"
                    " counted as a reversal."
                )
                remedy = "Export the claim status (CLP02) with it."
                problems[row.table].append(
                    Problem("warning", row.place, "claim status", "", message, remedy)
                )
    return _listed(problems)


def _left_out(payments: Sequence[Posted]) -> list[tuple[int, Problem]]:
    problems: dict[int, list[Problem]] = defaultdict(list)
    for row in (row for payment in payments for row in payment.left):
        message = (
            "The row fits no claim of its payment, or several: no adjustment was read from it."
        )
        remedy = "Export the claim number and the claim status with it."
        problems[row.table].append(
            Problem("warning", row.place, "adjustment amount", "", message, remedy)
        )
    return _listed(problems)


def _unbalanced_claims(payments: Sequence[Posted], factor: int) -> list[tuple[int, Problem]]:
    problems: dict[int, list[Problem]] = defaultdict(list)
    for payment in payments:
        for claim in payment.claims:
            difference, state = claim_balance(claim, factor, payment.adjusted)
            if state == UNBALANCED:
                row = claim.rows[0]
                problems[row.table].append(_unbalanced_claim(row, difference))
    return _listed(problems)


def _unbalanced_claim(row: Row, difference: Decimal | None) -> Problem:
    message = f"The claim does not balance: charge - adjustments - paid = {difference}."
    remedy = "Nothing to do for the totals; look at the adjustments when working this claim."
    return Problem("warning", row.place, "paid", str(difference), message, remedy)


def _listed(problems: dict[int, list[Problem]]) -> list[tuple[int, Problem]]:
    return [(table, p) for table, found in problems.items() for p in shortlist(found)]


def joined_note(payments: Iterable[Posted], path: str) -> Problem:
    """Says where the rows of a table without payments of its own went."""
    count = sum(1 for _ in payments)
    message = f"Its rows were joined to {count} remittances of {path}."
    return Problem("info", "whole table", "table", "", message, "Nothing to do.")
