"""Ten people on the Overview at once, in browsers of their own, while a load publishes beneath them.

    python -m benchmarks.ten_sessions [--sessions N]

A copy of the sample lacks the last months of some payers; `python -m loaders` brings them while everybody changes
the period again and again. What a page shows after each change, its cards and the deposits it ties to, must be
wholly that of `python -m kpis` before the load or wholly that of after; and that of after once the load is
published. Writes benchmarks/results/ten_sessions.md; ends with 1 where a page was wrong. Needs chromium.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

from playwright.async_api import Error, Page, async_playwright

from data import VERSION
from data.warehouse import current_snapshot
from kpis.catalog import HEADLINES
from kpis.choices import choices
from kpis.engine import DuckDBEngine
from kpis.filters import Filters
from kpis.format import exact_usd, short_value
from kpis.overview import cash_bridge
from kpis.periods import PRESETS, Period, preset_period
from loaders.ingest import load
from loaders.sample import SAMPLE
from tests.browser.conftest import ARGUMENTS, REPOSITORY, running_app

RESULTS = Path(__file__).parent / "results" / "ten_sessions.md"
HELD_BACK = ("*-2026-09.835", "*-2026-10.835")
STAYS = "cascade-advantage"
"""The payer whose last months are there from the start, so that the periods asked for stay the same months."""
PERIODS = ("6m", "12m")
PATIENCE_MS = 180_000
REST_MS = 300
# True once the script has stood still, with nothing stale, for so many milliseconds; charts may still be drawn.
AT_REST = """rest => {
    const busy = !document.querySelector('[data-test-script-state="notRunning"]')
        || document.querySelector('[data-stale="true"]');
    if (busy || window.restingSince === undefined) window.restingSince = performance.now();
    if (!busy && performance.now() - window.restingSince >= rest) {
        window.restingSince = undefined;
        return true;
    }
    return false;
}"""


@dataclass(frozen=True)
class Told:
    """What a page says of one state of the warehouse and one period, in its own words."""

    state: str
    months: str
    words: tuple[str, ...]


@dataclass
class Seen:
    """What one session saw: a state for each change, in order, seconds each took, and what was wrong."""

    states: list[str] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)


def main() -> int:
    """Runs it and writes the result; 0 where every page was right."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.ten_sessions")
    parser.add_argument("--sessions", type=int, default=10)
    sessions = parser.parse_args().sessions
    with tempfile.TemporaryDirectory() as folder:
        warehouse = Path(folder) / "warehouse"
        first, later = _parted(Path(folder))
        load([first], warehouse)
        before = {period: _told(warehouse, "before", period) for period in PERIODS}
        with running_app(warehouse) as address:
            seen, load_seconds = asyncio.run(
                _all_at_once(sessions, address, warehouse, later, before)
            )
    text = _text(seen, load_seconds)
    print(text)
    RESULTS.write_text(text)
    return 1 if any(one.wrong for one in seen) else 0


def _parted(folder: Path) -> tuple[Path, Path]:
    """The sample in two folders: what is there first, and what the load brings."""
    first, later = folder / "first", folder / "later"
    shutil.copytree(SAMPLE, first)
    later.mkdir()
    for pattern in HELD_BACK:
        for file in sorted((first / "835").glob(pattern)):
            if not file.name.startswith(STAYS):
                file.rename(later / file.name)
    return first, later


def _told(warehouse: Path, state: str, period: str) -> Told:
    """What `python -m kpis` prints for the period, as the cards write it, and the deposits of the bridge."""
    snapshot = current_snapshot(warehouse)
    if snapshot is None:
        raise LookupError(f"nothing is loaded in {warehouse}")
    engine = DuckDBEngine(snapshot)
    offered = choices(engine)
    if offered.first_month is None or offered.last_month is None:
        raise LookupError(f"no month is loaded in {warehouse}")
    span = preset_period(period, offered.first_month, offered.last_month)
    row = _printed(warehouse, span)
    cash = cash_bridge(engine, Filters(span.start, span.end))
    return Told(
        state,
        str(span),
        (
            *(short_value(row[kpi.name], kpi.unit) for kpi in HEADLINES),
            f"{exact_usd(row['withheld'])} withheld",
            f"{row['lag_count']:,} withdrawals with a known notice",
            f"{row['appeals_decided']:,} appeals decided",
            f"Ties to the cent: {exact_usd(cash.deposits)} in {cash.remittances:,} deposits",
        ),
    )


def _printed(warehouse: Path, span: Period) -> dict[str, Any]:
    command = [sys.executable, "-m", "kpis", "--warehouse", str(warehouse), "--format", "json"]
    months = ["--since", f"{span.start:%Y-%m}", "--until", f"{span.last_month:%Y-%m}"]
    printed = subprocess.check_output([*command, *months], cwd=REPOSITORY, text=True)  # noqa: S603  our own
    (row,) = json.loads(printed)
    return {
        name: Decimal(value) if isinstance(value, str) else value for name, value in row.items()
    }


async def _all_at_once(
    sessions: int, address: str, warehouse: Path, later: Path, before: dict[str, Told]
) -> tuple[list[Seen], float]:
    """Opens every session, lets the load run beneath them, and has each change once more after it."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=ARGUMENTS
        )
        seen = [Seen() for _ in range(sessions)]
        pages = [await (await browser.new_context()).new_page() for _ in range(sessions)]
        for page, one in zip(pages, seen, strict=True):
            page.set_default_timeout(PATIENCE_MS)
            page.on("pageerror", partial(_note_error, one))
        await asyncio.gather(*(page.goto(address) for page in pages))
        await asyncio.gather(*(_at_rest(page) for page in pages))
        turns = [_turns() for _ in pages]
        months = {period: told.months for period, told in before.items()}
        await _everybody(pages, seen, turns, months, before)
        started = time.perf_counter()
        loader = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "loaders", str(later), "--warehouse", str(warehouse)),
            cwd=REPOSITORY,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )
        shown: list[tuple[int, str, str]] = []
        while loader.returncode is None:
            shown += await _everybody(pages, seen, turns, months, None)
        load_seconds = time.perf_counter() - started
        after = {period: _told(warehouse, "after", period) for period in PERIODS}
        for number, period, text in shown:
            _judge(seen[number], text, (before[period], after[period]))
        await _everybody(pages, seen, turns, months, after)
        await browser.close()
    return seen, load_seconds


def _note_error(seen: Seen, error: Error) -> None:
    seen.wrong.append(f"script error: {error.message}")


def _turns() -> Iterator[str]:
    """Periods to change to, one after the other, never the same twice running."""
    while True:
        yield from PERIODS


async def _everybody(
    pages: list[Page],
    seen: list[Seen],
    turns: list[Iterator[str]],
    months: dict[str, str],
    told: dict[str, Told] | None,
) -> list[tuple[int, str, str]]:
    """Every session changes its period at once; judged by `told` where that is known already."""
    periods = [next(turn) for turn in turns]
    changes = zip(pages, seen, periods, strict=True)
    texts = await asyncio.gather(
        *(_change(page, one, period, months[period]) for page, one, period in changes)
    )
    shown = list(zip(range(len(pages)), periods, texts, strict=True))
    if told is not None:
        for number, period, text in shown:
            _judge(seen[number], text, (told[period],))
    return shown


async def _change(page: Page, seen: Seen, period: str, months: str) -> str:
    """Picks another period and returns all the page says once it is of those months."""
    started = time.perf_counter()
    await page.locator(".st-key-period").get_by_role("combobox").click()
    await page.get_by_role("option", name=PRESETS[period], exact=True).click()
    await page.get_by_text(months).first.wait_for()
    await _at_rest(page)
    seen.seconds.append(time.perf_counter() - started)
    if await page.get_by_test_id("stException").count():
        seen.wrong.append("an exception on the page")
    return await page.locator("body").inner_text()


async def _at_rest(page: Page) -> None:
    await page.get_by_text("Ties to the cent").wait_for()
    await page.wait_for_function(AT_REST, arg=REST_MS, polling=50)


def _judge(seen: Seen, text: str, allowed: tuple[Told, ...]) -> None:
    """Notes which state the whole page is of; anything else is wrong, and so is going back."""
    found = [told.state for told in allowed if all(words in text for words in told.words)]
    if not found:
        missing = [[words for words in told.words if words not in text] for told in allowed]
        seen.wrong.append(f"of no one state: it lacks {missing}")
        return
    if seen.states and seen.states[-1] == "after" and found[0] == "before":
        seen.wrong.append("it went back to figures from before the load")
    seen.states.append(found[0])


def _text(seen: list[Seen], load_seconds: float) -> str:
    changes = [second for one in seen for second in one.seconds]
    states = [state for one in seen for state in one.states]
    wrong = [
        f"- session {number}: {what}" for number, one in enumerate(seen, 1) for what in one.wrong
    ]
    lines = [
        "# Ten sessions while a load publishes",
        "",
        f"`python -m benchmarks.ten_sessions --sessions {len(seen)}`, Takeback {VERSION}, "
        f"Python {platform.python_version()}, {platform.machine()}, Chromium headless on the same machine.",
        "",
        f"{len(seen)} sessions changed the period of the Overview at once, {len(changes)} changes in all, while "
        f"`python -m loaders` ran for {load_seconds:.1f} s. After {states.count('before')} changes the page was "
        f"wholly that of before the load, after {states.count('after')} wholly that of after, as it must be after "
        "every change made once the load was published. With everybody at it a change took "
        f"{statistics.median(changes):.1f} s at the median.",
        "",
        *(wrong or ["No error, no page of two loads, no page that stayed old."]),
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
