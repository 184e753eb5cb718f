"""Codes, reasons, statuses and wording as exports write them."""

from __future__ import annotations

import pytest

from loaders.posted.words import adjustment_code, claim_status, provider_adjustment_code
from tests.posted_exports import (
    cells,
    claim,
    one,
    payment,
    problems,
    usd,
)


@pytest.mark.parametrize(
    ("written", "phrase", "code", "reference"),
    [
        ("WO:E5B", None, "WO", "E5B"),
        ("wo", None, "WO", None),
        ("WO:A:B", None, "WO", "A:B"),
        ("WO 12345", None, "WO", "12345"),
        ("WO-12345", None, "WO", "12345"),
        ("72:", None, "72", None),
        ("WO - Overpayment Recovery", None, "WO", None),
        ("Negative Balance Recovery", None, "WO", None),
        (None, "Prior claim adjustment", "WO", None),
        (None, "REFUND REQUEST OFFSET #12", "WO", None),
        (None, "Provider Takeback", "WO", None),
        (None, "Balance Forward", "FB", None),
        (None, "Readjudication Notice", "WO", None),
        (None, "Rebate Check", "B2", None),
        ("ZZ:1", None, "ZZ", "1"),
    ],
)
def test_codes_of_provider_adjustments_as_they_are_written(
    written: str | None, phrase: str | None, code: str, reference: str | None
) -> None:
    found = provider_adjustment_code(written, phrase)
    assert (found.code, found.reference, found.known) == (code, reference, code != "ZZ")


def test_wording_in_no_list_is_kept_flagged_and_never_guessed() -> None:
    read = one(
        {**payment("90.00"), **claim("A", "100.00")},
        {**payment("90.00"), "phrase": "Misc. debit", "plb_amount": usd("10.00")},
    )
    assert cells(read, "provider_adjustment", "reason_code") == [("other",)]
    assert [(p.field, p.value) for p in problems(read, "warning")] == [("plb code", "Misc. debit")]
    assert provider_adjustment_code(None, "Interest on a takeback").code == "other"


@pytest.mark.parametrize(
    ("group", "reason", "codes"),
    [
        (None, "CO-45", ("CO", "45")),
        (None, "CO45", ("CO", "45")),
        (None, "co/45", ("CO", "45")),
        ("CO", "45", ("CO", "45")),
        ("Contractual Obligation", "045", ("CO", "45")),
        ("Patient Responsibility", "1", ("PR", "1")),
        ("CO-45", None, ("CO", "45")),
        (None, "B13", (None, "B13")),
        (None, "PRB7", ("PR", "B7")),
    ],
)
def test_reasons_of_claim_adjustments_as_they_are_written(
    group: str | None, reason: str | None, codes: tuple[str | None, str]
) -> None:
    assert adjustment_code(group, reason) == codes


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("Reversal of previous payment", "22"),
        ("22", "22"),
        ("22 - Reversal of Previous Payment", "22"),
        ("01", "1"),
        ("Processed as Primary, Forwarded to Additional Payer(s)", "19"),
        ("DENIED", "4"),
        ("Lost in the mail", "Lost in the mail"),
    ],
)
def test_claim_statuses_in_words(written: str, code: str) -> None:
    assert claim_status(written) == (code, code != written or code.isdigit())


def test_a_status_in_no_list_stays_as_written_with_a_warning() -> None:
    read = one({**payment("1.00"), **claim("A", "1.00", claim_status="Weird")})
    assert cells(read, "claim_payment", "claim_status") == [("Weird",)]
    assert [(p.field, p.value) for p in problems(read, "warning")] == [("claim status", "Weird")]
