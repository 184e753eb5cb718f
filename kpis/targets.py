"""Target bands per KPI, read from targets.toml, and whether a value meets its band."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

TARGETS_FILE = Path(__file__).with_name("targets.toml")

Status = Literal["on target", "below target", "above target"]


@dataclass(frozen=True)
class Target:
    """A band in the KPI's own unit; a missing bound is open."""

    at_least: float | None
    at_most: float | None
    source: str
    verified: bool

    def status(self, value: float | None) -> Status | None:
        """Where a value stands against the band; None without a value."""
        if value is None:
            return None
        if self.at_least is not None and value < self.at_least:
            return "below target"
        if self.at_most is not None and value > self.at_most:
            return "above target"
        return "on target"


@cache
def targets(file: Path = TARGETS_FILE) -> dict[str, Target]:
    """Targets by KPI name; raises tomllib.TOMLDecodeError or KeyError where the file is not as described in it."""
    entries = tomllib.loads(file.read_text())
    return {
        name: Target(
            at_least=entry.get("at_least"),
            at_most=entry.get("at_most"),
            source=entry["source"],
            verified=entry["verified"],
        )
        for name, entry in entries.items()
    }
