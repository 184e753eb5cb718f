"""The colour of a series as #rrggbb, for renderers that draw without a browser."""

from __future__ import annotations

from charts.spec import Role
from charts.theme import Palette


def role_colour(role: Role, place: int | None, colours: Palette) -> str:
    """Good, bad and prior by their role; else the place in the palette; a category without one is "Other"."""
    by_role = {"bad": colours.bad, "good": colours.good, "prior": colours.muted}
    if role in by_role:
        return by_role[role]
    if place is not None:
        return colours.categories[place % len(colours.categories)]
    return colours.other if role == "category" else colours.primary
