"""The recoupment summary: exact figures from issuance to reversal, in PDF and Word alike, and never an accusation."""

from __future__ import annotations

import io
import re
from pathlib import Path

import docx
import pytest
from pypdf import PdfReader

from kpis.engine import DuckDBEngine
from loaders.ingest import load
from reports.__main__ import main as reports
from reports.packet import PacketError, packet
from reports.packet_docx import packet_docx
from reports.packet_paper import Grid, Paper, Text
from reports.packet_pdf import packet_pdf
from reports.packet_wording import FILE, Wording, WordingError, filled, wording_for
from tests.make_835 import Claim, Remit, file_835
from tests.warehouses import engine_of, rows

ACCUSES = re.compile(r"violat|illegal|unlawful|breach|wrongful|fraud", re.IGNORECASE)
REMITS = (
    Remit("T1", "20250102", [Claim("B", "600.00", filing="MB")]),
    Remit(
        "T2",
        "20250310",
        [
            Claim("A", "1000.00", filing="MB"),
            Claim("B", "-600.00", "22", filing="MB"),
            Claim("B", "450.00", filing="MB", adjustments=[("CO", "16", "150.00")]),
        ],
        [("WO:B", "-150.00")],
    ),
    Remit("T3", "20250320", [Claim("D", "2000.00", filing="MB")], [("WO:B", "150.00")]),
    Remit("T4", "20250321", [Claim("E", "70.00")], [("WO:X", "20.00")], payer="OTHER PLAN", payer_id="O1"),
)  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Paid, taken back and put off, withheld ten days later: before the 41st day."""
    folder = tmp_path_factory.mktemp("packet")
    load([Path("p.835")], folder, contents={"p.835": file_835(*REMITS)})
    return folder


@pytest.fixture(scope="module")
def engine(folder: Path) -> DuckDBEngine:
    return engine_of(folder)


@pytest.fixture(scope="module")
def number(engine: DuckDBEngine) -> str:
    """The offset on account B."""
    (row,) = rows(engine, "select receivable_id from receivable where patient_control_number = 'B'")
    return str(row["receivable_id"])


@pytest.fixture(scope="module")
def paper(engine: DuckDBEngine, folder: Path, number: str) -> Paper:
    return packet(engine, folder, [number])


def grids(paper: Paper) -> dict[str, Grid]:
    """Tables by the first words of what they are."""
    return {
        " ".join(block.alt.split()[:2]): block for block in paper.blocks if isinstance(block, Grid)
    }


def all_text(paper: Paper) -> str:
    cells = [
        cell for grid in grids(paper).values() for row in (grid.header, *grid.rows) for cell in row
    ]
    return "\n".join([*(b.text for b in paper.blocks if isinstance(b, Text)), *cells])


def test_the_trace_goes_from_the_payment_to_the_withdrawal_with_every_deposit(paper: Paper) -> None:
    assert grids(paper)["Every movement"].rows == (
        ("2025-01-02", "Claim paid", "T1", "$600.00", "$600.00", "", ""),
        ("2025-03-10", "Overpayment stated on the remittance", "T2", "$1,000.00", "$150.00", "", ""),
        ("2025-03-10", "Put off to a later remittance", "T2", "", "$150.00", "$0.00", "$150.00"),
        ("2025-03-20", "Withheld", "T3", "$1,850.00", "$150.00", "$150.00", "$0.00"),
    )  # fmt: skip


def test_each_offset_stands_beside_its_claim_and_encounter(paper: Paper, number: str) -> None:
    amounts = ("$150.00", "$150.00", "$0.00", "$0.00")
    assert grids(paper)["Each offset"].rows == ((number, "B", "B", "2025-01-02", *amounts),)


def test_the_remittance_lines_are_those_that_moved_it(paper: Paper) -> None:
    assert [(r[1], r[2], r[6], r[7]) for r in grids(paper)["The claims,"].rows] == [
        ("T2", "Claim reversed", "−$600.00", ""),
        ("T2", "Claim paid", "$450.00", "CO-16 150.00"),
        ("T2", "Provider adjustment", "−$150.00", "WO B"),
        ("T3", "Provider adjustment", "$150.00", "WO B"),
    ]


def test_dates_are_compared_with_the_rule_its_source_and_how_far_it_was_checked(
    paper: Paper,
) -> None:
    findings = [b.text for b in paper.blocks if isinstance(b, Text) and b.is_finding]
    assert findings[0] == (
        "First withdrawn on 2025-03-20, withdrawn before the configured earliest date 2025-04-20."
    )
    rule = next(r for r in grids(paper)["The rules"].rows if r[0] == "Earliest withdrawal")
    assert rule[1:3] == ("2025-04-20", "41 days")
    assert rule[4].startswith("42 CFR 405.379")
    assert rule[5] == "verified (built in)"


def test_without_a_notice_it_says_no_notice_on_file(engine: DuckDBEngine, folder: Path) -> None:
    (row,) = rows(engine, "select receivable_id from receivable where notice_date is null limit 1")
    text = all_text(packet(engine, folder, [row["receivable_id"]]))
    assert "Notice: no notice on file." in text


def test_pdf_and_word_file_hold_the_same_tables(paper: Paper) -> None:
    document = docx.Document(io.BytesIO(packet_docx(paper)))
    told = [
        [tuple(cell.text for cell in row.cells) for row in table.rows] for table in document.tables
    ]
    asked = [[grid.header, *grid.rows] for grid in grids(paper).values()]
    assert told == asked
    assert document.paragraphs[0].text == paper.title
    style = document.paragraphs[0].style
    assert style is not None
    assert style.name == "Heading 1"

    reader = PdfReader(io.BytesIO(packet_pdf(paper)))
    text = re.sub(r"\s+", "", "".join(page.extract_text() for page in reader.pages))
    assert len(reader.pages) == 1
    for grid in grids(paper).values():
        for row in grid.rows:
            assert all(re.sub(r"\s+", "", cell) in text for cell in row)
    assert reader.xmp_metadata is not None
    assert b"<pdfuaid:part>1<" in reader.xmp_metadata.stream.get_data()


def test_a_selection_adds_up_and_no_word_accuses(
    sample: DuckDBEngine, sample_warehouse: Path
) -> None:
    found = rows(
        sample,
        "select receivable_id, withheld from receivable where payer_key = 'PRAIRIEMEDICARESERVICES' "
        "order by withheld desc limit 12",
    )
    paper = packet(sample, sample_warehouse, [row["receivable_id"] for row in found])
    total = grids(paper)["Each offset"].total
    assert total is not None
    assert total[5] == f"${sum(row['withheld'] for row in found):,.2f}"
    assert not ACCUSES.search(all_text(paper))
    assert len(PdfReader(io.BytesIO(packet_pdf(paper))).pages) > 1


def test_unknown_offsets_and_two_payers_are_refused(
    engine: DuckDBEngine, folder: Path, number: str
) -> None:
    with pytest.raises(PacketError, match="no offset has the number 'R0'"):
        packet(engine, folder, ["R0"])
    (other,) = rows(engine, "select receivable_id from receivable where payer_key = 'OTHERPLAN'")
    with pytest.raises(PacketError, match="make one for each"):
        packet(engine, folder, [number, other["receivable_id"]])


def test_own_words_win_for_their_payer_only(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text(
        '[default]\nrequest = "For all."\n'
        '[payer."Northland Health Plan"]\ntitle = "Dispute of {withheld}"\nto_attach = ["Form 7"]\n'
    )
    own = wording_for(tmp_path, "NORTHLAND HEALTH PLAN")
    assert (own.title, own.request, own.to_attach) == (
        "Dispute of {withheld}",
        "For all.",
        ("Form 7",),
    )
    assert filled(own.title, {"withheld": "$1.00"}) == "Dispute of $1.00"
    other = wording_for(tmp_path, "Meridian Mutual")
    assert (other.title, other.request) == (Wording().title, "For all.")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[default", "is no TOML"),
        ("[payers]\n", r"\[payers\] is not known"),
        ('[default]\nopenning = "x"', "default.openning is not known"),
        ('[default]\nopening = "{patient}"', "has {patient}"),
        ('[default]\nopening = "This violates 42 CFR"', "says 'violates'"),
        ('[default]\nto_attach = "Form 7"', "must be a list of texts"),
        ("[default]\nopening = 3", "must be a text"),
    ],
)
def test_unusable_words_are_refused_with_what_to_change(
    tmp_path: Path, text: str, said: str
) -> None:
    (tmp_path / FILE).write_text(text)
    with pytest.raises(WordingError, match=said):
        wording_for(tmp_path, "Aetna")


def test_the_command_writes_the_kind_its_ending_names(
    folder: Path, number: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["packet", "--warehouse", str(folder), "--offset", number, "--out"]
    assert reports([*arguments, str(tmp_path / "a.pdf")]) == 0
    assert reports([*arguments, str(tmp_path / "a.docx")]) == 0
    assert (tmp_path / "a.pdf").read_bytes().startswith(b"%PDF")
    assert docx.Document(str(tmp_path / "a.docx")).tables
    assert reports([*arguments, str(tmp_path / "a.odt")]) == 2
    assert "a packet is a .pdf or a .docx" in capsys.readouterr().err
    assert sorted(file.name for file in tmp_path.iterdir()) == ["a.docx", "a.pdf"]


@pytest.fixture(scope="module")
def won(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """150.00 withheld on B and 100.00 on D, both won, 110.00 of B and all of D given back; 20.00 on F not appealed."""
    folder = tmp_path_factory.mktemp("won")
    remits = (
        Remit("T1", "20250110", [
            Claim("A", "900.00"),
            Claim("B", "-600.00", "22"), Claim("B", "450.00"),
            Claim("D", "-200.00", "22"), Claim("D", "100.00"),
            Claim("F", "-50.00", "22"), Claim("F", "30.00"),
        ]),
        Remit("T2", "20250410", [Claim("E", "70.00")], [("WO:B", "-40.00"), ("WO:D", "-100.00")]),
    )  # fmt: skip
    log = (
        "Payer,Case Number,Appeal Level,Appeal Status,Date Filed,Decision Date,Amount at Issue,Overturned Amount,"
        "Patient Account\n"
        "Northland Health Plan,C1,1,Overturned,2025-01-20,2025-03-01,150,150,B\n"
        "Northland Health Plan,C2,1,Partially overturned,2025-01-20,2025-03-02,100,100,D\n"
    )
    contents = {"p.835": file_835(*remits), "log.csv": log.encode()}
    load([Path(name) for name in contents], folder, contents=contents)
    return folder


def asked_for(folder: Path, account: str) -> list[str]:
    """What the packet of one account asks for."""
    engine = engine_of(folder)
    (row,) = rows(
        engine,
        f"select receivable_id from receivable where patient_control_number = '{account}'",
    )
    blocks = packet(engine, folder, [row["receivable_id"]]).blocks
    return [block.text for block in blocks[2:3] if isinstance(block, Text)]


def test_a_packet_of_what_was_won_asks_for_payment_and_for_no_review(won: Path) -> None:
    (asked,) = asked_for(won, "B")
    assert asked == (
        "The appeal was decided in our favor on 2025-03-01: $150.00 is to come back, $110.00 of it has not. "
        "We ask that $110.00 be paid as decided, and for the date and trace number of the payment."
    )
    assert asked_for(won, "D") == [
        "The appeal was decided in our favor on 2025-03-02, and the $100.00 that was decided has come back. "
        "Nothing further is asked for."
    ]
    assert asked_for(won, "F") == [Wording().request]


def test_the_trace_of_what_was_won_says_what_was_decided_and_what_is_owed(won: Path) -> None:
    engine = engine_of(won)
    (row,) = rows(engine, "select receivable_id from receivable where patient_control_number = 'B'")
    said = [b.text for b in packet(engine, won, [row["receivable_id"]]).blocks if isinstance(b, Text)]  # fmt: skip
    assert (
        "Appeal C1 overturned in full on 2025-03-01: $150.00 to come back, $40.00 come back, $110.00 not yet."
        in said
    )


def test_of_several_offsets_each_is_asked_for_what_it_still_needs(won: Path) -> None:
    engine = engine_of(won)
    found = rows(engine, "select receivable_id from receivable order by patient_control_number")
    won_one, paid, open_one = (str(row["receivable_id"]) for row in found)
    blocks = packet(engine, won, [won_one, paid, open_one]).blocks
    asked = [block.text for block in blocks[2:5] if isinstance(block, Text)]
    names = [f"Offset {one}" for one in (won_one, paid, open_one)]
    assert [text.split(": ")[0] for text in asked] == names
    assert asked[2] == f"Offset {open_one}: {Wording().request}"
