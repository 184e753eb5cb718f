"""Places on a slide, in EMU."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

INCH = 914400


@dataclass(frozen=True)
class Box:
    """A rectangle on a slide."""

    left: int
    top: int
    width: int
    height: int

    @property
    def bottom(self) -> int:
        return self.top + self.height

    @property
    def wide(self) -> float:
        """Width in inches."""
        return self.width / INCH

    @property
    def high(self) -> float:
        """Height in inches."""
        return self.height / INCH

    def upper(self, inches: float) -> Box:
        """The strip of that height at the top."""
        return Box(self.left, self.top, self.width, round(inches * INCH))

    def below(self, inches: float) -> Box:
        """What is left under a strip of that height."""
        cut = round(inches * INCH)
        return Box(self.left, self.top + cut, self.width, max(0, self.height - cut))

    def columns(self, shares: Sequence[float], gap: float = 0.2) -> list[Box]:
        """Side by side, by their shares of the width, `gap` inches apart."""
        space = round(gap * INCH)
        room = self.width - space * (len(shares) - 1)
        boxes, left = [], self.left
        for share in shares:
            width = round(room * share / sum(shares))
            boxes.append(Box(left, self.top, width, self.height))
            left += width + space
        return boxes
