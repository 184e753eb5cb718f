"""The books of one remittance: what each of its lines moved, on which item, and what that comes to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from itertools import takewhile

from data.ledger.decisions import MatchDecision
from data.ledger.events import (
    EXACT,
    ITEM_AMOUNTS,
    OTHER_NUMBER,
    PARSED,
    Adjustment,
    Event,
    Match,
    Piece,
    PieceKind,
    Receivable,
    Remittance,
    RemittanceTotals,
)
from data.ledger.payer import PayerItems, receivable_id
from data.ledger.spelling import normalised

MECHANISM_OF_CLAIM = "Claim reversal"
MECHANISM_OF_CODE = {
    "WO": "Overpayment recovery (WO)",
    "WU": "Unspecified recovery (WU)",
    "OB": "Affiliated offset (OB)",
    "FB": "Forwarding balance (FB)",
    "72": "Settlement (72)",
    "B2": "Settlement (B2)",
    "CS": "Settlement (CS)",
}


class Books:
    """One remittance being read; `cash` is what it withholds on each item so far, in cents, signed.

    `unseen` are the items that nothing but a recovery of this remittance shows.
    """

    def __init__(self, items: PayerItems, remittance: Remittance) -> None:
        self.items = items
        self.remittance = remittance
        self.cash: dict[Receivable, int] = defaultdict(int)
        self.from_claims: dict[Receivable, int] = {}
        self.amounts: dict[Receivable, dict[str, int]] = defaultdict(lambda: defaultdict(int))
        self.mechanism: dict[Receivable, str] = {}
        self.by_reference: dict[str, list[Receivable]] = defaultdict(list)
        self.unseen: set[Receivable] = set()
        self.excess_refund = 0
        self.uncovered_credit = 0
        self.settling: set[int] = set()

    def decision_on(self, adjustment: Adjustment) -> MatchDecision | None:
        """What people decided about an adjustment of this remittance; it counts as read from here on."""
        decisions = self.items.decisions
        if not decisions:
            return None
        decision = decisions.get((self.remittance.remittance_id, adjustment.adjustment_no))
        if decision is not None:
            self.items.decisions_read.add((decision.remittance_id, decision.adjustment_no))
        return decision

    def called(self, adjustment: Adjustment) -> tuple[list[Receivable], Match]:
        """Items an adjustment names: by its reference, else by another number of the claim that this is."""
        found, match = self.items.index.called(adjustment.reference)
        is_whole_number = match is not PARSED or not adjustment.names_claim_as_it_stands
        if found and is_whole_number:
            return found, match
        for number in adjustment.claim_names:
            other = self.items.index.named(number)
            if other:
                return list(other), OTHER_NUMBER
        return (found, match) if is_whole_number else ([], match)

    def open_from(self, adjustment: Adjustment, origin: str) -> Receivable:
        identifier = receivable_id(
            self.remittance.remittance_id, "adjustment", adjustment.adjustment_no
        )
        item = self.items.open(identifier, origin, [])
        self.items.index.learn(item, adjustment.reference)
        self.items.index.add_claim(item, adjustment.claim_names)
        item.remittance_id = self.remittance.remittance_id
        item.reference = adjustment.reference
        return item

    def establish(self, item: Receivable, amount: int) -> None:
        self.items.establish(item, amount, self.remittance)
        self.amounts[item]["established"] += amount

    def defer(self, item: Receivable, part: int, adjustment: Adjustment, match: Match) -> None:
        item.put_off += part
        item.put_off_date = item.put_off_date or self.remittance.payment_date
        self.items.index.learn(item, adjustment.reference)
        self.move(item, "put_off", -part, match, adjustment=adjustment)

    def carry(self, item: Receivable, part: int, adjustment: Adjustment, match: Match) -> None:
        """With nothing paid the balance is a true shortfall; with money paid the payer chose to put it off."""
        item.forwarded += part
        if self.remittance.payment_amount <= 0:
            item.short += part
        names = (adjustment.reference, self.remittance.trace_number)
        item.forwarding_names = frozenset(normalised(name) for name in names)
        if self.remittance.payment_amount > 0:
            item.put_off_date = item.put_off_date or self.remittance.payment_date
            self.move(item, "put_off", -part, match, adjustment=adjustment)
        else:
            self.move(item, "forwarded", -part, match, adjustment=adjustment)

    def move(
        self,
        item: Receivable,
        kind: PieceKind,
        amount: int,
        match: Match,
        claim_no: int | None = None,
        adjustment: Adjustment | None = None,
    ) -> None:
        """Books cash on an item: positive is taken from the provider, negative given."""
        self.cash[item] += amount
        key = normalised(adjustment.reference) if adjustment else ""
        if key:
            self.by_reference[key].append(item)
        if amount > 0 and item not in self.mechanism:
            self.mechanism[item] = (
                MECHANISM_OF_CODE[adjustment.reason_code] if adjustment else MECHANISM_OF_CLAIM
            )
        self.note(item, kind, amount, match, claim_no, adjustment)

    def note(
        self,
        item: Receivable,
        kind: PieceKind,
        amount: int,
        match: Match,
        claim_no: int | None = None,
        adjustment: Adjustment | None = None,
        stands_in: int | None = None,
    ) -> None:
        """Keeps a part of a line; `stands_in` is the remittance its claim stands in, where that is another."""
        self.amounts[item][kind] += abs(amount)
        self.items.note_waiting(item)
        is_affiliate = adjustment is not None and (
            adjustment.reason_code == "OB" or item.payee != self.remittance.payee
        )
        if is_affiliate and amount > 0:
            item.is_affiliate = True
        self.items.pieces.append(
            Piece(
                self.remittance.remittance_id if stands_in is None else stands_in,
                item.receivable_id,
                kind,
                claim_no,
                adjustment.adjustment_no if adjustment else None,
                amount,
                match,
                is_affiliate,
            )
        )

    def named_here(self, adjustment: Adjustment) -> tuple[list[Receivable], Match]:
        """Items of this remittance that an adjustment names, or that another moved under the same reference."""
        moved = self.by_reference[normalised(adjustment.reference)]
        if moved:
            return moved, EXACT
        called, match = self.called(adjustment)
        return [item for item in called if item in self.amounts], match

    def taken_by(self, adjustment: Adjustment) -> list[Receivable]:
        """Items that an adjustment of this remittance took from, and that it still takes from."""
        pieces = takewhile(
            lambda piece: piece.remittance_id == self.remittance.remittance_id,
            reversed(self.items.pieces),
        )
        moved = {p.receivable_id for p in pieces if p.adjustment_no == adjustment.adjustment_no}
        return [item for item in self.taking(self.amounts) if item.receivable_id in moved]

    def taking(self, items: Iterable[Receivable]) -> list[Receivable]:
        """Those of the items that this remittance takes from, each once."""
        return [item for item in dict.fromkeys(items) if self.cash[item] > 0]

    def close(self) -> None:
        """What is left on an item is withheld if positive, returned if negative.

        A credit that was carried here is no overpayment: brought back, it is cancelled and nothing is withheld.
        """
        for item, amounts in self.amounts.items():
            cash = self.cash[item]
            given_back = amounts["given_back"]
            cancelled = min(given_back, cash + given_back)
            if cash > 0 and item in self.items.carried_credits:
                credit = min(cash, amounts["brought_in"])
                self.uncovered_credit -= credit
                cancelled += credit
                cash -= credit
            item.cancelled += cancelled
            amounts["cancelled"] = cancelled
            if cash > 0:
                item.withheld += cash
                amounts["withheld"] = cash
                if item.first_withdrawal is None:
                    item.first_withdrawal = self.remittance.payment_date
                    item.mechanism = self.mechanism[item]
            elif cash < 0:
                item.returned -= cash
                amounts["returned"] = -cash
            self._assert_settled(item)

    def _assert_settled(self, item: Receivable) -> None:
        settled = item.withheld + item.refunded + item.forgiven + item.cancelled
        if item.established != settled + item.waiting:
            raise AssertionError(
                f"{item.receivable_id}: established {item.established} is not {settled} settled"
                f" and {item.waiting} waiting"
            )

    def tell(self) -> None:
        """Writes the events of every item this remittance touched, now that it is read."""
        day, remittance_id = self.remittance.payment_date, self.remittance.remittance_id
        for item, amounts in self.amounts.items():
            self.items.note_withheld(item)
            for kind, amount in amounts.items():
                if amount and kind in ITEM_AMOUNTS:
                    mechanism = self.mechanism[item] if kind == "withheld" else ""
                    event = Event(item.receivable_id, day, remittance_id, kind, amount, mechanism)
                    self.items.events.append(event)
        put_off = [
            i for i, each in self.amounts.items() if "put_off" in each or "forwarded" in each
        ]
        if put_off:
            self.items.note_put_off(put_off, self.remittance.trace_number)

    def totals(self) -> RemittanceTotals:
        remittance = self.remittance
        identified = sum(-t.delta for t in remittance.takebacks if t.delta < 0)
        adjustments = sum(
            a.amount
            for a in remittance.adjustments
            if a.plb_class in ("recoupment", "carrier", "settlement")
            or a.adjustment_no in self.settling
        )
        by_kind: dict[str, int] = defaultdict(int)
        for amounts in self.amounts.values():
            for kind, amount in amounts.items():
                by_kind[kind] += amount
        totals = RemittanceTotals(
            remittance_id=remittance.remittance_id,
            identified=identified,
            adjustments=adjustments,
            net_withheld=identified + adjustments,
            withheld=by_kind["withheld"],
            returned=by_kind["returned"],
            recovered=by_kind["recovered"],
            corrected=by_kind["corrected"],
            refunded=by_kind["refunded"],
            forgiven=by_kind["forgiven"],
            excess_refund=self.excess_refund,
            uncovered_credit=self.uncovered_credit,
            settling=frozenset(self.settling),
        )
        given = totals.returned + totals.excess_refund + totals.uncovered_credit
        if totals.net_withheld != totals.withheld - given:
            raise AssertionError(
                f"remittance {remittance.remittance_id}: {totals.net_withheld} withheld net"
                f" is not {totals.withheld} taken less {given} given"
            )
        return totals
