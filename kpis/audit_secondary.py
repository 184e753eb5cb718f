"""The rows behind a secondary figure, in the columns of an audit: what counts, and what it is measured against."""

from __future__ import annotations

from datetime import date

from kpis.audit_queries import DIMENSIONS, ITEM
from kpis.catalog import SecondaryKpi
from kpis.filters import Condition, Filters
from kpis.secondary import facts_query
from kpis.secondary_facts import FACTS

OF_RECEIVABLE = ", ".join(f"receivable.{name}" for name in ITEM if name != "receivable_id")

DECIDING_ROW = """
    select
        payer_key
      , case_number
      , max_by(load_id, level) as load_id
      , max_by(row_number, level) as row_number
    from current_appeal
    group by payer_key, case_number
"""


def secondary_rows(
    kpi: SecondaryKpi, filters: Filters, day: date | None, days_ahead: int
) -> Condition:
    """A with clause that ends in `counted_row`: the rows of the figure, as the queries of `kpis.audit_queries`.

    part: "numerator" and "denominator" of a ratio, null where the figure is no ratio.
    """
    facts = FACTS[kpi.facts]
    asked = facts_query(facts, filters, day, days_ahead, as_of=kpi.as_of)
    of_dimensions = ", ".join(
        f"named.{name}" if name in facts.dimensions or name == "month" else f"null as {name}"
        for name in DIMENSIONS
    )
    parts = (
        [(None, kpi.counted, kpi.worth)]
        if kpi.of is None
        else [("numerator", kpi.counted, kpi.worth), ("denominator", kpi.of, kpi.of_worth)]
    )
    chosen = " union all ".join(
        f"""
        select
            {of_dimensions}
          , named.payer as of_payer
          , cast({"null" if part is None else repr(part)} as varchar) as part
          , {worth} as value
          , cast({facts.item} as varchar) as receivable_id
          , cast({facts.remittance} as bigint) as remittance_id
          , cast({facts.claim_no} as integer) as claim_no
          , cast({facts.case_number} as varchar) as case_number
          , cast({facts.notice_id} as varchar) as notice_id
        from named
        where {condition}
        """  # noqa: S608  the catalog's own expressions
        for part, condition, worth in parts
    )
    sql = f"""
        {asked.sql}
        , chosen as ({chosen})
        , deciding_row as ({DECIDING_ROW})
        , counted_row as (
            select
                {", ".join(f"chosen.{name}" for name in DIMENSIONS)}
              , chosen.of_payer
              , chosen.part
              , chosen.value
              , '{kpi.facts}' || coalesce(' ' || chosen.case_number, '') as what
              , chosen.receivable_id
              , {OF_RECEIVABLE}
              , chosen.remittance_id
              , chosen.claim_no
              , coalesce(
                    current_notice.load_id, deciding_row.load_id, remittance.load_id
                ) as load_id
              , coalesce(claim_payment.byte_start, remittance.byte_start) as byte_start
              , coalesce(claim_payment.byte_end, remittance.byte_end) as byte_end
              , coalesce(current_notice.row_number, deciding_row.row_number) as row_number
            from chosen
            left join receivable on receivable.receivable_id = chosen.receivable_id
            left join remittance on remittance.remittance_id = chosen.remittance_id
            left join claim_payment
              on claim_payment.remittance_id = chosen.remittance_id
             and claim_payment.claim_no = chosen.claim_no
            left join deciding_row
              on deciding_row.payer_key = chosen.payer_key
             and deciding_row.case_number = chosen.case_number
            left join current_notice on current_notice.notice_id = chosen.notice_id
        )
    """  # noqa: S608
    return Condition(sql, asked.params)
