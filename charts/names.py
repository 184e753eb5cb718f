"""Names along a chart, in lines that fit where they stand; hover and alt text have them in full."""

from __future__ import annotations

ON_ONE_LINE, LONGEST_LINE = 12, 22
ELLIPSIS = "…"


def in_two_lines(name: str, on_one_line: int = ON_ONE_LINE) -> str:
    """A name over two lines as even as its words allow; what is longer than LONGEST_LINE ends in an ellipsis."""
    words = name.split()
    if len(name) <= on_one_line or len(words) < 2:
        return _cut(name)
    breaks = [(" ".join(words[:at]), " ".join(words[at:])) for at in range(1, len(words))]
    first, second = min(breaks, key=lambda lines: max(len(line) for line in lines))
    return f"{_cut(first)}<br>{_cut(second)}"


def _cut(line: str) -> str:
    return line if len(line) <= LONGEST_LINE else line[: LONGEST_LINE - 1].rstrip() + ELLIPSIS
