"""Names along a chart fit where they stand, the value axis is named as cards are, bars keep room for their amounts."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from charts.names import ELLIPSIS, LONGEST_LINE, in_two_lines
from charts.plotly_figure import figure
from charts.spec import Band, ChartSpec, Kind, Series
from charts.ticks import WANTED, value_ticks
from kpis.catalog import Unit
from kpis.format import counted


def of_values(unit: Unit, *values: float, kind: Kind = "columns", parts: int = 1) -> ChartSpec:
    return ChartSpec(
        kind=kind,
        title="",
        x=tuple(f"Name {at}" for at in range(len(values))),
        series=tuple(Series(f"Part {at}", values) for at in range(parts)),
        unit=unit,
        alt="",
    )


def layout(spec: ChartSpec) -> dict[str, Any]:
    found = figure(spec).to_dict()["layout"]
    assert isinstance(found, dict)
    return found


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("Cardiology", "Cardiology"),
        ("Statewide Medical Assistance", "Statewide Medical<br>Assistance"),
        ("Duplicate payment or payer reprocessing", "Duplicate payment or<br>payer reprocessing"),
        ("Nov 2025, $9.02K", "Nov 2025,<br>$9.02K"),
        ("Otorhinolaryngologyandmore Clinic", "Otorhinolaryngologyan…<br>Clinic"),
        ("", ""),
    ],
)
def test_a_name_stands_on_two_even_lines(name: str, lines: str) -> None:
    assert in_two_lines(name) == lines


@given(st.text(alphabet="abc ", max_size=80))
def test_no_line_is_longer_than_there_is_room_for(name: str) -> None:
    lines = in_two_lines(name).split("<br>")
    assert len(lines) <= 2
    assert all(len(line) <= LONGEST_LINE for line in lines)
    if not any(line.endswith(ELLIPSIS) for line in lines):
        assert " ".join(lines).split() == name.split()


@pytest.mark.parametrize(
    ("spec", "names"),
    [
        (of_values("usd", 9370.0), ["$0", "$2K", "$4K", "$6K", "$8K", "$10K", "$12K"]),
        (of_values("usd", 2.4e6), ["$0", "$500K", "$1M", "$1.5M", "$2M", "$2.5M", "$3M"]),
        (of_values("share", 0.049), ["0 %", "1 %", "2 %", "3 %", "4 %", "5 %", "6 %"]),
        (of_values("count", 2), ["0", "1", "2", "3"]),
        (of_values("usd", -4000.0, 1500.0), ["−$5K", "−$4K", "−$3K", "−$2K", "−$1K", "$0", "$1K", "$2K", "$3K"]),
        (
            of_values("usd", 5000.0, kind="stacked columns", parts=2),
            ["$0", "$2K", "$4K", "$6K", "$8K", "$10K", "$12K"],
        ),
        (of_values("usd", 0.0), ["$0", "$1"]),
    ],
)  # fmt: skip
def test_the_value_axis_is_named_as_cards_are(spec: ChartSpec, names: list[str]) -> None:
    assert value_ticks(spec)["ticktext"] == names


def test_the_edges_of_a_target_band_are_within_the_ticks() -> None:
    spec = ChartSpec(
        kind="line", title="", x=("a", "b"), series=(Series("Lag", (5.0, 6.0)),), unit="days", alt="",
        band=Band(15, 30, "Target 15 to 30 days"),
    )  # fmt: skip
    assert value_ticks(spec)["tickvals"][-1] >= 30  # type: ignore[index]


@example([5e-324], "usd")
@given(st.lists(st.floats(-1e9, 1e9), min_size=1, max_size=5), st.sampled_from(["usd", "share"]))
def test_ticks_reach_past_every_value_and_are_few(values: list[float], unit: Unit) -> None:
    found = value_ticks(of_values(unit, *values))
    ticks, names = found["tickvals"], found["ticktext"]
    assert isinstance(ticks, list)
    assert isinstance(names, list)
    assert ticks[0] <= min(0.0, *values)
    assert ticks[-1] >= max(0.0, *values)
    assert len(ticks) <= WANTED + 5
    assert len(set(names)) == len(names)


def test_bars_keep_room_for_their_longest_amount_on_every_screen() -> None:
    short, long = (
        layout(of_values("usd", value, kind="bars"))["margin"]["r"] for value in (5.0, 123_456.0)
    )
    assert (short, long) == (26, 50)
    assert layout(of_values("usd", 5.0))["margin"]["r"] == 8


def test_one_month_alone_is_no_wall() -> None:
    assert layout(of_values("usd", 150.0, kind="stacked columns"))["bargap"] == pytest.approx(0.85)
    assert layout(of_values("usd", *[1.0] * 12))["bargap"] == pytest.approx(0.25)


def test_a_number_agrees_with_what_it_counts() -> None:
    assert counted(1, "receivable") == "1 receivable"
    assert counted(0, "receivable") == "0 receivables"
    assert counted(1204, "offset or letter", "offsets and letters") == "1,204 offsets and letters"


def test_a_heatmap_names_columns_upright_where_they_would_not_fit() -> None:
    spec = ChartSpec(
        kind="heatmap", title="", x=("Statewide Medical Assistance", "Union"), unit="usd", alt="",
        series=(Series("Cardiology", (Decimal("1.00"), None)),),
    )  # fmt: skip
    axis = layout(spec)["xaxis"]
    assert axis["ticktext"] == ["Statewide Medical<br>Assistance", "Union"]
    assert axis["autotickangles"] == [0, -90]
