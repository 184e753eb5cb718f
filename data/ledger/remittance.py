"""Gives every cent of one remittance to the receivable it belongs to.

In this order: reversals establish what is owed, put-offs beside them defer it, recoveries and brought-in
balances take it, refunds settle it, what is still short is forwarded, and claims paid on top bring money
back. docs/ledger.md has the reasons.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from data.ledger.events import (
    ALLOCATED,
    EXACT,
    FROM_CLAIM,
    LINEAGE,
    NORMALISED,
    PARSED,
    SAME_AMOUNT,
    UNMATCHED,
    Adjustment,
    Event,
    LaterPayment,
    Match,
    Piece,
    PieceKind,
    Receivable,
    Remittance,
    RemittanceTotals,
    Takeback,
)
from data.ledger.payer import PayerItems, receivable_id
from data.ledger.references import normalised

CORRECTION_PENDING_DAYS = 45

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


def read_remittance(items: PayerItems, remittance: Remittance) -> RemittanceTotals:
    """Adds one remittance to the payer's items and returns what it did; remittances come in payment order."""
    return _Reading(items, remittance).run()


class _Reading:
    """One remittance being read; `cash` is what it withholds on each item so far, in cents, signed."""

    def __init__(self, items: PayerItems, remittance: Remittance) -> None:
        self.items = items
        self.remittance = remittance
        self.cash: dict[str, int] = defaultdict(int)
        self.touched: dict[str, Receivable] = {}
        self.from_claims: list[Receivable] = []
        self.amounts: dict[tuple[str, str], int] = defaultdict(int)
        self.mechanism: dict[str, str] = {}
        self.by_reference: dict[str, list[Receivable]] = defaultdict(list)
        self.excess_refund = 0
        self.uncovered_credit = 0
        self.settling: set[int] = set()

    def run(self) -> RemittanceTotals:
        for takeback in self.remittance.takebacks:
            if takeback.delta < 0:
                self._identify(takeback)
        recoveries = [a for a in self.remittance.adjustments if a.plb_class == "recoupment"]
        put_off = [(a, self._put_off(a)) for a in recoveries if a.amount < 0]
        for adjustment in recoveries:
            if adjustment.amount > 0:
                self._take(adjustment)
        for adjustment, left in put_off:
            self._give_back(adjustment, left)
        balances = [a for a in self.remittance.adjustments if a.plb_class == "carrier"]
        for adjustment in balances:
            if adjustment.amount > 0:
                self._bring_in(adjustment)
        for adjustment in self._settlements():
            if adjustment.amount > 0:
                self._take(adjustment)
            else:
                self._settle(adjustment)
        for adjustment in balances:
            if adjustment.amount < 0:
                self._forward(adjustment)
        self._close()
        for takeback in self.remittance.takebacks:
            if takeback.delta > 0:
                self._recover(takeback.claim_no, takeback.delta, takeback.names)
        for later in self.remittance.later_payments:
            self._pay_later(later)
        self._tell()
        return self._totals()

    # What claims say

    def _identify(self, takeback: Takeback) -> None:
        """A reversal whose correction pays less establishes an overpayment; a letter about it is its notice."""
        amount = -takeback.delta
        item, match = self._letter_about(takeback.names, amount)
        if item is None:
            identifier = receivable_id(self.remittance.remittance_id, "claim", takeback.claim_no)
            item = self.items.open(identifier, "claim reversal", takeback.names)
        else:
            item.origin, item.notice_match = "claim reversal", match
            self.items.index.add(item, takeback.names)
        item.remittance_id = self.remittance.remittance_id
        item.claim_no, item.correction_no = takeback.claim_no, takeback.correction_no
        item.reference = next(iter(takeback.names), item.reference)
        self.from_claims.append(item)
        self._establish(item, amount)
        self._move(item, "identified", amount, FROM_CLAIM, claim_no=takeback.claim_no)

    def _letter_about(
        self, names: Sequence[str], amount: int
    ) -> tuple[Receivable | None, Match | None]:
        """The unanswered letter about this claim: by the claim's numbers, else the only one of that amount."""
        for name in names:
            letters = [item for item in self.items.index.named(name) if item.is_letter_only]
            if letters:
                letter = min(letters, key=lambda i: (i.noticed_left != amount, i.opened))
                return letter, EXACT if name in letter.names else NORMALISED
        unnamed = self.items.unclaimed_letter_of(amount, self.remittance.payment_date)
        return unnamed, SAME_AMOUNT if unnamed else None

    def _recover(self, claim_no: int, amount: int, names: Sequence[str]) -> None:
        """A claim paid on top brings back what was withheld on it; beyond that it is just a payment."""
        for item in self._called_by_any(names):
            part = min(amount, item.net_withheld)
            if part > 0:
                item.recovered += part
                amount -= part
                self._note(item, "recovered", part, FROM_CLAIM, claim_no=claim_no)

    def _pay_later(self, later: LaterPayment) -> None:
        """The first payment within 45 days of an unpaired reversal is its correction; others recover."""
        for item in self._called_by_any(later.names):
            if item.origin != "claim reversal" or item.correction_no is not None or item.corrected:
                continue
            assert item.established_on is not None
            days = (self.remittance.payment_date - item.established_on).days
            if 0 < days <= CORRECTION_PENDING_DAYS:
                part = min(later.paid, item.established)
                item.corrected += part
                self._note(item, "corrected", part, LINEAGE, claim_no=later.claim_no)
                return
        self._recover(later.claim_no, later.paid, later.names)

    def _called_by_any(self, names: Sequence[str]) -> list[Receivable]:
        """Established items that any of a claim's own numbers names, oldest first."""
        found = {i.receivable_id: i for name in names for i in self.items.index.named(name)}
        return sorted((i for i in found.values() if i.established), key=Receivable.age)

    # What provider adjustments say

    def _put_off(self, adjustment: Adjustment) -> int:
        """A negative recovery beside its reversal puts the taking off; returns what it leaves unexplained."""
        left = -adjustment.amount
        for item, match in self._claims_meant(adjustment.reference, left):
            part = min(left, self.cash[item.receivable_id])
            if part > 0:
                self._defer(item, part, adjustment, match)
                left -= part
        return left

    def _claims_meant(self, reference: str, amount: int) -> list[tuple[Receivable, Match]]:
        """The reversed claims of this remittance that a put-off means, in order: by name, by amount, newest."""
        owing = [item for item in self.from_claims if self.cash[item.receivable_id] > 0]
        named, match = self.items.index.called(reference)
        here = [item for item in owing if item in named]
        if here:
            here.sort(key=lambda item: self.cash[item.receivable_id] != amount)
            return [(item, match) for item in here]
        if any(item.net_withheld > 0 for item in named):
            return []
        same = [item for item in owing if self.cash[item.receivable_id] == amount]
        if len(same) == 1:
            return [(same[0], SAME_AMOUNT)]
        return [(item, ALLOCATED) for item in same or reversed(owing)]

    def _defer(self, item: Receivable, part: int, adjustment: Adjustment, match: Match) -> None:
        item.put_off += part
        item.put_off_date = item.put_off_date or self.remittance.payment_date
        self.items.index.add(item, [adjustment.reference])
        self._move(item, "put_off", -part, match, adjustment=adjustment)

    def _take(self, adjustment: Adjustment) -> None:
        """A positive recovery takes what was put off, what a letter announced, or something never seen."""
        left = adjustment.amount
        called, match = self.items.index.called(adjustment.reference)
        named = self._of_this_payee(called)
        if any(item.takeable or item.is_about_something for item in named):
            found = sorted(named, key=lambda i: (i.takeable != adjustment.amount, i.age()))
        else:
            found, match = self.items.open_by_amount(left, self.remittance)
        for item in found:
            part = min(left, item.takeable)
            if part > 0:
                self._take_from(item, part, adjustment, match)
                left -= part
        if left > 0:
            self._take_unseen(left, adjustment, named[0] if named else None, match)

    def _of_this_payee(self, items: list[Receivable]) -> list[Receivable]:
        """Items of the payee that is paid here; those of its affiliates only where it has none."""
        own = [item for item in items if item.payee in ("", self.remittance.payee)]
        return own or items

    def _take_from(
        self, item: Receivable, part: int, adjustment: Adjustment, match: Match
    ) -> None:
        from_put_off = min(part, item.put_off)
        from_forwarded = min(part - from_put_off, item.forwarded)
        announced = part - from_put_off - from_forwarded
        item.put_off -= from_put_off
        item.forwarded -= from_forwarded
        if announced:
            if item.is_letter_only:
                item.origin, item.notice_match = "letter, then recovery", match
                item.remittance_id = self.remittance.remittance_id
            self._establish(item, announced)
        if match.tier <= PARSED.tier:
            self.items.index.add(item, [adjustment.reference])
        self._move(item, "taken", part, match, adjustment=adjustment)

    def _take_unseen(
        self, amount: int, adjustment: Adjustment, named: Receivable | None, match: Match
    ) -> None:
        """Money taken beyond anything known is an item of its own, about the claim its reference names, if any."""
        item = self._open_from(adjustment, "recovery without a known item")
        if named is not None and named.claim_no is not None:
            item.remittance_id = named.remittance_id
            item.claim_no, item.correction_no = named.claim_no, named.correction_no
        self._establish(item, amount)
        self._move(item, "taken", amount, match if named else UNMATCHED, adjustment=adjustment)

    def _give_back(self, adjustment: Adjustment, left: int) -> None:
        """A negative recovery alone undoes a taking of this remittance, or gives back an earlier one."""
        if left <= 0:
            return
        named, match = self.items.index.called(adjustment.reference)
        if not named:
            named, match = self.items.withheld_by_amount(left, self.remittance)
        for item in sorted(named, key=lambda i: (self._givable(i) != left, i.age())):
            undone = min(left, max(0, self.cash[item.receivable_id]))
            if undone > 0:
                self._defer(item, undone, adjustment, match)
                left -= undone
            part = min(left, self._givable(item))
            if part > 0:
                self._move(item, "given_back", -part, match, adjustment=adjustment)
                left -= part
        if left > 0:
            self._credit_unseen(left, adjustment)

    def _givable(self, item: Receivable) -> int:
        return item.net_withheld + self.cash[item.receivable_id]

    def _credit_unseen(self, amount: int, adjustment: Adjustment) -> None:
        """Money given that nothing known explains waits in suspense, where a later recovery may find it."""
        item = self._open_from(adjustment, "credit without a known item")
        self._establish(item, amount)
        if adjustment.plb_class == "carrier":
            self._carry(item, amount, adjustment, UNMATCHED)
        else:
            self._defer(item, amount, adjustment, UNMATCHED)
        self.cash[item.receivable_id] += amount
        self.uncovered_credit += amount

    def _bring_in(self, adjustment: Adjustment) -> None:
        """FB+ brings forwarded balances back: the one its reference names first, then the oldest."""
        left = adjustment.amount
        pool = self.items.forwarded_for(self.remittance.payee)
        name = normalised(adjustment.reference)
        for item in sorted(pool, key=lambda i: (name not in i.forwarding_names, i.age())):
            part = min(left, item.forwarded)
            if part > 0:
                match = EXACT if name in item.forwarding_names else ALLOCATED
                item.forwarded -= part
                self._move(item, "brought_in", part, match, adjustment=adjustment)
                left -= part
        if left > 0:
            item = self._open_from(adjustment, "balance from before the data")
            self._establish(item, left)
            self._move(item, "brought_in", left, UNMATCHED, adjustment=adjustment)

    def _settlements(self) -> list[Adjustment]:
        """Refunds, and those CS whose reference ties them to an established item."""
        found = []
        for adjustment in self.remittance.adjustments:
            if adjustment.reason_code == "CS":
                called, _ = self.items.index.called(adjustment.reference)
                if any(item.established for item in called):
                    self.settling.add(adjustment.adjustment_no)
                    found.append(adjustment)
            elif adjustment.plb_class == "settlement":
                found.append(adjustment)
        return found

    def _settle(self, adjustment: Adjustment) -> None:
        """A refund acknowledged, or a debt forgiven, settles what this remittance would otherwise take.

        What exceeds the item it names was refunded too much: it settles no other.
        """
        left = -adjustment.amount
        named_here, _ = self._named_here(adjustment.reference)
        for item, match in self._taking(adjustment, newest_first=False):
            if named_here and item not in named_here:
                break
            part = min(left, self.cash[item.receivable_id])
            left -= part
            if adjustment.reason_code == "CS":
                item.forgiven += part
                self._move(item, "forgiven", -part, match, adjustment=adjustment)
            else:
                item.refunded += part
                self._move(item, "refunded", -part, match, adjustment=adjustment)
            if left == 0:
                return
        self.excess_refund += left

    def _forward(self, adjustment: Adjustment) -> None:
        """FB- carries what could not be taken: of the claim it names first, else of the newest items."""
        left = -adjustment.amount
        for item, match in self._taking(adjustment, newest_first=True):
            part = min(left, self.cash[item.receivable_id])
            left -= part
            self._carry(item, part, adjustment, match)
            if left == 0:
                return
        self._credit_unseen(left, adjustment)

    def _taking(
        self, adjustment: Adjustment, newest_first: bool
    ) -> list[tuple[Receivable, Match]]:
        """Items this remittance takes from: those the adjustment names, those of its amount, then by age."""
        taking = [i for i in self.touched.values() if self.cash[i.receivable_id] > 0]
        taking.sort(key=Receivable.age, reverse=newest_first)
        named_here, match = self._named_here(adjustment.reference)
        named = [item for item in taking if item in named_here]
        others = [item for item in taking if item not in named_here]
        if not newest_first:
            others.sort(key=lambda i: self.cash[i.receivable_id] != -adjustment.amount)
        return [(i, match) for i in named] + [(i, ALLOCATED) for i in others]

    def _named_here(self, reference: str) -> tuple[list[Receivable], Match]:
        """Items of this remittance that a reference names, or that another line moved under the same reference."""
        moved = self.by_reference[normalised(reference)]
        if moved:
            return moved, EXACT
        called, match = self.items.index.called(reference)
        return [item for item in called if item.receivable_id in self.touched], match

    def _carry(self, item: Receivable, part: int, adjustment: Adjustment, match: Match) -> None:
        """With nothing paid the balance is a true shortfall; with money paid the payer chose to put it off."""
        item.forwarded += part
        names = (adjustment.reference, self.remittance.trace_number)
        item.forwarding_names = {normalised(name) for name in names}
        if self.remittance.payment_amount > 0:
            item.put_off_date = item.put_off_date or self.remittance.payment_date
            self._move(item, "put_off", -part, match, adjustment=adjustment)
        else:
            self._move(item, "forwarded", -part, match, adjustment=adjustment)

    # Keeping the books

    def _open_from(self, adjustment: Adjustment, origin: str) -> Receivable:
        identifier = receivable_id(
            self.remittance.remittance_id, "adjustment", adjustment.adjustment_no
        )
        item = self.items.open(identifier, origin, [adjustment.reference])
        item.remittance_id = self.remittance.remittance_id
        item.reference = adjustment.reference
        return item

    def _establish(self, item: Receivable, amount: int) -> None:
        self.items.establish(item, amount, self.remittance)
        self.amounts[item.receivable_id, "established"] += amount

    def _move(
        self,
        item: Receivable,
        kind: PieceKind,
        amount: int,
        match: Match,
        claim_no: int | None = None,
        adjustment: Adjustment | None = None,
    ) -> None:
        """Books cash on an item: positive is taken from the provider, negative given."""
        self.cash[item.receivable_id] += amount
        if adjustment is not None and normalised(adjustment.reference):
            self.by_reference[normalised(adjustment.reference)].append(item)
        if amount > 0 and item.receivable_id not in self.mechanism:
            self.mechanism[item.receivable_id] = (
                MECHANISM_OF_CODE[adjustment.reason_code] if adjustment else MECHANISM_OF_CLAIM
            )
        self._note(item, kind, amount, match, claim_no, adjustment)

    def _note(
        self,
        item: Receivable,
        kind: PieceKind,
        amount: int,
        match: Match,
        claim_no: int | None = None,
        adjustment: Adjustment | None = None,
    ) -> None:
        self.touched[item.receivable_id] = item
        self.amounts[item.receivable_id, kind] += abs(amount)
        self.items.note_waiting(item)
        self.items.pieces.append(
            Piece(
                self.remittance.remittance_id,
                item.receivable_id,
                kind,
                claim_no,
                adjustment.adjustment_no if adjustment else None,
                amount,
                match,
            )
        )

    def _close(self) -> None:
        """What is left on an item is withheld if positive, returned if negative."""
        for identifier, item in self.touched.items():
            cash = self.cash[identifier]
            given_back = self.amounts[identifier, "given_back"]
            cancelled = min(given_back, cash + given_back)
            item.cancelled += cancelled
            self.amounts[identifier, "cancelled"] = cancelled
            if cash > 0:
                item.withheld += cash
                self.amounts[identifier, "withheld"] = cash
                if item.first_withdrawal is None:
                    item.first_withdrawal = self.remittance.payment_date
                    item.mechanism = self.mechanism[identifier]
            elif cash < 0:
                item.returned -= cash
                self.amounts[identifier, "returned"] = -cash
            self._assert_settled(item)

    def _assert_settled(self, item: Receivable) -> None:
        settled = item.withheld + item.refunded + item.forgiven + item.cancelled
        if item.established != settled + item.waiting:
            raise AssertionError(
                f"{item.receivable_id}: established {item.established} is not {settled} settled"
                f" and {item.waiting} waiting"
            )

    def _tell(self) -> None:
        """Writes the events of every item this remittance touched."""
        for (identifier, kind), amount in self.amounts.items():
            if kind in EVENT_KINDS and amount:
                mechanism = self.mechanism[identifier] if kind == "withheld" else ""
                self.items.events.append(
                    Event(
                        identifier,
                        self.remittance.payment_date,
                        self.remittance.remittance_id,
                        kind,
                        amount,
                        mechanism,
                    )
                )

    def _sum(self, kind: str) -> int:
        return sum(amount for (_, each), amount in self.amounts.items() if each == kind)

    def _totals(self) -> RemittanceTotals:
        remittance = self.remittance
        identified = sum(-t.delta for t in remittance.takebacks if t.delta < 0)
        adjustments = sum(
            a.amount
            for a in remittance.adjustments
            if a.plb_class in ("recoupment", "carrier", "settlement")
            or a.adjustment_no in self.settling
        )
        totals = RemittanceTotals(
            remittance_id=remittance.remittance_id,
            identified=identified,
            adjustments=adjustments,
            net_withheld=identified + adjustments,
            withheld=self._sum("withheld"),
            returned=self._sum("returned"),
            recovered=self._sum("recovered"),
            corrected=self._sum("corrected"),
            refunded=self._sum("refunded"),
            forgiven=self._sum("forgiven"),
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


EVENT_KINDS = frozenset(
    {
        "established",
        "put_off",
        "forwarded",
        "withheld",
        "refunded",
        "forgiven",
        "cancelled",
        "returned",
        "corrected",
        "recovered",
    }
)
