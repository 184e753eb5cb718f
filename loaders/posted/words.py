"""What exports write in words or in one cell, as the codes of the 835; the lists are data/reference/*.csv."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from loaders.reference_lists import plb_classes, read_reference

UNKNOWN_PLB = "other"
RECOUPMENT = "recoupment"

_GROUPED_REASON = re.compile(r"(CO|PR|OA|PI|CR)\s*[-/: ]?\s*([A-Z]?\d{1,3})", re.IGNORECASE)
_REASON = re.compile(r"[A-Z]?\d{1,3}", re.IGNORECASE)
_CODE_THEN_REFERENCE = re.compile(r"([A-Za-z0-9]{2})\s*([- ])\s*(\S.*)")
_PLAIN_CODE = re.compile(r"[A-Za-z0-9]{1,5}")
_LEADING_NUMBER = re.compile(r"0*(\d{1,2})(?!\w)")
_LIST = re.compile(r"[\s,;|]+")


class ProviderAdjustmentCode(NamedTuple):
    """PLB reason and the reference that stood in the same cell, if any; known: from a list, not as written."""

    code: str
    reference: str | None
    known: bool


def bare_words(text: str) -> str:
    """Words as they are compared: small letters and digits, single blanks, apostrophes and (s) dropped."""
    letters = re.sub(r"['’]|\(s\)", "", text.lower())
    return " ".join(re.sub(r"[^a-z0-9]+", " ", letters).split())


@lru_cache(maxsize=4)
def _codes_of(field: str) -> dict[str, str]:
    rows = read_reference("remittance_words")
    return {bare_words(row["words"]): row["code"] for row in rows if row["field"] == field}


@lru_cache(maxsize=1)
def _phrases() -> dict[str, str]:
    """PLB reason code by wording: the labels of the codes, then the editable phrases, which win."""
    labels = {bare_words(row["label"]): row["code"] for row in read_reference("plb_reason")}
    rows = read_reference("recoupment_phrase")
    return labels | {bare_words(row["phrase"]): row["plb_reason_code"] for row in rows}


@lru_cache(maxsize=4096)
def claim_status(written: str) -> tuple[str, bool]:
    """CLP02 of a status in words or digits, and whether it is known; unknown words stay as written."""
    words = bare_words(written)
    codes = _codes_of("claim_status")
    number = _LEADING_NUMBER.match(words)
    if number and number[1] in {row["code"] for row in read_reference("claim_status")}:
        return number[1], True
    return (codes[words], True) if words in codes else (written.strip(), False)


@lru_cache(maxsize=4096)
def filing_indicator(written: str) -> tuple[str, bool]:
    """CLP06 of a filing indicator in words; anything of one or two characters is a code already."""
    bare = written.strip()
    if len(bare) <= 2:
        return bare.upper(), True
    code = _codes_of("filing_indicator").get(bare_words(bare))
    return (code, True) if code else (bare, False)


@lru_cache(maxsize=4096)
def adjustment_code(group: str | None, reason: str | None) -> tuple[str | None, str | None]:
    """CAS01 and CAS02 of `CO` and `45`, of words for the group, or of `CO-45`, `CO45`, `CO/45` in one cell."""
    bare = (group or "").strip()
    named = _codes_of("group_code").get(bare_words(bare), bare.upper()) or None
    text = (reason or bare).strip()
    if together := _GROUPED_REASON.fullmatch(text):
        return together[1].upper(), _without_zeros(together[2].upper())
    if reason is None:
        return named, None
    return named, _without_zeros(text.upper()) if _REASON.fullmatch(text) else text


def _without_zeros(reason: str) -> str:
    return reason.lstrip("0") or reason


@lru_cache(maxsize=16384)
def provider_adjustment_code(written: str | None, phrase: str | None) -> ProviderAdjustmentCode:
    """PLB reason of `WO`, `WO:reference`, `WO-reference`, `WO reference` or the payer's wording.

    The first colon splits; a blank or hyphen splits only behind a code that is known. Wording is looked
    up whole, then the longest known phrase inside it; what is in no list is never guessed.
    """
    found = _coded(written.strip()) if written and written.strip() else None
    if found and found.known:
        return found
    worded = _worded(phrase or "") or _worded(written or "")
    if worded:
        return ProviderAdjustmentCode(worded, found.reference if found else None, True)
    return found or ProviderAdjustmentCode(UNKNOWN_PLB, None, False)


def _coded(text: str) -> ProviderAdjustmentCode | None:
    """Read a cell that begins with a code; None where it is wording."""
    classes = plb_classes()
    code, _, reference = (part.strip() for part in text.partition(":"))
    if code.upper() in classes:
        return ProviderAdjustmentCode(code.upper(), reference or None, True)
    split = _CODE_THEN_REFERENCE.fullmatch(text)
    if split and split[1].upper() in classes:
        told, reference = split[1].upper(), split[3].strip()
        if _worded(reference):
            return ProviderAdjustmentCode(told, None, True)
        if split[2] == "-" or any(character.isdigit() for character in reference):
            return ProviderAdjustmentCode(told, reference, True)
    if _PLAIN_CODE.fullmatch(code) and not _worded(code):
        return ProviderAdjustmentCode(code.upper(), reference or None, False)
    return None


def _worded(text: str) -> str | None:
    """Code of a wording, else of the phrases it holds where all of them mean the same."""
    words, phrases = bare_words(text), _phrases()
    if words in phrases:
        return phrases[words]
    inside = [phrase for phrase in phrases if phrase and f" {phrase} " in f" {words} "]
    whole = {phrases[p] for p in inside if not any(p in other and p != other for other in inside)}
    return whole.pop() if len(whole) == 1 else None


def codes_in(written: str | None) -> Iterable[str]:
    """The codes of a cell that may hold several: `N432, M25`."""
    return (code.upper() for code in _LIST.split(written or "") if code)
