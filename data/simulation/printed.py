"""How payers print the reference of a line when they make it hard: spelled anew, buried, cut short or left out."""

from datetime import timedelta
from random import Random

from data.simulation.claims import Claim
from data.simulation.edi import day8
from data.simulation.history import World
from data.simulation.receivables import Receivable
from data.simulation.remits import Remittance
from data.simulation.ways import (
    FIRST_SIGN,
    INSIDE,
    LETTER,
    LUMP,
    REPROCESSED,
    SAME,
    SHARED,
    SPELLED,
    TRUNCATED,
    WORDS,
    Way,
    undecided,
)
from data.simulation.world import FACILITIES

Printed = tuple[str, Way]
MEANINGLESS = ("", "RECOUP", "SEE LETTER", "ADJ", "OVERPAYMENT")
_LONGEST_MEMORY = timedelta(days=180)
_CONTROL_NUMBER_WIDTH = 17
_BENEFICIARY = "1ZZ9ZZ9ZZ99"


def taking(
    world: World, remittance: Remittance, item: Receivable, cents: int, orderly: Printed
) -> Printed:
    """The reference of a recovery; `orderly` is what a careful payer would print."""
    if not world.is_hard():
        return orderly
    draw = world.hard.random()
    if draw < 0.18:
        return words(world, by_amount(world, remittance, item, cents, WORDS))
    if draw < 0.32:
        way = by_amount(world, remittance, item, cents, TRUNCATED)
        return truncated(world, orderly[0]), way
    if draw < 0.46 and item.letter_by(remittance.paid_on):
        assert item.letter
        return item.letter.number, LETTER
    return number(world, item, orderly)


def putting_off(world: World, item: Receivable, reference: str, way: Way) -> Printed:
    """The reference of a put-off, beside the reversal of its claim."""
    if not world.is_hard():
        return reference, way
    if reference == item.shared_reference:
        return reference, SHARED._replace(tier=WORDS.tier)
    draw = world.hard.random()
    if draw < 0.15:
        return words(world, WORDS)
    if draw < 0.25:
        return truncated(world, reference), TRUNCATED
    return number(world, item, (reference, way))


def settling(world: World, item: Receivable) -> Printed:
    """The reference of a refund acknowledged, a debt forgiven, or the taking beside them."""
    orderly = item.reference, SAME
    return number(world, item, orderly) if world.is_hard() else orderly


def lump(world: World, reference: str, only_one: bool) -> Printed:
    """The reference of one taking for several items: a letter, or no letter at all."""
    if not world.is_hard():
        return reference, LETTER
    draw = world.hard.random()
    if draw < 0.4:
        return words(world, LUMP if only_one else undecided(LUMP))
    if draw < 0.7:
        return spelled(world.hard, reference), SPELLED
    return f"DEMAND {reference} {world.hard.randint(1, 9)}", INSIDE


def of_nothing(world: World, remittance: Remittance, item: Receivable, reference: str) -> Printed:
    """The reference of a taking that belongs to no known claim and no letter."""
    like_another = world.hard_share > 0 and _resembles(world, remittance, item, item.open)
    way = undecided(FIRST_SIGN) if like_another else FIRST_SIGN
    if world.is_hard() and world.hard.random() < 0.4:
        return words(world, way)
    return reference, way


def correction(world: World, original: Claim, corrected: Claim) -> Claim:
    """A correction that names what it replaces in REF*F8, by the same number, or by the account only."""
    if not world.is_hard():
        return corrected
    draw = world.hard.random()
    if draw < 0.3:
        return corrected._replace(original_number="")
    if draw < 0.5:
        same = original.payer_claim_control_number
        return corrected._replace(original_number="", payer_claim_control_number=same)
    return corrected


def number(world: World, item: Receivable, orderly: Printed) -> Printed:
    """The reference in a form that still holds a number of the item."""
    reference, way = orderly
    if reference == item.shared_reference:
        return reference, undecided(way) if _shares_amount(world, item) else way
    draw = world.hard.random()
    if draw < 0.3 and _was_reprocessed(item):
        assert item.printed
        return item.printed.payer_claim_control_number, REPROCESSED
    if draw < 0.6:
        return spelled(world.hard, reference), SPELLED
    return inside(world.hard, item, reference), INSIDE


def spelled(random: Random, text: str) -> str:
    """The same number with another case, other punctuation, zeros lost or put before it."""
    bare = text.lstrip("0")
    third = len(bare) // 3
    forms = (
        bare.lower(),
        f"0000{bare}",
        f"{bare[:third]}-{bare[third : 2 * third]}-{bare[2 * third :]}",
        f"{bare[:third]} {bare[third:]}".lower(),
        f"#{bare}.",
        f"00{bare[: 2 * third]}/{bare[2 * third :]}",
    )
    return random.choice(forms)


def inside(random: Random, item: Receivable, reference: str) -> str:
    """The number in a longer string: by Medicare's positions, between account and date, after a word."""
    forms = [f"00{reference:<{_CONTROL_NUMBER_WIDTH}}{_BENEFICIARY}", f"CLM {reference} DOS"]
    if item.claim:
        day = day8(item.claim.service_from)
        forms += [f"{item.claim.patient_control_number}{day}{reference}", f"{reference}{day}"]
    return random.choice(forms)


def truncated(world: World, reference: str) -> str:
    """The number cut short at either end."""
    lost = world.hard.randint(3, 5)
    return world.hard.choice((reference[:-lost], reference[lost:]))


def words(world: World, way: Way) -> Printed:
    """No number at all."""
    return world.hard.choice(MEANINGLESS), way


def balance(world: World, trace: str) -> str:
    """The reference of a forwarding balance: the trace number it came from, seldom as it should be."""
    if not world.is_hard():
        return trace
    forms = (trace, spelled(world.hard, trace), f"FB{trace}", "")
    return world.hard.choice(forms)


def by_amount(world: World, remittance: Remittance, item: Receivable, cents: int, way: Way) -> Way:
    """`way` where the amount alone leads to the item, and to no other of the payer's."""
    if not item.in_doubt and _only_of_its_amount(world, remittance, item, cents):
        return way
    item.in_doubt = True
    return undecided(way)


def giving(world: World, remittance: Remittance, item: Receivable, cents: int) -> Printed:
    """The reference of money given back."""
    reference = item.reference
    if item.claim and reference == item.shared_reference:
        reference = item.claim.payer_claim_control_number
    if not world.is_hard():
        return reference, SAME
    if world.hard.random() < 0.2:
        only = _only_withheld(world, remittance, item, cents) and not remittance.identified
        return words(world, WORDS if only else undecided(WORDS))
    return number(world, item, (reference, SAME))


def _only_withheld(world: World, remittance: Remittance, item: Receivable, cents: int) -> bool:
    """Whether the amount alone leads to the item, and to no other from which as much was taken."""
    since = item.first_withdrawal
    if item.net_withheld != cents or not since or remittance.paid_on > since + _LONGEST_MEMORY:
        return False
    return not any(
        other.net_withheld == cents
        for other in world.receivables
        if other is not item and other.payer is item.payer and other.facility is item.facility
    )


def _shares_amount(world: World, item: Receivable) -> bool:
    """Whether another item under the same reference is open at the same amount."""
    return any(
        other.shared_reference == item.shared_reference and other.open == item.open
        for other in world.agenda(item.payer, item.facility).items
        if other is not item and other.established_on
    )


def _only_of_its_amount(world: World, remittance: Remittance, item: Receivable, cents: int) -> bool:
    day = remittance.paid_on
    since = item.put_off_on or item.established_on or item.known_from()
    if item.open != cents or not since <= day <= since + _LONGEST_MEMORY:
        return False
    return not _resembles(world, remittance, item, cents)


def _resembles(world: World, remittance: Remittance, item: Receivable, cents: int) -> bool:
    """Whether as much is open on another item: of this payee, or announced by letter only."""
    return any(
        other.open == cents
        for facility in FACILITIES
        for other in world.agenda(remittance.payer, facility).open_items(remittance.paid_on)
        if other is not item and (facility is remittance.facility or other.established_on is None)
    )


def _was_reprocessed(item: Receivable) -> bool:
    return (
        item.claim is not None
        and item.printed is not None
        and item.printed.payer_claim_control_number != item.claim.payer_claim_control_number
    )
