"""The band of a forecast on a slide: a bar from low to high on each value, which python-pptx has no call for."""

from __future__ import annotations

from collections.abc import Sequence

from pptx.chart.series import _BaseCategorySeries
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls, qn

from charts.native import NativeSeries
from charts.theme import palette

LINE_WIDTH = 19_050
# What may stand after the bars in a bar series, as the schema of charts orders it.
_AFTER = ("c:cat", "c:val", "c:shape", "c:extLst")


def add_band(series: _BaseCategorySeries, told: NativeSeries) -> None:
    """Draws it; places without a band have no bar."""
    bars = parse_xml(
        f'<c:errBars {nsdecls("c", "a")}><c:errBarType val="both"/><c:errValType val="cust"/><c:noEndCap val="0"/>'
        f"<c:plus>{_numbers(told.above)}</c:plus><c:minus>{_numbers(told.below)}</c:minus>"
        f'<c:spPr><a:ln w="{LINE_WIDTH}"><a:solidFill><a:srgbClr val="{palette().text.removeprefix("#")}"/>'
        "</a:solidFill></a:ln></c:spPr></c:errBars>"
    )
    element = series._element
    following = next(one for tag in _AFTER if (one := element.find(qn(tag))) is not None)
    following.addprevious(bars)


def _numbers(values: Sequence[float | None]) -> str:
    points = "".join(
        f'<c:pt idx="{at}"><c:v>{value:.2f}</c:v></c:pt>'
        for at, value in enumerate(values)
        if value is not None
    )
    return f'<c:numLit><c:formatCode>General</c:formatCode><c:ptCount val="{len(values)}"/>{points}</c:numLit>'
