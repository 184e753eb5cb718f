"""Which paid claims are taken back, why, when, and with what letter: the payers' plans."""

from datetime import date, timedelta

from data.simulation.agenda import Due
from data.simulation.claims import Claim
from data.simulation.history import World
from data.simulation.overpayments import new_amount, new_letter, new_receivable
from data.simulation.receivables import PutOff, Receivable, Recode, Refund, TakeAtOnce, Withdraw
from data.simulation.world import LAST_DAY, Facility, Payer, Story

_WORTH_TAKING_BACK = range(3000, 160_000)
_HABITS_MOVE_FROM, _HABITS_MOVE_UNTIL = 0.2, 0.7
_SMALLEST_IN_INSTALMENTS = 8000
_GROUP_SIZES = {Story.LUMP: 3, Story.NAMELESS_LUMP: 2}
_SHOWN_BY_REVERSAL = frozenset(
    {
        Story.SAME_PAY,
        Story.UPWARD,
        Story.TAKEN_AT_ONCE,
        Story.PUT_OFF,
        Story.TOO_LITTLE_MONEY,
        Story.MEDICARE_PUT_OFF,
        Story.SETTLED_BY_CHECK,
        Story.LUMP,
    }
)


def takeback_rate(world: World, payer: Payer, day: date) -> float:
    """The share of claims paid on `day` that the payer comes back to.

    It moves from the payer's first rate to its last in the middle of the period.
    """
    first, last = payer.takeback_rate
    passed = (day - world.first_day).days / (LAST_DAY - world.first_day).days
    moved = (passed - _HABITS_MOVE_FROM) / (_HABITS_MOVE_UNTIL - _HABITS_MOVE_FROM)
    return first + (last - first) * min(1.0, max(0.0, moved))


def deal(world: World, payer: Payer) -> Story:
    """The next story from the payer's shuffled deck, so that each habit recurs."""
    deck = world.decks[payer.code]
    if not deck:
        deck.extend(story for story, cards in payer.deck for _ in range(cards))
        world.random.shuffle(deck)
    return deck.pop()


def begin_story(
    world: World, payer: Payer, facility: Facility, claim: Claim, paid_on: date
) -> None:
    """Plan what becomes of a claim that is worth it, in cents.

    A claim paid before the first day must show by a reversal.
    """
    if claim.paid not in _WORTH_TAKING_BACK:
        return
    story = deal(world, payer)
    starts_on = paid_on + timedelta(days=20 + int(140 * world.random.random() ** 1.5))
    if paid_on < world.first_day and (
        starts_on < world.first_day or story not in _SHOWN_BY_REVERSAL
    ):
        return
    agenda = world.agenda(payer, facility)
    match story:
        case Story.SAME_PAY | Story.UPWARD:
            agenda.add(Due(starts_on, Recode(claim, story is Story.UPWARD)))
        case Story.TAKEN_AT_ONCE | Story.ELECTED_IMMEDIATE | Story.TOO_LITTLE_MONEY:
            _plan_taking(world, payer, facility, claim, starts_on, story)
        case Story.SETTLED_BY_CHECK:
            item = new_receivable(world, payer, facility, claim, story)
            agenda.add(Due(starts_on, TakeAtOnce(item)))
        case Story.PUT_OFF | Story.MEDICARE_PUT_OFF:
            _plan_put_off(world, payer, facility, claim, starts_on, story)
        case Story.LUMP | Story.NAMELESS_LUMP:
            _plan_lump(world, payer, facility, claim, starts_on, story)
        case Story.LETTER_ONLY:
            _plan_letter_only(world, payer, facility, claim, starts_on)
        case Story.REFUND | Story.REFUND_AND_FORGIVENESS | Story.REFUND_IN_EXCESS:
            _plan_refund(world, payer, facility, claim, starts_on, story)
        case Story.UNTRACKED:
            _plan_untracked(world, payer, facility, starts_on)


def _plan_taking(
    world: World, payer: Payer, facility: Facility, claim: Claim, starts_on: date, story: Story
) -> None:
    item = new_receivable(world, payer, facility, claim, story)
    taken_on = starts_on
    if story is Story.ELECTED_IMMEDIATE:
        item.letter = new_letter(world, item, starts_on, elected_immediate=True)
        taken_on += world.days(2, 8)
    elif story is Story.TAKEN_AT_ONCE and world.chance(payer.letter_share):
        item.letter = new_letter(world, item, starts_on)
        taken_on += world.days(*payer.lag)
    elif world.chance(0.15):
        item.late_letter_days = world.random.randint(3, 20)
    noticed = item.letter or item.late_letter_days
    may_split = story is Story.TAKEN_AT_ONCE and not noticed and item.established < claim.paid
    if may_split and world.is_hard() and world.hard.random() < 0.35:
        item.late_loss, item.established = item.established, claim.paid
    patience = timedelta(days=120)
    short_until = taken_on + patience if story is Story.TOO_LITTLE_MONEY else None
    world.agenda(payer, facility).add(Due(taken_on, TakeAtOnce(item), short_until))


def _plan_put_off(
    world: World, payer: Payer, facility: Facility, claim: Claim, starts_on: date, story: Story
) -> None:
    item = new_receivable(world, payer, facility, claim, story)
    if world.chance(payer.letter_share):
        item.letter = new_letter(world, item, starts_on - world.days(0, 6))
    parts: tuple[int, ...] = (item.established,)
    in_instalments = story is Story.PUT_OFF and payer.reference_style != "careless"
    in_instalments = in_instalments and not item.shared_reference
    if in_instalments and item.established >= _SMALLEST_IN_INSTALMENTS and world.chance(0.25):
        parts = _instalments(item.established, world.random.choice((2, 3)))
    world.agenda(payer, facility).add(Due(starts_on, PutOff((item,), parts)))


def _instalments(cents: int, count: int) -> tuple[int, ...]:
    part = cents // count
    return (*(part,) * (count - 1), cents - part * (count - 1))


def _plan_lump(
    world: World, payer: Payer, facility: Facility, claim: Claim, starts_on: date, story: Story
) -> None:
    group = world.groups.setdefault((payer.code, facility.npi, story), [])
    group.append((claim, starts_on))
    if len(group) < _GROUP_SIZES[story]:
        return
    put_off_on = max(day for _, day in group)
    items = tuple(new_receivable(world, payer, facility, member, story) for member, _ in group)
    group.clear()
    number, sent_on = world.numbers.letter(payer), put_off_on - world.days(0, 6)
    for item in items:
        if story is Story.LUMP:
            item.letter = new_letter(world, item, sent_on, number)
        elif world.chance(payer.letter_share):
            item.letter = new_letter(world, item, sent_on)
    parts = (sum(item.established for item in items),)
    step = PutOff(items, parts, lump=True)
    world.agenda(payer, facility).add(Due(put_off_on, step))


def _plan_letter_only(
    world: World, payer: Payer, facility: Facility, claim: Claim, starts_on: date
) -> None:
    item = new_receivable(world, payer, facility, claim, Story.LETTER_ONLY)
    item.letter = new_letter(world, item, starts_on)
    if payer.reference_style == "letter" or world.chance(0.5):
        item.reference = item.letter.number
    affiliated = payer.reference_style == "letter" and world.chance(0.2)
    code = "OB" if affiliated else payer.taking_code
    step = Withdraw((item,), (item.established,), item.reference, code)
    world.agenda(payer, facility).add(Due(starts_on + world.days(*payer.lag), step))


def _plan_refund(
    world: World, payer: Payer, facility: Facility, claim: Claim, starts_on: date, story: Story
) -> None:
    item = new_receivable(world, payer, facility, claim, story)
    settled_on = starts_on
    if world.chance(0.8):
        item.letter = new_letter(world, item, starts_on)
        settled_on += world.days(12, 40)
        if world.chance(0.5):
            item.reference = item.letter.number
    step = Refund(item)
    if story is Story.REFUND_AND_FORGIVENESS:
        step = Refund(item, forgiven=item.established * 16 // 100)
    elif story is Story.REFUND_IN_EXCESS:
        step = Refund(item, excess=max(100, item.established * 6 // 100))
    world.agenda(payer, facility).add(Due(settled_on, step))


def _plan_untracked(world: World, payer: Payer, facility: Facility, starts_on: date) -> None:
    cents = new_amount(world, payer, lambda: world.random.randint(2500, 24000))
    item = Receivable(
        payer, facility, Story.UNTRACKED.label, 0, cents, world.numbers.sundry(f"X{payer.code}")
    )
    step = Withdraw((item,), (cents,), item.reference, payer.taking_code)
    world.agenda(payer, facility).add(Due(starts_on, step))
