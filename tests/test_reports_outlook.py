"""The forecast is one: page, deck, workbook and files hold the same months, and those are the command's."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest
from openpyxl import load_workbook
from pptx import Presentation
from pptx.oxml.ns import qn
from streamlit.testing.v1 import AppTest

from charts.forecasts import forecast_chart
from charts.native import native_chart
from charts.spec import ChartSpec
from kpis.__main__ import main as kpis
from kpis.engine import DuckDBEngine
from kpis.filters import Filters
from kpis.forecast import MonthAhead, forecast
from kpis.outlook import whole_months
from kpis.periods import Period
from loaders.ingest import load
from reports.deck import deck
from reports.images import Caption, csv_of
from reports.sections import build_report
from reports.underlying import underlying
from reports.workbook import write_workbook
from tests.apps.conftest import APP
from tests.make_835 import Claim, Remit, file_835
from tests.warehouses import engine_of

CENT = Decimal("0.01")
Values = list[float | None]


@dataclass(frozen=True)
class Shown:
    """A forecast as some reader finds it: both series, and how far the band reaches either way."""

    past: Values
    ahead: Values
    above: Values
    below: Values


@pytest.fixture(scope="module")
def chart(sample: DuckDBEngine) -> ChartSpec:
    """The chart of the report's section, over one month: the period must not narrow it."""
    latest = Filters(since=whole_months(sample).last_month)  # type: ignore[union-attr]
    (section,) = build_report(sample, latest, ["outlook"]).sections
    (spec,) = section.charts
    return spec


@pytest.fixture(scope="module")
def page(sample_warehouse: Path) -> Shown:
    """What the page Outlook draws over the sample."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TAKEBACK_WAREHOUSE", str(sample_warehouse))
        app = AppTest.from_file(APP, default_timeout=60).run()
        app.switch_page("pages/outlook.py").run()
    past, ahead = json.loads(app.get("plotly_chart")[0].proto.spec)["data"]
    bars = ahead["error_y"]
    return Shown(past["y"], ahead["y"], bars["array"], bars["arrayminus"])


def close(one: Shown, other: Shown) -> bool:
    """The same to a tenth of a cent: distances are differences of binary numbers."""
    return all(
        (a is None and b is None) or (a is not None and b is not None and abs(a - b) < 0.001)
        for name in ("past", "ahead", "above", "below")
        for a, b in zip(getattr(one, name), getattr(other, name), strict=True)
    )


def test_months_are_the_command_s_and_the_forecast_their_mean(
    chart: ChartSpec, sample_warehouse: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert kpis(["--warehouse", str(sample_warehouse), "--by", "month", "--format", "json"]) == 0
    withheld = {
        row["month"]: Decimal(row["withheld"]) for row in json.loads(capsys.readouterr().out)
    }
    past, ahead = chart.series
    year = [withheld[month[:7]] for month in chart.x[:12]]
    assert list(past.values) == [*year, None, None, None]
    mean = (sum(year, Decimal(0)) / 12).quantize(CENT, ROUND_HALF_UP)
    assert ahead.values == (None,) * 12 + (mean,) * 3


def test_the_screen_draws_the_report_s_numbers(chart: ChartSpec, page: Shown) -> None:
    past, ahead = native_chart(chart).series
    drawn = Shown(numbers(past.values), numbers(ahead.values), list(ahead.above), list(ahead.below))
    assert close(drawn, page)
    assert sum(value is not None for value in page.above) == 3


def test_the_deck_s_chart_is_native_and_holds_the_page_s_numbers(
    sample: DuckDBEngine, page: Shown
) -> None:
    made = Presentation(io.BytesIO(deck(build_report(sample, Filters(), ["outlook"]))))
    (found,) = [s.chart for s in made.slides[1].shapes if getattr(s, "has_chart", False)]
    past, ahead = found.plots[0].series
    bars = ahead._element.find(qn("c:errBars"))
    shown = Shown(
        list(past.values), list(ahead.values),
        literals(bars.find(qn("c:plus"))), literals(bars.find(qn("c:minus"))),
    )  # fmt: skip
    assert close(shown, page)
    assert ahead.format.fill.pattern is not None
    assert past.format.fill.type != ahead.format.fill.type
    assert found.value_axis.maximum_scale >= max(
        value + above
        for value, above in zip(shown.ahead, shown.above, strict=True)
        if value is not None and above is not None
    )


def literals(holder: object) -> Values:
    """The numbers of an error bar, by place."""
    numbers = holder.find(qn("c:numLit"))  # type: ignore[attr-defined]
    values: Values = [None] * int(numbers.find(qn("c:ptCount")).get("val"))
    for point in numbers.findall(qn("c:pt")):
        values[int(point.get("idx"))] = float(point.find(qn("c:v")).text)
    return values


def test_the_workbook_s_chart_is_drawn_from_the_page_s_numbers(
    sample: DuckDBEngine, page: Shown, tmp_path: Path
) -> None:
    out = tmp_path / "report.xlsx"
    report = build_report(sample, Filters(), ["outlook"])
    write_workbook(report, underlying(sample, Filters()), out)
    book = load_workbook(out)
    rows = [row[1:5] for row in book["Chart data"].iter_rows(min_row=7, values_only=True)]
    columns = list(zip(*rows[:15], strict=True))
    assert close(Shown(*(list(column) for column in columns)), page)
    (drawn,) = book["Outlook"]._charts
    bars = drawn.series[1].errBars
    assert (bars.plus.numRef.f, bars.minus.numRef.f) == (
        "'Chart data'!$D$7:$D$21",
        "'Chart data'!$E$7:$E$21",
    )


def test_a_chart_s_own_csv_holds_the_band(chart: ChartSpec) -> None:
    text = csv_of(chart, Caption(("All",))).decode("utf-8-sig")
    header, *rows = list(csv.reader(io.StringIO(text)))[3:]
    assert header[3:] == [
        "Forecast, with its 80 % band: from",
        "Forecast, with its 80 % band: to",
    ]
    assert [bool(row[3]) for row in rows] == [False] * 12 + [True] * 3
    ahead = chart.series[1]
    assert rows[-1][3:] == [str(ahead.low[-1]), str(ahead.high[-1])]


def test_less_than_a_year_says_so(tmp_path: Path) -> None:
    file = tmp_path / "one.835"
    file.write_bytes(file_835(Remit("N1", "20250131", [Claim("A", "10.00")], [("WO:X", "4.00")])))
    load([file], tmp_path / "warehouse")
    engine = engine_of(tmp_path / "warehouse")
    (section,) = build_report(engine, Filters(), ["outlook"]).sections
    assert section.title == "No forecast: there is less than a year of whole months"
    assert section.statements == (
        "A forecast needs 12 whole months with remittances; there are 1.",
    )
    made = Presentation(io.BytesIO(deck(build_report(engine, Filters(), ["outlook"]))))
    assert not [s for s in made.slides[1].shapes if getattr(s, "has_chart", False)]


def test_a_month_without_a_band_is_drawn_without_one() -> None:
    year = [Decimal("100.00")] * 12
    ahead = forecast(date(2025, 12, 1), year)
    assert ahead[0] == MonthAhead(date(2026, 1, 1), Decimal("100.00"), None, None, 0)
    drawn = native_chart(forecast_chart(Period(date(2025, 1, 1), date(2026, 1, 1)), year, ahead))
    assert (drawn.series[1].above, drawn.axis_to) == ((), None)


def numbers(values: tuple[object, ...]) -> Values:
    return [None if value is None else float(str(value)) for value in values]
