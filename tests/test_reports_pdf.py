"""The one-page summary: one tagged, archivable page whose figures are the command's, whatever the data."""

from __future__ import annotations

import io
import json
import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

from kpis.__main__ import main as kpis
from kpis.engine import DuckDBEngine
from kpis.filters import Filters
from kpis.format import exact_usd, short_value
from loaders.ingest import load
from reports.__main__ import main as reports
from reports.pdf import _NOT_IN_FONT, Data, pdf_of
from reports.pdf_summary import summary_pdf
from tests.make_835 import Claim, Remit, file_835
from tests.warehouses import engine_of

EMPTY = Filters(date(2031, 1, 1), date(2031, 4, 1))


@pytest.fixture(scope="module")
def forty(tmp_path_factory: pytest.TempPathFactory) -> DuckDBEngine:
    """Forty payers with long names, one of them in letters the font lacks; each withholds its own amount."""
    folder = tmp_path_factory.mktemp("forty")
    names = [
        f"Northern Lights Regional Community Health Plan of District {n:02d}" for n in range(39)
    ]
    remits = [
        Remit(
            f"T{number}",
            "20250115",
            [Claim(f"A{number}", "5000.00")],
            [(f"WO:L{number}", f"{100 + number}.25")],
            payer=name,
            payer_id=f"P{number:02d}",
        )
        for number, name in enumerate([*names, "健康保険 #1 \\u{41} *bold* $x$"])
    ]
    (folder / "remits.835").write_bytes(file_835(*remits))
    load([folder / "remits.835"], folder / "warehouse")
    return engine_of(folder / "warehouse")


def read(content: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(content))


def words(content: bytes) -> str:
    """The text of all pages, every gap one blank."""
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in read(content).pages))


def alts(reader: PdfReader) -> list[str]:
    """What readers who cannot see the figures are told."""
    found: list[str] = []
    waiting: list[object] = [reader.root_object["/StructTreeRoot"]]
    while waiting:
        node = waiting.pop()
        node = node.get_object() if isinstance(node, IndirectObject) else node
        if isinstance(node, DictionaryObject):
            found += [str(node["/Alt"])] if "/Alt" in node else []
            waiting.append(node.get("/K"))
        elif isinstance(node, ArrayObject):
            waiting += node
    return found


def test_figures_are_the_command_s(
    sample_warehouse: Path, sample: DuckDBEngine, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["--warehouse", str(sample_warehouse), "--format", "json"]
    assert kpis([*arguments, "--by", "payer"]) == 0
    payers = json.loads(capsys.readouterr().out)
    assert kpis(arguments) == 0
    (total,) = json.loads(capsys.readouterr().out)
    text = words(summary_pdf(sample, Filters()))
    for row in [*payers, {**total, "payer": "Total"}]:
        told = [
            exact_usd(Decimal(str(row["withheld"]))),
            exact_usd(Decimal(str(row["payments"]))),
            short_value(row["offset_volume_rate"], "share"),
            f"{row['recoupment_lag_days']:.1f}",
            f"{row['appeal_success_rate'] * 100:.1f} %",
            exact_usd(Decimal(str(row["recovered"]))),
            exact_usd(Decimal(str(row["net_cash_impact"]))),
        ]
        assert f"{row['payer']} {' '.join(told)}" in text
    assert short_value(Decimal(total["net_cash_impact"]), "usd") in text


def test_it_is_one_tagged_page_for_the_archive_with_one_font(sample: DuckDBEngine) -> None:
    reader = read(summary_pdf(sample, Filters()))
    assert len(reader.pages) == 1
    root = reader.root_object
    marks = root["/MarkInfo"]
    assert isinstance(marks, DictionaryObject)
    assert str(root["/Lang"]) == "en"
    assert str(marks["/Marked"]) == "True"
    assert reader.metadata is not None
    assert "withheld" in str(reader.metadata.title)
    assert reader.xmp_metadata is not None
    meta = reader.xmp_metadata.stream.get_data().decode()
    assert "<pdfuaid:part>1<" in meta
    assert "<pdfaid:part>2<" in meta
    assert "<pdfaid:conformance>A<" in meta
    fonts = {font.split("+")[1] for font in _fonts(reader)}
    assert fonts == {"LiberationSans", "LiberationSans-Bold"}
    bridge, trend = sorted(alts(reader))
    assert bridge.startswith("Cash bridge: Payments before offsets $")
    assert trend.startswith("Offset volume rate by month: ")


def _fonts(reader: PdfReader) -> list[str]:
    resources = reader.pages[0]["/Resources"].get_object()
    assert isinstance(resources, DictionaryObject)
    fonts = resources["/Font"].get_object()
    assert isinstance(fonts, DictionaryObject)
    return [str(font.get_object()["/BaseFont"]) for font in fonts.values()]


def test_filters_as_of_and_source_stand_on_it(sample: DuckDBEngine) -> None:
    text = words(summary_pdf(sample, Filters(date(2026, 5, 1), payers=("cascade-advantage",))))
    assert "May 2026 to Oct 2026 · Payers: Cascade Advantage" in text
    assert "Sample data: invented payers. Data through 2026-" in text
    assert "of deposits, to the cent (everything loaded)" in text


def test_an_empty_period_says_so_on_one_page(sample: DuckDBEngine) -> None:
    made = summary_pdf(sample, EMPTY)
    assert len(read(made).pages) == 1
    assert "Nothing was paid or withheld in Jan 2031 to Mar 2031" in words(made)
    assert words(made).count("No values in this period.") == 2


def test_of_forty_payers_seven_are_named_and_all_is_on_one_page(forty: DuckDBEngine) -> None:
    made = summary_pdf(forty, Filters())
    assert len(read(made).pages) == 1
    text = words(made)
    assert "Other (33) " in text
    withheld = sum((Decimal("100.25") + number for number in range(40)), Decimal(0))
    assert f"Total {exact_usd(withheld)} $200,000.00" in text


def test_a_name_is_never_mark_up_and_what_the_font_lacks_is_a_question_mark(
    forty: DuckDBEngine,
) -> None:
    name = "健康保険 #1 \\u{41} *bold* $x$"
    assert "???? #1 \\u{41} *bold* $x$" in words(summary_pdf(forty, Filters(payers=(name,))))


def test_every_letter_taken_for_printable_can_be_printed() -> None:
    letters = "".join(chr(c) for c in range(32, 0xD800) if not _NOT_IN_FONT.match(chr(c)))
    assert len(letters) > 400
    data: dict[str, Data] = {
        "title": "Letters",
        "foot": [],
        "blocks": [{"kind": "text", "text": letters}],
    }
    assert pdf_of("packet.typ", data, None).startswith(b"%PDF")


def test_the_same_data_gives_the_same_bytes(sample: DuckDBEngine) -> None:
    assert summary_pdf(sample, EMPTY) == summary_pdf(sample, EMPTY)


def test_the_command_writes_it(sample_warehouse: Path, tmp_path: Path) -> None:
    out = tmp_path / "summary.pdf"
    arguments = ["summary", "--warehouse", str(sample_warehouse), "--out", str(out)]
    assert reports([*arguments, "--since", "2026-09", "--payer", "Meridian Mutual"]) == 0
    assert "Sep 2026 to Oct 2026 · Payers: Meridian Mutual" in words(out.read_bytes())
