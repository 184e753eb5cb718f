"""Takeback's entry point: page settings, the filter bar, the menu. What a page shows is in pages/."""

import streamlit as st

from screen.filters import filter_bar
from screen.first_start import ensure_something_is_loaded
from screen.navigation import navigation

st.set_page_config(page_title="Takeback", page_icon="↩️", layout="wide", initial_sidebar_state=220)

page = navigation()
ensure_something_is_loaded()
filter_bar()
page.run()
