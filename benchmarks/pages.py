"""What a page costs on a large warehouse, against a naive Overview that reads the facts with pandas on every rerun.

    python -m benchmarks.pages [WAREHOUSE] [--claims N] [--rounds N]

Without a warehouse it simulates and loads N claim payments (1,000,000). Each page runs as the server runs it, once
with nothing kept from before (a first visit after a load) and then again with what the app keeps; a filter change is
another payer, never asked for before. First paint is in Chromium, in a fresh profile, until the title and the first
text below it stand. Prints a table and writes benchmarks/results/pages.md. Limits: page 300 ms, filter change 200 ms,
first paint 2 s, naive build 20 times as slow.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import streamlit as st
from playwright.sync_api import Browser, sync_playwright
from streamlit.testing.v1 import AppTest

from benchmarks.naive_overview import naive_overview
from data import VERSION
from data.simulate import simulate
from data.warehouse import ENVIRONMENT_VARIABLE, current_snapshot
from kpis.choices import choices
from kpis.cube import kpi_table
from kpis.engine import DuckDBEngine
from kpis.filters import Filters
from kpis.periods import preset_period
from loaders.ingest import load
from screen.navigation import PAGES
from tests.browser.conftest import ARGUMENTS, running_app

REPOSITORY = Path(__file__).resolve().parent.parent
RESULTS = Path(__file__).parent / "results" / "pages.md"
BARE = "a bare Streamlit page"
BARE_PAGE = """
import streamlit as st

st.title("Bare")
st.caption("Data through")
"""
"""What no page can be faster than: the same title and line, and nothing else."""
PAGE_LIMIT_MS, FILTER_LIMIT_MS, PAINT_LIMIT_S, RATIO_LIMIT = 300, 200, 2.0, 20


@dataclass(frozen=True)
class Spent:
    """Milliseconds by the clock, and of all processors together: the second does not grow on a busy machine."""

    clock: float
    processor: float


@dataclass(frozen=True)
class PageCost:
    """What one page costs the server, one entry a round."""

    page: str
    first: list[Spent]
    again: list[Spent]
    filtered: list[Spent]


def main() -> None:
    """Measures and writes the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.pages")
    parser.add_argument("warehouse", nargs="?", type=Path)
    parser.add_argument("--claims", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        warehouse = options.warehouse or Path(folder) / "warehouse"
        if options.warehouse is None:
            simulate(Path(folder) / "exports", claims=options.claims)
            load([Path(folder) / "exports"], warehouse)
        os.environ[ENVIRONMENT_VARIABLE] = str(warehouse)
        snapshot = current_snapshot(warehouse)
        if snapshot is None:
            raise SystemExit(f"nothing is loaded in {warehouse}")
        engine = DuckDBEngine(snapshot)
        naive = _naive(engine, snapshot, options.rounds)
        costs = [_page_cost(page.name, engine, options.rounds) for page in PAGES]
        paints = _first_paints(warehouse, options.rounds)
        table = _table(engine, costs, naive, paints, options.rounds)
    print(table)
    RESULTS.write_text(table)


def _page_cost(page: str, engine: DuckDBEngine, rounds: int) -> PageCost:
    app = AppTest.from_file(REPOSITORY / "app.py", default_timeout=300).run()
    if page != PAGES[0].name:
        app.switch_page(f"pages/{page}.py")
    _spent(app.run)
    payers = choices(engine).payers
    first, again, filtered = [], [], []
    for number in range(rounds):
        app.multiselect(key="payer").set_value([])
        st.cache_data.clear()
        first.append(_spent(app.run))
        again.append(_spent(app.run))
        two = [payers[number % len(payers)], payers[(number + 1) % len(payers)]]
        app.multiselect(key="payer").set_value(two)
        filtered.append(_spent(app.run))
        if app.exception:
            raise SystemExit(f"{page}: {app.exception[0].message}")
    return PageCost(page, first, again, filtered)


def _naive(engine: DuckDBEngine, snapshot: Path, rounds: int) -> list[Spent]:
    """Milliseconds of the naive Overview's figures alone, drawing nothing; they must be those of the product."""
    offered = choices(engine)
    if offered.first_month is None or offered.last_month is None:
        raise SystemExit("the warehouse holds no month")
    period = preset_period("12m", offered.first_month, offered.last_month)
    row = kpi_table(engine, Filters(period.start, period.end)).to_pylist()[0]
    found = naive_overview(snapshot, period.start, period.end)
    if (found.withheld, found.recovered) != (row["withheld"], row["recovered"]):
        raise SystemExit(f"the naive build disagrees: {found} against {row}")
    return [
        _spent(lambda: naive_overview(snapshot, period.start, period.end)) for _ in range(rounds)
    ]


def _first_paints(warehouse: Path, rounds: int) -> dict[str, list[float]]:
    """Seconds from the address to the title and the text below it, by page; empty without Chromium."""
    executable = shutil.which("chromium")
    if executable is None:
        return {}
    with (
        tempfile.TemporaryDirectory() as folder,
        running_app(warehouse) as address,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=executable, args=ARGUMENTS)
        _paint(browser, address)  # the server's own first run is not a page's first paint
        paints = {
            page.name: [_paint(browser, f"{address}/{page.name}") for _ in range(rounds)]
            for page in PAGES
            if page is not PAGES[0]
        }
        paints = {PAGES[0].name: [_paint(browser, address) for _ in range(rounds)], **paints}
        bare = Path(folder) / "bare.py"
        bare.write_text(BARE_PAGE)
        with running_app(warehouse, str(bare)) as bare_address:
            _paint(browser, bare_address)
            paints[BARE] = [_paint(browser, bare_address) for _ in range(rounds)]
        browser.close()
    return paints


def _paint(browser: Browser, address: str) -> float:
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    started = time.perf_counter()
    page.goto(address)
    page.get_by_role("heading", level=1).first.wait_for()
    page.get_by_text("Data through").first.wait_for()
    spent = time.perf_counter() - started
    context.close()
    return spent


def _spent(run: Callable[[], object]) -> Spent:
    clock, processor = time.perf_counter(), time.process_time()
    run()
    return Spent((time.perf_counter() - clock) * 1000, (time.process_time() - processor) * 1000)


def _table(
    engine: DuckDBEngine,
    costs: list[PageCost],
    naive: list[Spent],
    paints: dict[str, list[float]],
    rounds: int,
) -> str:
    claims = engine.query("select count(*) as n from claim_payment").column("n")[0].as_py()
    offsets = engine.query("select count(*) as n from receivable").column("n")[0].as_py()
    load_average = os.getloadavg()[0]
    overview = costs[0]
    lines = [
        "# Pages",
        "",
        f"`python -m benchmarks.pages`, Takeback {VERSION}, Python {platform.python_version()}, {platform.machine()}, "
        f"{os.cpu_count()} cores with a load average of {load_average:.1f}, {rounds} rounds; "
        f"{claims:,} claim payments, {offsets:,} offsets. Medians in milliseconds by the clock, in brackets of all "
        "processors together. First: nothing kept from before. Again: the same once more. "
        "Filter: two other payers, never asked for before. "
        "Paint: Chromium, fresh profile, seconds to the title and the line below it.",
        "",
        "| page | first | again | filter | first paint, s |",
        "|---|---:|---:|---:|---:|",
        *(_line(cost, paints.get(cost.page, [])) for cost in costs),
        f"| {BARE} | | | | {_seconds(paints.get(BARE, []))} |",
        f"| limit | {PAGE_LIMIT_MS} | {PAGE_LIMIT_MS} | {FILTER_LIMIT_MS} | {PAINT_LIMIT_S} |",
        "",
        f"Naive Overview (whole tables read with pandas on every rerun, figures only, the same to the cent): "
        f"{_median(naive)}. By the clock that is {_times(naive, overview.again)} times a rerun of the Overview, "
        f"{_times(naive, overview.filtered)} times a filter change and {_times(naive, overview.first)} times a first "
        f"visit; limit {RATIO_LIMIT} times.",
    ]
    return "\n".join(lines) + "\n"


def _line(cost: PageCost, paint: list[float]) -> str:
    return (
        f"| {cost.page} | {_median(cost.first)} | {_median(cost.again)} | {_median(cost.filtered)} | "
        f"{_seconds(paint)} |"
    )


def _seconds(paint: list[float]) -> str:
    return f"{statistics.median(paint):.2f}" if paint else "–"


def _median(spent: list[Spent]) -> str:
    clock, processor = (
        statistics.median(values)
        for values in ([one.clock for one in spent], [one.processor for one in spent])
    )
    return f"{clock:,.0f} ({processor:,.0f})"


def _times(slow: list[Spent], fast: list[Spent]) -> str:
    medians = [statistics.median(one.clock for one in spent) for spent in (slow, fast)]
    return f"{medians[0] / medians[1]:.0f}"


if __name__ == "__main__":
    main()
