"""Mappings of an export's columns to fields, for layouts whose headers say too little: small TOML files."""

from __future__ import annotations

import hashlib
import json
import os
import re
import tempfile
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from data.disk import private_folder
from loaders.problems import Problem
from loaders.tables.layouts import LAYOUTS, header_key

BUILT_IN = Path(__file__).resolve().parent.parent / "mappings"
CHOICES = ("decimal_comma", "day_first", "date_1904", "adjustments_reduce")
_TEXTS, _TABLES = ("name", "kind"), ("columns", "constants")
_REMEDY = "Correct the file, or make it anew with python -m loaders map FILE --save."


@dataclass(frozen=True)
class Mapping:
    """Which field of a kind of export stands under which header, and what else the headers do not say.

    headers: the headers it was made for. decimal_comma: amounts are written 1.234,56. day_first: dates are
    day before month; None where the column itself decides. date_1904: spreadsheet serials count from 1904;
    None where the workbook decides. adjustments_reduce: a positive provider adjustment reduces the payment;
    None where the balance of the remittances decides. constants: a value for every row, where the file has
    no such column.
    """

    name: str
    kind: str
    headers: tuple[str, ...]
    columns: dict[str, str]
    decimal_comma: bool = False
    day_first: bool | None = None
    date_1904: bool | None = None
    adjustments_reduce: bool | None = None
    constants: dict[str, str] = field(default_factory=dict)


class MappingError(ValueError):
    """A mapping file that says what cannot be; the message names it."""


def applies(mapping: Mapping, headers: Iterable[str]) -> bool:
    """Whether a table has all headers that are mapped, or all that the mapping was made for."""
    keys = {header_key(header) for header in headers}
    mapped = {header_key(header) for header in mapping.columns.values()}
    made_for = {header_key(header) for header in mapping.headers}
    return any(told and told <= keys for told in (mapped, made_for))


def best_mapping(
    mappings: Sequence[Mapping], headers: Sequence[str], kind: str | None = None
) -> Mapping | None:
    """The mapping that applies and maps most columns of the table, of equals the later one; None where none applies."""
    fitting = [m for m in mappings if kind in (None, m.kind) and applies(m, headers)]
    keys = {header_key(header) for header in headers}
    ranked = [
        (sum(header_key(header) in keys for header in mapping.columns.values()), order)
        for order, mapping in enumerate(fitting)
    ]
    return fitting[max(ranked)[1]] if ranked else None


def mapped_columns(mapping: Mapping, headers: Sequence[str]) -> dict[str, int]:
    """Which field stands in which column (from 0) by a mapping; fields whose header is absent are left out."""
    keys = [header_key(header) for header in headers]
    places = {name: header_key(header) for name, header in mapping.columns.items()}
    return {name: keys.index(key) for name, key in places.items() if key in keys}


def user_mappings_folder(warehouse: Path) -> Path:
    """Where mappings made for a warehouse are kept."""
    return warehouse / "mappings"


def read_mappings(folders: Sequence[Path]) -> tuple[list[Mapping], list[Problem]]:
    """All mappings in the folders; of two of the same name the one in the later folder. Bad files are problems."""
    found: dict[str, Mapping] = {}
    problems: list[Problem] = []
    for path in (path for folder in folders for path in sorted(folder.glob("*.toml"))):
        try:
            mapping = read_mapping(path)
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, MappingError) as error:
            message = f"The mapping {path.name} cannot be used: {error}."
            problems.append(Problem("warning", path.name, "mapping", "", message, _REMEDY))
        else:
            found.pop(mapping.name, None)
            found[mapping.name] = mapping
    return list(found.values()), problems


def read_mapping(path: Path) -> Mapping:
    """One mapping file. Raises OSError, UnicodeDecodeError, tomllib.TOMLDecodeError or MappingError."""
    stated = tomllib.loads(path.read_text(encoding="utf-8"))
    _check_types(stated)
    _check_fields(stated)
    columns = stated["columns"]
    choices = {name: stated[name] for name in CHOICES if name in stated}
    return Mapping(
        stated["name"],
        stated["kind"],
        tuple(stated.get("headers", columns.values())),
        columns,
        constants=stated.get("constants", {}),
        **choices,
    )


def _check_types(stated: dict[str, object]) -> None:
    known = {*_TEXTS, *_TABLES, *CHOICES, "headers"}
    if unknown := sorted(stated.keys() - known):
        raise MappingError(f"{', '.join(unknown)} is not known")
    if missing := [name for name in (*_TEXTS, "columns") if name not in stated]:
        raise MappingError(f"{', '.join(missing)} is missing")
    for name, value in stated.items():
        if name in _TABLES:
            right = isinstance(value, dict) and all(isinstance(v, str) for v in value.values())
        elif name == "headers":
            right = isinstance(value, list) and all(isinstance(v, str) for v in value)
        else:
            right = isinstance(value, bool if name in CHOICES else str)
        if not right:
            raise MappingError(f"{name} has the wrong type of value")


def _check_fields(stated: dict[str, object]) -> None:
    kind = str(stated["kind"])
    if kind not in LAYOUTS:
        raise MappingError(f"kind is {kind}, not one of {', '.join(LAYOUTS)}")
    known = {known.name for known in LAYOUTS[kind].fields}
    for table in _TABLES:
        named = stated.get(table, {})
        if isinstance(named, dict) and (unknown := sorted(named.keys() - known)):
            raise MappingError(f"{', '.join(unknown)} is no field of {kind}")


def write_mapping(mapping: Mapping, folder: Path) -> Path:
    """Writes a mapping into a folder, at once or not at all, and returns its file.

    A mapping of the same name is replaced; one of another name never is. Raises OSError.
    """
    private_folder(folder)
    path = folder / f"{_file_name(mapping.name)}.toml"
    if path.exists() and _name_in(path) != mapping.name:
        distinct = hashlib.sha256(mapping.name.encode()).hexdigest()[:8]
        path = folder / f"{_file_name(mapping.name)}-{distinct}.toml"
    descriptor, temporary = tempfile.mkstemp(dir=folder, prefix=".mapping-", suffix=".part")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(as_toml(mapping))
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    except OSError:
        Path(temporary).unlink(missing_ok=True)
        raise
    return path


def as_toml(mapping: Mapping) -> str:
    """A mapping as it stands in its file, with a word on each part."""
    lines = [
        "# How the columns of an export are read; used for tables that have every column named below.",
        f"name = {_quoted(mapping.name)}",
        f"kind = {_quoted(mapping.kind)}",
        f"headers = [{', '.join(map(_quoted, mapping.headers))}]",
    ]
    for name in CHOICES:
        value = getattr(mapping, name)
        if value is not None and (value or name != "decimal_comma"):
            lines.append(f"{name} = {str(value).lower()}")
    lines += ["", "# field = header in the export", "[columns]"]
    lines += [f"{name} = {_quoted(header)}" for name, header in mapping.columns.items()]
    if mapping.constants:
        lines += [
            "",
            "# field = value of every row, where the export has no such column",
            "[constants]",
        ]
        lines += [f"{name} = {_quoted(value)}" for name, value in mapping.constants.items()]
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _file_name(name: str) -> str:
    slug = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:60].strip("-")
    return f"mapping-{slug}" if re.fullmatch(r"(con|nul|aux|prn|com\d|lpt\d)?", slug) else slug


def _name_in(path: Path) -> str | None:
    try:
        return read_mapping(path).name
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, MappingError):
        return None
