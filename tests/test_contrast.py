"""Contrast of every text and chart colour against what it stands on, in both themes: WCAG 2.2, level AA."""

from __future__ import annotations

import tomllib

import pytest

from charts.theme import CONFIG, Mode, Palette, palette

MODES: tuple[Mode, ...] = ("light", "dark")
TEXT, GRAPHIC = 4.5, 3.0
BAND_OPACITY = 0.12


def luminance(colour: str) -> float:
    """Relative luminance of #rrggbb, as WCAG defines it."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """From 1, the same, to 21, black on white."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def over(colour: str, background: str, opacity: float) -> str:
    """What a translucent colour looks like on a background."""
    mixed = [
        round(
            int(colour[at : at + 2], 16) * opacity
            + int(background[at : at + 2], 16) * (1 - opacity)
        )
        for at in (1, 3, 5)
    ]
    return "#" + "".join(f"{part:02x}" for part in mixed)


def theme(mode: Mode) -> dict[str, str]:
    colours: dict[str, str] = tomllib.loads(CONFIG.read_text())["theme"][mode]
    return colours


def grounds(mode: Mode) -> list[str]:
    """What text stands on: the page, the menu and inputs."""
    return [theme(mode)["backgroundColor"], theme(mode)["secondaryBackgroundColor"]]


def faint(pairs: dict[str, tuple[str, str]], least: float) -> dict[str, float]:
    """The pairs that fall short, with their contrast."""
    found = {name: round(contrast(*pair), 2) for name, pair in pairs.items()}
    return {name: ratio for name, ratio in found.items() if ratio < least}


def test_black_on_white_is_the_most_there_is_and_a_colour_on_itself_the_least() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#1257a0", "#1257a0") == 1
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)
    assert over("#000000", "#ffffff", 0.5) == "#808080"


@pytest.mark.parametrize("mode", MODES)
def test_text_reads_on_page_menu_and_inputs(mode: Mode) -> None:
    colours = theme(mode)
    words = {
        "text": colours["textColor"],
        "link": colours.get("linkColor", colours["primaryColor"]),
        "good": colours["greenColor"],
        "bad": colours["redColor"],
    }
    pairs = {
        f"{name} on {ground}": (c, ground) for name, c in words.items() for ground in grounds(mode)
    }
    assert faint(pairs, TEXT) == {}


@pytest.mark.parametrize("mode", MODES)
def test_a_button_s_words_read_on_its_colour_and_it_stands_out(mode: Mode) -> None:
    primary, background = theme(mode)["primaryColor"], theme(mode)["backgroundColor"]
    assert (
        contrast("#ffffff", primary) >= TEXT or contrast(theme(mode)["textColor"], primary) >= TEXT
    )
    assert contrast(primary, background) >= GRAPHIC


@pytest.mark.parametrize("mode", MODES)
def test_every_colour_of_a_chart_stands_out_from_the_page(mode: Mode) -> None:
    colours = palette(mode)
    drawn = {f"category {at}": colour for at, colour in enumerate(colours.categories)}
    drawn |= {"good": colours.good, "bad": colours.bad, "primary": colours.primary}
    drawn |= {"other": colours.other, "prior": colours.muted}
    pairs = {name: (colour, colours.background) for name, colour in drawn.items()}
    assert faint(pairs, GRAPHIC) == {}


@pytest.mark.parametrize("mode", MODES)
def test_words_in_a_chart_read_on_all_they_stand_on(mode: Mode) -> None:
    colours = palette(mode)
    in_band = over(colours.good, colours.background, BAND_OPACITY)
    pairs = {
        "axis": (colours.muted, colours.background),
        "target": (colours.good, colours.background),
        "label in the band": (colours.text, in_band),
        "hover": (colours.text, colours.background),
        **{f"cell {at}": (colours.text, cell) for at, cell in enumerate(colours.scale)},
    }
    assert faint(pairs, TEXT) == {}


@pytest.mark.parametrize("mode", MODES)
def test_lines_stand_out_from_the_target_band_they_cross(mode: Mode) -> None:
    colours: Palette = palette(mode)
    band = over(colours.good, colours.background, BAND_OPACITY)
    pairs = {f"category {at}": (colour, band) for at, colour in enumerate(colours.categories)}
    assert faint(pairs, GRAPHIC) == {}
