"""Events of receivables narrowed by filters where that is cheapest: the month on the event, the rest on the item."""

from __future__ import annotations

from kpis.filters import LISTS, Filters

OF_EVENTS = frozenset({"mechanism"})
"""What an event has of its own; where it has none, its item's counts."""
OF_ITEMS = frozenset(LISTS.values()) - OF_EVENTS
"""What is filtered by on the item: items are far fewer than events."""

_WITH_MECHANISM = """(
    select receivable_event.* replace (
        coalesce(receivable_event.mechanism, receivable.mechanism) as mechanism
    )
    from receivable_event
    join receivable on receivable.receivable_id = receivable_event.receivable_id
)"""


def events(filters: Filters) -> str:
    """The table of events to narrow by month and OF_EVENTS; joined to its items only where a mechanism is asked for."""
    return _WITH_MECHANISM if filters.mechanisms else "receivable_event"
