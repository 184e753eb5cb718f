"""Which payers cost us most?"""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from charts.spec import ChartSpec, Series
from charts.theme import colour_places
from kpis.cards import Card, cards
from kpis.choices import choices
from kpis.format import exact_usd, short_usd, short_value
from kpis.payers import CONCENTRATED, PayerStanding, concentration, payer_standings
from pages.payer import one_payer
from screen.charts import clicked, show_chart
from screen.filters import PAYER, comparison_period, current_filters, current_period
from screen.header import page_header
from screen.navigation import set_filters
from screen.session import ask
from screen.tables import csv_button, dollars, escaped, percent, shown

TABLE, BARS = "payer_table", "payer_bars"
COLUMNS = {
    "payer": "Payer",
    "withheld": "Withheld",
    "payments": "Payments before offsets",
    "offset_volume_rate": "Offset volume rate",
    "trend": "Offset volume rate by month",
    "taken_count": "Receivables withdrawn from",
    "recoupment_lag_days": "Recoupment lag, days",
    "lag_count": "Withdrawals with a known notice",
    "appeal_success_rate": "Appeal success rate",
    "appeals_decided": "Appeals decided",
    "recovered": "Recovered",
    "net_cash_impact": "Net cash impact",
}


def payers() -> None:
    chosen = current_filters().payers
    if len(chosen) == 1:
        one_payer(chosen[0])
    else:
        ranking()


def ranking() -> None:
    page_header("Payers", "Which payers cost us most?")
    standings = ask(payer_standings, current_filters())
    if not standings:
        st.info(
            "No payer paid or withheld anything in this period. Widen the period or reset the filters."
        )
        return
    how_concentrated(standings)
    ranked_bars(standings)
    ranked_table(standings)
    totals(ask(cards, current_filters(), comparison_period()))


def how_concentrated(standings: Sequence[PayerStanding]) -> None:
    """One sentence: the top payer's share and the index of concentration."""
    found = concentration(standings)
    if found is None:
        st.markdown("Nothing was withheld in this period.")
        return
    degree = (
        "concentrated in few payers" if found.hhi >= CONCENTRATED else "spread over several payers"
    )
    st.markdown(
        f"**{escaped(found.top_payer)}** took {found.top_share * 100:.0f} % of everything withheld; "
        f"takebacks are {degree} (HHI {found.hhi:,} over {found.payers} payers).",
        help="HHI: the sum of the squared percentage shares of withheld dollars. 10,000 is one payer alone; "
        f"{CONCENTRATED:,} and more counts as concentrated.",
    )


def ranked_bars(standings: Sequence[PayerStanding]) -> None:
    """Withheld by payer; a click opens the payer."""
    places = colour_places(ask(choices).payers)
    names = tuple(one.payer for one in standings)
    series = tuple(
        Series(
            one.payer,
            tuple(one.withheld if name == one.payer else None for name in names),
            role="category",
            colour=places[one.payer],
            detail=tuple(f"{one.taken_count:,} receivables" for _ in names),
        )
        for one in standings
    )
    total = sum(one.withheld for one in standings)
    spec = ChartSpec(
        kind="bars",
        title=f"{short_usd(total)} withheld, {current_period()}: click a payer to open it",
        x=names,
        series=series,
        unit="usd",
        alt="Withheld by payer: "
        + ", ".join(f"{one.payer} {exact_usd(one.withheld)}" for one in standings),
        height=max(160, 44 * len(names) + 30),
        legend=False,
    )
    with st.container(border=True):
        show_chart(spec, BARS, on_select=_open_bar)


def ranked_table(standings: Sequence[PayerStanding]) -> None:
    """Every payer with all four KPIs and what they rest on; a click on a cell opens the payer."""
    rows = [_row(one) for one in standings]
    st.dataframe(
        shown(rows, list(COLUMNS)),
        key=TABLE,
        hide_index=True,
        height="content",
        on_select=_open_row,
        selection_mode="single-cell",
        placeholder="no value",
        column_config={
            "payer": st.column_config.TextColumn("Payer", pinned=True),
            "withheld": dollars("Withheld"),
            "payments": dollars("Paid before", COLUMNS["payments"]),
            "offset_volume_rate": percent("Rate", COLUMNS["offset_volume_rate"]),
            "trend": st.column_config.LineChartColumn(
                "By month", help=COLUMNS["trend"], y_min=0, width=90
            ),
            "taken_count": st.column_config.NumberColumn("n", help=COLUMNS["taken_count"]),
            "recoupment_lag_days": st.column_config.NumberColumn(
                "Lag, days", help=COLUMNS["recoupment_lag_days"], format="%.1f"
            ),
            "lag_count": st.column_config.NumberColumn("n", help=COLUMNS["lag_count"]),
            "appeal_success_rate": percent("Appeals won", COLUMNS["appeal_success_rate"]),
            "appeals_decided": st.column_config.NumberColumn("n", help=COLUMNS["appeals_decided"]),
            "recovered": dollars("Recovered"),
            "net_cash_impact": dollars("Net cash", COLUMNS["net_cash_impact"]),
        },
        alt="Payers, most withheld first",
    )
    csv_button(
        rows, {name: title for name, title in COLUMNS.items() if name != "trend"}, "payers.csv"
    )


def totals(headlines: Sequence[Card]) -> None:
    """The four KPIs over all payers shown: the same as on the Overview."""
    parts = [
        f"{card.kpi.title.lower()} **{short_value(card.value, card.kpi.unit)}**"
        for card in headlines
    ]
    st.markdown(escaped("All payers shown: " + " · ".join(parts) + f" · {headlines[0].rests_on}"))


def _row(one: PayerStanding) -> dict[str, object]:
    row: dict[str, object] = {name: getattr(one, name) for name in COLUMNS}
    for name in ("offset_volume_rate", "appeal_success_rate"):
        share = row[name]
        row[name] = None if share is None else round(float(str(share)) * 100, 4)
    row["trend"] = list(one.trend)
    return row


def _open_bar() -> None:
    point = clicked(BARS)
    if point is not None:
        set_filters({PAYER.key: [str(point["y"])]})


def _open_row() -> None:
    cells = st.session_state[TABLE]["selection"]["cells"]
    if cells:
        standings = ask(payer_standings, current_filters())
        set_filters({PAYER.key: [standings[cells[0][0]].payer]})


payers()
