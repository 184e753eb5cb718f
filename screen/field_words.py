"""Kinds of exports and their fields as people call them."""

from __future__ import annotations

from collections.abc import Iterable

from loaders.tables.layouts import LAYOUTS, Layout

KINDS = {
    "835": "Remittance (835)",
    "remittance": "Posted remittance (table)",
    "offsets": "Offset register",
    "appeals": "Appeals log",
    "providers": "Provider roster",
    "payers": "Payer list",
    "unknown": "Not recognised",
}
_FIELDS = {
    "name": "name",
    "paid": "claim paid",
    "charge": "claim charge",
    "phrase": "payer's words for the adjustment",
    "remittance_key": "remittance key (joins tables)",
    "claim_key": "claim key (joins tables)",
    "line_key": "service line number",
    "outcome": "appeal status",
    "level": "appeal level",
    "modifiers": "modifier 1",
    "plb_code": "provider adjustment code (PLB)",
    "plb_amount": "provider adjustment amount (PLB)",
    "plb_reference": "provider adjustment reference (PLB)",
    "plb_provider_id": "provider adjustment's provider (PLB)",
    "patient_control_number": "patient control number (account)",
    "payer_claim_control_number": "payer claim control number (ICN)",
}
WAYS_SHOWN = 3
_CAPITALS = {"npi": "NPI", "tin": "TIN", "id": "ID"}


def kind_in_words(kind: str) -> str:
    """What kind of file it is, as people call it."""
    return KINDS.get(kind, kind)


def field_in_words(name: str) -> str:
    """A field as people call it, e.g. `payee_npi` as payee NPI."""
    return _FIELDS.get(name) or " ".join(_CAPITALS.get(word, word) for word in name.split("_"))


def field_label(name: str) -> str:
    """A field at the start of a line."""
    words = field_in_words(name)
    return words[:1].upper() + words[1:]


def needed_in_words(layout: Layout) -> str:
    """What a table needs to be of this kind: the required fields, and the first sets of fields that tell the kind."""
    required = [field.name for field in layout.fields if field.required]
    ways = ways_in_words(layout)
    shown = [*ways[:WAYS_SHOWN], *(["another set of fields"] if len(ways) > WAYS_SHOWN else [])]
    told = f"one of: {'; or '.join(shown)}" if ways else ""
    return "; with ".join(part for part in (_listed(map(field_in_words, required)), told) if part)


def ways_in_words(layout: Layout) -> list[str]:
    """The sets of fields, one of which tells the kind, without those that are required anyway."""
    required = {field.name for field in layout.fields if field.required}
    order = [field.name for field in layout.fields]
    ways = [sorted(told - required, key=order.index) for told in layout.told_by]
    return [_listed(map(field_in_words, way)) for way in ways if way]


def others_in_words(layout: Layout) -> str:
    """The fields a table of this kind may have beyond those that are always needed."""
    return ", ".join(field_in_words(field.name) for field in layout.fields if not field.required)


def known_layouts() -> list[Layout]:
    """Every kind of table, in the order in which people are asked."""
    order = list(KINDS)
    return sorted(LAYOUTS.values(), key=lambda layout: order.index(layout.kind))


def _listed(words: Iterable[str]) -> str:
    *first, last = [*words] or [""]
    return f"{', '.join(first)} and {last}" if first else last
