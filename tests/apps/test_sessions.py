"""Many people at once while a load publishes: no error, no figures of two loads on one page."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

import kpis.cards
from kpis.cards import cards as headline_cards
from kpis.cube import kpi_table
from kpis.filters import Filters
from kpis.overview import cash_bridge
from loaders.ingest import load
from tests.apps.conftest import APP, REMITTANCES, taken_back, written
from tests.make_835 import Claim, Remit, file_835
from tests.warehouses import engine_of

READERS = 10
MORE = Remit("N9", "20250218", [Claim("X", "1000.00"), *taken_back("Y", "900.00", "700.00", "16")])
BEFORE = ("$250.00 withheld", "Ties to the cent: $3,255.00")
AFTER = ("$450.00 withheld", "Ties to the cent: $4,055.00")

FIRST = (Decimal("250.00"), Decimal("3500.00"), Decimal("3255.00"))
SECOND = (Decimal("450.00"), Decimal("4500.00"), Decimal("4055.00"))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A warehouse of the test's own."""
    publish(tmp_path, "first.835", *REMITTANCES)
    monkeypatch.setenv("TAKEBACK_WAREHOUSE", str(tmp_path))
    return tmp_path


def publish(folder: Path, name: str, *remittances: Remit) -> None:
    results = load([Path(name)], folder, contents={name: file_835(*remittances)})
    assert [result.status for result in results] == ["loaded"]


def told(app: AppTest) -> tuple[bool, bool]:
    """Whether the page holds all the figures of before the load, and all of after."""
    assert not app.exception
    text = written(app)
    return all(words in text for words in BEFORE), all(words in text for words in AFTER)


def test_a_load_published_while_a_page_runs_shows_at_the_next_run_as_a_whole(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def and_a_load(*asked: Any) -> Any:
        found = headline_cards(*asked)
        monkeypatch.undo()
        monkeypatch.setenv("TAKEBACK_WAREHOUSE", str(folder))
        publish(folder, "second.835", MORE)
        return found

    app = AppTest.from_file(APP, default_timeout=60)
    monkeypatch.setattr(kpis.cards, "cards", and_a_load)
    assert told(app.run()) == (True, False)
    assert told(app.run()) == (False, True)


def test_ten_readers_see_one_load_or_the_other_while_it_is_published(folder: Path) -> None:
    ready, published = threading.Barrier(READERS + 1), threading.Event()

    def figures() -> tuple[object, ...]:
        engine = engine_of(folder)
        row = kpi_table(engine, Filters()).to_pylist()[0]
        return row["withheld"], row["payments"], cash_bridge(engine, Filters()).deposits

    def reads() -> list[tuple[object, ...]]:
        ready.wait()
        seen = [figures()]
        while not published.wait(0.3):
            seen.append(figures())
        return [*seen, figures()]

    with ThreadPoolExecutor(READERS) as pool:
        readers = [pool.submit(reads) for _ in range(READERS)]
        ready.wait()
        try:
            publish(folder, "second.835", MORE)
        finally:
            published.set()
        seen = [reader.result() for reader in readers]
    for figures_seen in seen:
        places = [(FIRST, SECOND).index(one) for one in figures_seen]
        assert places == sorted(places)
        assert figures_seen[-1] == SECOND
