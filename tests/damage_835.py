"""Damages 835 files in the ways that transfer, editors, splitters and careless writers do."""

from collections.abc import Callable
from random import Random

from loaders.x12.delimiters import find_interchanges

# What tends to go wrong where it stands: envelope words, numbers at the edge, line breaks, control bytes.
TOKENS = (
    b"ISA", b"isa", b"ISA*", b"IEA*1*1~", b"GE*1*1~", b"SE*1*1~", b"ST*835*1~", b"ST*270*1~", b"ST*", b"GS*HP",
    b"BPR*I*5~", b"PLB*1*20241231*WO:R*5~", b"CLP*A*1*5*5~", b"CAS*CO*45*1~", b"TRN*1*T~", b"LX*1~", b"N1*PR*X~",
    b"\r\n", b"\n", b"\r", b"\x00", b"\x1a", b"\xef\xbb\xbf", b"\xff\xfe", b"\xe9", b"\xc3\xa9", b"\x85", b"\x7f",
    b"-", b"+", b".", b"0", b"E5", b"9" * 18, b"9" * 40, b"   ", b"~", b"~~~", b"*", b"****", b":", b"^", b"PK\x03\x04",
)  # fmt: skip

Damage = Callable[[bytes, bytes, Random], bytes]


def damaged(data: bytes, other: bytes, random: Random) -> tuple[str, bytes]:
    """A file damaged one to three times, and the names of what was done; `other` lends it pieces."""
    chosen = random.choices(list(DAMAGES), k=random.choice([1, 1, 1, 2, 3]))
    for name in chosen:
        data = DAMAGES[name](data, other, random)
    return "+".join(chosen), data


def flip(data: bytes, _other: bytes, random: Random) -> bytes:
    """Some bytes are others."""
    text = bytearray(data)
    for _ in range(random.randrange(1, 8) if text else 0):
        text[random.randrange(len(text))] = random.randrange(256)
    return bytes(text)


def cut(data: bytes, _other: bytes, random: Random) -> bytes:
    """The end is missing."""
    return data[: random.randrange(len(data) + 1)]


def behead(data: bytes, _other: bytes, random: Random) -> bytes:
    """The beginning is missing."""
    return data[random.randrange(len(data) + 1) :]


def drop(data: bytes, _other: bytes, random: Random) -> bytes:
    """Some bytes are missing."""
    begin, end = _range(data, random, 60)
    return data[:begin] + data[end:]


def repeat(data: bytes, _other: bytes, random: Random) -> bytes:
    """Some bytes stand there twice."""
    begin, end = _range(data, random, 400)
    return data[:end] + data[begin:]


def splice(data: bytes, other: bytes, random: Random) -> bytes:
    """A piece of another file stands in this one."""
    begin, end = _range(other, random, 400)
    at = random.randrange(len(data) + 1)
    return data[:at] + other[begin:end] + data[at:]


def insert(data: bytes, _other: bytes, random: Random) -> bytes:
    """A word that means something, or bytes that mean nothing, stand somewhere."""
    new = random.choice(TOKENS) if random.random() < 0.8 else random.randbytes(random.randint(1, 9))
    at = random.randrange(len(data) + 1)
    return data[:at] + new + data[at:]


def swap_bytes(data: bytes, _other: bytes, random: Random) -> bytes:
    """Two pieces changed places."""
    places = sorted(random.randrange(len(data) + 1) for _ in range(4))
    a, b, c, d = places
    return data[:a] + data[c:d] + data[b:c] + data[a:b] + data[d:]


def change_delimiter(data: bytes, _other: bytes, random: Random) -> bytes:
    """A delimiter became another byte, from some place on."""
    found = find_interchanges(data)
    if not found:
        return data
    chosen = random.choice(found)
    old = random.choice([chosen.element, chosen.terminator, chosen.component])
    new = random.choice([chosen.element, chosen.terminator, 10, 13, 32, 124, random.randrange(256)])
    at = random.choice([chosen.start, random.randrange(len(data))])
    return data[:at] + data[at:].replace(bytes([old]), bytes([new]))


def change_segments(data: bytes, other: bytes, random: Random) -> bytes:
    """Segments are missing, repeated, moved, swapped, or come from another file."""
    pieces, mark = _segments(data)
    lent, _ = _segments(other)
    for _ in range(random.randint(1, 3)):
        at, to = random.randrange(len(pieces)), random.randrange(len(pieces))
        kind = random.randrange(5)
        if kind == 0:
            pieces[at : at + random.randint(1, 3)] = []
        elif kind == 1:
            pieces.insert(to, pieces[at])
        elif kind == 2:
            pieces.insert(to, pieces.pop(at))
        elif kind == 3:
            pieces[at], pieces[to] = pieces[to], pieces[at]
        else:
            pieces.insert(at, random.choice(lent))
        pieces = pieces or [b""]
    return mark.join(pieces)


def change_elements(data: bytes, _other: bytes, random: Random) -> bytes:
    """An element is missing, repeated, blank, padded or something else."""
    pieces, mark = _segments(data)
    found = find_interchanges(data)
    separator = bytes([found[0].element]) if found else b"*"
    at = random.randrange(len(pieces))
    elements = pieces[at].split(separator)
    to = random.randrange(len(elements))
    change = random.choice(
        [[], [elements[to]] * 2, [b""], [b" " + elements[to]], [random.choice(TOKENS)]]
    )
    elements[to : to + 1] = change
    pieces[at] = separator.join(elements)
    return mark.join(pieces)


def mix(data: bytes, other: bytes, random: Random) -> bytes:
    """Interchanges of two files run into each other."""
    (mine, mark), (theirs, _) = _segments(data), _segments(other)
    if random.random() < 0.5:
        return data[: random.randrange(len(data) + 1)] + other[random.randrange(len(other) + 1) :]
    cut_at = random.randrange(len(mine) + 1)
    return mark.join([*mine[:cut_at], *theirs, *mine[cut_at:]])


def change_breaks(data: bytes, _other: bytes, random: Random) -> bytes:
    """Lines break after, before, instead of or within segments."""
    pieces, mark = _segments(data)
    line = random.choice([b"\n", b"\r\n", b"\r"])
    width = random.randint(20, 90)
    wrapped = line.join(data[at : at + width] for at in range(0, len(data), width))
    ways = [(mark + line).join(pieces), (line + mark).join(pieces), line.join(pieces), wrapped]
    return random.choice(ways)


def change_case(data: bytes, _other: bytes, random: Random) -> bytes:
    """Capitals are small letters, in part or all over."""
    begin, end = _range(data, random, len(data) + 1)
    return data[:begin] + data[begin:end].lower() + data[end:]


DAMAGES: dict[str, Damage] = {
    "flip": flip,
    "cut": cut,
    "behead": behead,
    "drop": drop,
    "repeat": repeat,
    "splice": splice,
    "insert": insert,
    "swap bytes": swap_bytes,
    "delimiter": change_delimiter,
    "segments": change_segments,
    "elements": change_elements,
    "mix": mix,
    "breaks": change_breaks,
    "case": change_case,
}


def _range(data: bytes, random: Random, longest: int) -> tuple[int, int]:
    begin = random.randrange(len(data) + 1)
    return begin, min(begin + random.randint(0, longest), len(data))


def _segments(data: bytes) -> tuple[list[bytes], bytes]:
    """A file's segments by the delimiters of its first interchange, and their terminator."""
    found = find_interchanges(data)
    mark = bytes([found[0].terminator]) if found else b"~"
    return data.split(mark), mark
