"""Every figure, defined once: formula, unit, direction of good, and what it means in words.

Measures are sums over kpi_cube; KPIs are one sum of measures over another, so any roll-up is exact.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Unit = Literal["usd", "share", "days", "count"]
Good = Literal["higher", "lower", "neither"]


@dataclass(frozen=True)
class Measure:
    """A sum over the cube; `column` is its name there."""

    column: str
    title: str
    unit: Unit
    good: Good
    definition: str


@dataclass(frozen=True)
class Kpi:
    """A figure made of measures: `numerator` over `denominator`, or the numerator alone.

    Both are SQL expressions over summed measures. A zero denominator gives no value.
    `count` is the measure that says on how many cases the figure rests, `amount` the dollars of those cases: a
    measure too, or LAG_AMOUNT.
    """

    name: str
    title: str
    unit: Unit
    good: Good
    numerator: str
    denominator: str | None
    formula: str
    definition: str
    edge_cases: str
    amount: str | None = None
    count: str | None = None
    headline: bool = False


@dataclass(frozen=True)
class SecondaryKpi:
    """A figure read from facts rather than from the cube, see kpis/secondary.py.

    facts: the name of the rows it is made of, in kpis/secondary_facts.py. value, median, count and amount
    are SQL expressions over those rows; USD come back as decimals, shares and days as doubles.
    as_of: a balance, an age or a deadline on one day; the period does not narrow it.
    per: the column the rows are summed by before `value` is taken, e.g. payer for a concentration.

    For an audit: `counted` is the condition of the rows that count and `worth` what each adds; `of` and `of_worth`
    the same of the rows that a ratio is measured against. What has measures for its two parts names them in
    `of_measures` instead, numerator and denominator.
    """

    name: str
    title: str
    unit: Unit
    good: Good
    formula: str
    definition: str
    edge_cases: str
    facts: str
    value: str
    count: str = "count(*)"
    amount: str | None = None
    median: str | None = None
    as_of: bool = False
    per: str | None = None
    counted: str = "true"
    worth: str = "amount"
    of: str | None = None
    of_worth: str = "1"
    of_measures: tuple[str, str] | None = None


LAG_AMOUNT = "withheld_at_first"
"""What the first withdrawal took from the receivables whose lag is counted, USD; the ledger says it, not the cube."""

MEASURES = (
    Measure(
        "payments",
        "Payments before offsets",
        "usd",
        "neither",
        "What payers paid for claims before anything was withheld: claim payments plus what corrections took, "
        "per remittance. Causes and mechanisms have no payments of their own: they are measured against all "
        "payments of the slice.",
    ),
    Measure(
        "withheld",
        "Withheld",
        "usd",
        "lower",
        "Cash withheld for recoupment: per remittance and receivable, what its lines take less what they put "
        "off, forward or settle. Refunds, put-offs and forwarded balances are not withheld money.",
    ),
    Measure(
        "recovered",
        "Recovered",
        "usd",
        "higher",
        "Cash that came back on items withheld before: given back through provider adjustments, or paid on "
        "top by a re-processed claim, up to what was withheld.",
    ),
    Measure(
        "come_back_of_month",
        "Recovered to date",
        "usd",
        "higher",
        "What has come back so far of the money withheld in the period, whenever it came back.",
    ),
    Measure(
        "refunded",
        "Refunded by us",
        "usd",
        "neither",
        "Overpayments the provider paid back itself, as the payer's remittance acknowledges. Never an offset.",
    ),
    Measure("forgiven", "Forgiven", "usd", "higher", "Overpayments the payer wrote off."),
    Measure(
        "established",
        "Overpayments identified",
        "usd",
        "lower",
        "Overpayments first shown by a remittance in the period: the leading figure.",
    ),
    Measure(
        "put_off",
        "Put off",
        "usd",
        "neither",
        "Overpayments announced on a remittance and put off to a later one.",
    ),
    Measure("lag_days", "Days of lag", "days", "neither", "Sum of the lags that are counted."),
    Measure(
        "lag_count",
        "Withdrawals with a lag",
        "count",
        "neither",
        "Receivables first withdrawn from in the period whose notice is known and whose lag is counted.",
    ),
    Measure(
        "taken_count",
        "Receivables withdrawn from",
        "count",
        "lower",
        "Receivables first withdrawn from in the period.",
    ),
    Measure(
        "appeals_full",
        "Overturned in full",
        "count",
        "higher",
        "Appeal cases whose latest decision is a full win.",
    ),
    Measure(
        "appeals_partial",
        "Partially overturned",
        "count",
        "higher",
        "Appeal cases whose latest decision is a partial win.",
    ),
    Measure(
        "appeals_upheld",
        "Upheld",
        "count",
        "lower",
        "Appeal cases whose latest decision upholds the takeback.",
    ),
    Measure(
        "amount_at_issue",
        "At issue",
        "usd",
        "neither",
        "Dollars in dispute in decided appeal cases.",
    ),
    Measure(
        "amount_overturned",
        "Overturned",
        "usd",
        "higher",
        "Dollars decided in the provider's favour.",
    ),
)

KPIS = (
    Kpi(
        name="offset_volume_rate",
        title="Offset volume rate",
        unit="share",
        good="lower",
        numerator="withheld",
        denominator="payments",
        formula="withheld ÷ payments before offsets",
        definition="The share of what payers paid that they took back by paying less.",
        edge_cases="A remittance without payments of its own has no rate. By cause or mechanism the "
        "denominator is all payments of the slice, so the parts add up to the whole.",
        amount="withheld",
        count="taken_count",
        headline=True,
    ),
    Kpi(
        name="recoupment_lag_days",
        title="Recoupment lag",
        unit="days",
        good="neither",
        numerator="lag_days",
        denominator="lag_count",
        formula="mean of (first withdrawal − notice), in days",
        definition="How long after its notice a payer takes the money. Notice is the letter's date, else the "
        "payment date of the remittance that put the taking off.",
        edge_cases="Left out: settled by refund, later instalments, immediate recoupment elected by the "
        "provider, no notice on file. A letter dated after the withdrawal is a data-quality row, not a lag. "
        "A reversal and its taking on one day is no advance notice on the 835, which does not mean that "
        "no notice was sent.",
        amount=LAG_AMOUNT,
        count="lag_count",
        headline=True,
    ),
    Kpi(
        name="appeal_success_rate",
        title="Appeal success rate",
        unit="share",
        good="higher",
        numerator="appeals_full + appeals_partial",
        denominator="appeals_full + appeals_partial + appeals_upheld",
        formula="(full + partial) ÷ (full + partial + upheld)",
        definition="The share of decided appeal cases that were won in full or in part.",
        edge_cases="One per case, by the month of its latest decision. Pending, withdrawn and dismissed "
        "cases are no decisions and are shown apart.",
        amount="amount_overturned",
        count="appeals_full + appeals_partial + appeals_upheld",
        headline=True,
    ),
    Kpi(
        name="net_cash_impact",
        title="Net cash impact",
        unit="usd",
        good="higher",
        numerator="recovered - withheld",
        denominator=None,
        formula="recovered − withheld",
        definition="What takebacks did to cash in the period; negative is a drain. Interest is on its own line.",
        edge_cases="By payment date: money that comes back counts in the month it comes back.",
        amount="withheld",
        count="taken_count",
        headline=True,
    ),
    Kpi(
        name="recovery_rate",
        title="Recovery rate",
        unit="share",
        good="higher",
        numerator="come_back_of_month",
        denominator="withheld",
        formula="recovered to date of what was withheld in the period ÷ withheld in the period",
        definition="How much of the money withheld in the period has come back by now.",
        edge_cases="By cohort: recent months are immature and still rise. What comes back is set against the "
        "oldest taking of its item first.",
        amount="come_back_of_month",
    ),
    Kpi(
        name="recovery_rate_cash",
        title="Recovery rate, cash",
        unit="share",
        good="higher",
        numerator="recovered",
        denominator="withheld",
        formula="recovered in the period ÷ withheld in the period",
        definition="Cash that came back in the period against cash withheld in the same period.",
        edge_cases="Mixes the takings of different months; may exceed 100 %.",
        amount="recovered",
    ),
    Kpi(
        name="appeal_success_rate_strict",
        title="Appeal success rate, full wins only",
        unit="share",
        good="higher",
        numerator="appeals_full",
        denominator="appeals_full + appeals_partial + appeals_upheld",
        formula="full ÷ (full + partial + upheld)",
        definition="The share of decided appeal cases that were won in full.",
        edge_cases="As for the appeal success rate.",
        amount="amount_overturned",
        count="appeals_full + appeals_partial + appeals_upheld",
    ),
    Kpi(
        name="appeal_dollars_rate",
        title="Appeal success rate by dollars",
        unit="share",
        good="higher",
        numerator="amount_overturned",
        denominator="amount_at_issue",
        formula="overturned ÷ at issue, decided cases",
        definition="The share of the dollars in dispute that were decided in the provider's favour.",
        edge_cases="Cases without an amount at issue add nothing.",
        amount="amount_overturned",
    ),
)

HEADLINES = tuple(kpi for kpi in KPIS if kpi.headline)
KPI_BY_NAME = {kpi.name: kpi for kpi in KPIS}
MEASURE_BY_COLUMN = {measure.column: measure for measure in MEASURES}
