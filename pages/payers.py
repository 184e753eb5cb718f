"""Which payers cost us most?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

import streamlit as st

from charts.multiples import height_of
from charts.rankings import ranked_bars as bar_chart
from charts.spec import ChartSpec, Series
from charts.theme import OTHER, top_names
from kpis.cards import Card, cards, sum_of
from kpis.catalog import KPI_BY_NAME
from kpis.choices import choices
from kpis.format import counted, short_usd, short_value
from kpis.grain import over_steps
from kpis.money import NOTHING
from kpis.payers import CONCENTRATED, PayerStanding, concentration, payer_standings, rate_panels
from pages.payer import one_payer
from screen.charts import clicked, show_chart
from screen.click_table import click_table, pinned
from screen.csv_files import csv_button
from screen.filters import (
    PAYER,
    comparison_period,
    current_filters,
    current_grain,
    current_period,
)
from screen.header import page_header
from screen.narrow import months_as_filter
from screen.navigation import set_filters
from screen.nothing import nothing_here
from screen.places import places_of
from screen.session import ask, kpi_rows
from screen.spans import span_at, spans_of, steps_of
from screen.tables import counts, dollars, escaped, percent

TABLE, BARS, PANELS, TOTAL = "payer_table", "payer_bars", "payer_panels", "All payers"
SHARES = ("offset_volume_rate", "appeal_success_rate", "recovery_rate_cash")
RECOVERY = KPI_BY_NAME["recovery_rate_cash"]
ROWS_IN_FULL = 20
COLUMNS = {
    "payer": "Payer",
    "withheld": "Withheld",
    "payments": "Payments before offsets",
    "offset_volume_rate": "Offset volume rate",
    "trend": "Offset volume rate over time",
    "taken_count": "Receivables withdrawn from",
    "recoupment_lag_days": "Recoupment lag, days",
    "lag_count": "Withdrawals with a lag",
    "appeal_success_rate": "Appeal success rate",
    "appeals_decided": "Appeals decided",
    "recovered": "Recovered",
    "recovery_rate_cash": "Recovery rate, cash",
    "net_cash_impact": "Net cash impact",
}


def payers() -> None:
    chosen = current_filters().payers
    if len(chosen) == 1:
        one_payer(chosen[0])
    else:
        ranking()


def ranking() -> None:
    page_header("payers")
    standings = ask(payer_standings, current_filters(), steps_of(current_filters()))
    if not standings:
        nothing_here("No payer paid or withheld anything in this period.")
        return
    how_concentrated(standings)
    named, others = largest(standings)
    with st.container(border=True):
        ranked_bars(standings, named, others)
    ranked_table(standings)
    totals(ask(cards, current_filters(), comparison_period()))
    with st.container(border=True):
        side_by_side(named, others)


def largest(standings: Sequence[PayerStanding]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The payers shown by name, most withheld first, and those shown together."""
    named = tuple(top_names({one.payer: float(one.withheld) for one in standings}))
    return named, tuple(one.payer for one in standings if one.payer not in named)


def how_concentrated(standings: Sequence[PayerStanding]) -> None:
    """One sentence: the top payer's share and the index of concentration."""
    found = concentration(standings)
    if found is None:
        st.markdown("Nothing was withheld in this period.")
        return
    if found.payers == 1:
        st.markdown(
            f"**{escaped(found.top_payer)}** took everything that was withheld in this period."
        )
        return
    degree = (
        "concentrated in few payers" if found.hhi >= CONCENTRATED else "spread over several payers"
    )
    st.markdown(
        f"**{escaped(found.top_payer)}** took {found.top_share * 100:.0f} % of everything withheld; "
        f"takebacks are {degree} (HHI {found.hhi:,} over {counted(found.payers, 'payer')}).",
        help="HHI: the sum of the squared percentage shares of withheld dollars. 10,000 is one payer alone; "
        f"{CONCENTRATED:,} and more counts as concentrated.",
    )


def ranked_bars(
    standings: Sequence[PayerStanding], named: tuple[str, ...], others: tuple[str, ...]
) -> None:
    """Withheld by payer, the largest by name; a click opens the payer."""
    by_name = {one.payer: one.withheld for one in standings}
    bars = [(name, by_name[name]) for name in named]
    if others:
        bars.append((rest_of(others), sum((by_name[name] for name in others), NOTHING)))
    counts = {one.payer: one.taken_count for one in standings}
    spec = bar_chart(
        f"{short_usd(sum(by_name.values()))} withheld, {current_period()}: click a payer to open it",
        bars,
        "usd",
        places_of("payer"),
        "Withheld by payer",
    )
    told = tuple(
        counted(counts.get(name, sum(counts[one] for one in others)), "receivable")
        for name, _ in bars
    )
    series = tuple(replace(one, detail=told) for one in spec.series)
    show_chart(replace(spec, series=series), BARS, on_select=partial(_narrow_to_bar, others))


def side_by_side(named: tuple[str, ...], others: tuple[str, ...]) -> None:
    """Each payer's rate by month or quarter in a panel of its own, all on one scale."""
    filters, grain = current_filters(), current_grain()
    spans = spans_of(filters)
    panels = ask(rate_panels, filters, named, others, rest_of(others), steps_of(filters))
    places = places_of("payer")
    peaks = [(max((rate or 0.0 for rate in one.rates), default=0.0), one.name) for one in panels]
    highest, peaking = max(peaks)
    spec = ChartSpec(
        kind="small multiples",
        title=f"Offset volume rate by {grain}, all on one scale: {peaking} peaks highest, "
        f"at {short_value(highest, 'share')}",
        x=tuple(span.first.isoformat() for span in spans),
        x_names=tuple(span.name for span in spans) if grain == "quarter" else (),
        series=tuple(
            Series(one.name, one.rates, role="category", colour=places.get(one.name))
            for one in panels
        ),
        unit="share",
        alt=f"Offset volume rate by {grain} and payer. Peaks: "
        + ", ".join(f"{payer} {short_value(peak, 'share')}" for peak, payer in peaks),
        x_is_month=True,
        height=height_of(len(panels)) + 20,
        legend=False,
    )
    shown_names = tuple(one.name for one in panels)
    show_chart(spec, PANELS, on_select=partial(_narrow_to_panel, shown_names, others))


def rest_of(others: Sequence[str]) -> str:
    """What the payers without a bar of their own are called together."""
    return f"{OTHER} ({len(others)})"


def ranked_table(standings: Sequence[PayerStanding]) -> None:
    """Every payer with all four KPIs and what they rest on; a click on a cell opens the payer."""
    rows = [*(_row(one) for one in standings), _total_row()]
    click_table(
        rows,
        COLUMNS,
        {
            "payer": pinned("Payer"),
            "withheld": dollars("Withheld"),
            "payments": dollars("Payments", COLUMNS["payments"]),
            "offset_volume_rate": percent("Rate", COLUMNS["offset_volume_rate"]),
            "trend": st.column_config.LineChartColumn(
                f"By {current_grain()}", help=COLUMNS["trend"], y_min=0, width=90
            ),
            "taken_count": counts("Offsets", COLUMNS["taken_count"]),
            "recoupment_lag_days": st.column_config.NumberColumn(
                "Lag, days", help=COLUMNS["recoupment_lag_days"], format="%.1f"
            ),
            "lag_count": counts("Noticed", COLUMNS["lag_count"]),
            "appeal_success_rate": percent("Appeals won", COLUMNS["appeal_success_rate"]),
            "appeals_decided": counts("Decided", COLUMNS["appeals_decided"]),
            "recovered": dollars("Recovered"),
            "recovery_rate_cash": percent("Of withheld", RECOVERY.formula),
            "net_cash_impact": dollars("Net cash", COLUMNS["net_cash_impact"]),
        },
        key=TABLE,
        alt="Payers, most withheld first, with their total; a click opens the payer",
        on_row=_open_row,
        in_full=ROWS_IN_FULL,
        nothing="no value",
    )
    csv_button(
        rows, {name: title for name, title in COLUMNS.items() if name != "trend"}, "payers.csv"
    )


def totals(headlines: Sequence[Card]) -> None:
    """The four KPIs over all payers shown: the same as on the Overview."""
    parts = [f"{card.kpi.title.lower()} **{card.value_in_words}**" for card in headlines]
    st.markdown(escaped("All payers shown: " + " · ".join(parts) + f" · {headlines[0].rests_on}"))


def _row(one: PayerStanding) -> dict[str, object]:
    row: dict[str, object] = {name: getattr(one, name) for name in COLUMNS}
    return {**row, **_percentages(row), "trend": list(one.trend)}


def _total_row() -> dict[str, object]:
    """All payers together: rates are those of the sums, the same as on the cards."""
    row = kpi_rows(current_filters())[0]
    filters = current_filters()
    rates = over_steps(kpi_rows(filters, "month"), steps_of(filters), "offset_volume_rate")
    trend = [rate or 0.0 for rate in rates]
    decided = sum_of(KPI_BY_NAME["appeal_success_rate"].count, row) or 0
    return {
        **row,
        **_percentages(row),
        "payer": TOTAL,
        "trend": trend,
        "appeals_decided": decided,
    }


def _percentages(row: Mapping[str, object]) -> dict[str, float | None]:
    shares = {name: row[name] for name in SHARES}
    return {
        name: None if share is None else round(float(str(share)) * 100, 4)
        for name, share in shares.items()
    }


def _narrow_to_bar(others: Sequence[str]) -> None:
    point = clicked(BARS)
    if point is not None:
        chosen = str(point["y"])
        set_filters({PAYER.key: [chosen] if chosen in ask(choices).payers else list(others)})


def _narrow_to_panel(names: Sequence[str], others: Sequence[str]) -> None:
    """A panel is its payer; the point in it is the month or quarter."""
    point = clicked(PANELS)
    span = span_at(current_filters(), point["x"]) if point else None
    if point is None or span is None:
        return
    chosen = names[int(str(point["curve_number"]))]
    set_filters(
        {
            PAYER.key: [chosen] if chosen in ask(choices).payers else list(others),
            **months_as_filter(span.months[0], span.months[-1]),
        }
    )


def _open_row(row: Mapping[str, object]) -> None:
    if row["payer"] != TOTAL:
        set_filters({PAYER.key: [str(row["payer"])]})


payers()
