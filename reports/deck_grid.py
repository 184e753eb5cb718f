"""A table laid out for a place on a slide: the largest type in which it fits, widths by content, colours of cells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from charts.spec import Amount, ChartSpec
from charts.theme import palette
from kpis.catalog import Unit
from kpis.format import short_value
from reports.content import Cell, Column, Table, cell_in_words
from reports.deck_box import Box
from reports.text_fit import LINE, POINTS, lines_of, shortened, width_of

SIZES = (16, 14, 13, 12)
INSET = 0.07
PADDING = 0.035
LONGEST_TEXT = 3.4


@dataclass(frozen=True)
class Grid:
    """A table as it is drawn: text, widths in inches, alignment and fill per cell."""

    alt: str
    name: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    has_total: bool
    widths: tuple[float, ...]
    numbers: tuple[bool, ...]
    size: float
    fills: tuple[tuple[str | None, ...], ...] = ()

    @property
    def header_height(self) -> float:
        return _row_height(self.header, self.widths, self.size, bold=True)

    @property
    def heights(self) -> tuple[float, ...]:
        return tuple(_row_height(row, self.widths, self.size) for row in self.rows)

    @property
    def high(self) -> float:
        return self.header_height + sum(self.heights)

    def first_that_fit(self, high: float) -> int:
        """How many rows fit under the header in a height in inches; at least one."""
        used, count = self.header_height, 0
        for height in self.heights:
            used += height
            if used > high and count:
                break
            count += 1
        return count

    def part(self, start: int, end: int) -> Grid:
        """The rows from start up to end, the total with the last of them."""
        is_last = end == len(self.rows)
        fills = self.fills[start:end] if self.fills else ()
        return replace(
            self, rows=self.rows[start:end], has_total=self.has_total and is_last, fills=fills
        )


def grid_of(table: Table, box: Box) -> Grid:
    """The table laid out for a box in the largest type in which all of it fits; else in the smallest."""
    rows = [*table.rows, *([table.total] if table.total else [])]
    words = [_words(table.columns, row, short=table.short) for row in rows]
    for size in SIZES:
        widths = _within(_widths(table.columns, words, box.wide, size), box.wide)
        grid = Grid(
            alt=table.alt,
            name=table.name,
            header=tuple(column.title for column in table.columns),
            rows=tuple(
                _fitted(table.columns, row, widths, size, bold=at == len(table.rows))
                for at, row in enumerate(words)
            ),
            has_total=table.total is not None,
            widths=widths,
            numbers=tuple(column.is_number for column in table.columns),
            size=size,
        )
        if grid.high <= box.high and grid.rows == tuple(words):
            return grid
    return grid


def fits_in(table: Table, box: Box) -> bool:
    """Whether the whole table has room in the box, no column narrower than it needs."""
    words = [_words(table.columns, row, short=table.short) for row in table.rows]
    needs = _widths(table.columns, words, box.wide, SIZES[-1])
    return sum(needs) <= box.wide + 0.01 and grid_of(table, box).high <= box.high


def heat_of(spec: ChartSpec, box: Box) -> Grid:
    """A heatmap as a coloured table: names to the left, darker for more."""
    for size in SIZES:
        grid = _heat_in(spec, box.wide, size)
        is_cut = any(row[0] != one.name for row, one in zip(grid.rows, spec.series, strict=True))
        if grid.high <= box.high and not is_cut and not _breaks(grid):
            return grid
    return grid


def _heat_in(spec: ChartSpec, wide: float, size: float) -> Grid:
    first = min(3.0, max(width_of(one.name, size) for one in spec.series) + 2 * INSET + 0.05)
    each = min(1.6, (wide - first) / len(spec.x))
    rows = tuple(
        (
            shortened(series.name, size, first - 2 * INSET),
            *(_heat_cell(value, spec.unit) for value in series.values),
        )
        for series in spec.series
    )
    return Grid(
        alt=spec.alt,
        name=spec.title,
        header=("", *spec.x),
        rows=rows,
        has_total=False,
        widths=(first, *(each,) * len(spec.x)),
        numbers=(False, *(True,) * len(spec.x)),
        size=size,
        fills=_shades(spec),
    )


def _heat_cell(value: Amount, unit: Unit) -> str:
    """Short; a dash for nothing in dollars, empty where there can be no value yet."""
    if value is None:
        return ""
    return "–" if unit == "usd" and not value else short_value(value, unit)


def _breaks(grid: Grid) -> bool:
    """Whether a word or number is wider than its column."""
    return any(
        width_of(word, grid.size, bold=True) > width - 2 * INSET
        for row in (grid.header, *grid.rows)
        for text, width in zip(row[1:], grid.widths[1:], strict=True)
        for word in text.split()
    )


def _words(columns: Sequence[Column], row: Sequence[Cell], *, short: bool) -> tuple[str, ...]:
    return tuple(
        cell_in_words(cell, column.kind, short=short)
        for column, cell in zip(columns, row, strict=True)
    )


def _widths(
    columns: Sequence[Column], words: Sequence[Sequence[str]], wide: float, size: float
) -> tuple[float, ...]:
    """Numbers and names as wide as they are; long text shares the rest by its length."""
    needs = [_need(column, [row[at] for row in words], size) for at, column in enumerate(columns)]
    long = [at for at, column in enumerate(columns) if column.kind == "long text"]
    texts = [at for at, column in enumerate(columns) if not column.is_number and at not in long]
    if long:
        rest = wide - sum(need for at, need in enumerate(needs) if at not in long)
        floors = {at: _longest_word(columns[at], [row[at] for row in words], size) for at in long}
        spare = max(0.0, rest - sum(floors.values()))
        weights = {at: sum(len(row[at]) for row in words) + 1 for at in long}
        whole = sum(weights.values())
        return tuple(
            floors[at] + spare * weights[at] / whole if at in long else need
            for at, need in enumerate(needs)
        )
    over = sum(needs) - wide
    if over > 0 and texts:
        of_texts = sum(needs[at] for at in texts)
        return tuple(
            max(0.8, need - over * need / of_texts) if at in texts else need
            for at, need in enumerate(needs)
        )
    spare = max(0.0, wide - sum(needs)) / len(needs)
    return tuple(need + min(spare, 0.5) for need in needs)


def _within(widths: tuple[float, ...], wide: float) -> tuple[float, ...]:
    """The widths, narrower in proportion where together they are wider than the room."""
    scale = min(1.0, wide / sum(widths))
    return tuple(width * scale for width in widths)


def _longest_word(column: Column, words: Sequence[str], size: float) -> float:
    """Inches that no word is broken in, and some more."""
    parts = [part for text in (column.title, *words) for part in text.split()]
    longest = max((width_of(part, size, bold=True) for part in parts), default=0.0)
    return max(longest + 2 * INSET + 0.02, 1.4)


def _need(column: Column, words: Sequence[str], size: float) -> float:
    """Inches a column takes on one line, its title on up to two."""
    title = max((width_of(word, size, bold=True) for word in column.title.split()), default=0.0)
    longest = max((width_of(word, size, bold=column.is_number) for word in words), default=0.0)
    if not column.is_number:
        longest = min(longest, LONGEST_TEXT)
    return max(title, longest) + 2 * INSET + 0.02


def _fitted(
    columns: Sequence[Column],
    row: Sequence[str],
    widths: Sequence[float],
    size: float,
    *,
    bold: bool,
) -> tuple[str, ...]:
    return tuple(
        text if column.kind == "long text" else shortened(text, size, width - 2 * INSET, bold=bold)
        for column, text, width in zip(columns, row, widths, strict=True)
    )


def _row_height(
    row: Sequence[str], widths: Sequence[float], size: float, *, bold: bool = False
) -> float:
    lines = max(
        lines_of(text, size, width - 2 * INSET, bold=bold)
        for text, width in zip(row, widths, strict=True)
    )
    return lines * size * LINE / POINTS + 2 * PADDING + 0.01


def _shades(spec: ChartSpec) -> tuple[tuple[str | None, ...], ...]:
    """A step of the palette's scale per cell, by its size against the largest; empty cells have none."""
    scale = palette().scale
    largest = max(
        (float(v) for series in spec.series for v in series.values if v is not None), default=0.0
    )

    def shade(value: float) -> str | None:
        if value <= 0 or not largest:
            return None
        return scale[min(len(scale) - 1, int(value / largest * len(scale)))]

    return tuple(
        (None, *(None if v is None else shade(float(v)) for v in series.values))
        for series in spec.series
    )
