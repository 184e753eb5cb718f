"""Which rows of a load tell of which payment: by name, by key, by trace number, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from loaders.posted.remittance import assemble
from loaders.x12.remittance_835 import Reading, read_835, remittance_id
from tests.posted_exports import (
    DAY,
    Cells,
    cells,
    claim,
    errors,
    facts,
    keyed_set,
    one,
    payment,
    problems,
    rows,
    rows_of,
    table,
    takeback,
    usd,
)
from tests.stories import STORIES

FIXTURES = Path(__file__).parent / "fixtures"


@pytest.fixture(params=[story.file for story in STORIES])
def reading(request: pytest.FixtureRequest) -> Reading:
    return read_835((FIXTURES / f"{request.param}.835").read_bytes())


@pytest.mark.parametrize("backwards", [False, True])
def test_a_story_in_four_tables_joined_by_a_key(reading: Reading, backwards: bool) -> None:
    tables = [table(path, found) for path, found in keyed_set(reading).items() if found]
    reads = assemble(tables[::-1] if backwards else tables)
    assert {read.result.status for read in reads} == {"loaded"}
    [whole] = [read for read in reads if read.facts and read.facts.tables]
    assert whole.result.path == "CL_REMIT"
    assert facts(lambda name: rows(whole, name)) == facts(rows_of(reading))
    count = reading.remittance.num_rows
    for read in reads:
        if read is not whole:
            notes = [p.message for p in problems(read, "info")]
            assert any("remittances of CL_REMIT." in note for note in notes), notes
            assert read.result.remittances == 0
    assert (whole.result.rows, whole.result.remittances) == (count, count)


def test_a_list_of_payments_completes_claims_that_lack_their_amount_and_date() -> None:
    claims = table("claims.csv", [{"trace_number": "T1", **claim("A", "100.00")}])
    payments = table("payments.csv", [payment("100.00")])
    told, named = assemble([claims, payments])
    assert cells(named, "remittance", "claim_paid", "balance_state") == [
        (usd("100.00"), "balanced")
    ]
    assert told.facts is not None
    assert told.facts.tables == {}
    assert (told.result.status, told.result.rows) == ("loaded", 1)


def test_payments_and_claims_that_each_name_the_payment_become_one_remittance() -> None:
    payments = table("payments.csv", [payment("90.00"), payment("5.00", "T2")])
    claims = table("claims.csv", [{**payment(None), **claim("A", "100.00")}])
    taken = table("taken.csv", [{**payment(None), **takeback("WO:R", "10.00")}])
    reads = assemble([payments, taken, claims])
    assert [read.result.remittances for read in reads] == [1, 0, 1]
    columns = ("trace_number", "payment_amount", "claim_paid", "provider_adjustment_total")
    assert cells(reads[2], "remittance", *columns) == [
        ("T1", usd("90.00"), usd("100.00"), usd("10.00"))
    ]
    assert cells(reads[0], "remittance", *columns) == [
        ("T2", usd("5.00"), usd("5.00"), usd("0.00"))
    ]


def test_images_of_single_claims_point_to_the_image_of_the_check() -> None:
    head: Cells = {"remittance_key": "100", "parent_remittance_key": None}
    remit: list[Cells] = [
        {**head, **payment("60.00")},
        {"remittance_key": "101", "parent_remittance_key": "100"},
        {"remittance_key": "102", "parent_remittance_key": "100"},
    ]
    claims: list[Cells] = [
        {"remittance_key": "101", **claim("A", "100.00"), "charge": usd("125.00")},
        {"remittance_key": "102", **claim("A", "-40.00"), "charge": usd("-50.00")},
    ]
    reasons: list[Cells] = [
        {"remittance_key": "101", "reason_code": "CO-45", "adjustment_amount": usd("25.00")},
        {"remittance_key": "102", "reason_code": "CO-45", "adjustment_amount": usd("-10.00")},
    ]
    reads = assemble([table("adj", reasons), table("clm", claims), table("remit", remit)])
    assert cells(reads[2], "claim_payment", "paid", "difference") == [
        (usd("100.00"), usd("0.00")),
        (usd("-40.00"), usd("0.00")),
    ]
    assert cells(reads[2], "claim_adjustment", "claim_no", "group_code", "amount") == [
        (1, "CO", usd("25.00")),
        (2, "CO", usd("-10.00")),
    ]


def test_adjustments_that_share_numbers_are_told_apart_where_both_claims_tie() -> None:
    remit = [{"remittance_key": "1", **payment("-150.00")}]
    claims: list[Cells] = [
        {"remittance_key": "1", **claim("B", "-600.00"), "charge": usd("-625.00")},
        {"remittance_key": "1", **claim("B", "450.00"), "charge": usd("625.00")},
    ]
    reasons: list[Cells] = [
        {"remittance_key": "1", "patient_control_number": "B", "reason_code": r, "group_code": "CO",
         "adjustment_amount": usd(a)}
        for r, a in (("45", "-25.00"), ("45", "25.00"), ("97", "150.00"))
    ]  # fmt: skip
    reads = assemble([table("r", remit), table("c", claims), table("a", reasons)])
    assert cells(reads[0], "claim_adjustment", "claim_no", "reason_code", "amount") == [
        (1, "45", usd("-25.00")),
        (2, "45", usd("25.00")),
        (2, "97", usd("150.00")),
    ]
    reasons[2]["adjustment_amount"] = usd("140.00")
    reads = assemble([table("r", remit), table("c", claims), table("a", reasons)])
    assert rows(reads[0], "claim_adjustment") == []
    assert len(problems(reads[2], "warning")) == 3


def test_rows_whose_payments_are_not_there_name_what_to_load() -> None:
    claims = table("CL_RMT_CLM_INFO.csv", [{"remittance_key": "9", **claim("A", "1.00")}])
    [read] = assemble([claims])
    assert read.result.status == "rejected"
    [problem] = read.result.problems
    assert "Load CL_REMIT" in problem.remedy
    remit = table("CL_REMIT.csv", [{"remittance_key": "1", **payment("1.00")}])
    missing, loaded = assemble([claims, remit])
    assert [p.location for p in problems(missing, "error")] == ["row 2"]
    assert loaded.result.status == "loaded"


def test_a_set_loads_whole_or_not_at_all() -> None:
    remit = table("CL_REMIT", [{"remittance_key": "1", **payment("1.00")}])
    claims = table(
        "CLM",
        [{"remittance_key": "1", **claim("A", "1.00")}, {"remittance_key": "2", **claim("B", "1")}],
    )
    messages = errors(remit, claims)
    assert messages[0].startswith("It belongs together with CLM, which was refused")
    assert messages[1] == "The remittance key is in no table of payments of this load."


@pytest.mark.parametrize("blank", ["trace_number", "payment_date", "payer_name"])
def test_a_row_that_names_no_payment_refuses_the_table(blank: str) -> None:
    good = {**payment("1.00"), **claim("A", "1.00")}
    bad: Cells = {**good, blank: None}
    [read] = assemble([table("x", [good, bad])])
    assert read.facts is None
    assert [(p.location, p.field) for p in read.result.problems] == [
        ("row 3", blank.replace("_", " "))
    ]


def test_a_blank_amount_goes_with_the_only_one_of_its_payment() -> None:
    blank = {**payment(None), **takeback("WO:R", "10.00")}
    rows_: list[Cells] = [{**payment("90.00"), **claim("A", "100.00")}, blank]
    assert one(*rows_).result.remittances == 1
    rows_.append({**payment("80.00"), **claim("B", "80.00")})
    [message] = errors(table("x", rows_))
    assert "2 payments: 80.00, 90.00" in message


def test_payments_of_other_amounts_are_other_payments() -> None:
    payments = table("payments.csv", [payment("90.00")])
    claims = table("claims.csv", [{**payment("100.00"), **claim("A", "100.00")}])
    assert [read.result.remittances for read in assemble([payments, claims])] == [1, 1]


def test_a_payer_known_by_its_id_alone_tells_its_payments_apart() -> None:
    def of(payer: str) -> Cells:
        cells_ = {**payment("1.00"), **claim("A", "1.00"), "payer_id": payer}
        del cells_["payer_name"]
        return cells_

    read = one(of("P1"), of("P2"))
    assert cells(read, "remittance", "remittance_id", "payer_name", "payer_id") == [
        (remittance_id(payer, "T1", usd("1.00"), DAY), None, payer) for payer in ("P1", "P2")
    ]
