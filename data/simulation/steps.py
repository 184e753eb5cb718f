"""How each step of a story shows on a remittance: reversals, corrections and PLB entries."""

from datetime import timedelta
from typing import NamedTuple

from data.simulation import printed
from data.simulation.agenda import Due, subsets_that_sum_to
from data.simulation.claims import correct, raise_payment, reverse, with_remark
from data.simulation.edi import ProviderAdjustment, day8
from data.simulation.receivables import (
    TAKING_MECHANISMS,
    CorrectLate,
    GiveBack,
    Mechanism,
    PutOff,
    Receivable,
    Recode,
    Refund,
    Reprocess,
    Step,
    SundryEntries,
    TakeAtOnce,
    Withdraw,
)
from data.simulation.remits import Remittance
from data.simulation.stories import World, enrol
from data.simulation.ways import (
    FIRST_SIGN,
    INSIDE,
    LATE_CORRECTION,
    LETTER,
    LUMP,
    SAME,
    SHARED,
    SPELLED,
    WORDS,
    Way,
    undecided,
)

_MOST_OPEN_FOR_LUMP = 10
_MOST_OPEN_FOR_AMOUNT = 14
_PATIENCE_FOR_SHORTFALL = timedelta(days=40)
_CORRECTION_PENDING = timedelta(days=45)
_LONGEST_MEMORY = timedelta(days=170)


def apply_step(world: World, remittance: Remittance, step: Step) -> None:
    """Print and book one step."""
    match step:
        case Recode():
            _recode(world, remittance, step)
        case TakeAtOnce(item) if item.late_loss:
            _reverse_alone(world, remittance, item)
        case TakeAtOnce(item):
            _reverse_and_correct(world, remittance, item)
        case CorrectLate(item):
            _correct_late(world, remittance, item)
        case PutOff():
            _put_off(world, remittance, step)
        case Withdraw():
            _withdraw(world, remittance, step)
        case Refund():
            _refund(world, remittance, step)
        case GiveBack():
            _give_back(world, remittance, step)
        case Reprocess():
            _reprocess(world, remittance, step)
        case SundryEntries(entries):
            for entry in entries:
                remittance.adjust_other(entry)


def _recode(world: World, remittance: Remittance, step: Recode) -> None:
    number = world.numbers.payer_claim(remittance.payer, remittance.paid_on)
    original = step.original
    correction = (
        raise_payment(original, number)
        if step.upward
        else correct(original, original, number, 0, "")
    )
    world.told["E4" if correction.paid > original.paid else "E3"] += 1
    remittance.pay(reverse(original))
    remittance.pay(correction)


def _reverse_and_correct(world: World, remittance: Remittance, item: Receivable) -> None:
    assert item.claim
    assert item.cause
    number = world.numbers.payer_claim(remittance.payer, remittance.paid_on)
    correction = correct(item.claim, item.claim, number, item.established, item.reason_code)
    correction = with_remark(world.random, correction, item.cause)
    correction = printed.correction(world, item.claim, correction)
    reversal_no = remittance.pay(reverse(item.claim))
    remittance.claim_belongs(reversal_no, "identified", item, item.established)
    remittance.pay(correction)
    remittance.identified += item.established
    remittance.take(item, item.established, Mechanism.CLAIM_REVERSAL)
    item.printed = correction
    item.established_on = remittance.paid_on
    assert item.claim.paid - correction.paid == item.established


def _reverse_alone(world: World, remittance: Remittance, item: Receivable) -> None:
    assert item.claim
    reversal_no = remittance.pay(reverse(item.claim))
    remittance.claim_belongs(reversal_no, "identified", item, item.established)
    remittance.identified += item.established
    remittance.take(item, item.established, Mechanism.CLAIM_REVERSAL)
    item.established_on = remittance.paid_on
    due_on = remittance.paid_on + timedelta(days=world.hard.randint(4, 28))
    world.agenda(remittance.payer, remittance.facility).add(Due(due_on, CorrectLate(item)))


def _correct_late(world: World, remittance: Remittance, item: Receivable) -> None:
    assert item.claim
    assert item.cause
    assert item.established_on
    number = world.numbers.payer_claim(remittance.payer, remittance.paid_on)
    corrected = correct(item.claim, item.claim, number, item.late_loss, item.reason_code)
    item.printed = printed.correction(world, item.claim, corrected)
    claim_no = remittance.pay(item.printed)
    in_time = remittance.paid_on - item.established_on <= _CORRECTION_PENDING
    way = LATE_CORRECTION if in_time else undecided(LATE_CORRECTION)
    remittance.claim_belongs(claim_no, "corrected", item, corrected.paid, way)


def _put_off(world: World, remittance: Remittance, step: PutOff) -> None:
    for item in step.items:
        _reverse_and_correct(world, remittance, item)
        item.put_off_on = remittance.paid_on
        code, reference, way = "WO", item.reference, _reference_way(item)
        if item.story == "E7":
            code, reference, way = "FB", f"00{item.reference}", SPELLED
        reference, way = printed.putting_off(world, item, reference, way)
        number = remittance.adjust(code, reference, -item.established)
        remittance.belongs(number, "put_off", item, -item.established, way)
        remittance.take(item, -item.established, Mechanism.CLAIM_REVERSAL)
    letter = step.items[0].letter
    by_letter = letter and (
        remittance.payer.reference_style == "letter" or step.items[0].story == "E14"
    )
    reference = letter.number if letter and by_letter else step.items[0].reference
    taken_on = remittance.paid_on + world.days(*remittance.payer.lag)
    withdraw = Withdraw(step.items, step.parts, reference, remittance.payer.taking_code)
    falls_short = step.items[0].story == "E7" and world.chance(0.5)
    short_until = taken_on + _PATIENCE_FOR_SHORTFALL if falls_short else None
    world.agenda(remittance.payer, remittance.facility).add(Due(taken_on, withdraw, short_until))


def _withdraw(world: World, remittance: Remittance, step: Withdraw) -> None:
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
        return [
            Taken(item.reference, _reference_way(item), ((item, part),)) for item, part in parts
        ]
    reference, way = printed.lump(world, step.reference, only_one)
    return [Taken(reference, way, parts)]


def _reference_way(item: Receivable) -> Way:
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


def _refund(world: World, remittance: Remittance, step: Refund) -> None:
    item = step.item
    item.established_on = remittance.paid_on
    item.forgiven = step.forgiven
    item.refunded = item.established - step.forgiven
    known = item.letter_by(remittance.paid_on)
    entries = (
        (remittance.payer.taking_code, "taken", item.established),
        ("72", "refunded", -item.refunded),
        ("CS", "forgiven", -step.forgiven),
        ("B2", "excess", -step.excess),
    )
    for code, kind, cents in entries:
        if cents:
            reference, way = printed.settling(world, item)
            number = remittance.adjust(code, reference, cents)
            first_sign = kind == "taken" and not known
            remittance.belongs(number, kind, item, cents, FIRST_SIGN if first_sign else way)
    remittance.refunded += item.refunded
    remittance.forgiven += item.forgiven
    remittance.excess_refund += step.excess


def _give_back(world: World, remittance: Remittance, step: GiveBack) -> None:
    item = step.case.item
    reference, way = printed.giving(world, remittance, item, step.cents)
    number = remittance.adjust("WO", reference, -step.cents)
    remittance.belongs(number, "given_back", item, -step.cents, way)
    remittance.adjust_other(ProviderAdjustment("L6", item.reference, -step.interest))
    remittance.take(item, -step.cents, Mechanism.OVERPAYMENT_RECOVERY)
    item.returned += step.cents
    _recover(world, remittance, step, "E13")


def _reprocess(world: World, remittance: Remittance, step: Reprocess) -> None:
    item = step.case.item
    assert item.claim
    assert item.printed
    number = world.numbers.payer_claim(remittance.payer, remittance.paid_on)
    loss = item.established - step.cents
    correction = correct(item.claim, item.printed, number, loss, item.reason_code)
    reversal_no = remittance.pay(reverse(item.printed))
    remittance.claim_belongs(reversal_no, "recovered", item, step.cents)
    remittance.pay(correction)
    assert correction.paid - item.printed.paid == step.cents
    item.printed = correction
    _recover(world, remittance, step, "E12")


def _recover(world: World, remittance: Remittance, step: GiveBack | Reprocess, story: str) -> None:
    case = step.case
    case.recovered, case.recovered_on = step.cents, remittance.paid_on
    case.item.sequel = story
    remittance.recover(case.item, step.cents)
    world.told[story] += 1
