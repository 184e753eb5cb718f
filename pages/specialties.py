"""Where in the house does it hit?"""

from __future__ import annotations

from decimal import Decimal

import streamlit as st

from charts.spec import ChartSpec, Series
from charts.theme import OTHER, colour_places, top_names
from kpis.choices import choices
from kpis.format import exact_usd, short_usd, short_value
from screen.charts import clicked, show_chart
from screen.filters import current_filters, current_period
from screen.header import page_header
from screen.navigation import go
from screen.session import Row, ask, kpi_rows
from screen.tables import csv_button, dollars, percent, shown

HEATMAP = "specialty_heatmap"
NOTHING = Decimal("0.00")
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
    """Withheld by specialty and payer; a click on a cell opens its offsets."""
    cells = {
        (str(row["specialty"]), str(row["payer"])): row
        for row in kpi_rows(current_filters(), "specialty", "payer")
        if row["withheld"]
    }
    payers = _by_withheld(cells, 1)
    rows = _by_withheld(cells, 0)
    worst = max(cells, key=lambda cell: cells[cell]["withheld"])
    total = sum((row["withheld"] for row in cells.values()), NOTHING)
    spec = ChartSpec(
        kind="heatmap",
        title=f"{worst[1]} in {worst[0]} is the largest: {short_usd(cells[worst]['withheld'])} of "
        f"{short_usd(total)} withheld, {current_period()}. Click a cell to see its offsets",
        x=tuple(payers),
        series=tuple(_heat_row(name, payers, cells) for name in rows),
        unit="usd",
        alt="Withheld by specialty and payer: "
        + "; ".join(f"{s}, {p} {exact_usd(row['withheld'])}" for (s, p), row in cells.items()),
        height=150 + 34 * len(rows),
    )
    show_chart(spec, HEATMAP, on_select=_open_cell)


def mix_over_time(rows: list[Row]) -> None:
    """Withheld by month, the largest specialties by name and the rest together."""
    named = top_names(
        {str(row["specialty"]): float(row["withheld"]) for row in rows if row["withheld"]}
    )
    months: dict[str, dict[str, Decimal]] = {}
    for row in kpi_rows(current_filters(), "month", "specialty"):
        name = str(row["specialty"]) if row["specialty"] in named else OTHER
        month = months.setdefault(f"{row['month']:%Y-%m-%d}", {})
        month[name] = month.get(name, NOTHING) + row["withheld"]
    shown_names = (
        [*named, OTHER]
        if any(OTHER in month and month[OTHER] for month in months.values())
        else named
    )
    places = colour_places(ask(choices).specialties)
    top = named[0]
    total = sum((row["withheld"] for row in rows), NOTHING)
    of_top = next(row["withheld"] for row in rows if row["specialty"] == top)
    spec = ChartSpec(
        kind="stacked columns",
        title=f"{top} carries {of_top / total * 100:.0f} % of the period's {short_usd(total)}",
        x=tuple(months),
        series=tuple(
            Series(
                name,
                tuple(month.get(name, NOTHING) for month in months.values()),
                role="category",
                colour=places.get(name),
            )
            for name in shown_names
        ),
        unit="usd",
        alt=f"Withheld by month and specialty; {top} is the largest with {exact_usd(of_top)}",
        x_is_month=True,
        height=340,
    )
    show_chart(spec, "specialty_mix")


def by_specialty(rows: list[Row]) -> None:
    """The exact figures behind both charts."""
    ranked = sorted(rows, key=lambda row: (-row["withheld"], row["specialty"]))
    table = [
        {**row, "offset_volume_rate": _percentage(row["offset_volume_rate"])} for row in ranked
    ]
    st.dataframe(
        shown(table, list(COLUMNS)),
        hide_index=True,
        height="content",
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
        alt="Specialties, most withheld first",
    )
    csv_button(table, COLUMNS, "specialties.csv")
    st.caption(
        "Unassigned: taken without naming a claim, or by a provider the roster does not know."
    )


def _heat_row(specialty: str, payers: list[str], cells: dict[tuple[str, str], Row]) -> Series:
    found = [cells.get((specialty, payer)) for payer in payers]
    return Series(
        specialty,
        tuple(row["withheld"] if row else NOTHING for row in found),
        detail=tuple(
            f"{payers[at]}<br>{row['taken_count']:,} receivables · rate "
            f"{short_value(row['offset_volume_rate'], 'share')}"
            if row
            else payers[at]
            for at, row in enumerate(found)
        ),
    )


def _by_withheld(cells: dict[tuple[str, str], Row], side: int) -> list[str]:
    totals: dict[str, Decimal] = {}
    for cell, row in cells.items():
        totals[cell[side]] = totals.get(cell[side], NOTHING) + row["withheld"]
    return sorted(totals, key=lambda name: (-totals[name], name))


def _percentage(share: float | None) -> float | None:
    return None if share is None else round(share * 100, 4)


def _open_cell() -> None:
    point = clicked(HEATMAP)
    if point is not None:
        go("offsets", payer=[str(point["x"])], specialty=[str(point["y"])])


specialties()
