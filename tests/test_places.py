"""Colours of names: the same under every filter, and no two names of a chart unseen in one colour."""

from __future__ import annotations

from decimal import Decimal

import pytest

from charts.colours import role_colour
from charts.places import colours, stable_places, with_borrowed
from charts.theme import palette

FORTY = {f"Payer {at:02}": Decimal(4000 - at * 100) for at in range(40)}


def test_of_forty_payers_only_the_largest_have_colours_and_each_its_own() -> None:
    places = stable_places(FORTY)
    assert sorted(places) == [f"Payer {at:02}" for at in range(11)]
    assert sorted(places.values()) == list(range(11)) == list(range(colours()))


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_the_others_are_drawn_in_the_grey_of_other(mode: str) -> None:
    shades = palette("dark" if mode == "dark" else "light")
    places = stable_places(FORTY)
    drawn = {name: role_colour("category", places.get(name), shades) for name in FORTY}
    assert {drawn[name] for name in FORTY if name not in places} == {shades.other}
    assert len({drawn[name] for name in places}) == 11
    assert shades.other not in {drawn[name] for name in places}


def test_up_to_eleven_names_have_the_places_of_their_order() -> None:
    assert stable_places({"B": Decimal(1), "A": Decimal(0), "C": Decimal(9)}) == {
        "A": 0,
        "B": 1,
        "C": 2,
    }


def test_a_name_without_a_colour_borrows_one_no_other_name_of_the_chart_has() -> None:
    places = stable_places(FORTY)
    shown = ["Payer 39", "Payer 00", "Payer 38", "Payer 03"]
    found = with_borrowed(shown, places)
    assert (found["Payer 00"], found["Payer 03"]) == (places["Payer 00"], places["Payer 03"])
    assert len(set(found.values())) == 4


def test_with_more_names_than_colours_some_stay_without() -> None:
    found = with_borrowed(FORTY, stable_places(FORTY))
    assert found == stable_places(FORTY)
