"""Mappings: which apply, what they say about cells, how they are proposed, written and read back."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loaders.tables import map_command
from loaders.tables.exports import TableReading, read_tables
from loaders.tables.layouts import LAYOUTS
from loaders.tables.mapping_files import (
    BUILT_IN,
    Mapping,
    applies,
    as_toml,
    best_mapping,
    read_mapping,
    read_mappings,
    user_mappings_folder,
    write_mapping,
)
from loaders.tables.mapping_proposals import Proposal, propose_mapping
from loaders.tables.tables import find_table, read_text

REGISTER = """Claims worklist,,,,,
Carrier Nm,Demand Ltr No,Claim Ctrl #,Ltr Dt,Amt Requested by Payer,Patient Name
Northland,L1,ICN1,03/31/2026,"$1,234.56",Jane Invented
Northland,L2,ICN2,03/30/2026,$10.00,Joe Invented
"""
WORKLIST = Mapping(
    "worklist",
    "offsets",
    ("Who", "What", "When"),
    {"payer_name": "Who", "amount": "What", "notice_date": "When"},
)


def one(text: str, *mappings: Mapping, kind: str | None = None) -> TableReading:
    readings = read_tables("export.csv", text.encode(), kind, mappings)
    assert readings is not None
    return readings[0]


def rows_of(reading: TableReading) -> list[dict[str, object]]:
    assert reading.facts is not None, reading.problems
    return reading.facts.to_pylist()


def proposed(text: str, kind: str | None = None) -> Proposal:
    table = find_table(read_text(text))
    assert table is not None
    return propose_mapping(table, kind)


# What a mapping does


def test_a_mapping_reads_an_export_whose_header_is_not_known() -> None:
    text = "Who,What,When,Else\nNorthland,1.50,2026-03-31,x\n"
    assert one(text).kind == "unknown"
    reading = one(text, WORKLIST)
    row = rows_of(reading)[0]
    assert (row["payer_name"], row["amount"], row["notice_date"]) == (
        "Northland",
        Decimal("1.50"),
        date(2026, 3, 31),
    )
    assert [(p.severity, p.value) for p in reading.problems] == [
        ("info", "Else"),
        ("info", "worklist"),
    ]


def test_a_mapping_finds_its_header_under_titles() -> None:
    text = "Offsets\n\nWho,What,When\nNorthland,1.50,2026-03-31\n"
    assert rows_of(one(text, WORKLIST))[0]["row_number"] == 4


def test_constants_fill_what_the_file_does_not_say() -> None:
    mapping = Mapping(
        "one payer",
        "offsets",
        ("What", "When"),
        {"amount": "What", "notice_date": "When"},
        constants={"payer_name": "Aetna"},
    )
    row = rows_of(one("What,When\n1,2026-03-31\n", mapping))[0]
    assert (row["payer_name"], row["source_text"]) == ("Aetna", "What: 1 | When: 2026-03-31")


def test_a_mapping_says_how_amounts_and_dates_are_written() -> None:
    mapping = Mapping(
        "de",
        "offsets",
        WORKLIST.headers,
        WORKLIST.columns,
        decimal_comma=True,
        day_first=True,
        date_1904=True,
    )
    text = 'Who,What,When\nN,"1.234,56",04/03/2026\nN,"2,50",44650\n'
    assert [(row["amount"], row["notice_date"]) for row in rows_of(one(text, mapping))] == [
        (Decimal("1234.56"), date(2026, 3, 4)),
        (Decimal("2.50"), date(2026, 3, 31)),
    ]


@pytest.mark.parametrize("sign", [True, False, None])
def test_a_mapping_states_the_sign_of_provider_adjustments(sign: bool | None) -> None:
    mapping = Mapping("plb", "remittance", ("X",), {"plb_amount": "X"}, adjustments_reduce=sign)
    posted = one("X,Y\n5,6\n", mapping).posted
    assert posted is not None
    assert posted.adjustments_reduce is sign
    assert posted.present == {"plb_amount"}


def test_columns_a_mapping_was_not_made_for_are_read_by_known_names() -> None:
    text = "Who,What,When,ICN,Letter Number\nN,1,2026-03-31,I7,L7\n"
    made_for_all = Mapping("w", "offsets", (*WORKLIST.headers, "ICN"), WORKLIST.columns)
    row = rows_of(one(text, made_for_all))[0]
    assert (row["payer_claim_control_number"], row["letter_number"]) == (None, "L7")


def test_a_mapping_applies_where_all_mapped_headers_are_there() -> None:
    assert applies(WORKLIST, ["when", " WHO", "what", "else"])
    assert not applies(WORKLIST, ["Who", "What"])
    assert not applies(Mapping("none", "offsets", (), {}), ["Who"])


def test_of_mappings_that_apply_the_one_with_most_columns_wins_then_the_later() -> None:
    less = Mapping("less", "offsets", ("Who",), {"payer_name": "Who"})
    same = Mapping("same", "offsets", WORKLIST.headers, WORKLIST.columns)
    headers = ["Who", "What", "When"]
    assert best_mapping([WORKLIST, less], headers) == WORKLIST
    assert best_mapping([WORKLIST, same, less], headers) == same
    assert best_mapping([WORKLIST], headers, "appeals") is None


# Files


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
FIELDS = [field.name for field in LAYOUTS["remittance"].fields]


@settings(deadline=None, derandomize=True, max_examples=100, database=None)
@given(
    st.builds(
        Mapping,
        name=TEXTS,
        kind=st.just("remittance"),
        headers=st.lists(TEXTS).map(tuple),
        columns=st.dictionaries(st.sampled_from(FIELDS), TEXTS),
        decimal_comma=st.booleans(),
        day_first=st.none() | st.booleans(),
        date_1904=st.none() | st.booleans(),
        adjustments_reduce=st.none() | st.booleans(),
        constants=st.dictionaries(st.sampled_from(FIELDS), TEXTS),
    )
)
def test_every_mapping_reads_back_as_it_was(
    tmp_path_factory: pytest.TempPathFactory, mapping: Mapping
) -> None:
    path = tmp_path_factory.mktemp("mapping") / "m.toml"
    path.write_text(as_toml(mapping), encoding="utf-8", newline="")
    assert read_mapping(path) == mapping


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "con", 'A/B: "c"', "Ä" * 300])
def test_a_mapping_s_file_stays_in_its_folder(tmp_path: Path, name: str) -> None:
    path = write_mapping(Mapping(name, "offsets", ("a",), {"amount": "a"}), tmp_path / "mappings")
    assert path.parent == tmp_path / "mappings"
    assert [p.name for p in path.parent.iterdir()] == [path.name]
    assert read_mapping(path).name == name


def test_a_mapping_replaces_its_namesake_and_no_other(tmp_path: Path) -> None:
    first = write_mapping(Mapping("A B", "offsets", ("a",), {"amount": "a"}), tmp_path)
    other = write_mapping(Mapping("A/B", "offsets", ("b",), {"amount": "b"}), tmp_path)
    again = write_mapping(Mapping("A B", "offsets", ("c",), {"amount": "c"}), tmp_path)
    assert (again, other != first) == (first, True)
    found, problems = read_mappings([tmp_path])
    assert {m.name: m.columns["amount"] for m in found} == {"A B": "c", "A/B": "b"}
    assert problems == []


def test_a_later_folder_s_mapping_wins(tmp_path: Path) -> None:
    ours = Mapping("Epic CL_REMIT", "remittance", ("ID",), {"remittance_key": "ID"})
    write_mapping(ours, tmp_path / "mappings")
    found, _ = read_mappings([BUILT_IN, user_mappings_folder(tmp_path)])
    assert found[-1] == ours
    assert sum(mapping.name == ours.name for mapping in found) == 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name = ", "Invalid value"),
        ('kind = "offsets"', "name, columns is missing"),
        ('name = "a"\nkind = "x"\n[columns]', "kind is x"),
        ('name = "a"\nkind = "offsets"\n[columns]\ncolour = "b"', "colour is no field of offsets"),
        ('name = "a"\nkind = "offsets"\ncolor = 1\n[columns]', "color is not known"),
        ('name = "a"\nkind = "offsets"\nday_first = "yes"\n[columns]', "day_first has the wrong"),
        ('name = "a"\nkind = "offsets"\n[columns]\namount = 3', "columns has the wrong type"),
    ],
)
def test_a_broken_mapping_is_a_problem_and_the_others_still_apply(
    tmp_path: Path, text: str, said: str
) -> None:
    (tmp_path / "broken.toml").write_text(text)
    write_mapping(WORKLIST, tmp_path)
    found, problems = read_mappings([tmp_path, tmp_path / "not there"])
    assert found == [WORKLIST]
    assert [(p.severity, p.location) for p in problems] == [("warning", "broken.toml")]
    assert said in problems[0].message


def test_the_mappings_that_ship_are_right_and_apply_to_their_own_headers() -> None:
    found, problems = read_mappings([BUILT_IN])
    assert problems == []
    assert {mapping.name for mapping in found} == {
        "Epic CL_REMIT",
        "Epic CL_RMT_CLM_INFO",
        "Epic CL_RMT_CLM_ADJ",
        "Epic CL_RMT_PLB_INFO",
        "NextGen ERA posting report",
        "athenahealth takeback list",
    }
    for mapping in found:
        assert best_mapping(found, list(mapping.columns.values())) == mapping


NEXTGEN = (
    "Chk Nbr,Pat Name,Clm Nbr,Enc Nbr,Svc Date,CPT4,M1,M2,Clm Sts Cod,Bill Amt,Pd Amt,Adj Amt,"
    "Pat Rsp,Clm Lvl Pd Amt,Reason Cd,Pyr ID,Pyr Nam,Rndrng Prvdr,NPI,CAGC/CARC\n"
    "T1,Jane Invented,C1,E1,03/31/2026,99213,25,,1,100.00,80.00,20.00,0.00,80.00,45,60417,"
    "Northland,Dr A,1234567893,CO-45\n"
)


def test_a_nextgen_posting_report_is_read_at_the_line_and_without_names() -> None:
    found, _ = read_mappings([BUILT_IN])
    posted = one(NEXTGEN, *found).posted
    assert posted is not None
    record = posted.records[0]
    assert {
        "trace_number": "T1",
        "claim_key": "C1",
        "patient_control_number": "E1",
        "paid": Decimal("80.00"),
        "line_paid": Decimal("80.00"),
        "line_charge": Decimal("100.00"),
        "charge": None,
        "reason_code": "CO-45",
        "adjustment_amount": Decimal("20.00"),
        "service_date": date(2026, 3, 31),
    }.items() <= record.items()
    assert "Jane" not in str(record)


@pytest.mark.parametrize(
    ("headers", "fields"),
    [
        ("IMAGE_ID,CREATION_DATE,PAYMENT_AMOUNT,ISSUE_DATE", {"payment_amount", "payment_date"}),
        (
            "IMAGE_ID,INV_NO,CLM_STAT_CD_C_NAME,CLAIM_CHRG_AMT,CLAIM_PAID_AMT,ICN_NO",
            {
                "patient_control_number",
                "claim_status",
                "charge",
                "paid",
                "payer_claim_control_number",
            },
        ),
        (
            "IMAGE_ID,LINE,REASON_CODE,ADJUST_AMT,CLM_ADJ_CD_C_NAME",
            {"reason_code", "adjustment_amount", "group_code"},
        ),
        (
            "IMAGE_ID,LINE,PROV_IDENTIFIER,FISCAL_PERIOD_DT,PROV_ADJ_AMT,PLB_ADJUSTMENT_IDN",
            {"plb_provider_id", "fiscal_period_end", "plb_amount", "plb_code"},
        ),
    ],
)
def test_epic_tables_are_posted_remittance(headers: str, fields: set[str]) -> None:
    found, _ = read_mappings([BUILT_IN])
    cells = ["03/31/2026" if h.endswith(("DATE", "DT")) else "1" for h in headers.split(",")]
    posted = one(f"{headers}\n{','.join(cells)}\n", *found).posted
    assert posted is not None
    assert posted.present == fields | {"remittance_key"}


# Proposals


def test_a_proposal_says_what_it_guesses_and_why() -> None:
    found = proposed(REGISTER)
    assert found.kind == "offsets"
    assert {guess.field: guess.header for guess in found.guesses} == {
        "payer_name": "Carrier Nm",
        "letter_number": "Demand Ltr No",
        "payer_claim_control_number": "Claim Ctrl #",
        "notice_date": "Ltr Dt",
        "amount": "Amt Requested by Payer",
    }
    assert all(guess.reason and 0 < guess.score <= 1 for guess in found.guesses)
    assert (found.left, found.missing) == (("Patient Name",), ())


def test_a_proposal_made_a_mapping_reads_the_file_it_was_made_from() -> None:
    mapping = proposed(REGISTER).mapping("worklist")
    assert [row["amount"] for row in rows_of(one(REGISTER, mapping))] == [
        Decimal("1234.56"),
        Decimal("10.00"),
    ]


def test_cells_that_are_no_amounts_speak_against_a_header_that_is_like_one() -> None:
    text = "Payer,Amount Requested Note,Notice Date,Sum\nN,many,2026-03-31,5\nN,few,2026-03-30,6\n"
    guesses = {guess.field: guess for guess in proposed(text, "offsets").guesses}
    assert guesses["amount"].header == "Sum"
    assert guesses["amount"].reason == "the only column left where the cells are amounts"


def test_a_proposal_names_what_is_missing() -> None:
    found = proposed("Payer,Colour\nNorthland,red\n", "offsets")
    assert found.missing == ("amount", "notice date")


def test_columns_with_patients_names_are_never_proposed() -> None:
    found = proposed("Pat Name,Member ID,Patient DOB,Case #,Outcome\nJane,1,2000-01-01,C,Upheld\n")
    assert {guess.header for guess in found.guesses} <= {"Case #", "Outcome"}


# The command


@pytest.fixture
def register(tmp_path: Path) -> Path:
    path = tmp_path / "worklist.csv"
    path.write_text(REGISTER)
    return path


def test_the_command_saves_a_mapping_with_which_the_file_loads(
    register: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = [str(register), "--warehouse", str(tmp_path / "w"), "--save", "--name", "Work list"]
    assert map_command.main(arguments) == 0
    found, problems = read_mappings([user_mappings_folder(tmp_path / "w")])
    assert ([mapping.name for mapping in found], problems) == (["Work list"], [])
    assert len(rows_of(one(REGISTER, *found))) == 2
    shown = capsys.readouterr().out
    assert "Jane" not in shown
    assert "ICN1" not in shown


def test_the_command_saves_nothing_unless_told(register: Path, tmp_path: Path) -> None:
    assert map_command.main([str(register), "--warehouse", str(tmp_path / "w")]) == 0
    assert not (tmp_path / "w").exists()


def test_settings_move_take_out_and_fix_fields(register: Path, tmp_path: Path) -> None:
    settings = ["payer_name==Aetna", "letter_number=", "reference=demand ltr no"]
    arguments = [argument for setting in settings for argument in ("--set", setting)]
    warehouse = ["--warehouse", str(tmp_path)]
    assert map_command.main([str(register), "--save", *warehouse, *arguments]) == 0
    found, _ = read_mappings([user_mappings_folder(tmp_path)])
    assert found[0].constants == {"payer_name": "Aetna"}
    assert found[0].columns["reference"] == "Demand Ltr No"
    assert not {"letter_number", "payer_name"} & found[0].columns.keys()


@pytest.fixture
def nextgen(tmp_path: Path) -> Path:
    path = tmp_path / "posting.csv"
    path.write_text(NEXTGEN)
    return path


def test_a_file_that_a_mapping_reads_is_shown_by_that_mapping(
    nextgen: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = [str(nextgen), "--warehouse", str(tmp_path / "w"), "--save"]
    assert map_command.main(asked) == 0
    shown = capsys.readouterr().out
    assert "by the mapping NextGen ERA posting report" in shown
    assert "Nothing to save" in shown
    columns = {line.split()[1]: line for line in shown.splitlines() if line.startswith("│ ")}
    assert "Enc Nbr" in columns["patient_control_number"]
    assert "Clm Lvl" in columns["paid"]
    assert "CAGC/CARC" in columns["reason_code"]
    assert "group_code" not in columns
    assert not (tmp_path / "w").exists()
    assert map_command.main([*asked, "--set", "paid=clm lvl pd amt"]) == 0
    assert not (tmp_path / "w").exists()


def test_a_mapping_that_reads_a_file_is_saved_where_settings_change_it(
    nextgen: Path, tmp_path: Path
) -> None:
    asked = [str(nextgen), "--warehouse", str(tmp_path / "w"), "--save"]
    settings = ["--set", "reason_code=Reason Cd", "--set", "service_date="]
    assert map_command.main([*asked, *settings]) == 0
    found, problems = read_mappings([BUILT_IN, user_mappings_folder(tmp_path / "w")])
    assert problems == []
    headers = NEXTGEN.splitlines()[0].split(",")
    mapping = best_mapping(found, headers)
    assert mapping is not None
    table = find_table(read_text(NEXTGEN), mappings=found)
    assert table is not None
    columns = {name: headers[place] for name, place in table.columns.items()}
    assert columns["reason_code"] == "Reason Cd"
    assert columns["paid"] == "Clm Lvl Pd Amt"
    assert "service_date" not in columns


def test_field_names_are_shown_whole_on_a_narrow_screen(
    nextgen: Path,
    register: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    for path in (nextgen, register):
        map_command.main([str(path), "--warehouse", str(path.parent / "w")])
        shown = capsys.readouterr().out
        assert "…" not in shown
        assert "patient_control_number" in shown or "letter_number" in shown


def test_folders_made_for_a_mapping_are_private(register: Path, tmp_path: Path) -> None:
    warehouse = tmp_path / "new" / "w"
    assert map_command.main([str(register), "--warehouse", str(warehouse), "--save"]) == 0
    made = (warehouse.parent, warehouse, user_mappings_folder(warehouse))
    assert [oct(folder.stat().st_mode & 0o777) for folder in made] == ["0o700"] * 3


def test_a_mapping_that_cannot_be_written_is_said_in_words(
    register: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "w").write_text("in the way")
    assert map_command.main([str(register), "--warehouse", str(tmp_path / "w"), "--save"]) == 1
    assert "cannot be written" in capsys.readouterr().err


def test_a_file_that_lacks_a_field_cannot_be_mapped(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "colours.csv"
    path.write_text("Payer,Colour\nNorthland,red\n")
    arguments = [str(path), "--kind", "offsets", "--save", "--warehouse", str(tmp_path / "w")]
    assert map_command.main(arguments) == 1
    assert "amount" in capsys.readouterr().out
    assert not (tmp_path / "w").exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ["not there.csv"],
        [],
        ["REGISTER", "--kind", "nothing"],
        ["REGISTER", "--set", "amount"],
        ["REGISTER", "--set", "colour=Ltr Dt"],
        ["REGISTER", "--set", "amount=No Such Column"],
        ["REGISTER", "--sheet", "Offsets"],
    ],
)
def test_what_cannot_be_asked_is_a_usage_error(register: Path, arguments: list[str]) -> None:
    asked = [str(register) if argument == "REGISTER" else argument for argument in arguments]
    assert map_command.main(asked) == 2


def test_what_is_no_table_cannot_be_mapped(tmp_path: Path) -> None:
    path = tmp_path / "picture.png"
    path.write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00")
    assert map_command.main([str(path)]) == 1
