"""The spelling in which names and numbers of all sources are compared, for Python and for SQL."""

from __future__ import annotations

import re

_NOT_A_LETTER_OR_DIGIT = re.compile(r"[\W_]+")
_TWO_LETTERS = str.maketrans({"ß": "SS", "ẞ": "SS"})


def bare(text: str) -> str:
    """Upper case, letters and digits only: no blank of any kind, no punctuation, no accent that stands alone.

    Each letter becomes one letter, as DuckDB has it; but ß is SS, as remittances print it.
    """
    if text.isascii():
        plain = text if text.isalnum() else _NOT_A_LETTER_OR_DIGIT.sub("", text)
        return plain.upper()
    return "".join(_upper(letter) for letter in text.translate(_TWO_LETTERS) if letter.isalnum())


def bare_in_sql(text: str) -> str:
    """SQL that spells a text as `bare` does; most are spelled so already, and to test for that costs less."""
    as_two = f"replace(replace({text}, 'ß', 'SS'), 'ẞ', 'SS')"
    rewritten = rf"upper(regexp_replace({as_two}, '[^\p{{L}}\p{{N}}]', '', 'g'))"
    return f"case when regexp_full_match({text}, '[0-9A-Z]*') then {text} else {rewritten} end"


BARE_MACRO = f"create or replace temp macro bare(name) as {bare_in_sql('name')}"
"""For the models: bare(name)."""


def normalised(reference: str) -> str:
    """The same without leading zeros, which spreadsheets lose; "" where nothing is left. The macro is a model."""
    return bare(reference).lstrip("0")


def _upper(letter: str) -> str:
    """One letter for one: what Python would write as several has a single form or stays as it is."""
    upper = letter.upper()
    title = letter.title()
    return upper if len(upper) == 1 else title if len(title) == 1 else letter
