"""Appeals against what was withheld: their levels, and the cash of those that are won."""

from datetime import date

from data.simulation.agenda import Due
from data.simulation.history import World
from data.simulation.receivables import Case, GiveBack, Level, Receivable, Reprocess
from data.simulation.world import LAST_DAY, Payer

FULL = "Overturned in full"
PARTIAL = "Partially overturned"
UPHELD = "Upheld"
PENDING = "Pending"
_NEVER_PAID_SHARE = 0.14
_ESCALATED_SHARE = 0.45
_HIGHEST_LEVEL = 3


def consider_appeal(world: World, item: Receivable, withheld_on: date) -> None:
    """Perhaps appeal a receivable that has just been withheld in full, and plan the outcome."""
    if not item.claim or not world.chance(item.payer.appeal_share):
        return
    filed_on = withheld_on + world.days(6, 32)
    if filed_on > LAST_DAY:
        return
    case = Case(world.numbers.case(item.payer), item)
    world.cases.append(case)
    case.levels.append(_level(world, item, filed_on))
    while (
        case.levels[-1].outcome == UPHELD
        and len(case.levels) < _HIGHEST_LEVEL
        and world.chance(_ESCALATED_SHARE)
    ):
        case.levels.append(_level(world, item, case.levels[-1].decided_on + world.days(10, 40)))
    won = case.levels[-1].overturned
    if won and not world.chance(_NEVER_PAID_SHARE):
        _plan_payment(world, case, won)


def _level(world: World, item: Receivable, filed_on: date) -> Level:
    outcome = _outcome(world, item.payer)
    overturned = {FULL: item.withheld, PARTIAL: item.withheld * world.random.randint(30, 75) // 100}
    return Level(
        filed_on, filed_on + world.days(24, 62), outcome, item.withheld, overturned.get(outcome, 0)
    )


def _outcome(world: World, payer: Payer) -> str:
    draw = world.random.random()
    if draw < 0.04:
        return "Withdrawn"
    if draw < 0.08:
        return "Dismissed"
    draw = world.random.random()
    if draw < payer.won_in_full:
        return FULL
    return PARTIAL if draw < payer.won_in_full + payer.won_in_part else UPHELD


def _plan_payment(world: World, case: Case, won: int) -> None:
    item = case.item
    due_on = case.levels[-1].decided_on + world.days(10, 50)
    agenda = world.agenda(item.payer, item.facility)
    if item.printed and world.chance(item.payer.reprocessed_share):
        agenda.add(Due(due_on, Reprocess(case, won)))
    else:
        interest = max(1, won * world.random.randint(8, 25) // 1000)
        agenda.add(Due(due_on, GiveBack(case, won, interest)))


def known_levels(case: Case) -> list[Level]:
    """The levels filed by the last day; one not decided by then is pending."""
    return [
        level
        if level.decided_on <= LAST_DAY
        else Level(level.filed_on, level.decided_on, PENDING, level.at_issue, 0)
        for level in case.levels
        if level.filed_on <= LAST_DAY
    ]


def decision(case: Case) -> Level | None:
    """The latest level decided on its merits by the last day."""
    decided = [level for level in known_levels(case) if level.outcome in {FULL, PARTIAL, UPHELD}]
    return decided[-1] if decided else None
