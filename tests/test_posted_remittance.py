"""Posted remittance from tables: every grain and sign comes to the facts of the 835, or is refused in words."""

from __future__ import annotations

from pathlib import Path

import pytest

from loaders.x12.remittance_835 import Reading, read_835
from tests.posted_exports import (
    DAY,
    Cells,
    adjustment_grain,
    cells,
    claim,
    claim_grain,
    errors,
    facts,
    one,
    payment,
    plb_list,
    problems,
    rows,
    rows_of,
    table,
    takeback,
    usd,
)
from tests.stories import STORIES

FIXTURES = Path(__file__).parent / "fixtures"
MONEY_TABLES = ("remittance", "claim_payment", "provider_adjustment")


@pytest.fixture(params=[story.file for story in STORIES])
def reading(request: pytest.FixtureRequest) -> Reading:
    return read_835((FIXTURES / f"{request.param}.835").read_bytes())


@pytest.mark.parametrize("sign", [1, -1])
def test_a_story_at_claim_grain_comes_to_the_facts_of_its_835(reading: Reading, sign: int) -> None:
    read = one(*claim_grain(reading, sign))
    found = facts(lambda name: rows(read, name), *MONEY_TABLES)
    assert found == facts(rows_of(reading), *MONEY_TABLES)
    assert read.result.status == "loaded"
    assert (read.result.quarantined, read.result.unbalanced) == (0, 0)


@pytest.mark.parametrize("sign", [1, -1])
def test_a_story_at_adjustment_grain_counts_each_claim_once(reading: Reading, sign: int) -> None:
    read = one(*adjustment_grain(reading, sign))
    assert facts(lambda name: rows(read, name)) == facts(rows_of(reading))
    assert set(cells(read, "claim_payment", "difference", "balance_state")) == {
        (usd("0.00"), "balanced")
    }


def test_the_result_counts_what_the_table_holds() -> None:
    result = one(
        {**payment("850.00"), **claim("A", "1000.00"), "reason_code": "45"},
        {**payment("850.00"), **takeback("WO:R", "150.00")},
    ).result
    assert (result.kind, result.remittances, result.claims, result.rows) == ("remittance", 1, 1, 1)
    assert (result.service_lines, result.claim_adjustments) == (0, 1)
    assert (result.provider_adjustments, result.provider_adjustment_total) == (1, usd("150.00"))
    assert (result.payment_amount, result.claim_paid) == (usd("850.00"), usd("1000.00"))


def test_the_sign_is_decided_for_the_whole_table_with_its_evidence() -> None:
    several: list[Cells] = []
    for number in range(20):
        trace = f"T{number}"
        several.append({**payment("90.00", trace), **claim(f"A{number}", "100.00")})
        several.append({**payment("90.00", trace), **takeback("WO:R", "-10.00")})
    odd: list[Cells] = [
        {**payment("110.00", "ODD"), **claim("B", "100.00")},
        {**payment("110.00", "ODD"), **takeback("WO:R", "-10.00")},
    ]
    read = one(*several, *odd)
    assert {amount for (amount,) in cells(read, "provider_adjustment", "amount")} == {usd("10.00")}
    assert problems(read, "info")[0].message == (
        "Provider adjustments reduce payment when negative: positive reduces: 1 of 21 remittances"
        " balance; negative reduces: 20 of 21."
    )
    assert (read.result.unbalanced, read.result.quarantined) == (1, 1)
    assert problems(read, "error")[0].value == "110.00"
    assert "the payment amount differs by 20.00 from" in problems(read, "error")[0].message


def test_a_sign_that_too_few_bear_out_refuses_the_table_with_the_evidence() -> None:
    mixed = [
        {**payment("90.00"), **claim("A", "100.00")},
        {**payment("90.00"), **takeback("WO:R", "-10.00")},
        {**payment("90.00", "T2"), **claim("A", "100.00")},
        {**payment("90.00", "T2"), **takeback("WO:R", "10.00")},
    ]
    [message] = errors(table("x", mixed))
    assert "positive reduces: 1 of 2 remittances balance; negative reduces: 1 of 2" in message
    read = one(*mixed, reduce=True)
    assert cells(read, "remittance", "trace_number", "difference") == [
        ("T1", usd("-20.00")),
        ("T2", usd("0.00")),
    ]
    assert "does not bear it out" in problems(read, "warning")[0].message


def test_takebacks_without_evidence_take_the_sign_of_the_recoupments() -> None:
    read = one(
        {**payment(None), **takeback("WO:R", "-50.00")},
        {**payment(None, "T2"), **takeback("FB:T2", "20.00")},
    )
    assert cells(read, "provider_adjustment", "reason_code", "amount") == [
        ("WO", usd("50.00")),
        ("FB", usd("-20.00")),
    ]
    assert "all 1 recoupments are negative" in problems(read, "warning")[0].message


def test_takebacks_of_both_signs_ask_for_the_sign_and_a_mapping_states_it() -> None:
    both = [
        {**payment(None), **takeback("WO:R", "-50.00")},
        {**payment(None, "T2"), **takeback("WO:R", "20.00")},
    ]
    [message] = errors(table("x", both))
    assert "both signs" in message
    read = one(*both, reduce=False)
    assert [a for (a,) in cells(read, "provider_adjustment", "amount")] == [
        usd("50.00"),
        usd("-20.00"),
    ]


def test_takebacks_with_the_payment_s_amount_tie_by_construction_and_say_so() -> None:
    read = one({**payment("70.00"), **takeback("WO:R", "30.00")})
    assert cells(read, "remittance", "payment_amount", "claim_paid", "balance_state") == [
        (usd("70.00"), usd("100.00"), "balanced")
    ]
    visible = [p.message for p in problems(read, "warning") if "PLB-visible only" in p.message]
    assert len(visible) == 1


def test_takebacks_without_the_payment_s_amount_stand_alone_and_say_so() -> None:
    read = one({**payment(None), **takeback("WO:R", "30.00")})
    columns = ("payment_amount", "claim_paid", "provider_adjustment_total", "balance_state")
    assert cells(read, "remittance", *columns) == [
        (usd("-30.00"), usd("0.00"), usd("30.00"), "balanced")
    ]
    assert any("rates that divide by them" in p.message for p in problems(read, "warning"))


def test_claims_without_the_payment_s_amount_cannot_be_checked() -> None:
    read = one({**payment(None), **claim("A", "10.00")})
    assert cells(read, "remittance", "payment_amount", "difference", "balance_state") == [
        (None, None, "unchecked")
    ]
    assert read.result.quarantined == 1
    assert problems(read, "error")[0].field == "payment amount"


def test_without_a_status_less_than_nothing_beside_another_row_is_a_reversal() -> None:
    read = one(
        {**payment("-150.00"), **claim("B", "-600.00")},
        {**payment("-150.00"), **claim("B", "450.00")},
        {**payment("-20.00", "T2"), **claim("C", "-20.00")},
    )
    assert cells(read, "claim_payment", "patient_control_number", "claim_status") == [
        ("B", "22"),
        ("B", ""),
        ("C", ""),
    ]
    assert [p.location for p in problems(read, "warning")] == ["row 4"]


def test_lines_and_their_adjustments_count_once_and_the_claim_s_payment_is_repeated() -> None:
    base = {**payment("120.00"), **claim("E", "120.00", claim_status="Processed as Primary")}

    def line(code: str, charge: str, paid: str, reason: str, amount: str) -> Cells:
        return {
            **base, "procedure_code": code, "line_charge": usd(charge), "line_paid": usd(paid),
            "service_date": DAY, "reason_code": reason, "adjustment_amount": usd(amount),
        }  # fmt: skip

    read = one(
        line("99213", "100.00", "70.00", "CO45", "20.00"),
        line("99213", "100.00", "70.00", "PR-1", "10.00"),
        line("85025", "30.00", "25.00", "CO45", "5.00"),
        line("85025", "30.00", "25.00", "CO45", "5.00"),
    )
    assert cells(read, "claim_payment", "charge", "paid", "claim_status", "service_from") == [
        (usd("160.00"), usd("120.00"), "1", DAY)
    ]
    assert cells(read, "service_payment", "line_no", "procedure_code", "charge", "paid") == [
        (1, "99213", usd("100.00"), usd("70.00")),
        (2, "85025", usd("30.00"), usd("25.00")),
        (3, "85025", usd("30.00"), usd("25.00")),
    ]
    assert cells(read, "claim_adjustment", "line_no", "adjustment_no", "reason_code") == [
        (1, 1, "45"),
        (1, 2, "1"),
        (2, 3, "45"),
        (3, 4, "45"),
    ]
    assert read.result.quarantined == 0


def test_an_amount_that_differs_between_lines_belongs_to_the_lines() -> None:
    read = one(
        {**payment("50.00"), **claim("A", "30.00"), "procedure_code": "99213"},
        {**payment("50.00"), **claim("A", "20.00"), "procedure_code": "85025"},
    )
    assert cells(read, "claim_payment", "paid") == [(usd("50.00"),)]
    assert cells(read, "service_payment", "paid") == [(usd("30.00"),), (usd("20.00"),)]


def test_provider_adjustments_repeated_on_claim_rows_count_once() -> None:
    read = one(
        {**payment("90.00"), **claim("A", "60.00"), **takeback("WO:R", "10.00")},
        {**payment("90.00"), **claim("B", "40.00"), **takeback("WO:R", "10.00")},
    )
    assert cells(read, "provider_adjustment", "reference", "amount") == [("R", usd("10.00"))]
    assert read.result.quarantined == 0


def test_without_a_status_lines_of_a_reversal_and_its_correction_stay_apart() -> None:
    read = one(
        {**payment("-15.00"), **claim("B", "-60.00"), "procedure_code": "99213"},
        {**payment("-15.00"), **claim("B", "-40.00"), "procedure_code": "85025"},
        {**payment("-15.00"), **claim("B", "60.00"), "procedure_code": "99213"},
        {**payment("-15.00"), **claim("B", "25.00"), "procedure_code": "85025"},
    )
    assert cells(read, "claim_payment", "paid", "claim_status") == [
        (usd("-100.00"), "22"),
        (usd("85.00"), ""),
    ]


def test_a_line_without_amounts_stays_with_its_reversal() -> None:
    base = {**payment("-60.00"), "claim_status": "22"}
    read = one(
        {**base, **claim("B", "-60.00"), "procedure_code": "99213"},
        {**base, **claim("B", "0.00"), "procedure_code": "85025"},
    )
    assert cells(read, "claim_payment", "paid") == [(usd("-60.00"),)]
    assert read.result.service_lines == 2


def test_lists_without_claims_may_call_a_provider_adjustment_an_adjustment() -> None:
    read = one({**payment("1.00"), "plb_code": "WO:R", "adjustment_amount": usd("9.00")})
    assert cells(read, "provider_adjustment", "reason_code", "amount") == [("WO", usd("9.00"))]
    assert read.result.claim_adjustments == 0


def test_a_row_that_is_claim_and_provider_adjustment_stands_once_in_the_archive() -> None:
    read = one({**payment("90.00"), **claim("A", "100.00"), **takeback("WO:R", "10.00")})
    assert read.facts is not None
    assert read.facts.archive is not None
    assert read.facts.archive.count(b"\n") == 1
    place = cells(read, "claim_payment", "byte_start", "byte_end")
    assert cells(read, "provider_adjustment", "byte_start", "byte_end") == place


def test_byte_ranges_are_the_rows_they_came_from() -> None:
    read = one(
        {**payment("90.00"), **claim("Ü1", "60.00")},
        {**payment("90.00"), **takeback("WO:R", "10.00")},
        {**payment("90.00"), **claim("B", "40.00")},
        {**payment("5.00", "T2"), **claim("C", "5.00")},
    )
    assert read.facts is not None
    text = read.facts.archive
    assert text is not None

    def lines(name: str) -> list[list[str]]:
        places = cells(read, name, "byte_start", "byte_end")
        found = [text[int(str(a)) : int(str(b))].decode().splitlines() for a, b in places]
        return [[line.split(" | ")[0] for line in part] for part in found]

    assert lines("remittance") == [["row 2", "row 4", "row 3"], ["row 5"]]
    assert lines("claim_payment") == [["row 2"], ["row 4"], ["row 5"]]
    assert lines("provider_adjustment") == [["row 3"]]
    assert "patient_control_number: Ü1" in text.decode()


def test_a_list_of_takebacks_shows_the_provider_adjustments_of_its_835(reading: Reading) -> None:
    listed = plb_list(reading)
    if listed:
        read = one(*listed, reduce=True)
        of_list = facts(lambda name: rows(read, name), "provider_adjustment")
        of_835 = facts(rows_of(reading), "provider_adjustment")
        # A list that tells no claims cannot know what tells payments of nothing apart.
        assert [row[1:] for row in of_list["provider_adjustment"]] == [
            row[1:] for row in of_835["provider_adjustment"]
        ]
        assert set(cells(read, "remittance", "balance_state")) == {("balanced",)}
