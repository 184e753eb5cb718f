"""What the replay found, as tables of the warehouse; amounts in USD."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal

import pyarrow as pa

from data.ledger.events import ITEM_AMOUNTS, Event, Piece, Receivable, RemittanceTotals
from data.ledger.references import embedded_numbers, normalised
from data.ledger.replay import PayerLedger

Row = tuple[object, ...]

_ARROW: dict[str, pa.DataType] = {
    "text": pa.string(),
    "id": pa.int64(),
    "number": pa.int32(),
    "date": pa.date32(),
    "usd": pa.decimal128(18, 2),
}
TOTALS = (
    "identified",
    "adjustments",
    "net_withheld",
    "withheld",
    "returned",
    "recovered",
    "corrected",
    "refunded",
    "forgiven",
    "excess_refund",
    "uncovered_credit",
)
RECEIVABLE = (
    "receivable_id:text payer_key:text payee:text origin:text reference:text remittance_id:id claim_no:number"
    " correction_no:number notice_id:id notice_tier:number notice_method:text established_on:date"
    " put_off_date:date first_withdrawal:date mechanism:text "
) + " ".join(f"{name}:usd" for name in ITEM_AMOUNTS)
NAME = "receivable_id:text payer_key:text tier:number name:text"
PIECE = (
    "remittance_id:id receivable_id:text kind:text claim_no:number adjustment_no:number amount:usd"
    " tier:number method:text confidence:text"
)
EVENT = "receivable_id:text event_no:number event_date:date remittance_id:id kind:text amount:usd mechanism:text"
TOTAL = "remittance_id:id " + " ".join(f"{name}:usd" for name in TOTALS)
SETTLING = "remittance_id:id adjustment_no:number"


def ledger_tables(ledgers: dict[str, PayerLedger]) -> dict[str, pa.Table]:
    """The tables the models from 40 on start from, by name."""
    all_of_them = ledgers.values()
    return {
        "replayed_receivable": _table(
            RECEIVABLE, (_item(p, i) for p, one in ledgers.items() for i in one.receivables)
        ),
        "replayed_letter": _table(
            RECEIVABLE, (_item(p, i) for p, one in ledgers.items() for i in one.letters_only)
        ),
        "replayed_name": _table(
            NAME,
            (row for p, one in ledgers.items() for i in one.receivables for row in _names(p, i)),
        ),
        "replayed_piece": _table(PIECE, (_piece(p) for one in all_of_them for p in one.pieces)),
        "replayed_event": _table(
            EVENT, (_event(n, e) for one in all_of_them for n, e in enumerate(one.events, start=1))
        ),
        "replayed_total": _table(TOTAL, (_total(t) for one in all_of_them for t in one.totals)),
        "settling_adjustment": _table(
            SETTLING,
            (
                (t.remittance_id, n)
                for one in all_of_them
                for t in one.totals
                for n in sorted(t.settling)
            ),
        ),
    }


def _table(columns: str, rows: Iterable[Row]) -> pa.Table:
    """Columns are `name:kind` pairs, kinds as in _ARROW."""
    pairs = [column.split(":") for column in columns.split()]
    values: list[Row] = list(zip(*rows, strict=True)) or [()] * len(pairs)
    arrays = [
        pa.array(value, type=_ARROW[kind]) for value, (_, kind) in zip(values, pairs, strict=True)
    ]
    return pa.Table.from_arrays(arrays, names=[name for name, _ in pairs])


def _usd(cents: int) -> Decimal:
    return Decimal(cents).scaleb(-2)


def _item(payer: str, item: Receivable) -> Row:
    return (
        item.receivable_id,
        payer,
        item.payee,
        item.origin,
        item.reference,
        item.remittance_id,
        item.claim_no,
        item.correction_no,
        item.notice.notice_id if item.notice else None,
        item.notice_match.tier if item.notice_match else None,
        item.notice_match.method if item.notice_match else None,
        item.established_on,
        item.put_off_date,
        item.first_withdrawal,
        item.mechanism,
        *(_usd(getattr(item, name)) for name in ITEM_AMOUNTS),
    )


def _names(payer: str, item: Receivable) -> Iterator[Row]:
    """Every name of an item, in the spelling all sources are compared in; tier 3 is a number inside one."""
    names = {normalised(name) for name in item.names} - {""}
    yield from ((item.receivable_id, payer, 2, name) for name in sorted(names))
    if item.claim_no is None:
        parts = {part for name in item.names for part in embedded_numbers(name)} - names
        yield from ((item.receivable_id, payer, 3, part) for part in sorted(parts))


def _piece(piece: Piece) -> Row:
    return (
        piece.remittance_id,
        piece.receivable_id,
        piece.kind,
        piece.claim_no,
        piece.adjustment_no,
        _usd(piece.amount),
        piece.match.tier,
        piece.match.method,
        piece.match.confidence,
    )


def _event(number: int, event: Event) -> Row:
    return (
        event.receivable_id,
        number,
        event.event_date,
        event.remittance_id,
        event.kind,
        _usd(event.amount),
        event.mechanism,
    )


def _total(totals: RemittanceTotals) -> Row:
    return (totals.remittance_id, *(_usd(getattr(totals, name)) for name in TOTALS))
