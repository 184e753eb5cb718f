"""How each step of a story shows on a remittance: reversals, corrections and PLB entries."""

from datetime import timedelta

from data.simulation.agenda import Due, subsets_that_sum_to
from data.simulation.claims import correct, raise_payment, reverse, with_remark
from data.simulation.edi import ProviderAdjustment, day8
from data.simulation.receivables import (
    TAKING_MECHANISMS,
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

_MEANINGLESS = ("", "RECOUP", "SEE LETTER", "ADJ", "OVERPAYMENT")
_MOST_OPEN_FOR_LUMP = 10
_MOST_OPEN_FOR_AMOUNT = 14
_PATIENCE_FOR_SHORTFALL = timedelta(days=40)
_LONGEST_MEMORY = timedelta(days=170)


def apply_step(world: World, remittance: Remittance, step: Step) -> None:
    """Print and book one step."""
    match step:
        case Recode():
            _recode(world, remittance, step)
        case TakeAtOnce(item):
            _reverse_and_correct(world, remittance, item)
        case PutOff():
            _put_off(world, remittance, step)
        case Withdraw():
            _withdraw(world, remittance, step)
        case Refund():
            _refund(remittance, step)
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
    remittance.pay(reverse(item.claim))
    remittance.pay(correction)
    remittance.identified += item.established
    remittance.take(item, item.established, Mechanism.CLAIM_REVERSAL)
    item.printed = correction
    item.established_on = remittance.paid_on
    assert item.claim.paid - correction.paid == item.established


def _put_off(world: World, remittance: Remittance, step: PutOff) -> None:
    for item in step.items:
        _reverse_and_correct(world, remittance, item)
        item.put_off_on = remittance.paid_on
        if item.story == "E7":
            remittance.adjust("FB", f"00{item.reference}", -item.established)
        else:
            remittance.adjust("WO", item.reference, -item.established)
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
        if not _unlike_any_open(world, remittance, first.established):
            return
        enrol(world, first)
    mechanism = TAKING_MECHANISMS[step.reason_code]
    for reference, cents in _withdrawals(world, remittance, step):
        remittance.adjust(step.reason_code, reference, cents)
    for item in step.items:
        cents = item.established if len(step.items) > 1 else step.parts[0]
        remittance.take(item, cents, mechanism)
        item.established_on = item.established_on or remittance.paid_on
    if len(step.parts) > 1:
        rest = Withdraw(step.items, step.parts[1:], step.reference, step.reason_code)
        due_on = remittance.paid_on + world.days(13, 28)
        world.agenda(remittance.payer, remittance.facility).add(Due(due_on, rest))


def _withdrawals(world: World, remittance: Remittance, step: Withdraw) -> list[tuple[str, int]]:
    """The PLB references and amounts by which a payer takes what the step says."""
    if remittance.payer.reference_style != "careless" or step.items[0].story == "untracked":
        return [(step.reference, step.parts[0])]
    if len(step.items) == 1:
        return [(_careless_reference(world, remittance, step.items[0]), step.parts[0])]
    if _only_this_subset(world, remittance, step):
        return [(world.random.choice(_MEANINGLESS), step.parts[0])]
    return [(item.reference, item.established) for item in step.items]


def _careless_reference(world: World, remittance: Remittance, item: Receivable) -> str:
    """The claim number mangled, inside a longer string, missing, or for once as it should be."""
    draw = world.random.random()
    number = item.reference
    if draw < 0.35:
        bare = number.lstrip("0").lower()
        return f"{bare[:3]}-{bare[3:6]} {bare[6:]}"
    if draw < 0.6 and item.claim:
        return f"{number}{day8(item.claim.service_from)}{item.claim.patient_control_number}"
    if draw < 0.85 and _only_this_amount(world, remittance, item):
        return world.random.choice(_MEANINGLESS)
    return number


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


def _refund(remittance: Remittance, step: Refund) -> None:
    item = step.item
    item.established_on = remittance.paid_on
    item.forgiven = step.forgiven
    item.refunded = item.established - step.forgiven
    remittance.adjust(remittance.payer.taking_code, item.reference, item.established)
    remittance.adjust("72", item.reference, -item.refunded)
    if step.forgiven:
        remittance.adjust("CS", item.reference, -step.forgiven)
    if step.excess:
        remittance.adjust("B2", item.reference, -step.excess)
    remittance.refunded += item.refunded
    remittance.forgiven += item.forgiven
    remittance.excess_refund += step.excess


def _give_back(world: World, remittance: Remittance, step: GiveBack) -> None:
    item = step.case.item
    remittance.adjust("WO", item.reference, -step.cents)
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
    remittance.pay(reverse(item.printed))
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
