"""The command python -m reports: what it writes, what it refuses, what it ends with."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import load_workbook
from pptx import Presentation

from reports.__main__ import main as reports


def test_it_writes_the_sections_asked_for_in_their_order(
    sample_warehouse: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "board.pptx"
    options = ["--sections", "payers,cash_bridge", "--since", "2026-01", "--until", "2026-03"]
    assert reports(["deck", "--warehouse", str(sample_warehouse), "--out", str(out), *options]) == 0
    assert capsys.readouterr().out == f"{out}\n"
    slides = Presentation(str(out)).slides
    assert [len(slides), "took" in slides[1].shapes.title.text_frame.text] == [3, True]
    assert "Jan 2026 to Mar 2026" in slides[0].shapes.title.text_frame.text
    assert out.stat().st_mode & 0o077 == 0
    assert [file.name for file in tmp_path.iterdir()] == ["board.pptx"]


def test_filters_narrow_the_workbook(sample_warehouse: Path, tmp_path: Path) -> None:
    out = tmp_path / "board.xlsx"
    arguments = ["workbook", "--warehouse", str(sample_warehouse), "--out", str(out)]
    assert reports([*arguments, "--payer", "northland-health-plan", "--since", "2026-09"]) == 0
    sheet = load_workbook(out, read_only=True)["Rows"]
    assert "Payers: Northland Health Plan" in sheet["A2"].value
    assert {row[1] for row in sheet.iter_rows(min_row=6, values_only=True)} == {
        "Northland Health Plan"
    }


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--payer", "Nobody"], "no payer is called 'Nobody'"),
        (["--template", "README.md"], "no PowerPoint file"),
        (["--out", "/nowhere/board.pptx"], "cannot be written"),
    ],
)
def test_what_cannot_be_done_is_said_and_ends_with_2(
    sample_warehouse: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    options: list[str],
    said: str,
) -> None:
    out = tmp_path / "board.pptx"
    arguments = ["deck", "--warehouse", str(sample_warehouse), "--out", str(out), *options]
    assert reports([*arguments, "--sections", "payers"]) == 2
    assert said in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("deck", "x.pdf"),
        ("workbook", "x.pdf"),
        ("summary", "x.docx"),
        ("images", "x.png"),
        ("deck", "x"),
    ],
)
def test_a_file_named_for_another_kind_ends_with_2(
    sample_warehouse: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    kind: str,
    name: str,
) -> None:
    arguments = [kind, "--warehouse", str(sample_warehouse), "--out", str(tmp_path / name)]
    assert reports(arguments) == 2
    assert f"not '{Path(name).suffix or 'a file without ending'}'" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_section_ends_with_2(tmp_path: Path) -> None:
    with pytest.raises(SystemExit) as ended:
        reports(["deck", "--out", str(tmp_path / "x.pptx"), "--sections", "payers,weather"])
    assert ended.value.code == 2


def test_months_that_run_backwards_end_with_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    months = ["--since", "2026-05", "--until", "2026-04"]
    with pytest.raises(SystemExit) as ended:
        reports(["deck", "--out", str(tmp_path / "x.pptx"), *months])
    assert ended.value.code == 2
    assert "--since 2026-05 is after --until 2026-04" in capsys.readouterr().err


def test_nothing_loaded_ends_with_1(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert reports(["deck", "--warehouse", str(tmp_path), "--out", str(tmp_path / "x.pptx")]) == 1
    assert "nothing is loaded" in capsys.readouterr().err
