"""Targets on screen: what is in force and where it comes from, set another with a reason, go back to the default."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import streamlit as st

from data.targets_entered import (
    EnteredTarget,
    set_fiscal_first_month,
    set_target,
    target_history,
    undo_target,
)
from kpis.cards import band_in_words
from kpis.catalog import KPI_BY_NAME, KPIS, Kpi, Unit
from kpis.choices import choices
from kpis.filters import payer_key
from kpis.periods import MONTH_NAMES, day_in_words
from kpis.targets import Target
from screen.entered import fiscal_calendar, journal, target_of
from screen.filters import current_filters
from screen.plain_text import plain
from screen.session import ask
from screen.settings import may_edit, say_who_may_edit
from screen.tables import escaped
from screen.user import user_name

EVERY_PAYER = "All payers"
OPEN, KPI, WHOSE, LOW, HIGH, WHY = (
    "targets", "target_kpi", "target_payer", "target_low", "target_high", "target_why",
)  # fmt: skip
FISCAL, REFUSED = "fiscal_first_month", "target_refused"
NO_REASON = "Say why: whoever looks at this later has only these words."
UPSIDE_DOWN = "The lower bound lies above the upper one."
SHOWN_AS: dict[Unit, str] = {"share": "%", "days": "days", "usd": "USD", "count": "count"}
LATEST = 5


def targets_menu() -> None:
    """A button that opens the form."""
    menu = st.popover(
        "Targets", icon=":material/flag:", type="tertiary", key=OPEN, on_change="rerun"
    )
    if menu.open:
        with menu:
            if not may_edit():
                say_who_may_edit()
                return
            target_form()
            fiscal_year()


def target_form() -> None:
    """The target of one KPI, for all payers or for one."""
    kpi = KPI_BY_NAME[
        st.selectbox(
            "KPI",
            [kpi.name for kpi in KPIS],
            format_func=lambda name: KPI_BY_NAME[name].title,
            key=KPI,
        )
    ]
    payer = _payer()
    known = [one for one in target_history(journal()) if _is_about(one, kpi, payer)]
    _in_force(kpi, payer)
    with st.form("target", border=False):
        _fields(kpi, payer)
        _buttons(kpi, payer, can_undo=bool(known) and not known[0].is_undone)
    if refused := st.session_state.pop(REFUSED, None):
        st.error(refused, icon=":material/error:")
    _history(kpi, known)


def fiscal_year() -> None:
    """With which month the fiscal year begins, for everybody."""
    st.selectbox(
        "The fiscal year begins with",
        range(1, 13),
        fiscal_calendar().first_month - 1,
        format_func=lambda month: MONTH_NAMES[month - 1],
        key=FISCAL,
        on_change=_set_fiscal,
        help="For everybody. Quarters and “Fiscal year to date” follow it; a fiscal year is named for the "
        "calendar year it ends in.",
    )


def _payer() -> str:
    """The payer chosen in the form, at first the one looked at; empty for all."""
    payers = [EVERY_PAYER, *ask(choices).payers]
    looked_at = current_filters().payers
    first = payers.index(looked_at[0]) if len(looked_at) == 1 and looked_at[0] in payers else 0
    chosen = st.selectbox("For", payers, first, key=WHOSE)
    return "" if chosen == EVERY_PAYER else chosen


def _in_force(kpi: Kpi, payer: str) -> None:
    target = target_of(kpi.name, (payer,) if payer else ())
    if target is None:
        st.caption("No target is set.")
        return
    st.caption(
        f"In force: **{escaped(band_in_words(target, kpi.unit))}**, {plain(target.provenance)}"
    )


def _fields(kpi: Kpi, payer: str) -> None:
    unit = SHOWN_AS[kpi.unit]
    for key, bound in _bounds(kpi, payer).items():
        st.session_state.setdefault(key, bound)
    with st.container(horizontal=True):
        for label, field in ((f"At least ({unit})", LOW), (f"At most ({unit})", HIGH)):
            st.number_input(
                label, value=None, key=_key(field, kpi, payer), placeholder="open", format="%g",
                width=150,
            )  # fmt: skip
    st.text_input("Why (required)", key=WHY, placeholder="e.g. board resolution of March")


def _buttons(kpi: Kpi, payer: str, *, can_undo: bool) -> None:
    with st.container(horizontal=True):
        st.form_submit_button(
            "Set target", type="primary", icon=":material/flag:", key="target_set",
            on_click=_set, args=(kpi, payer),
        )  # fmt: skip
        if can_undo:
            st.form_submit_button(
                "Back to default", icon=":material/undo:", key="target_undo",
                on_click=_undo, args=(kpi, payer),
            )  # fmt: skip


def _history(kpi: Kpi, known: Sequence[EnteredTarget]) -> None:
    for one in known[:LATEST]:
        st.caption(
            f"{day_in_words(one.made_at)} {plain(one.made_by)}: {escaped(_band(one, kpi))}, “{plain(one.why)}”"
        )


def _set(kpi: Kpi, payer: str) -> None:
    low = _from_screen(st.session_state.get(_key(LOW, kpi, payer)), kpi.unit)
    high = _from_screen(st.session_state.get(_key(HIGH, kpi, payer)), kpi.unit)
    why = _why()
    if why is None:
        return
    if low is not None and high is not None and low > high:
        st.session_state[REFUSED] = UPSIDE_DOWN
        return
    set_target(journal(), kpi.name, payer, low, high, user_name(), why)
    _show_in_force(kpi, payer)


def _undo(kpi: Kpi, payer: str) -> None:
    why = _why()
    if why is not None:
        undo_target(journal(), kpi.name, payer, user_name(), why)
        _show_in_force(kpi, payer)


def _show_in_force(kpi: Kpi, payer: str) -> None:
    """Puts into the fields what is in force now."""
    st.session_state[WHY] = ""
    st.session_state.update(_bounds(kpi, payer))


def _bounds(kpi: Kpi, payer: str) -> dict[str, float | None]:
    """The bounds in force by the fields' keys, as people write them."""
    target = target_of(kpi.name, (payer,) if payer else ())
    return {
        _key(LOW, kpi, payer): _on_screen(target.at_least, kpi.unit) if target else None,
        _key(HIGH, kpi, payer): _on_screen(target.at_most, kpi.unit) if target else None,
    }


def _why() -> str | None:
    why = " ".join(str(st.session_state.get(WHY) or "").split())
    if not why:
        st.session_state[REFUSED] = NO_REASON
    return why or None


def _set_fiscal() -> None:
    set_fiscal_first_month(journal(), st.session_state[FISCAL], user_name())


def _is_about(one: EnteredTarget, kpi: Kpi, payer: str) -> bool:
    return one.kpi == kpi.name and payer_key(one.payer) == payer_key(payer)


def _band(one: EnteredTarget, kpi: Kpi) -> str:
    if one.is_undone:
        return "back to the default"
    if one.at_least is None and one.at_most is None:
        return "no target"
    low = None if one.at_least is None else float(one.at_least)
    high = None if one.at_most is None else float(one.at_most)
    return band_in_words(Target(low, high, one.why, verified=False), kpi.unit)


def _on_screen(bound: float | None, unit: Unit) -> float | None:
    """A bound as people write it: shares in per cent."""
    return round(bound * 100, 6) if bound is not None and unit == "share" else bound


def _from_screen(shown: float | None, unit: Unit) -> Decimal | None:
    if shown is None:
        return None
    return Decimal(str(shown)) / 100 if unit == "share" else Decimal(str(shown))


def _key(field: str, kpi: Kpi, payer: str) -> str:
    return f"{field}_{kpi.name}_{payer_key(payer)}"
