"""What came back and what is still to come: appeals, the recovery triangle, open exposure."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from charts.grids import heat_grid
from charts.rankings import ranked_bars
from charts.spec import ChartSpec, Role
from charts.stacks import Part, stacked_parts
from charts.theme import NAMED
from kpis.format import short_usd, short_value
from kpis.money import NOTHING
from kpis.overview import Exposure, open_exposure
from kpis.payers import appeal_standing
from kpis.periods import month_in_words
from kpis.report_figures import REST, Figures
from kpis.report_outlook import Expected, expected_takings
from kpis.report_recovery import Cohort, recovery_triangle
from reports.content import Cell, Column, Section, Table, told
from reports.material import Material
from reports.sentences import percent, short_name

COHORTS = 8
OUTCOMES = (
    ("appeals_full", "Overturned in full"),
    ("appeals_partial", "Partially overturned"),
    ("appeals_upheld", "Upheld"),
)


def appeals(material: Material) -> Section:
    """Decisions by payer, and how much of each cohort's takings has come back."""
    standing = appeal_standing(material.engine, material.filters)
    cohorts = recovery_triangle(material.engine, material.filters)
    table, triangle = _appeal_table(material), _triangle_table(cohorts)
    charts: list[ChartSpec] = []
    if standing.decided:
        charts.append(_decisions_chart(material))
    if cohorts:
        charts.append(_triangle_chart(cohorts))
    apart = (
        f"As of now: {standing.pending:,} pending, {standing.withdrawn:,} withdrawn, "
        f"{standing.dismissed:,} dismissed; none of them is a decision."
    )
    return Section(
        name="appeals",
        heading="Appeals and recovery",
        title=_appeals_title(material),
        notes="\n".join([told(table), apart, "", told(triangle)]),
        charts=tuple(charts),
        details=(table, triangle),
        statements=(
            f"{apart} Recovery: come back by the end of each period after the "
            "taking; the last figure of a row still rises.",
        ),
    )


def exposure(material: Material) -> Section:
    """What is announced and not yet taken, by payer and by the month it would be taken."""
    found = open_exposure(material.engine, material.filters)
    expected = expected_takings(material.engine, material.filters)
    by_payer, outlook = _exposure_table(found), _outlook_table(expected)
    charts: tuple[ChartSpec, ...] = ()
    if found:
        charts = (_exposure_chart(found), _outlook_chart(expected))
    return Section(
        name="exposure",
        heading="Open exposure",
        title=_exposure_title(found, expected),
        notes="\n".join([told(by_payer), "", told(outlook)]),
        charts=charts,
        details=(by_payer, outlook),
        statements=(
            "As of now, whatever the period. Expected: notice plus each payer's mean lag over all months; an estimate, "
            "not a rule on when a payer may take.",
        ),
    )


def _appeals_title(material: Material) -> str:
    total = material.total
    decided = sum(total.count(name) for name, _ in OUTCOMES)
    won = decided - total.count("appeals_upheld")
    first = (
        f"{won:,} of {decided:,} decided appeals were won" if decided else "No appeal was decided"
    )
    if not total.usd("withheld"):
        return f"{first}; nothing was withheld"
    back = short_value(total.value("recovery_rate"), "share")
    return f"{first}; {back} of what was withheld has come back to date"


def _decisions_chart(material: Material) -> ChartSpec:
    shown = [one for one in material.payers_shown if any(one.count(name) for name, _ in OUTCOMES)]
    looks: tuple[tuple[Role, int | None], ...] = (
        ("good", None),
        ("category", 4),
        ("category", None),
    )
    parts: list[Part] = [
        (title, [one.count(name) for one in shown], role, place)
        for (name, title), (role, place) in zip(OUTCOMES, looks, strict=True)
    ]
    return stacked_parts(
        "Appeals decided, by payer", [one.name for one in shown], parts, "count", "Appeals decided"
    )


def _triangle_chart(cohorts: Sequence[Cohort]) -> ChartSpec:
    """The latest cohorts; columns are ages in the cohorts' own length."""
    shown = cohorts[-COHORTS:]
    span = "month" if shown[0].months == 1 else "quarter"
    ages = min(COHORTS, max(len(one.by_age) for one in shown))
    return heat_grid(
        f"Come back by {span}s since withheld",
        [f"+{age}" if age else f"Same {span}" for age in range(ages)],
        [(one.label, [one.share(age) for age in range(ages)]) for one in shown],
        "share",
        f"Share of what was withheld that came back, by {span} of taking and {span}s since",
    )


def _appeal_table(material: Material) -> Table:
    names = tuple(name for name, _ in OUTCOMES)

    def row(one: Figures, label: str) -> tuple[Cell, ...]:
        return (
            label,
            *(one.count(name) for name in names),
            one.value("appeal_success_rate"),
            one.usd("amount_at_issue"),
            one.usd("amount_overturned"),
        )

    won = "(appeals_full + appeals_partial) / (appeals_full + appeals_partial + appeals_upheld)"
    return Table(
        name="Appeals by payer",
        alt="Appeal decisions by payer",
        columns=(
            Column("payer", "Payer", "text"),
            *(Column(name, title, "count", total="sum") for name, title in OUTCOMES),
            Column("appeal_success_rate", "Appeal success rate", "share", won, "formula"),
            Column("amount_at_issue", "At issue", "usd", total="sum"),
            Column("amount_overturned", "Overturned", "usd", total="sum"),
        ),
        rows=tuple(row(one, one.name) for one in material.payers),
        total=row(material.total, "Total"),
    )


def _triangle_table(cohorts: Sequence[Cohort]) -> Table:
    """USD come back by each age; rates are left to formulas."""
    ages = max((len(one.by_age) for one in cohorts), default=0)
    withheld = sum((one.withheld for one in cohorts), NOTHING)
    back = sum((one.come_back for one in cohorts), NOTHING)
    rate = float(back / withheld) if withheld else None
    return Table(
        name="Recovery triangle",
        alt="What came back of each cohort's takings, by its age; the last figure of a row still rises",
        columns=(
            Column("cohort", "Withheld in", "text"),
            Column("withheld", "Withheld", "usd", total="sum"),
            Column("come_back", "Come back to date", "usd", total="sum"),
            Column("rate", "Recovery rate", "share", "come_back / withheld", "formula"),
            *(Column(f"age_{age}", f"By +{age}", "usd") for age in range(ages)),
        ),
        rows=tuple(
            (
                one.label,
                one.withheld,
                one.come_back,
                one.share(len(one.by_age) - 1) if one.withheld else None,
                *one.by_age,
                *(None,) * (ages - len(one.by_age)),
            )
            for one in cohorts
        ),
        total=("Total", withheld, back, rate, *(None,) * ages),
    )


def _exposure_title(found: Sequence[Exposure], expected: Sequence[Expected]) -> str:
    total = sum((one.total for one in found), NOTHING)
    if not total:
        return "Nothing is announced that has not been taken"
    top = max(found, key=lambda one: one.total)
    soon = next(((one.month, one.amount) for one in expected if one.month is not None), None)
    when = f"; {short_usd(soon[1])} falls into {month_in_words(soon[0])}" if soon else ""
    by = (
        f", {percent(top.total / total)} of it by {short_name(top.payer)}" if len(found) > 1 else ""
    )
    return f"{short_usd(total)} is announced and not yet taken{by}{when}"


def _exposure_chart(found: Sequence[Exposure]) -> ChartSpec:
    shown = found if len(found) <= NAMED + 1 else found[:NAMED]
    rest = found[len(shown) :]
    names = [one.payer for one in shown] + ([f"{REST} ({len(rest)})"] if rest else [])

    def values(pick: str) -> list[Decimal]:
        own = [getattr(one, pick) for one in shown]
        return own + ([sum((getattr(one, pick) for one in rest), NOTHING)] if rest else [])

    parts: list[Part] = [
        ("Put off", values("put_off"), "category", 0),
        ("Forwarded", values("forwarded"), "category", 1),
        ("Letters", values("announced"), "category", 4),
    ]
    return stacked_parts("Announced, by payer", names, parts, "usd", "Open exposure by payer")


def _outlook_chart(expected: Sequence[Expected]) -> ChartSpec:
    bars = [(_when(one), one.amount) for one in expected]
    places = {name: 0 for name, _ in bars}
    title = "Announced, by the month it would be taken"
    return ranked_bars(title, bars, "usd", places, "Announced, by expected month")


def _exposure_table(found: Sequence[Exposure]) -> Table:
    rows = [
        (one.payer, one.items, one.put_off, one.forwarded, one.letters, one.announced, one.total)
        for one in found
    ]
    return Table(
        name="Open exposure by payer",
        alt="What is put off, forwarded or announced by letter and not yet taken, by payer",
        columns=(
            Column("payer", "Payer", "text"),
            Column("items", "Open items", "count", total="sum"),
            Column("put_off", "Put off", "usd", total="sum"),
            Column("forwarded", "Forwarded", "usd", total="sum"),
            Column("letters", "Letters", "count", total="sum"),
            Column("announced", "Announced by letter", "usd", total="sum"),
            Column("total", "Total", "usd", "put_off + forwarded + announced", "formula"),
        ),
        rows=tuple(rows),
        total=(
            "Total",
            sum(one.items for one in found),
            sum((one.put_off for one in found), NOTHING),
            sum((one.forwarded for one in found), NOTHING),
            sum(one.letters for one in found),
            sum((one.announced for one in found), NOTHING),
            sum((one.total for one in found), NOTHING),
        ),
    )


def _outlook_table(expected: Sequence[Expected]) -> Table:
    return Table(
        name="Announced by expected month",
        alt="What is announced, by the month it would be taken at each payer's usual lag",
        columns=(
            Column("when", "Expected", "text"),
            Column("items", "Items and letters", "count", total="sum"),
            Column("amount", "USD", "usd", total="sum"),
        ),
        rows=tuple((_when(one), one.items, one.amount) for one in expected),
        total=(
            "Total",
            sum(one.items for one in expected),
            sum((one.amount for one in expected), NOTHING),
        ),
    )


def _when(one: Expected) -> str:
    if one.month is not None:
        return month_in_words(one.month)
    return "Past its usual lag" if one.overdue else "No lag known"
