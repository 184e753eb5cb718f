"""A finding about an input: what is wrong, where it stands and what to do about it."""

from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning", "info"]
LONGEST_VALUE = 40


@dataclass(frozen=True)
class Problem:
    """One finding about a file; bad data is a value, never an exception.

    severity: error (refused or quarantined), warning (loaded, look at it) or info.
    location: segment number and byte offset, or row number; field: element or column, e.g. BPR02.
    value: what stood there, cut to 40 characters and made printable; never a patient's name.
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
