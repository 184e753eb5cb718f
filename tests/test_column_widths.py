"""A column of text that the table would cut is as wide as its longest text."""

from __future__ import annotations

from decimal import Decimal

import streamlit as st
from streamlit.elements.lib.column_types import ColumnConfig

from screen.column_widths import WIDEST_PIXELS, fitted, money_fitted
from screen.tables import Row, dollars

LONG = "Duplicate payment or payer reprocessing"
COLUMNS = {"cause": "Cause", "amount": "Amount"}


def named(*names: str) -> list[Row]:
    return [{"cause": name, "amount": 1} for name in names]


def test_one_name_far_longer_than_the_rest_is_not_cut() -> None:
    found = fitted(named("Upcoding", LONG, "Wrong units", "Documentation", "Unclassified"), COLUMNS)
    assert found["cause"]["width"] == round(6.5 * len(LONG) + 20)  # type: ignore[index]
    assert found["cause"]["label"] == "Cause"  # type: ignore[index]
    assert found["amount"] == "Amount"


def test_a_long_name_below_the_rows_a_table_measures_is_not_cut() -> None:
    found = fitted(named(*["Union Trust"] * 12, "Union Trust of Ohio"), COLUMNS)
    assert found["cause"]["width"] == round(6.5 * 19 + 20)  # type: ignore[index]


def test_what_the_table_measures_itself_is_left_to_it() -> None:
    assert fitted(named("Upcoding", "Wrong units"), COLUMNS) == COLUMNS
    assert fitted([], COLUMNS) == COLUMNS


def test_a_width_that_is_set_stays_and_none_is_beyond_all_measure() -> None:
    rows = named("A", "B", "C", "x" * 400)
    set_ = {"cause": st.column_config.TextColumn("Cause", width=90, pinned=True)}
    assert fitted(rows, set_) == set_
    pinned = {"cause": st.column_config.TextColumn("Cause", pinned=True)}
    found = fitted(rows, pinned)["cause"]
    assert (found["width"], found["pinned"]) == (WIDEST_PIXELS, True)  # type: ignore[index]


def test_no_sign_is_cut_from_an_amount_and_no_letter_from_its_head() -> None:
    amounts = ("-55.48", *["12.00"] * 20, "-1099.73")
    rows = [{"change": Decimal(amount), "instead": Decimal("0.00")} for amount in amounts]
    columns: dict[str, ColumnConfig | str] = {
        "change": dollars("Change"),
        "instead": dollars("Paid instead"),
        "name": "Name",
    }
    found = money_fitted(rows, columns)
    assert found["change"]["width"] == round(6.5 * len("-$1,099.73") + 20)  # type: ignore[index]
    assert found["instead"]["width"] == round(6.5 * len("Paid instead") + 20)  # type: ignore[index]
    assert found["name"] == "Name"
    assert money_fitted([], columns) == columns
