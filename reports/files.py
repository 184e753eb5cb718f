"""A report as a file in memory: which kinds there are, and what each is made from."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from kpis.engine import Engine
from kpis.filters import Filters
from kpis.targets import TargetBook
from reports.content import Report
from reports.deck import deck
from reports.pdf_summary import summary_pdf
from reports.sections import build_report
from reports.underlying import underlying
from reports.workbook import write_workbook


@dataclass(frozen=True)
class Order:
    """What the files are to show; template: the bytes of a PowerPoint file for the slides, None for a plain design."""

    filters: Filters
    sections: tuple[str, ...]
    targets: TargetBook
    template: bytes | None = None


@dataclass(frozen=True)
class Kind:
    """One kind of file: its name on screen, ending and MIME type, and what makes it."""

    label: str
    ending: str
    mime: str
    make: Callable[[Engine, Order], bytes]


def _report(engine: Engine, order: Order) -> Report:
    return build_report(engine, order.filters, order.sections, order.targets)


def _slides(engine: Engine, order: Order) -> bytes:
    """Raises deck_template.TemplateError where the template cannot be used, OSError where the disk refuses."""
    if order.template is None:
        return deck(_report(engine, order))
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "template.pptx"
        file.write_bytes(order.template)
        return deck(_report(engine, order), file)


def _workbook(engine: Engine, order: Order) -> bytes:
    """Raises OSError where the disk refuses."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "workbook.xlsx"
        write_workbook(_report(engine, order), underlying(engine, order.filters), file)
        return file.read_bytes()


def _summary(engine: Engine, order: Order) -> bytes:
    return summary_pdf(engine, order.filters, order.targets)


_OFFICE = "application/vnd.openxmlformats-officedocument"
KINDS = {
    "slides": Kind("Slides", ".pptx", f"{_OFFICE}.presentationml.presentation", _slides),
    "workbook": Kind("Workbook", ".xlsx", f"{_OFFICE}.spreadsheetml.sheet", _workbook),
    "summary": Kind("Summary", ".pdf", "application/pdf", _summary),
}
