"""Native charts in a workbook, drawn from cells on the sheet that holds their numbers."""

from __future__ import annotations

from xlsxwriter.chart import Chart
from xlsxwriter.utility import xl_range_abs
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from charts.native import NativeChart, NativeSeries
from charts.spec import stands_alone
from charts.theme import palette
from reports.workbook_cells import Formats, safe_text

DATA_SHEET = "Chart data"
TYPES = {
    "line": {"type": "line"},
    "columns": {"type": "column"},
    "stacked columns": {"type": "column", "subtype": "stacked"},
    "stacked bars": {"type": "bar", "subtype": "stacked"},
    "bars": {"type": "bar"},
}
MONTHS_NAMED = 8
FONT = {"size": 10, "color": palette().text}


def block_height(drawn: NativeChart) -> int:
    """Rows its numbers take on the data sheet: title, header, one per category, one empty."""
    return len(drawn.categories) + 3


def write_block(sheet: Worksheet, formats: Formats, drawn: NativeChart, top: int) -> None:
    """The chart's numbers: categories down, series across, then how far bands reach beyond their values."""
    sheet.write_string(top, 0, safe_text(drawn.title), formats.title)
    sheet.write_string(top + 1, 0, "", formats.header)
    for at, series in enumerate(drawn.series):
        sheet.write_string(top + 1, at + 1, safe_text(series.name), formats.number_header)
    for at, (name, _) in enumerate(_reaches(drawn), start=len(drawn.series) + 1):
        sheet.write_string(top + 1, at, safe_text(name), formats.number_header)
    for row, name in enumerate(drawn.categories):
        if drawn.months:
            sheet.write_datetime(top + 2 + row, 0, drawn.months[row], formats.cells["month"])
        else:
            sheet.write_string(top + 2 + row, 0, safe_text(name))
        for at, series in enumerate(drawn.series):
            value = series.values[row]
            if value is not None:
                sheet.write_number(top + 2 + row, at + 1, value, formats.cells[drawn.unit])
        for at, (_, reaches) in enumerate(_reaches(drawn), start=len(drawn.series) + 1):
            reach = reaches[row]
            if reach is not None:
                sheet.write_number(top + 2 + row, at, round(reach, 2), formats.cells[drawn.unit])


def _reaches(drawn: NativeChart) -> list[tuple[str, tuple[float | None, ...]]]:
    """The columns of bands: above, then below, for each series that has one."""
    banded = [one for one in drawn.series if one.above]
    return [
        column
        for one in banded
        for column in ((f"{one.name}: above", one.above), (f"{one.name}: below", one.below))
    ]


def chart_of(book: Workbook, drawn: NativeChart, top: int) -> Chart:
    """The chart over the block that starts at row `top` of the data sheet."""
    chart = book.add_chart(TYPES[drawn.shape])
    first, last = top + 2, top + 1 + len(drawn.categories)
    for at, series in enumerate(drawn.series):
        chart.add_series(
            {
                "name": f"='{DATA_SHEET}'!{xl_range_abs(top + 1, at + 1, top + 1, at + 1)}",
                "categories": f"='{DATA_SHEET}'!{xl_range_abs(first, 0, last, 0)}",
                "values": f"='{DATA_SHEET}'!{xl_range_abs(first, at + 1, last, at + 1)}",
                **_look(series, drawn),
                **_band(series, drawn, first, last),
            }
        )
    chart.set_title({"name": drawn.title, "name_font": {"size": 12, **{"color": palette().text}}})
    chart.set_legend({"position": "bottom", "font": FONT} if drawn.legend else {"none": True})
    _axes(chart, drawn)
    chart.show_blanks_as("gap")
    return chart


def _band(series: NativeSeries, drawn: NativeChart, first: int, last: int) -> dict[str, object]:
    """The bar over a forecast's band, drawn from the sheet's own columns."""
    if not series.above:
        return {}
    banded = [one for one in drawn.series if one.above]
    column = len(drawn.series) + 1 + 2 * banded.index(series)
    above, below = (
        f"='{DATA_SHEET}'!{xl_range_abs(first, at, last, at)}" for at in (column, column + 1)
    )
    return {
        "y_error_bars": {
            "type": "custom",
            "plus_values": above,
            "minus_values": below,
            "line": {"color": palette().text, "width": 1.5},
        }
    }


def _axes(chart: Chart, drawn: NativeChart) -> None:
    labelled = any(series.labelled or series.texts for series in drawn.series)
    values: dict[str, object] = {
        "num_format": drawn.axis_format,
        "num_font": FONT,
        "visible": not labelled,
        "major_gridlines": {"visible": not labelled, "line": {"color": palette().grid}},
        "line": {"none": True},
    }
    if drawn.axis_from is not None:
        values["min"] = drawn.axis_from
    elif not drawn.has_negatives:
        values["min"] = 0
    if drawn.axis_to is not None:
        values["max"] = drawn.axis_to
    names: dict[str, object] = {
        "num_font": FONT,
        "label_position": "low",
        "line": {"color": palette().grid},
        "major_tick_mark": "none",
    }
    if drawn.months:
        names |= {
            "date_axis": True,
            "num_format": "mmm yyyy",
            "major_unit": -(-len(drawn.months) // MONTHS_NAMED),
            "major_unit_type": "months",
        }
    if drawn.shape in ("bars", "stacked bars"):
        chart.set_y_axis(names | {"reverse": True})
        chart.set_x_axis(values | {"label_position": "high"})
    else:
        chart.set_x_axis(names)
        chart.set_y_axis(values)


def _look(series: NativeSeries, drawn: NativeChart) -> dict[str, object]:
    colour = series.colours[0] if series.colours else palette().primary
    fill = {"color": colour}
    marker = {"type": "circle", "size": 5, "fill": fill, "border": fill}
    if series.look == "line":
        return {"line": {"color": colour, "width": 2.25}, "marker": marker}
    if series.look == "prior":
        points = {"marker": marker} if stands_alone(series.values) else {}
        return {"line": {"color": colour, "width": 1.5, "dash_type": "round_dot"}, **points}
    if series.look == "target":
        return {"line": {"color": colour, "width": 1.5, "dash_type": "dash"}}
    look: dict[str, object] = {"gap": 45}
    if drawn.shape.startswith("stacked"):
        look["overlap"] = 100
    if series.look == "unseen":
        hidden: dict[str, object] = {"fill": {"none": True}, "border": {"none": True}}
        texts = [{"value": text} for text in series.texts]
        labels = {"value": True, "custom": texts, "position": "inside_base", "font": FONT}
        return look | hidden | ({"data_labels": labels} if texts else {})
    if series.look == "forecast":
        pattern = {
            "pattern": "wide_upward_diagonal",
            "fg_color": colour,
            "bg_color": palette().background,
        }
        return look | {"pattern": pattern, "border": {"color": colour, "width": 1.25}}
    look["fill"] = {"color": colour}
    if len(series.colours) > 1:
        look["points"] = [{"fill": {"color": one}} for one in series.colours]
    if series.labelled:
        look["data_labels"] = {
            "value": True,
            "num_format": drawn.label_format,
            "position": "outside_end",
            "font": FONT,
        }
    return look
