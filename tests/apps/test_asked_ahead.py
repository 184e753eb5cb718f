"""An answer worked out beside the page is the one that would be worked out on it, and fails where it is asked for."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from kpis.engine import Engine

BEGUN, MAY_END = threading.Event(), threading.Event()
WORKED_OUT: list[tuple[int, str]] = []

PAGE = """
import streamlit as st
from screen.session import ask, ask_ahead, hold_snapshot
from tests.apps import test_asked_ahead as questions

hold_snapshot()
"""


def months(engine: Engine, which: int) -> int:
    """How many months there are, times `which`; notes the thread that counts them."""
    WORKED_OUT.append((which, threading.current_thread().name))
    found = engine.query("select count(distinct month) as n from kpi_cube")
    return int(found.column("n")[0].as_py()) * which


def held_up(engine: Engine, which: int) -> int:
    """As months, once MAY_END is set."""
    BEGUN.set()
    assert MAY_END.wait(30)
    return months(engine, which)


def wrong(_engine: Engine) -> int:
    BEGUN.set()
    raise ArithmeticError("cannot be told")


Run = Callable[[str], AppTest]


@pytest.fixture
def run(small_warehouse: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs PAGE and what is given after it."""
    monkeypatch.setenv("TAKEBACK_WAREHOUSE", str(small_warehouse))
    WORKED_OUT.clear()
    BEGUN.clear()
    MAY_END.clear()

    def ran(script: str) -> AppTest:
        return AppTest.from_string(PAGE + script, default_timeout=60).run()

    return ran


def test_an_answer_asked_ahead_is_worked_out_once_and_beside_the_page(run: Run) -> None:
    app = run(
        "ask_ahead(questions.held_up, 3)\n"
        "assert questions.BEGUN.wait(30)\n"
        "questions.MAY_END.set()\n"
        "st.text((ask(questions.held_up, 3), ask(questions.held_up, 3)))"
    )
    assert not app.exception
    assert app.text[0].value == "(6, 6)"
    ((which, thread),) = WORKED_OUT
    assert which == 3
    assert thread.startswith("answers")


def test_what_nobody_has_begun_is_worked_out_where_it_is_asked(run: Run) -> None:
    app = run(
        "for one in (5, 6):\n"
        "    ask_ahead(questions.held_up, one)\n"
        "ask_ahead(questions.months, 7)\n"
        "st.text(ask(questions.months, 7))\n"
        "questions.MAY_END.set()\n"
        "st.text((ask(questions.held_up, 5), ask(questions.held_up, 6)))"
    )
    assert not app.exception
    assert [one.value for one in app.text] == ["14", "(10, 12)"]
    assert not dict(WORKED_OUT)[7].startswith("answers")


def test_what_goes_wrong_beside_the_page_is_raised_where_it_is_asked(run: Run) -> None:
    app = run(
        "ask_ahead(questions.wrong)\n"
        "assert questions.BEGUN.wait(30)\n"
        "st.text('before')\n"
        "try:\n"
        "    ask(questions.wrong)\n"
        "except ArithmeticError as error:\n"
        "    st.text(error)"
    )
    assert not app.exception
    assert [one.value for one in app.text] == ["before", "cannot be told"]
