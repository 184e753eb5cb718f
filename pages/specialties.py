"""Where in the house does it hit?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

import streamlit as st

from charts.spec import ChartSpec, Series
from charts.theme import NAMED, OTHER, top_names
from kpis.format import counted, exact_usd, short_usd
from kpis.money import NOTHING
from screen.charts import clicked, show_chart
from screen.click_table import click_table, pinned
from screen.csv_files import csv_button
from screen.filters import current_filters, current_period
from screen.header import page_header
from screen.mix import Mix, mix_over_time
from screen.narrow import HOW, narrow_or_open
from screen.navigation import will_open
from screen.nothing import nothing_here
from screen.session import Row, kpi_rows
from screen.tables import counts, dollars, percent

Cell = tuple[str, str]
Cells = Mapping[Cell, tuple[Decimal, int]]
HEATMAP, MIX, TABLE = "specialty_heatmap", "specialty_mix", "specialty_table"
TOTAL = "All specialties"
ROWS_NAMED, ROWS_IN_FULL = 12, 20
COLUMNS = {
    "specialty": "Specialty",
    "withheld": "Withheld",
    "payments": "Payments before offsets",
    "offset_volume_rate": "Offset volume rate",
    "taken_count": "Receivables",
    "recovered": "Recovered",
    "net_cash_impact": "Net cash impact",
}


def specialties() -> None:
    page_header("specialties")
    rows = kpi_rows(current_filters(), "specialty")
    if not any(row["withheld"] for row in rows):
        nothing_here("Nothing was withheld in this period.")
        return
    with st.container(border=True):
        where_it_hits()
    with st.container(border=True):
        mix_over_time("specialty", MIX, _mix_title)
    by_specialty(rows)


def where_it_hits() -> None:
    """Withheld by specialty and payer, the largest by name; a click on a cell narrows the page to it."""
    cells = _cells()
    payers, rows = _shown_names(cells, 1, NAMED), _shown_names(cells, 0, ROWS_NAMED)
    told = {
        (row, payer): _together(
            cells, _members(cells, 0, row, rows), _members(cells, 1, payer, payers)
        )
        for row in rows
        for payer in payers
    }
    worst = max(cells, key=lambda cell: cells[cell][0])
    total = sum((withheld for withheld, _ in cells.values()), NOTHING)
    spec = ChartSpec(
        kind="heatmap",
        title=f"{worst[1]} in {worst[0]} is the largest: {short_usd(cells[worst][0])} of "
        f"{short_usd(total)} withheld, {current_period()}",
        x=tuple(payers),
        series=tuple(
            Series(
                row,
                tuple(told[row, payer][0] for payer in payers),
                detail=tuple(
                    f"{payer}<br>{counted(told[row, payer][1], 'receivable')}" for payer in payers
                ),
            )
            for row in rows
        ),
        unit="usd",
        alt="Withheld by specialty and payer: "
        + "; ".join(
            f"{s}, {p} {exact_usd(amount)}" for (s, p), (amount, _) in told.items() if amount
        ),
        height=150 + 34 * len(rows),
    )
    show_chart(spec, HEATMAP, on_select=_narrow_to_cell)
    st.caption(HOW)


def by_specialty(rows: list[Row]) -> None:
    """The exact figures behind both charts."""
    total = {**kpi_rows(current_filters())[0], "specialty": TOTAL}
    table = [
        {**row, "offset_volume_rate": _percentage(row["offset_volume_rate"])}
        for row in (*_ranked(rows), total)
    ]
    click_table(
        table,
        COLUMNS,
        {
            "specialty": pinned(COLUMNS["specialty"]),
            "withheld": dollars(COLUMNS["withheld"]),
            "payments": dollars(COLUMNS["payments"]),
            "offset_volume_rate": percent(
                COLUMNS["offset_volume_rate"],
                "No value where a specialty has no payments of its own",
            ),
            "taken_count": counts(COLUMNS["taken_count"]),
            "recovered": dollars(COLUMNS["recovered"]),
            "net_cash_impact": dollars(COLUMNS["net_cash_impact"]),
        },
        key=TABLE,
        alt="Specialties, most withheld first, with their total; a click opens the offsets",
        on_row=_open_row,
        in_full=ROWS_IN_FULL,
        nothing="no value",
    )
    csv_button(table, COLUMNS, "specialties.csv")
    st.caption(
        "Unassigned: taken without naming a claim, or by a provider the roster does not know."
    )


def _ranked(rows: Sequence[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: (-row["withheld"], row["specialty"]))


def _cells() -> dict[Cell, tuple[Decimal, int]]:
    """USD withheld and receivables by specialty and payer, where anything was withheld."""
    return {
        (str(row["specialty"]), str(row["payer"])): (row["withheld"], row["taken_count"])
        for row in kpi_rows(current_filters(), "specialty", "payer")
        if row["withheld"]
    }


def _shown_names(cells: Cells, side: int, limit: int) -> list[str]:
    """Names along one side, most withheld first, the rest together as OTHER."""
    totals: dict[str, float] = {}
    for cell, (withheld, _) in cells.items():
        totals[cell[side]] = totals.get(cell[side], 0.0) + float(withheld)
    named = top_names(totals, limit)
    return named if len(named) == len(totals) else [*named, OTHER]


def _members(cells: Cells, side: int, name: str, names: Sequence[str]) -> tuple[str, ...]:
    """What a name along one side stands for."""
    if name != OTHER:
        return (name,)
    return tuple(sorted({cell[side] for cell in cells} - set(names)))


def _together(cells: Cells, rows: Sequence[str], payers: Sequence[str]) -> tuple[Decimal, int]:
    found = [cells[row, payer] for row in rows for payer in payers if (row, payer) in cells]
    return sum((withheld for withheld, _ in found), NOTHING), sum(count for _, count in found)


def _mix_title(mix: Mix) -> str:
    top = next(iter(mix.parts))
    total = sum((mix.total(at) for at in range(len(mix.spans))), NOTHING)
    return f"{top} carries {sum(mix.parts[top], NOTHING) / total * 100:.0f} % of the period's {short_usd(total)}"


def _percentage(share: float | None) -> float | None:
    return None if share is None else round(share * 100, 4)


def _narrow_to_cell() -> None:
    point = clicked(HEATMAP)
    if point is not None:
        cells = _cells()
        payers, rows = _shown_names(cells, 1, NAMED), _shown_names(cells, 0, ROWS_NAMED)
        narrow_or_open(
            {
                "payer": list(_members(cells, 1, str(point["x"]), payers)),
                "specialty": list(_members(cells, 0, str(point["y"]), rows)),
            }
        )


def _open_row(row: Mapping[str, object]) -> None:
    if row["specialty"] != TOTAL:
        will_open("offsets", specialty=[str(row["specialty"])])


specialties()
