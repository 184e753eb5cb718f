"""Files read block by block: the same facts, findings and places as in one pass, whatever the size of a block."""

from random import Random

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loaders.results import REMITTANCE_TABLES
from loaders.x12.blocks import BEYOND, Block, blocks_of
from loaders.x12.file_so_far import FileSoFar
from loaders.x12.remittance_835 import read_835, read_block
from tests.files_835 import GS, ISA, file_of, transaction
from tests.random_835 import Writer

QUIET = settings(deadline=None, derandomize=True, max_examples=60, database=None)


def blocks(data: bytes, size: int) -> list[Block]:
    return list(blocks_of(lambda start, end: data[start:end], len(data), size))


def check_same(data: bytes, size: int) -> None:
    whole = read_835(data)
    so_far = FileSoFar()
    parts = [so_far.add(block, read_block(block)) for block in blocks(data, size)]
    assert so_far.problems == whole.problems
    assert so_far.refused == whole.refused
    if not whole.refused:
        for name in REMITTANCE_TABLES:
            joined = pa.concat_tables([getattr(part, name) for part in parts])
            assert joined.to_pylist() == getattr(whole, name).to_pylist(), name


@QUIET
@given(st.integers(0, 2**32), st.integers(200, 4000), st.integers(1, 4))
def test_blocks_of_any_size_read_like_the_whole_file(seed: int, size: int, files: int) -> None:
    random = Random(seed)
    check_same(b"".join(Writer(random).file() for _ in range(files)), size)


@QUIET
@given(st.integers(0, 2**32), st.integers(400, 2000), st.sampled_from(["cut", "flip", "drop"]))
def test_damaged_files_read_alike_in_blocks(seed: int, size: int, damage: str) -> None:
    random = Random(seed)
    data = bytearray(b"".join(Writer(random).file() for _ in range(2)))
    at = random.randrange(len(data))
    if damage == "cut":
        del data[at:]
    elif damage == "drop":
        del data[at : at + random.randrange(1, 40)]
    else:
        data[at] = random.randrange(256)
    whole = read_835(bytes(data))
    so_far = FileSoFar()
    parts = [so_far.add(block, read_block(block)) for block in blocks(bytes(data), size)]
    assert so_far.refused == whole.refused
    if not whole.refused:
        states = [s for part in parts for s in part.remittance.column("balance_state").to_pylist()]
        assert states == whole.remittance.column("balance_state").to_pylist()


def test_a_block_holds_whole_transactions_and_the_envelope_they_stand_in() -> None:
    data = file_of(*(transaction("", trace=f"T{n}") for n in range(4)))
    cut = blocks(data, len(ISA + GS) + len(transaction("")) + 10)
    assert [block.data.count(b"ST*835") for block in cut] == [1, 2, 1]
    assert all(block.data.startswith((ISA + GS).encode()) for block in cut)
    assert [block.is_last for block in cut] == [False, False, True]
    own = b"".join(block.data[block.origin.lead :] for block in cut)
    assert own == data


@pytest.mark.parametrize("size", [180, 300, 1000])
def test_trailers_are_checked_over_block_borders(size: int) -> None:
    data = file_of(*(transaction("", trace=f"T{n}") for n in range(5)))
    check_same(data, size)
    check_same(data.replace(b"GE*5*2", b"GE*4*2"), size)
    check_same(data.replace(b"GE*5*2", b"GE*5*3"), size)
    check_same(data.replace(b"GE*5*2~", b""), size)
    check_same(data.replace(b"IEA*1*000000001~", b""), size)
    check_same(data + data.replace(b"*", b"|").replace(b"T1", b"T7"), size)


@pytest.mark.parametrize("size", [180, 300, 1000])
def test_a_later_block_stands_in_the_isa_before_it_though_that_is_too_damaged_to_begin_one(
    size: int,
) -> None:
    data = file_of(*(transaction("", trace=f"T{n}") for n in range(3)))
    damaged = data.replace(b"*00501*000000001*0*P*:~", b"*005:~").replace(b"T1", b"T7")
    check_same(data + damaged, size)


def test_an_se_without_st_after_another_transaction_is_told_alike_in_a_block_of_its_own() -> None:
    other = transaction("").replace("*835*", "*837*")
    first = file_of(transaction("", trace="T1"), other)
    strays = "SE*3*0001~CLP*A*1*5*5~CAS*CO*45*1~GE*1*2~"
    second = f"{ISA}{GS}{strays}{GS}{transaction('', trace='T2')}GE*1*2~IEA*1*000000001~".encode()
    size = len(first) + len(ISA + GS + strays)
    assert blocks(first + second, size)[1].data.count(b"ISA*") == 2  # its envelope, and its own
    check_same(first + second, size)
    outside = [p.field for p in read_835(first + second).problems if "outside any" in p.message]
    assert outside == ["CAS", "CLP"]


def test_a_remittance_printed_again_in_a_later_block_counts_once() -> None:
    data = file_of(
        transaction("", trace="T1"), transaction("", trace="T2"), transaction("", trace="T1")
    )
    check_same(data, 200)
    so_far = FileSoFar()
    parts = [so_far.add(block, read_block(block)) for block in blocks(data, 200)]
    assert sum(part.remittance.num_rows for part in parts) == 2
    assert [(p.severity, p.field, p.value) for p in so_far.problems] == [("warning", "TRN02", "T1")]


def test_a_table_is_no_reason_to_read_on() -> None:
    asked = []

    def read(start: int, end: int) -> bytes:
        asked.append(end)
        return (b"payer,amount\n" * 500)[start:end]

    cut = list(blocks_of(read, 6500, 1000))
    assert [read_block(block).report.refused_because is not None for block in cut] == [True]
    assert asked == [1000 + BEYOND]
