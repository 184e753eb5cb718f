"""The command that makes a report: python -m reports deck|workbook|summary|packet|images --out FILE [filters]."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from data.journal import NewerJournalError
from data.warehouse import warehouse_folder
from kpis.arguments import (
    EXIT_NO_DATA,
    EXIT_OK,
    EXIT_USAGE,
    add_months_and_payers,
    add_warehouse,
    filters_of,
    names_of,
    parsed,
    unknown_payer,
)
from kpis.engine import DuckDBEngine
from kpis.filters import Filters
from kpis.readiness import NotReadyError, ready_engine
from kpis.targets import TargetBook, targets_of
from reports.deck import deck
from reports.deck_template import TemplateError
from reports.images_batch import images_zip
from reports.packet import PacketError, packet
from reports.packet_files import KINDS as PACKET_KINDS
from reports.packet_files import packet_file
from reports.packet_wording import WordingError
from reports.pdf_summary import summary_pdf
from reports.sections import SECTIONS, build_report
from reports.underlying import underlying
from reports.workbook import write_workbook

ENDINGS = {
    "deck": (".pptx",),
    "workbook": (".xlsx",),
    "summary": (".pdf",),
    "packet": tuple(PACKET_KINDS),
    "images": (".zip",),
}
"""The kinds of report and how their files may end: under another name a file would not open."""
IN_WORDS = {kind: f"a {kind}" for kind in ENDINGS} | {"images": "a file of images"}


def main(arguments: Sequence[str] | None = None) -> int:
    """Writes a report; 0 done, 1 nothing is there to be asked, 2 usage or a file that cannot be read or written."""
    options = parsed(_parser(), arguments)
    endings = ENDINGS[options.kind]
    if options.out.suffix.lower() not in endings:
        ending = options.out.suffix or "a file without ending"
        return _refuse(f"{IN_WORDS[options.kind]} is a {' or a '.join(endings)}, not {ending!r}.")
    folder = warehouse_folder(options.warehouse)
    try:
        engine = ready_engine(folder)
    except NotReadyError as not_ready:
        return _refuse(str(not_ready), EXIT_NO_DATA)
    filters = filters_of(options)
    unknown = unknown_payer(engine, filters)
    if unknown:
        return _refuse(unknown)
    try:
        _write(engine, filters, options)
    except (TemplateError, PacketError, WordingError) as error:
        return _refuse(str(error))
    except NewerJournalError as newer:
        return _refuse(str(newer), EXIT_NO_DATA)
    except OSError as error:
        return _refuse(f"{options.out} cannot be written: {error.strerror or error}")
    print(options.out)
    return EXIT_OK


def _write(engine: DuckDBEngine, filters: Filters, options: argparse.Namespace) -> None:
    """Makes the file beside its place and moves it there whole."""
    part = options.out.with_name(f".{options.out.name}.part")
    part.touch(mode=0o600)
    try:
        if options.kind == "workbook":
            report = build_report(engine, filters, options.sections, _targets(options))
            write_workbook(report, underlying(engine, filters), part)
        else:
            part.write_bytes(_content(engine, filters, options))
        part.replace(options.out)
    finally:
        part.unlink(missing_ok=True)


def _content(engine: DuckDBEngine, filters: Filters, options: argparse.Namespace) -> bytes:
    """Everything but a workbook, whole."""
    if options.kind == "packet":
        paper = packet(engine, warehouse_folder(options.warehouse), options.offset)
        return packet_file(paper, options.out.suffix)
    if options.kind == "summary":
        return summary_pdf(engine, filters, _targets(options))
    report = build_report(engine, filters, options.sections, _targets(options))
    return images_zip(report) if options.kind == "images" else deck(report, options.template)


def _targets(options: argparse.Namespace) -> TargetBook:
    return targets_of(warehouse_folder(options.warehouse))


def _refuse(message: str, code: int = EXIT_USAGE) -> int:
    print(f"reports: {message}", file=sys.stderr)
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m reports",
        description="Writes a board deck (.pptx), a workbook (.xlsx), a one-page summary (.pdf), the recoupment "
        "summary of an appeal packet (.pdf or .docx) or every chart as images (.zip) from the warehouse.",
    )
    parser.add_argument("kind", choices=tuple(ENDINGS), help="what to make")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="where to write it")
    add_warehouse(parser)
    add_months_and_payers(parser)
    parser.add_argument(
        "--offset",
        nargs="+",
        action="extend",
        default=[],
        metavar="OFFSET",
        help="for a packet: the numbers of the offsets, all of one payer",
    )
    parser.add_argument(
        "--template", type=Path, metavar="FILE", help="your own .pptx or .potx to build the deck on"
    )
    parser.add_argument(
        "--sections",
        type=names_of("section", SECTIONS),
        default=(),
        metavar="NAME,NAME...",
        help=f"these only, in this order: {', '.join(SECTIONS)}",
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
