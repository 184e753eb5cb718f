"""An append-only SQLite file: each row says who, when and why; of one key the latest row counts, all stay."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from filelock import FileLock

from data.warehouse import WarehouseClosedError

PATIENCE_SECONDS = 30

Value = str | int | None


class NewerJournalError(WarehouseClosedError):
    """The file was written by a later version of Takeback: nothing can be loaded, and nothing entered be asked."""


@dataclass(frozen=True)
class EntryTable:
    """A kind of thing users enter: what tells one from another, and what is said of it."""

    name: str
    key: tuple[str, ...]
    values: tuple[str, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        return (*self.key, *self.values)


@dataclass(frozen=True)
class Entry:
    """One row: entry_no counts up over the table; made_at is UTC without a zone. `is_undone` takes a thing back."""

    entry_no: int
    values: Mapping[str, Value]
    is_undone: bool
    made_by: str
    made_at: datetime
    why: str


class Journal:
    """The file and its tables. Safe for any number of threads and processes: a connection lives for one call."""

    def __init__(self, file: Path, tables: Sequence[EntryTable], version: int) -> None:
        self._file = file
        self._tables = tuple(tables)
        self._version = version

    def append(
        self,
        table: EntryTable,
        values: Mapping[str, Value],
        *,
        made_by: str,
        made_at: datetime,
        why: str,
        is_undone: bool = False,
    ) -> int:
        """Add a row, safe on the disk when this returns its number."""
        columns = (*table.columns, "is_undone", "made_by", "made_at", "why")
        row = [values.get(name) for name in table.columns]
        row += [int(is_undone), made_by, made_at.isoformat(), why]
        marks = ", ".join("?" * len(columns))
        with self._open() as connection:
            cursor = connection.execute(
                f"insert into {table.name} ({', '.join(columns)}) values ({marks})",  # noqa: S608
                row,
            )
            return int(cursor.lastrowid or 0)

    def in_force(self, table: EntryTable) -> list[Entry]:
        """The latest row of each key, unless it takes the thing back; oldest first."""
        keys = ", ".join(table.key)
        return self._entries(
            table,
            f"where entry_no in (select max(entry_no) from {table.name} group by {keys}) "  # noqa: S608
            "and not is_undone order by entry_no",
        )

    def history(self, table: EntryTable, key: Mapping[str, Value] | None = None) -> list[Entry]:
        """Every row, of one key where it is given; latest first."""
        given = key or {}
        where = " and ".join(f"{name} is ?" for name in given) or "true"
        return self._entries(table, f"where {where} order by entry_no desc", [*given.values()])

    def last_entry(self, table: EntryTable) -> int:
        """Number of the latest row; 0 where there is none."""
        if not self._file.exists():
            return 0
        with self._open() as connection:
            row = connection.execute(f"select max(entry_no) from {table.name}").fetchone()  # noqa: S608
            return int(row[0] or 0)

    def _entries(self, table: EntryTable, rest: str, params: Sequence[Value] = ()) -> list[Entry]:
        if not self._file.exists():
            return []
        columns = ", ".join(("entry_no", *table.columns, "is_undone", "made_by", "made_at", "why"))
        with self._open() as connection:
            rows = connection.execute(
                f"select {columns} from {table.name} {rest}",  # noqa: S608  names are constants
                params,
            ).fetchall()
        return [_entry(table, row) for row in rows]

    @contextlib.contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """A connection inside one transaction."""
        self._create_file()
        connection = sqlite3.connect(self._file, timeout=PATIENCE_SECONDS)
        try:
            self._bring_up_to_date(connection)
            connection.execute("pragma synchronous = full")
            with connection:
                yield connection
        finally:
            connection.close()

    def _create_file(self) -> None:
        """Readable by its owner only, and so are the files SQLite puts beside it."""
        self._file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.close(os.open(self._file, os.O_CREAT | os.O_RDWR, 0o600))

    def _bring_up_to_date(self, connection: sqlite3.Connection) -> None:
        if self._known_version(connection) == self._version:
            return
        with FileLock(f"{self._file}.lock", mode=0o600):
            if self._known_version(connection) < self._version:
                connection.execute("pragma journal_mode = wal")
                for table in self._tables:
                    connection.executescript(_definition(table))
                connection.execute(f"pragma user_version = {self._version}")

    def _known_version(self, connection: sqlite3.Connection) -> int:
        version = int(connection.execute("pragma user_version").fetchone()[0])
        if version > self._version:
            raise NewerJournalError(
                f"{self._file} was written by a later version of Takeback (layout {version}, this one knows "
                f"{self._version}). Start the later version, or move the file away."
            )
        return version


def _definition(table: EntryTable) -> str:
    """A table whose rows can be neither changed nor removed."""
    key = "\n  , ".join(f"{name} not null" for name in table.key)
    values = "".join(f"\n  , {name}" for name in table.values)
    refusals = "\n".join(
        f"create trigger if not exists {table.name}_keeps_on_{deed} before {deed} on {table.name} "
        f"begin select raise(abort, '{table.name} is append-only'); end;"
        for deed in ("update", "delete")
    )
    return f"""
begin immediate;
create table if not exists {table.name} (
    entry_no integer primary key autoincrement
  , {key}{values}
  , is_undone integer not null
  , made_by text not null
  , made_at text not null
  , why text not null
);
create index if not exists {table.name}_by_key on {table.name} ({", ".join(table.key)});
{refusals}
commit;
"""


def _entry(table: EntryTable, row: Sequence[Value]) -> Entry:
    entry_no, *rest = row
    count = len(table.columns)
    is_undone, made_by, made_at, why = rest[count:]
    return Entry(
        entry_no=int(entry_no or 0),
        values=dict(zip(table.columns, rest[:count], strict=True)),
        is_undone=bool(is_undone),
        made_by=str(made_by),
        made_at=datetime.fromisoformat(str(made_at)),
        why=str(why),
    )
