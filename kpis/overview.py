"""What a leader sees first: the cash bridge, what moved the last month, what is still open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from kpis.engine import Engine
from kpis.filters import Filters, condition
from kpis.format import exact_usd
from kpis.letters import LETTERS
from kpis.money import NOTHING
from kpis.periods import add_months, month_in_words


@dataclass(frozen=True)
class CashBridge:
    """How payments before offsets became deposits, USD; every part but `payments` and `deposits` is
    signed as it moves the deposit: negative takes away."""

    payments: Decimal
    withheld: Decimal
    given_back: Decimal
    credits: Decimal
    interest: Decimal
    third_party_debt: Decimal
    advances: Decimal
    other: Decimal
    deposits: Decimal
    remittances: int

    @property
    def parts(self) -> tuple[tuple[str, Decimal], ...]:
        """What lies between payments and deposits, in order, by the name it has on screen."""
        return (
            ("Withheld", self.withheld),
            ("Given back", self.given_back),
            ("Other credits", self.credits),
            ("Interest", self.interest),
            ("Third-party debt", self.third_party_debt),
            ("Advances", self.advances),
            ("Other adjustments", self.other),
        )

    @property
    def difference(self) -> Decimal:
        """Deposits less what the bridge arrives at, USD; 0 when it ties."""
        return self.deposits - self.payments - sum((amount for _, amount in self.parts), NOTHING)


@dataclass(frozen=True)
class Move:
    """One payer's or cause's withheld USD in two months; share of all that moved the same way."""

    name: str
    now: Decimal
    before: Decimal
    share: float

    @property
    def change(self) -> Decimal:
        return self.now - self.before


@dataclass(frozen=True)
class WhatChanged:
    """What moved the withheld USD of a month against another, by default the one before; largest moves first.

    only: the payer it is about, where it is about one alone: the move is all its own.
    """

    month: date
    now: Decimal
    before: Decimal
    payers: tuple[Move, ...]
    causes: tuple[Move, ...]
    against: date | None = None
    only: str | None = None

    @property
    def told_of(self) -> tuple[tuple[str, tuple[Move, ...]], ...]:
        """The moves worth telling, by what they are of."""
        of_payers = (("By payer", self.payers),) if self.only is None else ()
        return (*of_payers, ("By cause", self.causes))

    @property
    def headline(self) -> str:
        """The month in one sentence."""
        this, last = month_in_words(self.month), month_in_words(self.compared_month)
        change, who = self.now - self.before, self.only or "payers"
        if change == 0:
            return f"In {this} {who} withheld {exact_usd(self.now)}, the same as in {last}."
        direction = "more" if change > 0 else "less"
        return (
            f"In {this} {who} withheld {exact_usd(self.now)}: "
            f"{exact_usd(abs(change))} {direction} than in {last}."
        )

    @property
    def compared_month(self) -> date:
        """The month compared with."""
        return self.against or add_months(self.month, -1)


@dataclass(frozen=True)
class Exposure:
    """What one payer has still to take, USD, as of now."""

    payer: str
    items: int
    put_off: Decimal
    forwarded: Decimal
    letters: int
    announced: Decimal

    @property
    def total(self) -> Decimal:
        return self.put_off + self.forwarded + self.announced


def cash_bridge(engine: Engine, filters: Filters) -> CashBridge:
    """The bridge over the remittances of the filters' payers and period; a deposit cannot be split further."""
    kept = condition(filters, dimensions=frozenset({"payer_key"}))
    row = engine.query(
        f"""
        select
            cast(coalesce(sum(payments), 0) as decimal(18, 2)) as payments
          , cast(coalesce(-sum(withheld), 0) as decimal(18, 2)) as withheld
          , cast(coalesce(sum(returned), 0) as decimal(18, 2)) as given_back
          , cast(coalesce(sum(withheld - returned - net_withheld), 0) as decimal(18, 2)) as credits
          , cast(coalesce(-sum(interest), 0) as decimal(18, 2)) as interest
          , cast(coalesce(-sum(third_party_debt), 0) as decimal(18, 2)) as third_party_debt
          , cast(coalesce(-sum(advances), 0) as decimal(18, 2)) as advances
          , cast(coalesce(-sum(other - interest - third_party_debt - advances), 0) as decimal(18, 2)) as other
          , cast(coalesce(sum(payment_amount), 0) as decimal(18, 2)) as deposits
          , count(*) as remittances
        from remittance_bridge
        where {kept.sql}
        """,  # noqa: S608
        kept.params,
    ).to_pylist()[0]
    return CashBridge(**row)


def what_changed(
    engine: Engine, filters: Filters, month: date, against: date | None = None
) -> WhatChanged:
    """The payers and causes that moved `month` against another month, by default the one before.

    Both are first days of months; the filters' other values hold, their period gives way.
    """
    other = against or add_months(month, -1)
    payers, causes = _moves(_withheld(engine, filters, month, other), month)
    return WhatChanged(
        month=month,
        now=sum((move.now for move in payers), NOTHING),
        before=sum((move.before for move in payers), NOTHING),
        payers=payers,
        causes=causes,
        against=against,
        only=filters.payers[0] if len(filters.payers) == 1 else None,
    )


def in_sentences(moves: Sequence[Move], limit: int) -> list[str]:
    """The largest moves as sentences: who, by how much, from what to what, and the share of the move."""
    return [_sentence(move) for move in moves[:limit]]


def open_exposure(engine: Engine, filters: Filters) -> tuple[Exposure, ...]:
    """By payer what is put off, forwarded, or announced by a letter no remittance has answered; as of now.

    Forwarded is what a payment of zero was short of; a balance forwarded beside a payment is put off. The period
    does not narrow it.
    """
    kept = condition(filters, month_column=None)
    rows = engine.query(
        f"""
        with item as (
            select
                payer_key
              , sum(case when open_balance > 0 then 1 else 0 end) as items
              , sum(open_balance - coalesce(shortfall.amount, 0)) as put_off
              , sum(coalesce(shortfall.amount, 0)) as forwarded
            from receivable
            left join (
                select receivable_id, short_amount as amount from forwarding_pool
            ) as shortfall on shortfall.receivable_id = receivable.receivable_id
            where {kept.sql}
            group by payer_key
        )
        , letter as (
            select payer_key, count(*) as letters, sum(amount) as announced
            from {LETTERS}
            where {kept.sql}
            group by payer_key
        )
        select
            payer.name as payer
          , cast(coalesce(item.items, 0) as bigint) as items
          , cast(coalesce(item.put_off, 0) as decimal(18, 2)) as put_off
          , cast(coalesce(item.forwarded, 0) as decimal(18, 2)) as forwarded
          , cast(coalesce(letter.letters, 0) as bigint) as letters
          , cast(coalesce(letter.announced, 0) as decimal(18, 2)) as announced
        from payer
        left join item on item.payer_key = payer.payer_key
        left join letter on letter.payer_key = payer.payer_key
        where coalesce(item.items, 0) > 0 or coalesce(letter.letters, 0) > 0
        order by
            coalesce(item.put_off, 0) + coalesce(item.forwarded, 0) + coalesce(letter.announced, 0) desc
          , payer.name
        """,  # noqa: S608
        [*kept.params, *kept.params],
    ).to_pylist()
    return tuple(Exposure(**row) for row in rows)


@dataclass(frozen=True)
class _Withheld:
    """USD withheld in one month by one payer for one cause."""

    month: date
    payer: str
    cause: str
    amount: Decimal


def _withheld(engine: Engine, filters: Filters, month: date, other: date) -> list[_Withheld]:
    """The takebacks of two months."""
    kept = condition(filters, month_column=None)
    rows = engine.query(
        f"""
        select month, payer, cause, cast(sum(withheld) as decimal(18, 2)) as amount
        from kpi_cube
        where month in (?, ?) and cause <> '' and {kept.sql}
        group by month, payer, cause
        """,  # noqa: S608
        [month, other, *kept.params],
    ).to_pylist()
    return [_Withheld(**row) for row in rows]


def _moves(withheld: Sequence[_Withheld], month: date) -> tuple[tuple[Move, ...], tuple[Move, ...]]:
    """The moves by payer and by cause."""
    of_payers: dict[str, list[Decimal]] = {}
    of_causes: dict[str, list[Decimal]] = {}
    for one in withheld:
        place = 0 if one.month == month else 1
        of_payers.setdefault(one.payer, [NOTHING, NOTHING])[place] += one.amount
        of_causes.setdefault(one.cause, [NOTHING, NOTHING])[place] += one.amount
    return _in_order(of_payers), _in_order(of_causes)


def _in_order(amounts: Mapping[str, Sequence[Decimal]]) -> tuple[Move, ...]:
    """Largest moves first, each with its share of all that moved the same way."""
    changes = [now - before for now, before in amounts.values()]
    rises = sum((change for change in changes if change > 0), NOTHING)
    falls = sum((-change for change in changes if change < 0), NOTHING)
    moves = [
        Move(name, now, before, _share(now - before, rises, falls))
        for name, (now, before) in amounts.items()
    ]
    return tuple(sorted(moves, key=lambda move: (-abs(move.change), move.name)))


def _share(change: Decimal, rises: Decimal, falls: Decimal) -> float:
    if not change:
        return 0.0
    return float(abs(change) / (rises if change > 0 else falls))


def _sentence(move: Move) -> str:
    rose = move.change > 0
    return (
        f"{move.name}: {exact_usd(abs(move.change))} {'more' if rose else 'less'} "
        f"({exact_usd(move.before)} → {exact_usd(move.now)}), "
        f"{move.share * 100:.0f}\N{NO-BREAK SPACE}% of everything that {'rose' if rose else 'fell'}."
    )
