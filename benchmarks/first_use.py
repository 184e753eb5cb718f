"""What a first user waits for: loading the sample, the Overview's first paint, a filter change.

    python -m benchmarks.first_use [--rounds N]

Prints medians with their range and writes them to benchmarks/results/first_use.md. Needs chromium.
"""

from __future__ import annotations

import argparse
import platform
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page, sync_playwright

from data import VERSION
from loaders.sample import load_sample
from tests.browser.conftest import ARGUMENTS, running_app

RESULTS = Path(__file__).parent / "results" / "first_use.md"
LOAD, FIGURES, CHARTS, BARE, CHANGE = (
    "load the sample",
    "first paint of the Overview: its figures",
    "the same: its charts",
    "a bare Streamlit page with four figures",
    "filter change on the Overview",
)
LIMITS = {LOAD: "10.0", FIGURES: "2.0", CHARTS: "", BARE: "the floor", CHANGE: "0.5"}
BARE_PAGE = """
import streamlit as st

for column in st.columns(4):
    column.metric("Figure", "1")
"""


def main() -> None:
    """Measures and writes the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.first_use")
    parser.add_argument("--rounds", type=int, default=9)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as folder:
        times = {LOAD: _repeat(min(rounds, 5), lambda n: _load(Path(folder) / str(n)))}
        bare = Path(folder) / "bare.py"
        bare.write_text(BARE_PAGE)
        times |= _in_browser(Path(folder) / "0", bare, rounds)
    table = _table(times, rounds)
    print(table)
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(table)


def _repeat(rounds: int, measure: Callable[[int], float]) -> list[float]:
    return [measure(number) for number in range(rounds)]


def _load(warehouse: Path) -> float:
    started = time.perf_counter()
    load_sample(warehouse)
    return time.perf_counter() - started


def _in_browser(warehouse: Path, bare: Path, rounds: int) -> dict[str, list[float]]:
    """The Overview and the bare page in turn, each in a fresh browser profile, then filter changes."""
    times: dict[str, list[float]] = {FIGURES: [], CHARTS: [], BARE: [], CHANGE: []}
    with (
        running_app(warehouse) as address,
        running_app(warehouse, str(bare)) as bare_address,
        sync_playwright() as playwright,
    ):
        executable = shutil.which("chromium")
        browser = playwright.chromium.launch(executable_path=executable, args=ARGUMENTS)
        _paint(browser, address)  # the server's own first run is not a page's first paint
        _paint(browser, bare_address, charts=False)
        for _ in range(rounds):
            figures, charts = _paint(browser, address)
            times[FIGURES].append(figures)
            times[CHARTS].append(charts)
            times[BARE].append(_paint(browser, bare_address, charts=False)[0])
        page = browser.new_page()
        page.goto(address)
        _chart(page).wait_for()
        times[CHANGE] = _repeat(rounds, lambda number: _change_filter(page, number))
        browser.close()
    return times


def _paint(browser: Browser, address: str, charts: bool = True) -> tuple[float, float]:
    """From the address to four figures with values, and to the first chart drawn."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    started = time.perf_counter()
    page.goto(address)
    page.get_by_test_id("stMetricValue").nth(3).wait_for()
    figures = time.perf_counter() - started
    if charts:
        _chart(page).wait_for()
    drawn = time.perf_counter() - started
    context.close()
    return figures, drawn


def _chart(page: Page) -> Locator:
    return page.locator(".js-plotly-plot .main-svg").first


def _change_filter(page: Page, number: int) -> float:
    """From the click on another period to the first card with its new value."""
    wanted = ("Last 3 months", "Last 6 months", "Year to date", "Last 12 months")[number % 4]
    before = page.get_by_test_id("stMetricValue").first.inner_text()
    page.locator(".st-key-period").get_by_role("combobox").click()
    option = page.get_by_role("option", name=wanted, exact=True)
    option.wait_for()
    started = time.perf_counter()
    option.click()
    page.wait_for_function(
        "before => document.querySelector('[data-testid=stMetricValue]').innerText !== before",
        arg=before,
    )
    spent = time.perf_counter() - started
    page.locator('[data-test-script-state="notRunning"]').first.wait_for(state="attached")
    return spent


def _table(times: dict[str, list[float]], rounds: int) -> str:
    lines = [
        "# First use",
        "",
        f"`python -m benchmarks.first_use --rounds {rounds}`, Takeback {VERSION}, Python {platform.python_version()},"
        f" {platform.machine()}, Chromium headless on the same machine.",
        "",
        "| what | median s | from | to | limit |",
        "|---|---:|---:|---:|---:|",
    ]
    for name, spent in times.items():
        median = statistics.median(spent)
        lines.append(
            f"| {name} | {median:.2f} | {min(spent):.2f} | {max(spent):.2f} | {LIMITS[name]} |"
        )
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
