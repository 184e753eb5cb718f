"""Takeback's entry point: the menu and the filter bar around every page. What a page shows is in pages/."""

from kpis.freshness import freshness
from screen.filters import filter_bar
from screen.navigation import navigation
from screen.readiness import (
    ensure_entries_are_of_this_version,
    ensure_ledger_is_of_this_version,
    ensure_something_is_loaded,
)
from screen.session import ask_ahead, hold_snapshot

page = navigation()
ensure_something_is_loaded()
hold_snapshot()
ensure_ledger_is_of_this_version()
ensure_entries_are_of_this_version()
ask_ahead(freshness)
filter_bar()
page.run()
