"""Reads files side by side, whatever their format, and gives what they hold in the order they came.

Small 835 files are read together, large ones block by block, tables whole. Nothing here knows the warehouse.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from itertools import islice

from data.archive import Frame
from loaders.parallel import in_order
from loaders.problems import Problem
from loaders.processes import Processes
from loaders.results import Kind
from loaders.sources import Content, Source
from loaders.tables.exports import TableReading, read_tables
from loaders.tables.layouts import LAYOUTS
from loaders.tables.mapping_files import Mapping
from loaders.x12.blocks import BLOCK_BYTES, Block, blocks_of, whole_block
from loaders.x12.columns import Int64
from loaders.x12.remittance_835 import Reading
from loaders.x12.texts import Text, read_nothing, read_text, read_together

HEAD_BYTES = 4096
_ISA_BYTES = 106


@dataclass(frozen=True)
class FilesRead:
    """835 files read in one pass: file n is bytes starts[n] to starts[n + 1] - 1 of what was read."""

    files: tuple[tuple[Source, str], ...]
    starts: Int64
    reading: Reading
    frames: list[Frame]


@dataclass(frozen=True)
class BlockRead:
    """The next block of an 835 file that has several, or of one that is not plain."""

    source: Source
    sha256: str
    block: Block
    reading: Reading
    frames: list[Frame]


@dataclass(frozen=True)
class TablesRead:
    """The tables of one file."""

    source: Source
    sha256: str
    tables: list[TableReading]


@dataclass(frozen=True)
class NotRead:
    """A file that cannot be read (`problem`), or whose bytes are known."""

    source: Source
    sha256: str = ""


Read = FilesRead | BlockRead | TablesRead | NotRead
Job = Callable[[], list[Read]]


def read_all(
    sources: Iterable[Source],
    kind: Kind,
    mappings: Sequence[Mapping],
    is_known: Callable[[str], bool],
) -> Iterator[Read]:
    """Read sources in their order. A file whose SHA-256 is_known, or came before, is not read."""
    with (
        Processes(first=read_nothing) as others,
        closing(in_order(_jobs(sources, kind, mappings, is_known, others))) as done,
    ):
        for reads in done:
            yield from reads


def _jobs(
    sources: Iterable[Source],
    kind: Kind,
    mappings: Sequence[Mapping],
    is_known: Callable[[str], bool],
    others: Processes,
) -> Iterator[Job]:
    batch: list[tuple[Source, str, bytes]] = []
    seen: set[str] = set()
    for source in sources:
        sha256 = source.content.sha256() if source.content else ""
        whole = _whole_interchange(source) if kind in ("auto", "835") else None
        is_new = bool(sha256) and not is_known(sha256) and sha256 not in seen
        seen.add(sha256)
        if batch and (
            not whole or not is_new or sum(len(own) for *_, own in batch) + len(whole) > BLOCK_BYTES
        ):
            yield partial(_read_batch, others, batch)
            batch = []
        if not is_new:
            yield partial(_as_list, NotRead(source, sha256))
        elif whole:
            others.expect(len(whole))
            batch.append((source, sha256, whole))
        else:
            yield from _jobs_of(source, sha256, kind, mappings, others)
    if batch:
        yield partial(_read_batch, others, batch)


def _as_list(read: Read) -> list[Read]:
    return [read]


def _whole_interchange(source: Source) -> bytes | None:
    """A small file that starts with ISA and ends with IEA and its terminator, so may stand among others."""
    if source.content is None or not _ISA_BYTES < source.content.size <= BLOCK_BYTES // 2:
        return None
    content = source.content.whole()
    end, terminator = content.rstrip(), content[_ISA_BYTES - 1 : _ISA_BYTES]
    last = end[:-1].rpartition(terminator)[2].strip()
    is_whole = content.startswith(b"ISA") and end.endswith(terminator) and last.startswith(b"IEA")
    return content if is_whole else None


def _read_batch(others: Processes, batch: Sequence[tuple[Source, str, bytes]]) -> list[Read]:
    """Read whole interchanges together."""
    left = iter(batch)
    texts = others.run(partial(read_together, [own for *_, own in batch]))
    return [_files_read(list(islice(left, text.files)), text) for text in texts]


def _files_read(files: Sequence[tuple[Source, str, bytes]], text: Text) -> Read:
    if len(files) == 1:
        source, sha256, own = files[0]
        return _block_read(source, sha256, whole_block(own), text)
    named = tuple((source, sha256) for source, sha256, _ in files)
    return FilesRead(named, text.starts, text.reading, text.frames)


def _jobs_of(
    source: Source, sha256: str, kind: Kind, mappings: Sequence[Mapping], others: Processes
) -> Iterator[Job]:
    """The jobs of a file that is read alone."""
    content = _content(source)
    head = content.read(0, min(HEAD_BYTES, content.size))
    if kind in LAYOUTS or (kind == "auto" and not _looks_like_x12(head)):
        yield partial(_read_tables, source, sha256, kind, mappings)
        return
    others.expect(content.size)
    for block in blocks_of(content.read, content.size):
        yield partial(_read_block, others, source, sha256, block)


def _read_tables(
    source: Source, sha256: str, kind: Kind, mappings: Sequence[Mapping]
) -> list[Read]:
    """Read a file of tables; what is none after all is read as an 835, which says what it is."""
    content, wanted = _content(source), None if kind == "auto" else kind
    tables = read_tables(source.path, content.whole(), wanted, mappings)
    if tables is None and wanted:
        tables = [_no_table(source, wanted)]
    if tables is not None:
        return [TablesRead(source, sha256, tables)]
    blocks = blocks_of(content.read, content.size)
    return [_block_read(source, sha256, block, read_text(block)) for block in blocks]


def _content(source: Source) -> Content:
    if source.content is None:
        raise ValueError(f"{source.path} could not be read")
    return source.content


def _read_block(others: Processes, source: Source, sha256: str, block: Block) -> list[Read]:
    return [_block_read(source, sha256, block, others.run(partial(read_text, block)))]


def _block_read(source: Source, sha256: str, block: Block, text: Text) -> BlockRead:
    return BlockRead(source, sha256, block, text.reading, text.frames)


def _looks_like_x12(head: bytes) -> bool:
    return b"ISA" in head or head.lstrip(b"\xef\xbb\xbf \t\r\n")[:2].upper() in (b"ST", b"GS")


def _no_table(source: Source, kind: str) -> TableReading:
    message, remedy = "This is no table.", f"Export {LAYOUTS[kind].in_words} as CSV or XLSX."
    problem = Problem("error", "file", "file", "", message, remedy)
    return TableReading(source.path, kind, (problem,))
