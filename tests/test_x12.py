"""The X12 index: delimiters, segments, elements, and the values read from them."""

from datetime import date
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loaders.problems import Problem, shown
from loaders.x12.columns import Buffer, Column, Spans, buffer_of, date_array, decimal_array, gather
from loaders.x12.cutting import index_segments
from loaders.x12.delimiters import find_interchanges
from loaders.x12.segments import Segments
from loaders.x12.tags import Tag, code_of
from loaders.x12.values import difference_of, read_dates, read_decimals, sum_by
from tests import reader_oracle

QUIET = settings(deadline=None, derandomize=True, max_examples=60, database=None)
ISA = (
    "ISA*00*          *00*          *ZZ*PAYER          *ZZ*CLINIC         "
    "*240215*1200*^*00501*000000001*0*P*:~"
)
GS = "GS*HP*P*C*20240215*1200*2*X*005010X221A1~"


def index(text: str) -> Segments:
    """Index of a text."""
    data = text.encode("latin-1")
    return index_segments(data, find_interchanges(data))


def column_of(texts: list[str]) -> tuple[Buffer, Spans]:
    """Texts one after the other in a buffer, and their spans."""
    data = "".join(texts).encode("latin-1") + b"~"
    ends = np.cumsum([len(text) for text in texts])
    return buffer_of(data), Spans(ends - [len(text) for text in texts], ends)


def delimiters(text: str) -> list[tuple[str, str, str, str]]:
    """Element, repetition, component separator and terminator of each interchange."""
    return [
        (chr(i.element), chr(i.repetition), chr(i.component), chr(i.terminator))
        for i in find_interchanges(text.encode("latin-1"))
    ]


def test_delimiters_come_from_the_positions_of_the_isa() -> None:
    assert delimiters(ISA + GS) == [("*", "^", ":", "~")]
    odd = (ISA + GS).translate(str.maketrans("*^:~", "\x1d\xa7x\n"))
    assert delimiters(odd) == [("\x1d", "\xa7", "x", "\n")]


def test_each_interchange_has_its_own_delimiters() -> None:
    other = (ISA + GS).translate(str.maketrans("*^:~", "|!>\r"))
    assert delimiters(f"{ISA}{GS} \r\n{other}\n{ISA}") == [
        ("*", "^", ":", "~"),
        ("|", "!", ">", "\r"),
        ("*", "^", ":", "~"),
    ]


def test_an_isa_of_the_wrong_length_is_read_by_counting() -> None:
    isa = "ISA*00* *00* *ZZ*NVMED *ZZ*99999999*180613*1230*^*00501*100000300*0*P*>!"
    assert delimiters(isa + GS) == [("*", "^", ">", "!")]
    assert delimiters(isa + "no segment follows") == []


def test_the_word_isa_in_a_text_or_a_name_is_not_an_interchange() -> None:
    assert delimiters("ISA is the first segment of a file, as LISA*JO*ES knows") == []
    assert delimiters(f"{ISA}{GS}NM1*QC*1*LISA*ISA*ISA~") == [("*", "^", ":", "~")]


def test_a_line_break_before_the_terminator_does_not_become_the_terminator() -> None:
    broken = (ISA + GS + "ST*835*1~").replace("~", "\n~")
    assert delimiters(broken) == [("*", "^", ":", "~")]
    segments = index(broken)
    assert [segments.value(row, 2) for row in (1, 2)] == ["P", "1"]
    assert segments.value(1, 8) == "005010X221A1"


@pytest.mark.parametrize(
    ("text", "component"),
    [
        ("ST*835*0001~BPR*I*0~SVC*NU>1>2*1*1~", ">"),
        ("GS*HP*P*C*20240215*1200*2*X*005010X221A1~ST*835*1~PLB*1*2*WO:R*1~", ":"),
        ("\ufeff \r\nST*835*0001~BPR*I*0~".encode().decode("latin-1"), ":"),
    ],
)
def test_delimiters_of_a_file_without_isa_are_inferred(text: str, component: str) -> None:
    assert [(e, c, t) for e, _, c, t in delimiters(text)] == [("*", component, "~")]


def test_without_isa_a_line_break_can_be_the_terminator() -> None:
    assert delimiters("ST|835|0001\r\nBPR|I|0\r\n")[0][3] == "\r"
    assert delimiters("ST|835|0001\n~BPR|I|0\n~")[0][3] == "~"


def test_segments_are_cut_with_blanks_and_breaks_left_out() -> None:
    segments = index(f"junk {ISA}\r\n{GS}\n\n  ~~ st*835*7*~\tZZZ~CLP")
    assert segments.tag.tolist() == [Tag.ISA, Tag.GS, Tag.ST, 0, Tag.CLP]
    assert segments.count.tolist() == [17, 9, 4, 1, 1]
    assert not segments.complete
    assert [segments.value(2, n) for n in (1, 2, 3, 4)] == ["835", "7", "", ""]
    assert segments.location(2) == f"segment 5 (ST), byte {len(ISA) + len(GS) + 14}"
    assert [segments.data[a:b] for a, b in zip(segments.start, segments.end, strict=True)][2:] == [
        b"st*835*7*~",
        b"ZZZ~",
        b"CLP",
    ]


def test_codes_of_up_to_three_characters_are_compared_without_case() -> None:
    segments = index(f"{ISA}N1*pr~N1*PE~N1*LONG~N1**X~N1~N1*\xe9~N1*PR\xe9~")
    codes = segments.code(segments.rows(Tag.N1), 1)
    assert codes.tolist() == [code_of("PR"), code_of("PE"), -1, -1, -1, -1, -1]
    assert segments.qualified(Tag.N1, "PR", "PE").tolist() == [1, 2]


def test_an_absent_element_is_null_and_row_minus_one_has_none() -> None:
    segments = index(f"{ISA}N1*PR*A~N1*PE~N1*XX*C~")
    rows = np.array([1, -1, 2, 3])
    assert segments.text(rows, 2).to_pylist() == ["A", None, None, "C"]
    assert segments.text(np.array([3, 1]), 2).to_pylist() == ["C", "A"]


def test_a_value_that_is_not_utf_8_is_read_as_latin_1_and_the_others_are_not() -> None:
    valid = buffer_of("é~ü".encode())
    assert gather(valid, Spans(np.array([0, 3]), np.array([2, 5]))).to_pylist() == ["é", "ü"]
    mixed = buffer_of("é~".encode() + b"\xfc\x01")
    assert gather(mixed, Spans(np.array([0, 3]), np.array([2, 5]))).to_pylist() == ["é", "ü\x01"]


AMOUNTS = st.one_of(
    st.from_regex(r"[+-]?[0-9]{0,20}\.?[0-9]{0,4}0{0,3}", fullmatch=True),
    st.text("0123456789.+- E$,", max_size=8),
)


@QUIET
@given(st.lists(AMOUNTS, min_size=1, max_size=30), st.sampled_from([0, 2, 3]))
def test_amounts_are_exact_or_unreadable(texts: list[str], scale: int) -> None:
    column = read_decimals(*column_of(texts), scale)
    expected = [reader_oracle.money(text or None, scale) for text in texts]
    assert decimal_array(column, scale).to_pylist() == expected
    assert column.empty.tolist() == [text == "" for text in texts]


@pytest.mark.parametrize(
    ("text", "cents"),
    [
        ("0", 0),
        ("-.5", -50),
        ("+12.", 1200),
        ("1.2300", 123),
        ("9999999999999999.99", 10**18 - 1),
        ("-9999999999999999.99", 1 - 10**18),
        ("0000000000000000000000012.34", 1234),
        ("10000000000000000", None),
        ("1.234", None),
        ("1,234.00", None),
        ("$5", None),
        ("1E3", None),
        ("--1", None),
        ("1-", None),
        (".", None),
        ("-", None),
        (" 1", None),
        ("1.2.3", None),
        ("\xb2", None),
    ],
)
def test_money_forms(text: str, cents: int | None) -> None:
    column = read_decimals(*column_of([text]), 2)
    assert column.known.tolist() == [cents is not None]
    assert column.unreadable.tolist() == [cents is None]
    assert column.values.tolist() == [cents or 0]


@QUIET
@given(st.lists(st.dates(), min_size=1, max_size=20))
def test_every_date_is_read(days: list[date]) -> None:
    column = read_dates(*column_of([f"{d:%Y%m%d}".zfill(8) for d in days]))
    assert date_array(column).to_pylist() == days


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("20240229", date(2024, 2, 29)),
        ("20240301-20240315", date(2024, 3, 1)),
        ("20230229", None),
        ("20241301", None),
        ("20240100", None),
        ("00000101", None),
        ("240115", None),
        ("2024-1-1", None),
        ("20240301 20240315", None),
        ("20240301-20241315", None),
        ("202403011", None),
    ],
)
def test_date_forms(text: str, day: date | None) -> None:
    column = read_dates(*column_of([text]))
    assert date_array(column).to_pylist() == [day]
    assert column.unreadable.tolist() == [day is None]


def test_sums_are_exact_and_unknown_where_a_part_is_or_the_sum_is_too_large() -> None:
    values = np.array([1, 2, 5, 10**18 - 1, 1, 7])
    known = np.array([True, True, False, True, True, True])
    column = Column(np.where(known, values, 0), known, ~known)
    total = sum_by(np.array([0, 0, 1, 2, 2, 4]), column, 5)
    assert total.values.tolist() == [3, 0, 0, 0, 7]
    assert total.known.tolist() == [True, False, False, True, True]
    less = difference_of(total, total, total)
    assert less.values.tolist() == [-3, 0, 0, 0, -7]
    assert less.known.tolist() == total.known.tolist()


def test_money_sums_do_not_depend_on_binary_fractions() -> None:
    cents = read_decimals(*column_of(["0.1"] * 1000), 2)
    total = sum_by(np.zeros(1000, np.int64), cents, 1)
    assert decimal_array(total, 2).to_pylist() == [Decimal("100.00")]


@pytest.mark.parametrize(
    "value",
    [
        "",
        "1.234",
        "-$1,234.50",
        "(12,5)",
        "20241301",
        "1E5",
        "10NM1",
        "12 USD",
        "5.00CR",
        "03-JAN-2025",
        "March 3, 2025",
    ],
)
def test_values_that_look_like_amounts_dates_or_codes_are_shown(value: str) -> None:
    assert shown(value) == value


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("PATIENTX", "8 letters"),
        ("SUB123456", "3 letters, 6 digits"),
        ("Zoë O'Neill 2", "9 letters, 1 digit, 3 others"),
        ("MAY", "3 letters"),
        ("JO 1", "2 letters, 1 digit, 1 other"),
    ],
)
def test_values_that_may_name_somebody_are_described(value: str, said: str) -> None:
    assert shown(value) == said


def test_problem_values_are_short_and_printable() -> None:
    problem = Problem("info", "file", "X", "A\x1d" + "B" * 60, "m", "r")
    assert problem.value == "A\ufffd" + "B" * 37 + "…"
    assert len(problem.value) == 40
