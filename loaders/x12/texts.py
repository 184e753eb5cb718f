"""Reads 835 texts and readies them for the archive; this needs the bytes only, so any process can do it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from data.archive import Frame, frames_of
from loaders.x12.blocks import Block, whole_block
from loaders.x12.columns import Int64
from loaders.x12.remittance_835 import Reading, read_835, read_block

_NONE = np.zeros(0, np.int64)


@dataclass(frozen=True)
class Text:
    """What was read of a block, and its own bytes for the archive, without patients.

    reading.masked is empty: what is to be masked is. files: how many files it has; file n is bytes
    starts[n] to starts[n + 1] - 1.
    """

    reading: Reading
    frames: list[Frame]
    files: int
    starts: Int64


def read_text(block: Block) -> Text:
    """Read a block of a file."""
    reading = read_block(block)
    starts = np.array([0, len(block.data)], np.int64)
    return _text(reading, without_patients(block.data, reading)[block.origin.lead :], starts)


def read_nothing() -> None:
    """Read the smallest remittance, so that what is made on first use is there for the next text."""
    read_text(whole_block(_SMALLEST))


_SMALLEST = (
    b"ST*835*1~BPR*I*0*C*ACH************20240101~TRN*1*1*1~LX*1~CLP*1*1*0*0**12*1*11*1~"
    b"CAS*CO*45*0~SVC*HC:1*0*0**1~DTM*472*20240101~PLB*1*20241231*WO:1*0~SE*10*1~"
)


def read_together(files: Sequence[bytes]) -> list[Text]:
    """Read whole interchanges in one pass; in two halves where anything is wrong with any of them."""
    if len(files) == 1:
        return [read_text(whole_block(files[0]))]
    content = b"\n".join(files)
    reading = read_835(content)
    starts = np.cumsum([0, *(len(own) + 1 for own in files)], dtype=np.int64)
    if reading.refused or reading.problems or not _each_has_a_remittance(reading, starts):
        half = len(files) // 2
        return [*read_together(files[:half]), *read_together(files[half:])]
    return [_text(reading, without_patients(content, reading), starts)]


def _each_has_a_remittance(reading: Reading, starts: Int64) -> bool:
    begins = reading.remittance.column("byte_start").to_numpy()
    return bool(np.diff(np.searchsorted(begins, starts)).all())


def _text(reading: Reading, own: memoryview, starts: Int64) -> Text:
    return Text(replace(reading, masked=(_NONE, _NONE)), frames_of(own), len(starts) - 1, starts)


def without_patients(content: bytes, reading: Reading) -> memoryview:
    """The text with every byte that identifies a patient overwritten, offsets unchanged."""
    starts, ends = reading.masked
    lengths = ends - starts
    first = np.cumsum(lengths) - lengths
    places = np.arange(lengths.sum()) + np.repeat(starts - first, lengths)
    text = np.frombuffer(content, np.uint8).copy()
    text[places] = ord("x")
    return text.data
