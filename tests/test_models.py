"""What the models make of the ledger: notice and lag, causes, what came back of each month's takings."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

from kpis.cube import kpi_table
from kpis.engine import DuckDBEngine
from kpis.filters import Filters
from loaders.ingest import load
from tests.make_835 import Claim, Remit, file_835
from tests.warehouses import engine_of, rows

REGISTER = (
    "Payer,Letter Number,ICN,Notice Date,Overpayment Amount,Root Cause,Immediate Recoupment\n"
)


def reversal(account: str, before: str, after: str, *reasons: tuple[str, str, str]) -> list[Claim]:
    """A claim paid `before` reversed, and corrected to `after` for the reasons given."""
    return [Claim(account, f"-{before}", status="22"), Claim(account, after, adjustments=reasons)]


def loaded(folder: Path, *remits: Remit, register: str = "") -> DuckDBEngine:
    contents = {"remits.835": file_835(*remits)}
    if register:
        contents["register.csv"] = (REGISTER + register).encode()
    load([Path(name) for name in contents], folder, contents=contents)
    return engine_of(folder)


def lag(engine: DuckDBEngine) -> tuple[object, object]:
    row = rows(engine, "select lag_days, lag_state from receivable")[0]
    return row["lag_days"], row["lag_state"]


def test_what_is_put_off_on_the_day_of_the_first_taking_is_no_advance_notice(
    tmp_path: Path,
) -> None:
    engine = loaded(
        tmp_path,
        Remit(
            "T1", "20250303", reversal("B", "600", "300", ("CO", "50", "300")), [("WO:B", "-100")]
        ),
        Remit("T2", "20250403", [Claim("C", "900")], [("WO:B", "100")]),
    )
    assert lag(engine) == (None, "no notice on file")


def test_an_item_partly_refunded_has_no_lag(tmp_path: Path) -> None:
    engine = loaded(
        tmp_path,
        Remit("T1", "20250403", [Claim("C", "900")], [("WO:L1", "500"), ("72:L1", "-400")]),
        register="Northland Health Plan,L1,,2025-03-03,500,,\n",
    )
    assert lag(engine) == (31, "settled by refund")


def test_immediate_recoupment_elected_has_no_lag(tmp_path: Path) -> None:
    engine = loaded(
        tmp_path,
        Remit("T1", "20250403", [Claim("C", "900")], [("WO:L1", "500")]),
        register="Northland Health Plan,L1,,2025-03-03,500,,Y\n",
    )
    assert lag(engine) == (31, "immediate recoupment elected")


def test_a_letter_dated_after_the_withdrawal_is_a_finding_and_no_lag(tmp_path: Path) -> None:
    engine = loaded(
        tmp_path,
        Remit("T1", "20250403", [Claim("C", "900")], [("WO:L1", "500")]),
        register="Northland Health Plan,L1,,2025-04-10,500,,\n",
    )
    assert lag(engine) == (-7, "letter dated after the withdrawal")
    assert kpi_table(engine, Filters()).to_pylist()[0]["recoupment_lag_days"] is None


def test_what_comes_back_undoes_the_oldest_taking_first(tmp_path: Path) -> None:
    engine = loaded(
        tmp_path,
        Remit(
            "T1", "20250203", reversal("B", "600", "300", ("CO", "50", "300")), [("WO:B", "-300")]
        ),
        Remit("T2", "20250303", [Claim("C", "900")], [("WO:B", "100")]),
        Remit("T3", "20250403", [Claim("D", "900")], [("WO:B", "200")]),
        Remit("T4", "20250603", [Claim("E", "900")], [("WO:B", "-150")]),
    )
    by_month = {row["month"]: row for row in kpi_table(engine, Filters(), ("month",)).to_pylist()}
    march, april, june = (by_month[date(2025, month, 1)] for month in (3, 4, 6))
    assert (march["withheld"], march["come_back_of_month"], march["recovery_rate"]) == (
        100,
        100,
        1.0,
    )
    assert (april["withheld"], april["come_back_of_month"], april["recovery_rate"]) == (
        200,
        50,
        0.25,
    )
    assert (june["recovered"], june["recovery_rate"], june["net_cash_impact"]) == (150, None, 150)


def test_400_000_taken_and_125_000_back_is_a_recovery_rate_of_31_25_percent(tmp_path: Path) -> None:
    engine = loaded(
        tmp_path,
        Remit(
            "T1",
            "20250303",
            [Claim("A", "900000"), *reversal("B", "500000", "100000", ("CO", "50", "400000"))],
        ),
        Remit("T2", "20250603", [Claim("C", "900")], [("WO:B", "-125000")]),
    )
    row = kpi_table(engine, Filters()).to_pylist()[0]
    assert (row["recovery_rate"], row["net_cash_impact"]) == (0.3125, Decimal("-275000.00"))


def causes(engine: DuckDBEngine) -> list[tuple[str, str]]:
    found = rows(engine, "select cause, cause_method from receivable")
    return [(row["cause"], row["cause_method"]) for row in found]


def test_the_code_that_grew_most_is_the_cause_and_a_write_off_never_is(tmp_path: Path) -> None:
    reasons = (("CO", "45", "200"), ("CO", "97", "80"), ("CO", "50", "20"))
    engine = loaded(tmp_path, Remit("T1", "20250303", reversal("B", "600", "300", *reasons)))
    assert causes(engine) == [("Duplicate payment or payer reprocessing", "CARC 97 grew most")]


def test_a_code_that_was_there_before_did_not_grow(tmp_path: Path) -> None:
    claims = [
        Claim("B", "-600", status="22", adjustments=[("CO", "50", "-500")]),
        Claim("B", "500", adjustments=[("CO", "50", "500"), ("CO", "18", "100")]),
    ]
    engine = loaded(tmp_path, Remit("T1", "20250303", claims))
    assert causes(engine) == [("Duplicate billing", "CARC 18 grew most")]


def test_a_reversal_without_adjustments_negates_those_of_the_first_payment(tmp_path: Path) -> None:
    before = [("CO", "45", "25"), ("CO", "97", "400")]
    first = Claim("B", "600", adjustments=before)
    other = Claim("B", "700", icn="OTHER", adjustments=[("CO", "50", "900")])
    corrected = Claim("B", "450", adjustments=[*before, ("CO", "50", "150")])
    reversal = Claim("B", "-600", status="22")
    engine = loaded(
        tmp_path,
        Remit("T0", "20250103", [first, other]),
        Remit("T1", "20250303", [Claim("A", "900"), reversal, corrected]),
    )
    assert rows(engine, "select cause, cause_method from receivable") == [
        {"cause": "Medical necessity", "cause_method": "CARC 50 grew most"}
    ]


def test_a_remark_says_why_where_no_reason_code_does(tmp_path: Path) -> None:
    claims = [
        Claim("B", "-600", status="22"),
        Claim("B", "500", adjustments=[("CO", "96", "100")], remarks=["N432"]),
    ]
    engine = loaded(tmp_path, Remit("T1", "20250303", claims))
    assert causes(engine) == [("Post-payment audit", "RARC N432")]


def test_the_register_overrides_the_codes(tmp_path: Path) -> None:
    engine = loaded(
        tmp_path,
        Remit("T1", "20250303", reversal("B", "600", "500", ("CO", "50", "100"))),
        register="Northland Health Plan,L1,B,2025-03-01,100,upcoding,\n",
    )
    assert causes(engine) == [("Upcoding", "offset register")]


def test_a_register_may_spell_the_payer_its_own_way_where_the_id_is_known(tmp_path: Path) -> None:
    register = "Payer,Payer ID,Letter Number,Notice Date,Overpayment Amount\nNHP of Texas,NHP01,L1,2025-03-03,500\n"
    remit = Remit("T1", "20250403", [Claim("C", "900")], [("WO:L1", "500")])
    load(
        [Path("remits.835"), Path("register.csv")],
        tmp_path,
        contents={"remits.835": file_835(remit), "register.csv": register.encode()},
    )
    assert lag(engine_of(tmp_path)) == (31, "counted")


def test_a_later_export_of_the_same_row_replaces_it(tmp_path: Path) -> None:
    header = "Payer,Case Number,Appeal Level,Appeal Status,Decision Date\n"
    for text in ("N,C1,1,Pending,\n", "N,C1,1,Overturned in full,2025-06-03\n"):
        load([Path("appeals.csv")], tmp_path, contents={"appeals.csv": (header + text).encode()})
    row = kpi_table(engine_of(tmp_path), Filters()).to_pylist()[0]
    assert (row["appeals_full"], row["appeal_success_rate"]) == (1, 1.0)
