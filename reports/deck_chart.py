"""Native charts on a slide: a user can open their data and edit it."""

from __future__ import annotations

from pptx.chart.axis import CategoryAxis, ValueAxis
from pptx.chart.chart import Chart
from pptx.chart.data import CategoryChartData
from pptx.chart.series import _BaseCategorySeries
from pptx.dml.fill import FillFormat
from pptx.enum.chart import (
    XL_CHART_TYPE,
    XL_LABEL_POSITION,
    XL_LEGEND_POSITION,
    XL_MARKER_STYLE,
    XL_TICK_MARK,
)
from pptx.enum.chart import XL_TICK_LABEL_POSITION as LABELS
from pptx.enum.dml import MSO_LINE_DASH_STYLE, MSO_PATTERN_TYPE, MSO_THEME_COLOR
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls, qn
from pptx.slide import Slide
from pptx.util import Emu, Pt

from charts.native import NativeChart, NativeSeries, number_format
from charts.spec import stands_alone
from charts.theme import palette
from reports.deck_band import add_band
from reports.deck_box import Box
from reports.deck_text import rgb
from reports.text_fit import shortened, width_of

TYPES = {
    "line": XL_CHART_TYPE.LINE_MARKERS,
    "columns": XL_CHART_TYPE.COLUMN_CLUSTERED,
    "stacked columns": XL_CHART_TYPE.COLUMN_STACKED,
    "stacked bars": XL_CHART_TYPE.BAR_STACKED,
    "bars": XL_CHART_TYPE.BAR_CLUSTERED,
}
FONT_SIZE = 12
TITLE_SIZE = 14
LABEL_WIDTH = 0.95
TWO_LINES = 0.85
MOST_FOR_NAMES, MOST_FOR_LABELS = 0.6, 0.6
MONTH_FORMAT = "mmm yyyy"
ACCENTS = (
    MSO_THEME_COLOR.ACCENT_1,
    MSO_THEME_COLOR.ACCENT_2,
    MSO_THEME_COLOR.ACCENT_3,
    MSO_THEME_COLOR.ACCENT_4,
    MSO_THEME_COLOR.ACCENT_5,
    MSO_THEME_COLOR.ACCENT_6,
)


def add_chart(slide: Slide, box: Box, drawn: NativeChart, *, titled: bool = True) -> None:
    """Draws the chart into the box, with its text for readers who cannot see it."""
    frame = slide.shapes.add_chart(
        TYPES[drawn.shape],
        Emu(box.left),
        Emu(box.top),
        Emu(box.width),
        Emu(box.height),
        _data(drawn, box),
    )
    frame.name = drawn.title
    frame._element.nvGraphicFramePr.cNvPr.set("descr", drawn.alt)
    chart: Chart = frame.chart
    chart.font.size = Pt(FONT_SIZE)
    chart.font.color.rgb = rgb(palette().text)
    if titled:
        _title(chart, drawn)
    else:
        chart.has_title = False
    _legend(chart, drawn)
    _axes(chart, drawn, box)
    for series, told in zip(chart.plots[0].series, drawn.series, strict=True):
        _look(series, told, drawn)
    if drawn.shape != "line":
        chart.plots[0].gap_width = 45 if len(drawn.categories) > 3 else 150
    if drawn.shape.startswith("stacked"):
        chart.plots[0].overlap = 100


def _data(drawn: NativeChart, box: Box) -> CategoryChartData:
    data = CategoryChartData(number_format=number_format(drawn.unit))
    is_side = drawn.shape in ("bars", "stacked bars")
    room = box.wide * TWO_LINES if is_side else box.wide
    data.categories = drawn.months or [shortened(x, FONT_SIZE, room) for x in drawn.categories]
    for series in drawn.series:
        data.add_series(series.name, series.values)
    return data


def _title(chart: Chart, drawn: NativeChart) -> None:
    chart.has_title = True
    chart.chart_title.include_in_layout = False
    frame = chart.chart_title.text_frame
    frame.text = drawn.title
    font = frame.paragraphs[0].runs[0].font
    font.size, font.bold = Pt(TITLE_SIZE), True
    font.color.rgb = rgb(palette().text)


def _legend(chart: Chart, drawn: NativeChart) -> None:
    chart.has_legend = drawn.legend
    if drawn.legend:
        chart.legend.position = XL_LEGEND_POSITION.BOTTOM
        chart.legend.include_in_layout = False
        chart.legend.font.size = Pt(FONT_SIZE)


def _axes(chart: Chart, drawn: NativeChart, box: Box) -> None:
    colours = palette()
    values: ValueAxis = chart.value_axis
    names: CategoryAxis = chart.category_axis
    labelled = any(series.labelled or series.texts for series in drawn.series)
    values.has_major_gridlines = not labelled
    values.visible = not labelled
    values.format.line.fill.background()
    values.tick_labels.number_format = drawn.axis_format
    values.tick_labels.number_format_is_linked = False
    values.major_tick_mark = XL_TICK_MARK.NONE
    if values.has_major_gridlines:
        values.major_gridlines.format.line.color.rgb = rgb(colours.grid)
    if drawn.axis_from is not None:
        values.minimum_scale = drawn.axis_from
    elif not drawn.has_negatives:
        values.minimum_scale = 0
    if drawn.axis_to is not None:
        values.maximum_scale = drawn.axis_to
    if drawn.shape == "bars":
        _make_room(values, drawn, box)
    names.major_tick_mark = XL_TICK_MARK.NONE
    names.format.line.color.rgb = rgb(colours.grid)
    names.tick_label_position = LABELS.LOW
    names.has_major_gridlines = False
    if drawn.shape in ("bars", "stacked bars"):
        names.reverse_order = True
        values.tick_label_position = LABELS.HIGH
    if drawn.months:
        names.tick_labels.number_format = MONTH_FORMAT
        names.tick_labels.number_format_is_linked = False
        _space_months(names, drawn, box)


def _make_room(values: ValueAxis, drawn: NativeChart, box: Box) -> None:
    """Labels stand beyond the ends of bars: the axis runs on for them."""
    known = [float(value) for value in drawn.series[0].values if value is not None]
    low, high = min([*known, 0.0]), max([*known, 0.0])
    names = max((width_of(name, FONT_SIZE) for name in drawn.categories), default=0.0)
    plot = box.wide - min(names, box.wide * MOST_FOR_NAMES) - 0.3
    share = min(MOST_FOR_LABELS, LABEL_WIDTH / plot)
    room = ((high - low) or 1.0) * share / (1 - share)
    values.maximum_scale = high + room if high > 0 else 0.0
    values.minimum_scale = low - room if low < 0 else 0.0


def _space_months(names: object, drawn: NativeChart, box: Box) -> None:
    """Months are a scale of dates; where their labels have no room side by side, every so many is named."""
    axis = names._element  # type: ignore[attr-defined]
    step = -(-len(drawn.months) // max(1, int((box.wide - 0.8) / LABEL_WIDTH)))
    for tag in ("c:baseTimeUnit", "c:majorUnit", "c:majorTimeUnit"):
        for old in axis.findall(qn(tag)):
            axis.remove(old)
    for tag, value in (
        ("baseTimeUnit", "months"),
        ("majorUnit", step),
        ("majorTimeUnit", "months"),
    ):
        axis.append(parse_xml(f'<c:{tag} {nsdecls("c")} val="{value}"/>'))


def _look(series: _BaseCategorySeries, told: NativeSeries, drawn: NativeChart) -> None:
    if told.look in ("line", "prior", "target"):
        _line(series, told, drawn)
        return
    if told.look == "unseen":
        series.format.fill.background()
        series.format.line.fill.background()
        _write_labels(series, told)
        return
    if told.look == "forecast":
        _hatch(series, told)
    elif len(told.colours) == 1:
        _fill(series.format.fill, told.colours[0])
    else:
        for at, colour in enumerate(told.colours):
            _fill(series.points[at].format.fill, colour)
    series.invert_if_negative = False
    if told.labelled:
        labels = series.data_labels
        labels.show_value = True
        labels.number_format = drawn.label_format
        labels.number_format_is_linked = False
        labels.position = XL_LABEL_POSITION.OUTSIDE_END
        labels.font.size = Pt(FONT_SIZE)


def _hatch(series: _BaseCategorySeries, told: NativeSeries) -> None:
    """A forecast: hatched and outlined in its colour, with a bar over its band."""
    fill = series.format.fill
    fill.patterned()
    fill.pattern = MSO_PATTERN_TYPE.WIDE_UPWARD_DIAGONAL
    fill.fore_color.rgb, fill.back_color.rgb = rgb(told.colours[0]), rgb(palette().background)
    line = series.format.line
    line.width = Pt(1.25)
    _fill(line.fill, told.colours[0])
    if told.above:
        add_band(series, told)


def _line(series: _BaseCategorySeries, told: NativeSeries, drawn: NativeChart) -> None:
    line = series.format.line
    line.width = Pt({"line": 2.5, "prior": 1.5, "target": 1.75}[told.look])
    _fill(line.fill, told.colours[0])
    series.smooth = False
    series.marker.style = XL_MARKER_STYLE.NONE
    if told.look == "target":
        line.dash_style = MSO_LINE_DASH_STYLE.DASH
    elif told.look == "prior":
        line.dash_style = MSO_LINE_DASH_STYLE.ROUND_DOT
        if stands_alone(told.values):
            _mark_points(series, told)
    else:
        _mark_points(series, told)
        _label_last(series, told, drawn)


def _mark_points(series: _BaseCategorySeries, told: NativeSeries) -> None:
    series.marker.style = XL_MARKER_STYLE.CIRCLE
    series.marker.size = 6
    _fill(series.marker.format.fill, told.colours[0])
    series.marker.format.line.fill.background()


def _label_last(series: _BaseCategorySeries, told: NativeSeries, drawn: NativeChart) -> None:
    """The latest value is printed beside its point."""
    known = [at for at, value in enumerate(told.values) if value is not None]
    if not known:
        return
    label = series.points[known[-1]].data_label
    falls = len(known) > 1 and float(told.values[known[-1]] or 0) < float(
        told.values[known[-2]] or 0
    )
    label.position = XL_LABEL_POSITION.BELOW if falls else XL_LABEL_POSITION.ABOVE
    label.font.size, label.font.bold = Pt(FONT_SIZE), True
    shown_as = parse_xml(f'<c:numFmt {nsdecls("c")} sourceLinked="0"/>')
    shown_as.set("formatCode", drawn.label_format)
    label._get_or_add_dLbl().find(qn("c:idx")).addnext(shown_as)


def _write_labels(series: _BaseCategorySeries, told: NativeSeries) -> None:
    """Text that stands in the room above each step."""
    for at, text in enumerate(told.texts):
        label = series.points[at].data_label
        label.text_frame.text = text
        label.position = XL_LABEL_POSITION.INSIDE_BASE
        label.text_frame.paragraphs[0].runs[0].font.size = Pt(FONT_SIZE)


def _fill(fill: FillFormat, colour: str) -> None:
    """A colour of the theme where the palette's first six are meant, so that a template's own accents show."""
    fill.solid()
    places = palette().categories[: len(ACCENTS)]
    if colour in places:
        fill.fore_color.theme_color = ACCENTS[places.index(colour)]
    else:
        fill.fore_color.rgb = rgb(colour)
