"""Cells for a spreadsheet: no formula in any file that is written, numbers as they are, nothing lost when read back."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.spreadsheets import FORMULA_STARTS, as_it_was, harmless
from kpis.printed import print_csv
from loaders.tables.tables import read_text
from reports.workbook_cells import safe_text
from screen.tables import csv_bytes

EVIL = [f"{start}cmd|' /C calc'!A0" for start in FORMULA_STARTS]


@pytest.mark.parametrize("text", EVIL)
def test_every_file_that_is_written_keeps_text_from_being_run(text: str) -> None:
    printed = io.StringIO()
    print_csv([{"payer": text}], ["payer"], printed)
    on_screen = csv_bytes([{"payer": text}], {"payer": "Payer"}).decode("utf-8-sig")
    assert printed.getvalue().startswith(("payer\n'", "payer\n\"'"))
    assert list(csv.reader(io.StringIO(on_screen, newline="")))[1] == [f"'{text}"]
    assert safe_text(text) == f"'{text}"


@pytest.mark.parametrize("text", ["-1.50", "+3", "-$1,234.56", "-.5", "", "Acme", "A=B", "1-2"])
def test_numbers_and_plain_words_stay_as_they_are(text: str) -> None:
    assert harmless(text) == text


@pytest.mark.parametrize("text", ["-1+2", "--1", "+A1", "-1\n=2", "-", "-1:2"])
def test_what_only_begins_like_a_number_is_kept_from_being_run(text: str) -> None:
    assert harmless(text) == f"'{text}"


@given(st.text(alphabet="=+-@＝'\t\n1a").filter(lambda text: text[:1] != "'"))
def test_reading_a_cell_again_takes_the_apostrophe_off(text: str) -> None:
    assert as_it_was(harmless(text)) == text


@pytest.mark.parametrize("text", ["'Tis", "'a'=b", "'"])
def test_an_apostrophe_of_its_own_stays(text: str) -> None:
    assert read_text(f"Payer,Number\n{text},1\n").lines[1][0] == text


def test_loading_takes_the_apostrophe_off_again() -> None:
    assert read_text(f"Payer,Number\n{harmless('=1+1')},1\n").lines[1][0] == "=1+1"
