"""Random histories of one payer for the ledger's property tests, and what must hold of any of them."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from hypothesis import strategies as st

from data.ledger.decisions import MatchDecision
from data.ledger.events import (
    Adjustment,
    EarlyCorrection,
    LaterPayment,
    Notice,
    Remittance,
    Takeback,
)
from data.ledger.replay import PayerLedger, replay
from tests.plb import CLASS_OF

CLAIMS = ["CLAIM0001", "CLAIM0002", "CLAIM0003", "00CLAIM0004"]
REFERENCES = [*CLAIMS, "claim-0001", "LTR1", "XX CLAIM0002 20250101", "RECOUP", ""]
PAID_CLAIMS: list[tuple[str, ...]] = [(), (), ("CLAIM0005",), ("ACCT0005", "CLAIM0001")]
AMOUNTS = [100, 250, 75, 425, 15000, 1]

History = tuple[list[Remittance], list[Notice]]

amounts = st.sampled_from(AMOUNTS) | st.integers(1, 50_000)


@st.composite
def takebacks(draw: st.DrawFn, claim_no: int) -> Takeback:
    name = draw(st.sampled_from(CLAIMS))
    delta = draw(amounts) * draw(st.sampled_from([-1, -1, -1, 1]))
    correction = claim_no + 1 if draw(st.booleans()) else None
    is_early = correction is None and delta < 0 and draw(st.booleans())
    early = [EarlyCorrection(99, n, draw(amounts)) for n in range(draw(st.integers(1, 2)))]
    return Takeback(claim_no, correction, delta, (name,), early=tuple(early) if is_early else ())


@st.composite
def adjustments(draw: st.DrawFn, number: int) -> Adjustment:
    code = draw(st.sampled_from(sorted(CLASS_OF)))
    amount = draw(amounts) * draw(st.sampled_from([-1, 1]))
    reference = draw(st.sampled_from(REFERENCES))
    paid_claim = draw(st.sampled_from(PAID_CLAIMS)) if amount > 0 or code == "72" else ()
    is_whole = bool(paid_claim) and draw(st.booleans())
    return Adjustment(number, code, CLASS_OF[code], reference, amount, paid_claim, is_whole)


@st.composite
def later_payments(draw: st.DrawFn, claim_no: int) -> LaterPayment:
    return LaterPayment(claim_no, draw(amounts), (draw(st.sampled_from(CLAIMS)),))


@st.composite
def remittances(draw: st.DrawFn, number: int) -> Remittance:
    return Remittance(
        remittance_id=number,
        payee=draw(st.sampled_from(["PAYEE1", "PAYEE2"])),
        payment_date=date(2025, 1, 1) + timedelta(days=draw(st.integers(0, 400))),
        trace_number=f"TRACE{number:05d}",
        payment_amount=draw(st.sampled_from([0, 1, 100_000])),
        takebacks=tuple(draw(takebacks(2 * n + 1)) for n in range(draw(st.integers(0, 3)))),
        adjustments=tuple(draw(adjustments(n + 1)) for n in range(draw(st.integers(0, 5)))),
        later_payments=tuple(draw(later_payments(n + 50)) for n in range(draw(st.integers(0, 1)))),
    )


@st.composite
def notices(draw: st.DrawFn, number: int) -> Notice:
    return Notice(
        notice_id=number,
        notice_date=date(2025, 1, 1) + timedelta(days=draw(st.integers(0, 400))),
        amount=draw(amounts),
        letter_names=(f"LTR{draw(st.integers(1, 3))}",),
        claim_names=tuple(draw(st.lists(st.sampled_from(CLAIMS), max_size=1))),
        elected_immediate=False,
    )


@st.composite
def histories(draw: st.DrawFn) -> History:
    count = draw(st.integers(1, 12))
    letters = draw(st.integers(0, 4))
    return [draw(remittances(n)) for n in range(count)], [draw(notices(n)) for n in range(letters)]


@st.composite
def decided_histories(draw: st.DrawFn) -> tuple[History, list[MatchDecision]]:
    """A history, and decisions that tie any adjustment of it to any item of it, to none, or to nonsense."""
    history = draw(histories())
    ledger = replay(*history)
    known = [item.receivable_id for item in (*ledger.receivables, *ledger.letters_only)]
    places = [(r.remittance_id, a.adjustment_no) for r in history[0] for a in r.adjustments]
    decided = draw(st.lists(st.sampled_from([*places, (99, 1)]), unique=True, max_size=6))
    return history, [
        MatchDecision(*place, draw(st.sampled_from([*known, None, "RNONSENSE"])), "A", MADE, "why")
        for place in decided
    ]


MADE = datetime(2026, 1, 2, 3, 4, 5)


def in_order(remittances: list[Remittance]) -> list[Remittance]:
    return sorted(remittances, key=lambda r: (r.payment_date, r.trace_number))


def assert_every_cent_is_explained(ledger: PayerLedger, history: list[Remittance]) -> None:
    """Each item adds up, no more is withheld than was owed, and each remittance ties to its cash."""
    for item in ledger.receivables:
        assert item.withheld <= item.established
        settled = item.withheld + item.refunded + item.forgiven + item.cancelled
        assert item.established == settled + item.waiting
        assert item.put_off >= 0
        assert 0 <= item.short <= item.forwarded
        assert item.returned + item.recovered <= item.withheld
        assert item.corrected <= item.established
    read = {remittance.remittance_id: remittance for remittance in history}
    assert sorted(read) == sorted(totals.remittance_id for totals in ledger.totals)
    for totals in ledger.totals:
        remittance = read[totals.remittance_id]
        taken = totals.withheld - totals.returned - totals.excess_refund - totals.uncovered_credit
        assert totals.net_withheld == taken
        assert totals.identified == sum(-t.delta for t in remittance.takebacks if t.delta < 0)
        in_ledger = sum(
            a.amount
            for a in remittance.adjustments
            if a.plb_class != "other" or a.adjustment_no in totals.settling
        )
        assert totals.net_withheld == totals.identified + in_ledger


@st.composite
def forwarding_payers(draw: st.DrawFn) -> tuple[list[Remittance], list[int]]:
    """A payer that brings its whole balance in and carries what is short; and the balance it printed after each."""
    history: list[Remittance] = []
    printed: list[int] = []
    balance = 0
    put_off: list[tuple[str, int]] = []
    for number in range(draw(st.integers(1, 8))):
        lines: list[tuple[str, str, int]] = []
        reversals: list[Takeback] = []
        left = draw(st.integers(0, 900))
        for nth in range(draw(st.integers(0, 3))):
            name, amount = f"CLAIM{number:03d}{nth:03d}", draw(st.integers(1, 500))
            reversals.append(Takeback(nth + 1, None, -amount, (name,)))
            left -= amount
            if draw(st.booleans()):
                lines.append(("WO", name, -amount))
        if draw(st.booleans()) and put_off:
            lines.append(("WO", *put_off.pop(0)))
        put_off += [(name, -amount) for _, name, amount in lines if amount < 0]
        if balance:
            lines.append(("FB", f"BALANCE{number - 1}", balance))
        left -= sum(amount for _, _, amount in lines)
        balance = max(0, -left)
        if balance:
            lines.append(("FB", f"BALANCE{number}", -balance))
        history.append(
            Remittance(
                number,
                "PAYEE1",
                date(2025, 1, 1) + timedelta(days=7 * number),
                f"TRACE{number:05d}",
                max(0, left),
                tuple(reversals),
                tuple(
                    Adjustment(n, code, CLASS_OF[code], reference, amount)
                    for n, (code, reference, amount) in enumerate(lines, start=1)
                ),
            )
        )
        printed.append(balance)
    return history, printed
