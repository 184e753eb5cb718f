"""How the ledger decides what a line of a remittance is about, one small history per rule."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import permutations

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from data.ledger.events import (
    EXACT,
    NORMALISED,
    Adjustment,
    LaterPayment,
    Notice,
    Receivable,
    Remittance,
    Takeback,
)
from data.ledger.lumps import unique_subset
from data.ledger.references import NameIndex, embedded_numbers
from data.ledger.replay import PayerLedger, replay
from data.ledger.spelling import normalised
from tests.plb import CLASS_OF

START = date(2025, 1, 6)


def remit(
    day: int,
    *lines: tuple[str, str, int],
    payee: str = "PAYEE1",
    paid: int = 100_000,
    reversals: tuple[Takeback, ...] = (),
    later: tuple[LaterPayment, ...] = (),
) -> Remittance:
    """A remittance `day` days after the start; lines are (code, reference, cents)."""
    adjustments = tuple(
        Adjustment(number, code, CLASS_OF[code], reference, amount)
        for number, (code, reference, amount) in enumerate(lines, start=1)
    )
    return Remittance(
        day, payee, START + timedelta(days=day), f"T{day:04d}", paid, reversals, adjustments, later
    )


def took(name: str, cents: int, correction: int | None = 2, claim_no: int = 1) -> Takeback:
    return Takeback(claim_no, correction, -cents, (name,))


def letter(
    day: int, cents: int, number: str = "LTR1", claim: str | None = None, notice_id: int = 1
) -> Notice:
    claims = (claim,) if claim else ()
    return Notice(
        notice_id, START + timedelta(days=day), cents, (number,) if number else (), claims, False
    )


def only(ledger: PayerLedger) -> Receivable:
    assert len(ledger.receivables) == 1, ledger.receivables
    return ledger.receivables[0]


def methods(ledger: PayerLedger, kind: str) -> list[tuple[int, int]]:
    """Tier and amount of the pieces of one kind."""
    return [(piece.match.tier, piece.amount) for piece in ledger.pieces if piece.kind == kind]


def test_put_off_recovery_is_withheld_once() -> None:
    item = only(
        replay(
            [
                remit(0, ("WO", "CLM100", -150), reversals=(took("CLM100", 150),)),
                remit(45, ("WO", "CLM100", 150)),
            ],
            [],
        )
    )
    assert (item.established, item.withheld, item.waiting) == (150, 150, 0)
    assert item.put_off_date == START
    assert item.first_withdrawal == START + timedelta(days=45)


def test_instalments_leave_the_rest_open() -> None:
    item = only(
        replay(
            [
                remit(0, ("WO", "CLM100", -300), reversals=(took("CLM100", 300),)),
                remit(30, ("WO", "CLM100", 100)),
            ],
            [],
        )
    )
    assert (item.withheld, item.waiting) == (100, 200)


def test_a_recovery_nobody_announced_is_an_item_of_its_own() -> None:
    ledger = replay([remit(0, ("WO", "NEVER SEEN", 500))], [])
    assert (only(ledger).withheld, only(ledger).origin) == (500, "recovery without a known item")
    assert methods(ledger, "taken") == [(9, 500)]


def test_references_match_but_for_their_spelling() -> None:
    ledger = replay(
        [
            remit(0, ("WO", "00CLM-100", -150), reversals=(took("00CLM-100", 150),)),
            remit(9, ("WO", "clm 100", 150)),
        ],
        [],
    )
    assert methods(ledger, "taken") == [(2, 150)]


def test_a_claim_number_inside_a_longer_reference_is_found() -> None:
    ledger = replay(
        [
            remit(0, ("WO", "ICN20250001", -150), reversals=(took("ICN20250001", 150),)),
            remit(9, ("WO", "XX0106ICN20250001HIC9", 150)),
        ],
        [],
    )
    assert methods(ledger, "taken") == [(3, 150)]


def test_of_two_known_numbers_inside_a_reference_the_longer_is_meant() -> None:
    reversals = (took("A12345678", 100), took("99887766554", 150, None, 3))
    put_offs = (("WO", "A12345678", -100), ("WO", "99887766554", -150))
    history = [remit(0, *put_offs, reversals=reversals)]
    ledger = replay([*history, remit(9, ("WO", "A12345678X99887766554", 100))], [])
    (piece,) = [piece for piece in ledger.pieces if piece.kind == "taken"]
    named = next(item for item in ledger.receivables if "99887766554" in item.names)
    assert piece.receivable_id == named.receivable_id


def test_an_item_known_by_two_spellings_is_one_item() -> None:
    index, item = NameIndex(), Receivable("R1", "claim reversal", 0)
    index.add(item, ["AB-1", "ab1", "AB-1"])
    assert index.called("Ab 1") == ([item], NORMALISED)
    assert index.called("ab1") == ([item], EXACT)


NUMBER = st.text(st.sampled_from("01A"), min_size=4, max_size=8)


@given(
    st.lists(NUMBER, min_size=1, max_size=6, unique_by=normalised),
    st.lists(st.sampled_from(["", "0", "x"])),
)
@settings(max_examples=300, deadline=None, derandomize=True)
def test_a_reference_in_one_piece_means_the_longest_known_number_inside_it(
    numbers: list[str], between: list[str]
) -> None:
    reference = "x".join(number + mark for number, mark in zip(numbers, between, strict=False))
    index, items = NameIndex(), [Receivable(f"R{n}", "letter", n) for n in range(len(numbers))]
    for item, number in zip(items, numbers, strict=True):
        index.add(item, [number])
    names = {normalised(number) for number in numbers}
    assume(normalised(reference) not in names)
    inside = names & embedded_numbers(reference)
    longest = {name for name in inside if len(name) == max(map(len, inside))}
    meant = {item for item in items if longest & set(item.names.values())}
    assert set(index.called(reference)[0]) == meant


ACCOUNT, FIRST, SECOND = "ACCT7777777", "ICN10001", "ICN20002"


def of_one_account(*lines: tuple[str, str, int], account: str = ACCOUNT) -> list[tuple[int, int]]:
    """What is withheld and open on two claims put off with 150 and 300 cents, and on all else."""
    reversals = (
        Takeback(1, 2, -150, (FIRST, account)),
        Takeback(3, 4, -300, (SECOND, account)),
    )
    put_offs = (("WO", FIRST, -150), ("WO", SECOND, -300))
    ledger = replay([remit(0, *put_offs, reversals=reversals), remit(38, *lines)], [])
    return [(item.withheld, item.waiting) for item in ledger.receivables]


@pytest.mark.parametrize(
    "reference",
    [
        f"{ACCOUNT} 20250102 {SECOND}",
        f"{ACCOUNT}20250102{SECOND}",
        f"{SECOND}/{ACCOUNT}",
        f"X{SECOND}Y-{ACCOUNT}",
    ],
)
def test_of_two_numbers_inside_the_one_that_means_one_item_is_meant(reference: str) -> None:
    assert of_one_account(("WO", reference, 150)) == [(0, 150), (150, 150)]


@pytest.mark.parametrize(
    ("cents", "found"),
    [
        (450, [(150, 0), (300, 0)]),
        (300, [(0, 150), (300, 0)]),
        (500, [(150, 0), (300, 0), (50, 0)]),
    ],
)
def test_a_reference_may_name_several_claims(cents: int, found: list[tuple[int, int]]) -> None:
    assert of_one_account(("WO", f"{FIRST} {SECOND}", cents)) == found


@pytest.mark.parametrize(
    ("account", "reference", "is_meant"),
    [
        ("314887", "20253148870077", False),
        ("314887", "2025 00314887 0077", True),
        ("314887", "X314887Y", True),
        ("314887", "ICN2025314887", False),
        ("31488700", "20253148870077", True),
        ("31488A", "202531488A0077", True),
    ],
)
def test_a_short_number_in_the_middle_of_more_digits_is_there_by_chance(
    account: str, reference: str, is_meant: bool
) -> None:
    found = replay(
        [
            remit(0, ("WO", account, -150), reversals=(took(account, 150),)),
            remit(38, ("WO", reference, 40)),
        ],
        [],
    )
    assert found.receivables[0].waiting == (110 if is_meant else 150)
    assert (account in embedded_numbers(reference)) == is_meant


def two_put_off(*lines: tuple[str, str, int]) -> PayerLedger:
    """Trace 8812345678 puts 150 and 80 off, 8812345999 forwards 150; then the lines come."""
    first = remit(
        0,
        ("WO", "CLM100", -150),
        ("WO", "CLM200", -80),
        reversals=(took("CLM100", 150), took("CLM200", 80, 4, 3)),
    )
    second = remit(1, ("FB", "S1", -150), reversals=(took("CLM300", 150),))
    return replay(
        [
            first._replace(trace_number="8812345678"),
            second._replace(trace_number="8812345999"),
            remit(38, *lines),
        ],
        [],
    )


@pytest.mark.parametrize("reference", ["8812345678", "0088-12345678", "RA 8812345678 20250106"])
def test_a_trace_number_means_what_that_remittance_put_off(reference: str) -> None:
    ledger = two_put_off(("WO", reference, 150))
    assert [item.waiting for item in ledger.receivables] == [0, 80, 150]
    assert methods(ledger, "taken") == [(3, 150)]


def test_a_trace_number_means_what_that_remittance_forwarded() -> None:
    ledger = two_put_off(("WO", "8812345999", 150))
    assert [item.waiting for item in ledger.receivables] == [150, 80, 0]


def test_a_trace_number_is_no_name_of_one_item_and_explains_no_more_than_is_open() -> None:
    ledger = two_put_off(("WO", "8812345678", 150), ("WO", "8812345678", 100))
    assert [item.waiting for item in ledger.receivables] == [0, 0, 150, 0]
    assert methods(ledger, "taken") == [(3, 150), (3, 80), (9, 20)]
    assert ledger.receivables[-1].claim_no is None


def test_the_trace_number_of_the_remittance_itself_names_nothing() -> None:
    put_off = remit(
        0, ("WO", "CLM100", -150), ("WO", "T0000", 70), reversals=(took("CLM100", 150),)
    )
    ledger = replay([put_off], [])
    assert [(item.withheld, item.waiting) for item in ledger.receivables] == [(0, 150), (70, 0)]


def test_a_medicare_reference_holds_the_control_number_and_the_beneficiary() -> None:
    history = [
        remit(0, ("WO", "22500100012304OHA", -150), reversals=(took("22500100012304OHA", 150),)),
        remit(38, ("WO", "0022500100012304OHA 123456789A", 150)),
    ]
    assert methods(replay(history, []), "taken") == [(3, 150)]


def test_the_only_open_item_of_that_amount_is_taken_for_a_meaningless_reference() -> None:
    history = [
        remit(
            0,
            ("WO", "CLM100", -150),
            ("WO", "CLM200", -151),
            reversals=(took("CLM100", 150), took("CLM200", 151, 4, 3)),
        ),
        remit(9, ("WO", "RECOUP", 151)),
    ]
    ledger = replay(history, [])
    assert methods(ledger, "taken") == [(5, 151)]
    assert [item.waiting for item in ledger.receivables] == [150, 0]


def test_a_tie_of_amounts_stays_in_suspense() -> None:
    history = [
        remit(
            0,
            ("WO", "CLM100", -150),
            ("WO", "CLM200", -150),
            reversals=(took("CLM100", 150), took("CLM200", 150, 4, 3)),
        ),
        remit(9, ("WO", "RECOUP", 150)),
    ]
    ledger = replay(history, [])
    assert methods(ledger, "taken") == [(9, 150)]
    assert [item.waiting for item in ledger.receivables] == [150, 150, 0]


def test_an_amount_is_not_matched_after_180_days() -> None:
    history = [
        remit(0, ("WO", "CLM100", -150), reversals=(took("CLM100", 150),)),
        remit(181, ("WO", "", 150)),
    ]
    assert methods(replay(history, []), "taken") == [(9, 150)]


def test_a_lump_takes_the_only_items_that_add_up_to_it() -> None:
    names = {"CLM100": 100, "CLM200": 250, "CLM300": 75}
    reversals = tuple(
        took(name, cents, None, n) for n, (name, cents) in enumerate(names.items(), start=1)
    )
    put_offs = tuple(("WO", name, -cents) for name, cents in names.items())
    ledger = replay([remit(0, *put_offs, reversals=reversals), remit(30, ("WO", "LUMP", 425))], [])
    assert methods(ledger, "taken") == [(6, 100), (6, 250), (6, 75)]


@pytest.mark.parametrize(("open_items", "tier"), [(12, 6), (13, 9)])
def test_a_lump_is_looked_for_among_twelve_open_items_at_most(open_items: int, tier: int) -> None:
    names = {f"CLM{number:03d}": 2**number for number in range(open_items)}
    reversals = tuple(
        took(name, cents, None, n) for n, (name, cents) in enumerate(names.items(), start=1)
    )
    put_offs = tuple(("WO", name, -cents) for name, cents in names.items())
    lump = sum(sorted(names.values())[-2:])
    ledger = replay([remit(0, *put_offs, reversals=reversals), remit(30, ("WO", "X", lump))], [])
    assert {found for found, _ in methods(ledger, "taken")} == {tier}


def test_items_no_longer_put_off_do_not_count_among_the_open_ones() -> None:
    names = {f"CLM{number:03d}": 2**number for number in range(14)}
    reversals = tuple(
        took(name, cents, None, n) for n, (name, cents) in enumerate(names.items(), start=1)
    )
    put_offs = tuple(("WO", name, -cents) for name, cents in names.items())
    taken = tuple(("WO", name, cents) for name, cents in names.items() if cents not in (1, 4))
    history = [
        remit(0, *put_offs, reversals=reversals),
        remit(10, *taken),
        remit(30, ("WO", "LUMP", 5)),
    ]
    assert methods(replay(history, []), "taken")[-2:] == [(6, 1), (6, 4)]


def test_subsets_are_taken_only_where_there_is_one() -> None:
    assert unique_subset([100, 250, 75], 425) == [0, 1, 2]
    assert unique_subset([100, 250, 75], 175) == [0, 2]
    assert unique_subset([100, 75, 100], 175) is None
    assert unique_subset([100], 100) is None
    assert unique_subset([], 100) is None


def test_a_letter_announces_a_recovery_that_names_it() -> None:
    item = only(replay([remit(30, ("WO", "LTR1", 150))], [letter(0, 150, claim="CLM100")]))
    assert item.notice is not None
    assert (item.established, item.withheld, item.noticed_left) == (150, 150, 0)


def test_a_letter_about_a_claim_is_the_notice_of_its_reversal() -> None:
    item = only(
        replay([remit(30, reversals=(took("CLM100", 150),))], [letter(0, 150, claim="CLM100")])
    )
    assert item.notice is not None
    assert item.withheld == 150


def test_one_letter_for_three_claims_announces_each() -> None:
    letters = [
        letter(0, cents, claim=f"CLM{n}00", notice_id=n)
        for n, cents in ((1, 100), (2, 250), (3, 75))
    ]
    ledger = replay([remit(30, ("WO", "LTR1", 425))], letters)
    assert [item.withheld for item in ledger.receivables] == [100, 250, 75]
    assert not ledger.letters_only


def test_a_letter_without_a_taking_stays_a_letter() -> None:
    ledger = replay([remit(0, ("WO", "OTHER", 99))], [letter(0, 150)])
    assert [item.noticed_left for item in ledger.letters_only] == [150]


def test_money_given_back_is_returned_up_to_what_was_withheld() -> None:
    ledger = replay(
        [remit(0, reversals=(took("CLM100", 150),)), remit(90, ("WO", "CLM100", -200))], []
    )
    item, credit = ledger.receivables
    assert (item.withheld, item.returned) == (150, 150)
    assert (credit.origin, credit.waiting) == ("credit without a known item", 50)
    assert ledger.totals[1].uncovered_credit == 50


def test_a_higher_correction_recovers_up_to_what_was_withheld() -> None:
    ledger = replay(
        [
            remit(0, reversals=(took("CLM100", 150),)),
            remit(90, reversals=(Takeback(1, 2, 200, ("CLM100",)),)),
        ],
        [],
    )
    assert (only(ledger).recovered, ledger.totals[1].recovered) == (150, 150)


def test_a_correction_upward_of_a_claim_never_recouped_is_a_payment() -> None:
    ledger = replay([remit(0, reversals=(Takeback(1, 2, 75, ("CLM100",)),))], [])
    assert (ledger.receivables, ledger.totals[0].recovered) == ([], 0)


def test_a_correction_that_comes_later_is_no_recovery() -> None:
    history = [
        remit(0, reversals=(took("CLM100", 600, correction=None),)),
        remit(20, later=(LaterPayment(1, 450, ("CLM100",)),)),
    ]
    item = only(replay(history, []))
    assert (item.withheld, item.corrected, item.recovered) == (600, 450, 0)


def test_a_payment_long_after_an_unpaired_reversal_is_a_recovery() -> None:
    history = [
        remit(0, reversals=(took("CLM100", 600, correction=None),)),
        remit(46, later=(LaterPayment(1, 700, ("CLM100",)),)),
    ]
    item = only(replay(history, []))
    assert (item.corrected, item.recovered) == (0, 600)


def test_a_shortfall_is_no_notice_and_a_put_off_by_forwarding_is_one() -> None:
    reversal = (took("CLM100", 800),)
    short = only(replay([remit(0, ("FB", "T0000", -200), reversals=reversal, paid=0)], []))
    put_off = only(replay([remit(0, ("FB", "00CLM100", -800), reversals=reversal, paid=500)], []))
    assert (short.withheld, short.forwarded, short.put_off_date) == (600, 200, None)
    assert (put_off.withheld, put_off.forwarded, put_off.put_off_date) == (0, 800, START)


def test_the_newest_item_is_forwarded_and_the_oldest_taken_first() -> None:
    history = [
        remit(0, ("FB", "A", -100), reversals=(took("CLM100", 100),), paid=0),
        remit(7, ("FB", "A", 100), ("FB", "B", -150), reversals=(took("CLM200", 100),), paid=0),
    ]
    older, newer = replay(history, []).receivables
    assert (older.withheld, older.forwarded) == (50, 50)
    assert (newer.withheld, newer.forwarded) == (0, 100)


def test_a_balance_from_before_the_data_is_withheld_and_in_suspense() -> None:
    ledger = replay([remit(0, ("FB", "OLD", 200))], [])
    assert (only(ledger).withheld, only(ledger).origin) == (200, "balance from before the data")


def test_pools_are_kept_per_payee() -> None:
    history = [
        remit(0, ("FB", "A", -100), reversals=(took("CLM100", 100),), paid=0),
        remit(7, ("FB", "Z", 100), payee="PAYEE2"),
    ]
    first, second = replay(history, []).receivables
    assert (first.forwarded, second.withheld, second.payee) == (100, 100, "PAYEE2")


def test_a_balance_of_another_payee_that_the_reference_names_is_offered() -> None:
    history = [
        remit(0, ("FB", "A1", -100), reversals=(took("CLM100", 100),), paid=0),
        remit(0, ("FB", "B1", -100), reversals=(took("CLM200", 100),), paid=0),
        remit(7, ("FB", "A1", 100), payee="PAYEE2"),
    ]
    history[1] = history[1]._replace(remittance_id=1, trace_number="T0001")
    ledger = replay(history, [])
    first, second, unseen = ledger.receivables
    assert (first.forwarded, second.forwarded, unseen.withheld) == (100, 100, 100)
    offered = [(c.receivable_id, c.candidate_amount, c.reason) for c in ledger.candidates]
    assert offered == [(first.receivable_id, 100, "same reference")]


def traced(remittance: Remittance, trace_number: str, number: int) -> Remittance:
    """The same remittance of the first day, under another trace number and id."""
    return remittance._replace(trace_number=trace_number, remittance_id=number, payment_date=START)


def test_of_one_day_the_lower_trace_number_is_read_first_as_a_number() -> None:
    carries = remit(0, ("FB", "", -200), reversals=(took("CLM100", 300),), paid=0)
    brings = remit(0, ("FB", "", 200))
    day = [traced(brings, "1000", 1), traced(carries, "999", 2)]
    for history in (day, day[::-1]):
        item = only(replay(history, []))
        assert (item.withheld, item.waiting) == (300, 0)


def test_of_one_day_a_balance_is_carried_before_it_is_brought_in() -> None:
    first = remit(0, ("FB", "S1", -200), reversals=(took("CLM100", 300),), paid=0)
    second = remit(0, ("FB", "S1", 200), ("FB", "S2", -150), paid=0)
    third = remit(0, ("FB", "S2", 150))
    day = [traced(third, "A", 1), traced(second, "B", 2), traced(first, "C", 3)]
    for history in permutations(day):
        item = only(replay(history, []))
        assert (item.withheld, item.waiting) == (300, 0)


def test_balances_that_bring_each_other_in_are_read_in_order_of_their_numbers() -> None:
    day = [
        traced(remit(0, ("FB", "S1", 200), ("FB", "S2", -200)), "1", 1),
        traced(remit(0, ("FB", "S2", 200), ("FB", "S1", -200)), "2", 2),
    ]
    assert replay(day, []).totals == replay(day[::-1], []).totals


def test_a_refund_settles_its_own_item_and_its_surplus_no_other() -> None:
    ledger = replay(
        [remit(0, ("WO", "R1", 500), ("72", "R1", -500), ("B2", "R1", -30), ("WO", "R2", 80))], []
    )
    assert [(item.refunded, item.withheld) for item in ledger.receivables] == [(500, 0), (0, 80)]
    assert ledger.totals[0].excess_refund == 30


REFUNDED_530_OF_500 = (("WO", "RF1", 500), ("72", "", -500), ("B2", "", -30))


@pytest.mark.parametrize("order", [(0, 1, 2, 3), (3, 0, 1, 2), (2, 3, 1, 0)])
def test_a_rebate_that_names_nothing_is_the_surplus_of_its_refund_and_no_part_of_another_item(
    order: tuple[int, ...],
) -> None:
    lines = (*REFUNDED_530_OF_500, ("WO", "CLM100", 150))
    history = [
        remit(0, ("WO", "CLM100", -150), reversals=(took("CLM100", 150),)),
        remit(38, *(lines[position] for position in order)),
    ]
    ledger = replay(history, [])
    found = {item.reference: (item.withheld, item.refunded) for item in ledger.receivables}
    assert found == {"CLM100": (150, 0), "RF1": (0, 500)}
    assert (ledger.totals[1].withheld, ledger.totals[1].excess_refund) == (150, 30)


@pytest.mark.parametrize("reference", ["", "X"])
def test_a_rebate_settles_a_balance_of_just_its_amount_and_no_part_of_a_larger_one(
    reference: str,
) -> None:
    short = remit(0, ("FB", "T0000", -200), reversals=(took("A", 120), took("B", 80)), paid=0)
    settled = replay([short, remit(7, ("FB", "T0000", 200), ("B2", reference, -200))], [])
    assert [item.refunded for item in settled.receivables] == [120, 80]
    surplus = replay([short, remit(7, ("FB", "T0000", 200), ("B2", reference, -5))], [])
    assert [item.refunded for item in surplus.receivables] == [0, 0]
    assert (surplus.totals[1].withheld, surplus.totals[1].excess_refund) == (200, 5)


def test_a_rebate_settles_what_a_refund_left_of_its_item() -> None:
    ledger = replay([remit(0, ("WO", "R1", 500), ("72", "R1", -420), ("B2", "", -80))], [])
    assert (only(ledger).refunded, only(ledger).withheld) == (500, 0)


def test_a_refund_that_names_nothing_settles_an_item_it_does_not_exceed() -> None:
    history = [
        remit(0, ("WO", "CLM100", -150), reversals=(took("CLM100", 150),)),
        remit(38, ("WO", "CLM100", 150), ("WO", "RF1", 500), ("72", "", -420), ("CS", "RF1", -80)),
    ]
    ledger = replay(history, [])
    assert [(item.withheld, item.refunded, item.forgiven) for item in ledger.receivables] == [
        (150, 0, 0),
        (0, 420, 80),
    ]


def test_a_refund_that_names_nothing_settles_the_item_of_its_amount() -> None:
    ledger = replay([remit(0, ("WO", "R1", 80), ("WO", "R2", 500), ("72", "CHECK", -500))], [])
    assert [(item.refunded, item.withheld) for item in ledger.receivables] == [(0, 80), (500, 0)]


def test_a_refund_acknowledged_beside_a_reversal_is_no_offset() -> None:
    ledger = replay([remit(0, ("72", "CLM100", -150), reversals=(took("CLM100", 150),))], [])
    assert (only(ledger).refunded, only(ledger).withheld) == (150, 0)


def test_cs_settles_only_where_its_reference_ties_it_to_an_item() -> None:
    tied = replay([remit(0, ("WO", "R1", 500), ("CS", "R1", -80))], [])
    loose = replay([remit(0, ("WO", "R1", 500), ("CS", "ELSE", -80))], [])
    assert (only(tied).forgiven, only(tied).withheld, tied.totals[0].settling) == (
        80,
        420,
        frozenset({2}),
    )
    assert (only(loose).withheld, loose.totals[0].settling) == (500, frozenset[int]())


def test_taken_and_given_back_at_once_is_nothing() -> None:
    ledger = replay([remit(0, ("WO", "R1", 100), ("WO", "R1", -100))], [])
    assert ledger.totals[0].withheld == ledger.totals[0].returned == 0
    item = only(ledger)
    assert (item.cancelled, item.waiting, item.put_off_date) == (100, 0, None)


def test_part_of_what_was_taken_given_back_at_once_leaves_the_rest_withheld() -> None:
    item = only(replay([remit(0, ("WO", "R1", 100), ("WO", "R1", -30))], []))
    assert (item.established, item.withheld, item.cancelled, item.waiting) == (100, 70, 30, 0)


def test_what_was_put_off_before_is_put_off_again_when_its_taking_is_undone() -> None:
    history = [
        remit(0, ("WO", "CLM100", -150), reversals=(took("CLM100", 150),)),
        remit(30, ("WO", "CLM100", 150), ("WO", "CLM100", -150)),
    ]
    item = only(replay(history, []))
    assert (item.cancelled, item.waiting, item.put_off_date) == (0, 150, START)


def test_a_credit_carried_and_brought_back_is_no_recoupment() -> None:
    history = [
        remit(0, ("FB", "B6-1", -200), paid=0),
        remit(7, ("FB", "B6-1", 200), ("FB", "B6-2", -150), paid=0),
        remit(14, ("FB", "B6-2", 150)),
    ]
    ledger = replay(history, [])
    assert [totals.withheld for totals in ledger.totals] == [0, 0, 0]
    assert [totals.net_withheld for totals in ledger.totals] == [-200, 50, 150]
    assert [totals.uncovered_credit for totals in ledger.totals] == [200, -50, -150]
    item = only(ledger)
    assert (item.established, item.cancelled, item.waiting) == (200, 200, 0)
    assert item.first_withdrawal is None


def test_a_credit_carried_beside_a_shortfall_leaves_the_shortfall_withheld_once() -> None:
    history = [
        remit(0, ("FB", "F1", -300), reversals=(took("CLM100", 100),), paid=0),
        remit(7, ("FB", "F1", 300)),
    ]
    ledger = replay(history, [])
    assert [(item.withheld, item.cancelled) for item in ledger.receivables] == [(100, 0), (0, 200)]
    assert [totals.uncovered_credit for totals in ledger.totals] == [200, -200]


def test_a_credit_carried_may_be_settled_by_check() -> None:
    history = [remit(0, ("FB", "F1", -200), paid=0), remit(7, ("FB", "F1", 200), ("B2", "", -200))]
    ledger = replay(history, [])
    assert (only(ledger).refunded, only(ledger).withheld, only(ledger).cancelled) == (200, 0, 0)
    assert ledger.totals[1].net_withheld == 0


def test_an_affiliate_pays_where_the_reference_names_its_item() -> None:
    history = [
        remit(0, ("WO", "CLM100", -150), reversals=(took("CLM100", 150),)),
        remit(9, ("OB", "CLM100", 150), payee="PAYEE2"),
    ]
    item = only(replay(history, []))
    assert (item.payee, item.withheld, item.mechanism) == ("PAYEE1", 150, "Affiliated offset (OB)")


def test_spelling_of_references() -> None:
    assert normalised(" 00ab-12.c ") == "AB12C"
    assert normalised("000") == ""
    assert "123456" in embedded_numbers("X123456Y")
    assert embedded_numbers("12345") == set()
    assert "12345678" in embedded_numbers("9123456789")
    assert embedded_numbers("123456 2025") == {
        "123456",
        "12345620",
        "123456202",
        "23456202",
        "234562025",
        "34562025",
    }
