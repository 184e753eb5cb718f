"""What must hold for whatever bytes the 835 reader is given, damaged or not."""

import pyarrow as pa

from loaders.results import REMITTANCE_TABLES
from loaders.x12 import remittance_835
from loaders.x12.blocks import blocks_of
from loaders.x12.delimiters import BLANKS, Interchange, find_interchanges
from loaders.x12.file_so_far import FileSoFar
from loaders.x12.remittance_835 import Reading, read_835, read_block
from tests.sums_835 import Sums, regular_isas, sums_of


def check_file(data: bytes) -> Reading:
    """Read a file whole and check all that can be checked."""
    reading = read_835(data)
    check_shape(reading)
    check_delimiters(data)
    if not reading.refused:
        check_sums(reading, sums_of(data))
    return reading


def check_shape(reading: Reading) -> None:
    """Schemas hold; a refusal is empty, and says why and what to do."""
    for name in REMITTANCE_TABLES:
        table = getattr(reading, name)
        assert table.schema == getattr(remittance_835, name.upper()), name
        table.validate(full=True)
    assert all(p.message and p.remedy and p.location for p in reading.problems)
    if reading.refused:
        assert [p.severity for p in reading.problems] == ["error"]
        assert not any(getattr(reading, name).num_rows for name in REMITTANCE_TABLES)


def check_delimiters(data: bytes) -> None:
    """The delimiters of an ISA of the right length are those at its places; a line break may not be one."""
    found = {i.start: (i.element, i.component, i.terminator) for i in find_interchanges(data)}
    for start, delimiters in regular_isas(data).items():
        own = found.get(start)
        behind = data[start + 105 :].lstrip(b"\r\n")[:1]
        if delimiters[2] in b"\r\n" and behind and behind[0] in delimiters[:2]:
            continue  # a delimiter begins the next line: no segment does
        assert own, f"the ISA at byte {start} was not found"
        assert own[:2] == delimiters[:2]
        assert own[2] == delimiters[2] or delimiters[2] in b"\r\n"


def check_sums(reading: Reading, expected: list[Sums]) -> None:
    """Every 835 transaction is there, once, with the sums and the state that its bytes have."""
    by_start = {sums.start: sums for sums in expected}
    of_835 = {start for start, sums in by_start.items() if sums.kind == "835"}
    remittances = reading.remittance.to_pylist()
    claims = reading.claim_payment.column("remittance_id").to_pylist()
    for row in remittances:
        sums = by_start[row["byte_start"]]
        assert sums.kind == "835"
        got = (row["claim_paid"], row["provider_adjustment_total"], row["difference"])
        assert got == (sums.claim_paid, sums.adjusted, sums.difference), (row["byte_start"], got)
        assert row["balance_state"] == sums.state, row["byte_start"]
        assert claims.count(row["remittance_id"]) == len(sums.paid)
    there = {row["byte_start"] for row in remittances}
    for start in of_835 - there:
        twins = [s for s in there if s < start and by_start[s].key == by_start[start].key]
        assert twins, f"the transaction at byte {start} is missing"
    assert len(set(reading.remittance.column("remittance_id").to_pylist())) == len(remittances)


def check_blocks(data: bytes, whole: Reading, block_bytes: int) -> None:
    """Reading block by block gives the same facts and findings.

    Not compared: where things end, which is unsure where a remittance has no SE, and the ids of a file in
    which some are made from the bytes up to there, for want of trace, amount or date.
    """
    so_far = FileSoFar()
    parts = [
        so_far.add(block, read_block(block))
        for block in blocks_of(lambda start, end: data[start:end], len(data), block_bytes)
    ]
    assert so_far.refused == whole.refused
    if whole.refused:
        return
    assert so_far.problems == whole.problems
    is_known = all(sums.key for sums in sums_of(data))
    for name in REMITTANCE_TABLES:
        joined = pa.concat_tables([getattr(part, name) for part in parts])
        unsure = [] if is_known else ["remittance_id"]
        unsure += ["byte_end"] if "byte_end" in joined.column_names else []
        joined = joined.drop_columns(unsure)
        assert joined.equals(getattr(whole, name).drop_columns(unsure)), name


def reads_alike(data: bytes, block_bytes: int) -> bool:
    """Whether blocks of this size must give the same.

    Left out, because a block knows less than the file: a first block without a whole ISA is refused as no
    X12; an ISA that holds the terminator counts as one segment; a blank may be a delimiter or stand before a
    tag; and whether the last transaction was cut off is seen only where its ST stands in the last block. A
    column that is not UTF-8 is read as Latin-1, and a block may have a part of it that is.
    """
    found = find_interchanges(data)
    if not found or found[0].start + 400 >= block_bytes:
        return False
    transactions = sums_of(data)
    if not transactions or transactions[-1].start < found[-1].start:
        return False
    if not is_utf_8(data):
        return False
    return transactions[-1].kind == "835" and all(is_plain(data, i) for i in found)


def is_utf_8(data: bytes) -> bool:
    """Whether the whole text decodes."""
    return data.decode("utf-8", "ignore").encode() == data


def is_plain(data: bytes, interchange: Interchange) -> bool:
    """The ISA is one segment, and no blank separates elements."""
    element, terminator = bytes([interchange.element]), bytes([interchange.terminator])
    isa = data[interchange.start : interchange.end].partition(terminator)[0]
    return isa.count(element) == 16 and element not in BLANKS
