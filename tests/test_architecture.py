"""The house stays in order: imports go one way, and what documents the project matches it."""

from __future__ import annotations

import ast
import re
from graphlib import TopologicalSorter
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


def imported_modules(file: Path) -> set[str]:
    """Every module a file imports, or imports from."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            found.add(node.module)
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def imported(file: Path) -> set[str]:
    """First parts of every module a file imports."""
    return {name.split(".")[0] for name in imported_modules(file)}


@pytest.mark.parametrize("room", ROOMS)
def test_imports_go_one_way(room: str) -> None:
    for file in (ROOT / room).rglob("*.py"):
        names = imported(file)
        assert not (names & set(ROOMS)) - MAY_IMPORT[room], file
        assert not names & NEVER[room], file


def test_no_two_folders_of_a_room_need_each_other() -> None:
    needs: dict[str, set[str]] = {}
    for room in ROOMS:
        folders = {f"{room}.{each.name}" for each in (ROOT / room).iterdir() if each.is_dir()}
        for folder in folders:
            modules = {
                name
                for file in (ROOT / folder.replace(".", "/")).rglob("*.py")
                for name in imported_modules(file)
            }
            needs[folder] = {
                other
                for other in folders - {folder}
                if any(name == other or name.startswith(f"{other}.") for name in modules)
            }
    assert tuple(TopologicalSorter(needs).static_order())  # raises CycleError where two do


@pytest.mark.parametrize("page", [each.name for each in PAGES])
def test_every_page_begins_with_the_header_that_frames_a_first_visit(page: str) -> None:
    calls = {
        node.func.id
        for node in ast.walk(ast.parse((ROOT / "pages" / f"{page}.py").read_text()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    assert "page_header" in calls


def sql_in(text: str) -> list[str]:
    """What of a module asks the database by itself: texts that are SQL, and calls that carry one out."""
    tree = ast.parse(text)
    texts = [each for node in ast.walk(tree) if (each := _text_of(node))]
    calls = [
        node.func.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    ]
    return [
        *(found for found in texts if re.search(r"\bselect\b.+\bfrom\b", found, re.S | re.I)),
        *(name for name in calls if name in {"query", "execute", "executemany", "sql"}),
    ]


def _text_of(node: ast.AST) -> str:
    """A text as written, with a blank for what stands in braces; nothing where it is none."""
    if isinstance(node, ast.JoinedStr):
        return " ".join(_text_of(part) for part in node.values)
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def test_pages_hold_no_sql() -> None:
    for room in ("pages", "screen", "charts", "reports"):
        for file in (ROOT / room).rglob("*.py"):
            assert sql_in(file.read_text()) == [], file


@pytest.mark.parametrize(
    "text",
    [
        'ROWS = "select payer from takeback"',
        'rows = ask(f"select {name} from takeback")',
        'ROWS = """\n    with one as (select 1)\n    select * from one\n"""',
        "rows = engine.query(text).to_pylist()",
        "connection.execute(text)",
    ],
)
def test_sql_in_a_page_would_be_found(text: str) -> None:
    assert sql_in(text)


def test_every_file_says_what_it_is_for() -> None:
    for room in (*ROOMS, "tests", "benchmarks"):
        for file in (ROOT / room).rglob("*.py"):
            if file.read_text().strip():
                assert ast.get_docstring(ast.parse(file.read_text())), file
    for model in (ROOT / "data" / "models").glob("*.sql"):
        assert model.read_text().startswith("-- "), model


def test_dates_are_written_by_directives_that_every_system_has() -> None:
    for room in ROOMS:
        for file in (ROOT / room).rglob("*.py"):
            assert not re.search(r"%[-#][a-zA-Z]", file.read_text()), file


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
