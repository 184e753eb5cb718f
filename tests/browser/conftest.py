"""A real server over the sample, and a real browser: what only they can show."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, sync_playwright

REPOSITORY = Path(__file__).resolve().parents[2]
CHROMIUM = shutil.which("chromium")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE_MS = 60_000
DESKTOP: ViewportSize = {"width": 1440, "height": 900}
REST_MS = 400
# What an earlier window of the profile left in the storage of the site, taken out before the first page of a new one.
FORGET_ONCE = """if (!sessionStorage.getItem('begun')) {
    localStorage.clear();
    sessionStorage.setItem('begun', 'yes');
}"""
# True once the script has stood still, with nothing stale or yet to be drawn, for so many milliseconds.
AT_REST = """rest => {
    const busy = !document.querySelector('[data-test-script-state="notRunning"]')
        || document.querySelector('[data-stale="true"], [data-testid="stSkeleton"]')
        || [...document.querySelectorAll('[data-testid="stPlotlyChart"]')].some(one => !one.querySelector('.main-svg'));
    if (busy || window.atRestSince === undefined) window.atRestSince = performance.now();
    if (!busy && performance.now() - window.atRestSince >= rest) {
        window.atRestSince = undefined;
        return true;
    }
    return false;
}"""


@pytest.fixture(scope="session")
def server(sample_warehouse: Path) -> Iterator[str]:
    """The address of the app over the sample."""
    with running_app(sample_warehouse) as address:
        yield address


class running_app:
    """The app as a user starts it, on a free port, over a warehouse of the test's own."""

    def __init__(self, warehouse: Path, script: str = "app.py") -> None:
        self.warehouse = warehouse
        self.script = script

    def __enter__(self) -> str:
        port = _free_port()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "streamlit", "run", self.script, "--server.port", str(port)],
            cwd=REPOSITORY,
            env={**os.environ, "TAKEBACK_WAREHOUSE": str(self.warehouse)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        address = f"http://127.0.0.1:{port}"
        _wait_until_up(f"{address}/_stcore/health", self.process)
        return address

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        self.process.wait(timeout=20)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        if os.environ.get("TAKEBACK_BROWSER_TESTS") == "required":
            pytest.fail("chromium is not installed, and browser tests are required here")
        pytest.skip("chromium is not installed")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield launched
        launched.close()


@pytest.fixture(scope="session")
def profile(browser: Browser) -> Iterator[BrowserContext]:
    """What a browser keeps between visits: the scripts of Streamlit that it has fetched and compiled."""
    context = browser.new_context(viewport=DESKTOP, color_scheme="light")
    context.set_default_timeout(PATIENCE_MS)
    yield context
    context.close()


@pytest.fixture
def page(profile: BrowserContext) -> Iterator[Page]:
    """A desktop window of its own, that remembers nothing and must ask nobody but the app for anything."""
    opened = profile.new_page()
    opened.add_init_script(FORGET_ONCE)
    asked: list[str] = []
    opened.on("request", lambda request: asked.append(request.url))
    opened.on("websocket", lambda socket: asked.append(socket.url))
    yield opened
    opened.close()
    assert of_others(asked) == []


def of_others(addresses: Iterable[str]) -> list[str]:
    """Those that lead away from this machine; data: and blob: addresses lead nowhere."""
    return [one for one in addresses if urlsplit(one).hostname not in (None, "127.0.0.1")]


def open_page(page: Page, address: str, path: str = "") -> None:
    """Opens a page of the app and waits until its script has run and its charts are drawn."""
    page.goto(f"{address}/{path}")
    settle(page)


def settle(page: Page) -> None:
    """Waits until the title stands and nothing has run or been drawn anew for a while."""
    page.get_by_role("heading", level=1).first.wait_for()
    page.wait_for_function(AT_REST, arg=REST_MS, polling=50)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_until_up(address: str, process: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        if process.poll() is not None:
            raise RuntimeError(f"the app ended with code {process.returncode} before it answered")
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError(f"{address} did not answer")
