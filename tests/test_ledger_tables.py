"""What the replay found reaches the warehouse whole and to the cent, and the models read it as the replay does."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.ledger.build import DATA, make_room
from data.ledger.events import UNMATCHED, Event, Piece, Receivable
from data.ledger.outputs import create_tables, tables_of, write_tables
from data.ledger.references import embedded_numbers
from data.ledger.replay import PayerLedger
from data.ledger.spelling import bare

DAY = date(2025, 1, 6)
MORE_THAN_A_ROW_GROUP = 130_000


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    """A warehouse in the middle of a load: everything happens in one transaction."""
    with duckdb.connect() as connection:
        connection.execute("begin")
        create_tables(connection)
        yield connection


def ledger(
    receivables: tuple[Receivable, ...] = (),
    pieces: tuple[Piece, ...] = (),
    events: tuple[Event, ...] = (),
) -> PayerLedger:
    return PayerLedger(list(receivables), [], list(pieces), list(events), [])


def test_no_row_is_lost_however_many_there_are(connection: duckdb.DuckDBPyConnection) -> None:
    event = Event("R1", DAY, 7, "withheld", 1, "")
    write_tables(connection, tables_of({"FIRST": ledger(events=(event,) * MORE_THAN_A_ROW_GROUP)}))
    write_tables(connection, tables_of({"SECOND": ledger(events=(event,))}))
    connection.execute("commit")
    found = connection.execute("select count(*), sum(amount) from replayed_event").fetchone()
    assert found == (MORE_THAN_A_ROW_GROUP + 1, Decimal("1300.01"))


@pytest.mark.parametrize("cents", [0, 1, -1, 250, -99_999, 10**15 - 1, -(10**15)])
def test_cents_are_exact_in_dollars(connection: duckdb.DuckDBPyConnection, cents: int) -> None:
    piece = Piece(7, "R1", "taken", None, 3, cents, UNMATCHED)
    write_tables(connection, tables_of({"PAYER": ledger(pieces=(piece,))}))
    rows = connection.execute("select * from replayed_piece").fetchall()
    usd = Decimal(cents).scaleb(-2)
    who, when, why = None, None, None
    assert rows == [
        (7, "R1", "taken", None, 3, usd, False, 9, "no item known", "suspense", who, when, why)
    ]


def test_a_ledger_without_anything_leaves_the_tables_empty(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    write_tables(connection, tables_of({"PAYER": ledger()}))
    for name in ("receivable", "letter", "name", "piece", "event", "total"):
        assert connection.execute(f"select * from replayed_{name}").fetchall() == []


@given(
    st.text(st.characters(codec="ascii") | st.sampled_from("0é²"), max_size=100)
    | st.text(st.sampled_from("0123 -A"), max_size=20)
)
@settings(max_examples=60, deadline=None, derandomize=True)
def test_models_and_replay_see_the_same_numbers_inside_a_reference(reference: str) -> None:
    item = Receivable("R1", "recovery without a known item", 0, reference=reference)
    item.names[reference] = bare(reference).lstrip("0")
    with duckdb.connect() as connection:
        create_tables(connection)
        write_tables(connection, tables_of({"PAYER": ledger(receivables=(item,))}))
        connection.execute("create table payer_claim_name (payer_key varchar, name varchar)")
        connection.execute((DATA / "models" / "41_embedded_number.sql").read_text())
        found = connection.execute("select name from embedded_number").fetchall()
    assert {name for (name,) in found} == embedded_numbers(reference)


@pytest.mark.parametrize(("claims", "limit"), [(5, "400.0 MiB"), (6, "572.2 MiB")])
def test_a_history_that_would_not_fit_may_use_more_memory(
    monkeypatch: pytest.MonkeyPatch, claims: int, limit: str
) -> None:
    monkeypatch.setattr("data.ledger.build.CLAIMS_WITHOUT_MORE", 5)
    monkeypatch.setattr("data.ledger.build.BYTES_A_CLAIM", 100_000_000)
    with duckdb.connect(config={"memory_limit": "400MiB"}) as connection:
        connection.execute("create table claim_payment as from range($n)", {"n": claims})
        make_room(connection)
        connection.execute("select current_setting('memory_limit')")
        assert connection.fetchone() == (limit,)
