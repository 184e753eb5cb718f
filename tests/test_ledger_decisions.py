"""What people decide about a match overrides the rules, as far as the payer's history allows it."""

from __future__ import annotations

from datetime import datetime, timedelta

from data.ledger.decisions import NOT_KNOWN, NOT_READ, NOTHING_OF_IT, MatchDecision, in_force
from data.ledger.events import Remittance
from data.ledger.replay import PayerLedger, replay
from tests.test_ledger import letter, remit, took

MADE = datetime(2026, 1, 2, 3, 4, 5)


def decide(day: int, number: int, receivable_id: str | None, minute: int = 0) -> MatchDecision:
    """Ann's decision about an adjustment of the remittance of that day."""
    made_at = MADE + timedelta(minutes=minute)
    return MatchDecision(day, number, receivable_id, "ann", made_at, "the letter says so")


def decided(history: list[Remittance], *decisions: MatchDecision) -> PayerLedger:
    return replay(history, [], in_force(decisions))


def tie() -> tuple[list[Remittance], list[str]]:
    """Two items of 150 put off, one meaningless withdrawal of 150; and the ids of the two."""
    history = [
        remit(
            0,
            ("WO", "CLM100", -150),
            ("WO", "CLM200", -150),
            reversals=(took("CLM100", 150), took("CLM200", 150, 4, 3)),
        ),
        remit(9, ("WO", "RECOUP", 150)),
    ]
    ids = [item.receivable_id for item in replay(history, []).receivables]
    return history, ids[:2]


def test_a_tie_is_given_to_the_item_decided_on() -> None:
    history, (first, second) = tie()
    ledger = decided(history, decide(9, 1, second))
    assert [(item.receivable_id, item.waiting) for item in ledger.receivables] == [
        (first, 150),
        (second, 0),
    ]
    (piece,) = [piece for piece in ledger.pieces if piece.kind == "taken"]
    match = piece.match
    assert (match.tier, match.method, match.confidence) == (0, "decided", "confirmed")
    assert match.decision == decide(9, 1, second)
    assert (ledger.candidates, ledger.stale) == ([], [])


def test_a_tie_shows_its_candidates() -> None:
    history, ids = tie()
    assert [candidate[1:] for candidate in replay(history, []).candidates] == [
        (1, 150, ids[0], 150, "same amount", 1),
        (1, 150, ids[1], 150, "same amount", 2),
    ]


def test_candidates_are_told_by_number_and_by_sum() -> None:
    names = {"X77100": 100, "CLM200": 200, "CLM300": 300}
    reversals = tuple(
        took(name, cents, None, n) for n, (name, cents) in enumerate(names.items(), start=1)
    )
    put_offs = tuple(("WO", name, -cents) for name, cents in names.items())
    history = [
        remit(0, *put_offs, reversals=reversals),
        remit(1, ("WO", "CLM150", -100), reversals=(took("CLM150", 100),)),
        remit(9, ("WO", "7710", 400)),
    ]
    ledger = replay(history, [])
    named = {item.receivable_id: item.reference for item in ledger.receivables}
    found = [(named[c.receivable_id], c.candidate_amount, c.reason) for c in ledger.candidates]
    assert found == [
        ("X77100", 100, "part of the number"),
        ("CLM200", 200, "adds up with others"),
        ("CLM300", 300, "adds up with others"),
        ("CLM150", 100, "adds up with others"),
    ]


def test_the_latest_decision_is_in_force() -> None:
    history, (first, second) = tie()
    ledger = decided(history, decide(9, 1, second, minute=1), decide(9, 1, first, minute=2))
    assert [item.waiting for item in ledger.receivables] == [0, 150]


def test_what_belongs_to_none_stays_in_suspense_with_its_candidates() -> None:
    history = [
        remit(0, ("WO", "CLM100", -150), reversals=(took("CLM100", 150),)),
        remit(9, ("WO", "CLM100", 150)),
    ]
    ledger = decided(history, decide(9, 1, None))
    known, unknown = ledger.receivables
    assert (known.waiting, unknown.withheld) == (150, 150)
    (piece,) = [piece for piece in ledger.pieces if piece.kind == "taken"]
    assert (piece.match.method, piece.match.confidence) == ("decided", "suspense")
    assert [c.reason for c in ledger.candidates] == ["same reference"]


def test_more_than_is_open_is_owed_on_the_item_decided_on() -> None:
    history = [
        remit(0, ("WO", "CLM100", -100), reversals=(took("CLM100", 100),)),
        remit(9, ("WO", "RECOUP", 150)),
    ]
    (first, _) = replay(history, []).receivables
    (item,) = decided(history, decide(9, 1, first.receivable_id)).receivables
    assert (item.established, item.withheld, item.waiting) == (150, 150, 0)


def test_the_rest_of_a_lump_takes_the_only_others_that_add_up() -> None:
    names = {"CLM100": 100, "CLM200": 250, "CLM300": 250, "CLM400": 75}
    reversals = tuple(
        took(name, cents, None, n) for n, (name, cents) in enumerate(names.items(), start=1)
    )
    put_offs = tuple(("WO", name, -cents) for name, cents in names.items())
    history = [remit(0, *put_offs, reversals=reversals), remit(30, ("WO", "LUMP", 425))]
    third = replay(history, []).receivables[2].receivable_id
    assert [i.waiting for i in replay(history, []).receivables] == [100, 250, 250, 75, 0]
    ledger = decided(history, decide(30, 1, third))
    assert [item.waiting for item in ledger.receivables] == [0, 250, 0, 0]


def test_an_item_with_nothing_open_takes_all_of_it_and_leaves_others_alone() -> None:
    history = [
        remit(0, reversals=(took("CLM100", 150),)),
        remit(1, ("WO", "CLM200", -80), reversals=(took("CLM200", 80),)),
        remit(9, ("WO", "RECOUP", 80)),
    ]
    first = replay(history, []).receivables[0].receivable_id
    ledger = decided(history, decide(9, 1, first))
    assert [(item.withheld, item.waiting) for item in ledger.receivables] == [(230, 0), (0, 80)]


def test_a_decided_reference_is_no_name_for_later_money() -> None:
    history, (first, _) = tie()
    history.append(remit(20, ("WO", "RECOUP", 30)))
    ledger = decided(history, decide(9, 1, first))
    assert ledger.receivables[-1].origin == "recovery without a known item"


def test_a_letter_can_be_what_was_taken() -> None:
    history = [remit(30, ("WO", "RECOUP", 120))]
    (open_letter,) = replay(history, [letter(0, 150)]).letters_only
    decisions = in_force([decide(30, 1, open_letter.receivable_id)])
    ledger = replay(history, [letter(0, 150)], decisions)
    (item,) = ledger.receivables
    assert (item.withheld, item.noticed_left, item.origin) == (120, 30, "letter, then recovery")
    assert not ledger.letters_only


def test_money_given_back_is_returned_on_the_item_decided_on() -> None:
    history = [
        remit(0, reversals=(took("CLM100", 150), took("CLM200", 150, 4, 3))),
        remit(90, ("WO", "CREDIT", -150)),
    ]
    ids = [item.receivable_id for item in replay(history, []).receivables]
    ledger = decided(history, decide(90, 1, ids[1]))
    assert [item.returned for item in ledger.receivables] == [0, 150]


def test_a_balance_is_brought_in_and_carried_on_the_items_decided_on() -> None:
    short = (took("CLM100", 100), took("CLM200", 100, 4, 3))
    history = [
        remit(0, ("FB", "T0000", -150), reversals=short, paid=0),
        remit(7, ("FB", "T0000", 150), ("FB", "T0007", -20), paid=0),
    ]
    older, newer = [item.receivable_id for item in replay(history, []).receivables]
    by_rules = [item.waiting for item in replay(history, []).receivables]
    ledger = decided(history, decide(0, 1, older), decide(7, 2, older))
    assert (by_rules, [item.waiting for item in ledger.receivables]) == ([0, 20], [20, 0])
    assert newer != older


def test_a_refund_settles_the_item_decided_on() -> None:
    history = [remit(0, ("WO", "R1", 80), ("WO", "R2", 80), ("72", "CHECK", -80))]
    ids = [item.receivable_id for item in replay(history, []).receivables]
    assert [item.refunded for item in replay(history, []).receivables] == [80, 0]
    ledger = decided(history, decide(0, 3, ids[1]))
    assert [item.refunded for item in ledger.receivables] == [0, 80]


def test_a_decision_ties_an_adjustment_to_an_item_its_reference_does_not() -> None:
    history = [remit(0, ("WO", "R1", 500), ("CS", "ELSE", -80))]
    (item,) = replay(history, []).receivables
    (decided_item,) = decided(history, decide(0, 2, item.receivable_id)).receivables
    assert (item.forgiven, decided_item.forgiven, decided_item.withheld) == (0, 80, 420)


def test_decisions_that_cannot_be_followed_leave_it_to_the_rules() -> None:
    history, (first, _) = tie()
    history.append(remit(20, ("WO", "CLM100", -10)))
    wrong = [decide(9, 1, "RNOTHING"), decide(9, 7, first), decide(20, 1, first)]
    ledger = decided(history, *wrong)
    assert [(each.decision, each.reason) for each in ledger.stale] == [
        (wrong[0], NOT_KNOWN),
        (wrong[2], NOTHING_OF_IT),
        (wrong[1], NOT_READ),
    ]
    rules = replay(history, [])
    assert (ledger.pieces, ledger.events) == (rules.pieces, rules.events)
