"""The spelling in which sources are compared: one rule, the same for Python and for SQL."""

from __future__ import annotations

import sys
import unicodedata

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.ledger.spelling import BARE_MACRO, bare
from kpis.filters import payer_key


def in_sql(texts: list[str]) -> list[str]:
    """The texts as the models spell them."""
    with duckdb.connect() as connection:
        connection.execute(BARE_MACRO)
        written = pa.table({"text": texts})
        connection.register("written", written)
        return [row[0] for row in connection.execute("select bare(text) from written").fetchall()]


@pytest.mark.parametrize(
    ("text", "spelled"),
    [
        ("Straße", "STRASSE"),
        ("STRAẞE", "STRASSE"),
        ("İstanbul ı", "İSTANBULI"),
        ("Two  Blanks", "TWOBLANKS"),
        ("Non\u00a0breaking\u202fspace", "NONBREAKINGSPACE"),
        ("St. John's (HMO) – 2_b", "STJOHNSHMO2B"),
        ("Ünïted e\u0301", "ÜNÏTEDE"),
        ("ᾳ ŉ ǆ ﬁ Ⅻ ² ª", "ᾼŉǄﬁⅫ²ª"),
        ("", ""),
        (" -_. ", ""),
    ],
)
def test_a_name_is_spelled_alike_in_python_and_in_sql(text: str, spelled: str) -> None:
    assert bare(text) == spelled
    assert payer_key(text) == spelled
    assert in_sql([text]) == [spelled]


def test_every_character_is_spelled_alike_in_python_and_in_sql() -> None:
    """Those that this Python does not know yet are left out."""
    every = map(chr, (*range(1, 0xD800), *range(0xE000, sys.maxunicode + 1)))
    known = [each for each in every if unicodedata.category(each) != "Cn"]
    assert in_sql(known) == [bare(each) for each in known]


@given(st.text(alphabet="aßẞİı é\u0301ﬁ-_.0\u00a0Zς", max_size=8))
def test_spelling_is_letter_by_letter_and_settled(text: str) -> None:
    assert bare(text) == "".join(map(bare, text))
    assert bare(bare(text)) == bare(text)
