"""Problems of an 835's values and balances, made from columns."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from loaders.problems import Problem, Severity
from loaders.x12 import Segments
from loaders.x12_columns import Arrow, Column, Flags, Int64, named

# One kind of finding is listed this often per file, then counted.
MOST_LISTED = 20
BALANCED, UNBALANCED, UNCHECKED = range(3)
STATES = ("balanced", "unbalanced", "unchecked")

ASK_PAYER = "Ask the payer or clearing house for a corrected file."
QUARANTINED = "The remittance is kept in quarantine. " + ASK_PAYER
AMOUNT_FORM = "An amount is an optional sign, digits and at most two decimals."
UNCHECKED_ROW = "The row is kept, its balance is not checked. " + AMOUNT_FORM
LEFT_EMPTY = "It was left empty; no balance depends on it."


def listed(count: int, make: Callable[[int], Problem], rest: str) -> list[Problem]:
    """List the first problems of a kind, then one that counts the others."""
    problems = [make(i) for i in range(min(count, MOST_LISTED))]
    if count > MOST_LISTED:
        like = problems[0]
        message = f"And {count - MOST_LISTED} more {rest}."
        problems.append(Problem(like.severity, "file", like.field, "", message, like.remedy))
    return problems


class Fault(NamedTuple):
    """What to say of an element that is missing or cannot be read."""

    severity: Severity
    what: str
    remedy: str


def unreadable(
    segments: Segments, rows: Int64, numbers: int | Int64, faulty: Flags, fault: Fault
) -> list[Problem]:
    """List faulty elements; `numbers` is the position of the element in each row."""
    where = np.flatnonzero(faulty)
    elements = np.broadcast_to(numbers, rows.shape)

    def problem(i: int) -> Problem:
        row, number = int(rows[where[i]]), int(elements[where[i]])
        value = segments.value(row, number)
        text = f"{fault.what} {'cannot be read' if value else 'is missing'}."
        place, field = segments.location(row), segments.field(row, number)
        return Problem(fault.severity, place, field, value, text, fault.remedy)

    return listed(len(where), problem, "like this")


def beyond(segments: Segments, rows: Int64, limit: int) -> Int64:
    """Those of the rows that hold anything after element `limit`."""
    rows = rows[segments.count[rows] > limit + 1]
    content = segments.stop[rows] - segments.marks[segments.first[rows] + limit] - 1
    return rows[content > segments.count[rows] - limit - 2]


def surplus(segments: Segments, rows: Int64, limit: int, severity: Severity) -> list[Problem]:
    """List segments with more elements than the guide allows."""

    def problem(i: int) -> Problem:
        row = int(rows[i])
        name, field = segments.location(row), segments.field(row, limit + 1)
        message = f"The segment has more than {limit} elements; the rest was not read."
        return Problem(severity, name, field, segments.value(row, limit + 1), message, ASK_PAYER)

    return listed(len(rows), problem, "segments with too many elements")


def states(difference: Column, unchecked: Flags | None = None) -> Int64:
    """BALANCED, UNBALANCED or UNCHECKED for each difference."""
    known = difference.known if unchecked is None else difference.known & ~unchecked
    return np.where(known, np.where(difference.values == 0, BALANCED, UNBALANCED), UNCHECKED)


def state_names(codes: Int64) -> Arrow:
    """States as the column balance_state has them."""
    return named(codes, STATES)


def dollars(cents: int) -> str:
    """Signed amount with two decimals."""
    return f"{'-' if cents < 0 else ''}{abs(cents) // 100}.{abs(cents) % 100:02d}"


def unbalanced(
    segments: Segments, claims: tuple[Int64, Column], lines: tuple[Int64, Column]
) -> list[Problem]:
    """Warn of claims and lines (segments, differences) that do not balance, in file order."""
    rows = np.concatenate((claims[0], lines[0]))
    differences = np.concatenate((claims[1].values, lines[1].values))
    is_line = np.arange(len(rows)) >= len(claims[0])
    where = np.flatnonzero(differences)
    where = where[np.argsort(rows[where], kind="stable")]

    def problem(i: int) -> Problem:
        row, cents = int(rows[where[i]]), dollars(int(differences[where[i]]))
        what, field = ("service line", "SVC03") if is_line[where[i]] else ("claim", "CLP04")
        message = f"The {what} does not balance: charge - adjustments - paid = {cents}."
        remedy = "Nothing to do for the totals; look at the adjustments when working this claim."
        return Problem("warning", segments.location(row), field, cents, message, remedy)

    return listed(len(where), problem, "claims or service lines do not balance")
