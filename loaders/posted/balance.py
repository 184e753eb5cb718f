"""Whether the payments of posted remittance tie: payment amount = claims paid - provider adjustments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from loaders.posted.payments import Posted
from loaders.posted.rows import Row
from loaders.problems import Problem

BALANCED, UNBALANCED, UNCHECKED = "balanced", "unbalanced", "unchecked"
COMPARE = "Compare it with the payer's remittance, or load its 835."


@dataclass(frozen=True)
class Balance:
    """Amounts of one remittance in USD, positive adjustments reduce the payment; difference as in the schema.

    derived: an amount was made from the others, so that it ties by construction.
    """

    payment_amount: Decimal | None
    claim_paid: Decimal | None
    provider_adjustment_total: Decimal
    difference: Decimal | None
    state: str
    derived: bool


def balance_of(payment: Posted, factor: int) -> Balance:
    """Tie one remittance (835 guide, section 1.10.2.1).

    Where no table tells its claims, what they were paid is payment + provider adjustments; a takeback
    without the payment's amount stands alone: no claims, and a payment of minus the amount taken.
    """
    adjusted = factor * payment.provider_adjustment_sum()
    amount = payment.payment_amount
    if not payment.detailed:
        paid = Decimal("0.00") if amount is None else amount + adjusted
        return Balance(paid - adjusted, paid, adjusted, Decimal("0.00"), BALANCED, True)
    known = payment.claim_paid()
    if amount is None or known is None:
        return Balance(amount, known, adjusted, None, UNCHECKED, False)
    difference = amount - (known - adjusted)
    state = UNBALANCED if difference else BALANCED
    return Balance(amount, known, adjusted, difference, state, False)


def difference_of(
    charge: Decimal | None, adjusted: Decimal | None, paid: Decimal | None
) -> tuple[Decimal | None, str]:
    """Charge - adjustments - paid of a claim or line in USD, and its state; unknown amounts leave it unchecked."""
    if charge is None or adjusted is None or paid is None:
        return None, UNCHECKED
    difference = charge - adjusted - paid
    return difference, UNBALANCED if difference else BALANCED


def first_row(payment: Posted) -> Row:
    """The row a finding about a payment is shown at."""
    rows = [*payment.rows, *(row for claim in payment.claims for row in claim.rows)]
    rows += [adjustment.row for adjustment in payment.provider_adjustments]
    own = [row for row in rows if row.table == payment.owner]
    return (own or rows)[0]


def balance_problems(payments: Sequence[Posted], balances: Sequence[Balance]) -> list[Problem]:
    """Report every remittance that does not tie or cannot be checked."""
    found = []
    for payment, balance in zip(payments, balances, strict=True):
        if balance.state == UNBALANCED:
            found.append(_unbalanced(payment, balance))
        elif balance.state == UNCHECKED:
            found.append(_unchecked(payment, balance))
    return found


def _unbalanced(payment: Posted, balance: Balance) -> Problem:
    message = (
        f"The remittance does not balance: the payment amount differs by {balance.difference} from"
        f" claims {balance.claim_paid} minus provider adjustments"
        f" {balance.provider_adjustment_total}; it is kept in quarantine."
    )
    place = first_row(payment).place
    return Problem("error", place, "payment amount", str(balance.payment_amount), message, COMPARE)


def _unchecked(payment: Posted, balance: Balance) -> Problem:
    lacking = "payment amount" if balance.payment_amount is None else "paid amount of a claim"
    message = f"The {lacking} is not known, so nothing ties; the remittance is kept in quarantine."
    remedy = "Add the column, or load the list of payments (check number, date, amount) with it."
    return Problem("error", first_row(payment).place, lacking, "", message, remedy)
