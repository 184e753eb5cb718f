"""Text from files inside Markdown: every character that Markdown would act on is escaped."""

from __future__ import annotations

import re

_ACTS = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~$:^=&])")


def plain(text: object) -> str:
    """The text as Markdown that shows it letter by letter, on one line."""
    return _ACTS.sub(r"\\\1", " ".join(str(text).split()))
