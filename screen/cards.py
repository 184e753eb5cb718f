"""KPI cards: value, change and what it is compared with, target in words, n and dollars, sparkline."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

import streamlit as st

from kpis.cards import Card
from kpis.format import exact_value
from screen.entered import target_of
from screen.filters import current_filters
from screen.plain_text import plain
from screen.tables import escaped

_COLOUR: dict[str, Literal["green", "red", "gray"]] = {
    "better": "green",
    "worse": "red",
    "unchanged": "gray",
    "neither": "gray",
}


def kpi_cards(cards: Sequence[Card], compared_with: str) -> None:
    """One card each, as many beside each other as fit, against the targets in force for the payers chosen."""
    payers = current_filters().payers
    with st.grid(len(cards), min_column_width=215, gap="small"):
        for card in cards:
            with st.container(
                border=True, gap="xsmall", key=f"card_{card.kpi.name}", height="stretch"
            ):
                kpi_card(replace(card, target=target_of(card.kpi.name, payers)), compared_with)


def kpi_card(card: Card, compared_with: str) -> None:
    """One card's content."""
    st.metric(
        card.kpi.title,
        escaped(card.value_in_words),
        delta=escaped(card.change) if card.change else None,
        delta_color=_COLOUR[card.verdict],
        delta_arrow=_arrow(card),
        delta_description=card.verdict
        if card.verdict in ("better", "worse", "unchanged")
        else None,
        help=definition(card),
        chart_data=_sparkline(card),
        chart_type="area",
    )
    st.caption(escaped(f"{_before(card, compared_with)}  \n{card.rests_on}"))
    _target_status(card)


def definition(card: Card) -> str:
    """What hover tells: exact value, formula, meaning, what is left out, where the target comes from."""
    kpi = card.kpi
    parts = [
        f"**{exact_value(card.value, kpi.unit)}** exactly",
        kpi.formula,
        kpi.definition,
        kpi.edge_cases,
    ]
    text = escaped("\n\n".join(parts))
    if card.target is None:
        return text
    return f"{text}\n\n**Target** {plain(card.target.provenance)}"


def _target_status(card: Card) -> None:
    words = escaped(card.status_in_words)
    if card.target is not None and card.target.payer:
        words += " · its own target"
    if card.status is None:
        st.markdown(f":gray[:material/remove: {words}]")
    elif card.status == "on target":
        st.markdown(f":green[:material/check_circle: {words}]")
    else:
        st.markdown(f":red[:material/warning: {words}]")


def _before(card: Card, compared_with: str) -> str:
    if card.before is not None:
        return f"was {card.before_in_words} in {compared_with.removeprefix('vs ')}"
    if compared_with.startswith("vs "):
        return f"no value in {compared_with.removeprefix('vs ')}"
    return compared_with.capitalize()


def _arrow(card: Card) -> Literal["up", "down", "off"]:
    if card.change is None or card.value == card.before:
        return "off"
    return "down" if card.change.startswith("−") else "up"


def _sparkline(card: Card) -> list[float] | None:
    values = [float(value) for _, value in card.trend if value is not None]
    return values if len(values) > 1 else None
