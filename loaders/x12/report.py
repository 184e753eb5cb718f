"""What was found in an 835 file: gathered block by block, told once the whole file is read."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from loaders.problems import Problem
from loaders.x12.blocks import Block
from loaders.x12.envelope import LEVELS, Edges, Header, closed
from loaders.x12.findings import Listing, Tally
from loaders.x12.refusal import cut_off, damaged_isa, no_835
from loaders.x12.segments import Segments
from loaders.x12.tags import Tag

Finding = Listing | Tally
# Where among the findings those of the envelope stand.
ENVELOPE_RANK = 6


@dataclass(frozen=True)
class Report:
    """Findings of a file, or of the blocks of it read so far.

    findings: by rank and kind, in file order. open: per level of the envelope what has no end yet.
    not_835: what the file is if it holds_835 nowhere. refusal: why nothing of the file may load,
    whatever else it holds.
    """

    findings: dict[tuple[int, str], Finding]
    open: tuple[Header | None, ...] = (None,) * len(LEVELS)
    holds_835: bool = False
    not_835: Problem | None = None
    refusal: Problem | None = None

    def followed_by(self, later: "Report", edges: Sequence[Edges]) -> "Report":
        """This and the report of the next block, whose envelope has these edges."""
        findings = dict(self.findings)
        _add(findings, later.findings)
        still_open = []
        for header, edge in zip(self.open, edges, strict=True):
            left, found = _met(header, edge)
            still_open.append(left)
            _add(findings, {(ENVELOPE_RANK, listing.kind): listing for listing in found})
            _add(findings, {(ENVELOPE_RANK, listing.kind): listing for listing in edge.within})
        return Report(
            findings,
            tuple(still_open),
            self.holds_835 or later.holds_835,
            self.not_835 or later.not_835,
            self.refusal or later.refusal,
        )

    @cached_property
    def problems(self) -> tuple[Problem, ...]:
        """Everything found, those that keep a remittance in quarantine first; or why it is refused."""
        if self.refused_because:
            return (self.refused_because,)
        findings = dict(self.findings)
        for level, header in zip(LEVELS, self.open, strict=True):
            found = closed(level, header, None) if header else []
            _add(findings, {(ENVELOPE_RANK, listing.kind): listing for listing in found})
        return tuple(problem for key in sorted(findings) for problem in findings[key].problems())

    @property
    def refused_because(self) -> Problem | None:
        """Why nothing of the file may load."""
        return self.refusal or (None if self.holds_835 else self.not_835)


NOTHING = Report({})


def report_of(whole: Segments, block: Block, ranks: Sequence[Sequence[Finding]]) -> Report:
    """Report of one block: its findings in the order they are told, and what it lacks."""
    findings = {(rank, found.kind): found for rank, kind in enumerate(ranks) for found in kind}
    not_835 = no_835(whole)
    begins = whole.rows(Tag.ST)
    ends_in_st = not whole.complete and bool(begins.size) and begins[-1] == len(whole.tag) - 1
    refusal = damaged_isa(whole)
    if not refusal and block.is_last and (ends_in_st or not not_835):
        refusal = cut_off(whole)
    return Report(findings, holds_835=not not_835, not_835=not_835, refusal=refusal)


def refused(problem: Problem) -> Report:
    """Report of what cannot be read at all."""
    return replace(NOTHING, refusal=problem)


def _met(header: Header | None, edge: Edges) -> tuple[Header | None, list[Listing]]:
    """What becomes of an open level in the next block: still open, or closed with these findings."""
    if header is None:
        return edge.open, []
    header = replace(header, counted=header.counted + edge.before)
    if not edge.bounded:
        return header, []
    return edge.open, closed(edge.level, header, edge.trailer)


def _add(findings: dict[tuple[int, str], Finding], later: dict[tuple[int, str], Finding]) -> None:
    for key, found in later.items():
        earlier = findings.get(key)
        if isinstance(earlier, Listing) and isinstance(found, Listing):  # noqa: SIM114  for mypy
            findings[key] = earlier.followed_by(found)
        elif isinstance(earlier, Tally) and isinstance(found, Tally):
            findings[key] = earlier.followed_by(found)
        else:
            findings[key] = found
