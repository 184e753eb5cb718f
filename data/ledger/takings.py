"""What recoveries took under each reference: money given back under the same one is about it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date

from data.ledger.events import PARSED, Adjustment, Match, Receivable, Remittance
from data.ledger.references import is_number
from data.ledger.spelling import normalised

OF_TAKING = Match(3, "the reference it was taken under", "high")
OF_TAKING_BY_AMOUNT = Match(5, "the reference it was taken under, by amount", "medium")
# Words recur: what they took long ago is not what they give back now.
WORD_DAYS = 180


@dataclass(slots=True)
class Taking:
    """One recovery: its amount in cents, its day, and the items it took from with what tied each."""

    amount: int
    day: date
    items: dict[Receivable, Match] = field(default_factory=dict)

    def is_still_withheld(self) -> bool:
        return sum(item.net_withheld for item in self.items) >= self.amount


class Takings:
    """The recoveries of one payer by their reference, in the spelling all numbers are compared in."""

    def __init__(self) -> None:
        self._under: dict[str, dict[tuple[int, int], Taking]] = defaultdict(dict)

    def note(
        self, remittance: Remittance, adjustment: Adjustment, item: Receivable, match: Match
    ) -> None:
        """Keeps that a recovery took something of an item."""
        key = _key(adjustment.reference, adjustment.amount)
        if not key or adjustment.plb_class == "carrier":
            return
        place = (remittance.remittance_id, adjustment.adjustment_no)
        taking = self._under[key].setdefault(
            place, Taking(adjustment.amount, remittance.payment_date)
        )
        taking.items.setdefault(item, match)

    def of(self, reference: str, amount: int, on: date) -> dict[Receivable, Match]:
        """Items taken from under a reference: a number means all of them, a word the only taking of that amount."""
        takings = list(self._under.get(_key(reference, amount), {}).values())
        if not is_number(reference):
            takings = [
                taking
                for taking in takings
                if (on - taking.day).days <= WORD_DAYS and taking.is_still_withheld()
            ]
            if len(takings) != 1:
                return {}
            return dict.fromkeys(takings[0].items, OF_TAKING_BY_AMOUNT)
        return {
            item: OF_TAKING if match.tier <= PARSED.tier else OF_TAKING_BY_AMOUNT
            for taking in takings
            for item, match in taking.items.items()
        }


def _key(reference: str, amount: int) -> str:
    """What a taking is kept under: the number; of a word, which recurs, the word with the amount."""
    name = normalised(reference)
    return name if not name or is_number(reference) else f"{name} {amount}"
