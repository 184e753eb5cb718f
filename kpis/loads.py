"""What was loaded and what was wrong with it: load history, problems, remittances in quarantine."""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa

from kpis.engine import Engine, page_of

SEVERITIES = ("error", "warning", "info")


@dataclass(frozen=True)
class Holdings:
    """What the warehouse holds: files, whether all of them are the bundled sample, remittances, findings."""

    files: int
    is_sample: bool
    remittances: int
    in_quarantine: int
    problems: int

    @property
    def is_empty(self) -> bool:
        return self.files == 0


def holdings(engine: Engine) -> Holdings:
    """Counts over everything loaded; needs no ledger, so it works where every file was refused."""
    (row,) = engine.query(
        """
        select
            (select count(*) from load) as files
          , (select count(*) > 0 and bool_and(is_sample) from load) as is_sample
          , (select count(*) from remittance) as remittances
          , (select count(*) from remittance where balance_state <> 'balanced') as in_quarantine
          , (select count(*) from problem) as problems
        """
    ).to_pylist()
    return Holdings(**row)


def load_history(engine: Engine) -> pa.Table:
    """Every file loaded, latest first.

    Columns: load_id, loaded_at (UTC), file, kind, rows, claims, paid (BPR02, USD), in_quarantine,
    problems, bytes, is_sample.
    """
    return engine.query(
        """
        with paid as (
            select
                load_id
              , sum(payment_amount) as paid
              , count(case when balance_state <> 'balanced' then 1 end) as in_quarantine
            from remittance
            group by load_id
        )
        , claim as (
            select remittance.load_id, count(*) as claims
            from claim_payment
            join remittance on remittance.remittance_id = claim_payment.remittance_id
            group by remittance.load_id
        )
        , finding as (
            select load_id, count(*) as problems from problem group by load_id
        )
        select
            load.load_id
          , load.loaded_at
          , load.file
          , load.kind
          , load.rows
          , coalesce(claim.claims, 0) as claims
          , cast(paid.paid as decimal(18, 2)) as paid
          , coalesce(paid.in_quarantine, 0) as in_quarantine
          , coalesce(finding.problems, 0) as problems
          , load.bytes
          , load.is_sample
        from load
        left join paid on paid.load_id = load.load_id
        left join claim on claim.load_id = load.load_id
        left join finding on finding.load_id = load.load_id
        order by load.load_id desc
        """
    )


def problem_counts(engine: Engine) -> dict[str, int]:
    """How many findings there are of each severity, all three named."""
    found = engine.query("select severity, count(*) as problems from problem group by severity")
    counts = {row["severity"]: row["problems"] for row in found.to_pylist()}
    return {severity: counts.get(severity, 0) for severity in SEVERITIES}


def problems(
    engine: Engine, severity: str | None = None, limit: int | None = None, offset: int = 0
) -> pa.Table:
    """Findings, latest first, refused files included; all severities where none is named.

    Columns: found_at (UTC), file, severity, location, field, value, message, remedy, refused.
    """
    sql = """
        select found_at, file, severity, location, field, value, message, remedy, load_id is null as refused
        from problem
        where severity = ? or ? is null
        order by found_at desc, file, location, field, message
    """
    return page_of(engine, sql, [severity, severity], limit, offset)


def quarantined(engine: Engine) -> pa.Table:
    """Remittances that do not tie to their payment, or could not be checked: stored, and in no figure.

    Columns: remittance_id, payment_date, payer, trace_number, payment_amount, claim_paid,
    provider_adjustment_total, difference (USD, signed), balance_state, file, archive, byte_start, byte_end.
    """
    return engine.query(
        """
        select
            remittance.remittance_id
          , remittance.payment_date
          , coalesce(remittance.payer_name, 'Unknown payer') as payer
          , remittance.trace_number
          , remittance.payment_amount
          , remittance.claim_paid
          , remittance.provider_adjustment_total
          , remittance.difference
          , remittance.balance_state
          , load.file
          , load.archive
          , remittance.byte_start
          , remittance.byte_end
        from remittance
        join load on load.load_id = remittance.load_id
        where remittance.balance_state <> 'balanced'
        order by remittance.payment_date desc nulls last, remittance.remittance_id
        """
    )
