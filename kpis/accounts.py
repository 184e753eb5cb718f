"""What a hospital's general ledger calls the lines of a journal entry: [accounts] of `settings.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path

from kpis.journal import LINES

SETTINGS_FILE = "settings.toml"
"""In the warehouse folder; screen/settings.py reads the rest of it."""


def accounts_of(warehouse: Path) -> Mapping[str, str]:
    """The accounts by names of LINES, those that were given one; raises ValueError where they cannot be read."""
    try:
        text = (warehouse / SETTINGS_FILE).read_text(encoding="utf-8")
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise ValueError(f"{warehouse / SETTINGS_FILE} cannot be read: {error}") from error
    try:
        return accounts_in(tomllib.loads(text))
    except ValueError as error:
        raise ValueError(f"{warehouse / SETTINGS_FILE}: {error}") from error


def accounts_in(settings: Mapping[str, object]) -> Mapping[str, str]:
    """The accounts in what the file holds; raises ValueError, which says what [accounts] may name."""
    found = settings.get("accounts", {})
    if isinstance(found, dict) and all(
        name in LINES and isinstance(account, str) for name, account in found.items()
    ):
        return found
    raise ValueError(f"[accounts] may name {', '.join(LINES)}, each in quotes")
