"""Which rows of a load tell of which payment: rows that name it, and rows that refer to it by a key."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TypeAlias

from data.ledger.spelling import bare
from loaders.posted.rows import Row, shortlist
from loaders.problems import Problem, shown
from loaders.tables.posted_rows import PostedRows

Name: TypeAlias = tuple[str, str | None, date | None]


@dataclass(frozen=True)
class PaymentRows:
    """All rows that tell of one payment; owner: the table whose result its facts belong to."""

    owner: int
    rows: list[Row] = field(default_factory=list)
    tables: set[int] = field(default_factory=set)

    def add(self, row: Row) -> None:
        """Take one more row."""
        self.rows.append(row)
        self.tables.add(row.table)


@dataclass(frozen=True)
class Joined:
    """Payments of a load in the order of their tables, and what keeps a table from loading, by table."""

    payments: list[PaymentRows]
    problems: dict[int, list[Problem]]


def join(tables: Sequence[PostedRows]) -> Joined:
    """Gather the rows of every payment.

    A row names its payment by payer, trace number, date and amount; a blank amount goes with the only
    one there is. Tables that name payments by a key (IMAGE_ID) or by the trace number alone belong to the
    table that has them all; a table without claims belongs to the one with claims that names the same
    payment. A row whose key points to a parent (REF_IMG_ID) belongs to the parent's payment.
    """
    gathering = _Gathering(tables)
    order = sorted(range(len(tables)), key=lambda t: (not tables[t].tells_claims, t))
    for table in order:
        if tables[table].tells_payments:
            gathering.take_named(table)
    for table in range(len(tables)):
        if not tables[table].tells_payments:
            gathering.take_referring(table)
    payments = sorted(gathering.payments, key=lambda payment: payment.owner)
    return Joined(payments, {t: shortlist(found) for t, found in gathering.problems.items()})


class _Gathering:
    """Payments as they are found, by name, by key and by trace number."""

    def __init__(self, tables: Sequence[PostedRows]) -> None:
        self._tables = tables
        self.payments: list[PaymentRows] = []
        self.problems: dict[int, list[Problem]] = defaultdict(list)
        self._by_name: dict[Name, list[tuple[Decimal | None, PaymentRows]]] = defaultdict(list)
        self._by_key: dict[str, PaymentRows] = {}
        self._by_trace: dict[str, list[PaymentRows]] = defaultdict(list)

    def take_named(self, table: int) -> None:
        """Gather a table whose rows name their payments; rows under a parent's key follow."""
        named: dict[Name, list[Row]] = defaultdict(list)
        children: list[Row] = []
        for record in self._tables[table].records:
            row = Row(table, record)
            if row.text("trace_number") is None and _referred_key(row):
                children.append(row)
            elif problem := _nameless(row):
                self.problems[table].append(problem)
            else:
                named[_name(row)].append(row)
        for name, rows in named.items():
            for payment in self._payments_of(table, name, rows):
                for row in payment.rows:
                    self._remember_key(row, payment)
        self._take_children(table, children)

    def take_referring(self, table: int) -> None:
        """Gather a table that refers to payments other tables name."""
        posted = self._tables[table]
        if not posted.records:
            return
        by_key = "remittance_key" in posted.present
        known = any("remittance_key" in t.present for t in self._tables if t.tells_payments)
        name = "remittance_key" if by_key else "trace_number"
        if name not in posted.present or not (known if by_key else self._by_trace):
            self.problems[table].append(_no_payments(posted, by_key))
            return
        for record in posted.records:
            row = Row(table, record)
            key = row.text(name)
            found = self._referred(key, by_key)
            if len(found) == 1:
                found[0].add(row)
            else:
                self.problems[table].append(_unknown_key(row, name, key, len(found)))

    def _referred(self, key: str | None, by_key: bool) -> list[PaymentRows]:
        if key is None:
            return []
        if by_key:
            return [self._by_key[key]] if key in self._by_key else []
        return self._by_trace[key]

    def _payments_of(self, table: int, name: Name, rows: list[Row]) -> list[PaymentRows]:
        """The payments one name stands for: one for each amount."""
        amounts = {amount for row in rows if (amount := row.amount("payment_amount")) is not None}
        if len(amounts) < 2:
            return [self._one_payment(table, name, next(iter(amounts), None), rows)]
        payments = []
        for amount in sorted(amounts):
            same = [row for row in rows if row.amount("payment_amount") == amount]
            payments.append(self._one_payment(table, name, amount, same))
        blank = [row for row in rows if row.amount("payment_amount") is None]
        self.problems[table] += [_which_amount(row, sorted(amounts)) for row in blank]
        return payments

    def _one_payment(
        self, table: int, name: Name, amount: Decimal | None, rows: Iterable[Row]
    ) -> PaymentRows:
        payment = self._partner(table, name, amount)
        if payment is None:
            payment = PaymentRows(table)
            self.payments.append(payment)
            self._by_name[name].append((amount, payment))
            self._by_trace[name[1] or ""].append(payment)
        for row in rows:
            payment.add(row)
        return payment

    def _partner(self, table: int, name: Name, amount: Decimal | None) -> PaymentRows | None:
        """The payment of another table that this one completes: no level is told by both."""
        fitting = [
            payment
            for known, payment in self._by_name[name]
            if (known is None or amount is None or known == amount)
            and not any(_overlap(self._tables[table], self._tables[t]) for t in payment.tables)
        ]
        return fitting[0] if len(fitting) == 1 else None

    def _take_children(self, table: int, rows: list[Row]) -> None:
        for row in rows:
            key = _referred_key(row)
            parent = self._by_key.get(key or "")
            if parent is None:
                self.problems[table].append(_unknown_key(row, "remittance_key", key, 0))
            else:
                parent.add(row)
                self._remember_key(row, parent)

    def _remember_key(self, row: Row, payment: PaymentRows) -> None:
        key = row.text("remittance_key")
        if key is None:
            return
        if self._by_key.setdefault(key, payment) is not payment:
            self.problems[row.table].append(_two_payments(row, key))


def _name(row: Row) -> Name:
    payer = row.text("payer_name") or row.text("payer_id") or ""
    return bare(payer), row.text("trace_number"), row.day("payment_date")


def _referred_key(row: Row) -> str | None:
    """The key of the payment a row belongs to: its parent's, else its own."""
    return row.text("parent_remittance_key") or row.text("remittance_key")


def _overlap(one: PostedRows, other: PostedRows) -> bool:
    return (one.tells_claims and other.tells_claims) or (
        one.tells_provider_adjustments and other.tells_provider_adjustments
    )


def _nameless(row: Row) -> Problem | None:
    """What keeps a row from naming its payment."""
    for name, words in (("trace_number", "trace number"), ("payment_date", "payment date")):
        if row.record.get(name) is None:
            return _blank(row, words)
    if row.text("payer_name") is None and row.text("payer_id") is None:
        return _blank(row, "payer name")
    return None


def _blank(row: Row, words: str) -> Problem:
    message = f"The {words} is blank: the row names no payment."
    return Problem("error", row.place, words, "", message, "Fill it in, or take the row out.")


def _which_amount(row: Row, amounts: list[Decimal]) -> Problem:
    message = (
        f"The payment amount is blank, and the trace number stands for {len(amounts)} payments:"
        f" {', '.join(str(amount) for amount in amounts[:3])}."
    )
    trace = row.text("trace_number") or ""
    return Problem("error", row.place, "payment amount", shown(trace), message, "Fill it in.")


def _two_payments(row: Row, key: str) -> Problem:
    message = "The same remittance key stands for two payments."
    remedy = "Export the table of payments again; a key names one payment."
    return Problem("error", row.place, "remittance key", shown(key), message, remedy)


def _unknown_key(row: Row, name: str, key: str | None, found: int) -> Problem:
    words = name.replace("_", " ")
    if key is None:
        return _blank(row, words)
    message = (
        f"The {words} stands for {found} payments of this load."
        if found
        else f"The {words} is in no table of payments of this load."
    )
    remedy = "Load the table of payments that has it (Epic: CL_REMIT) together with this one."
    return Problem("error", row.place, words, shown(key), message, remedy)


def _no_payments(posted: PostedRows, by_key: bool) -> Problem:
    """Says what a table lacks to load alone, and what to load it with."""
    lacking = [
        words
        for words, names in (
            ("payer name", {"payer_name", "payer_id"}),
            ("trace number", {"trace_number"}),
            ("payment date", {"payment_date"}),
        )
        if not names & posted.present
    ]
    missing = f"There is no column for the {', the '.join(lacking)}"
    if by_key:
        message = f"{missing}, and no table of payments with its remittance key was given."
        remedy = "Load CL_REMIT (or the table with check number, date and amount) together with it."
    else:
        message = f"{missing}, so the rows name no payment."
        remedy = (
            "Add the column, state the value in a mapping, or load the table of payments (check number,"
            " payer, date, amount) together with it."
        )
    return Problem("error", "row 1", "header", "", message, remedy)
