"""Problems of an 835's values and balances, made from columns."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from loaders.problems import Problem, Severity, shown
from loaders.x12.columns import Arrow, Column, Flags, Int64, named
from loaders.x12.segments import Segments

# One kind of finding is listed this often per file, then counted.
MOST_LISTED = 20
BALANCED, UNBALANCED, UNCHECKED = range(3)
STATES = ("balanced", "unbalanced", "unchecked")

ASK_PAYER = "Ask the payer or clearing house for a corrected file."
QUARANTINED = "The remittance is kept in quarantine. " + ASK_PAYER
AMOUNT_FORM = "An amount is an optional sign, digits and at most two decimals."
UNCHECKED_ROW = "The row is kept, its balance is not checked. " + AMOUNT_FORM
LEFT_EMPTY = "It was left empty; no balance depends on it."


@dataclass(frozen=True)
class Listing:
    """Problems of one kind, in file order: the first few, and how many there are in all."""

    kind: str
    first: tuple[Problem, ...]
    count: int
    rest: str

    def followed_by(self, later: "Listing") -> "Listing":
        """This and what a later part of the file has of the same kind."""
        first = (*self.first, *later.first)[: MOST_LISTED if self.rest else None]
        return replace(self, first=first, count=self.count + later.count)

    def problems(self) -> list[Problem]:
        """The first problems, then one that counts the others."""
        more = self.count - len(self.first)
        if not more:
            return list(self.first)
        like = self.first[0]
        message = f"And {more} more {self.rest}."
        return [*self.first, Problem(like.severity, "file", like.field, "", message, like.remedy)]


@dataclass(frozen=True)
class Tally:
    """How many segments of one sort there are: `words` with a place for the number, for one and many."""

    kind: str
    severity: Severity
    location: str
    field: str
    count: int
    words: tuple[str, str]
    remedy: str

    def followed_by(self, later: "Tally") -> "Tally":
        """This and what a later part of the file has of the same sort."""
        return replace(self, count=self.count + later.count)

    def problems(self) -> list[Problem]:
        """One problem, at the first of them."""
        message = self.words[self.count > 1].format(count=self.count)
        return [Problem(self.severity, self.location, self.field, "", message, self.remedy)]


def listed(kind: str, count: int, make: Callable[[int], Problem], rest: str) -> list[Listing]:
    """List problems of a kind, none where there are none; `rest` says what the others are."""
    first = tuple(make(i) for i in range(min(count, MOST_LISTED)))
    return [Listing(kind, first, count, rest)] if count else []


def all_of(kind: str, problems: Sequence[Problem]) -> list[Listing]:
    """List problems of a kind that is never cut short."""
    return [Listing(kind, tuple(problems), len(problems), "")] if problems else []


class Fault(NamedTuple):
    """What to say of an element that is missing or cannot be read."""

    severity: Severity
    what: str
    remedy: str


def unreadable(
    segments: Segments, rows: Int64, numbers: int | Int64, faulty: Flags, fault: Fault
) -> list[Listing]:
    """List faulty elements; `numbers` is the position of the element in each row."""
    where = np.flatnonzero(faulty)
    elements = np.broadcast_to(numbers, rows.shape)

    def problem(i: int) -> Problem:
        row, number = int(rows[where[i]]), int(elements[where[i]])
        value = segments.value(row, number)
        text = f"{fault.what} {'cannot be read' if value else 'is missing'}."
        place, field = segments.location(row), segments.field(row, number)
        return Problem(fault.severity, place, field, shown(value), text, fault.remedy)

    return listed(f"{fault.severity} {fault.what}", len(where), problem, "like this")


def beyond(segments: Segments, rows: Int64, limit: int) -> Int64:
    """Those of the rows that hold anything after element `limit`."""
    rows = rows[segments.count[rows] > limit + 1]
    content = segments.stop[rows] - segments.marks[segments.first[rows] + limit] - 1
    return rows[content > segments.count[rows] - limit - 2]


def surplus(segments: Segments, rows: Int64, limit: int, severity: Severity) -> list[Listing]:
    """List segments with more elements than the guide allows."""

    def problem(i: int) -> Problem:
        row = int(rows[i])
        name, field = segments.location(row), segments.field(row, limit + 1)
        message = f"The segment has more than {limit} elements; the rest was not read."
        value = shown(segments.value(row, limit + 1))
        return Problem(severity, name, field, value, message, ASK_PAYER)

    return listed(f"beyond {limit}", len(rows), problem, "segments with too many elements")


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
) -> list[Listing]:
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

    rest = "claims or service lines do not balance"
    return listed("unbalanced", len(where), problem, rest)
