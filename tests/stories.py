"""The acceptance stories E1 to E14: what each remittance and each receivable must come to, to the cent."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

BRIDGE = (
    "payments",
    "identified",
    "adjustments",
    "net_withheld",
    "other",
    "withheld",
    "recovered_in_all",
    "payment_amount",
)
ITEM = ("established", "withheld", "refunded", "forgiven", "returned", "recovered", "open_balance")


@dataclass(frozen=True)
class Story:
    """A fixture file and what it comes to; rows follow BRIDGE (per remittance) and ITEM (per receivable)."""

    file: str
    bridge: dict[str, str]
    items: tuple[str, ...]
    lags: tuple[int | None, ...] = ()

    def expected_bridge(self) -> dict[str, tuple[Decimal, ...]]:
        return {trace: _money(text) for trace, text in self.bridge.items()}

    def expected_items(self) -> list[tuple[Decimal, ...]]:
        return sorted(_money(text) for text in self.items)


def _money(text: str) -> tuple[Decimal, ...]:
    return tuple(Decimal(part).quantize(Decimal("0.01")) for part in text.split())


# per remittance:        P     R     W     C     O     G    V   BPR02
# per receivable:        established withheld refunded forgiven returned recovered open
STORIES = (
    Story("E01_interest_only", {"E1-1": "2000 0 0 0 -15 0 0 2015"}, ()),
    Story(
        "E02_taken_at_once", {"E2-1": "1000 150 0 150 0 150 0 850"}, ("150 150 0 0 0 0 0",), (None,)
    ),
    Story("E03_corrected_same_pay", {"E3-1": "1000 0 0 0 0 0 0 1000"}, ()),
    Story("E04_corrected_upward", {"E4-1": "1075 0 0 0 0 0 0 1075"}, ()),
    Story(
        "E05_put_off_then_taken",
        {"E5-1": "1000 150 -150 0 0 0 0 1000", "E5-2": "2000 0 150 150 0 150 0 1850"},
        ("150 150 0 0 0 0 0",),
        (45,),
    ),
    Story(
        "E06_forwarding_balance",
        {
            "T1": "600 800 -200 600 0 600 0 0",
            "T2": "50 0 50 50 0 50 0 0",
            "T3": "500 0 150 150 0 150 0 350",
        },
        ("800 800 0 0 0 0 0",),
        (None,),
    ),
    Story(
        "E07_medicare_put_off",
        {
            "E7-1": "5000 3000 -3000 0 0 0 0 5000",
            "T2": "1800 0 1800 1800 0 1800 0 0",
            "E7-3": "4000 0 1200 1200 0 1200 0 2800",
        },
        ("3000 3000 0 0 0 0 0",),
        (42,),
    ),
    Story("E08_refund", {"E8-1": "900 0 0 0 0 0 0 900"}, ("500 0 500 0 0 0 0",), (None,)),
    Story(
        "E09_refund_and_forgiven", {"E9-1": "900 0 0 0 0 0 0 900"}, ("500 0 420 80 0 0 0",), (None,)
    ),
    Story(
        "E10_refund_too_much", {"E10-1": "900 0 -30 -30 0 0 0 930"}, ("500 0 500 0 0 0 0",), (None,)
    ),
    Story(
        "E11_balance_settled_by_check",
        {"E11-1": "0 200 -200 0 0 0 0 0", "E11-2": "400 0 0 0 0 0 0 400"},
        ("200 0 200 0 0 0 0",),
        (None,),
    ),
    Story(
        "E12_won_and_reprocessed",
        {"E12-0": "1000 150 0 150 0 150 0 850", "E12-1": "850 0 0 0 0 0 150 850"},
        ("150 150 0 0 0 150 0",),
        (None,),
    ),
    Story(
        "E13_won_and_paid_by_adjustment",
        {"E13-0": "1000 150 0 150 0 150 0 850", "E13-1": "700 0 -150 -150 -4.20 0 150 854.20"},
        ("150 150 0 0 150 0 0",),
        (None,),
    ),
    Story(
        "E14_three_put_off_one_lump",
        {"E14-1": "900 425 -425 0 0 0 0 900", "E14-2": "1000 0 425 425 0 425 0 575"},
        ("100 100 0 0 0 0 0", "250 250 0 0 0 0 0", "75 75 0 0 0 0 0"),
        (63, 63, 63),
    ),
)
