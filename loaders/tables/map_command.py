"""The command that names the columns of an unknown export: python -m loaders map FILE."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Table as ScreenTable

from data.warehouse import ENVIRONMENT_VARIABLE, warehouse_folder
from loaders.tables.exports import holds_values
from loaders.tables.layouts import LAYOUTS, header_key
from loaders.tables.mapping_files import Mapping, user_mappings_folder, write_mapping
from loaders.tables.mapping_proposals import Guess, Proposal, propose_mapping, still_missing
from loaders.tables.table_files import find_tables
from loaders.tables.tables import Table

EXIT_OK, EXIT_CANNOT, EXIT_USAGE = 0, 1, 2
SAMPLES = 3
_SHOWN_AS_IT_IS = frozenset({"money", "date", "yes", "outcome", "level", "quantity"})
_NO_PERSON = frozenset(
    {"payer_name", "payer_id", "plan_type", "group_name", "reason_code", "claim_status"}
)


class UsageError(ValueError):
    """What was asked cannot be; the message says why."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Proposes a mapping, shows it and saves it on request; 0 ok, 1 cannot be mapped, 2 usage."""
    parser = _parser()
    try:
        options = parser.parse_args(arguments)
    except SystemExit as ended:
        return EXIT_USAGE if ended.code else EXIT_OK
    try:
        return _map(options)
    except UsageError as error:
        print(f"loaders map: {error}", file=sys.stderr)
        return EXIT_USAGE


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m loaders map",
        description="Proposes which column of an export is which field, and keeps the answer for later loads.",
    )
    parser.add_argument(
        "file", type=Path, metavar="FILE", help="a CSV, a workbook, a Parquet or Arrow file"
    )
    parser.add_argument(
        "--kind", choices=tuple(LAYOUTS), help="what the file is, else the best guess"
    )
    parser.add_argument("--name", help="name of the mapping, else the name of the file")
    parser.add_argument("--sheet", help="the sheet of a workbook, else the first with a table")
    parser.add_argument(
        "--warehouse",
        type=Path,
        metavar="DIR",
        help=f"where the warehouse is; else ${ENVIRONMENT_VARIABLE}, else data/warehouse",
    )
    parser.add_argument("--save", action="store_true", help="keep the mapping with the warehouse")
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="FIELD=HEADER",
        help="the column of a field; FIELD= takes the field out; FIELD==VALUE gives every row that value",
    )
    return parser


def _map(options: argparse.Namespace) -> int:
    table = _table(options.file, options.sheet)
    if table is None:
        print(f"loaders map: there is no table with rows in {options.file}", file=sys.stderr)
        return EXIT_CANNOT
    if holds_values(table.headers):
        print(
            f"loaders map: {options.file} has no header: its first row holds values",
            file=sys.stderr,
        )
        return EXIT_CANNOT
    proposal = propose_mapping(table, options.kind)
    mapping = with_settings(proposal.mapping(options.name or options.file.stem), options.set)
    there = mapping.columns.keys() | mapping.constants.keys()
    missing = still_missing(LAYOUTS[mapping.kind], set(there))
    console = Console()
    _show(console, table, proposal, mapping)
    if missing:
        console.print(
            f"Still missing: {', '.join(missing)}. Say with --set FIELD=HEADER where each stands."
        )
        return EXIT_CANNOT
    if options.save:
        folder = user_mappings_folder(warehouse_folder(options.warehouse))
        console.print(
            f"Saved as {escape(str(write_mapping(mapping, folder)))}; load the file now.",
            soft_wrap=True,
        )
    else:
        console.print("Not saved yet: --save keeps it; --set FIELD=HEADER changes a line first.")
    return EXIT_OK


def _table(file: Path, sheet: str | None) -> Table | None:
    try:
        data = file.read_bytes()
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {error.strerror}") from error
    found = [one for one in find_tables(file.name, data) or [] if one.table and one.table.rows]
    if sheet is None:
        return found[0].table if found else None
    named = [one.table for one in found if one.name == sheet]
    if not named:
        names = ", ".join(one.name for one in found if one.name) or "none"
        raise UsageError(f"there is no sheet {sheet} with a table; there are: {names}")
    return named[0]


def with_settings(mapping: Mapping, settings: Sequence[str]) -> Mapping:
    """The mapping with FIELD=HEADER, FIELD= and FIELD==VALUE carried out. Raises UsageError."""
    columns, constants = dict(mapping.columns), dict(mapping.constants)
    fields = {field.name for field in LAYOUTS[mapping.kind].fields}
    headers = {header_key(header): header for header in mapping.headers}
    for setting in settings:
        name, equals, value = setting.partition("=")
        if not equals or name not in fields:
            known = ", ".join(sorted(fields))
            raise UsageError(f"--set {setting}: give FIELD=HEADER with one of {known}")
        columns.pop(name, None)
        constants.pop(name, None)
        if value.startswith("="):
            constants[name] = value[1:]
        elif value and header_key(value) not in headers:
            raise UsageError(f"--set {setting}: there is no column {value}")
        elif value:
            header = headers[header_key(value)]
            columns = {other: at for other, at in columns.items() if at != header}
            columns[name] = header
    return replace(mapping, columns=columns, constants=constants)


def _show(console: Console, table: Table, proposal: Proposal, mapping: Mapping) -> None:
    layout = LAYOUTS[mapping.kind]
    reasons = {(guess.field, guess.header): _why(guess) for guess in proposal.guesses}
    screen = ScreenTable(
        "Field", "Needed", "Column", "Why", "For example", title=f"Read as {layout.in_words}"
    )
    for field in layout.fields:
        if field.name in mapping.constants:
            value = mapping.constants[field.name]
            screen.add_row(field.name, "", "(every row)", "said with --set", escape(value))
        elif header := mapping.columns.get(field.name):
            shown = field.value in _SHOWN_AS_IT_IS or field.name in _NO_PERSON
            examples = samples(table, header, as_it_is=shown)
            why = reasons.get((field.name, header), "said with --set")
            needed = "yes" if field.required else ""
            screen.add_row(field.name, needed, escape(header), why, escape(", ".join(examples)))
        elif field.required:
            screen.add_row(field.name, "yes", "?", "", "")
    console.print(screen)
    left = [h for h in mapping.headers if h and h not in mapping.columns.values()]
    if left:
        console.print(f"Not used: {escape(', '.join(left))}.")


def _why(guess: Guess) -> str:
    return escape(guess.reason)


def samples(table: Table, header: str, *, as_it_is: bool) -> list[str]:
    """A few distinct cells of a column; letters as A and digits as 9 where they may point to a person."""
    place = [name.strip() for name in table.headers].index(header)
    cells = dict.fromkeys(row.cells[place].strip() for row in table.rows)
    found = [cell[:30] for cell in cells if cell][:SAMPLES]
    return (
        found
        if as_it_is
        else [re.sub(r"\d", "9", re.sub(r"[^\W\d_]", "A", cell)) for cell in found]
    )


if __name__ == "__main__":
    sys.exit(main())
