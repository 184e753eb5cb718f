"""The words of an appeal packet: built in, or the user's own for all payers or one, from packet.toml."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path

from kpis.filters import payer_key

FILE = "packet.toml"
PLACES = (
    "payer",
    "count",
    "withheld",
    "came_back",
    "open",
    "first",
    "last",
    "won_on",
    "overturned",
    "owed_back",
)
_PLACE = re.compile(r"\{(\w+)\}")
_ACCUSES = re.compile(
    r"\b(violat\w*|illegal\w*|unlawful\w*|breach\w*|wrongful\w*|fraud\w*|bad faith)\b",
    re.IGNORECASE,
)


class WordingError(Exception):
    """packet.toml cannot be used; the message says what to change."""


@dataclass(frozen=True)
class Wording:
    """Texts with places such as {payer}; to_attach: what whoever sends the packet adds, one line each.

    request asks for a review; request_won stands in its place for offsets an appeal was won about, request_paid where
    all that was decided has come back.
    """

    title: str = "Recoupment summary"
    addressed_to: str = "{payer}, provider appeals"
    opening: str = (
        "This summary traces {count} from the original payment to the latest movement, as reported on the payer's own "
        "remittances: {withheld} withheld, {came_back} come back, {open} still open. Every amount is stated with the "
        "date and trace number of the remittance it stands on."
    )
    request: str = (
        "We ask that the withdrawals be reviewed on the facts below and answered in writing."
    )
    request_won: str = (
        "The appeal was decided in our favor on {won_on}: {overturned} is to come back, {owed_back} of it has not. "
        "We ask that {owed_back} be paid as decided, and for the date and trace number of the payment."
    )
    request_paid: str = (
        "The appeal was decided in our favor on {won_on}, and the {overturned} that was decided has come back. Nothing "
        "further is asked for."
    )
    closing: str = (
        "Dates are compared with the rules configured here; each is shown with its source and how far the source was "
        "checked. Nothing in this summary is a legal conclusion."
    )
    to_attach: tuple[str, ...] = (
        "The payer's appeal form or cover letter, signed",
        "Copy of the demand or notice letter, where one was received",
        "Copies of the remittances named in the trace",
        "Clinical records or other evidence for the claim",
    )


def wording_for(folder: Path, payer: str) -> Wording:
    """The words for a payer: its own before those for all, those before the built-in ones.

    Raises WordingError where packet.toml in the folder cannot be read or says what a packet must not say.
    """
    told = _read(folder / FILE)
    found = _with(Wording(), told.get("default", {}), "default")
    for name, own in told.get("payer", {}).items():
        if payer_key(name) == payer_key(payer):
            found = _with(found, own, f'payer."{name}"')
    return found


def filled(text: str, values: Mapping[str, str]) -> str:
    """The text with a value in each place."""
    return _PLACE.sub(lambda place: values[place.group(1)], text)


def _read(file: Path) -> dict[str, dict[str, dict[str, object]]]:
    try:
        told = tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise WordingError(f"{file} is no TOML: {error}. Mend it, or take it away.") from None
    for name, part in told.items():
        if name not in ("default", "payer") or not isinstance(part, dict):
            raise WordingError(f'{file}: [{name}] is not known; use [default] or [payer."Name"].')
    for name, own in told.get("payer", {}).items():
        if not isinstance(own, dict):
            raise WordingError(f'{file}: write [payer."{name}"] with its texts beneath.')
    return told


def _with(base: Wording, told: Mapping[str, object], where: str) -> Wording:
    texts: dict[str, str] = {}
    to_attach = base.to_attach
    known = {field.name for field in fields(Wording)}
    for name, text in told.items():
        if name not in known:
            raise WordingError(
                f"{FILE}: {where}.{name} is not known; use {', '.join(sorted(known))}."
            )
        lines = _lines(text, f"{where}.{name}", many=name == "to_attach")
        if name == "to_attach":
            to_attach = lines
        else:
            texts[name] = lines[0]
    return replace(replace(base, to_attach=to_attach), **texts)  # type: ignore[arg-type]


def _lines(text: object, where: str, *, many: bool) -> tuple[str, ...]:
    """One text, or a list of texts where `many`, each checked."""
    given = text if isinstance(text, list) and many else [text]
    lines = tuple(line for line in given if isinstance(line, str))
    if many != isinstance(text, list) or len(lines) < len(given):
        raise WordingError(f"{FILE}: {where} must be {'a list of texts' if many else 'a text'}.")
    for line in lines:
        _check(line, where)
    return lines


def _check(text: str, where: str) -> None:
    unknown = [place for place in _PLACE.findall(text) if place not in PLACES]
    if unknown:
        places = ", ".join(f"{{{place}}}" for place in PLACES)
        raise WordingError(f"{FILE}: {where} has {{{unknown[0]}}}; the places are {places}.")
    if accusing := _ACCUSES.search(text):
        raise WordingError(
            f"{FILE}: {where} says {accusing.group()!r}. A packet states dates and sources and leaves the judgement "
            'to its reader: say "withdrawn before the configured earliest date" or "no notice on file".'
        )
