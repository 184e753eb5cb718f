"""Posted remittance in tables: the typed rows of one load become the same facts as those of an 835.

The grain is found from the columns and from which keys repeat:

- payment: trace number, date and amount; one row per check.
- claim: what claims were paid, with the payment's columns repeated; one row per claim.
- line or adjustment: procedure, reason or remark columns beside them; a claim, a line and a payment count
  once however many rows repeat them.
- provider adjustment: an amount with a PLB code, a reference or the payer's wording, with or without the
  payment's amount; such rows may stand among claim rows, their other columns blank.
- set: several tables of one load, some of which refer to payments by a key (IMAGE_ID) or a trace number.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal

from loaders.posted.balance import Balance, balance_of, balance_problems
from loaders.posted.claims import line_level_fields
from loaders.posted.facts import Signs, facts_of
from loaders.posted.findings import findings_of, joined_note
from loaders.posted.joins import PaymentRows, join
from loaders.posted.payments import Posted, read_payment, with_reversals
from loaders.posted.rows import shortlist
from loaders.posted.signs import claim_adjustment_sign, provider_adjustment_sign
from loaders.problems import Problem
from loaders.results import NO_MONEY, FileFacts, FileRead, FileResult
from loaders.tables.posted_rows import PostedRows

KIND = "remittance"


def assemble(tables: Sequence[PostedRows]) -> list[FileRead]:
    """Read all tables of posted remittance of one load; one result per table, in the same order.

    Tables that tell of the same payments are one set and load whole or not at all. Facts of a set belong
    to the table that names the payments; the others load with no facts of their own. Amounts are USD;
    provider and claim adjustments come out positive where they reduce payment, whatever the table prints.
    """
    joined = join(tables)
    reads: dict[int, FileRead] = {}
    of_set: dict[frozenset[int], list[PaymentRows]] = defaultdict(list)
    sets = _sets(len(tables), joined.payments)
    for payment in joined.payments:
        of_set[sets[payment.owner]].append(payment)
    for members in dict.fromkeys(sets):
        problems = {t: list(joined.problems.get(t, [])) for t in sorted(members)}
        if any(problems.values()):
            reads |= _refused(tables, problems)
        elif not any(tables[t].records for t in members):
            reads |= {t: _result(tables, t, (), (), Signs(1, 1), []) for t in members}
        else:
            reads |= _read_set(tables, sorted(members), of_set[members])
    return [reads[number] for number in range(len(tables))]


def _sets(size: int, payments: Sequence[PaymentRows]) -> list[frozenset[int]]:
    """The set each table belongs to: tables that share a payment load together."""
    sets = [frozenset({number}) for number in range(size)]
    for tables in {frozenset(payment.tables) for payment in payments}:
        whole = frozenset().union(*(sets[number] for number in tables))
        for number in whole:
            sets[number] = whole
    return sets


def _read_set(
    tables: Sequence[PostedRows], members: Sequence[int], gathered: Sequence[PaymentRows]
) -> dict[int, FileRead]:
    """Read the payments of one set, decide its signs, and give each table its result."""
    line_level = line_level_fields(tables, gathered)
    has_claims = any(tables[t].tells_claims and not tables[t].tells_payments for t in members)
    posted = with_reversals([read_payment(p, tables, line_level, has_claims) for p in gathered])
    stated = _stated(tables, members)
    provider = provider_adjustment_sign(posted, stated)
    claim = claim_adjustment_sign(posted, stated)
    problems: dict[int, list[Problem]] = {number: [] for number in members}
    source = _source(posted) if posted else members[0]
    if provider.problem:
        problems[source].append(provider.problem)
    if claim.problem:
        problems[source].append(claim.problem)
    if provider.factor is None or not posted:
        if not posted:
            problems[source].append(_empty())
        return _refused(tables, problems)
    signs = Signs(provider.factor, claim.factor or 1)
    balances = [balance_of(payment, signs.provider_adjustments) for payment in posted]
    for number, problem in findings_of(posted, balances, signs.claim_adjustments):
        problems[number].append(problem)
    return {
        number: _result(tables, number, posted, balances, signs, problems[number])
        for number in members
    }


def _stated(tables: Sequence[PostedRows], members: Sequence[int]) -> bool | None:
    """The sign the mappings of a set state; None where they state none, or both."""
    stated = {tables[t].adjustments_reduce for t in members} - {None}
    return stated.pop() if len(stated) == 1 else None


def _source(payments: Sequence[Posted]) -> int:
    """The table that lists the provider adjustments, else the one that names the payments."""
    rows = (a.row.table for payment in payments for a in payment.provider_adjustments)
    return next(rows, payments[0].owner)


def _result(
    tables: Sequence[PostedRows],
    number: int,
    posted: Sequence[Posted],
    balances: Sequence[Balance],
    signs: Signs,
    problems: list[Problem],
) -> FileRead:
    own = [i for i, payment in enumerate(posted) if payment.owner == number]
    payments, ties = [posted[i] for i in own], [balances[i] for i in own]
    notes = _joins(tables, number, posted)
    result = FileResult(tables[number].path, "loaded", KIND)
    if not payments:
        rows = len(tables[number].records)
        result = replace(result, problems=(*notes, *problems), rows=rows)
        return FileRead(result, FileFacts({}))
    facts = facts_of(payments, ties, signs, tables, number)
    findings = (*shortlist(balance_problems(payments, ties)), *notes, *problems)
    return FileRead(_counted(replace(result, problems=findings), ties, facts), facts)


def _counted(result: FileResult, balances: Sequence[Balance], facts: FileFacts) -> FileResult:
    states = [balance.state for balance in balances]
    return replace(
        result,
        remittances=facts.tables["remittance"].num_rows,
        claims=facts.tables["claim_payment"].num_rows,
        service_lines=facts.tables["service_payment"].num_rows,
        claim_adjustments=facts.tables["claim_adjustment"].num_rows,
        provider_adjustments=facts.tables["provider_adjustment"].num_rows,
        payment_amount=_sum(balance.payment_amount for balance in balances),
        claim_paid=_sum(balance.claim_paid for balance in balances),
        provider_adjustment_total=_sum(b.provider_adjustment_total for b in balances),
        unbalanced=states.count("unbalanced"),
        quarantined=len(states) - states.count("balanced"),
        rows=len(states),
    )


def _sum(amounts: Iterable[Decimal | None]) -> Decimal:
    return sum((amount for amount in amounts if amount is not None), NO_MONEY)


def _joins(tables: Sequence[PostedRows], number: int, posted: Sequence[Posted]) -> list[Problem]:
    """Where the rows of a table went that belong to payments of other tables."""
    elsewhere: dict[int, list[Posted]] = defaultdict(list)
    for payment in posted:
        if payment.owner != number and number in payment.tables:
            elsewhere[payment.owner].append(payment)
    return [joined_note(found, tables[owner].path) for owner, found in elsewhere.items()]


def _refused(
    tables: Sequence[PostedRows], problems: dict[int, list[Problem]]
) -> dict[int, FileRead]:
    """A set that cannot load: each table says why, or which table keeps it from loading."""
    guilty = [t for t, found in problems.items() if any(p.severity == "error" for p in found)]
    names = ", ".join(tables[number].path for number in guilty)
    return {
        number: FileRead(
            FileResult(
                tables[number].path,
                "rejected",
                KIND,
                tuple(found) if number in guilty else (*found, _kept_back(names)),
            ),
            None,
        )
        for number, found in problems.items()
    }


def _kept_back(names: str) -> Problem:
    message = (
        f"It belongs together with {names}, which was refused: a set loads whole or not at all."
    )
    return Problem("error", "whole table", "table", "", message, "Correct the other table first.")


def _empty() -> Problem:
    message = "No row tells of a payment."
    return Problem("error", "whole table", "row", "", message, "Export the table with its rows.")
