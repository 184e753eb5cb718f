"""Decides what becomes of each file that was read: loaded, known or refused; and what of it is new."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from data.archive import ArchiveWriter
from loaders.intake_835 import Intake835
from loaders.intake_tables import IntakeTables
from loaders.outcomes import LoadRow, Outcomes, same_trace, told_by_835
from loaders.problems import Problem
from loaders.reading import BlockRead, FilesRead, NotRead, Read, TablesRead
from loaders.results import FileResult
from loaders.store import Store
from loaders.twice_told import drop_told_by_835, same_trace_elsewhere


class Intake:
    """Takes what was read, in order; `finish` gives one result per file, in the order the files came."""

    def __init__(
        self,
        store: Store,
        archive: ArchiveWriter,
        known_files: Mapping[str, Sequence[LoadRow]],
        *,
        replaces_known: bool,
    ) -> None:
        self._store = store
        self._replaces_known = replaces_known
        self._outcomes = Outcomes(store, known_files)
        self._of_835 = Intake835(store, archive, self._outcomes, replaces_known)
        self._of_tables = IntakeTables(store, archive, self._outcomes, replaces_known)

    @property
    def has_new_facts(self) -> bool:
        """Whether any file was accepted."""
        return bool(self._outcomes.loads)

    def is_known(self, sha256: str) -> bool:
        """Whether a file of these bytes was loaded before and can change nothing.

        Where remittances are to be replaced, a file that brought some is read again: another file's may have
        taken their place, or stand beside them.
        """
        can_replace = self._replaces_known and self._outcomes.brought_remittances(sha256)
        return self._outcomes.is_known(sha256) and not can_replace

    def take(self, read: Read) -> None:
        """Take the next of what was read."""
        match read:
            case FilesRead():
                self._of_835.take_files(read)
            case BlockRead():
                self._of_835.take_block(read)
            case TablesRead():
                self._of_tables.take(read)
            case NotRead(source, sha256) if source.content is not None:
                self._outcomes.known_bytes(source.path, sha256)
            case NotRead(source):
                problems = (source.problem,) if source.problem else ()
                place = self._outcomes.place()
                result = FileResult(source.path, "rejected", "unknown", problems)
                self._outcomes.refused(place, result)

    def finish(self, mapping_problems: Sequence[Problem]) -> list[FileResult]:
        """Take the tables, then look for payments that were told twice."""
        self._of_tables.finish(mapping_problems)
        if self.has_new_facts:
            for load_id, (dropped, left) in drop_told_by_835(self._store).items():
                self._outcomes.add_finding(load_id, told_by_835(dropped, left))
                if not left:
                    self._outcomes.was_known(load_id)
            for load_id, found in same_trace_elsewhere(self._store, self._outcomes.loads).items():
                for met in found:
                    self._outcomes.add_finding(load_id, same_trace(met))
        return self._outcomes.results()
