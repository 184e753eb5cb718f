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

from playwright.sync_api import Browser, Page, sync_playwright

from data import VERSION
from loaders.sample import load_sample
from tests.browser.conftest import ARGUMENTS, running_app

RESULTS = Path(__file__).parent / "results" / "first_use.md"
LIMITS = {
    "load the sample": 10.0,
    "first paint of the Overview": 2.0,
    "filter change on the Overview": 0.5,
}


def main() -> None:
    """Measures and writes the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.first_use")
    parser.add_argument("--rounds", type=int, default=9)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as folder:
        times = {"load the sample": _repeat(min(rounds, 5), lambda n: _load(Path(folder) / str(n)))}
        times |= _in_browser(Path(folder) / "0", rounds)
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


def _in_browser(warehouse: Path, rounds: int) -> dict[str, list[float]]:
    with running_app(warehouse) as address, sync_playwright() as playwright:
        executable = shutil.which("chromium")
        browser = playwright.chromium.launch(executable_path=executable, args=ARGUMENTS)
        _first_paint(browser, address)  # the server's own first run is not a page's first paint
        paints = _repeat(rounds, lambda _: _first_paint(browser, address))
        page = browser.new_page()
        page.goto(address)
        _painted(page)
        changes = _repeat(rounds, lambda number: _change_filter(page, number))
        browser.close()
    return {"first paint of the Overview": paints, "filter change on the Overview": changes}


def _first_paint(browser: Browser, address: str) -> float:
    """From the address to four cards with values and the first chart drawn, in a fresh browser profile."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    started = time.perf_counter()
    page.goto(address)
    _painted(page)
    spent = time.perf_counter() - started
    context.close()
    return spent


def _painted(page: Page) -> None:
    page.get_by_test_id("stMetricValue").nth(3).wait_for()
    page.locator(".js-plotly-plot .main-svg").first.wait_for()


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
            f"| {name} | {median:.2f} | {min(spent):.2f} | {max(spent):.2f} | {LIMITS[name]:.1f} |"
        )
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
