"""Snapshots of the warehouse: who may write, what readers open, how a finished load becomes visible.

A folder holds a DuckDB file for each of the last snapshots, `CURRENT` with the name of the one to read, `lock`,
which a loader holds while it works, and `files/` with the bytes of what was loaded, patients blanked. A load works
on a copy and swaps `CURRENT` in one step, so a reader never sees half a load and a killed load leaves only
temporary files.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import uuid
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb
from filelock import FileLock, Timeout

from data.disk import sync

DATA = Path(__file__).resolve().parent
DEFAULT_WAREHOUSE = DATA / "warehouse"
ENVIRONMENT_VARIABLE = "TAKEBACK_WAREHOUSE"
SNAPSHOTS_VARIABLE = "TAKEBACK_SNAPSHOTS"
SNAPSHOTS_KEPT = 5
LOCK_PATIENCE_SECONDS = 600
# What DuckDB may use while a load goes on; beyond that it writes to the disk beside the working copy.
WRITER_MEMORY = "340MB"
# Full row groups are packed by all threads while they are written, the rest by one at the end. With DuckDB's own
# 122,880 rows nearly every table of the ledger would be such a rest.
ROW_GROUP = 20_480

_PREFIX = "snapshot-"
_TEMPORARY = "unfinished-"


class WarehouseClosedError(Exception):
    """Nothing can be loaded now; the message says why and what to do."""


class WarehouseLockedError(WarehouseClosedError):
    """Another loader has the warehouse and did not finish in time."""


@dataclass(frozen=True)
class LockHolder:
    """Who is loading now."""

    pid: int
    since: str

    def __str__(self) -> str:
        return f"the loader with process id {self.pid}, at work since {self.since}"


def warehouse_folder(given: str | Path | None = None) -> Path:
    """The folder asked for, else the environment's TAKEBACK_WAREHOUSE, else data/warehouse."""
    return Path(given or os.environ.get(ENVIRONMENT_VARIABLE) or DEFAULT_WAREHOUSE)


def snapshots_kept() -> int:
    """How many snapshots stay, the newest included: the environment's TAKEBACK_SNAPSHOTS, else SNAPSHOTS_KEPT.

    Raises WarehouseClosedError where the environment's is no whole number from 1 on.
    """
    given = os.environ.get(SNAPSHOTS_VARIABLE, "").strip() or str(SNAPSHOTS_KEPT)
    if not given.isdecimal() or int(given) < 1:
        raise WarehouseClosedError(
            f"{SNAPSHOTS_VARIABLE}, how many snapshots to keep, is {given!r}. Give a whole number from 1 on, or none."
        )
    return int(given)


def current_snapshot(folder: Path) -> Path | None:
    """The snapshot readers should open; None where nothing was ever loaded."""
    pointer = folder / "CURRENT"
    if not pointer.exists():
        return None
    snapshot = folder / pointer.read_text().strip()
    return snapshot if snapshot.exists() else None


def open_reader(snapshot: Path) -> duckdb.DuckDBPyConnection:
    """A read-only connection that can reach no other file and keeps its settings; use a cursor per query."""
    return duckdb.connect(
        str(snapshot),
        read_only=True,
        config={"enable_external_access": "false", "lock_configuration": "true"},
    )


def open_writer(path: Path) -> duckdb.DuckDBPyConnection:
    """A connection to a file that nobody else knows yet, made if need be and readable by its owner only."""
    connection = duckdb.connect(
        config={"memory_limit": WRITER_MEMORY, "temp_directory": f"{path}.tmp"}
    )
    connection.execute("set enable_progress_bar = false")  # --json owns the output
    quoted = str(path).replace("'", "''")
    connection.execute(f"attach '{quoted}' as warehouse (row_group_size {ROW_GROUP})")
    path.chmod(0o600)
    connection.execute("use warehouse")
    return connection


@contextlib.contextmanager
def new_snapshot(
    folder: Path,
    *,
    replaces: Callable[[Path], bool] = lambda _newest: False,
    on_wait: Callable[[LockHolder | None], None] | None = None,
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Gives a connection to a copy of the newest snapshot and publishes it when the block ends well.

    replaces: asked about the newest snapshot once no other loader can change it; true starts from empty.
    The block is one transaction. It may raise `Unchanged` to leave everything as it was.

    Raises:
        WarehouseLockedError: another loader kept the lock longer than LOCK_PATIENCE_SECONDS.
        WarehouseClosedError: see `snapshots_kept`, or the folder cannot be made; before anything is done.
    """
    kept = snapshots_kept()
    _make(folder)
    with _sole_writer(folder, on_wait):
        working = folder / f"{_TEMPORARY}{uuid.uuid4().hex}.duckdb"
        newest = current_snapshot(folder)
        try:
            if newest is not None and not replaces(newest):
                shutil.copyfile(newest, working)
            connection = open_writer(working)
            try:
                connection.execute("begin")
                connection.execute((DATA / "schema.sql").read_text())
                yield connection
                connection.execute("commit")
                connection.execute("checkpoint")
            finally:
                connection.close()
            _publish(folder, working, kept)
        except Unchanged:
            return
        finally:
            _remove(folder.glob(f"{working.name}*"))


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise WarehouseClosedError(
            f"{folder} cannot hold the warehouse: {_in_words(error)}. Name a folder that can be written, "
            f"with --warehouse or {ENVIRONMENT_VARIABLE}."
        ) from error


def _in_words(error: OSError) -> str:
    if isinstance(error, FileExistsError | NotADirectoryError):
        return "it is a file, or lies below one"
    return error.strerror or str(error)


def _remove(leftovers: Iterable[Path]) -> None:
    for leftover in leftovers:
        if leftover.is_dir():
            shutil.rmtree(leftover)
        else:
            leftover.unlink()


class Unchanged(Exception):
    """Raised inside `new_snapshot` to end it without publishing."""


def _publish(folder: Path, working: Path, kept: int) -> None:
    sync(working)
    number = 1 + max((_number(path) for path in folder.glob(f"{_PREFIX}*.duckdb")), default=0)
    snapshot = folder / f"{_PREFIX}{number:06d}-{uuid.uuid4().hex[:8]}.duckdb"
    working.rename(snapshot)
    pointer = folder / f"{_TEMPORARY}CURRENT"
    pointer.touch(mode=0o600)
    pointer.write_text(snapshot.name)
    sync(pointer)
    os.replace(pointer, folder / "CURRENT")  # noqa: PTH105  the atomic step, named as such
    sync(folder)
    snapshots = sorted(folder.glob(f"{_PREFIX}*.duckdb"), key=_number)
    for old in snapshots[:-kept]:
        with contextlib.suppress(PermissionError):  # a reader on Windows still has it open
            old.unlink()


def _number(snapshot: Path) -> int:
    return int(snapshot.name[len(_PREFIX) :].split("-")[0])


@contextlib.contextmanager
def _sole_writer(
    folder: Path, on_wait: Callable[[LockHolder | None], None] | None
) -> Iterator[None]:
    lock = FileLock(folder / "lock", mode=0o600)
    holder_file = folder / "lock.holder"
    try:
        lock.acquire(timeout=0)
    except Timeout:
        if on_wait is not None:
            on_wait(_holder(holder_file))
        try:
            lock.acquire(timeout=LOCK_PATIENCE_SECONDS)
        except Timeout:
            raise WarehouseLockedError(
                f"{_holder(holder_file) or 'Another loader'} still holds {folder}. "
                "Wait for it to finish, or stop it, then load again."
            ) from None
    try:
        now = datetime.now(UTC).isoformat(timespec="seconds")
        holder_file.touch(mode=0o600)
        holder_file.write_text(json.dumps({"pid": os.getpid(), "since": now}))
        _remove(folder.glob(f"{_TEMPORARY}*"))
        yield
    finally:
        holder_file.unlink(missing_ok=True)
        lock.release()


def _holder(holder_file: Path) -> LockHolder | None:
    try:
        return LockHolder(**json.loads(holder_file.read_text()))
    except (OSError, ValueError, TypeError):
        return None
