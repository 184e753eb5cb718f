"""What columns each kind of export has, under all the headers systems give them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

ValueKind = Literal["text", "identifier", "money", "date", "yes", "outcome", "level"]


@dataclass(frozen=True)
class Field:
    """One column of the warehouse and the headers it may stand under (case, blanks and punctuation ignored)."""

    name: str
    value: ValueKind
    headers: tuple[str, ...]
    required: bool = False


@dataclass(frozen=True)
class Layout:
    """One kind of export: its fields, and the ones whose presence tells it apart from the others."""

    kind: str
    in_words: str
    fields: tuple[Field, ...]
    told_by: tuple[frozenset[str], ...]


def header_key(header: str) -> str:
    """A header as it is compared: lower case, letters, digits and # only."""
    return re.sub(r"[^a-z0-9#]", "", header.lower())


def _field(name: str, value: ValueKind, headers: str, required: bool = False) -> Field:
    return Field(name, value, tuple(headers.split("|")), required)


_PAYER = _field(
    "payer_name",
    "text",
    "payer|payor|payer name|payor name|pyr nam|insurance|ins company|carrier|plan name",
    required=True,
)
_PAYER_ID = _field("payer_id", "identifier", "payer id|pyr id|payor id|carrier id|cpid")
_LETTER = _field(
    "letter_number",
    "identifier",
    "letter number|letter id|letter #|letter no|demand letter #|demand letter|audit id|audit number",
)
_REFERENCE = _field(
    "reference",
    "identifier",
    "reference|reference id|reference number|fcn|plb reference|financial control number",
)
_ICN = _field(
    "payer_claim_control_number",
    "identifier",
    "icn|icn_no|dcn|ccn|tcn|payer claim number|payer control number"
    "|payer claim control number|payer claim control no|clp07",
)
_ACCOUNT = _field(
    "patient_control_number",
    "identifier",
    "patient account|acct #|account number|account|pat control no|patient control number"
    "|patient control no|pcn|clp01|inv_no|invoice|enc nbr|har|visit id|claim id|clm nbr",
)

OFFSETS = Layout(
    "offsets",
    "an offset register or list of notices",
    (
        _PAYER,
        _PAYER_ID,
        _LETTER,
        _REFERENCE,
        _ICN,
        _ACCOUNT,
        _field(
            "notice_date",
            "date",
            "notice date|letter date|demand date|date received|notification date",
        ),
        _field(
            "amount",
            "money",
            "overpayment amount|amount|offset amount|recoup amount|recoupment amount|takeback amount"
            "|withheld|overpayment|amount requested|demand amount",
            required=True,
        ),
        _field(
            "withdrawal_date",
            "date",
            "offset date|recoup date|recoupment date|takeback date|withheld date|date taken|withdrawal date",
        ),
        _field("cause", "text", "root cause|cause|reason|audit reason"),
        _field("reason_code", "text", "carc|reason code|reason cd|reason_code"),
        _field("remark_code", "text", "rarc|remark code|remark codes"),
        _field("npi", "identifier", "npi|rendering npi|rendering provider npi"),
        _field("plan_type", "text", "plan type|product|line of business|lob"),
        _field(
            "elected_immediate",
            "yes",
            "immediate recoupment|elected immediate|immediate recoupment elected",
        ),
    ),
    (
        frozenset({"amount", "notice_date"}),
        frozenset({"amount", "withdrawal_date"}),
        frozenset({"amount", "letter_number"}),
    ),
)
APPEALS = Layout(
    "appeals",
    "an appeals log",
    (
        _PAYER,
        _PAYER_ID,
        _field(
            "case_number",
            "identifier",
            "case number|case #|case no|case id|case|appeal id|appeal number|appeal #",
            required=True,
        ),
        _field("level", "level", "appeal level|level"),
        _field(
            "filed_date", "date", "appeal filed|filed|filed date|date filed|appeal date|filing date"
        ),
        _field(
            "outcome",
            "outcome",
            "appeal status|status|outcome|decision|result|appeal outcome",
            required=True,
        ),
        _field("decision_date", "date", "decision date|decided|date decided|determination date"),
        _field(
            "amount_at_issue",
            "money",
            "amount at issue|at issue|disputed amount|appealed amount|amount appealed|amount in dispute",
        ),
        _field("amount_overturned", "money", "overturned amount|amount overturned|overturned"),
        _field("amount_recovered", "money", "amount recovered|recovered amount|recovered"),
        _field("recovered_date", "date", "recovered date|date recovered|recovery date"),
        _LETTER,
        _REFERENCE,
        _ICN,
        _ACCOUNT,
    ),
    (frozenset({"case_number", "outcome"}),),
)
PROVIDERS = Layout(
    "providers",
    "a provider roster",
    (
        _field(
            "npi",
            "identifier",
            "npi|provider npi|rendering npi|national provider identifier",
            required=True,
        ),
        _field("name", "text", "provider name|provider|name|rendering provider|rndrng prvdr"),
        _field("specialty", "text", "specialty|department|specialty name|taxonomy description"),
        _field("facility", "text", "facility|location|site|hospital|facility name"),
    ),
    (frozenset({"npi", "specialty"}), frozenset({"npi", "facility"})),
)
LAYOUTS = {layout.kind: layout for layout in (OFFSETS, APPEALS, PROVIDERS)}


def columns_of(layout: Layout, headers: list[str]) -> dict[str, int]:
    """Which field stands in which column (from 0); the first header that fits a field wins."""
    keys = [header_key(header) for header in headers]
    found: dict[str, int] = {}
    for field in layout.fields:
        known = [header_key(header) for header in field.headers]
        places = [keys.index(key) for key in known if key in keys]
        free = [place for place in places if place not in found.values()]
        if free:
            found[field.name] = free[0]
    return found


def recognise(headers: list[str]) -> Layout | None:
    """The kind of export these headers belong to; None where none fits."""
    for layout in (APPEALS, OFFSETS, PROVIDERS):
        present = frozenset(columns_of(layout, headers))
        required = {field.name for field in layout.fields if field.required}
        if required <= present and any(told <= present for told in layout.told_by):
            return layout
    return None
