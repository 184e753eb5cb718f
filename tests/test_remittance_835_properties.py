"""The 835 reader against a slow obvious reader, and on damaged files."""

from decimal import Decimal
from itertools import pairwise
from random import Random
from typing import Any

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from loaders.x12 import remittance_835
from loaders.x12.remittance_835 import Reading, read_835
from tests import reader_oracle
from tests.random_835 import Writer

SEEDS = st.integers(0, 2**32)
QUIET = settings(deadline=None, derandomize=True, max_examples=100, database=None)
ISA = (
    b"ISA*00*          *00*          *ZZ*PAYER          *ZZ*CLINIC         "
    b"*240215*1200*^*00501*000000001*0*P*:~"
)
START = ISA + b"GS*HP*P*C*20240215*1200*2*X*005010X221A1~ST*835*1~BPR*I*5~"


def rows(reading: Reading, table: str) -> list[tuple[Any, ...]]:
    """Rows of a table as plain tuples."""
    return [tuple(row.values()) for row in getattr(reading, table).to_pylist()]


def hidden(data: bytes, reading: Reading) -> bytes:
    """The file with its identifying spans overwritten."""
    masked = bytearray(data)
    for start, end in zip(*reading.masked, strict=True):
        masked[start:end] = b"X" * (end - start)
    return bytes(masked)


@QUIET
@given(SEEDS)
def test_every_table_is_what_the_slow_reader_finds(seed: int) -> None:
    data = Writer(Random(seed)).file()
    reading, expected = read_835(data), reader_oracle.read(data)
    assert not reading.refused, reading.problems
    for table in reader_oracle.TABLES:
        assert rows(reading, table) == expected[table], (seed, table)


@settings(QUIET, max_examples=40)
@given(SEEDS)
def test_overwriting_what_identifies_patients_changes_no_fact(seed: int) -> None:
    data = Writer(Random(seed)).file()
    reading = read_835(data)
    again = read_835(hidden(data, reading))
    spans = list(zip(*reading.masked, strict=True))
    assert all(start < end for start, end in spans)
    assert all(end < start for (_, end), (start, _) in pairwise(spans))
    for table in reader_oracle.TABLES:
        before, after = getattr(reading, table), getattr(again, table)
        known = reading.remittance["payment_date"].null_count == 0
        names = [n for n in before.column_names if known or n != "remittance_id"]
        assert before.select(names).equals(after.select(names))


@settings(QUIET, max_examples=200)
@given(SEEDS, st.sampled_from(["cut", "flip", "splice", "drop"]))
def test_damaged_files_are_refused_or_consistent_and_never_raise(seed: int, damage: str) -> None:
    random = Random(seed)
    data = bytearray(Writer(random).file())
    at, to = sorted(random.randrange(len(data)) for _ in range(2))
    if damage == "cut":
        del data[at:]
    elif damage == "drop":
        del data[at : min(to, at + 40)]
    elif damage == "splice":
        data[at:at] = data[to : to + random.randrange(1, 60)]
    else:
        for _ in range(random.randrange(1, 8)):
            data[random.randrange(len(data))] = random.randrange(256)
    check_consistent(read_835(bytes(data)))


@settings(QUIET, max_examples=50)
@given(st.binary(max_size=300))
def test_any_bytes_are_refused_or_consistent(data: bytes) -> None:
    check_consistent(read_835(data))
    check_consistent(read_835(ISA + data))
    check_consistent(read_835(START + data + b"~SE*1*1~"))


def check_consistent(reading: Reading) -> None:
    """Schemas hold, a refusal is empty and says why, and what is called balanced does balance."""
    for table in reader_oracle.TABLES:
        getattr(reading, table).validate(full=True)
        assert getattr(reading, table).schema == getattr(remittance_835, table.upper())
    if reading.refused:
        assert not any(getattr(reading, table).num_rows for table in reader_oracle.TABLES)
        assert [problem.severity for problem in reading.problems] == ["error"]
        assert reading.problems[0].remedy
    for row in reading.remittance.to_pylist():
        key = row["remittance_id"]
        paid = amounts_of(reading.claim_payment, key, "paid")
        adjusted = amounts_of(reading.provider_adjustment, key, "amount")
        if row["balance_state"] == "balanced":
            assert row["payment_amount"] == sum(paid) - sum(adjusted)
            assert row["payment_date"]
            assert row["trace_number"]
        elif row["balance_state"] == "unbalanced":
            assert row["difference"] == row["payment_amount"] - (sum(paid) - sum(adjusted))
            assert row["difference"] != 0


def amounts_of(table: pa.Table, key: int, column: str) -> list[Decimal]:
    """Amounts of one remittance."""
    return [row[column] for row in table.to_pylist() if row["remittance_id"] == key]
