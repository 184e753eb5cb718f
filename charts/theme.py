"""The colours of every chart, read from the palette the app itself is drawn with."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

CONFIG = Path(__file__).resolve().parent.parent / ".streamlit" / "config.toml"
NAMED = 7
OTHER = "Other"

Mode = Literal["light", "dark"]


@dataclass(frozen=True)
class Palette:
    """Colours as #rrggbb."""

    text: str
    muted: str
    grid: str
    background: str
    primary: str
    good: str
    bad: str
    categories: tuple[str, ...]
    other: str
    scale: tuple[str, ...]


@cache
def palette(mode: Mode = "light") -> Palette:
    """The palette of the light or the dark theme; raises KeyError where config.toml lacks a colour."""
    theme = tomllib.loads(CONFIG.read_text())["theme"][mode]
    return Palette(
        text=theme["textColor"],
        muted=theme["chartCategoricalColors"][-1],
        grid=theme["borderColor"],
        background=theme["backgroundColor"],
        primary=theme["chartCategoricalColors"][0],
        good=theme["greenColor"],
        bad=theme["redColor"],
        categories=tuple(theme["chartCategoricalColors"][:-1]),
        other=theme["chartCategoricalColors"][-1],
        scale=tuple(theme["chartSequentialColors"]),
    )


def top_names(totals: dict[str, float], limit: int = NAMED) -> list[str]:
    """The names shown by themselves, largest first; where more remain, they become OTHER."""
    ranked = sorted(totals, key=lambda name: (-totals[name], name))
    return ranked if len(ranked) <= limit + 1 else ranked[:limit]
