"""Which sign of a source's adjustments reduces payment: decided once for a source, by what balances.

A raw provider adjustment reduces the payment when it is positive; reports often print reductions
negative. The sign that makes at least 95 % of what can be balanced come out is the source's.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from loaders.posted.payments import Posted
from loaders.posted.words import RECOUPMENT
from loaders.problems import Problem, Severity
from loaders.reference_lists import plb_classes

PERCENT_NEEDED = 95
STATE_IT = (
    "State the sign: on the Data page, where you say what the columns are, or in a mapping "
    "(adjustments_reduce = true or false)."
)


@dataclass(frozen=True)
class Evidence:
    """How many of those that can tell balance with each sign."""

    told: int
    positive_reduces: int
    negative_reduces: int

    def winner(self) -> int | None:
        """1 where positive reduces, -1 where negative does, None where neither reaches 95 %."""
        if self.told and 100 * self.positive_reduces >= PERCENT_NEEDED * self.told:
            return 1
        if self.told and 100 * self.negative_reduces >= PERCENT_NEEDED * self.told:
            return -1
        return None

    def in_words(self, what: str) -> str:
        """The evidence as it is shown."""
        return (
            f"positive reduces: {self.positive_reduces} of {self.told} {what} balance;"
            f" negative reduces: {self.negative_reduces} of {self.told}"
        )


@dataclass(frozen=True)
class Sign:
    """What an amount is multiplied with so that positive reduces payment; None where nothing tells."""

    factor: int | None
    problem: Problem | None


def evidence_of(cases: Iterable[tuple[Decimal, Decimal]]) -> Evidence:
    """Weigh pairs of (what is missing from the payment, what the adjustments add up to), USD.

    Adjustments that add up to nothing tell nothing.
    """
    told = positive = negative = 0
    for missing, adjusted in cases:
        if adjusted:
            told += 1
            positive += missing == adjusted
            negative += missing == -adjusted
    return Evidence(told, positive, negative)


def provider_adjustment_sign(payments: Sequence[Posted], stated: bool | None) -> Sign:
    """The sign of the provider adjustments of one source; an error says that nothing decides it.

    Decided by what the mapping states, else by balance, else by the amounts of recoupment codes, which
    are reductions where all of them have one sign.
    """
    if not any(payment.provider_adjustments for payment in payments):
        return Sign(1, None)
    evidence = evidence_of(
        (paid - payment.payment_amount, payment.provider_adjustment_sum())
        for payment in payments
        if payment.detailed
        and payment.payment_amount is not None
        and (paid := payment.claim_paid()) is not None
    )
    if stated is not None:
        return _stated(1 if stated else -1, evidence)
    winner = evidence.winner()
    if winner is not None:
        return Sign(winner, _note("info", _reading(winner, evidence), "Nothing to do."))
    if evidence.told:
        message = f"The sign of the provider adjustments cannot be told: {_seen(evidence)}."
        return Sign(None, _note("error", message, STATE_IT))
    return _by_recoupments(payments)


def claim_adjustment_sign(payments: Sequence[Posted], stated: bool | None) -> Sign:
    """The sign of claim adjustments, by charge - adjustments = paid; only claims that balance one way tell.

    Claims that do not balance refuse nothing, so neither does an open sign: it stays as printed.
    """
    cases = [
        (claim.charge - claim.paid, adjusted)
        for payment in payments
        for claim in payment.claims
        if claim.charge is not None
        and claim.paid is not None
        and (adjusted := claim.adjusted()) is not None
    ]
    evidence = evidence_of(case for case in cases if abs(case[0]) == abs(case[1]))
    winner = evidence.winner()
    words = evidence.in_words("claims")
    if winner == -1:
        message = f"Claim adjustments are printed negative where they reduce: {words}."
        return Sign(-1, _claim_note("info", message, "Nothing to do."))
    if winner is None and stated is not None:
        return Sign(1 if stated else -1, None)
    if winner is None and evidence.told:
        message = f"Claim adjustments are printed with both signs: {words}. They stay as printed."
        return Sign(1, _claim_note("warning", message, "Look at the amounts before using causes."))
    return Sign(1, None)


def _stated(factor: int, evidence: Evidence) -> Sign:
    if not evidence.told or evidence.winner() == factor:
        return Sign(factor, None)
    message = (
        f"The mapping states the sign, and the balance does not bear it out: {_seen(evidence)}."
    )
    return Sign(factor, _note("warning", message, "Compare one payment with its remittance."))


def _by_recoupments(payments: Sequence[Posted]) -> Sign:
    classes = plb_classes()
    amounts = [
        adjustment.amount
        for payment in payments
        for adjustment in payment.provider_adjustments
        if adjustment.amount and classes.get(adjustment.reason_code) == RECOUPMENT
    ]
    signs = {amount > 0 for amount in amounts}
    if len(signs) != 1:
        message = (
            "Nothing tells which sign of the provider adjustments reduces payment: no payment can be"
            " balanced, and the recoupments have " + ("both signs." if signs else "no amounts.")
        )
        return Sign(None, _note("error", message, STATE_IT))
    positive = signs.pop()
    message = (
        f"No payment can be balanced; all {len(amounts)} recoupments are"
        f" {'positive' if positive else 'negative'}, so that sign was read as money taken."
    )
    return Sign(1 if positive else -1, _note("warning", message, STATE_IT))


def _seen(evidence: Evidence) -> str:
    return evidence.in_words("remittances")


def _reading(winner: int, evidence: Evidence) -> str:
    sign = "positive" if winner == 1 else "negative"
    return f"Provider adjustments reduce payment when {sign}: {_seen(evidence)}."


def _note(severity: Severity, message: str, remedy: str) -> Problem:
    return Problem(severity, "whole column", "plb_amount", "", message, remedy)


def _claim_note(severity: Severity, message: str, remedy: str) -> Problem:
    return Problem(severity, "whole column", "adjustment_amount", "", message, remedy)
