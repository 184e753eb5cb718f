"""Secondary figures about the lag: how it is spread, what it is by dollars, and how often there was a notice at all."""

from __future__ import annotations

from kpis.catalog import SecondaryKpi

COUNTED = "case when has_lag then {} end"
NOTICED = "case when has_notice then {} end"
AT_PERCENTILE = f"percentile_cont({{}}) within group (order by {COUNTED.format('lag_days')})"
AT_FIRST = "The dollars are what the day of the first withdrawal took; later instalments are no part of them."

LAGS = (
    SecondaryKpi(
        name="recoupment_lag_median_days",
        title="Recoupment lag, median",
        unit="days",
        good="neither",
        formula="median of (first withdrawal − notice), in days",
        definition="Half of the withdrawals came within so many days of their notice.",
        edge_cases=f"As for the recoupment lag. {AT_FIRST}",
        facts="first withdrawal",
        value=AT_PERCENTILE.format("0.5"),
        count=f"count({COUNTED.format('1')})",
        amount=f"sum({COUNTED.format('amount')})",
        counted="has_lag",
        worth="lag_days",
    ),
    SecondaryKpi(
        name="recoupment_lag_p90_days",
        title="Recoupment lag, nine in ten within",
        unit="days",
        good="neither",
        formula="90th percentile of (first withdrawal − notice), in days",
        definition="Nine in ten withdrawals came within so many days of their notice.",
        edge_cases=f"As for the recoupment lag; between two lags it is interpolated. {AT_FIRST}",
        facts="first withdrawal",
        value=AT_PERCENTILE.format("0.9"),
        count=f"count({COUNTED.format('1')})",
        amount=f"sum({COUNTED.format('amount')})",
        counted="has_lag",
        worth="lag_days",
    ),
    SecondaryKpi(
        name="recoupment_lag_weighted_days",
        title="Recoupment lag by dollars",
        unit="days",
        good="neither",
        formula="Σ (lag × withheld at the first withdrawal) ÷ Σ withheld at the first withdrawal",
        definition="How many days after its notice the average dollar was taken, where the recoupment lag says so of "
        "the average receivable.",
        edge_cases="As for the recoupment lag. The weight is what the day of the first withdrawal took: instalments "
        "that follow came later than the lag says, and weigh nothing.",
        facts="first withdrawal",
        value=f"cast(sum({COUNTED.format('lag_days * amount')}) as double) "
        f"/ nullif(cast(sum({COUNTED.format('amount')}) as double), 0)",
        count=f"count({COUNTED.format('1')})",
        amount=f"sum({COUNTED.format('amount')})",
        counted="has_lag",
        worth="lag_days * amount",
        of="has_lag",
        of_worth="amount",
    ),
    SecondaryKpi(
        name="known_notice_share",
        title="Withdrawals with a known notice",
        unit="share",
        good="higher",
        formula="receivables withdrawn from with a notice on file ÷ receivables withdrawn from",
        definition="The share of receivables first withdrawn from in the period for which a letter or an earlier "
        "put-off is on file.",
        edge_cases="More than have a lag: a notice dated after the withdrawal, a refund and an elected immediate "
        f"recoupment are left out there. {AT_FIRST}",
        facts="first withdrawal",
        value=f"cast(count({NOTICED.format('1')}) as double) / nullif(count(*), 0)",
        count=f"count({NOTICED.format('1')})",
        amount=f"sum({NOTICED.format('amount')})",
        counted="has_notice",
        worth="1",
        of="true",
    ),
)
