"""The page's address: all its values told at once, and none lost when another page is opened or gone back to.

Streamlit tells the browser of each value bound to a widget by itself, and each makes a view of its own to go back to.
It also takes a value out of the address when a page is left while its widget is hidden, as in a closed popover. Both
end where the values are let go of: untied from their widgets until these are drawn again.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

AddressValues = Mapping[str, str | list[str]]


def let_go(keys: Collection[str]) -> None:
    """Unties values of the address from their widgets, until these are drawn again."""
    context = get_script_run_ctx()
    if context is None:
        return
    with context.session_state.query_params() as held:
        for key in keys:
            if binding := held.get_binding_for_param(key):
                held.unbind_widget(binding.widget_id)


def put_in_address(values: AddressValues, of: Collection[str]) -> None:
    """Makes `values` all that the address holds of the keys `of`; what else it holds stays."""
    now = {key: st.query_params.get_all(key) for key in st.query_params}
    others = {key: value for key, value in now.items() if key not in of and key not in values}
    wanted = {**others, **{key: _listed(value) for key, value in values.items()}}
    if wanted != now:
        let_go(wanted)
        st.query_params.from_dict(in_order(wanted))


def in_order(values: AddressValues) -> AddressValues:
    """The values in the order the browser's side of Streamlit writes: the same values are the same view."""
    return dict(sorted(values.items()))


def _listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value
