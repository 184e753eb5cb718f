"""The rules about notice and time in words: which there are, how often each decided, which applied to an offset."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from data.rules import Rule
from kpis.engine import Engine
from kpis.filters import Filters, condition

UNIT_IN_WORDS = {"calendar": "day", "working": "working day", "months": "month"}


@dataclass(frozen=True)
class RuleStanding:
    """A rule and how many withdrawals of the period it decided."""

    rule: Rule
    decided: int

    @property
    def time(self) -> str:
        rule = self.rule
        return time_in_words(rule.days, rule.basis, rule.receipt_days)

    @property
    def scope(self) -> str:
        """Whom it is for, the parts that are set."""
        rule = self.rule
        parts = (rule.payer_key, rule.state, rule.plan_type, rule.cause)
        return ", ".join(part for part in parts if part) or "all"


@dataclass(frozen=True)
class AppliedRule:
    """The rule that applied to one offset, and the date it leads to."""

    kind: str
    due_date: date | None
    time: str
    clock_start: str
    citation: str
    confidence: str
    source: str


def rule_standings(engine: Engine, filters: Filters) -> tuple[RuleStanding, ...]:
    """Every rule, those that decided a withdrawal of the period first."""
    kept = condition(filters)
    rows = engine.query(
        f"""
        with decided as (
            select rule_in_force.rule_id, count(*) as decided
            from rule_in_force
            join withdrawn on withdrawn.receivable_id = rule_in_force.receivable_id
            where rule_in_force.due_date is not null and {kept.sql}
            group by rule_in_force.rule_id
        )
        select rule.*, coalesce(decided.decided, 0) as decided
        from rule
        left join decided on decided.rule_id = rule.rule_id
        order by decided desc, rule.kind, rule.rule_id
        """,  # noqa: S608  names are constants, values are parameters
        kept.params,
    ).to_pylist()
    return tuple(RuleStanding(decided=row.pop("decided"), rule=Rule(**row)) for row in rows)


def applied_rules(engine: Engine, receivable_id: str) -> tuple[AppliedRule, ...]:
    """The rules that applied to one offset: earliest day, time to appeal, look-back."""
    rows = engine.query(
        """
        select
            rule_in_force.kind
          , rule_in_force.due_date
          , rule.days
          , rule.basis
          , rule.receipt_days
          , rule.clock_start
          , rule.citation
          , rule.confidence
          , rule.source
        from rule_in_force
        join rule on rule.rule_id = rule_in_force.rule_id
        where rule_in_force.receivable_id = ?
        order by rule_in_force.kind
        """,
        [receivable_id],
    ).to_pylist()
    return tuple(
        AppliedRule(
            time=time_in_words(row.pop("days"), row.pop("basis"), row.pop("receipt_days")), **row
        )
        for row in rows
    )


def time_in_words(days: int | None, basis: str, receipt_days: int = 0) -> str:
    """A rule's time as people say it: "30 working days", "5 + 120 days", "none"."""
    if days is None:
        return "none"
    unit = UNIT_IN_WORDS[basis]
    counted = f"{days:,} {unit}{'' if days == 1 else 's'}"
    return f"{receipt_days} + {counted}" if receipt_days else counted
