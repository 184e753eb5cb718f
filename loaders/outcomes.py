"""What became of each file of a load, in the order the files came."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from loaders.problems import Problem
from loaders.results import COUNTS, FileResult, by_file
from loaders.store import Origin, Store
from loaders.twice_told import SameTrace

LoadRow = Mapping[str, Any]
NOTHING_TO_DO = "Nothing to do."


class Outcomes:
    """Results by place; a place is promised when a file is met and filled when it is decided."""

    def __init__(self, store: Store, known_files: Mapping[str, Sequence[LoadRow]]) -> None:
        self._store = store
        self._known_files = known_files
        self._results: list[FileResult | None] = []
        self._place_of_load: dict[int, int] = {}
        self._place_of_hash: dict[str, int] = {}
        self._again: list[tuple[int, str, str]] = []

    @property
    def loads(self) -> list[int]:
        """Loads accepted so far."""
        return sorted(self._place_of_load)

    def is_known(self, sha256: str) -> bool:
        """Whether a file of these bytes was loaded before this load."""
        return sha256 in self._known_files

    def brought_remittances(self, sha256: str) -> bool:
        """Whether a file of these bytes brought remittances before this load."""
        return any(row["remittances"] for row in self._known_files.get(sha256, ()))

    def place(self, sha256: str = "") -> int:
        """Promise a result, for a file with this hash."""
        self._results.append(None)
        self._place_of_hash.setdefault(sha256, len(self._results) - 1)
        return len(self._results) - 1

    def loaded(self, at: int, load_id: int, origin: Origin, result: FileResult) -> None:
        """The file is in, as this load."""
        self._results[at] = result
        self._place_of_load[load_id] = at
        self._store.add_load(load_id, origin, result)

    def known(self, at: int, result: FileResult) -> None:
        """Nothing of the file is new."""
        self._results[at] = replace(result, status="duplicate")

    def refused(self, at: int, result: FileResult) -> None:
        """Nothing of the file is in; what was found is kept."""
        self._results[at] = replace(result, status="rejected")
        self._store.note(result, None)

    def known_bytes(self, path: str, sha256: str) -> None:
        """A file whose bytes were loaded before, or came before in this load."""
        if self.is_known(sha256):
            self._results.append(_known_before(path, self._known_files[sha256]))
        else:
            self._results.append(None)
            self._again.append((len(self._results) - 1, path, sha256))

    def add_finding(self, load_id: int, problem: Problem) -> None:
        """Something that was found out about a load once all files were taken."""
        at = self._place_of_load.get(load_id)
        result = None if at is None else self._results[at]
        if at is not None and result is not None:
            self._results[at] = replace(result, problems=(*result.problems, problem))
        name = self._store.file_of(load_id)
        self._store.note(FileResult(name, "loaded", "", (problem,)), load_id)

    def was_known(self, load_id: int) -> None:
        """All that an accepted file brought turned out to be told elsewhere."""
        at = self._place_of_load.pop(load_id, None)
        result = None if at is None else self._results[at]
        if at is not None and result is not None:
            self.known(at, result)
            self._store.forget_load(load_id)

    def results(self) -> list[FileResult]:
        """Every result; what came twice in this load is as it was the first time, and known if that loaded."""
        for at, path, sha256 in self._again:
            first = self._first(sha256)
            if first is not None and first.status == "rejected":
                self._results[at] = replace(first, path=path)
            elif first is not None:
                note = _same_bytes(Path(first.path).name)
                self._results[at] = replace(first, path=path, status="duplicate", problems=(note,))
        return [result for result in self._results if result is not None]

    def _first(self, sha256: str) -> FileResult | None:
        """What became of the first file with this hash, over all its sheets."""
        first = self._results[self._place_of_hash[sha256]]
        if first is None or not first.workbook:
            return first
        sheets = [one for one in self._results if one and one.workbook == first.workbook]
        return by_file(sheets)[0]


def _known_before(path: str, loads: Sequence[LoadRow]) -> FileResult:
    """A file that was loaded before, perhaps more than once: what was counted then, over all its sheets."""
    sheets = {row["file"].partition("/")[2]: row for row in loads}
    first = next(iter(sheets.values()))
    kinds = ", ".join(dict.fromkeys(sheet["kind"] for sheet in sheets.values()))
    result = FileResult(path, "duplicate", kinds, (_same_bytes(first["file"].partition("/")[0]),))
    zero = {name: type(first[name])(0) for name in COUNTS}
    return replace(result, **{n: sum((s[n] for s in sheets.values()), zero[n]) for n in COUNTS})


def _same_bytes(file: str) -> Problem:
    message = f"The same bytes were loaded before, from {file}."
    return Problem("info", "file", "file", "", message, NOTHING_TO_DO)


def known_remittances(known: int, all_of_them: int, files: Sequence[str]) -> Problem:
    """Some remittances of a file are there already."""
    message = (
        f"{known} of {all_of_them} remittances were loaded before, from {', '.join(files[:3])}: "
        "same payer, trace number, amount and date."
    )
    return Problem("info", "file", "TRN02", "", message, NOTHING_TO_DO)


def replaced_remittances(count: int, files: Sequence[str]) -> Problem:
    """Some remittances of a file took the place of what was there."""
    noun, those = ("remittance", "one") if count == 1 else ("remittances", "those")
    message = (
        f"{count} {noun} took the place of {those} loaded before, from {', '.join(files[:3])}."
    )
    return Problem("info", "file", "TRN02", "", message, NOTHING_TO_DO)


def told_by_835(dropped: int, left: int) -> Problem:
    """An 835 tells of payments that a table tells of, too."""
    message = (
        f"{dropped} of {dropped + left} payments are also in an 835: same trace number and amount. "
        "They count once, as the 835 has them."
    )
    return Problem("info", "file", "trace number", "", message, NOTHING_TO_DO)


_WHICH_COUNT = {
    (True, True): "Both count.",
    (False, True): "Only this one counts: the other is in quarantine.",
    (True, False): "Only the other one counts: this one is in quarantine.",
    (False, False): "Neither counts: both are in quarantine.",
}


def same_trace(met: SameTrace) -> Problem:
    """A payer's trace number was met before with another amount or date."""
    message = (
        f"The payer used trace number {met.trace} before, for ${met.earlier_amount:,.2f} on {met.earlier_date} "
        f"({met.file}); here it pays ${met.amount:,.2f}. {_WHICH_COUNT[met.earlier_counts, met.counts]}"
    )
    remedy = (
        "If this one corrects the other, load it again and replace what is loaded (a check box on the Data "
        "page, --replace in a shell); else nothing to do."
    )
    return Problem("warning", "file", "TRN02", met.trace, message, remedy)
