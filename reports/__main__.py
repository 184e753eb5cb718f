"""The command that makes a report: python -m reports deck|workbook|summary|packet|images --out FILE [filters]."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from data.warehouse import ENVIRONMENT_VARIABLE, current_snapshot, warehouse_folder
from kpis.engine import DuckDBEngine
from kpis.filters import Filters, payer_key
from kpis.periods import add_months, parse_month
from kpis.targets import TargetBook, targets_of
from reports.deck import deck
from reports.deck_template import TemplateError
from reports.images_batch import images_zip
from reports.packet import PacketError, packet
from reports.packet_files import packet_file
from reports.packet_wording import WordingError
from reports.pdf_summary import summary_pdf
from reports.sections import SECTIONS, build_report
from reports.underlying import underlying
from reports.workbook import write_workbook

KINDS = ("deck", "workbook", "summary", "packet", "images")
EXIT_OK, EXIT_NO_DATA, EXIT_USAGE = 0, 1, 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Writes a report; 0 done, 1 nothing is loaded, 2 usage or a file that cannot be read or written."""
    options = _parser().parse_args(arguments)
    folder = warehouse_folder(options.warehouse)
    snapshot = current_snapshot(folder)
    if snapshot is None:
        return _refuse(
            f"nothing is loaded in {folder}. Load exports first: python -m loaders PATH --warehouse {folder}",
            EXIT_NO_DATA,
        )
    engine = DuckDBEngine(snapshot)
    unknown = _unknown_payers(engine, options.payer)
    if unknown:
        return _refuse(f"no payer is called {unknown[0]!r}; python -m kpis --by payer lists them")
    filters = Filters(
        since=options.since,
        until=add_months(options.until, 1) if options.until else None,
        payers=tuple(options.payer),
    )
    try:
        _write(engine, filters, options)
    except (TemplateError, PacketError, WordingError) as error:
        return _refuse(str(error))
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
    parser.add_argument("kind", choices=KINDS, help="what to make")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="where to write it")
    parser.add_argument(
        "--warehouse",
        type=Path,
        metavar="DIR",
        help=f"where the warehouse is; else ${ENVIRONMENT_VARIABLE}, else data/warehouse",
    )
    parser.add_argument("--since", type=_month, metavar="YYYY-MM", help="first month")
    parser.add_argument("--until", type=_month, metavar="YYYY-MM", help="last month, included")
    parser.add_argument(
        "--payer",
        action="append",
        default=[],
        metavar="NAME",
        help="only this payer; may be repeated",
    )
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
        type=_sections,
        default=(),
        metavar="NAME,NAME...",
        help=f"these only, in this order: {', '.join(SECTIONS)}",
    )
    return parser


def _sections(text: str) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(name.strip() for name in text.split(",") if name.strip()))
    for name in names:
        if name not in SECTIONS:
            raise argparse.ArgumentTypeError(
                f"{name!r} is no section; choose from {', '.join(SECTIONS)}"
            )
    return names


def _month(text: str) -> date:
    try:
        return parse_month(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _unknown_payers(engine: DuckDBEngine, names: Sequence[str]) -> list[str]:
    known = set(engine.query("select payer_key from payer").column("payer_key").to_pylist())
    return [name for name in names if payer_key(name) not in known]


if __name__ == "__main__":
    sys.exit(main())
