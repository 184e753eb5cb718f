"""Today's date, asked for in one place: only to say how old the data is, never for a figure."""

from __future__ import annotations

from datetime import UTC, date, datetime


def today() -> date:
    """The date in UTC, the zone loads are stamped in. Tests put a fixed day in its place."""
    return datetime.now(UTC).date()
