"""Proposes how the columns of an unknown export map to fields: by words of the header and by what the cells hold."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache

from loaders.tables.appeal_words import outcome
from loaders.tables.layouts import LAYOUTS, Field, Layout, header_key
from loaders.tables.mapping_files import Mapping
from loaders.tables.row_rules import is_npi
from loaders.tables.table_values import (
    Cell,
    UnreadableValueError,
    calendar_date,
    is_nothing,
    money,
    quantity,
    yes,
)
from loaders.tables.tables import REASONS_HEADER, Table

ROWS_LOOKED_AT = 200
ENOUGH_WORDS, ENOUGH_CELLS = 0.6, 0.9
KNOWN_NAME = 1.0

_PATIENT = re.compile(
    r"\b(pat(ient)?|pt|member|subscriber|insured|guarantor)[ _]?(name|nm|first|last|dob|address|id)\b"
    r"|\b(dob|birth|ssn|mrn|address|phone)\b",
    re.IGNORECASE,
)
_CARC = re.compile(r"(?:(?:CO|PR|OA|PI|CR)[- ]?)?(?:[AB]?\d{1,3}|[A-Z]\d{1,2})")
_STATUS_CODE = re.compile(r"[1234]|19|2[0123]|25")
_WORDS = re.compile(r"[a-z]+|\d+|#")


@dataclass(frozen=True)
class Guess:
    """One field's column as proposed. score: from 0 to 1, 1 for a header that is a known name; reason: in words."""

    field: str
    header: str
    column: int
    score: float
    reason: str


@dataclass(frozen=True)
class Proposal:
    """How a table may be read: the guesses, the headers left over, and what is still missing (in words)."""

    kind: str
    headers: tuple[str, ...]
    guesses: tuple[Guess, ...]
    left: tuple[str, ...]
    missing: tuple[str, ...]

    def mapping(self, name: str) -> Mapping:
        """The proposal as a mapping of that name."""
        columns = {guess.field: guess.header for guess in self.guesses}
        return Mapping(name, self.kind, self.headers, columns)


def propose_mapping(table: Table, kind: str | None = None) -> Proposal:
    """The best guess for a table of a kind, or of the kind that fits best where none is given."""
    layouts = [LAYOUTS[kind]] if kind else list(LAYOUTS.values())
    proposals = [_propose(table, layout) for layout in layouts]
    return max(proposals, key=lambda p: (-len(p.missing), sum(guess.score for guess in p.guesses)))


def _propose(table: Table, layout: Layout) -> Proposal:
    headers = tuple(header.strip() for header in table.headers)
    keys = [header_key(header) for header in headers]
    cells = [_sample(table, place) for place in range(len(headers))]
    ranked = sorted(
        (
            guess
            for place, header in enumerate(headers)
            if header and header != REASONS_HEADER and keys.index(keys[place]) == place
            for field in layout.fields
            if (guess := _guess(field, header, place, cells[place]))
        ),
        key=lambda guess: -guess.score,
    )
    taken: dict[str, Guess] = {}
    for guess in ranked:
        if guess.field not in taken and guess.column not in {g.column for g in taken.values()}:
            taken[guess.field] = guess
    for field in layout.fields:
        if field.required and field.name not in taken:
            taken |= _only_column_left(field, headers, cells, taken)
    guesses = tuple(taken[field.name] for field in layout.fields if field.name in taken)
    used = {guess.column for guess in guesses}
    left = tuple(h for at, h in enumerate(headers) if at not in used and h and h != REASONS_HEADER)
    return Proposal(layout.kind, headers, guesses, left, still_missing(layout, set(taken)))


def still_missing(layout: Layout, there: set[str]) -> tuple[str, ...]:
    """What a layout needs and has not, in words; nothing where it is complete."""
    missing = [_in_words(f.name) for f in layout.fields if f.required and f.name not in there]
    if not any(told <= there for told in layout.told_by):
        order = [field.name for field in layout.fields]
        nearest = min(layout.told_by, key=lambda told: len(told - there))
        lacking = sorted(nearest - there, key=order.index)
        missing += [word for name in lacking if (word := _in_words(name)) not in missing]
    return tuple(missing)


def _in_words(name: str) -> str:
    return name.replace("_", " ")


def _sample(table: Table, place: int) -> list[str]:
    cells = (row.cells[place] for row in table.rows[:ROWS_LOOKED_AT])
    return [cell.strip() for cell in cells if not is_nothing(cell)]


def _guess(field: Field, header: str, place: int, cells: Sequence[str]) -> Guess | None:
    """A field for a column, where the header's words speak for it and the cells do not speak against it."""
    if header_key(header) in {header_key(known) for known in field.headers}:
        return Guess(field.name, header, place, KNOWN_NAME, "the header is a known name")
    if _PATIENT.search(header.replace("_", " ")):
        return None
    alike, known = max(
        (_alike(header, known), known) for known in (_in_words(field.name), *field.headers)
    )
    share, look = _look(field, cells)
    if share is not None and cells and share < ENOUGH_CELLS:
        return None
    if alike >= ENOUGH_WORDS:
        seen = f", and {look}" if share is not None and cells else ""
        score = 0.7 * alike + 0.2 * (share or 0.5)
        return Guess(field.name, header, place, score, f"the header is like {known}{seen}")
    if field.name.endswith("npi") and share == 1.0:
        return Guess(field.name, header, place, 0.5, look)
    return None


def _only_column_left(
    field: Field, headers: Sequence[str], cells: Sequence[Sequence[str]], taken: dict[str, Guess]
) -> dict[str, Guess]:
    """A required field's column where only one that is left holds such values."""
    used = {guess.column for guess in taken.values()}
    fitting = [
        (place, look)
        for place, header in enumerate(headers)
        if place not in used and header and cells[place]
        for share, look in [_look(field, cells[place])]
        if share is not None and share >= ENOUGH_CELLS
    ]
    if len(fitting) != 1:
        return {}
    place, look = fitting[0]
    return {
        field.name: Guess(
            field.name, headers[place], place, 0.4, f"the only column left where {look}"
        )
    }


@lru_cache(maxsize=65536)
def _alike(header: str, known: str) -> float:
    """How alike two headers are, from 0 to 1: words shared, or nearly the same letters."""
    ours, theirs = set(_words(header)), set(_words(known))
    shared = 2 * len(ours & theirs) / (len(ours) + len(theirs)) if ours and theirs else 0.0
    letters = SequenceMatcher(None, header_key(header), header_key(known)).ratio()
    return max(shared, letters if letters >= 0.8 else 0.0)


def _words(header: str) -> list[str]:
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", header)
    return [_SHORT.get(word, word) for word in _WORDS.findall(spaced.lower())]


_SHORT = {
    "amt": "amount",
    "ltr": "letter",
    "nm": "name",
    "nam": "name",
    "ctrl": "control",
    "ctl": "control",
    "rend": "rendering",
    "prov": "provider",
    "pmt": "payment",
    "svc": "service",
    "dt": "date",
    "nbr": "number",
    "num": "number",
    "no": "number",
    "#": "number",
    "chk": "check",
    "cd": "code",
    "cod": "code",
    "clm": "claim",
    "pyr": "payer",
    "payor": "payer",
    "carrier": "payer",
    "pd": "paid",
    "acct": "account",
    "pat": "patient",
    "adj": "adjustment",
    "rsn": "reason",
    "sts": "status",
    "recoupment": "recoup",
    "recouped": "recoup",
}


def _look(field: Field, cells: Sequence[str]) -> tuple[float | None, str]:
    """The share of cells that look like the field, and what they look like; None where any text may stand."""
    for ending, look, check in _LOOKS:
        if field.name.endswith(ending):
            return _share(cells, check), look
    if field.value in _VALUE_LOOKS:
        look, read = _VALUE_LOOKS[field.value]
        return _share(cells, lambda cell: _reads(read, cell)), look
    return None, ""


def _share(cells: Sequence[str], check: Callable[[str], bool]) -> float:
    return sum(1 for cell in cells if check(cell)) / len(cells) if cells else 0.0


def _reads(read: Callable[[str], Cell], cell: str) -> bool:
    try:
        read(cell)
    except UnreadableValueError:
        return False
    return True


def _is_date(cell: str) -> bool:
    return _reads(calendar_date, cell) or _reads(lambda text: calendar_date(text, True), cell)


_LOOKS: tuple[tuple[str, str, Callable[[str], bool]], ...] = (
    ("npi", "the cells are NPIs", is_npi),
    ("reason_code", "the cells are reason codes", lambda cell: bool(_CARC.fullmatch(cell.upper()))),
    ("date", "the cells are dates", _is_date),
    (
        "claim_status",
        "the cells are claim statuses",
        lambda cell: bool(_STATUS_CODE.fullmatch(cell)) or len(cell) > 3,
    ),
)
_VALUE_LOOKS: dict[str, tuple[str, Callable[[str], Cell]]] = {
    "money": ("the cells are amounts", money),
    "date": ("the cells are dates", calendar_date),
    "yes": ("the cells are yes or no", yes),
    "outcome": ("the cells are appeal statuses", outcome),
    "quantity": ("the cells are numbers", quantity),
}
