"""A mapping in the making: what each column is taken for, and what follows from that. Nothing here draws."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePath

from loaders.problems import Problem
from loaders.tables.export_rows import read_rows
from loaders.tables.layouts import LAYOUTS
from loaders.tables.mapping_files import Mapping
from loaders.tables.mapping_proposals import propose_mapping, still_missing
from loaders.tables.tables import Table
from screen.field_words import field_in_words
from screen.unread_tables import UnreadTable

KNOWN_BEFORE = "known by its header"
CHOSEN = "chosen by you"
PROBLEMS_SHOWN = 3


@dataclass
class Draft:
    """How a table is to be read, as far as it is decided.

    fields: the field of each column (from 0) that is used; proposed: the field that was proposed for a column,
    and why; constants: the value of every row, by field; moved: what the last choice took from another column,
    in words. The choices mean what they mean in a Mapping.
    """

    kind: str
    name: str
    fields: dict[int, str]
    proposed: dict[int, tuple[str, str]]
    constants: dict[str, str] = field(default_factory=dict)
    decimal_comma: bool = False
    day_first: bool | None = None
    adjustments_reduce: bool | None = None
    moved: str = ""

    def reason(self, place: int) -> str:
        """Why a column is taken for its field; empty where it is not used."""
        chosen = self.fields.get(place)
        if chosen is None:
            return ""
        proposed, why = self.proposed.get(place, ("", ""))
        return why if proposed == chosen else CHOSEN

    def place_of(self, name: str) -> int | None:
        """The column a field is read from."""
        return next((place for place, chosen in self.fields.items() if chosen == name), None)

    def choose(self, place: int, name: str | None) -> int | None:
        """Take a column for a field, or for none; gives the column that had the field until now."""
        self.fields.pop(place, None)
        before = self.place_of(name) if name else None
        if before is not None:
            del self.fields[before]
        if name:
            self.constants.pop(name, None)
            self.fields[place] = name
        return before


def draft_of(unread: UnreadTable, kind: str | None = None, name: str = "") -> Draft:
    """The best guess for a table, of the kind named or of the kind that fits best."""
    table, layout, proposal = unread.table, unread.table.layout, unread.proposal
    if kind not in (None, proposal.kind):
        proposal = propose_mapping(table, kind)
    draft = Draft(
        proposal.kind,
        name or mapping_name(unread.path),
        {guess.column: guess.field for guess in proposal.guesses},
        {guess.column: (guess.field, guess.reason) for guess in proposal.guesses},
    )
    if layout is None or draft.kind != layout.kind:
        return draft
    draft.fields = {place: known for known, place in table.columns.items()}
    draft.proposed |= {place: (known, KNOWN_BEFORE) for known, place in table.columns.items()}
    return _as_mapped(draft, table.mapping) if table.mapping else draft


def _as_mapped(draft: Draft, mapping: Mapping) -> Draft:
    """The draft with what a mapping said that was used and is to be corrected."""
    return replace(
        draft,
        name=mapping.name,
        constants=dict(mapping.constants),
        decimal_comma=mapping.decimal_comma,
        day_first=mapping.day_first,
        adjustments_reduce=mapping.adjustments_reduce,
    )


def mapping_name(path: str) -> str:
    """A name for the mapping of a file or sheet, without folders and ending: book/Sheet1 gives book Sheet1."""
    parts = PurePath(path).parts[-2:]
    folder = f"{PurePath(parts[0]).stem} " if len(parts) > 1 and "." in parts[0] else ""
    return f"{folder}{PurePath(parts[-1]).stem}"


def mapping_of(draft: Draft, table: Table) -> Mapping:
    """The draft as a mapping of a table."""
    headers = tuple(header.strip() for header in table.headers)
    order = [known.name for known in LAYOUTS[draft.kind].fields]
    places = {name: place for place, name in draft.fields.items()}
    constants = {name: value.strip() for name, value in draft.constants.items()}
    return Mapping(
        draft.name.strip(),
        draft.kind,
        headers,
        {name: headers[places[name]] for name in order if name in places},
        decimal_comma=draft.decimal_comma,
        day_first=draft.day_first,
        adjustments_reduce=draft.adjustments_reduce if draft.kind == "remittance" else None,
        constants={name: value for name, value in constants.items() if value},
    )


def missing_of(draft: Draft) -> list[str]:
    """What the kind needs and the draft has not, in words; nothing where it can be saved."""
    stated = {name for name, value in draft.constants.items() if value.strip()}
    missing = still_missing(LAYOUTS[draft.kind], {*draft.fields.values(), *stated})
    return [field_in_words(word.replace(" ", "_")) for word in missing]


def read_so(draft: Draft, table: Table) -> tuple[int, Sequence[Problem]]:
    """How many of the first rows cannot be read by the draft, and the first problems."""
    layout, mapping = LAYOUTS[draft.kind], mapping_of(draft, table)
    columns = {name: place for place, name in draft.fields.items()}
    _, wrong, whole = read_rows(
        replace(table, layout=layout, columns=columns, mapping=mapping), layout
    )
    errors = [problem for problem in whole if problem.severity == "error"]
    problems = [*errors, *(found.problem for found in wrong)]
    return len({found.at for found in wrong}), problems[:PROBLEMS_SHOWN]
