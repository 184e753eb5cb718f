"""Facts on their way into one new snapshot: what is known is left out, what is accepted is written in portions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from data import VERSION
from data.replaced import forget_aside, keep_replaced, put_back, set_aside
from loaders.results import COUNTS, REMITTANCE_TABLES, FileResult

STORE_ROWS = 250_000
_WITH_LOAD_ID = ("remittance", "offset_notice", "appeal", "provider", "payer_listing")


@dataclass(frozen=True)
class Origin:
    """The file behind some facts: its name, hash and size, and where its text is archived."""

    name: str
    sha256: str
    size: int
    archive: str | None = None


class Store:
    """What a snapshot in the making holds, and what waits to be written into it."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, *, is_sample: bool) -> None:
        self._connection = connection
        self._is_sample = is_sample
        self._now = datetime.now(UTC).replace(tzinfo=None, microsecond=0)
        files = connection.execute("select load_id, file from load").fetchall()
        self._file_of_load: dict[int, str] = dict(files)
        known = connection.execute(
            "select remittance_id, load_id, load.kind = '835', balance_state = 'balanced' "
            "from remittance join load using (load_id)"
        ).fetchall()
        self._load_of: dict[int, int] = {identifier: load for identifier, load, *_ in known}
        self._standing = {i: standing(is_835, balances) for i, _, is_835, balances in known}
        self._next_load = 1 + max(self._file_of_load, default=0)
        self._first_load = self._next_load
        self._facts: dict[str, list[pa.Table]] = defaultdict(list)
        self._rows = 0
        self._loads: list[dict[str, object]] = []
        self._findings: list[dict[str, object]] = []
        self._aside_for: int | None = None
        self._aside: dict[int, tuple[int, int]] = {}
        self.has_findings = False

    def known(self, ids: Iterable[int]) -> list[int]:
        """Those of the remittances that are there already."""
        return [identifier for identifier in ids if identifier in self._load_of]

    def giving_way(self, ids: Sequence[int], standings: Sequence[int]) -> list[int]:
        """Those that are there, but of a lower standing than what comes now."""
        pairs = zip(ids, standings, strict=True)
        return [i for i, stands in pairs if self._standing.get(i, stands) < stands]

    def files_of(self, ids: Iterable[int]) -> list[str]:
        """Names of the files that brought some remittances."""
        return sorted({self.file_of_remittance(identifier) for identifier in ids})

    def file_of_remittance(self, identifier: int) -> str:
        """Name of the file that brought a remittance."""
        return self._file_of_load[self._load_of[identifier]]

    def file_of(self, load_id: int) -> str:
        """Name of the file of a load."""
        return self._file_of_load[load_id]

    def remittances_of(self, load_id: int) -> int:
        """How many remittances a load has brought that are still there."""
        return sum(1 for load in self._load_of.values() if load == load_id)

    def has_tables_of_remittance(self) -> bool:
        """Whether any remittance came from a table rather than an 835."""
        found = self.matching("select count(*) as n from load where kind = 'remittance'")
        return bool(found.column("n")[0].as_py())

    def new_load(self, name: str) -> int:
        """Number for a load of a file, whose facts may now be added."""
        load_id = self._next_load
        self._next_load += 1
        self._file_of_load[load_id] = name
        return load_id

    def add(
        self, tables: Mapping[str, pa.Table], load_ids: int | Sequence[int], *, is_835: bool = False
    ) -> None:
        """Add facts, remittances among them under the load given for all, or for each of them."""
        for name, table in tables.items():
            if name == "remittance":
                self._remember(table, load_ids, is_835=is_835)
            if table.num_rows:
                self._facts[name].append(_with_load_id(name, table, load_ids))
                self._rows += table.num_rows
        if self._rows > STORE_ROWS:
            self.write_facts()

    def add_load(self, load_id: int, origin: Origin, result: FileResult) -> None:
        """Enter a file that was accepted into the list of loads, with what was found in it."""
        row = {
            "load_id": load_id,
            "file": origin.name,
            "kind": result.kind,
            "sha256": origin.sha256,
            "bytes": origin.size,
            "rejected": result.quarantined,
            "loaded_at": self._now,
            "version": VERSION,
            "is_sample": self._is_sample,
            "archive": origin.archive,
        }
        self._loads.append({**row, **{name: getattr(result, name) for name in COUNTS}})
        self.note(result, load_id)

    def note(self, result: FileResult, load_id: int | None) -> None:
        """Keep what was found in a file, with the load it belongs to; None where it was refused."""
        about = {"load_id": load_id, "file": Path(result.path).name, "found_at": self._now}
        names = ("severity", "location", "field", "value", "message", "remedy")
        for problem in result.problems:
            self.has_findings = True
            self._findings.append({**about, **{name: getattr(problem, name) for name in names}})

    def forget_load(self, load_id: int) -> None:
        """Take a file out of the list of loads; what was found in it stays."""
        self.write()
        self._connection.execute("delete from load where load_id = ?", [load_id])
        self._connection.execute("update problem set load_id = null where load_id = ?", [load_id])

    def remove(self, load_id: int) -> None:
        """Take back the remittances of a file that turned out not to be acceptable."""
        gone = [identifier for identifier, load in self._load_of.items() if load == load_id]
        self.remove_remittances(gone)

    def remove_remittances(self, ids: Sequence[int]) -> None:
        """Take remittances out with all that hangs on them; what earlier runs brought is kept as replaced."""
        self.write_facts()
        self._set_aside(ids)
        keep_replaced(self._connection, REMITTANCE_TABLES, ids, self._first_load)
        self._connection.register("gone", pa.table({"id": pa.array(ids, pa.int64())}))
        for name in REMITTANCE_TABLES:
            self._connection.execute(
                f"delete from {name} where remittance_id in (select id from gone)"  # noqa: S608
            )
        self._connection.unregister("gone")
        for identifier in ids:
            self._load_of.pop(identifier, None)
            self._standing.pop(identifier, None)

    def begin(self, load_id: int) -> None:
        """Begin with a file that is stored before all of it is read: what it removes can be brought back."""
        self._aside_for = load_id

    def end(self, *, is_accepted: bool) -> None:
        """Be done with that file; where it is not accepted, what gave way to it is in force again."""
        if self._aside and is_accepted:
            forget_aside(self._connection, REMITTANCE_TABLES)
        elif self._aside:
            put_back(self._connection, REMITTANCE_TABLES, self._first_load)
            self._load_of |= {i: load for i, (load, _) in self._aside.items()}
            self._standing |= {i: stands for i, (_, stands) in self._aside.items()}
        self._aside_for, self._aside = None, {}

    def _set_aside(self, ids: Sequence[int]) -> None:
        if self._aside_for is None:
            return
        others = [i for i in ids if self._load_of[i] != self._aside_for]
        if others:
            set_aside(self._connection, REMITTANCE_TABLES, others)
            self._aside |= {i: (self._load_of[i], self._standing[i]) for i in others}

    def matching(self, sql: str, incoming: pa.Table | None = None) -> pa.Table:
        """Ask the snapshot as it will be, beside a table that is not in it yet, named incoming."""
        self.write()
        if incoming is not None:
            self._connection.register("incoming", incoming)
        found: pa.Table = self._connection.sql(sql).to_arrow_table()
        if incoming is not None:
            self._connection.unregister("incoming")
        return found

    def write(self) -> None:
        """Write what was added since the last time."""
        self.write_facts()
        self._insert("load", self._loads)
        self._insert("problem", self._findings)
        self._loads, self._findings = [], []

    def write_facts(self) -> None:
        """Write the facts only, on one thread: several cost DuckDB a third more, and files are read meanwhile."""
        if not self._facts:
            return
        self._connection.execute("set threads = 1")
        for name, tables in self._facts.items():
            self._insert_table(name, pa.concat_tables(tables))
        self._connection.execute("reset threads")
        self._facts.clear()
        self._rows = 0

    def _insert(self, name: str, rows: Sequence[Mapping[str, object]]) -> None:
        if rows:
            self._insert_table(name, pa.Table.from_pylist([dict(row) for row in rows]))

    def _insert_table(self, name: str, table: pa.Table) -> None:
        """Append rows. (A registered Arrow table would stay in memory until the transaction ends.)"""
        columns = self._connection.sql(f"from {name} limit 0").columns
        self._connection.from_arrow(table.select(columns)).insert_into(name)

    def _remember(
        self, remittance: pa.Table, load_ids: int | Sequence[int], *, is_835: bool
    ) -> None:
        ids: list[int] = remittance.column("remittance_id").to_numpy().tolist()
        loads = [load_ids] * len(ids) if isinstance(load_ids, int) else load_ids
        self._load_of.update(zip(ids, loads, strict=True))
        self._standing.update(zip(ids, standings(remittance, is_835=is_835), strict=True))


def standing(is_835: bool, balances: bool) -> int:
    """Which of two readings of one payment counts: one that ties before one that does not, then the 835."""
    return 2 * balances + is_835


def standings(remittance: pa.Table, *, is_835: bool) -> list[int]:
    """The standing of each remittance of a file."""
    states = remittance.column("balance_state").to_pylist()
    return [standing(is_835, state == "balanced") for state in states]


def without(tables: Mapping[str, pa.Table], ids: Sequence[int]) -> dict[str, pa.Table]:
    """Facts without those of some remittances."""
    left_out: pa.Array[Any] = pa.array(ids, type=pa.int64())
    return {
        name: table.filter(pc.invert(pc.is_in(table.column("remittance_id"), left_out)))
        for name, table in tables.items()
    }


def _with_load_id(name: str, table: pa.Table, load_ids: int | Sequence[int]) -> pa.Table:
    if name not in _WITH_LOAD_ID:
        return table
    loads = [load_ids] * table.num_rows if isinstance(load_ids, int) else load_ids
    return table.append_column("load_id", pa.array(loads, type=pa.int32()))
