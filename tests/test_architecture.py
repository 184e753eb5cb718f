"""The house stays in order: imports go one way, and what documents the project matches it."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from kpis.engine import DuckDBEngine
from loaders.tables.layouts import LAYOUTS
from screen.navigation import PAGES
from tests.warehouses import rows

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("data", "loaders", "kpis", "charts", "reports", "screen", "pages")
MAY_IMPORT = {
    "data": {"data"},
    "loaders": {"loaders", "data"},
    "kpis": {"kpis", "data"},
    "charts": {"charts", "kpis"},
    "reports": {"reports", "charts", "kpis", "data"},
    "screen": {"screen", "reports", "charts", "kpis", "loaders", "data"},
    "pages": {"pages", "screen", "reports", "charts", "kpis", "loaders", "data"},
}
NEVER = {
    "data": {"streamlit", "plotly", "pandas"},
    "loaders": {"streamlit", "plotly"},
    "kpis": {"streamlit", "plotly", "pandas"},
    "charts": {"streamlit", "duckdb"},
    "reports": {"streamlit", "duckdb", "plotly"},
    "screen": {"duckdb"},
    "pages": {"duckdb"},
}


def imported(file: Path) -> set[str]:
    """First parts of every module a file imports."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            found.add(node.module.split(".")[0])
    return found


@pytest.mark.parametrize("room", ROOMS)
def test_imports_go_one_way(room: str) -> None:
    for file in (ROOT / room).rglob("*.py"):
        names = imported(file)
        assert not (names & set(ROOMS)) - MAY_IMPORT[room], file
        assert not names & NEVER[room], file


@pytest.mark.parametrize("page", [each.name for each in PAGES])
def test_every_page_begins_with_the_header_that_frames_a_first_visit(page: str) -> None:
    calls = {
        node.func.id
        for node in ast.walk(ast.parse((ROOT / "pages" / f"{page}.py").read_text()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    assert "page_header" in calls


def test_pages_hold_no_sql() -> None:
    for room in ("pages", "screen", "charts", "reports"):
        for file in (ROOT / room).rglob("*.py"):
            assert (
                not re.search(r"\bselect\b.+\bfrom\b", file.read_text(), re.S | re.I)
                or "sql" not in file.read_text().lower()
            ), file


def test_every_file_says_what_it_is_for() -> None:
    for room in (*ROOMS, "tests", "benchmarks"):
        for file in (ROOT / room).rglob("*.py"):
            if file.read_text().strip():
                assert ast.get_docstring(ast.parse(file.read_text())), file
    for model in (ROOT / "data" / "models").glob("*.sql"):
        assert model.read_text().startswith("-- "), model


def test_every_table_has_its_grain_and_every_column_its_meaning(sample: DuckDBEngine) -> None:
    assert rows(sample, "select table_name from duckdb_tables() where comment is null") == []
    silent = "select table_name, column_name from duckdb_columns() where comment is null and not internal"
    assert rows(sample, silent) == []


def test_the_guard_runs_exactly_the_readme_s_test_command() -> None:
    readme = (ROOT / "README.md").read_text()
    commands = re.findall(r"```(?:bash|sh)\n(.+?)```", readme, re.S)
    test_command = next(c for c in commands if "pytest" in c).strip()
    assert test_command in (ROOT / ".ci" / "run").read_text()


def test_requirements_are_pinned_with_a_reason() -> None:
    for name in ("requirements.txt", "requirements-dev.txt"):
        for line in (ROOT / name).read_text().splitlines():
            if line and not line.startswith(("#", "-r")):
                assert re.fullmatch(r"[\w.-]+==[\w.]+ +# .+", line), line


def test_every_header_that_is_known_is_documented() -> None:
    text = (ROOT / "docs" / "exports.md").read_text()
    for layout in LAYOUTS.values():
        assert f"--kind {layout.kind}" in text
        for field in layout.fields:
            for header in field.headers:
                assert f"`{header}`" in text, (field.name, header)
