"""Overpayments as payers find them: their claim, amount, cause and letter."""

from collections.abc import Callable
from datetime import date, timedelta

from data.simulation.claims import Claim
from data.simulation.history import World
from data.simulation.receivables import Letter, Receivable
from data.simulation.world import CAUSES, Facility, Payer, Story

_SMALLEST_LOSS = 700
_CLAIMS_OF_A_PROJECT = 200


def new_receivable(
    world: World, payer: Payer, facility: Facility, claim: Claim, story: Story
) -> Receivable:
    cause = CAUSES[world.random.choice(payer.usual_causes)]
    if world.chance(0.4):
        cause = world.random.choice(CAUSES)
    by_account = payer.reference_style == "account"
    item = Receivable(
        payer=payer,
        facility=facility,
        story=story.label,
        sequence=0,
        established=new_amount(world, payer, lambda: _loss(world, claim.paid)),
        reference=claim.patient_control_number if by_account else claim.payer_claim_control_number,
        cause=cause,
        reason_code=world.random.choice(cause.reason_codes),
        claim=claim,
    )
    if story is Story.PUT_OFF and world.is_hard() and world.hard.random() < 0.2:
        item.reference = item.shared_reference = _project(world, item)
    enrol(world, item)
    return item


def _project(world: World, item: Receivable) -> str:
    """The number of an audit project: one for many claims."""
    return f"PRJ{item.payer.code}{len(world.receivables) // _CLAIMS_OF_A_PROJECT:06d}"


def enrol(world: World, item: Receivable) -> None:
    """Enter a receivable in the books of its payer and payee."""
    item.sequence = len(world.receivables)
    world.receivables.append(item)
    world.agenda(item.payer, item.facility).items.append(item)


def new_amount(world: World, payer: Payer, draw: Callable[[], int]) -> int:
    """An amount this payer never asked for before, so that an amount can identify its item.

    The hard way, it may be one the payer did ask for before, and somewhat lower than drawn.
    """
    used = world.amounts[payer.code]
    cents = draw()
    if world.is_hard() and world.hard.random() < 0.3:
        asked_before = sorted(before for before in used if 0 < cents - before < cents // 4)
        if asked_before:
            return world.hard.choice(asked_before)
    while cents in used:
        cents = draw() - world.random.randint(1, 99)
    used.add(cents)
    return cents


def _loss(world: World, paid: int) -> int:
    if world.chance(0.4):
        return paid
    return max(_SMALLEST_LOSS, int(paid * (0.12 + 0.68 * world.random.random())))


def new_letter(
    world: World,
    item: Receivable,
    sent_on: date,
    number: str = "",
    elected_immediate: bool = False,
) -> Letter:
    """A letter; it names no cause, the correction's cause or now and then another one."""
    cause, reason_code = item.cause, item.reason_code
    shown_by_claim = item.story not in {
        Story.LETTER_ONLY.label,
        Story.REFUND.label,
        Story.REFUND_AND_FORGIVENESS.label,
        Story.REFUND_IN_EXCESS.label,
    }
    root_cause, shows_code = "", shown_by_claim and world.chance(0.4)
    if cause and world.chance(0.72):
        if world.chance(0.08):
            cause = world.random.choice([other for other in CAUSES if other is not cause])
            reason_code = cause.reason_codes[0]
        root_cause, shows_code = cause.name, world.chance(0.6)
    shows_payer_claim = world.chance(0.8)
    return Letter(
        number=number or world.numbers.letter(item.payer),
        date=sent_on,
        root_cause=root_cause,
        reason_code=reason_code if shows_code else "",
        shows_reference=world.chance(0.6),
        shows_payer_claim=shows_payer_claim,
        shows_account=not shows_payer_claim or world.chance(0.7),
        elected_immediate=elected_immediate,
    )


def late_letter(world: World, item: Receivable, withdrawn_on: date) -> None:
    """Send the letter that should have come before the withdrawal."""
    item.letter = new_letter(world, item, withdrawn_on + timedelta(days=item.late_letter_days))
