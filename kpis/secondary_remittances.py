"""Secondary figures about remittances: how many are touched, how late they are posted, which do not balance."""

from __future__ import annotations

from kpis.catalog import SecondaryKpi

_ONLY_PAYER = (
    "A remittance pays all specialties and plans at once: only payer and period narrow it."
)

REMITTANCES = (
    SecondaryKpi(
        name="offset_volume_rate_by_count",
        title="Offset volume rate by count",
        unit="share",
        good="lower",
        formula="remittances with money withheld ÷ remittances with payments",
        definition="How often a remittance arrives with something taken out of it.",
        edge_cases=f"A remittance without payments of its own is in neither part. {_ONLY_PAYER}",
        facts="posted remittance",
        value="cast(count(case when withheld > 0 and payments > 0 then 1 end) as double) "
        "/ nullif(count(case when payments > 0 then 1 end), 0)",
        count="count(case when withheld > 0 and payments > 0 then 1 end)",
        amount="sum(case when payments > 0 then withheld end)",
        counted="withheld > 0 and payments > 0",
        worth="1",
        of="payments > 0",
    ),
    SecondaryKpi(
        name="posting_delay_days",
        title="Posting delay",
        unit="days",
        good="lower",
        formula="mean of (day loaded − payment date), in days",
        definition="How long after a payment its remittance reaches this warehouse.",
        edge_cases="What was loaded on the first day of all is history brought in at once and left out, as are "
        f"remittances that do not balance. {_ONLY_PAYER}",
        facts="remittance",
        value="avg(days)",
        count="count(days)",
        median="percentile_cont(0.5) within group (order by days)",
        counted="days is not null",
        worth="days",
    ),
    SecondaryKpi(
        name="unbalanced_share",
        title="Remittances that do not balance",
        unit="share",
        good="lower",
        formula="remittances in quarantine ÷ remittances",
        definition="Remittances whose payment is not what their claims and adjustments come to, or that cannot "
        "be checked.",
        edge_cases=f"They are in no other figure. The dollars are their differences without sign. {_ONLY_PAYER}",
        facts="remittance",
        value="cast(count(case when is_off then 1 end) as double) / nullif(count(*), 0)",
        count="count(case when is_off then 1 end)",
        amount="sum(case when is_off then amount end)",
        counted="is_off",
        worth="1",
        of="true",
    ),
)
