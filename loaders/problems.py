"""A finding about an input: what is wrong, where it stands and what to do about it."""

import re
from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning", "info"]
LONGEST_VALUE = 40


@dataclass(frozen=True)
class Problem:
    """One finding about a file; bad data is a value, never an exception.

    severity: error (refused or quarantined), warning (loaded, look at it) or info.
    location: segment number and byte offset, or row number; field: element or column, e.g. BPR02.
    value: what stood there as far as it is `shown`, cut to 40 characters and made printable.
    """

    severity: Severity
    location: str
    field: str
    value: str
    message: str
    remedy: str

    def __post_init__(self) -> None:
        """Shorten the value, whoever made the problem."""
        object.__setattr__(self, "value", shortened(self.value))


def shortened(value: str) -> str:
    """Cut a value to 40 characters, the last an ellipsis; what cannot be printed becomes U+FFFD."""
    if len(value) > LONGEST_VALUE:
        value = value[: LONGEST_VALUE - 1] + "…"
    return "".join(c if c.isprintable() else "\ufffd" for c in value)


LONGEST_CODE = 6
_WORDS_OF_VALUES = re.compile(
    r"(?i)\b(?:usd|jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sep(?:t(?:ember)?)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b|(?<=\d)(?:cr|dr)\b"
)


def shown(value: str) -> str:
    """What a problem shows of a cell or element that could hold anything, a person's name too.

    Amounts, dates, numbers and codes of up to six characters with a digit in them as they stand, of
    all else how many letters, digits and other characters it has.
    """
    has_digit = any(c.isdigit() for c in value)
    words = any(c.isalpha() for c in _WORDS_OF_VALUES.sub("", value)) if has_digit else True
    if not any(c.isalpha() for c in value) or not words:
        return value
    if has_digit and len(value) <= LONGEST_CODE and " " not in value:
        return value
    letters, digits = sum(c.isalpha() for c in value), sum(c.isdigit() for c in value)
    kinds = (("letter", letters), ("digit", digits), ("other", len(value) - letters - digits))
    return ", ".join(f"{n:,} {name}{'s' * (n > 1)}" for name, n in kinds if n)
