"""Rules about notice and time: which applies, what the user's own file changes, and what they say of a withdrawal."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.ledger.spelling import BARE_MACRO
from data.rules import (
    BASES,
    CONFIDENCES,
    DATA,
    KINDS,
    PayeeState,
    Rule,
    RuleBook,
    built_in_rules,
    read_rules,
    write_rules,
)
from kpis.checks import CHECKS, EARLY, PAST_LOOK_BACK, check_counts, checked_withdrawals
from kpis.engine import DuckDBEngine
from kpis.filters import Filters
from kpis.rules import applied_rules, rule_standings, time_in_words
from loaders.ingest import load
from tests.make_835 import Claim, Remit, file_835
from tests.warehouses import engine_of, rows

HEADER = "rule_id,kind,plan_type,state,payer,cause,days,basis,citation,confidence\n"


def rule(rule_id: str, **given: Any) -> Rule:
    """An earliest-withdrawal rule of 10 calendar days for all, but for what is given."""
    usual: dict[str, Any] = {
        "kind": "earliest withdrawal",
        "level": None,
        "plan_type": None,
        "state": None,
        "payer_key": None,
        "cause": None,
        "days": 10,
        "basis": "calendar",
        "receipt_days": 0,
        "clock_start": "",
        "citation": "",
        "confidence": "verified",
        "verified_on": None,
        "source": "built in",
    }
    return Rule(rule_id, **{**usual, **given})


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    """One receivable of a commercial plan in Texas, its notice of Friday 2025-01-03, its claim paid a year before."""
    with duckdb.connect() as connection:
        connection.execute(
            """
            create table receivable as select 'R1' as receivable_id, 'ACME' as payer_key, '100-01' as payee
              , 'Commercial' as plan_type, 'Upcoding' as cause, 'Main Campus' as facility
              , date '2025-01-03' as notice_date, date '2025-02-03' as first_withdrawal;
            create table original_payment as select 'R1' as receivable_id, date '2024-01-31' as payment_date;
            create table payer_alias as select 'Acme' as payer_name, '' as payer_id, 'ACME' as payer_key
            union all select 'Acme of Texas', '', 'ACME';
            """
        )
        yield connection


def in_force(
    connection: duckdb.DuckDBPyConnection, *rules: Rule, states: tuple[PayeeState, ...] = ()
) -> list[tuple[str, date | None]]:
    """The rules that apply to the receivable, and the dates they lead to."""
    write_rules(connection, RuleBook(rules, states))
    connection.execute(BARE_MACRO)
    connection.execute((DATA / "models" / "72_rule_in_force.sql").read_text())
    return connection.execute(
        "select rule_id, due_date from rule_in_force order by rule_id"
    ).fetchall()


def test_built_in_rules_are_whole_and_the_seed_article_decides_nothing() -> None:
    rules = built_in_rules()
    assert len({one.rule_id for one in rules}) == len(rules)
    assert {one.kind for one in rules} == set(KINDS)
    for one in rules:
        assert one.basis in BASES
        assert one.confidence in CONFIDENCES
        assert one.citation
        assert (one.confidence == "verified") == (one.verified_on is not None), one.rule_id
    article = [one for one in rules if one.confidence == "cited, not verified"]
    assert len(article) == 6
    assert all(one.days is None for one in article)


def test_the_more_specific_rule_applies(connection: duckdb.DuckDBPyConnection) -> None:
    texas = (PayeeState("", "TX"),)
    of_all = rule("all", days=1)
    of_plan = rule("plan", plan_type="Commercial", days=2)
    of_state = rule("state", plan_type="commercial", state="TX", days=3)
    of_payer = rule("payer", payer_key="ACMEOFTEXAS", days=4)  # another spelling of the payer
    other = (rule("o1", plan_type="Medicaid"), rule("o2", state="NY"), rule("o3", payer_key="X"))
    assert in_force(connection, of_all, *other) == [("all", date(2025, 1, 4))]
    assert in_force(connection, of_all, of_plan, *other) == [("plan", date(2025, 1, 5))]
    assert in_force(connection, of_all, of_plan, of_state, *other, states=texas) == [
        ("state", date(2025, 1, 6))
    ]
    assert in_force(connection, of_all, of_plan, of_state, of_payer, states=texas) == [
        ("payer", date(2025, 1, 7))
    ]


@pytest.mark.parametrize("payee", ["10001", "MAINCAMPUS", ""])
def test_a_state_rule_applies_only_where_the_state_is_given(
    connection: duckdb.DuckDBPyConnection, payee: str
) -> None:
    of_state = rule("state", plan_type="Commercial", state="TX")
    assert in_force(connection, of_state) == []
    assert in_force(connection, of_state, states=(PayeeState("", "NY"),)) == []
    assert in_force(connection, of_state, states=(PayeeState(payee, "TX"),)) == [
        ("state", date(2025, 1, 13))
    ]


def test_of_the_same_scope_the_user_s_rule_applies(connection: duckdb.DuckDBPyConnection) -> None:
    ours = rule("z", source="yours", confidence="less certain", days=20)
    assert in_force(connection, rule("a"), ours) == [("z", date(2025, 1, 23))]


def test_a_rule_for_the_cause_comes_before_one_for_all_causes(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    of_cause = rule("cause", cause="Upcoding", days=None)
    assert in_force(connection, rule("any"), of_cause) == [("cause", None)]


def test_what_is_cited_and_not_verified_decides_nothing(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    assert in_force(connection, rule("article", confidence="cited, not verified")) == []


def test_months_end_with_the_month(connection: duckdb.DuckDBPyConnection) -> None:
    one = rule("months", kind="look-back", days=13, basis="months")
    assert in_force(connection, one) == [("months", date(2025, 2, 28))]


def test_later_levels_of_appeal_give_no_deadline(connection: duckdb.DuckDBPyConnection) -> None:
    first = rule("first", kind="appeal", level=1, days=120, receipt_days=5)
    second = rule("second", kind="appeal", level=2, days=180, plan_type="Commercial")
    assert in_force(connection, first, second) == [("first", date(2025, 5, 8))]


def test_working_days_are_monday_to_friday(connection: duckdb.DuckDBPyConnection) -> None:
    most = 40
    connection.execute(
        "create or replace table receivable as select 'R' || n || ' ' || d as receivable_id"
        ", 'P' || n as payer_key, '1' as payee, 'Other' as plan_type, '' as cause, '' as facility"
        ", date '2024-12-23' + d::integer as notice_date, date '2025-12-31' as first_withdrawal "
        f"from range({most}) as days(n), range(14) as starts(d)"
    )
    rules = [rule(f"w{n}", payer_key=f"P{n}", days=n, basis="working") for n in range(most)]
    in_force(connection, *rules)
    found = connection.execute(
        "select substring(rule_id, 2)::integer, start_date, due_date from rule_in_force"
    ).fetchall()
    assert len(found) == most * 14
    for days, start, due in found:
        expected = np.busday_offset(np.datetime64(start), days, roll="backward")
        assert due == expected.astype(date), (start, days)


def test_the_user_s_rule_takes_the_place_of_one_of_the_same_name(tmp_path: Path) -> None:
    text = f"{HEADER}medicare-a-earliest,Earliest withdrawal,Medicare Part A,,,,40,,Our MAC counts the letter's day,\n"
    (tmp_path / "rules.csv").write_text(
        text + ",appeal,,tx,Acme Health,,60,Working,Contract,verified\n"
    )
    (tmp_path / "states.csv").write_text("payee,state\n,tx\n1000000001,NY\n")
    book = read_rules(tmp_path)
    assert book.problems == ()
    assert len(book.rules) == len(built_in_rules()) + 1
    ours = [one for one in book.rules if one.source == "yours"]
    assert [(one.rule_id, one.days, one.basis, one.confidence) for one in ours] == [
        ("medicare-a-earliest", 40, "calendar", "less certain"),
        ("yours-3", 60, "working", "verified"),
    ]
    assert (ours[1].payer_key, ours[1].state, ours[1].level) == ("ACMEHEALTH", "TX", 1)
    assert book.states == (PayeeState("", "TX"), PayeeState("1000000001", "NY"))


def test_a_row_that_cannot_be_is_reported_and_the_others_count(tmp_path: Path) -> None:
    bad = {
        "forgiveness,,,,,10,,,": ("kind", "forgiveness"),
        "appeal,,,,,-3,,,": ("days", "-3"),
        "appeal,,,,,99999,,,": ("days", "99999"),
        "appeal,,,,,10,weeks,,": ("basis", "weeks"),
        "appeal,,Texas,,,10,,,": ("state", "TEXAS"),
        "appeal,,,,,10,,,certain": ("confidence", "certain"),
    }
    lines = "".join(f"r{at},{line}\n" for at, line in enumerate(bad))
    (tmp_path / "rules.csv").write_text(f"{HEADER}{lines}\ngood,appeal,,,,,10,,,\n")
    book = read_rules(tmp_path)
    found = {problem.row: (problem.column, problem.value) for problem in book.problems}
    assert found == dict(enumerate(bad.values(), start=2))
    assert [one.rule_id for one in book.rules if one.source == "yours"] == ["good"]
    assert all(problem.message and problem.remedy for problem in book.problems)


def test_a_file_without_its_columns_changes_nothing_and_says_so(tmp_path: Path) -> None:
    (tmp_path / "rules.csv").write_text("a,b\n1,2\n")
    (tmp_path / "states.csv").write_bytes(b"\xff\xfe\x00payee")
    book = read_rules(tmp_path)
    assert book.rules == built_in_rules()
    assert [(one.file, one.column) for one in book.problems] == [
        ("rules.csv", "kind"),
        ("states.csv", ""),
    ]


@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda text: (HEADER + text).encode()))
@settings(max_examples=60, deadline=None, derandomize=True)
def test_no_content_of_the_file_raises(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    folder = tmp_path_factory.mktemp("rules")
    (folder / "rules.csv").write_bytes(content)
    (folder / "states.csv").write_bytes(content)
    book = read_rules(folder)
    assert len(book.rules) >= len(built_in_rules()) - 1


# What a payer writes, and when it takes: letters of Monday 2025-03-03, by reference.
TAKINGS = (
    Remit("T0", "20230115", [Claim("M5", "100", filing="MA", icn="ICN5")]),
    Remit("T00", "20240601", [Claim("M5", "80", filing="MA", icn="ICN5")]),
    Remit("T01", "20240701", [Claim("M6", "30", filing="MB", icn="ICN6")]),
    Remit("T02", "20240801", [Claim("M6", "33", filing="MB", icn="ICN7")]),
    Remit("T1", "20250412", [Claim("P1", "900", filing="MA")], [("WO:EARLY", "50.00")]),
    Remit("T2", "20250413", [Claim("P2", "900", filing="MA")], [("WO:ONDAY", "60.00")]),
    Remit("T3", "20250313", [Claim("P3", "900", filing="MA")], [("WO:ELECTED", "70.00")]),
    Remit("T4", "20250301", [Claim("P4", "900", filing="MA")], [("WO:BEFORE", "80.00")]),
    Remit(
        "T5",
        "20250420",
        [
            Claim("P5", "900", filing="MA"),
            Claim("M5", "-100", status="22", filing="MA", icn="ICN5"),
            Claim("M5", "5", filing="MA", icn="ICN5", adjustments=[("CO", "50", "95")]),
            Claim("M6", "-30", status="22", filing="MB", icn="NEW6"),
            Claim("M6", "0", status="4", filing="MB", icn="NEW6", adjustments=[("CO", "50", "30")]),
        ],
    ),
    Remit(
        "C1",
        "20250320",
        [Claim("Q1", "900")],
        [("WO:COMMERCIAL", "90.00")],
        payer="MERIDIAN MUTUAL",
        payer_id="MM01",
    ),
)
REGISTER = (
    "Payer,Letter Number,Notice Date,Overpayment Amount,Immediate Recoupment\n"
    "Northland Health Plan,EARLY,2025-03-03,50,\n"
    "Northland Health Plan,ONDAY,2025-03-03,60,\n"
    "Northland Health Plan,ELECTED,2025-03-03,70,Y\n"
    "Northland Health Plan,BEFORE,2025-03-03,80,\n"
    "Meridian Mutual,COMMERCIAL,2025-03-03,90,\n"
)


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> DuckDBEngine:
    """TAKINGS and REGISTER; the user's own look-back for Medicare is 24 months."""
    folder = tmp_path_factory.mktemp("takings")
    (folder / "rules.csv").write_text(f"{HEADER}own,look-back,Medicare Part A,,,,24,months,Ours,\n")
    contents = {"r.835": file_835(*TAKINGS), "offsets.csv": REGISTER.encode()}
    load([Path(name) for name in contents], folder, contents=contents)
    return engine_of(folder)


@pytest.fixture(scope="module")
def checked(engine: DuckDBEngine) -> dict[Decimal, dict[str, Any]]:
    """What is said of each withdrawal, by its amount."""
    found = rows(
        engine, "select * from withdrawal_check join receivable using (receivable_id) order by all"
    )
    return {row["withheld"]: row for row in found}


def usd(text: str) -> Decimal:
    return Decimal(text)


def test_medicare_may_take_from_day_41_after_the_letter(
    checked: dict[Decimal, dict[str, Any]],
) -> None:
    early, on_day = checked[usd("50.00")], checked[usd("60.00")]
    assert early["earliest_rule_id"] == "medicare-a-earliest"
    assert early["earliest_date"] == date(2025, 4, 13)
    assert (early["is_early"], early["days_early"]) == (True, 1)
    assert (on_day["is_early"], on_day["days_early"]) == (False, None)


def test_an_elected_immediate_recoupment_is_never_early(
    checked: dict[Decimal, dict[str, Any]],
) -> None:
    row = checked[usd("70.00")]
    assert (row["is_early"], row["notice_state"]) == (False, "immediate recoupment elected")


def test_a_letter_dated_after_the_withdrawal_tells_nothing_about_early(
    checked: dict[Decimal, dict[str, Any]],
) -> None:
    row = checked[usd("80.00")]
    assert (row["is_early"], row["notice_state"]) == (None, "letter dated after the withdrawal")


def test_a_reversal_taken_the_same_day_has_no_advance_notice(
    checked: dict[Decimal, dict[str, Any]],
) -> None:
    row = next(one for one in checked.values() if one["notice_date"] is None)
    assert row["notice_state"] == "no advance notice on the 835"
    assert (row["has_notice"], row["is_early"]) == (False, None)


def test_without_a_rule_it_cannot_be_told(checked: dict[Decimal, dict[str, Any]]) -> None:
    row = checked[usd("90.00")]
    assert (row["earliest_rule_id"], row["earliest_date"], row["is_early"]) == (None, None, None)
    assert (row["look_back_rule_id"], row["is_past_look_back"]) == (None, None)


def test_the_time_to_appeal_runs_from_the_letter_s_presumed_receipt(
    checked: dict[Decimal, dict[str, Any]],
) -> None:
    assert checked[usd("50.00")]["appeal_deadline"] == date(2025, 7, 6)  # 5 + 120 days
    assert checked[usd("90.00")]["appeal_rule_id"] == "commercial-appeal"
    assert checked[usd("90.00")]["appeal_deadline"] == date(2025, 4, 2)
    assert not checked[usd("50.00")]["is_appealed"]


def test_the_look_back_runs_from_the_first_payment_to_the_notice_or_the_withdrawal(
    engine: DuckDBEngine,
) -> None:
    listed = checked_withdrawals(engine, Filters(), PAST_LOOK_BACK).to_pylist()
    assert [
        (row["original_payment_date"], row["look_back_date"], row["rule_id"]) for row in listed
    ] == [(date(2023, 1, 15), date(2025, 1, 15), "own")]


def test_the_first_payment_is_the_one_the_reversal_negates_by_claim_number_or_account(
    checked: dict[Decimal, dict[str, Any]],
) -> None:
    assert checked[usd("95.00")]["original_payment_date"] == date(2023, 1, 15)
    assert checked[usd("30.00")]["original_payment_date"] == date(2024, 7, 1)


def test_counts_and_lists_of_marked_withdrawals_agree(engine: DuckDBEngine) -> None:
    counts = check_counts(engine, Filters())
    assert list(counts.values()) == [2, 1, 1, 1]
    for check, count in counts.items():
        assert checked_withdrawals(engine, Filters(), check).num_rows == count
    elsewhere = Filters(payers=("Meridian Mutual",))
    assert set(check_counts(engine, elsewhere).values()) == {0}
    assert set(CHECKS) == set(counts)
    assert checked_withdrawals(engine, Filters(), EARLY).to_pylist()[0]["citation"]


def test_rules_say_how_often_they_were_applied_and_to_what(engine: DuckDBEngine) -> None:
    decided = {one.rule.rule_id: one.decided for one in rule_standings(engine, Filters())}
    assert (decided["medicare-a-earliest"], decided["commercial-appeal"]) == (4, 1)
    early = checked_withdrawals(engine, Filters(), EARLY).to_pylist()[0]
    applied = {one.kind: one.time for one in applied_rules(engine, early["receivable_id"])}
    assert applied["earliest withdrawal"] == "41 days"
    assert applied["appeal"] == "5 + 120 days"


def test_times_read_as_people_say_them() -> None:
    assert [
        time_in_words(30, "working"),
        time_in_words(1, "months"),
        time_in_words(None, "calendar"),
    ] == ["30 working days", "1 month", "none"]
