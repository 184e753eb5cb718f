"""How each step of a story shows on a remittance: reversals, corrections and PLB entries."""

from datetime import timedelta

from data.simulation import printed
from data.simulation.agenda import Due
from data.simulation.claims import correct, raise_payment, reverse, with_remark
from data.simulation.edi import ProviderAdjustment
from data.simulation.history import World
from data.simulation.receivables import (
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
from data.simulation.ways import FIRST_SIGN, LATE_CORRECTION, SPELLED, undecided
from data.simulation.withdrawals import reference_way, withdraw

_PATIENCE_FOR_SHORTFALL = timedelta(days=40)
_CORRECTION_PENDING = timedelta(days=45)


def apply_step(world: World, remittance: Remittance, step: Step) -> None:
    """Print and book one step."""
    match step:
        case Recode():
            _recode(world, remittance, step)
        case TakeAtOnce(item) if item.late_loss:
            _reverse_alone(world, remittance, item)
        case TakeAtOnce(item):
            reverse_and_correct(world, remittance, item)
        case CorrectLate(item):
            _correct_late(world, remittance, item)
        case PutOff():
            _put_off(world, remittance, step)
        case Withdraw():
            withdraw(world, remittance, step)
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


def reverse_and_correct(world: World, remittance: Remittance, item: Receivable) -> None:
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
        reverse_and_correct(world, remittance, item)
        item.put_off_on = remittance.paid_on
        code, reference, way = "WO", item.reference, reference_way(item)
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
