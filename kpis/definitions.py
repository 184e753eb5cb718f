"""What every figure means, in words: KPIs, mechanisms, matching tiers, and how a remittance balances."""

from __future__ import annotations

import re
from dataclasses import dataclass

from data.ledger.events import (
    ALLOCATED,
    DECIDED,
    EXACT,
    FROM_CLAIM,
    LINEAGE,
    LUMP,
    NORMALISED,
    OF_TRACE,
    OTHER_NUMBER,
    PAID_CLAIM,
    PAID_CLAIM_INSIDE,
    PAID_CLAIM_SPELLED,
    PARSED,
    SAME_AMOUNT,
    UNMATCHED,
)
from kpis.cards import band_in_words
from kpis.catalog import KPI_BY_NAME, KPIS, MEASURE_BY_COLUMN, Kpi, Unit
from kpis.engine import Engine
from kpis.secondary import SECONDARY
from kpis.targets import Target, TargetBook, target_book

_COLUMN = re.compile(r"[a-z_]+")


@dataclass(frozen=True)
class KpiInWords:
    """A KPI as the Definitions page tells it."""

    kpi: Kpi
    numerator: str
    denominator: str
    target: str
    provenance: str


@dataclass(frozen=True)
class SecondaryInWords:
    """A secondary figure as the Definitions page tells it."""

    title: str
    unit: Unit
    formula: str
    definition: str
    edge_cases: str
    booked: str


@dataclass(frozen=True)
class Cause:
    """A root cause, the control that prevents it, and the codes that lead to it."""

    cause: str
    preventive_control: str
    claim_adjustment_reasons: str
    remarks: str


MECHANISMS = (
    (
        "Claim reversal",
        "A claim is reversed (claim status 22) and paid again for less in the same remittance.",
    ),
    (
        "Overpayment recovery (WO)",
        "A provider adjustment takes an overpayment announced before, often put off from a reversal.",
    ),
    (
        "Unspecified recovery (WU)",
        "A provider adjustment takes money without saying which overpayment it is for.",
    ),
    (
        "Affiliated offset (OB)",
        "An affiliated provider's overpayment is taken from this provider's money: it crosses entities.",
    ),
    (
        "Forwarding balance (FB)",
        "A balance that one remittance had too little money for is taken from a later one. Never a new overpayment.",
    ),
    ("Settlement (72)", "An acknowledged refund takes more than it settles; the rest is cash."),
    ("Settlement (B2)", "A rebate takes more than it gives."),
    ("Settlement (CS)", "An adjustment that its reference ties to a receivable."),
    ("Not taken", "Announced, and nothing withheld so far."),
)

MATCHING_TIERS = tuple(
    (match.tier, match.method, match.confidence, meaning)
    for match, meaning in (
        (
            DECIDED,
            "A person has said which item it is, or that it is none: with who, when and why.",
        ),
        (FROM_CLAIM, "The reversal names the claim whose payment it takes."),
        (EXACT, "Payer, payee and reference are the same."),
        (
            PAID_CLAIM,
            "The reference is the number of a claim paid before, for no less, that no reversal, letter or recovery "
            "is about.",
        ),
        (NORMALISED, "The same once these are left out."),
        (PAID_CLAIM_SPELLED, "As above, the number spelled otherwise."),
        (PARSED, "A claim or trace number we know stands inside a longer reference."),
        (
            OF_TRACE,
            "The reference is, or holds, the trace number of an earlier remittance: what that put off or forwarded.",
        ),
        (PAID_CLAIM_INSIDE, "As above, the number inside a longer reference."),
        (OTHER_NUMBER, "The reference is another number of the claim that the item is about."),
        (LINEAGE, "The original and the re-processed claim point to each other."),
        (SAME_AMOUNT, "No other open item of payer and payee has it."),
        (LUMP, "The only set of open items whose sum is the amount taken."),
        (
            ALLOCATED,
            "A forwarding balance is one pool: its split over items is an allocation. Totals are exact.",
        ),
        (UNMATCHED, "No item is known, or several fit equally well. Never guessed."),
    )
)
"""Tier, method and confidence as the ledger writes them, and what each means."""

BALANCE = (
    ("ΣCLP04", "what the remittance pays for its claims, reversals included"),
    (
        "R",
        "overpayments taken through claims: for each reversal and its correction, what the pair takes",
    ),
    ("P = ΣCLP04 + R", "payments before offsets"),
    (
        "W",
        "signed sum of provider adjustments that recover, put off, forward or settle; positive reduces the payment",
    ),
    ("C = R + W", "net cash withheld for recoupment in this remittance"),
    ("O", "every other provider adjustment: interest, advances, third-party debt, other"),
    (
        "BPR02 = P − C − O",
        "the deposit; a remittance that misses it by a cent is set aside and reaches no figure",
    ),
)


def kpis_in_words(book: TargetBook | None = None) -> tuple[KpiInWords, ...]:
    """Every KPI of the catalog, with its target in the book; in the file where none is given."""
    targets = book or target_book()
    return tuple(_in_words(kpi, targets.of(kpi.name)) for kpi in KPIS)


def secondary_in_words() -> tuple[SecondaryInWords, ...]:
    """Every secondary figure that is not told among the KPIs already."""
    return tuple(
        SecondaryInWords(
            title=kpi.title,
            unit=kpi.unit,
            formula=kpi.formula,
            definition=kpi.definition,
            edge_cases=kpi.edge_cases,
            booked="as of now" if kpi.as_of else "of the period",
        )
        for kpi in SECONDARY
        if kpi.name not in KPI_BY_NAME
    )


def causes(engine: Engine) -> tuple[Cause, ...]:
    """Root causes in the order of the reference table."""
    codes: dict[tuple[str, str], list[str]] = {}
    for row in engine.query(
        "select code_set, code, cause from code_cause order by code"
    ).to_pylist():
        codes.setdefault((row["cause"], row["code_set"]), []).append(row["code"])
    return tuple(
        Cause(
            cause=row["cause"],
            preventive_control=row["preventive_control"],
            claim_adjustment_reasons=" ".join(codes.get((row["cause"], "CARC"), [])),
            remarks=" ".join(codes.get((row["cause"], "RARC"), [])),
        )
        for row in engine.query(
            "select cause, preventive_control from cause order by cause"
        ).to_pylist()
    )


def expression_in_words(expression: str) -> str:
    """An expression over measures with their titles: "Recovered − Withheld"."""
    named = _COLUMN.sub(lambda found: MEASURE_BY_COLUMN[found.group()].title, expression)
    return named.replace(" - ", " − ")


def _in_words(kpi: Kpi, target: Target | None) -> KpiInWords:
    return KpiInWords(
        kpi=kpi,
        numerator=expression_in_words(kpi.numerator),
        denominator="none: an amount, not a ratio"
        if kpi.denominator is None
        else expression_in_words(kpi.denominator),
        target="none set" if target is None else band_in_words(target, kpi.unit),
        provenance="" if target is None else target.provenance,
    )
