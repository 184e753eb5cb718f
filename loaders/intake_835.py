"""Takes 835 files that were read: stores what is new of them, and says what became of each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from data.archive import ArchiveWriter, Frame
from loaders.outcomes import Outcomes, known_remittances, replaced_remittances
from loaders.problems import Problem
from loaders.reading import BlockRead, FilesRead
from loaders.results import REMITTANCE_TABLES, FileResult
from loaders.sources import Source
from loaders.store import Origin, Store, standings, without
from loaders.twice_told import take_the_place_of_known
from loaders.x12.columns import Int64
from loaders.x12.counts import Counts, counts_by_file
from loaders.x12.file_so_far import FileSoFar

KIND = "835"


@dataclass
class Taken:
    """The remittances of one file that were new, known, or took the place of known ones."""

    new: int = 0
    known: list[int] = field(default_factory=list)
    replaced: Counter[str] = field(default_factory=Counter)

    @property
    def nothing_new(self) -> bool:
        return bool(self.known) and not self.new

    def notes(self, store: Store) -> list[Problem]:
        """What is to be said of it."""
        notes = []
        if self.known:
            count = len(self.known) + self.new
            notes.append(known_remittances(len(self.known), count, store.files_of(self.known)))
        if self.replaced:
            notes.append(replaced_remittances(self.replaced.total(), sorted(self.replaced)))
        return notes


def add_new(
    store: Store,
    tables: dict[str, pa.Table],
    load_id: int,
    sha256: str,
    taken: Taken,
    *,
    is_835: bool,
    replaces: bool,
) -> None:
    """Add the remittances that are not known; or all, in the place of those that other files brought.

    What is known but has a lower standing, because it does not tie or is only told by a table, gives way.
    """
    remittance = tables["remittance"]
    if replaces:
        taken.replaced.update(take_the_place_of_known(store, remittance, sha256))
    ids = remittance.column("remittance_id").to_numpy().tolist()
    weaker = store.giving_way(ids, standings(remittance, is_835=is_835))
    if weaker:
        taken.replaced.update(store.file_of_remittance(identifier) for identifier in weaker)
        store.remove_remittances(weaker)
    known = store.known(ids)
    taken.known += known
    taken.new += len(ids) - len(known)
    store.add(without(tables, known) if known else tables, load_id, is_835=is_835)


@dataclass
class _File:
    """A file whose blocks arrive one after the other."""

    source: Source
    sha256: str
    place: int
    load_id: int
    so_far: FileSoFar = field(default_factory=FileSoFar)
    counts: Counts = field(default_factory=Counts)
    taken: Taken = field(default_factory=Taken)
    archive: str | None = None


@dataclass
class Intake835:
    """Takes files and blocks in their order."""

    store: Store
    archive: ArchiveWriter
    outcomes: Outcomes
    replaces_known: bool
    _file: _File | None = None

    def take_files(self, read: FilesRead) -> None:
        """Take files that were read in one pass; one by one where any of it may be known."""
        file_of = _file_of(read)
        tables = _tables(read, file_of)
        counts = counts_by_file(read.reading, len(read.files), file_of)
        ids = read.reading.remittance.column("remittance_id").to_numpy().tolist()
        if self.replaces_known or self.store.known(ids):
            self._take_each(read, file_of, tables, counts)
            return
        loads = [self.store.new_load(_name(source)) for source, _ in read.files]
        loads_of = np.array(loads)[file_of["remittance"]].tolist()
        self.store.add(tables, loads_of, is_835=True)
        begin = self.archive.append(read.frames)
        for n, (source, sha256) in enumerate(read.files):
            archive = self.archive.key(begin + int(read.starts[n]))
            place = self.outcomes.place(sha256)
            self._loaded(source, sha256, place, loads[n], archive, _result(source, counts[n], ()))

    def take_block(self, read: BlockRead) -> None:
        """Take the next block of a file."""
        if read.block.is_first or self._file is None:
            place, load_id = (
                self.outcomes.place(read.sha256),
                self.store.new_load(_name(read.source)),
            )
            self._file = _File(read.source, read.sha256, place, load_id)
            if not read.block.is_last:
                self.store.begin(load_id)
        file = self._file
        reading = file.so_far.add(read.block, read.reading)
        if read.block.is_last and file.so_far.refused:
            self._refuse(file)
            return
        all_one = {n: np.zeros(getattr(reading, n).num_rows, np.int64) for n in REMITTANCE_TABLES}
        file.counts = file.counts.plus(counts_by_file(reading, 1, all_one)[0])
        tables = {name: getattr(reading, name) for name in REMITTANCE_TABLES}
        self._add_new(tables, file)
        self._keep_text(file, read.frames, whole=read.block.is_first and read.block.is_last)
        if read.block.is_last:
            self._finish(file, file.so_far.problems)

    def _take_each(
        self,
        read: FilesRead,
        file_of: Mapping[str, Int64],
        tables: Mapping[str, pa.Table],
        counts: Sequence[Counts],
    ) -> None:
        begin: int | None = None
        for n, (source, sha256) in enumerate(read.files):
            place, load_id = self.outcomes.place(sha256), self.store.new_load(_name(source))
            file = _File(source, sha256, place, load_id, counts=counts[n])
            own = {t: table.filter(pa.array(file_of[t] == n)) for t, table in tables.items()}
            self._add_new(own, file)
            if not file.taken.nothing_new:
                begin = self.archive.append(read.frames) if begin is None else begin
                file.archive = self.archive.key(begin + int(read.starts[n]))
            self._finish(file, ())

    def _add_new(self, tables: dict[str, pa.Table], file: _File) -> None:
        add_new(
            self.store,
            tables,
            file.load_id,
            file.sha256,
            file.taken,
            is_835=True,
            replaces=self.replaces_known,
        )

    def _keep_text(self, file: _File, frames: Sequence[Frame], *, whole: bool) -> None:
        """Archive a block; not that of a file whose remittances are all known."""
        if not (whole and file.taken.nothing_new):
            begin = self.archive.append(frames)
            file.archive = file.archive or self.archive.key(begin)

    def _finish(self, file: _File, problems: Sequence[Problem]) -> None:
        self._file = None
        self.store.end(is_accepted=True)
        result = _result(file.source, file.counts, (*problems, *file.taken.notes(self.store)))
        if file.taken.nothing_new:
            self.outcomes.known(file.place, result)
        else:
            self._loaded(file.source, file.sha256, file.place, file.load_id, file.archive, result)

    def _refuse(self, file: _File) -> None:
        """Take back what earlier blocks brought: a file loads whole or not at all."""
        self._file = None
        if file.taken.new:
            self.store.remove(file.load_id)
        self.store.end(is_accepted=False)
        result = FileResult(file.source.path, "rejected", KIND, file.so_far.problems)
        self.outcomes.refused(file.place, result)

    def _loaded(
        self,
        source: Source,
        sha256: str,
        place: int,
        load_id: int,
        archive: str | None,
        result: FileResult,
    ) -> None:
        origin = Origin(
            _name(source), sha256, source.content.size if source.content else 0, archive
        )
        self.outcomes.loaded(place, load_id, origin, result)


def _result(source: Source, counts: Counts, problems: Sequence[Problem]) -> FileResult:
    counted: dict[str, Any] = counts.as_result()
    return replace(FileResult(source.path, "loaded", KIND, tuple(problems)), **counted)


def _name(source: Source) -> str:
    return Path(source.path).name


def _file_of(read: FilesRead) -> dict[str, Int64]:
    """Per table the number of the file that each row is from; rows stand in file order."""
    remittance = read.reading.remittance
    ids = remittance.column("remittance_id").to_numpy()
    starts = remittance.column("byte_start").to_numpy()
    own = np.searchsorted(read.starts, starts, "right") - 1
    order = np.argsort(ids)
    found = {"remittance": own}
    for name in REMITTANCE_TABLES[1:]:
        rows = getattr(read.reading, name).column("remittance_id").to_numpy()
        found[name] = own[order[np.searchsorted(ids, rows, sorter=order)]]
    return found


def _tables(read: FilesRead, file_of: Mapping[str, Int64]) -> dict[str, pa.Table]:
    """The tables of files read in one pass, byte offsets counted from each file's beginning."""
    tables = {}
    for name in REMITTANCE_TABLES:
        table = getattr(read.reading, name)
        begin = read.starts[file_of[name]]
        for column in {"byte_start", "byte_end"} & set(table.column_names):
            at = table.schema.get_field_index(column)
            offsets = pa.array(table.column(at).to_numpy() - begin)
            table = table.set_column(at, table.schema.field(at), offsets)
        tables[name] = table
    return tables
