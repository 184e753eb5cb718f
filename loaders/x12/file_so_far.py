"""What is known of an 835 file while its blocks are read one after the other."""

from __future__ import annotations

from dataclasses import dataclass, field

from loaders.problems import Problem
from loaders.x12.blocks import Block
from loaders.x12.remittance_835 import Reading, read_block
from loaders.x12.report import NOTHING, Report


@dataclass
class FileSoFar:
    """The findings of a file, and where its remittances stand, by remittance_id."""

    report: Report = NOTHING
    places: dict[int, str] = field(default_factory=dict)

    def add(self, block: Block, reading: Reading) -> Reading:
        """Take the reading of the next block; a remittance that an earlier one printed is left out."""
        ids = reading.remittance.column("remittance_id").to_numpy().tolist()
        if any(identifier in self.places for identifier in ids):
            reading = read_block(block, self.places)
            ids = reading.remittance.column("remittance_id").to_numpy().tolist()
        self.report = self.report.followed_by(reading.report, reading.edges)
        if not block.is_last:
            self.places |= zip(ids, reading.places(), strict=True)
        return reading

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Findings of the file once all its blocks are taken."""
        return self.report.problems

    @property
    def refused(self) -> bool:
        """Nothing of the file may load."""
        return self.report.refused_because is not None
