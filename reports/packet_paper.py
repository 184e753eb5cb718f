"""A packet as data: headings, texts, tables and tasks in their order, for a PDF or a Word file alike."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Heading:
    """A heading of level 2 or 3; the paper's title is the only one of level 1."""

    text: str
    level: int = 2


@dataclass(frozen=True)
class Text:
    """A paragraph; a finding stands as a point of its own."""

    text: str
    is_finding: bool = False


@dataclass(frozen=True)
class Grid:
    """A table of texts. widths: parts of the line; numbers: places of the columns set to the right."""

    alt: str
    header: tuple[str, ...]
    widths: tuple[int, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers: tuple[int, ...]
    total: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Tasks:
    """A checklist; a true flag is ticked."""

    items: tuple[tuple[bool, str], ...]


@dataclass(frozen=True)
class Paper:
    """A paper under its title. dated: the load it rests on, UTC."""

    title: str
    foot: str
    dated: datetime | None
    blocks: tuple[Heading | Text | Grid | Tasks, ...]
