"""The run of the world, payment day by payment day, oldest first."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from random import Random

from data.simulation import printed
from data.simulation.agenda import Agenda, Due
from data.simulation.appeals import consider_appeal
from data.simulation.claims import Claim, pay_claim
from data.simulation.edi import ProviderAdjustment, interchange, remittance_segments
from data.simulation.history import World
from data.simulation.overpayments import late_letter
from data.simulation.payers import PAYERS
from data.simulation.receivables import Receivable, SundryEntries, TakeAtOnce, Withdraw, cost
from data.simulation.remits import (
    Belonging,
    Movement,
    Posted,
    Remittance,
    bring_forward,
    post,
    push_forward,
)
from data.simulation.schedule import Volume, first_day, months_from, payment_days, volumes
from data.simulation.steps import apply_step
from data.simulation.stories import begin_story, takeback_rate
from data.simulation.ties import keep_untouched, tell_ties
from data.simulation.world import FACILITIES, LAST_DAY, Payer

_DAYS_BEFORE = 150
_PATIENCE = timedelta(days=45)
_INTEREST_SHARE = 0.008


@dataclass(frozen=True, slots=True)
class PayerMonth:
    """One 835 file and what its remittances did."""

    payer: Payer
    month: date
    text: str
    posted: tuple[Posted, ...]
    movements: tuple[Movement, ...]
    belongings: tuple[tuple[Posted, Belonging], ...]


def new_world(months: int, claims: int, seed: int, hard_share: float = 0.0) -> World:
    """A world before its first payment, with stories of claims paid earlier already planned."""
    world = World(Random(seed), first_day(months), hard_share, Random(f"{seed} hard"))
    days = (LAST_DAY - world.first_day).days
    for (code, npi), volume in volumes(claims, world.first_day).items():
        payer = next(payer for payer in PAYERS if payer.code == code)
        facility = next(facility for facility in FACILITIES if facility.npi == npi)
        for _ in range(volume.claims * _DAYS_BEFORE // days):
            if world.chance(takeback_rate(world, payer, world.first_day)):
                paid_on = world.first_day - world.days(1, _DAYS_BEFORE)
                claim = pay_claim(world.random, world.numbers, payer, facility, paid_on)
                begin_story(world, payer, facility, claim, paid_on)
    return world


def run(world: World, claims: int) -> Iterator[PayerMonth]:
    """Pay `claims` claims over the period, giving one file after the other."""
    to_come = volumes(claims, world.first_day)
    calendar = {payer.code: payment_days(payer, world.first_day) for payer in PAYERS}
    control_number = 0
    for month in months_from(world.first_day):
        for payer in PAYERS:
            days = [day for day in calendar[payer.code] if day.replace(day=1) == month]
            _plan_sundries(world, payer, month)
            sent = list(_remittances(world, payer, days, to_come))
            if sent:
                control_number += 1
                sets = [_write(*pair, number) for number, pair in enumerate(sent, start=1)]
                yield PayerMonth(
                    payer,
                    month,
                    interchange(payer, days[-1], control_number, sets),
                    tuple(posted for _, posted in sent),
                    tuple(movement for made, _ in sent for movement in made.movements),
                    tuple((posted, line) for made, posted in sent for line in made.belongings),
                )


def _remittances(
    world: World, payer: Payer, days: list[date], to_come: dict[tuple[str, str], Volume]
) -> Iterator[tuple[Remittance, Posted]]:
    for day in days:
        for facility in FACILITIES:
            remittance = Remittance(payer, facility, day)
            _settle(world, remittance, to_come[payer.code, facility.npi])
            if remittance.trace:
                if day.replace(day=1) == LAST_DAY.replace(day=1):
                    tell_ties(world, remittance, days)
                yield remittance, _close(world, remittance)


def _write(remittance: Remittance, posted: Posted, control_number: int) -> str:
    return remittance_segments(
        remittance.payer,
        remittance.facility,
        remittance.trace,
        remittance.paid_on,
        posted.bpr02,
        remittance.claims,
        remittance.adjustments,
        control_number,
    )


def _plan_sundries(world: World, payer: Payer, month: date) -> None:
    for sundry in payer.sundries:
        if not world.chance(sundry.monthly):
            continue
        agenda = world.agenda(payer, world.random.choice(FACILITIES))
        reference = world.numbers.sundry(sundry.reason_code)
        cents = sundry.cents * world.random.randint(60, 140) // 100
        day = month + world.days(0, 27)
        entry = ProviderAdjustment(sundry.reason_code, reference, cents)
        if sundry.reason_code == "CS":
            agenda.add(Due(day, SundryEntries((entry, entry._replace(cents=-cents)))))
            continue
        agenda.add(Due(day, SundryEntries((entry,))))
        if cents < 0:
            first_half = -cents // 2
            for back in (first_half, -cents - first_half):
                day += world.days(20, 35)
                agenda.add(Due(day, SundryEntries((entry._replace(cents=back),))))


def _settle(world: World, remittance: Remittance, volume: Volume) -> None:
    """Fill a remittance and name it; left unnamed there is nothing to send."""
    agenda = world.agenda(remittance.payer, remittance.facility)
    claim_count = volume.next_count(world.random)
    dues = list(agenda.take_due(remittance.paid_on))
    by_check = [due for due in dues if _to_be_settled_by_check(due)]
    if by_check and not agenda.forwarded and not volume.is_last:
        chosen = by_check[:1]
    else:
        _pay_claims(world, remittance, claim_count)
        volume.paid += claim_count
        brought = printed.balance(world, agenda.forwarded_trace)
        bring_forward(remittance, agenda.forwarded, brought)
        chosen = _short_of_money(world, remittance, agenda, dues)
        if not chosen and remittance.room > 0:
            chosen = _affordable(remittance, dues)
    if chosen or remittance.claims or remittance.adjustments:
        remittance.trace = world.numbers.trace(remittance.payer)
    for due in chosen:
        apply_step(world, remittance, due.step)
    for due in dues:
        if due not in chosen:
            agenda.add(due)


def _pay_claims(world: World, remittance: Remittance, count: int) -> None:
    payer, facility, paid_on = remittance.payer, remittance.facility, remittance.paid_on
    rate = takeback_rate(world, payer, paid_on)
    interest: list[Claim] = []
    for _ in range(count):
        claim = pay_claim(world.random, world.numbers, payer, facility, paid_on)
        remittance.pay(claim)
        if world.chance(rate):
            begin_story(world, payer, facility, claim, paid_on)
        elif claim.paid and world.chance(_INTEREST_SHARE):
            interest.append(claim)
        else:
            keep_untouched(world, payer, facility, claim, paid_on)
    for claim in interest:
        world.told["E1"] += 1
        cents = max(5, claim.paid * world.random.randint(5, 30) // 1000)
        entry = ProviderAdjustment("L6", claim.payer_claim_control_number, -cents)
        remittance.adjust_other(entry)


def _to_be_settled_by_check(due: Due) -> bool:
    return isinstance(due.step, TakeAtOnce) and due.step.item.story == "E11"


def _affordable(remittance: Remittance, dues: list[Due]) -> list[Due]:
    """The steps the remittance has money for; withdrawals last, when all else is known."""
    room = remittance.room
    chosen = []
    for due in sorted(dues, key=lambda due: isinstance(due.step, Withdraw)):
        waits = due.short_until is not None and remittance.paid_on <= due.short_until
        cents = cost(due.step)
        if cents < room and not waits and not _to_be_settled_by_check(due):
            chosen.append(due)
            room -= cents
    return chosen


def _short_of_money(
    world: World, remittance: Remittance, agenda: Agenda, dues: list[Due]
) -> list[Due]:
    """The takings that leave this remittance without a cent, one mostly, seldom two; else none.

    A second item comes in only where nobody can doubt which of the items is the oldest.
    """
    room = remittance.room
    takings = [due for due in dues if _may_fall_short(due)]
    chosen: list[Due] = []
    if room > 0:
        for due in takings:
            ready = due.short_until or remittance.paid_on - due.day > _PATIENCE
            if ready and cost(due.step) > room and _clear_order(remittance, agenda, [due]):
                chosen = [due]
                break
    if (chosen or room < 0) and world.chance(0.3):
        for due in takings:
            if due not in chosen and _clear_order(remittance, agenda, [*chosen, due]):
                return [*chosen, due]
    return chosen


def _may_fall_short(due: Due) -> bool:
    match due.step:
        case TakeAtOnce(item):
            return item.story != "E11"
        case Withdraw(items, parts):
            return len(items) == len(parts) == 1 and items[0].story != "untracked"
        case _:
            return False


def _clear_order(remittance: Remittance, agenda: Agenda, dues: list[Due]) -> bool:
    items = [*agenda.forwarded, *(item for due in dues for item in _items(due))]
    ages = sorted(
        (item.established_on or remittance.paid_on, min(item.known_from(), remittance.paid_on))
        for item in items
    )
    return all(older[0] < newer[0] and older[1] < newer[1] for older, newer in pairwise(ages))


def _items(due: Due) -> tuple[Receivable, ...]:
    match due.step:
        case TakeAtOnce(item):
            return (item,)
        case Withdraw(items):
            return items
        case _:
            return ()


def _close(world: World, remittance: Remittance) -> Posted:
    agenda = world.agenda(remittance.payer, remittance.facility)
    agenda.forwarded = push_forward(remittance, printed.balance(world, remittance.trace))
    agenda.forwarded_trace = remittance.trace
    for item in agenda.forwarded:
        if item.story == "E2":
            item.story = "E6"
    posted = post(remittance)
    for movement in remittance.movements:
        item = movement.item
        if not movement.withheld:
            continue
        if item.late_letter_days and not item.letter:
            late_letter(world, item, remittance.paid_on)
        if not item.open and not item.refunded and not item.late_loss:
            consider_appeal(world, item, remittance.paid_on)
    return posted
