"""Where in the house does it hit?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

import streamlit as st

from charts.spec import ChartSpec, Series
from charts.theme import NAMED, OTHER, colour_places, top_names
from kpis.choices import choices
from kpis.format import exact_usd, short_usd
from kpis.periods import quarters
from screen.charts import clicked, show_chart
from screen.entered import fiscal_calendar
from screen.filters import CUSTOM_PERIOD, current_filters, current_grain, current_period
from screen.header import page_header
from screen.navigation import will_open
from screen.session import Row, ask, kpi_rows
from screen.tables import csv_button, dollars, percent, shown

Cell = tuple[str, str]
Cells = Mapping[Cell, tuple[Decimal, int]]
HEATMAP, MIX, TABLE = "specialty_heatmap", "specialty_mix", "specialty_table"
NOTHING = Decimal("0.00")
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
    page_header("Specialties", "Where in the house does it hit?")
    rows = kpi_rows(current_filters(), "specialty")
    if not any(row["withheld"] for row in rows):
        st.info("Nothing was withheld in this period. Widen the period or reset the filters.")
        return
    with st.container(border=True):
        where_it_hits()
    with st.container(border=True):
        mix_over_time(rows)
    by_specialty(rows)


def where_it_hits() -> None:
    """Withheld by specialty and payer, the largest by name; a click on a cell opens its offsets."""
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
        f"{short_usd(total)} withheld, {current_period()}. Click a cell to see its offsets",
        x=tuple(payers),
        series=tuple(
            Series(
                row,
                tuple(told[row, payer][0] for payer in payers),
                detail=tuple(f"{payer}<br>{told[row, payer][1]:,} receivables" for payer in payers),
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
    show_chart(spec, HEATMAP, on_select=_open_cell)


def mix_over_time(rows: list[Row]) -> None:
    """Withheld by month or quarter, the largest specialties by name; a click opens what is behind a part."""
    named = top_names(
        {str(row["specialty"]): float(row["withheld"]) for row in rows if row["withheld"]}
    )
    spans = _spans()
    parts = _parts(named, spans)
    places = colour_places(ask(choices).specialties)
    top = named[0]
    total = sum((row["withheld"] for row in rows), NOTHING)
    of_top = next(row["withheld"] for row in rows if row["specialty"] == top)
    spec = ChartSpec(
        kind="stacked columns",
        title=f"{top} carries {of_top / total * 100:.0f} % of the period's {short_usd(total)}",
        x=tuple(months[0].isoformat() for _, months in spans),
        series=tuple(
            Series(name, values, role="category", colour=places.get(name))
            for name, values in parts.items()
        ),
        unit="usd",
        alt=f"Withheld by {current_grain()} and specialty; {top} is the largest with "
        f"{exact_usd(of_top)}. "
        + "; ".join(
            f"{name}: {exact_usd(sum((values[at] for values in parts.values()), NOTHING))}"
            for at, (name, _) in enumerate(spans)
        ),
        x_is_month=True,
        x_names=tuple(name for name, _ in spans) if current_grain() == "quarter" else (),
        height=340,
    )
    show_chart(spec, MIX, on_select=_open_part)


def by_specialty(rows: list[Row]) -> None:
    """The exact figures behind both charts."""
    total = {**kpi_rows(current_filters())[0], "specialty": TOTAL}
    table = [
        {**row, "offset_volume_rate": _percentage(row["offset_volume_rate"])}
        for row in (*_ranked(rows), total)
    ]
    st.dataframe(
        shown(table, list(COLUMNS)),
        key=TABLE,
        on_select=_open_row,
        selection_mode="single-cell",
        hide_index=True,
        height="content" if len(table) <= ROWS_IN_FULL else 35 * ROWS_IN_FULL,
        placeholder="no value",
        column_config={
            "specialty": st.column_config.TextColumn(COLUMNS["specialty"], pinned=True),
            "withheld": dollars(COLUMNS["withheld"]),
            "payments": dollars(COLUMNS["payments"]),
            "offset_volume_rate": percent(
                COLUMNS["offset_volume_rate"],
                "No value where a specialty has no payments of its own",
            ),
            "taken_count": st.column_config.NumberColumn(COLUMNS["taken_count"]),
            "recovered": dollars(COLUMNS["recovered"]),
            "net_cash_impact": dollars(COLUMNS["net_cash_impact"]),
        },
        alt="Specialties, most withheld first, with their total; a click opens the offsets",
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


def _spans() -> list[tuple[str, tuple[date, ...]]]:
    """The months of the period with data, or the quarters they make up, by name."""
    months = tuple(row["month"] for row in kpi_rows(current_filters(), "month"))
    if current_grain() == "month":
        return [(f"{month:%b %Y}", (month,)) for month in months]
    return [(quarter.label, quarter.months) for quarter in quarters(months, fiscal_calendar())]


def _parts(
    named: Sequence[str], spans: Sequence[tuple[str, tuple[date, ...]]]
) -> dict[str, tuple[Decimal, ...]]:
    """USD withheld of each name in each span; OTHER only where there is any."""
    found: dict[tuple[str, date], Decimal] = {}
    for row in kpi_rows(current_filters(), "month", "specialty"):
        name = str(row["specialty"]) if row["specialty"] in named else OTHER
        found[name, row["month"]] = found.get((name, row["month"]), NOTHING) + row["withheld"]
    parts = {
        name: tuple(
            sum((found.get((name, month), NOTHING) for month in months), NOTHING)
            for _, months in spans
        )
        for name in (*named, OTHER)
    }
    return {name: values for name, values in parts.items() if name != OTHER or any(values)}


def _percentage(share: float | None) -> float | None:
    return None if share is None else round(share * 100, 4)


def _open_cell() -> None:
    point = clicked(HEATMAP)
    if point is not None:
        cells = _cells()
        payers, rows = _shown_names(cells, 1, NAMED), _shown_names(cells, 0, ROWS_NAMED)
        will_open(
            "offsets",
            payer=_members(cells, 1, str(point["x"]), payers),
            specialty=_members(cells, 0, str(point["y"]), rows),
        )


def _open_part() -> None:
    point = clicked(MIX)
    rows = [row for row in kpi_rows(current_filters(), "specialty") if row["withheld"]]
    named = top_names({str(row["specialty"]): float(row["withheld"]) for row in rows})
    if point is None:
        return
    spans = _spans()
    name = list(_parts(named, spans))[int(str(point["curve_number"]))]
    months = next(months for _, months in spans if months[0].isoformat() == str(point["x"])[:10])
    others = [str(row["specialty"]) for row in rows if row["specialty"] not in named]
    will_open(
        "offsets",
        period=CUSTOM_PERIOD,
        specialty=others if name == OTHER else [name],
        offset_state="Withheld",
        **{"from": f"{months[0]:%Y-%m}", "to": f"{months[-1]:%Y-%m}"},
    )


def _open_row() -> None:
    cells = st.session_state[TABLE]["selection"]["cells"]
    ranked = _ranked(kpi_rows(current_filters(), "specialty"))
    if cells and cells[0][0] < len(ranked):
        will_open("offsets", specialty=[str(ranked[cells[0][0]]["specialty"])])


specialties()
