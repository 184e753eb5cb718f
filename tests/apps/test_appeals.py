"""Appeals: the funnel, who gives in, the triangle, what was won and not paid, and the deadlines."""

from __future__ import annotations

import shutil
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from data.ledger.build import build_ledger
from data.rules import read_rules, write_rules
from data.warehouse import new_snapshot
from kpis.appeal_lists import DEADLINES, deadlines, won_unpaid
from kpis.appeals import appeal_funnel, success_by
from kpis.cube import kpi_table
from kpis.filters import Filters
from kpis.periods import FiscalCalendar
from kpis.report_recovery import recovery_triangle
from kpis.secondary import secondary_figures
from loaders.ingest import load
from screen.filters import GRAINS
from tests.apps.conftest import APP, taken_back, written
from tests.make_835 import Claim, Remit, file_835
from tests.warehouses import engine_of, rows

LOG = (
    "Payer,Case Number,Appeal Level,Appeal Status,Date Filed,Decision Date,Amount at Issue,Overturned Amount,"
    "Patient Account\n"
    "Northland Health Plan,C1,1,Upheld,2025-01-20,2025-02-01,150,,B\n"
    "Northland Health Plan,C1,2,Overturned,2025-01-20,2025-03-01,150,150,B\n"
    "Northland Health Plan,C2,1,Partially overturned,2025-02-20,2025-03-05,100,60,D\n"
    "Meridian Mutual,C3,1,Upheld,2025-02-20,2025-03-06,40,,F\n"
)
REMITTANCES = (
    # 150.00 and 100.00 withheld by one payer, 40.00 by another, 25.00 never appealed.
    Remit("N1", "20250115", [Claim("A", "1000.00"), *taken_back("B", "600.00", "450.00", "16")]),
    Remit("N2", "20250215", [Claim("C", "2000.00"), *taken_back("D", "400.00", "300.00", "50")]),
    Remit(
        "M1",
        "20250216",
        [Claim("E", "500.00"), *taken_back("F", "90.00", "50.00", "16")],
        payer="MERIDIAN MUTUAL",
        payer_id="MM01",
    ),
    Remit("N3", "20250220", [Claim("G", "500.00"), *taken_back("H", "75.00", "50.00", "16")]),
    # All of B's 150.00 and 20.00 of D's 60.00 come back.
    Remit("N4", "20250320", [Claim("I", "700.00")], [("WO:B", "-150.00"), ("WO:D", "-20.00")]),
)


@pytest.fixture(scope="module")
def appealed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("appealed")
    contents = {"remits.835": file_835(*REMITTANCES), "log.csv": LOG.encode()}
    results = load([Path(name) for name in contents], folder, contents=contents)
    assert [result.status for result in results] == ["loaded", "loaded"]
    return folder


def test_the_funnel_ends_with_what_came_back_of_what_was_won(appealed: Path) -> None:
    stages = appeal_funnel(engine_of(appealed), Filters())
    assert [(stage.name, stage.count, stage.amount) for stage in stages] == [
        ("Withdrawn", 4, Decimal("315.00")),
        ("Appealed", 3, Decimal("290.00")),
        ("Decided", 3, Decimal("290.00")),
        ("Won", 2, Decimal("210.00")),
        ("Paid", 2, Decimal("170.00")),
    ]
    of_january = appeal_funnel(engine_of(appealed), Filters(date(2025, 1, 1), date(2025, 2, 1)))
    assert [stage.count for stage in of_january] == [1, 1, 1, 1, 1]


def test_success_by_payer_and_by_level(appealed: Path) -> None:
    engine = engine_of(appealed)
    by_payer = success_by(engine, Filters(), "payer")
    assert [(one.name, one.full, one.partial, one.upheld, one.rate) for one in by_payer] == [
        ("NORTHLAND HEALTH PLAN", 1, 1, 0, 1.0),
        ("MERIDIAN MUTUAL", 0, 0, 1, 0.0),
    ]
    by_level = success_by(engine, Filters(), "level")
    assert [(one.name, one.decided, one.amount_overturned) for one in by_level] == [
        ("Level 1", 3, Decimal("60.00")),
        ("Level 2", 1, Decimal("150.00")),
    ]
    assert by_payer[0].dollar_rate == 0.84


def test_success_by_payer_and_cause_adds_up_to_the_cards(sample_warehouse: Path) -> None:
    engine = engine_of(sample_warehouse)
    (whole,) = kpi_table(engine, Filters()).to_pylist()
    for by in ("payer", "cause"):
        found = success_by(engine, Filters(), by)
        assert sum(one.full for one in found) == whole["appeals_full"]
        assert sum(one.upheld for one in found) == whole["appeals_upheld"]
        assert sum(one.amount_overturned for one in found) == whole["amount_overturned"]


def test_won_but_unpaid_is_what_is_left_of_what_was_overturned(appealed: Path) -> None:
    engine = engine_of(appealed)
    assert [
        (row["cases"], row["overturned"], row["unpaid"], row["days_since"])
        for row in won_unpaid(engine, Filters()).to_pylist()
    ] == [("C2", Decimal("60.00"), Decimal("40.00"), 15)]
    assert won_unpaid(engine, Filters(payers=("Meridian Mutual",))).num_rows == 0


@pytest.fixture(scope="module")
def judged(sample_warehouse: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample, judged by the rules built in."""
    folder = tmp_path_factory.mktemp("judged") / "warehouse"
    shutil.copytree(sample_warehouse, folder)
    with new_snapshot(folder) as connection:
        write_rules(connection, read_rules(None))
        build_ledger(connection)
    return folder


def test_the_lists_of_deadlines_add_up_to_their_figures(judged: Path) -> None:
    engine = engine_of(judged)
    figures = {
        figure.kpi.name: figure for figure in secondary_figures(engine, Filters(), days_ahead=60)
    }
    for kind, name in (("at risk", "appeal_window_at_risk"), ("expired", "appeal_window_expired")):
        rows = deadlines(engine, Filters(), kind, 60).to_pylist()  # type: ignore[arg-type]
        assert len(rows) == figures[name].count > 0
        assert sum(row["amount"] for row in rows) == figures[name].amount
        assert all((row["days_left"] < 0) == (kind == "expired") for row in rows)


def test_the_first_of_a_list_and_its_total_are_those_of_the_whole(judged: Path) -> None:
    engine = engine_of(judged)
    for filters in (Filters(), Filters(payers=("Cascade Advantage",))):
        won = won_unpaid(engine, filters).to_pylist()
        assert won
        told = {(row["items"], row["total"]) for row in won}
        assert told == {(len(won), sum(row["unpaid"] for row in won))}
        assert won_unpaid(engine, filters, 3).to_pylist() == won[:3]
        for kind in DEADLINES:
            rows = deadlines(engine, filters, kind, 60).to_pylist()
            told = {(row["items"], row["total"]) for row in rows}
            assert told <= {(len(rows), sum(row["amount"] for row in rows))}
            assert deadlines(engine, filters, kind, 60, limit=2).to_pylist() == rows[:2]


def opened(folder: Path, monkeypatch: pytest.MonkeyPatch, **filters: str) -> AppTest:
    monkeypatch.setenv("TAKEBACK_WAREHOUSE", str(folder))
    app = AppTest.from_file(APP, default_timeout=60)
    for key, value in filters.items():
        app.query_params[key] = value
    app.run()
    app.switch_page("pages/appeals.py").run()
    assert not app.exception
    return app


def test_the_page_shows_the_sample(judged: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = opened(judged, monkeypatch)
    text = written(app)
    assert "paid back after an appeal" in text
    assert "decided in our favour has not come back" in text
    assert "must be appealed within 30 days" in text
    assert [heading.value for heading in app.subheader] == ["Won but unpaid", "Deadlines to appeal"]


def test_the_page_of_one_payer_is_about_it_alone(
    appealed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = written(opened(appealed, monkeypatch, payer="MERIDIAN MUTUAL"))
    assert "0 of 1 withdrawal paid back after an appeal, $0 of $40" in text
    assert (
        "0 of 1 decision won in full or in part (0.0 %), 0 in full (0.0 %); $0 of $40 overturned (0.0 %)"
        in text
    )
    assert "Nothing that was won is unpaid" in text


def test_the_page_says_when_there_is_nothing_to_appeal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = file_835(Remit("N1", "20250115", [Claim("A", "1000.00")]))
    load([Path("plain.835")], tmp_path, contents={"plain.835": plain})
    app = opened(tmp_path, monkeypatch)
    assert "there is nothing to appeal" in app.info[0].value


def test_success_can_be_told_by_level(appealed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = opened(appealed, monkeypatch, success_by="Level")
    assert list(app.dataframe[0].value["name"]) == ["Level 1", "Level 2"]


def test_only_the_deadlines_of_the_open_tab_are_listed(
    judged: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TAKEBACK_WAREHOUSE", str(judged))
    app = AppTest.from_file(APP, default_timeout=60).run()
    app.switch_page("pages/appeals.py").run()
    assert "must be appealed within 30 days" in written(app)
    assert "can no longer be appealed" not in written(app)
    app.session_state["appeal_deadline_kind"] = "Expired"
    app.run()
    assert not app.exception
    assert "can no longer be appealed" in written(app)
    assert "must be appealed" not in written(app)


def test_the_triangle_goes_by_quarter_where_the_bar_says_so(
    appealed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "Rows: the month of the withdrawal" in written(opened(appealed, monkeypatch))
    app = opened(appealed, monkeypatch, grain="by quarter")
    assert "Rows: the quarter of the withdrawal" in written(app)
    assert any("2025 Q1, $315" in one.proto.spec for one in app.get("plotly_chart"))


def test_quarters_of_the_triangle_are_those_of_the_fiscal_year(appealed: Path) -> None:
    (months, quarters) = (
        recovery_triangle(engine_of(appealed), Filters(), grain, FiscalCalendar(2))
        for grain in GRAINS.values()
    )
    assert [(one.label, one.withheld) for one in months] == [
        ("Jan 2025", Decimal("150.00")), ("Feb 2025", Decimal("165.00")),
    ]  # fmt: skip
    assert [(one.label, one.withheld, one.come_back) for one in quarters] == [
        ("FY2025 Q4", Decimal("150.00"), Decimal("150.00")),
        ("FY2026 Q1", Decimal("165.00"), Decimal("20.00")),
    ]


def test_an_offset_that_was_won_says_what_is_still_to_come_back(
    appealed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """60.00 of D's 100.00 was decided to come back, 20.00 of it has; of B's 150.00 all has."""
    monkeypatch.setenv("TAKEBACK_WAREHOUSE", str(appealed))
    app = AppTest.from_file(APP, default_timeout=60).run()
    app.switch_page("pages/offsets.py").run()
    listed = app.dataframe[0].value
    assert dict(zip(listed["patient_control_number"], listed["status"], strict=True)) == {
        "B": "won, come back",
        "D": "won, $40.00 to come back",
        "F": "withheld",
        "H": "withheld",
    }
    number = row_of(appealed, "D")
    app.query_params["offset"] = number
    app.run()
    assert app.success[0].value.replace("\\", "") == (
        "**Appeal won in part** on Mar 5, 2025 (C2): $60.00 decided to come back, $20.00 has, "
        "**$40.00 is still to come back**."
    )
    owed = next(one for one in app.metric if one.label == "Still to come back")
    assert owed.value.replace("\\", "") == "$40.00"


def row_of(folder: Path, account: str) -> str:
    """The number of an account's offset."""
    names = rows(engine_of(folder), "select receivable_id, patient_control_number from receivable")
    return next(str(row["receivable_id"]) for row in names if row["patient_control_number"] == account)  # fmt: skip
