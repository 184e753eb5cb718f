"""The command that loads exports: python -m loaders PATH..."""

from __future__ import annotations

import argparse
import json
import sys
from decimal import Decimal
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table

from data.warehouse import ENVIRONMENT_VARIABLE, LockHolder, WarehouseLockedError, warehouse_folder
from loaders.ingest import load
from loaders.results import FileResult

EXIT_LOADED, EXIT_REJECTED, EXIT_USAGE = 0, 1, 2
STYLES = {"loaded": "green", "duplicate": "dim", "rejected": "red"}


def main(arguments: list[str] | None = None) -> int:
    """Loads what the command line names; 0 all loaded or known, 1 something rejected, 2 usage."""
    options = _parser().parse_args(arguments)
    missing = [path for path in options.path if not path.exists()]
    if missing:
        print(f"loaders: there is no {missing[0]}", file=sys.stderr)
        return EXIT_USAGE
    console = Console(stderr=True)
    try:
        results = _load_with_progress(options, console)
    except WarehouseLockedError as error:
        print(f"loaders: {error}", file=sys.stderr)
        return EXIT_REJECTED
    if options.json:
        print(json.dumps([as_json(result) for result in results], indent=2))
    else:
        _print_results(results)
    return EXIT_REJECTED if any(r.status == "rejected" for r in results) else EXIT_LOADED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m loaders",
        description="Loads remittances (X12 835), offset registers, appeal logs and provider rosters.",
    )
    parser.add_argument(
        "path", nargs="+", type=Path, metavar="PATH", help="a file, a folder, a .zip or a .gz"
    )
    parser.add_argument(
        "--warehouse",
        type=Path,
        metavar="DIR",
        help=f"where the warehouse is; else ${ENVIRONMENT_VARIABLE}, else data/warehouse",
    )
    parser.add_argument(
        "--kind", choices=("auto", "835", "offsets", "appeals", "providers"), default="auto"
    )
    parser.add_argument("--json", action="store_true", help="print one object per file")
    return parser


def _load_with_progress(options: argparse.Namespace, console: Console) -> list[FileResult]:
    def say_waiting(holder: LockHolder | None) -> None:
        console.print(f"Waiting for {holder or 'another loader'} to finish.")

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(
        *columns, console=console, transient=True, disable=not console.is_terminal
    ) as bar:
        task = bar.add_task("Loading")

        def show(done: int, total: int, name: str) -> None:
            bar.update(task, completed=done, total=total, description=name)

        return load(
            options.path,
            warehouse_folder(options.warehouse),
            kind=options.kind,
            on_progress=show,
            on_wait=say_waiting,
        )


def as_json(result: FileResult) -> dict[str, object]:
    """One file's result as the --json output has it; money as strings."""
    money = ("payment_amount", "claim_paid", "provider_adjustment_total")
    counts = ("remittances", "claims", "service_lines", "claim_adjustments", "provider_adjustments")
    return {
        "path": result.path,
        "status": result.status,
        "kind": result.kind,
        **{name: getattr(result, name) for name in counts},
        **{name: str(_cents(getattr(result, name))) for name in money},
        "unbalanced": result.unbalanced,
        "quarantined": result.quarantined,
        "rows": result.rows,
        "problems": [
            {
                "severity": p.severity,
                "location": p.location,
                "message": f"{p.message} {p.remedy}",
                "field": p.field,
                "value": p.value,
                "remedy": p.remedy,
            }
            for p in result.problems
        ],
    }


def _cents(amount: Decimal) -> Decimal:
    return amount.quantize(Decimal("0.01"))


def _print_results(results: list[FileResult]) -> None:
    console = Console()
    table = Table(
        "File", "Status", "Kind", "Remittances or rows", "Claims", "Paid", "In quarantine"
    )
    for result in results:
        table.add_row(
            Path(result.path).name,
            f"[{STYLES[result.status]}]{result.status}[/]",
            result.kind,
            f"{result.rows:,}",
            f"{result.claims:,}",
            f"{result.payment_amount:,.2f}",
            str(result.quarantined),
        )
    console.print(table)
    for result in results:
        for problem in result.problems:
            console.print(
                f"{problem.severity}: {Path(result.path).name}, {problem.location}, {problem.field}"
                f"{f' = {problem.value!r}' if problem.value else ''}: {problem.message} {problem.remedy}",
                markup=False,
                highlight=False,
                soft_wrap=True,
            )


if __name__ == "__main__":
    sys.exit(main())
