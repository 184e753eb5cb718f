"""On a phone, a tablet and a desk no chart cuts a name or an amount; letters contrast with their ground in the dark."""

from __future__ import annotations

import contextlib

import pytest
from playwright.sync_api import Browser, Page, TimeoutError, expect

from tests.browser.conftest import open_page, settle

WIDTHS = (390, 1024, 1440)
PASSING_MS = 5_000

BADLY_SET = """() => [...document.querySelectorAll('.js-plotly-plot')].flatMap(plot => {
    const edge = plot.querySelector('.main-svg').getBoundingClientRect();
    const found = css => [...plot.querySelectorAll(css)].map(one => [one.textContent, one.getBoundingClientRect()])
        .filter(([text, box]) => text && box.width);
    const cut = found('.bartext, .xtick text, .ytick text, .annotation-text').filter(
        ([, box]) => box.left < edge.left - 1 || box.right > edge.right + 1
    ).map(([text]) => `cut: ${text}`);
    const over = ['.xtick text', '.ytick text'].flatMap(css => {
        const names = found(css);
        return names.flatMap(([text, one], at) => names.slice(at + 1).filter(([, other]) =>
            one.left < other.right - 2 && other.left < one.right - 2
            && one.top < other.bottom - 2 && other.top < one.bottom - 2
        ).map(([other]) => `overlap: ${text} and ${other}`));
    });
    return [...cut, ...over];
})"""


def still_wrong(page: Page, faults: str) -> list[str]:
    """What a script finds wrong that does not pass: a chart may be drawn once more on a busy machine."""
    with contextlib.suppress(TimeoutError):
        page.wait_for_function(f"() => ({faults})().length === 0", timeout=PASSING_MS)
    found: list[str] = page.evaluate(faults)
    return found


@pytest.mark.parametrize("path", ["causes", "specialties", "payers", "outlook"])
def test_charts_cut_no_name_and_overlap_none_at_any_width(
    page: Page, server: str, path: str
) -> None:
    page.set_viewport_size({"width": WIDTHS[0], "height": 1000})
    open_page(page, server, path)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 1000})
        page.wait_for_timeout(500)
        settle(page)
        assert page.locator(".js-plotly-plot .main-svg").count() > 0
        assert still_wrong(page, BADLY_SET) == [], width


def test_amounts_in_the_cells_of_a_heatmap_are_read_on_a_phone(page: Page, server: str) -> None:
    page.set_viewport_size({"width": WIDTHS[0], "height": 1000})
    open_page(page, server, "specialties")
    expect(page.locator(".heatmap-label text").first).to_have_css("font-size", "9px")


def test_the_recovery_triangle_scrolls_in_its_card_on_a_phone(page: Page, server: str) -> None:
    page.set_viewport_size({"width": WIDTHS[0], "height": 1000})
    open_page(page, server, "appeals")
    card = page.locator(".st-key-recovery_triangle")
    inside, whole = card.evaluate("one => [one.clientWidth, one.scrollWidth]")
    assert inside < WIDTHS[0] < whole
    assert page.evaluate("document.documentElement.scrollWidth") <= WIDTHS[0]


# Texts of less contrast than 4.5 with what they stand on, as drawn; what is disabled may be fainter.
TOO_FAINT = """() => {
    const luminance = colour => {
        const linear = colour.map(part => part / 255).map(
            part => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
    };
    const read = text => {
        const [red, green, blue, opacity = 1] = text.match(/[\\d.]+/g).map(Number);
        return [[red, green, blue], opacity];
    };
    const over = (colour, opacity, ground) => colour.map((part, at) => part * opacity + ground[at] * (1 - opacity));
    const ground = element => {
        if (!element) return [255, 255, 255];
        const [colour, opacity] = read(getComputedStyle(element).backgroundColor);
        return opacity === 1 ? colour : over(colour, opacity, ground(element.parentElement));
    };
    return [...document.querySelectorAll('[data-testid="stMain"] *, [data-testid="stSidebar"] *')].filter(one =>
        [...one.childNodes].some(node => node.nodeType === 3 && node.textContent.trim())
        && one.offsetParent
        && !one.closest('svg, [data-testid="stIconMaterial"], :disabled, [data-disabled], [aria-disabled="true"]')
    ).filter(one => {
        const [colour, opacity] = read(getComputedStyle(one).color), under = ground(one);
        const [low, high] = [luminance(over(colour, opacity, under)), luminance(under)].sort((a, b) => a - b);
        return (high + 0.05) / (low + 0.05) < 4.5;
    }).map(one => one.textContent);
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_letter_contrasts_with_what_it_stands_on(
    browser: Browser, server: str, scheme: str
) -> None:
    context = browser.new_context(
        viewport={"width": 1440, "height": 1000},
        color_scheme="dark" if scheme == "dark" else "light",
    )
    page = context.new_page()
    for path in ("appeals", "deck"):
        open_page(page, server, path)
        assert still_wrong(page, TOO_FAINT) == [], path
    context.close()
