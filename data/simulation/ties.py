"""Takings at the end that could be about several items: by their amount, by a sum, by a part of a number."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise, takewhile
from random import Random
from typing import NamedTuple

from data.simulation.agenda import subsets_that_sum_to
from data.simulation.claims import Claim
from data.simulation.history import World
from data.simulation.overpayments import enrol, new_amount
from data.simulation.payers import PAYERS
from data.simulation.receivables import Mechanism, Receivable
from data.simulation.remits import Remittance
from data.simulation.steps import reverse_and_correct
from data.simulation.ways import FIRST_SIGN, SAME, undecided
from data.simulation.world import CAUSES, FACILITIES, Facility, Payer, Story

_PAYER, _FACILITY = PAYERS[0], FACILITIES[0]
_WORTH = range(12_000, 160_000)
_RECENT = timedelta(days=20)
_REMITTANCES_BETWEEN = 2
_SHORTEST_PART = 6


class Alike(NamedTuple):
    """Items put off together: two of one amount, a third whose number begins as that of a fourth does."""

    twins: tuple[Receivable, Receivable]
    pair: tuple[Receivable, Receivable]

    @property
    def all(self) -> tuple[Receivable, ...]:
        return *self.twins, *self.pair


def keep_untouched(
    world: World, payer: Payer, facility: Facility, claim: Claim, paid_on: date
) -> None:
    """Remember a claim that nobody comes back to, where ties are told of such."""
    if payer is _PAYER and facility is _FACILITY and claim.paid in _WORTH:
        world.untouched.append((paid_on, claim))


def tell_ties(world: World, remittance: Remittance, days: Sequence[date]) -> None:
    """Add to the last remittances what nobody can tell apart; `days` are the last month's payment days.

    Draws and numbers of its own, so that all else stays as it is without. Left out where there are too few claims or
    too little money.
    """
    if remittance.payer is not _PAYER or remittance.facility is not _FACILITY:
        return
    if len(days) <= _REMITTANCES_BETWEEN:
        return
    apart = replace(
        world, random=Random(f"{world.first_day} ties"), hard_share=0.0, numbers=world.later_numbers
    )
    if remittance.paid_on == days[-1 - _REMITTANCES_BETWEEN]:
        _put_off(apart, remittance)
        world.alike = apart.alike
    elif remittance.paid_on == days[-1] and world.alike:
        _take(apart, remittance, Alike(*world.alike))


def _put_off(world: World, remittance: Remittance) -> None:
    known = [claim for paid_on, claim in world.untouched if paid_on <= remittance.paid_on - _RECENT]
    chosen = _four_claims(known)
    if not chosen:
        return
    smallest = min(claim.paid for claim in chosen)
    twin, third, fourth = (
        new_amount(world, _PAYER, lambda: world.random.randint(smallest // 3, smallest // 2))
        for _ in range(3)
    )
    items = [
        _reversed_and_put_off(world, remittance, claim, cents)
        for claim, cents in zip(chosen, (twin, twin, third, fourth), strict=True)
    ]
    world.alike = ((items[0], items[1]), (items[2], items[3]))


def _four_claims(known: Sequence[Claim]) -> list[Claim]:
    """The latest two whose numbers begin alike, and two others before them; [] where there are none."""
    for at, (one, other) in reversed(list(enumerate(pairwise(known)))):
        if at >= 2 and len(_common_part(one, other)) >= _SHORTEST_PART:
            return [known[at - 2], known[at - 1], one, other]
    return []


def _common_part(one: Claim, other: Claim) -> str:
    one_number, other_number = one.payer_claim_control_number, other.payer_claim_control_number
    alike = takewhile(lambda both: both[0] == both[1], zip(one_number, other_number, strict=False))
    return "".join(character for character, _ in alike)


def _reversed_and_put_off(
    world: World, remittance: Remittance, claim: Claim, cents: int
) -> Receivable:
    cause = CAUSES[world.random.choice(_PAYER.usual_causes)]
    item = Receivable(
        payer=_PAYER,
        facility=_FACILITY,
        story=Story.PUT_OFF.label,
        sequence=0,
        established=cents,
        reference=claim.payer_claim_control_number,
        cause=cause,
        reason_code=world.random.choice(cause.reason_codes),
        claim=claim,
        put_off_on=remittance.paid_on,
    )
    enrol(world, item)
    reverse_and_correct(world, remittance, item)
    number = remittance.adjust(_PAYER.taking_code, item.reference, -cents)
    remittance.belongs(number, "put_off", item, -cents, SAME)
    remittance.take(item, -cents, Mechanism.CLAIM_REVERSAL)
    return item


def _take(world: World, remittance: Remittance, alike: Alike) -> None:
    """One of the twins; one of them and the third together; a part of the third or fourth."""
    (twin, _), (third, fourth) = alike
    if any(not item.open for item in alike.all):
        return
    assert third.claim
    assert fourth.claim
    part = _common_part(third.claim, fourth.claim)
    takings = (
        (twin.established, "RECOUP"),
        (twin.established + third.established, "OVERPAYMENT"),
        (_unlike_any(world, remittance, min(third.established, fourth.established) // 2), part),
    )
    for cents, reference in takings:
        if cents < remittance.room:
            _take_of_nothing_known(world, remittance, cents, reference)


def _unlike_any(world: World, remittance: Remittance, cents: int) -> int:
    """The next lower amount that no open items come to."""
    agenda = world.agenda(_PAYER, _FACILITY)
    amounts = [item.open for item in agenda.open_items(remittance.paid_on)]
    while subsets_that_sum_to(cents, amounts):
        cents -= 1
    return cents


def _take_of_nothing_known(
    world: World, remittance: Remittance, cents: int, reference: str
) -> None:
    item = Receivable(_PAYER, _FACILITY, Story.UNTRACKED.label, 0, cents, reference)
    item.established_on = remittance.paid_on
    enrol(world, item)
    number = remittance.adjust(_PAYER.taking_code, reference, cents)
    remittance.belongs(number, "taken", item, cents, undecided(FIRST_SIGN))
    remittance.take(item, cents, Mechanism.OVERPAYMENT_RECOVERY)
