"""Hidden takebacks: which reason code grew between what was paid first and its correction, to the cent."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.rules import DATA
from kpis.causes import cause_standings, codes_behind, repeated_causes
from kpis.engine import DuckDBEngine
from kpis.filters import Filters
from kpis.grown_codes import grown_codes, grown_corrections
from loaders.ingest import load
from tests.make_835 import Claim, Remit, file_835
from tests.warehouses import engine_of, rows

Line = tuple[int, int, str, str, str]
"""claim, line, group, reason, amount."""

REVERSAL, CORRECTION, FIRST = 1, 2, 3


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    """A reversal of 600.00 corrected to 450.00; its first payment stands in remittance 8."""
    with duckdb.connect() as connection:
        connection.execute(
            """
            create table takeback as select 7::bigint as remittance_id, 1 as reversal_claim_no
              , 2 as correction_claim_no, -150.00::decimal(18, 2) as delta;
            create table receivable as select 'R1' as receivable_id, 7::bigint as claim_remittance_id
              , 1 as claim_no, 'claim reversal' as origin;
            create table original_payment as select 'R1' as receivable_id, 8::bigint as remittance_id, 3 as claim_no;
            create table match (remittance_id bigint, receivable_id varchar, kind varchar, claim_no integer
              , amount decimal(18, 2));
            create table never_a_cause as select '45' as code;
            create table claim_adjustment (remittance_id bigint, claim_no integer, line_no integer
              , group_code varchar, reason_code varchar, amount decimal(18, 2));
            """
        )
        yield connection


def grown(
    connection: duckdb.DuckDBPyConnection, *lines: Line
) -> list[tuple[str, str, Decimal, Decimal, Decimal, bool, bool]]:
    """What the model finds for these adjustments."""
    connection.execute("delete from claim_adjustment")
    for claim, line, group, reason, amount in lines:
        remittance = 8 if claim == FIRST else 7
        connection.execute(
            "insert into claim_adjustment values (?, ?, ?, ?, ?, ?)",
            [remittance, claim, line, group, reason, Decimal(amount)],
        )
    connection.execute((DATA / "models" / "75_hidden_takeback.sql").read_text())
    return connection.execute(
        "select group_code, reason_code, before, after, growth, grew_most, names_no_cause "
        "from hidden_takeback order by growth desc, group_code, reason_code"
    ).fetchall()


def usd(text: str) -> Decimal:
    return Decimal(text)


def test_claim_and_lines_count_together(connection: duckdb.DuckDBPyConnection) -> None:
    found = grown(
        connection,
        (REVERSAL, 0, "CO", "45", "-100.10"),
        (REVERSAL, 1, "CO", "45", "-20.20"),
        (CORRECTION, 1, "CO", "45", "150.15"),
        (CORRECTION, 2, "CO", "45", "120.15"),
    )
    assert found == [
        ("CO", "45", usd("120.30"), usd("270.30"), usd("150.00"), True, True),
    ]


def test_only_what_grew_is_named_and_the_most_grown_leads(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    found = grown(
        connection,
        (REVERSAL, 0, "CO", "45", "-100"),
        (REVERSAL, 0, "PR", "2", "-30"),
        (CORRECTION, 0, "CO", "45", "90"),
        (CORRECTION, 0, "PR", "2", "40"),
        (CORRECTION, 0, "CO", "50", "150"),
    )
    assert found == [
        ("CO", "50", usd("0.00"), usd("150.00"), usd("150.00"), True, False),
        ("PR", "2", usd("30.00"), usd("40.00"), usd("10.00"), False, False),
    ]


def test_a_code_that_moves_to_another_group_grew_there(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    found = grown(connection, (REVERSAL, 0, "PR", "45", "-100"), (CORRECTION, 0, "CO", "45", "100"))
    assert [(row[0], row[4]) for row in found] == [("CO", usd("100.00"))]


def test_a_reversal_without_adjustments_is_read_from_the_first_payment(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    found = grown(connection, (FIRST, 0, "CO", "45", "100"), (CORRECTION, 0, "CO", "45", "250"))
    assert [row[2:5] for row in found] == [(usd("100.00"), usd("250.00"), usd("150.00"))]


def test_the_reversal_counts_where_both_are_there(connection: duckdb.DuckDBPyConnection) -> None:
    found = grown(
        connection,
        (FIRST, 0, "CO", "45", "100"),
        (REVERSAL, 0, "CO", "45", "-200"),
        (CORRECTION, 0, "CO", "45", "250"),
    )
    assert [row[4] for row in found] == [usd("50.00")]


def test_a_pair_without_a_receivable_is_still_named(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    connection.execute("delete from receivable")
    grown(connection, (CORRECTION, 0, "CO", "45", "150"))
    assert connection.execute("select receivable_id, growth from hidden_takeback").fetchall() == [
        (None, usd("150.00"))
    ]


@pytest.mark.parametrize("change", ["delta = 0", "delta = 5", "correction_claim_no = null"])
def test_what_pays_no_less_or_has_no_correction_is_no_takeback(
    connection: duckdb.DuckDBPyConnection, change: str
) -> None:
    connection.execute(f"update takeback set {change}")
    assert grown(connection, (CORRECTION, 0, "CO", "45", "150")) == []


amounts = st.decimals("-999.99", "999.99", places=2)
codes = st.sampled_from([("CO", "45"), ("CO", "50"), ("PR", "2")])


@given(st.lists(st.tuples(st.sampled_from([REVERSAL, CORRECTION]), codes, amounts), max_size=8))
@settings(max_examples=15, deadline=None, derandomize=True)
def test_growth_is_the_sum_of_all_rows_and_nothing_else(
    pieces: list[tuple[int, tuple[str, str], Decimal]],
) -> None:
    expected: dict[tuple[str, str], Decimal] = {}
    for _, code, amount in pieces:
        expected[code] = expected.get(code, Decimal(0)) + amount
    with duckdb.connect() as connection:
        connection.execute(
            "create table takeback as select 7::bigint as remittance_id, 1 as reversal_claim_no"
            ", 2 as correction_claim_no, -1::decimal(18, 2) as delta;"
            "create table receivable (receivable_id varchar, claim_remittance_id bigint, claim_no integer"
            ", origin varchar);"
            "create table original_payment (receivable_id varchar, remittance_id bigint, claim_no integer);"
            "create table match (remittance_id bigint, receivable_id varchar, kind varchar, claim_no integer"
            ", amount decimal(18, 2));"
            "create table never_a_cause (code varchar);"
            "create table claim_adjustment (remittance_id bigint, claim_no integer, line_no integer"
            ", group_code varchar, reason_code varchar, amount decimal(18, 2));"
        )
        lines = [(claim, at, *code, str(amount)) for at, (claim, code, amount) in enumerate(pieces)]
        found = {(row[0], row[1]): row[4] for row in grown(connection, *lines)}
    assert found == {code: amount for code, amount in expected.items() if amount > 0}


# One payer takes 150.00 in January for a reason and 100.00 in February in the contractual write-off.
REMITTANCES = (
    Remit(
        "N1",
        "20250115",
        [
            Claim("A", "1000.00"),
            Claim("B", "-600.00", status="22", adjustments=[("CO", "45", "-100.00")]),
            Claim("B", "450.00", adjustments=[("CO", "45", "100.00"), ("CO", "16", "150.00")]),
        ],
    ),
    Remit(
        "N2",
        "20250215",
        [
            Claim("C", "1000.00"),
            Claim("D", "-400.00", status="22", adjustments=[("CO", "45", "-50.25")]),
            Claim("D", "300.00", adjustments=[("CO", "45", "150.25")]),
            Claim("E", "-90.00", status="22"),
            Claim("E", "70.00", adjustments=[("CO", "16", "20.00")]),
        ],
    ),
)


def test_a_correction_on_a_later_remittance_is_compared_too(tmp_path: Path) -> None:
    came_alone = Remit(
        "N3",
        "20250310",
        [
            Claim("F", "1000.00"),
            Claim("G", "-500.00", status="22", adjustments=[("CO", "45", "-80.00")]),
            Claim("H", "-300.00", status="22", adjustments=[("CO", "45", "-10.00")]),
        ],
    )
    corrected = Remit(
        "N4",
        "20250401",
        [
            Claim("G", "420.55", adjustments=[("CO", "45", "159.45")]),
            Claim("H", "300.00", adjustments=[("CO", "45", "90.00")]),
        ],
    )
    load([Path("r.835")], tmp_path, contents={"r.835": file_835(came_alone, corrected)})
    (one,) = rows(
        engine_of(tmp_path),
        "select reason_code, before, after, growth, pays_less, names_no_cause, claim_no, correction_no"
        ", remittance_id = correction_remittance_id as is_same from hidden_takeback",
    )
    assert one == {
        "reason_code": "45",
        "before": usd("80.00"),
        "after": usd("159.45"),
        "growth": usd("79.45"),
        "pays_less": usd("79.45"),
        "names_no_cause": True,
        "claim_no": 2,
        "correction_no": 1,
        "is_same": False,
    }


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> DuckDBEngine:
    """REMITTANCES, loaded."""
    folder = tmp_path_factory.mktemp("hidden")
    load([Path("r.835")], folder, contents={"r.835": file_835(*REMITTANCES)})
    return engine_of(folder)


def test_a_write_off_that_grew_is_found_in_a_file(engine: DuckDBEngine) -> None:
    found = grown_codes(engine, Filters())
    assert [
        (one.reason_code, one.corrections, one.growth, one.pays_less, one.names_no_cause)
        for one in found
    ] == [
        ("45", 1, usd("100.00"), usd("100.00"), True),
        ("16", 2, usd("170.00"), usd("170.00"), False),
    ]
    held = rows(
        engine, "select h.claim_no, h.correction_no, r.established from hidden_takeback as h "
        "join receivable as r on r.receivable_id = h.receivable_id where h.reason_code = '45'",
    )  # fmt: skip
    assert held == [{"claim_no": 2, "correction_no": 3, "established": usd("100.00")}]


def test_the_corrections_behind_a_code_add_up_to_it(engine: DuckDBEngine) -> None:
    hidden, named = grown_codes(engine, Filters())
    (one,) = grown_corrections(engine, Filters(), hidden).to_pylist()
    held = rows(engine, "select receivable_id from receivable where established = 100")
    assert one == {
        "payment_date": date(2025, 2, 15),
        "corrected_on": date(2025, 2, 15),
        "account": "D",
        "payer_claim_control_number": "D",
        "before": usd("50.25"),
        "after": usd("150.25"),
        "growth": usd("100.00"),
        "pays_less": usd("100.00"),
        "trace_number": "N2",
        **held[0],
    }
    behind = grown_corrections(engine, Filters(), named).to_pylist()
    assert [(row["account"], row["growth"]) for row in behind] == [
        ("B", usd("150.00")),
        ("E", usd("20.00")),
    ]
    assert grown_corrections(engine, Filters(), named, 1, 1).to_pylist() == behind[1:]
    january = Filters(since=date(2025, 1, 1), until=date(2025, 2, 1))
    assert grown_corrections(engine, january, named).to_pylist() == behind[:1]


def test_causes_and_the_codes_behind_them_add_up_to_what_was_withheld(
    engine: DuckDBEngine,
) -> None:
    causes = {one.cause: (one.withheld, one.trend) for one in cause_standings(engine, Filters())}
    assert causes == {
        "Documentation": (usd("170.00"), (150.0, 20.0)),
        "Unclassified": (usd("100.00"), (0.0, 100.0)),
    }
    behind = {(one.cause, one.method): one.withheld for one in codes_behind(engine, Filters())}
    assert behind == {
        ("Documentation", "CARC 16 grew most"): usd("170.00"),
        ("Unclassified", "nothing says why"): usd("100.00"),
    }


def test_a_cause_that_comes_again_within_90_days_is_a_repeat(engine: DuckDBEngine) -> None:
    (one,) = repeated_causes(engine, Filters())
    assert (one.cause, one.receivables, one.repeated, one.months) == ("Documentation", 2, 1, 2)
    assert (one.withheld, one.repeated_withheld) == (usd("170.00"), usd("20.00"))
