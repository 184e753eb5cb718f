"""What appeals logs call their outcomes and levels."""

from __future__ import annotations

from loaders.tables.table_values import UnreadableValueError, is_nothing

OUTCOMES = {
    "full": (
        "full",
        "overturned in full",
        "fully overturned",
        "overturned",
        "favorable",
        "fully favorable",
        "approved",
        "won",
        "overturned full",
    ),
    "partial": (
        "partial",
        "partially overturned",
        "overturned in part",
        "partially favorable",
        "partially approved",
    ),
    "upheld": ("upheld", "denied", "unfavorable", "lost", "not overturned"),
    "pending": (
        "pending",
        "open",
        "filed",
        "submitted",
        "in review",
        "in progress",
        "under review",
    ),
    "withdrawn": ("withdrawn",),
    "dismissed": ("dismissed",),
}
LEVELS = {
    "redetermination": 1,
    "reconsideration": 2,
    "alj": 3,
    "alj hearing": 3,
    "council": 4,
    "appeals council": 4,
    "court": 5,
    "first": 1,
    "second": 2,
    "third": 3,
    "fourth": 4,
    "fifth": 5,
}
_OUTCOME_OF = {word: outcome for outcome, words in OUTCOMES.items() for word in words}


def outcome(text: str) -> str | None:
    """The outcome a status stands for, a key of OUTCOMES; None when blank. Raises UnreadableValueError."""
    bare = " ".join(text.lower().replace("-", " ").replace("–", " ").split())
    if is_nothing(bare):
        return None
    if bare not in _OUTCOME_OF:
        raise UnreadableValueError(
            "is no appeal status that is known",
            "Use overturned in full, partially overturned, upheld, pending, withdrawn or dismissed.",
        )
    return _OUTCOME_OF[bare]


def level(text: str) -> int:
    """The level of appeal from 1; 1 when blank. Raises UnreadableValueError."""
    bare = text.strip().lower().removeprefix("level").removesuffix("level").strip()
    if is_nothing(bare):
        return 1
    if bare in LEVELS:
        return LEVELS[bare]
    if bare in set("123456789"):
        return int(bare)
    raise UnreadableValueError("is no level of appeal", "Use 1 to 5.")
