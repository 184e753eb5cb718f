"""Views, notes and targets that users enter: kept, changed, taken back, and the defaults they stand before."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from data.annotations import (
    add_annotation,
    annotations_in_force,
    change_annotation,
    remove_annotation,
)
from data.entered import entered, stamp
from data.saved_views import SAVED_VIEW, delete_view, rename_view, save_view, saved_views
from data.targets_entered import (
    fiscal_first_month,
    set_fiscal_first_month,
    set_target,
    target_history,
    targets_entered,
    undo_target,
)
from kpis.catalog import KPIS, MEASURES
from kpis.cube import kpi_table
from kpis.engine import DuckDBEngine
from kpis.filters import Filters
from kpis.grain import added_up
from kpis.periods import Period, add_months
from kpis.targets import TARGETS_FILE, Target, default_calendar, target_book
from kpis.views import kept, query_of, values_of

RATE = "offset_volume_rate"


def test_reading_where_nothing_was_entered_makes_no_file(tmp_path: Path) -> None:
    journal = entered(tmp_path / "none")
    assert saved_views(journal) == []
    assert annotations_in_force(journal) == []
    assert targets_entered(journal) == []
    assert fiscal_first_month(journal) is None
    assert stamp(tmp_path / "none") == ()
    assert not (tmp_path / "none").exists()


def test_a_view_is_saved_renamed_and_deleted_and_all_of_it_stays_in_the_history(
    tmp_path: Path,
) -> None:
    journal = entered(tmp_path)
    save_view(journal, "Board", "overview", "payer=A%26B", "ann")
    save_view(journal, "appeals", "appeals", "", "bob")
    appeals, board = saved_views(journal)
    assert (board.name, board.page, board.query, board.made_by) == (
        "Board", "overview", "payer=A%26B", "ann",
    )  # fmt: skip
    rename_view(journal, board, "Board, monthly", "cid")
    assert [(view.name, view.query, view.made_by) for view in saved_views(journal)] == [
        ("appeals", "", "bob"),
        ("Board, monthly", "payer=A%26B", "cid"),
    ]
    delete_view(journal, board, "dee")
    assert saved_views(journal) == [appeals]
    history = journal.history(SAVED_VIEW, {"view_id": board.view_id})
    assert [(entry.values["name"], entry.is_undone, entry.made_by) for entry in history] == [
        ("Board", True, "dee"),
        ("Board, monthly", False, "cid"),
        ("Board", False, "ann"),
    ]


def test_what_was_entered_is_seen_by_its_stamp(tmp_path: Path) -> None:
    journal = entered(tmp_path)
    seen = [stamp(tmp_path)]
    for name in ("one", "two", "three"):
        save_view(journal, name, "overview", "", "ann")
        seen.append(stamp(tmp_path))
    assert len(set(seen)) == 4


def test_notes_are_in_the_order_of_their_dates_and_the_latest_words_count(tmp_path: Path) -> None:
    journal = entered(tmp_path)
    add_annotation(journal, date(2026, 6, 1), "New audit policy", "Meridian Mutual", "ann")
    add_annotation(journal, date(2026, 3, 1), "Contract renewed", "", "bob")
    early, late = annotations_in_force(journal)
    assert (early.text, early.payer, late.text) == ("Contract renewed", "", "New audit policy")
    change_annotation(journal, early, date(2026, 7, 1), "Contract renewed at last", "", "cid")
    assert [(n.on_date, n.text, n.made_by) for n in annotations_in_force(journal)] == [
        (date(2026, 6, 1), "New audit policy", "ann"),
        (date(2026, 7, 1), "Contract renewed at last", "cid"),
    ]
    remove_annotation(journal, late, "dee")
    assert [note.text for note in annotations_in_force(journal)] == ["Contract renewed at last"]


def test_a_target_set_on_screen_stands_before_the_file_and_says_who_and_why(tmp_path: Path) -> None:
    journal = entered(tmp_path)
    set_target(journal, RATE, "", None, Decimal("0.03"), "ann", "board resolution")
    target = target_book(targets_entered(journal)).of(RATE)
    assert target is not None
    assert (target.at_least, target.at_most, target.set_by) == (None, 0.03, "ann")
    assert target.provenance.startswith("set by ann on ")
    assert target.provenance.endswith(": board resolution")
    undo_target(journal, RATE, "", "bob", "back")
    assert target_book(targets_entered(journal)).of(RATE) == target_book().of(RATE)
    assert [(one.made_by, one.is_undone) for one in target_history(journal)] == [
        ("bob", True),
        ("ann", False),
    ]


def test_a_payer_s_own_target_counts_where_it_alone_is_looked_at(tmp_path: Path) -> None:
    journal = entered(tmp_path)
    set_target(journal, RATE, "Meridian Mutual", None, Decimal("0.05"), "ann", "contract")
    book = target_book(targets_entered(journal))
    own = book.of(RATE, ("MERIDIAN  MUTUAL",))
    assert own is not None
    assert (own.at_most, own.payer) == (0.05, "Meridian Mutual")
    for payers in ((), ("Union Trust",), ("Meridian Mutual", "Union Trust")):
        assert book.of(RATE, payers) == target_book().of(RATE)


def test_a_target_without_bounds_takes_the_target_away(tmp_path: Path) -> None:
    journal = entered(tmp_path)
    set_target(journal, RATE, "Union Trust", None, None, "ann", "no contract")
    book = target_book(targets_entered(journal))
    assert book.of(RATE, ("Union Trust",)) is None
    assert book.of(RATE) == target_book().of(RATE)


def test_the_file_may_hold_targets_of_single_payers(tmp_path: Path) -> None:
    file = tmp_path / "targets.toml"
    file.write_text(
        TARGETS_FILE.read_text()
        + f'\n[payers."Union Trust".{RATE}]\nat_most = 0.01\nsource = "contract"\nverified = true\n'
    )
    book = target_book((), file)
    assert book.of(RATE, ("UNION TRUST",)) == Target(None, 0.01, "contract", True, "Union Trust")
    assert book.of(RATE) == target_book().of(RATE)
    of_everybody = {key for key in book.bands if not key[1]}
    assert of_everybody == set(target_book().bands)


def test_the_fiscal_year_begins_with_the_month_set_last(tmp_path: Path) -> None:
    journal = entered(tmp_path)
    assert default_calendar().first_month == 1
    for month in (7, 10):
        set_fiscal_first_month(journal, month, "ann")
    assert fiscal_first_month(journal) == 10
    with pytest.raises(ValueError, match="13"):
        set_fiscal_first_month(journal, 13, "ann")


def test_a_view_survives_its_link() -> None:
    values = {"period": "Last 3 months", "compare": "vs prior period", "payer": ["A & B", "C=D"]}
    query = query_of(values, {"compare": "vs prior period"})
    assert query == "period=Last+3+months&payer=A+%26+B&payer=C%3DD"
    assert values_of(query) == {"period": ["Last 3 months"], "payer": ["A & B", "C=D"]}


def test_values_the_data_no_longer_offers_are_left_out_and_named() -> None:
    values = {"payer": ["Here", "Gone"], "nothing": ["x"]}
    assert kept(values, {"payer": ("Here", "Too")}) == (
        {"payer": ["Here"], "nothing": []},
        ["Gone", "x"],
    )


def test_months_added_up_are_the_figures_of_the_whole_period(sample: DuckDBEngine) -> None:
    months = kpi_table(sample, Filters(), ("month",)).to_pylist()
    for at in range(0, len(months), 3):
        part = months[at : at + 3]
        span = Period(part[0]["month"], add_months(part[-1]["month"], 1))
        (whole,) = kpi_table(sample, Filters(since=span.start, until=span.end)).to_pylist()
        found = added_up(part)
        for measure in MEASURES:
            assert found[measure.column] == whole[measure.column]
        for kpi in KPIS:
            assert found[kpi.name] == pytest.approx(whole[kpi.name]), kpi.name
    assert added_up([]) == {}
