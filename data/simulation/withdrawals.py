"""How a payer prints what it takes through the PLB: one item or a lump, by reference, letter or amount only."""

from datetime import timedelta
from typing import NamedTuple

from data.simulation import printed
from data.simulation.agenda import Due, subsets_that_sum_to
from data.simulation.edi import day8
from data.simulation.history import World
from data.simulation.overpayments import enrol
from data.simulation.receivables import TAKING_MECHANISMS, Receivable, Withdraw
from data.simulation.remits import Remittance
from data.simulation.ways import INSIDE, LETTER, LUMP, SAME, SHARED, SPELLED, WORDS, Way

_MOST_OPEN_FOR_LUMP = 10
_MOST_OPEN_FOR_AMOUNT = 14
_LONGEST_MEMORY = timedelta(days=170)


def withdraw(world: World, remittance: Remittance, step: Withdraw) -> None:
    first = step.items[0]
    if first.story == "untracked":
        if not (world.hard_share or _unlike_any_open(world, remittance, first.established)):
            return
        enrol(world, first)
    mechanism = TAKING_MECHANISMS[step.reason_code]
    for taken in _withdrawals(world, remittance, step):
        cents = sum(part for _, part in taken.parts)
        number = remittance.adjust(step.reason_code, taken.reference, cents)
        for item, part in taken.parts:
            remittance.belongs(number, "taken", item, part, taken.way)
    for item in step.items:
        cents = item.established if len(step.items) > 1 else step.parts[0]
        remittance.take(item, cents, mechanism)
        item.established_on = item.established_on or remittance.paid_on
    if len(step.parts) > 1:
        rest = Withdraw(step.items, step.parts[1:], step.reference, step.reason_code)
        due_on = remittance.paid_on + world.days(13, 28)
        world.agenda(remittance.payer, remittance.facility).add(Due(due_on, rest))


class Taken(NamedTuple):
    """One PLB entry that takes: its reference, and the cents of each item in it."""

    reference: str
    way: Way
    parts: tuple[tuple[Receivable, int], ...]


def _withdrawals(world: World, remittance: Remittance, step: Withdraw) -> list[Taken]:
    """The PLB entries by which a payer takes what the step says."""
    first = step.items[0]
    careless = remittance.payer.reference_style == "careless"
    if first.story == "untracked":
        reference, way = printed.of_nothing(world, remittance, first, step.reference)
        return [Taken(reference, way, ((first, step.parts[0]),))]
    if len(step.items) > 1:
        return _lump(world, remittance, step, careless)
    orderly = step.reference, _way_of(first, step.reference)
    if careless and not world.hard_share:
        orderly = _careless_reference(world, remittance, first)
    reference, way = printed.taking(world, remittance, first, step.parts[0], orderly)
    return [Taken(reference, way, ((first, step.parts[0]),))]


def _lump(world: World, remittance: Remittance, step: Withdraw, careless: bool) -> list[Taken]:
    parts = tuple((item, item.established) for item in step.items)
    only_one = _only_this_subset(world, remittance, step)
    if careless and only_one:
        return [Taken(world.random.choice(printed.MEANINGLESS), LUMP, parts)]
    if careless:
        return [Taken(item.reference, reference_way(item), ((item, part),)) for item, part in parts]
    reference, way = printed.lump(world, step.reference, only_one)
    return [Taken(reference, way, parts)]


def reference_way(item: Receivable) -> Way:
    return _way_of(item, item.reference)


def _way_of(item: Receivable, reference: str) -> Way:
    if item.letter and reference == item.letter.number:
        return LETTER
    return SHARED if reference == item.shared_reference else SAME


def _careless_reference(world: World, remittance: Remittance, item: Receivable) -> printed.Printed:
    """The claim number mangled, inside a longer string, missing, or for once as it should be."""
    draw = world.random.random()
    number = item.reference
    if draw < 0.35:
        bare = number.lstrip("0").lower()
        return f"{bare[:3]}-{bare[3:6]} {bare[6:]}", SPELLED
    if draw < 0.6 and item.claim:
        day = day8(item.claim.service_from)
        return f"{number}{day}{item.claim.patient_control_number}", INSIDE
    if draw < 0.85 and _only_this_amount(world, remittance, item):
        return world.random.choice(printed.MEANINGLESS), WORDS
    return number, SAME


def _open_amounts(world: World, remittance: Remittance) -> list[int]:
    agenda = world.agenda(remittance.payer, remittance.facility)
    return [item.open for item in agenda.open_items(remittance.paid_on)]


def _recently_put_off(remittance: Remittance, item: Receivable) -> bool:
    return bool(item.put_off_on) and remittance.paid_on - item.known_from() <= _LONGEST_MEMORY


def _only_this_amount(world: World, remittance: Remittance, item: Receivable) -> bool:
    amounts = _open_amounts(world, remittance)
    return (
        _recently_put_off(remittance, item)
        and len(amounts) <= _MOST_OPEN_FOR_AMOUNT
        and subsets_that_sum_to(item.established, amounts) == 1
    )


def _only_this_subset(world: World, remittance: Remittance, step: Withdraw) -> bool:
    amounts = _open_amounts(world, remittance)
    return (
        all(_recently_put_off(remittance, item) for item in step.items)
        and len(amounts) <= _MOST_OPEN_FOR_LUMP
        and subsets_that_sum_to(step.parts[0], amounts) == 1
    )


def _unlike_any_open(world: World, remittance: Remittance, cents: int) -> bool:
    amounts = _open_amounts(world, remittance)
    return len(amounts) <= _MOST_OPEN_FOR_AMOUNT and not subsets_that_sum_to(cents, amounts)
