"""The recoupment summary for an appeal packet: financial trace, claims, remittance lines, notice, rules, checklist."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path

from kpis.engine import Engine
from kpis.format import exact_usd
from kpis.freshness import Freshness, freshness
from kpis.money import NOTHING
from kpis.offset_life import Bridge, Offset, Step, bridge, offset, steps
from kpis.report_packet import DateCheck, EobLine, date_check, eob_lines, service_dates
from kpis.rules import AppliedRule, applied_rules
from kpis.won import Win, win
from reports.packet_paper import Grid, Heading, Paper, Tasks, Text
from reports.packet_wording import Wording, filled, wording_for
from reports.packet_words import (
    checklist,
    findings,
    line_in_words,
    movement_in_words,
    notice_in_words,
    rule_in_words,
    span_in_words,
    won_in_words,
)


class PacketError(Exception):
    """The packet asked for cannot be made; the message says what to change."""


@dataclass(frozen=True)
class Trace:
    """One offset with everything the packet says of it; bridges by remittance."""

    item: Offset
    steps: tuple[Step, ...]
    bridges: dict[int, Bridge]
    lines: tuple[EobLine, ...]
    rules: tuple[AppliedRule, ...]
    check: DateCheck | None
    service: str
    won: Win | None

    @property
    def came_back(self) -> Decimal:
        return self.item.returned + self.item.recovered + self.item.corrected


def packet(engine: Engine, folder: Path, receivable_ids: Sequence[str]) -> Paper:
    """The summary of offsets of one payer, in the words of the folder's packet.toml.

    Raises PacketError for an unknown offset, none or several payers, WordingError for unusable words.
    """
    traces = [_trace(engine, number) for number in dict.fromkeys(receivable_ids)]
    payers = sorted({trace.item.payer for trace in traces})
    if not payers:
        raise PacketError("no offset is named; give at least one offset number.")
    if len(payers) > 1:
        raise PacketError(
            f"the offsets are of {', '.join(payers)}; a packet goes to one payer, so make one for each."
        )
    return _paper(traces, wording_for(folder, payers[0]), freshness(engine))


def _trace(engine: Engine, receivable_id: str) -> Trace:
    item = offset(engine, receivable_id)
    if item is None:
        raise PacketError(
            f"no offset has the number {receivable_id!r}; the Offsets page shows it on every offset."
        )
    found = tuple(steps(engine, item))
    remittances = {step.remittance_id for step in found if step.remittance_id is not None}
    known = {number: bridge(engine, number) for number in sorted(remittances)}
    return Trace(
        item=item,
        steps=found,
        bridges={number: one for number, one in known.items() if one is not None},
        lines=eob_lines(engine, receivable_id),
        rules=applied_rules(engine, receivable_id),
        check=date_check(engine, receivable_id),
        service=span_in_words(*service_dates(engine, receivable_id)),
        won=win(engine, receivable_id),
    )


def _paper(traces: Sequence[Trace], wording: Wording, state: Freshness) -> Paper:
    values = _values(traces)
    sample = "Sample data: invented payers and patients. " if state.is_sample else ""
    as_of = f"Data through {state.data_through}, loaded {_moment(state.loaded_at)}"
    blocks: list[Heading | Text | Grid | Tasks] = [
        Text(f"To: {filled(wording.addressed_to, values)}"),
        Text(filled(wording.opening, values)),
        *(Text(words) for words in _requests(traces, wording)),
        Heading("Offsets, claims and encounters"),
        _overview(traces),
    ]
    for trace in traces:
        blocks += _blocks(trace)
    known = checklist([(t.item, t.steps, t.lines, t.rules) for t in traces])
    blocks += [
        Heading("Checklist"),
        Tasks((*known, *((False, f"{line}: to attach") for line in wording.to_attach))),
        Text(filled(wording.closing, values)),
    ]
    return Paper(
        title=f"{filled(wording.title, values)}: {values['payer']}",
        foot=f"{sample}{as_of}. {len(traces)} offset number{'s' if len(traces) > 1 else ''}. Made with Takeback.",
        dated=state.loaded_at,
        blocks=tuple(blocks),
    )


def _values(traces: Sequence[Trace]) -> dict[str, str]:
    """What the places of the wording stand for."""
    days = sorted(step.on for trace in traces for step in trace.steps if step.on is not None)
    won = sorted(trace.won.won_on for trace in traces if trace.won)
    count = len(traces)
    return {
        "payer": traces[0].item.payer,
        "count": "one offset" if count == 1 else f"{count:,} offsets",
        "withheld": exact_usd(sum((t.item.withheld for t in traces), NOTHING)),
        "came_back": exact_usd(sum((t.came_back for t in traces), NOTHING)),
        "open": exact_usd(sum((t.item.open_balance for t in traces), NOTHING)),
        "won_on": won[-1].isoformat() if won else "no date",
        "overturned": exact_usd(sum((t.won.overturned for t in traces if t.won), NOTHING)),
        "owed_back": exact_usd(sum((t.won.owed_back for t in traces if t.won), NOTHING)),
        "first": days[0].isoformat() if days else "no date",
        "last": days[-1].isoformat() if days else "no date",
    }


def _requests(traces: Sequence[Trace], wording: Wording) -> list[str]:
    """What is asked for: payment of what is won and has not come back, a review of what is not won.

    A win whose amount is not on file is asked about as what is not won.
    """
    asked = {
        wording.request_won: [t for t in traces if t.won and t.won.owed_back],
        wording.request_paid: [
            t for t in traces if t.won and t.won.overturned and not t.won.owed_back
        ],
        wording.request: [t for t in traces if not (t.won and t.won.overturned)],
    }
    told = []
    for text, own in asked.items():
        if own:
            which = ", ".join(trace.item.receivable_id for trace in own)
            words = filled(text, _values(own))
            told.append(words if len(own) == len(traces) else f"Offset {which}: {words}")
    return told


def _overview(traces: Sequence[Trace]) -> Grid:
    """Each offset beside its claim and encounter; the totals are over the offsets shown."""

    def row(trace: Trace) -> tuple[str, ...]:
        item = trace.item
        amounts = (item.established, item.withheld, trace.came_back, item.open_balance)
        return (
            item.receivable_id,
            item.payer_claim_control_number or "none on file",
            item.patient_control_number or "none on file",
            trace.service,
            *(exact_usd(amount) for amount in amounts),
        )

    totals = (
        sum((t.item.established for t in traces), NOTHING),
        sum((t.item.withheld for t in traces), NOTHING),
        sum((t.came_back for t in traces), NOTHING),
        sum((t.item.open_balance for t in traces), NOTHING),
    )
    return Grid(
        alt="Each offset with its claim, encounter and amounts",
        header=(
            "Offset",
            "Claim (payer)",
            "Encounter (account)",
            "Service",
            "Identified",
            "Withheld",
            "Came back",
            "Open",
        ),
        widths=(15, 17, 14, 12, 11, 11, 11, 9),
        rows=tuple(row(trace) for trace in traces),
        numbers=(4, 5, 6, 7),
        total=("Total", "", "", "", *(exact_usd(amount) for amount in totals))
        if len(traces) > 1
        else None,
    )


def _blocks(trace: Trace) -> list[Heading | Text | Grid | Tasks]:
    item = trace.item
    blocks: list[Heading | Text | Grid | Tasks] = [
        Heading(f"Offset {item.receivable_id}: financial trace"),
        Text(f"Stated reason: {item.cause}. {notice_in_words(item)}"),
        _trace_grid(trace),
        *([Text(won_in_words(trace.won), is_finding=True)] if trace.won else []),
        *(Text(line, is_finding=True) for line in findings(item, trace.check)),
    ]
    if trace.rules:
        blocks += [Heading("Rules that apply", level=3), _rule_grid(trace.rules)]
    else:
        blocks.append(Text("No configured rule applies to this offset.", is_finding=True))
    if trace.lines:
        blocks += [Heading("Remittance lines concerned", level=3), _line_grid(trace.lines)]
    return blocks


def _trace_grid(trace: Trace) -> Grid:
    """From the original payment on; deposit is what reached the bank with that remittance."""
    rows: list[tuple[str, ...]] = []
    for step in trace.steps:
        deposit = trace.bridges.get(step.remittance_id) if step.remittance_id is not None else None
        for at, movement in enumerate(step.movements):
            last = at == len(step.movements) - 1
            balance = step.balance if last else None
            rows.append(
                (
                    step.on.isoformat() if step.on else "no date",
                    movement_in_words(movement, step),
                    step.trace_number or step.note or "",
                    exact_usd(deposit.payment_amount) if deposit and at == 0 else "",
                    exact_usd(movement.amount) if movement.amount is not None else "",
                    exact_usd(balance.withheld) if balance else "",
                    exact_usd(balance.open) if balance else "",
                )
            )
    return Grid(
        alt="Every movement of the offset with date, trace number, deposit and amount",
        header=("Date", "What happened", "Trace / letter / case", "Deposit", "Amount", "Withheld so far", "Open after"),
        widths=(11, 27, 17, 13, 11, 11, 10),
        rows=tuple(rows),
        numbers=(3, 4, 5, 6),
    )  # fmt: skip


def _rule_grid(rules: Sequence[AppliedRule]) -> Grid:
    return Grid(
        alt="The rules that apply with their dates, sources and how far the source was checked",
        header=("Rule", "Date", "Time", "Counted from", "Source", "Checked"),
        widths=(14, 11, 11, 20, 32, 12),
        rows=tuple(rule_in_words(rule) for rule in rules),
        numbers=(),
    )


def _line_grid(lines: Sequence[EobLine]) -> Grid:
    return Grid(
        alt="The claims, service lines and provider adjustments of the remittances concerned",
        header=("Paid on", "Trace", "Line", "Claim / account", "Service", "Charge", "Amount", "Codes"),
        widths=(10, 12, 15, 17, 10, 10, 10, 16),
        rows=tuple(line_in_words(line) for line in lines),
        numbers=(5, 6),
    )  # fmt: skip


def _moment(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC" if at else "never"
