"""One offset in words: its sentence, its title, how it is known, and what its movements are called."""

from __future__ import annotations

from decimal import Decimal

from kpis.format import exact_usd
from kpis.offset_life import Evidence, Offset
from kpis.periods import day_in_words
from kpis.won import Win
from screen.plain_text import plain

PUT_OFF = "Announced on a remittance, to be taken from a later one; also what a payer forwards while it pays"
FORWARDED = "Carried on because a remittance that paid nothing was short of it"

MOVEMENTS = {
    "paid": "Claim paid",
    "claimed": "Letter claims",
    "established": "Overpayment identified",
    "put_off": "Put off to a later remittance",
    "forwarded": "Forwarded to a later remittance",
    "withheld": "Withheld",
    "refunded": "Refunded by us, acknowledged by the payer",
    "forgiven": "Forgiven by the payer",
    "returned": "Given back through a provider adjustment",
    "recovered": "Came back: the claim was paid again",
    "corrected": "Credited by a late correction",
    "at issue": "Appeal filed, at issue",
    "full": "Appeal won in full, overturned",
    "partial": "Appeal won in part, overturned",
    "upheld": "Appeal lost, overturned",
    "withdrawn": "Appeal withdrawn, overturned",
    "dismissed": "Appeal dismissed, overturned",
    "pending": "Appeal pending, overturned",
}
LINES_IN_WORDS = {
    "identified": "The overpayment",
    "put_off": "Putting it off",
    "taken": "The taking",
    "brought_in": "The balance brought in",
    "forwarded": "The balance forwarded",
    "refunded": "The refund",
    "forgiven": "The write-off",
    "given_back": "The money given back",
    "corrected": "The late correction",
    "recovered": "The money paid again",
}


def sentence(item: Offset, known: list[Evidence]) -> str:
    """The offset in one sentence of Markdown, as one would tell it."""
    what = plain(item.cause.lower()) if item.cause != "Unclassified" else "no stated cause"
    payer = plain(item.payer)
    if item.is_letter:
        return (
            f"{payer} claims **{money(item.established)}** for {what}{_by_letter(item)}. "
            "No remittance shows anything of it yet."
        )
    if item.first_withdrawal:
        told = f"**{money(item.withheld)} taken** by {payer} since {day_in_words(item.first_withdrawal)} for {what}; {_notice(item)}."  # noqa: E501
    elif item.open_balance > 0:
        told = f"**{money(item.open_balance)} put off** by {payer} for {what}, not taken yet; {_notice(item)}."
    else:
        told = f"**{money(item.established)} identified** by {payer} for {what} and settled without withholding; {_notice(item)}."  # noqa: E501
    weakest = max(known, key=lambda e: e.tier, default=None)
    return (
        f"{told} Tied by: {plain(weakest.method)} ({plain(weakest.confidence)})."
        if weakest
        else told
    )


def won_in_words(won: Win) -> str:
    """The appeals won in one sentence of Markdown: what was decided, when, what has come back and what has not."""
    how = "in full" if won.in_full else "in part"
    decided = f"**Appeal won {how}** on {day_in_words(won.won_on)} ({plain(won.cases)})"
    if not won.overturned:
        return f"{decided}; the appeal log does not say how much is to come back."
    back = money(won.come_back) if won.come_back else "none of it"
    amount = f"{decided}: {money(won.overturned)} decided to come back"
    if not won.owed_back:
        return f"{amount}, and it has."
    return f"{amount}, {back} has, **{money(won.owed_back)} is still to come back**."


def _by_letter(item: Offset) -> str:
    number = f" {plain(item.letter_number)}" if item.letter_number else ""
    dated = f" of {day_in_words(item.notice_date)}" if item.notice_date else ", undated"
    return f" in letter{number}{dated}"


def _notice(item: Offset) -> str:
    if item.notice_date is None:
        return "no notice on file"
    source = "by being put off" if item.notice_source == "put off" else "by letter"
    if item.notice_source == "letter" and item.letter_number:
        source = f"by letter {plain(item.letter_number)}"
    lag = item.lag_days
    if lag is None:
        return f"notice {day_in_words(item.notice_date)} {source}"
    apart = f"{abs(lag)} {'day' if abs(lag) == 1 else 'days'} {'before' if lag >= 0 else 'after'}"
    return f"notice {day_in_words(item.notice_date)} {source}, {apart} the first withdrawal"


def title(item: Offset) -> str:
    name = item.patient_control_number or item.payer_claim_control_number or item.reference
    kind = "letter" if item.is_letter else "offset"
    return f"{item.payer}, {kind} on {name}" if name else f"{item.payer}, {kind} without a claim"


def lag_in_words(item: Offset) -> str:
    if item.lag_days is None:
        return item.lag_state
    days = f"{item.lag_days} days"
    return (
        days if item.lag_state == "counted" else f"{days}; left out of the mean: {item.lag_state}"
    )


def how_we_know(item: Offset, known: list[Evidence]) -> list[str]:
    lines = [
        f"{LINES_IN_WORDS.get(e.kind, e.kind)}: {plain(e.method)} (**{plain(e.confidence)}**)"
        for e in known
    ]
    if item.notice_method:
        lines.append(f"The letter: {plain(item.notice_method)}")
    elif item.is_letter:
        lines.append("The letter: a row of the offset register; nothing on a remittance answers it")
    if item.cause_method:
        lines.append(f"The cause, {plain(item.cause.lower())}: {plain(item.cause_method)}")
    if item.origin:
        lines.append(f"First seen as: {plain(item.origin)}")
    if any(e.confidence == "allocated" for e in known):
        lines.append(
            "Forwarding balances are one pool per payer: their split over claims is an allocation, "
            "the payer's total is exact"
        )
    return lines


def money(amount: Decimal | None) -> str:
    return exact_usd(amount).replace("$", r"\$")
