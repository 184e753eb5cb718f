"""The command that names the columns of an unknown export: python -m loaders map FILE."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping as Mapped
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Table as ScreenTable

from data.warehouse import ENVIRONMENT_VARIABLE, warehouse_folder
from loaders.tables.exports import holds_values
from loaders.tables.layouts import LAYOUTS, header_key
from loaders.tables.mapping_files import (
    BUILT_IN,
    Mapping,
    read_mappings,
    user_mappings_folder,
    write_mapping,
)
from loaders.tables.mapping_proposals import propose_mapping, still_missing
from loaders.tables.sample_cells import sample_cells
from loaders.tables.table_files import find_tables
from loaders.tables.tables import Table, columns_by

EXIT_OK, EXIT_CANNOT, EXIT_USAGE = 0, 1, 2
NARROWEST = 80


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
    folder = user_mappings_folder(warehouse_folder(options.warehouse))
    mappings, _ = read_mappings([BUILT_IN, folder])
    table = _table(options.file, options.sheet, options.kind, mappings)
    if table is None:
        print(f"loaders map: there is no table with rows in {options.file}", file=sys.stderr)
        return EXIT_CANNOT
    if holds_values(table.headers):
        print(
            f"loaders map: {options.file} has no header: its first row holds values",
            file=sys.stderr,
        )
        return EXIT_CANNOT
    console = Console()
    console.width = max(console.width, NARROWEST)
    if table.mapping is not None:
        return _map_known(console, table, table.mapping, options, folder)
    proposal = propose_mapping(table, options.kind)
    mapping = with_settings(proposal.mapping(options.name or options.file.stem), options.set)
    there = mapping.columns.keys() | mapping.constants.keys()
    missing = still_missing(LAYOUTS[mapping.kind], set(there))
    reasons = {(guess.field, guess.header): guess.reason for guess in proposal.guesses}
    _show(console, table, mapping, reasons)
    if missing:
        console.print(
            f"Still missing: {', '.join(missing)}. Say with --set FIELD=HEADER where each stands."
        )
        return EXIT_CANNOT
    if options.save:
        return _save(console, mapping, folder)
    console.print("Not saved yet: --save keeps it; --set FIELD=HEADER changes a line first.")
    return EXIT_OK


def _map_known(
    console: Console, table: Table, known: Mapping, options: argparse.Namespace, folder: Path
) -> int:
    """Show the mapping by which loads read the file already; save it only where settings change it."""
    mapping = changed(table, known, options.set)
    layout = LAYOUTS[mapping.kind]
    columns = _columns(table, mapping)
    reasons = {
        (name, header): "the mapping says so" if name in known.columns else "a known name"
        for name, header in _columns(table, known).items()
    }
    console.print(f"Loads read this file by the mapping {escape(known.name)}.")
    _show(console, table, replace(mapping, columns=columns), reasons)
    there = columns.keys() | mapping.constants.keys()
    lacking = [field.name for field in layout.fields if field.required and field.name not in there]
    if lacking:
        console.print(f"Still missing: {', '.join(lacking)}. Say with --set FIELD=HEADER.")
        return EXIT_CANNOT
    if mapping == known:
        console.print("Nothing to save. --set FIELD=HEADER changes a line.")
        return EXIT_OK
    if options.save:
        return _save(console, replace(mapping, name=options.name or known.name), folder)
    console.print("Not saved yet: --save keeps the changes, in place of that mapping.")
    return EXIT_OK


def changed(table: Table, known: Mapping, settings: Sequence[str]) -> Mapping:
    """The mapping that reads a table, with settings carried out; itself where they change nothing.

    A header that a setting leaves without a field counts as one the mapping was made for, or its known name
    would give it the field again. Raises UsageError.
    """
    before = _columns(table, known)
    mapping = with_settings(known, settings, table.headers)
    used = {header_key(header) for header in mapping.columns.values()}
    named = [setting.partition("=")[0] for setting in settings]
    left = [
        before[name] for name in named if name in before and header_key(before[name]) not in used
    ]
    mapping = replace(mapping, headers=tuple(dict.fromkeys((*known.headers, *left))))
    is_same = _columns(table, mapping) == before and mapping.constants == known.constants
    return known if is_same else mapping


def _columns(table: Table, mapping: Mapping) -> dict[str, str]:
    """The header of each field by which a load reads the table."""
    places = columns_by(mapping, table.headers, LAYOUTS[mapping.kind])
    return {name: table.headers[place].strip() for name, place in places.items()}


def _save(console: Console, mapping: Mapping, folder: Path) -> int:
    try:
        path = write_mapping(mapping, folder)
    except OSError as error:
        print(
            f"loaders map: the mapping cannot be written to {folder}: {error.strerror}. "
            "Name a warehouse that can be written with --warehouse.",
            file=sys.stderr,
        )
        return EXIT_CANNOT
    console.print(f"Saved as {escape(str(path))}; load the file now.", soft_wrap=True)
    return EXIT_OK


def _table(
    file: Path, sheet: str | None, kind: str | None, mappings: Sequence[Mapping]
) -> Table | None:
    try:
        data = file.read_bytes()
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {error.strerror}") from error
    of_kind = [mapping for mapping in mappings if kind in (None, mapping.kind)]
    tables = find_tables(file.name, data, None, of_kind) or []
    found = [one for one in tables if one.table and one.table.rows]
    if sheet is None:
        return found[0].table if found else None
    named = [one.table for one in found if one.name == sheet]
    if not named:
        names = ", ".join(one.name for one in found if one.name) or "none"
        raise UsageError(f"there is no sheet {sheet} with a table; there are: {names}")
    return named[0]


def with_settings(
    mapping: Mapping, settings: Sequence[str], there: Sequence[str] | None = None
) -> Mapping:
    """The mapping with FIELD=HEADER, FIELD= and FIELD==VALUE carried out.

    there: the headers of the table, else those the mapping was made for. Raises UsageError.
    """
    columns, constants = dict(mapping.columns), dict(mapping.constants)
    fields = {field.name for field in LAYOUTS[mapping.kind].fields}
    all_headers = mapping.headers if there is None else there
    headers = {header_key(header): header.strip() for header in all_headers}
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
            key = header_key(value)
            columns = {other: at for other, at in columns.items() if header_key(at) != key}
            columns[name] = headers[key]
    return replace(mapping, columns=columns, constants=constants)


def _show(
    console: Console, table: Table, mapping: Mapping, reasons: Mapped[tuple[str, str], str]
) -> None:
    """Print a line per field: its header, why (`reasons`, by field and header) and some cells."""
    layout = LAYOUTS[mapping.kind]
    screen = ScreenTable(title=f"Read as {layout.in_words}")
    screen.add_column("Field", no_wrap=True)  # --set needs the names whole
    for heading in ("Needed", "Column", "Why", "For example"):
        screen.add_column(heading, overflow="fold")
    for field in layout.fields:
        if field.name in mapping.constants:
            value = mapping.constants[field.name]
            screen.add_row(field.name, "", "(every row)", "said for every row", escape(value))
        elif header := mapping.columns.get(field.name):
            examples = sample_cells(table, header, field)
            why = reasons.get((field.name, header), "said with --set")
            needed = "yes" if field.required else ""
            screen.add_row(
                field.name, needed, escape(header), escape(why), escape(", ".join(examples))
            )
        elif field.required:
            screen.add_row(field.name, "yes", "?", "", "")
    console.print(screen)
    headers = [header.strip() for header in table.headers]
    left = [h for h in headers if h and h not in mapping.columns.values()]
    if left:
        console.print(f"Not used: {escape(', '.join(left))}.")


if __name__ == "__main__":
    sys.exit(main())
