"""The list of offsets: it adds up to the cube under any filter, finds an item by any number, and tells its life."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from data.archive import archived_bytes
from kpis.cube import kpi_table
from kpis.engine import DuckDBEngine
from kpis.filters import Filters
from kpis.loads import holdings, load_history, problem_counts, problems, quarantined
from kpis.offset_life import Balance, Movement, Step, evidence, offset, steps
from kpis.offset_list import STATES, OffsetListView, offset_rows, offset_totals
from loaders.ingest import load
from tests.make_835 import Claim, Remit, file_835
from tests.warehouses import engine_of, rows

FIXTURES = Path(__file__).parent / "fixtures"
NORTHLAND = "NORTHLAND HEALTH PLAN"

FILTERS = {
    "everything": Filters(),
    "one quarter": Filters(date(2026, 1, 1), date(2026, 4, 1)),
    "one month": Filters(date(2026, 10, 1), date(2026, 11, 1)),
    "a payer": Filters(payers=("Meridian Mutual",)),
    "payer and year": Filters(date(2025, 11, 1), date(2026, 11, 1), payers=("Cascade Advantage",)),
    "specialties": Filters(specialties=("Cardiology", "Radiology")),
    "plan and cause": Filters(plan_types=("Commercial",), causes=("Upcoding", "Unclassified")),
    "a mechanism": Filters(date(2025, 1, 1), date(2026, 1, 1), mechanisms=("Claim reversal",)),
    "a facility": Filters(facilities=("Harbor Bridge Medical Center",)),
    "nothing": Filters(date(1999, 1, 1), date(1999, 2, 1)),
}


@pytest.mark.parametrize("filters", FILTERS.values(), ids=FILTERS.keys())
def test_totals_are_the_cards_to_the_cent(sample: DuckDBEngine, filters: Filters) -> None:
    (cards,) = kpi_table(sample, filters).to_pylist()
    totals = offset_totals(sample, OffsetListView(filters))
    shown = (totals.withheld, totals.came_back, totals.refunded, totals.forgiven)
    assert shown == tuple(cards[m] for m in ("withheld", "recovered", "refunded", "forgiven"))


@pytest.mark.parametrize("filters", FILTERS.values(), ids=FILTERS.keys())
def test_withheld_alone_comes_to_the_same(sample: DuckDBEngine, filters: Filters) -> None:
    (cards,) = kpi_table(sample, filters).to_pylist()
    assert offset_totals(sample, OffsetListView(filters, "Withheld")).withheld == cards["withheld"]


def test_pages_hold_every_row_once_and_add_up(sample: DuckDBEngine) -> None:
    view = OffsetListView(Filters(), sort="Payer")
    totals = offset_totals(sample, view)
    found = [
        row
        for first in range(0, totals.rows, 100)
        for row in offset_rows(sample, view, 100, first).to_pylist()
    ]
    assert len(found) == totals.rows == len({row["receivable_id"] for row in found})
    assert sum(row["withheld"] for row in found) == totals.withheld
    assert found == offset_rows(sample, view).to_pylist()


@pytest.mark.parametrize("state", [state for state in STATES if state != "Everything"])
def test_every_state_finds_something_in_the_sample(sample: DuckDBEngine, state: str) -> None:
    everything = offset_totals(sample, OffsetListView(Filters())).rows
    assert 0 < offset_totals(sample, OffsetListView(Filters(), state)).rows < everything


def test_open_is_as_of_today_whatever_the_period(sample: DuckDBEngine) -> None:
    long_ago = Filters(date(1999, 1, 1), date(1999, 2, 1))
    (known,) = rows(
        sample,
        "select count(*) as items, sum(open_balance) as open from receivable where open_balance > 0",
    )
    for filters in (Filters(), long_ago):
        totals = offset_totals(sample, OffsetListView(filters, "Open"))
        assert (totals.offsets, totals.open_balance) == (known["items"], known["open"])


def test_letters_are_told_apart_from_offsets(sample: DuckDBEngine) -> None:
    totals = offset_totals(sample, OffsetListView(Filters(), "Letters"))
    (known,) = rows(sample, "select count(*) as n, sum(amount) as amount from open_letter")
    assert (totals.letters, totals.letter_amount) == (known["n"], known["amount"])
    assert totals.offsets == 0
    assert totals.established == totals.withheld == Decimal(0)


@pytest.fixture(scope="module")
def put_off_then_taken(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Example E5 with its claim's first payment and an appeal: put off on March 3, taken on April 17, day 45."""
    folder = tmp_path_factory.mktemp("put_off")
    (folder / "appeals.csv").write_text(
        "Payer,Case Number,Appeal Level,Appeal Filed,Appeal Status,Decision Date,"
        "Amount at Issue,Overturned Amount,Patient Account\n"
        f"{NORTHLAND},CASE-1,1,2025-05-03,Partial,2025-06-04,150.00,60.00,E5B\n"
    )
    before = Remit("BEFORE-1", "20241201", [Claim("E5B", "600.00")])
    (folder / "before.835").write_bytes(file_835(before))
    files = [FIXTURES / "E05_put_off_then_taken.835", folder / "appeals.csv", folder / "before.835"]  # fmt: skip
    results = load(files, folder / "warehouse")
    assert {result.status for result in results} == {"loaded"}
    return folder / "warehouse"


def _only_item(engine: DuckDBEngine) -> str:
    (item,) = rows(engine, "select receivable_id from receivable")
    return str(item["receivable_id"])


def test_a_row_says_what_happened_in_the_period(put_off_then_taken: Path) -> None:
    engine = engine_of(put_off_then_taken)
    (row,) = offset_rows(engine, OffsetListView(Filters())).to_pylist()
    known = {
        "established": Decimal("150.00"),
        "withheld": Decimal("150.00"),
        "open_balance": Decimal("0.00"),
        "notice_source": "put off",
        "lag_days": 45,
        "in_suspense": False,
    }
    assert {name: row[name] for name in known} == known
    march = Filters(date(2025, 3, 1), date(2025, 4, 1))
    (in_march,) = offset_rows(engine, OffsetListView(march)).to_pylist()
    assert (in_march["withheld"], in_march["withheld_to_date"]) == (0, Decimal("150.00"))


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("E5-1", 1),
        ("e5-2", 1),
        ("e5b", 1),
        ("E5-9", 0),
        ("9" * 40, 0),
        ("%", 0),
        ("' or true --", 0),
    ],
)
def test_search_finds_by_number_and_trace_in_any_spelling(
    put_off_then_taken: Path, search: str, found: int
) -> None:
    engine = engine_of(put_off_then_taken)
    assert offset_totals(engine, OffsetListView(Filters(), search=search)).rows == found


def test_search_finds_by_amount_and_payer(sample: DuckDBEngine) -> None:
    def numbers(search: str) -> set[object]:
        found = offset_rows(sample, OffsetListView(Filters(), search=search))
        return set(found.column("receivable_id").to_pylist())

    (item,) = rows(
        sample,
        "select receivable_id, amount, payer.name as payer from receivable_event "
        "join receivable using (receivable_id) join payer on payer.payer_key = receivable.payer_key "
        "where kind = 'withheld' and amount > 1000 order by amount limit 1",
    )
    for spelled in (f"{item['amount']}", f"${item['amount']:,}", f"(${item['amount']:,})"):
        assert item["receivable_id"] in numbers(spelled)
    assert item["receivable_id"] not in numbers(f"{item['amount'] + Decimal('0.01')}")
    of_payer = offset_totals(sample, OffsetListView(Filters(payers=(item["payer"],)))).rows
    assert len(numbers(item["payer"].upper())) == of_payer


def test_search_ignores_punctuation_and_leading_zeros(sample: DuckDBEngine) -> None:
    (known,) = rows(
        sample,
        "select receivable_id, payer_claim_control_number as number from receivable "
        "where payer_claim_control_number like '0000%' order by receivable_id limit 1",
    )
    spelled = known["number"].lstrip("0").lower()
    spelled = f"{spelled[:3]}-{spelled[3:]}"
    found = offset_rows(sample, OffsetListView(Filters(), search=spelled)).to_pylist()
    assert known["receivable_id"] in {row["receivable_id"] for row in found}


def test_a_life_runs_from_the_payment_to_the_appeal(put_off_then_taken: Path) -> None:
    engine = engine_of(put_off_then_taken)
    item = offset(engine, _only_item(engine))
    assert item is not None
    told = [(step.kind, step.trace_number, step.movements, step.balance) for step in steps(engine, item)]  # fmt: skip
    usd = Decimal
    assert told == [
        ("payment", "BEFORE-1", (Movement("paid", usd("600.00")),), None),
        (
            "remittance",
            "E5-1",
            (Movement("established", usd("150.00")), Movement("put_off", usd("150.00"))),
            Balance(usd("150.00")),
        ),
        (
            "remittance",
            "E5-2",
            (Movement("withheld", usd("150.00")),),
            Balance(usd("150.00"), usd("150.00")),
        ),
        ("appeal filed", None, (Movement("at issue", usd("150.00")),), None),
        ("appeal decided", None, (Movement("partial", usd("60.00")),), None),
    ]


def test_each_step_points_at_the_segments_that_made_it(put_off_then_taken: Path) -> None:
    engine = engine_of(put_off_then_taken)
    item = offset(engine, _only_item(engine))
    assert item is not None

    def tags(step: Step) -> list[bytes]:
        found = [
            archived_bytes(put_off_then_taken, s.archive, s.byte_start, s.byte_end)
            for s in step.sources
        ]
        return [text.split(b"~")[0] for text in found if text]

    payment, put_off, taken = (tags(step) for step in steps(engine, item) if step.sources)
    assert payment == [b"CLP*E5B*1*600.00*600.00**12*E5B*11*1"]
    assert [segment.split(b"*")[:3] for segment in put_off] == [
        [b"CLP", b"E5B", b"22"],
        [b"CLP", b"E5B", b"1"],
        [b"PLB", b"1000000001", b"20261231"],
    ]
    assert taken == [b"PLB*1000000001*20261231*WO:E5B*150.00"]


def test_how_it_is_known_is_told_with_its_confidence(put_off_then_taken: Path) -> None:
    engine = engine_of(put_off_then_taken)
    item = offset(engine, _only_item(engine))
    assert item is not None
    assert [(e.kind, e.method, e.confidence) for e in evidence(engine, item)] == [
        ("identified", "the claim itself", "certain"),
        ("put_off", "same reference", "certain"),
        ("taken", "same reference", "certain"),
    ]


def test_the_last_balance_of_a_life_is_the_item_as_it_stands(sample: DuckDBEngine) -> None:
    some = rows(sample, "select receivable_id from receivable order by receivable_id")[::12]
    for row in some:
        item = offset(sample, row["receivable_id"])
        assert item is not None
        last = [step.balance for step in steps(sample, item) if step.balance][-1]
        came_back = item.returned + item.recovered + item.corrected
        assert (last.established, last.withheld, last.open, last.came_back) == (
            item.established,
            item.withheld,
            item.open_balance,
            came_back,
        )


def test_a_letter_without_an_answer_has_a_life_of_one_step(sample: DuckDBEngine) -> None:
    (letter,) = rows(
        sample,
        "select receivable_id, letter_number from open_letter order by receivable_id limit 1",
    )
    item = offset(sample, letter["receivable_id"])
    assert item is not None
    assert item.is_letter
    found = [step for step in steps(sample, item) if step.kind != "payment"]
    assert [(step.kind, step.note) for step in found] == [("letter", letter["letter_number"])]
    assert f"Letter Number: {letter['letter_number']}" in (found[0].row_text or "")


def test_an_unknown_number_has_no_life(sample: DuckDBEngine) -> None:
    assert offset(sample, "R000000000000") is None


def test_quarantine_keeps_the_signed_difference_and_the_place(tmp_path: Path) -> None:
    short = Remit("SHORT-1", "20250301", [Claim("A", "100.00")], payment="90.00")
    (tmp_path / "short.835").write_bytes(file_835(short))
    load([tmp_path / "short.835"], tmp_path / "warehouse")
    engine = engine_of(tmp_path / "warehouse")
    (row,) = quarantined(engine).to_pylist()
    assert (row["trace_number"], row["difference"], row["balance_state"]) == (
        "SHORT-1",
        Decimal("-10.00"),
        "unbalanced",
    )
    text = archived_bytes(
        tmp_path / "warehouse", row["archive"], row["byte_start"], row["byte_end"]
    )
    assert text is not None
    assert text.startswith(b"ST*835*")
    assert b"BPR*I*90.00*" in text


def test_refused_files_are_remembered_beside_the_loaded_ones(tmp_path: Path) -> None:
    good = Remit("GOOD-1", "20250301", [Claim("A", "100.00")])
    (tmp_path / "good.835").write_bytes(file_835(good))
    (tmp_path / "scan.835").write_bytes(b"%PDF-1.7 a scanned remittance")
    load([tmp_path / "good.835", tmp_path / "scan.835"], tmp_path / "warehouse")
    engine = engine_of(tmp_path / "warehouse")
    held = holdings(engine)
    assert (held.files, held.remittances, held.is_sample, held.problems) == (1, 1, False, 1)
    assert problem_counts(engine) == {"error": 1, "warning": 0, "info": 0}
    (finding,) = problems(engine, "error").to_pylist()
    assert (finding["file"], finding["refused"]) == ("scan.835", True)
    assert problems(engine, "warning").num_rows == 0
    (entry,) = load_history(engine).to_pylist()
    known = {"file": "good.835", "rows": 1, "claims": 1, "paid": Decimal("100.00")}
    assert {name: entry[name] for name in known} == known
