"""A recovery the payer gives back or corrects (WO with a minus): nothing stays open, and no cent too much is taken."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.ledger.events import Remittance, Takeback
from data.ledger.replay import PayerLedger, replay
from tests.histories import assert_every_cent_is_explained
from tests.test_ledger import letter, remit, took

CLAIM = "CLM100"
PUT_OFF = (took("A1", 10_000), took("B2", 25_000, claim_no=3), took("C3", 7_500, claim_no=5))
# Withheld, returned, cancelled and open, in cents, of every item together.
FIGURES = ("withheld", "returned", "cancelled", "waiting")


def figures(ledger: PayerLedger) -> dict[str, int]:
    return {name: sum(getattr(item, name) for item in ledger.receivables) for name in FIGURES}


def of(withheld: int, returned: int = 0, cancelled: int = 0, waiting: int = 0) -> dict[str, int]:
    return dict(zip(FIGURES, (withheld, returned, cancelled, waiting), strict=True))


@pytest.mark.parametrize("reference", [CLAIM, "LTR77", "RECOUP", "XX CLM100 20250101"])
def test_what_is_taken_and_given_back_leaves_nothing_open(reference: str) -> None:
    ledger = replay([remit(0, ("WO", reference, 50_001)), remit(9, ("WO", reference, -50_001))], [])
    assert figures(ledger) == of(50_001, returned=50_001)
    assert [totals.uncovered_credit for totals in ledger.totals] == [0, 0]


def test_part_of_it_given_back_leaves_the_rest_taken() -> None:
    ledger = replay([remit(0, ("WO", CLAIM, 50_000)), remit(9, ("WO", "clm-100", -20_000))], [])
    assert figures(ledger) == of(50_000, returned=20_000)


def test_a_reversal_put_off_taken_and_given_back_is_not_open_again() -> None:
    history = [
        remit(0, ("WO", CLAIM, -50_000), reversals=(took(CLAIM, 50_000),)),
        remit(9, ("WO", CLAIM, 50_000)),
        remit(18, ("WO", CLAIM, -20_000)),
    ]
    assert figures(replay(history, [])) == of(50_000, returned=20_000)
    history.append(remit(27, ("WO", CLAIM, -30_000)))
    assert figures(replay(history, [])) == of(50_000, returned=50_000)


def lump(reference: str, *given_back: tuple[str, int]) -> list[Remittance]:
    """Three put off, one lump taken by amount only, then what is given back of it."""
    put_off = remit(
        0, ("WO", "A1", -10_000), ("WO", "B2", -25_000), ("WO", "C3", -7_500), reversals=PUT_OFF
    )
    return [
        put_off,
        remit(9, ("WO", reference, 42_500)),
        *(remit(18 + n, ("WO", each, cents)) for n, (each, cents) in enumerate(given_back)),
    ]


@pytest.mark.parametrize("reference", ["LTR77", "RECOUP"])
def test_a_lump_given_back_goes_back_to_the_items_it_was_taken_of(reference: str) -> None:
    ledger = replay(lump(reference, (reference, -42_500)), [])
    assert figures(ledger) == of(42_500, returned=42_500)
    assert [item.returned for item in ledger.receivables] == [10_000, 25_000, 7_500]
    assert {p.match.confidence for p in ledger.pieces if p.kind == "given_back"} == {"medium"}


def test_part_of_a_lump_goes_back_to_the_item_of_just_that_amount_else_the_oldest() -> None:
    ledger = replay(lump("LTR77", ("ltr-77", -25_000), ("LTR77", -11_000)), [])
    assert [item.returned for item in ledger.receivables] == [10_000, 25_000, 1_000]
    assert figures(ledger) == of(42_500, returned=36_000)


def test_a_word_says_nothing_about_part_of_a_lump() -> None:
    ledger = replay(lump("RECOUP", ("RECOUP", -11_000)), [])
    assert figures(ledger) == of(42_500, waiting=11_000)
    assert ledger.totals[-1].uncovered_credit == 11_000


def test_a_lump_given_back_beside_another_reversal_puts_nothing_off() -> None:
    history = lump("LTR77")
    history.append(remit(18, ("WO", "LTR77", -42_500), reversals=(took("D4", 60_000),)))
    assert figures(replay(history, [])) == of(102_500, returned=42_500)


def test_a_recovery_of_a_letter_given_back_under_another_number_of_it() -> None:
    history = [remit(20, ("WO", "LTR9", 30_000)), remit(40, ("WO", CLAIM, -30_000))]
    ledger = replay(history, [letter(0, 30_000, "LTR9", CLAIM)])
    assert figures(ledger) == of(30_000, returned=30_000)


def short(*second: tuple[str, str, int], taken: int = 20_000) -> PayerLedger:
    """A recovery of 500.00 of which the payment covers a part; the rest is carried to a second remittance."""
    carried = remit(0, ("WO", CLAIM, 50_000), ("FB", "T0000", taken - 50_000), paid=0)
    return replay([carried, remit(9, *second)], [])


def test_a_recovery_carried_in_part_and_given_back_whole_leaves_nothing_open() -> None:
    ledger = short(("FB", "T0000", 30_000), ("WO", CLAIM, -50_000))
    assert figures(ledger) == of(20_000, returned=20_000, cancelled=30_000)
    assert [totals.net_withheld for totals in ledger.totals] == [20_000, -20_000]


def test_a_recovery_carried_whole_and_given_back_is_cancelled() -> None:
    ledger = short(("WO", CLAIM, -50_000), ("FB", "T0000", 50_000), taken=0)
    assert figures(ledger) == of(0, cancelled=50_000)


def test_less_given_back_than_is_brought_in_is_taken_off_it() -> None:
    ledger = short(("FB", "T0000", 30_000), ("WO", CLAIM, -5_000))
    assert figures(ledger) == of(45_000, cancelled=5_000)


def test_a_reversal_carried_whole_that_no_recovery_took_is_put_off() -> None:
    carried = remit(0, ("FB", "T0000", -80_000), paid=0, reversals=(took(CLAIM, 80_000),))
    ledger = replay([carried, remit(9, ("FB", "T0000", 80_000), ("WO", CLAIM, -80_000))], [])
    assert figures(ledger) == of(0, waiting=80_000)
    assert ledger.totals[-1].uncovered_credit == 0


def test_more_given_back_than_was_taken_waits_in_suspense() -> None:
    ledger = replay([remit(0, ("WO", CLAIM, 50_000)), remit(9, ("WO", CLAIM, -50_001))], [])
    assert figures(ledger) == of(50_000, returned=50_000, waiting=1)
    assert ledger.totals[-1].uncovered_credit == 1


@st.composite
def recoveries(draw: st.DrawFn) -> list[int]:
    """Takings and what is given back of them, in cents: never more than was taken."""
    found: list[int] = []
    for cents in draw(st.lists(st.integers(-60_000, 60_000), min_size=1, max_size=8)):
        found.append(max(cents, -sum(found)))
    return [cents for cents in found if cents]


@given(
    recoveries(),
    st.sampled_from([CLAIM, "LTR77", "XX CLM100 20250101"]),
    st.sampled_from([(), (took(CLAIM, 40_000),), (took("A1", 60_000), took("B2", 1, claim_no=3))]),
)
@settings(max_examples=150, deadline=None, derandomize=True)
def test_nothing_is_open_as_long_as_no_more_is_given_back_than_was_taken(
    amounts: list[int], reference: str, reversals: tuple[Takeback, ...]
) -> None:
    history = [remit(0, reversals=reversals)]
    history += [remit(n, ("WO", reference, cents)) for n, cents in enumerate(amounts, start=1)]
    ledger = replay(history, [])
    assert_every_cent_is_explained(ledger, history)
    found = figures(ledger)
    taken = sum(-takeback.delta for takeback in reversals) + sum(amounts)
    assert found["withheld"] - found["returned"] == taken
    assert (found["waiting"], found["cancelled"]) == (0, 0)
