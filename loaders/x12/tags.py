"""The segments of an 835 by name, and codes of up to three characters as numbers."""

from enum import IntEnum
from functools import cache

import numpy as np

from loaders.x12.columns import Bytes, Int32, Int64, Words

# The segments of the 835 guide (005010X221A1 and 004010X091A1) and of its envelope.
Tag = IntEnum(
    "Tag",
    "ISA TA1 GS ST BPR NTE TRN CUR REF DTM N1 N2 N3 N4 PER RDM LX TS3 TS2 CLP CAS NM1 MIA MOA AMT"
    " QTY SVC LQ PLB SE GE IEA DMG",
)
# Segments whose first element says what the others are about.
QUALIFIED = (Tag.N1, Tag.NM1, Tag.REF, Tag.DTM, Tag.LQ)
UNKNOWN = 0
IGNORED = 255
_NAMES = {tag.value: tag.name for tag in Tag}

_LENGTHS = np.array([0, 0xFF, 0xFFFF, 0xFFFFFF, 0], np.uint32)


def name_of(value: int) -> str:
    """Name of a Tag value; a question mark for what is no segment of an 835."""
    return _NAMES.get(value, "?")


def packed(word: Words, length: Int64) -> Int32:
    """Pack the first one to three characters of words into 18 bits; else -1.

    A character counts with its six low bits from blank to underscore, small letters as capitals.
    """
    kept = _LENGTHS.take(length, mode="clip")
    text = word.astype(np.uint32) & kept
    small = text & (text >> np.uint32(1)) & np.uint32(0x202020)
    text &= ~small
    code = ((text & np.uint32(0x3F)) << np.uint32(12)) | ((text >> np.uint32(2)) & np.uint32(0xFC0))
    code |= (text >> np.uint32(16)) & np.uint32(0x3F)
    printed = (text | (text >> np.uint32(1))) & np.uint32(0x202020) & kept
    plain = (printed == (kept & np.uint32(0x202020))) & (text & np.uint32(0x808080) == 0)
    return np.where(plain & (kept > 0), code.astype(np.int32), np.int32(-1))


@cache
def code_of(text: str) -> int:
    """Number that `Segments.code` gives for this code of one to three characters."""
    word = np.frombuffer(text.encode("ascii").ljust(8), np.uint64)
    return int(packed(word, np.array([len(text)]))[0])


def _tag_table() -> Bytes:
    """Tag for every packed code, UNKNOWN where it is none."""
    table = np.zeros(1 << 18, np.uint8)
    for tag in Tag:
        table[code_of(tag.name)] = tag
    return table


_TAGS = _tag_table()


def tags_of(word: Words, length: Int64) -> Bytes:
    """Tag of each segment."""
    return _TAGS.take(packed(word, length), mode="wrap")  # -1 is the last code, which is no tag's
