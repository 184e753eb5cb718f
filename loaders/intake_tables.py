"""Takes the tables of a load once all are read, because some tell of one another's payments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from data.archive import ArchiveWriter, frames_of
from loaders.intake_835 import Taken, add_new
from loaders.outcomes import Outcomes
from loaders.posted.remittance import assemble
from loaders.problems import Problem
from loaders.reading import TablesRead
from loaders.results import FileFacts, FileRead, FileResult
from loaders.store import Origin, Store
from loaders.tables.exports import TableReading


@dataclass
class IntakeTables:
    """Holds the tables of a load until `finish`."""

    store: Store
    archive: ArchiveWriter
    outcomes: Outcomes
    replaces_known: bool
    _held: list[tuple[TablesRead, list[int]]] = field(default_factory=list)

    def take(self, read: TablesRead) -> None:
        """Hold the tables of one file."""
        places = [self.outcomes.place(read.sha256) for _ in read.tables]
        self._held.append((read, places))

    def finish(self, mapping_problems: Sequence[Problem]) -> None:
        """Put together what tells of the same payments, and store what is new.

        mapping_problems are said of the first file: a mapping that cannot be read may be the one it needs.
        """
        tables = [table for read, _ in self._held for table in read.tables]
        assembled = iter(assemble([table.posted for table in tables if table.posted]))
        for number, (read, places) in enumerate(self._held):
            found = [
                _read(table, next(assembled) if table.posted else None) for table in read.tables
            ]
            if not number:
                found[0] = _with_problems(found[0], mapping_problems)
            for place, one in zip(places, _whole_or_not_at_all(found), strict=True):
                self._settle(read, place, one)
        self._held = []

    def _settle(self, read: TablesRead, place: int, found: FileRead) -> None:
        result, facts = found.result, found.facts
        if result.path != read.source.path:
            result = replace(result, workbook=read.source.path)
        if facts is None:
            self.outcomes.refused(place, result)
            return
        if "remittance" not in facts.tables and self.outcomes.is_known(read.sha256):
            self.outcomes.known(place, result)
            return
        name = _name(read, result)
        load_id, taken = self.store.new_load(name), Taken()
        if "remittance" in facts.tables:
            add_new(
                self.store,
                facts.tables,
                load_id,
                read.sha256,
                taken,
                is_835=False,
                replaces=self.replaces_known,
            )
            result = replace(result, problems=(*result.problems, *taken.notes(self.store)))
        else:
            self.store.add(facts.tables, load_id)
        if taken.nothing_new:
            self.outcomes.known(place, result)
            return
        archive = None
        if facts.archive is not None:
            archive = self.archive.key(self.archive.append(frames_of(facts.archive)))
        size = read.source.content.size if read.source.content else 0
        origin = Origin(name, read.sha256, size, archive)
        self.outcomes.loaded(place, load_id, origin, result)


def _name(read: TablesRead, result: FileResult) -> str:
    """Name of a file; with that of the sheet, where it has several."""
    file = Path(read.source.path)
    return result.path[len(str(file)) - len(file.name) :]


def _read(table: TableReading, posted: FileRead | None) -> FileRead:
    """A table's result and facts, those of posted remittance from what was put together."""
    if posted is not None:
        return _with_problems(posted, table.problems)
    if table.facts is None:
        result = FileResult(table.path, "rejected", table.kind, table.problems)
        return FileRead(replace(result, rejected=table.rejected), None)
    result = FileResult(table.path, "loaded", table.kind, table.problems, rows=table.facts.num_rows)
    return FileRead(result, FileFacts({table.fact_table: table.facts}))


def _with_problems(read: FileRead, problems: Sequence[Problem]) -> FileRead:
    result = replace(read.result, problems=(*problems, *read.result.problems))
    return replace(read, result=result)


def _whole_or_not_at_all(reads: Sequence[FileRead]) -> list[FileRead]:
    """The sheets of one workbook; none of them where one is refused."""
    refused = [Path(read.result.path).name for read in reads if read.facts is None]
    if not refused:
        return list(reads)
    message = f"Another sheet of the workbook was refused: {', '.join(refused[:3])}. A file loads whole or not at all."
    kept_back = Problem(
        "error",
        "file",
        "sheet",
        refused[0],
        message,
        "Correct that sheet, then load the file again.",
    )
    return [
        FileRead(
            replace(read.result, status="rejected", problems=(*read.result.problems, kept_back)),
            None,
        )
        if read.facts is not None
        else read
        for read in reads
    ]
