"""The Controls page: its totals are the other pages', a decision changes the figures to the cent and back."""

from __future__ import annotations

import shutil
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from data.ledger.decisions import MatchDecision
from data.workspace import Workspace
from kpis.controls import TieOutView, escalation, escalation_threshold, tie_out
from kpis.engine import DuckDBEngine
from kpis.filters import Filters
from kpis.format import exact_usd
from kpis.overview import cash_bridge
from kpis.unbalanced import unbalanced
from loaders.ingest import load
from loaders.rebuild import rebuild
from tests.apps.conftest import written
from tests.decided_matches import (
    TIED,
    UNDECIDED,
    decide,
    figures,
    item_on,
    load_two_remittances,
    place,
    reversed_and_paid_less,
    taken,
)
from tests.make_835 import Claim, Remit, file_835
from tests.warehouses import engine_of, rows

APP = Path(__file__).parents[2] / "app.py"
ROSTER = b"NPI,Provider Name,Specialty,Facility\n1234567893,Invented,Surgery,Main\n"
SIGNED_IN = "test@example.com"  # whom AppTest signs in
SECTIONS = (
    "Suspense",
    "Tie-out",
    "Do not balance",
    "Register",
    "Reversals",
    "Over the threshold",
    "Views and exports",
)


def _page(warehouse: Path, monkeypatch: pytest.MonkeyPatch, **in_url: str) -> AppTest:
    monkeypatch.setenv("TAKEBACK_WAREHOUSE", str(warehouse))
    app = AppTest.from_file(str(APP), default_timeout=60)
    for name, value in in_url.items():
        app.query_params[name] = value
    app.run().switch_page("pages/controls.py").run()
    assert not app.exception
    return app


def _metrics(app: AppTest) -> dict[str, str]:
    return {metric.label: metric.value.replace("\\", "") for metric in app.metric}


def _downloads(app: AppTest) -> list[str]:
    return [element.proto.label for element in app.get("download_button")]


@pytest.fixture(scope="module")
def two_remittances(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("two")
    load_two_remittances(folder)
    return folder


@pytest.fixture
def undecided(two_remittances: Path, tmp_path: Path) -> Path:
    """150.00 in suspense that could be either of two items; the test may decide."""
    shutil.copytree(two_remittances, tmp_path / "warehouse")
    return tmp_path / "warehouse"


def _opened(warehouse: Path, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    remittance_id, adjustment_no = place(warehouse)
    return _page(warehouse, monkeypatch, withdrawal=f"{remittance_id}-{adjustment_no}")


def test_every_control_of_the_sample_is_shown_with_a_csv(
    sample_warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = _page(sample_warehouse, monkeypatch)
    lists = {}
    for section in SECTIONS:
        app.segmented_control(key="control").set_value(section).run()
        assert not app.exception
        lists[section] = len(app.dataframe)
        own = ["Journal entries (CSV)"] if section == "Tie-out" else []
        assert _downloads(app) == ["CSV of all rows"] * lists[section] + own
    assert _metrics(app)["Off the deposits"] == "$0.00"
    assert lists == {**dict.fromkeys(SECTIONS, 1), "Do not balance": 0, "Register": 2}


def test_a_suspense_item_confirmed_changes_the_figures_to_the_cent_and_undone_brings_them_back(
    undecided: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = _opened(undecided, monkeypatch)
    assert _metrics(app)["In suspense"] == "1 · $150.00"
    offered = app.radio(key="tie_to")
    assert [option.split(" · ")[-1] for option in offered.options] == sorted(
        [item_on(undecided, "BBB1"), item_on(undecided, "CCC1")],
        key=lambda number: [item_on(undecided, a) for a in ("BBB1", "CCC1")].index(number),
    )
    assert all("$150.00** open then" in option.replace("\\", "") for option in offered.options)
    offered.set_value(item_on(undecided, "CCC1"))
    app.text_input(key="decision_why").set_value("letter found")
    app.button(key="tie").click().run()
    assert not app.exception
    assert figures(undecided) == TIED
    assert _metrics(app)["In suspense"] == "0 · $0.00"
    said = written(app).replace("\\", "")
    assert f"tied to offset {item_on(undecided, 'CCC1')} by {SIGNED_IN}" in said
    assert "“letter found”" in said
    app.text_input(key="undo_why").set_value("another letter")
    app.button(key="undo_decision").click().run()
    assert not app.exception
    assert figures(undecided) == UNDECIDED
    assert _metrics(app)["In suspense"] == "1 · $150.00"
    deeds = [entry.deed for entry in Workspace(undecided).decision_history()]
    assert deeds == ["undone", "tied"]


def test_nothing_is_decided_without_a_reason_or_without_an_offset(
    undecided: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = _opened(undecided, monkeypatch)
    app.text_input(key="decision_why").set_value("because")
    app.button(key="tie").click().run()
    assert "Choose an offset first" in app.error[0].value
    app.text_input(key="decision_why").set_value(" ")
    app.button(key="leave_in_suspense").click().run()
    assert "Say why" in app.error[0].value
    assert Workspace(undecided).decision_history() == []
    assert figures(undecided) == UNDECIDED


def test_left_in_suspense_is_listed_with_who_and_why(
    undecided: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = _opened(undecided, monkeypatch)
    app.text_input(key="decision_why").set_value("payer asked")
    app.button(key="leave_in_suspense").click().run()
    app.button(key="back").click().run()
    waiting, log = (frame.value for frame in app.dataframe)
    assert list(waiting["state"]) == [f"left in suspense by {SIGNED_IN}"]
    assert list(log["effect"]) == ["yes"]
    assert list(log["why"]) == ["payer asked"]


def test_any_offset_of_the_payer_can_be_searched_for(
    undecided: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = _opened(undecided, monkeypatch)
    app.text_input(key="tie_to_search").set_value("no such number").run()
    assert "No offset of this payer has that" in written(app)
    app.text_input(key="tie_to_search").set_value("ccc1").run()
    assert len(app.radio(key="tie_to").options) == 2


def test_a_decision_no_rebuild_followed_is_said_and_made_up_for(
    undecided: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    decide(undecided, item_on(undecided, "BBB1"))
    app = _page(undecided, monkeypatch)
    assert "figures do not follow yet" in app.info[0].value
    assert list(app.dataframe[1].value["effect"]) == [
        "not yet: the ledger was not worked out since"
    ]
    app.button(key="rebuild").click().run()
    assert figures(undecided) == TIED
    assert not app.info


def test_a_withdrawal_that_is_not_loaded_says_so(
    undecided: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = _page(undecided, monkeypatch, withdrawal="1-1")
    for wrong in ("1-1", "x", "99999999999999999999-1", "-", "٣-1"):
        app.query_params["withdrawal"] = wrong
        app.run()
        assert not app.exception
        assert "not in what is loaded now" in app.warning[0].value


def test_the_tie_out_is_the_overview_s_bridge(sample: DuckDBEngine) -> None:
    for filters in (Filters(), Filters(payers=("Meridian Mutual",))):
        totals, bridge = tie_out(sample, TieOutView(filters)), cash_bridge(sample, filters)
        assert (totals.payments, totals.deposits) == (bridge.payments, bridge.deposits)
        assert -totals.net_withheld == bridge.withheld + bridge.given_back + bridge.credits
        assert totals.remittances == bridge.remittances
        assert (totals.difference, totals.off) == (Decimal("0.00"), 0)


def test_the_tie_out_narrows_by_what_is_asked(
    undecided: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = _page(undecided, monkeypatch, control="Tie-out", period="All months")
    assert list(app.dataframe[0].value["payment_amount"]) == [1850.0, 1000.0]
    app.selectbox(key="tie_out_show").set_value("With money withheld or given back").run()
    (row,) = app.dataframe[0].value.to_dict("records")
    assert (row["trace_number"], row["net_withheld"], row["difference"]) == ("P-2", 150.0, 0.0)


def test_what_does_not_balance_is_off_by_a_signed_amount_that_one_line_explains(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    claims = [Claim("A", "100.00"), Claim("B", "30.00")]
    remits = (
        Remit("U-1", "20250101", claims, [("WO:X", "10.00")], payment="130.00"),
        Remit("U-2", "20250102", claims, [("WO:X", "10.00")], payment="140.00"),
        Remit("U-3", "20250103", claims, [("WO:X", "10.00")], payment="90.00"),
        Remit("U-4", "20250104", claims, [("WO:X", "10.00")], payment="119.99"),
        Remit("U-5", "20250105", claims),
    )
    load([Path("u.835")], tmp_path, contents={"u.835": file_835(*remits)})
    found = unbalanced(engine_of(tmp_path)).to_pylist()
    assert [(row["trace_number"], str(row["difference"]), row["why"]) for row in found] == [
        ("U-4", "-0.01", "no single line explains it"),
        ("U-3", "-30.00", "as if the payment did not count claim 2"),
        ("U-2", "20.00", "as if WO:X had the other sign"),
        ("U-1", "10.00", "as if the payment did not count WO:X"),
    ]
    app = _page(tmp_path, monkeypatch, control="Do not balance")
    assert _metrics(app)["Do not balance"] == "4"
    assert list(app.dataframe[0].value["difference"]) == [-0.01, -30.0, 20.0, 10.0]


def test_the_register_and_what_it_misses_add_up(
    sample_warehouse: Path, sample: DuckDBEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    (letters,) = rows(sample, "select count(*) as n, sum(amount) as usd from open_letter")
    (bare,) = rows(
        sample,
        "select count(*) as n, sum(withheld) as usd from receivable where notice_id is null and withheld > 0",
    )
    shown = _metrics(_page(sample_warehouse, monkeypatch, control="Register"))
    assert shown["Never seen taken"] == f"{letters['n']:,} · {exact_usd(letters['usd'])}"
    assert shown["Untracked"] == f"{bare['n']:,} · {exact_usd(bare['usd'])}"


def test_only_offsets_over_the_threshold_are_listed(sample: DuckDBEngine) -> None:
    (over,) = rows(
        sample, "select count(*) as n, sum(withheld) as usd from receivable where withheld > 500"
    )
    totals = escalation(sample, Filters(), escalation_threshold())
    assert (totals.offsets, totals.withheld) == (over["n"], over["usd"])


def test_a_warehouse_without_remittances_shows_empty_controls(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    load([Path("roster.csv")], tmp_path, contents={"roster.csv": ROSTER})
    app = _page(tmp_path, monkeypatch)
    for section in SECTIONS:
        app.segmented_control(key="control").set_value(section).run()
        assert not app.exception
        assert len(app.dataframe) == (section == "Views and exports")
        assert _metrics(app)["Off the deposits"] == "$0.00"


@pytest.fixture
def lump(tmp_path: Path) -> Path:
    """250.00 in suspense: 100.00 is put off on one item and 150.00 on each of two, and either of them makes it up."""
    less = [("CO", "16", "100.00")]
    put_off = Remit(
        "P-1",
        "20250304",
        [
            Claim("A", "1000.00"),
            Claim("AAA1", "-600.00", "22"),
            Claim("AAA1", "500.00", adjustments=less),
            *reversed_and_paid_less("BBB1"),
            *reversed_and_paid_less("CCC1"),
        ],
        [("WO:AAA1", "-100.00"), ("WO:BBB1", "-150.00"), ("WO:CCC1", "-150.00")],
    )
    contents = {"p.835": file_835(put_off, taken(("WO:ADJ77", "250.00")))}
    load([Path("p.835")], tmp_path, contents=contents)
    return tmp_path


def _tables(app: AppTest) -> list[list[list[str]]]:
    """The small tables of a page, as rows of their cells."""
    return [
        [[str(cell).replace("\\", "") for cell in row] for row in table.value.values.tolist()]
        for table in app.table
    ]


def test_a_lump_is_shown_as_it_would_be_divided_before_it_is_tied_and_after(
    lump: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = item_on(lump, "AAA1"), item_on(lump, "BBB1")
    app = _opened(lump, monkeypatch)
    app.radio(key="tie_to").set_value(first).run()
    rest = ["Rest, tied to nothing", "$0.00", "", ""]
    assert _tables(app) == [[[f"{first}, account AAA1", "$250.00", "$100.00", "$150.00"], rest]]
    app.radio(key="tie_to").set_value(second).run()
    divided = [
        [f"{second}, account BBB1", "$150.00", "$150.00", "$0.00"],
        [f"{first}, account AAA1", "$100.00", "$100.00", "$0.00"],
        rest,
    ]
    assert _tables(app) == [divided]
    assert "**If you tie it, $250.00 is taken from 2 offsets**" in written(app)

    app.text_input(key="decision_why").set_value("the payer said so")
    app.button(key="tie").click().run()
    assert not app.exception
    withheld = "select receivable_id, withheld from receivable where withheld > 0"
    assert {row["receivable_id"]: row["withheld"] for row in rows(engine_of(lump), withheld)} == {
        first: Decimal("100.00"),
        second: Decimal("150.00"),
    }
    assert _tables(app) == [divided]
    assert "**Divided: $250.00 is taken from 2 offsets**" in written(app)


def test_the_division_of_a_lump_stands_in_the_log_and_on_its_offsets(
    lump: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = item_on(lump, "AAA1"), item_on(lump, "BBB1")
    made_at = datetime(2026, 11, 22, 12)
    Workspace(lump).record_decision(MatchDecision(*place(lump), second, "ann", made_at, "by phone"))
    rebuild(lump)
    app = _page(lump, monkeypatch)
    log = app.dataframe[-1].value
    assert list(log["divided"]) == [f"{second} $150.00, {first} $100.00"]
    app = _page(lump, monkeypatch).switch_page("pages/offsets.py")
    app.query_params["offset"] = first
    app.run()
    assert (
        f"Part of WO:ADJ77 $250.00, Apr 18, 2025: **$100.00** here, $150.00 on {second} (BBB1)"
    ) in written(app)
