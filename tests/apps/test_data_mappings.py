"""The Data page and columns nobody knows: named once, saved, and read by themselves from then on."""

from __future__ import annotations

import shutil
from decimal import Decimal
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from loaders.tables.mapping_files import Mapping, read_mapping, user_mappings_folder, write_mapping
from tests.apps.test_data import _page, _upload, _words
from tests.warehouses import engine_of, rows
from tests.xlsx import workbook

REGISTER = """Carrier Nm,Demand Ltr No,Claim Ctrl #,Ltr Sent,Asked For,Still Open,Who
Northland,L1,ICN1,03/31/2026,"$1,234.56",1.00,Jane Invented
Northland,L2,ICN2,03/30/2026,$10.00,2.00,Joe Invented
"""
NEXT_MONTH = """Carrier Nm,Demand Ltr No,Claim Ctrl #,Ltr Sent,Asked For,Still Open,Who
Northland,L3,ICN3,04/30/2026,$0.44,1.00,Jane Invented
"""
POSTED = """Pyr;Remit Ctl;Dep Dt;Dep Amt;Acct No;Clm Amt Pd;Taken
NORTH;T1;31.03.2026;850,00;A1;1.000,00;
NORTH;T1;31.03.2026;850,00;;;-150,00
"""
NEW_SHEET = """Carrier Nm,Demand Ltr No,Claim Ctrl #,Ltr Sent,Asked For,Still Open,Who
Northland,L1,ICN1,03/31/2026,1.00,1.00,Jane Invented
Northland,L2,ICN2,03/30/2026,2.00,2.00,Joe Invented
"""
CARRIER, LETTER, CONTROL, SENT, ASKED, OPEN, WHO = range(7)


def _form(app: AppTest, **files: str) -> AppTest:
    """The form over the first table that was not recognised."""
    _upload(app, **{name: text.encode() for name, text in files.items()})
    return app.button(key="name_columns_0").click().run()


def _take(app: AppTest, place: int, field: str, kind: str = "offsets") -> AppTest:
    return app.selectbox(key=f"mapping_field_{kind}_{place}").set_value(field).run()


def _field(app: AppTest, place: int, kind: str = "offsets") -> object:
    return app.selectbox(key=f"mapping_field_{kind}_{place}").value


def _save(app: AppTest, name: str) -> AppTest:
    app.text_input(key="mapping_name").set_value(name).run()
    app.button(key="save_mapping").click().run()
    assert not app.exception
    return app


def _can_save(app: AppTest) -> bool:
    return not app.button(key="save_mapping").disabled


def _notices(folder: Path) -> list[tuple[object, ...]]:
    found = rows(
        engine_of(folder),
        "select payer_name, letter_number, cast(notice_date as varchar) as day, amount"
        " from offset_notice order by letter_number",
    )
    return [tuple(row.values()) for row in found]


def test_an_unknown_export_is_named_corrected_saved_and_loaded_to_the_cent(warehouse: Path) -> None:
    app = _form(_page(), **{"worklist.csv": REGISTER})
    assert [_field(app, place) for place in range(7)] == [
        "payer_name",
        "letter_number",
        "payer_claim_control_number",
        "",
        "",
        "",
        "",
    ]
    assert "Still missing: **amount**" in _words(app)
    assert not _can_save(app)
    app = _take(app, ASKED, "amount")
    app = _take(app, SENT, "notice_date")
    assert "The first 2 rows can be read so." in _words(app)
    app = _save(app, "Northland worklist")
    said = _words(app)
    assert "The mapping is saved as northland-worklist.toml." in said
    assert "1 file loaded: 2 rows." in said
    assert _notices(warehouse) == [
        ("Northland", "L1", "2026-03-31", Decimal("1234.56")),
        ("Northland", "L2", "2026-03-30", Decimal("10.00")),
    ]
    saved = read_mapping(user_mappings_folder(warehouse) / "northland-worklist.toml")
    assert saved == Mapping(
        "Northland worklist",
        "offsets",
        tuple(REGISTER.splitlines()[0].split(",")),
        {
            "payer_name": "Carrier Nm",
            "letter_number": "Demand Ltr No",
            "payer_claim_control_number": "Claim Ctrl #",
            "notice_date": "Ltr Sent",
            "amount": "Asked For",
        },
    )


def test_the_next_file_of_the_layout_loads_by_itself(warehouse: Path) -> None:
    app = _take(_form(_page(), **{"worklist.csv": REGISTER}), ASKED, "amount")
    app = _save(_take(app, SENT, "notice_date"), "worklist")
    app = _upload(app, **{"april.csv": NEXT_MONTH.encode()})
    assert "1 file loaded: 1 row." in _words(app)
    assert "The columns were read by the mapping worklist." in _words(app)
    assert _notices(warehouse)[-1] == ("Northland", "L3", "2026-04-30", Decimal("0.44"))


@pytest.mark.usefixtures("warehouse")
def test_a_field_is_used_once_and_the_last_choice_has_it() -> None:
    app = _take(_form(_page(), **{"worklist.csv": REGISTER}), ASKED, "amount")
    app = _take(app, OPEN, "amount")
    assert (_field(app, ASKED), _field(app, OPEN)) == ("", "amount")
    assert "Amount is now read from Still Open, no longer from Asked For" in _words(app)


@pytest.mark.usefixtures("warehouse")
def test_samples_show_no_patient() -> None:
    app = _take(_form(_page(), **{"worklist.csv": REGISTER}), ASKED, "amount")
    form = _words(app)
    assert "AAAA AAAAAAAA · AAA AAAAAAAA" in form
    assert "$1,234.56 · $10.00" in form
    assert "Northland" in form
    for secret in ("Jane", "Joe", "ICN1"):
        assert secret not in form


@pytest.mark.usefixtures("warehouse")
def test_a_header_of_values_is_no_header_to_be_saved() -> None:
    app = _upload(_page(), **{"bare.csv": b"Jane,03/31/2026,10.00\nJoe,03/30/2026,11.00\n"})
    assert "There is no header" in _words(app)
    assert "name_columns_0" not in {button.key for button in app.button}


def test_what_the_file_does_not_say_is_said_once_for_every_row(warehouse: Path) -> None:
    text = REGISTER.replace("Carrier Nm", "Region")
    app = _take(_form(_page(), **{"worklist.csv": text}), ASKED, "amount")
    app = _take(app, CARRIER, "")
    app = _take(app, SENT, "notice_date")
    assert "Still missing: **payer name**" in _words(app)
    app.multiselect(key="mapping_constants_offsets").set_value(["payer_name"]).run()
    assert not _can_save(app)
    app.text_input(key="mapping_constant_offsets_payer_name").set_value("Meridian").run()
    _save(app, "region")
    assert {row[0] for row in _notices(warehouse)} == {"Meridian"}


def test_posted_remittance_with_decimal_commas_and_negative_reductions(warehouse: Path) -> None:
    app = _form(_page(), **{"posted.csv": POSTED})
    app.selectbox(key="mapping_kind").set_value("remittance").run()
    names = (
        "payer_name trace_number payment_date payment_amount patient_control_number paid plb_amount"
    )
    for place, field in enumerate(names.split()):
        app = _take(app, place, field, "remittance")
    assert "2 of the first 2 rows cannot be read so." in _words(app)
    app.checkbox(key="mapping_comma").check().run()
    app.radio(key="mapping_day_first").set_value("Day first: 31/03/2026").run()
    assert "The first 2 rows can be read so." in _words(app)
    app.radio(key="mapping_sign").set_value("Negative amounts reduce the payment").run()
    app = _save(app, "posted")
    assert "1 file loaded: 1 remittance, payments of $850.00." in _words(app)
    (row,) = rows(
        engine_of(warehouse),
        "select payment_amount, provider_adjustment_total, balance_state from remittance",
    )
    assert row == {
        "payment_amount": Decimal("850.00"),
        "provider_adjustment_total": Decimal("150.00"),
        "balance_state": "balanced",
    }
    assert read_mapping(user_mappings_folder(warehouse) / "posted.toml").adjustments_reduce is False


@pytest.mark.usefixtures("warehouse")
def test_another_kind_brings_its_own_proposal() -> None:
    app = _form(_page(), **{"worklist.csv": REGISTER})
    app.selectbox(key="mapping_kind").set_value("payers").run()
    assert not app.exception
    assert _field(app, CARRIER, "payers") == "name"
    assert _field(app, LETTER, "payers") == ""


def test_saved_mappings_are_listed_and_can_be_deleted(warehouse: Path) -> None:
    folder = user_mappings_folder(warehouse)
    file = write_mapping(
        Mapping("mine", "offsets", ("A",), {"payer_name": "A"}, day_first=True), folder
    )
    app = _page()
    said = _words(app)
    assert "**mine** · Offset register" in said
    assert "mine.toml" in said
    assert "**Epic CL_REMIT** · Posted remittance (table)" in said
    assert "Mappings (1)" in [tab.label for tab in app.tabs]
    app.button(key="delete_mapping_mine.toml").click().run()
    assert not file.exists()
    assert "No mapping is saved." in _words(app)


def test_a_broken_mapping_is_said_and_the_others_are_used(warehouse: Path) -> None:
    folder = user_mappings_folder(warehouse)
    write_mapping(Mapping("mine", "offsets", ("A",), {"payer_name": "A"}), folder)
    (folder / "half.toml").write_text("name = ", encoding="utf-8")
    said = _words(_page())
    assert "The mapping half.toml cannot be used" in said
    assert "**mine** · Offset register" in said


def test_a_table_in_an_archive_is_named_too(warehouse: Path, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "worklist.csv").write_text(REGISTER)
    packed = Path(shutil.make_archive(str(tmp_path / "sent"), "zip", tmp_path / "in"))
    app = _page()
    _upload(app, **{"sent.zip": packed.read_bytes()})
    app.button(key="name_columns_0").click().run()
    app = _save(_take(_take(app, ASKED, "amount"), SENT, "notice_date"), "zipped")
    assert len(_notices(warehouse)) == 2


def test_a_mapping_that_cannot_be_saved_is_said_and_loads_nothing(warehouse: Path) -> None:
    user_mappings_folder(warehouse).write_text("a file where the folder should be")
    app = _take(_form(_page(), **{"worklist.csv": REGISTER}), ASKED, "amount")
    app = _save(_take(app, SENT, "notice_date"), "worklist")
    assert "The mapping could not be saved" in _words(app)
    assert _field(app, ASKED) == "amount"


def test_a_sheet_is_named_and_the_workbook_loads_whole(warehouse: Path) -> None:
    known = [
        ["Payer", "Letter Number", "Notice Date", "Amount"],
        *[["North", "L8", "03/31/2026", "2.50"]] * 2,
    ]
    book = workbook({"Known": known, "New": [line.split(",") for line in NEW_SHEET.splitlines()]})
    app = _page()
    _upload(app, **{"book.xlsx": book})
    assert "name_columns_0" not in {button.key for button in app.button}
    app.button(key="name_columns_1").click().run()
    assert app.text_input(key="mapping_name").value == "book New"
    app = _take(_take(app, ASKED, "amount"), SENT, "notice_date")
    app.button(key="save_mapping").click().run()
    assert "2 files loaded: 4 rows." in _words(app)
    assert [row[3] for row in _notices(warehouse)] == [
        Decimal(n) for n in ("1", "2", "2.50", "2.50")
    ]


def test_cancelling_keeps_the_offer_and_saves_nothing(warehouse: Path) -> None:
    app = _take(_form(_page(), **{"worklist.csv": REGISTER}), ASKED, "amount")
    app.button(key="cancel_mapping").click().run()
    assert "name_columns_0" in {button.key for button in app.button}
    assert not user_mappings_folder(warehouse).exists()


def test_a_mapping_that_reads_wrongly_is_corrected_under_its_name(warehouse: Path) -> None:
    columns = {"payer_name": "Carrier Nm", "amount": "Who", "notice_date": "Ltr Sent"}
    headers = tuple(REGISTER.splitlines()[0].split(","))
    folder = user_mappings_folder(warehouse)
    write_mapping(Mapping("mine", "offsets", headers, columns, day_first=False), folder)
    app = _form(_page(), **{"worklist.csv": REGISTER})
    assert _field(app, WHO) == "amount"
    assert app.radio(key="mapping_day_first").value == "Month first: 03/31/2026"
    assert "There is a mapping of this name; this one takes its place." in _words(app)
    app = _save(_take(app, ASKED, "amount"), "mine")
    assert [row[3] for row in _notices(warehouse)] == [Decimal("1234.56"), Decimal("10.00")]
    assert read_mapping(folder / "mine.toml").columns["amount"] == "Asked For"
