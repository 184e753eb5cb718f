"""Whether a warehouse can be asked: something is loaded, and its ledger was built by this version of Takeback."""

from __future__ import annotations

from pathlib import Path

from data.ledger.definition import IS_NOTED, NOTED, ledger_definition
from data.warehouse import current_snapshot
from kpis.engine import DuckDBEngine, Engine


class NotReadyError(Exception):
    """There is nothing to ask; the message says why and what to do."""


def is_of_this_version(engine: Engine) -> bool:
    """Whether the ledger was built by the models, reference tables and replay that are installed now."""
    if not engine.query(IS_NOTED).column("n")[0].as_py():
        return False
    return bool(engine.query(NOTED).column("definition")[0].as_py() == ledger_definition())


def ready_engine(folder: Path) -> DuckDBEngine:
    """The newest snapshot of a warehouse, for a command. Raises NotReadyError."""
    snapshot = current_snapshot(folder)
    if snapshot is None:
        raise NotReadyError(
            f"nothing is loaded in {folder}. "
            f"Load exports first: python -m loaders PATH --warehouse {folder}"
        )
    engine = DuckDBEngine(snapshot)
    if not is_of_this_version(engine):
        raise NotReadyError(
            f"the ledger in {folder} was built by another version of Takeback, or with other reference tables. "
            f"Work it out again: python -m loaders rebuild --warehouse {folder}"
        )
    return engine
