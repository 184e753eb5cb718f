"""Loads files into a new snapshot: reads them, leaves out what is known, stores facts, rebuilds the ledger.

A file loads whole or not at all. A remittance that does not balance is stored and shown, and stays out of
every figure. The first load of one's own data replaces the bundled sample.
"""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

import duckdb

from data.archive import ArchiveWriter, drop_unfinished
from data.warehouse import LockHolder, Unchanged, current_snapshot, new_snapshot, open_reader
from loaders.decided import build_ledger_as_decided
from loaders.intake import Intake
from loaders.outcomes import LoadRow
from loaders.reading import read_all
from loaders.results import FileResult, Kind
from loaders.sources import Source, find_files, read_sources
from loaders.store import Store
from loaders.tables.mapping_files import BUILT_IN, read_mappings, user_mappings_folder

Progress = Callable[[int, int, str], None]
OnWait = Callable[[LockHolder | None], None]


def load(
    paths: Iterable[Path],
    warehouse: Path,
    *,
    kind: Kind = "auto",
    is_sample: bool = False,
    contents: Mapping[str, bytes] | None = None,
    replaces_known: bool = False,
    on_progress: Progress | None = None,
    on_wait: OnWait | None = None,
) -> list[FileResult]:
    """Loads files, folders and archives into a new snapshot of `warehouse`, where they bring anything that is new.

    One result per file found, per sheet of a workbook with several.

    contents: the bytes of paths that are not on this disk, e.g. uploads. replaces_known: a remittance of
    a payer, trace number and date that is there already takes its place. on_progress(done, all, name) is
    called as files are read. Bad files are results with problems.

    Raises:
        WarehouseClosedError: another loader kept the lock too long, a setting cannot be read, or a later version
            wrote what users entered. OSError, duckdb.Error: the disk refused. Either leaves all as it was.
    """
    given = contents or {}
    named = list(paths)
    files = find_files([path for path in named if str(path) not in given])
    files += [path for path in named if str(path) in given]
    say = on_progress or (lambda _done, _all, _name: None)
    mappings, wrong = read_mappings([BUILT_IN, user_mappings_folder(warehouse)])
    results: list[FileResult] = []
    replaces_sample = False

    def replaces(newest: Path) -> bool:
        nonlocal replaces_sample
        replaces_sample = not is_sample and _holds_only_sample(newest)
        return replaces_sample

    with (
        new_snapshot(warehouse, replaces=replaces, on_wait=on_wait) as connection,
        _archive(warehouse) as archive,
    ):
        store = Store(connection, is_sample=is_sample)
        known = _known_files(connection)
        intake = Intake(store, archive, known, replaces_known=replaces_known)
        sources = _sources(files, given, say)
        for read in read_all(sources, kind, mappings, intake.is_known):
            intake.take(read)
        results = intake.finish(wrong)
        say(len(files), len(files), "Building the ledger")
        store.write()
        if not intake.has_new_facts and (replaces_sample or not store.has_findings):
            raise Unchanged
        if intake.has_new_facts or current_snapshot(warehouse) is None:
            build_ledger_as_decided(connection, warehouse)
        archive.keep()
    if replaces_sample and not any(result.status == "loaded" for result in results):
        _keep_findings(warehouse, results)
    return results


def dry_run(
    paths: Iterable[Path],
    warehouse: Path,
    *,
    kind: Kind = "auto",
    contents: Mapping[str, bytes] | None = None,
    replaces_known: bool = False,
    on_progress: Progress | None = None,
) -> list[FileResult]:
    """What `load` would say and do, found out on a copy: nothing is written to `warehouse`."""
    with tempfile.TemporaryDirectory(prefix="takeback-dry-run-") as folder:
        copy = Path(folder)
        newest = current_snapshot(warehouse)
        if newest is not None:
            shutil.copyfile(newest, copy / newest.name)
            (copy / "CURRENT").write_text(newest.name)
        if user_mappings_folder(warehouse).exists():
            shutil.copytree(user_mappings_folder(warehouse), user_mappings_folder(copy))
        return load(
            paths,
            copy,
            kind=kind,
            contents=contents,
            replaces_known=replaces_known,
            on_progress=on_progress,
        )


@contextlib.contextmanager
def _archive(warehouse: Path) -> Iterator[ArchiveWriter]:
    """The archive of one load; nothing of it stays unless it is kept."""
    _drop_leftovers(warehouse)
    archive = ArchiveWriter(warehouse)
    try:
        yield archive
    finally:
        archive.drop()


def _drop_leftovers(warehouse: Path) -> None:
    """Remove the archives of loads that were killed."""
    newest = current_snapshot(warehouse)
    kept: list[str] = []
    if newest is not None:
        with open_reader(newest) as connection:
            found = connection.execute(
                "select distinct archive from load where archive is not null"
            )
            kept = [key.partition("@")[0] for (key,) in found.fetchall()]
    drop_unfinished(warehouse, kept, newest.stat().st_mtime if newest else 0.0)


def _known_files(connection: duckdb.DuckDBPyConnection) -> dict[str, list[LoadRow]]:
    """The loads of each file, by its hash."""
    found = connection.sql("select * from load order by load_id").to_arrow_table().to_pylist()
    known: dict[str, list[LoadRow]] = {}
    for row in found:
        known.setdefault(row["sha256"], []).append(row)
    return known


def _sources(files: list[Path], given: Mapping[str, bytes], say: Progress) -> Iterator[Source]:
    for done, path in enumerate(files):
        say(done, len(files), path.name)
        yield from read_sources(path, given.get(str(path)))


def _holds_only_sample(snapshot: Path) -> bool:
    with open_reader(snapshot) as connection:
        row = connection.execute("select count(*) > 0 and bool_and(is_sample) from load").fetchone()
    return bool(row and row[0])


def _keep_findings(warehouse: Path, results: list[FileResult]) -> None:
    """The sample stays, and so does the word about the files that could not replace it."""
    if any(result.problems for result in results):
        with new_snapshot(warehouse) as connection:
            store = Store(connection, is_sample=False)
            for result in results:
                store.note(result, None)
            store.write()
