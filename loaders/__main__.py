"""The command that loads exports: python -m loaders PATH..."""

from __future__ import annotations

import argparse
import errno
import json
import sys
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import get_args

import duckdb
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table

from data.warehouse import ENVIRONMENT_VARIABLE, LockHolder, WarehouseClosedError, warehouse_folder
from data.without_pandas import keep_pandas_out
from loaders import rebuild
from loaders.inbox import Sizes, arrivals, sizes_of
from loaders.ingest import dry_run, load
from loaders.problems import Problem
from loaders.results import FileResult, Kind, by_file
from loaders.tables import map_command
from loaders.tables.rejected_rows import write_rejected

EXIT_LOADED, EXIT_REJECTED, EXIT_USAGE, EXIT_INTERRUPTED = 0, 1, 2, 130
AS_IT_WAS = "Nothing was loaded; the last load is as it was."
DISK_ERRORS = frozenset(
    {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EACCES, errno.EPERM, errno.EROFS, errno.EIO}
)
STYLES = {"loaded": "green", "duplicate": "dim", "rejected": "red"}


def main(arguments: list[str] | None = None) -> int:
    """Loads what the command line names; 0 all loaded or known, 1 something rejected, 2 usage, 130 interrupted.

    1 also where the warehouse or the disk refuses.
    """
    given = sys.argv[1:] if arguments is None else arguments
    if given[:1] == ["map"]:
        return map_command.main(given[1:])
    if given[:1] == ["rebuild"]:
        return rebuild.main(given[1:])
    options = _parser().parse_args(given)
    missing = [path for path in options.path if not path.exists()]
    if missing:
        return _usage(f"there is no {missing[0]}")
    if options.watch and options.dry_run:
        return _usage("--watch and --dry-run do not go together")
    files = [path for path in options.path if not path.is_dir()]
    if options.watch and files:
        return _usage(f"--watch waits for files in folders, and {files[0]} is a file")
    console = Console(stderr=True)
    try:
        seen = sizes_of(options.path) if options.watch else {}
        results = _load_and_tell(options, options.path, console)
        if options.watch:
            results += _watch(options, seen, console)
    except WarehouseClosedError as error:
        print(f"loaders: {error}", file=sys.stderr)
        return EXIT_REJECTED
    except KeyboardInterrupt:
        left = "What was loaded stays." if options.watch else AS_IT_WAS
        print(f"loaders: interrupted. {left}", file=sys.stderr)
        return EXIT_INTERRUPTED
    except (OSError, duckdb.Error) as error:
        if not _is_disk(error):
            raise
        print(f"loaders: the disk refused: {error}. {AS_IT_WAS}", file=sys.stderr)
        return EXIT_REJECTED
    return EXIT_REJECTED if any(r.status == "rejected" for r in results) else EXIT_LOADED


def _usage(message: str) -> int:
    print(f"loaders: {message}", file=sys.stderr)
    return EXIT_USAGE


def _is_disk(error: Exception) -> bool:
    """Whether what failed was the disk: full, limited, not writable or broken."""
    if isinstance(error, OSError):
        return error.errno in DISK_ERRORS
    return isinstance(error, duckdb.IOException) or "could not write" in str(error).lower()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m loaders",
        description="Loads remittances (X12 835 or tables), offset registers, appeal logs, provider rosters "
        "and payer lists. `python -m loaders map FILE` says what the columns of an unknown table are; "
        "`python -m loaders rebuild` works out the ledger again without loading anything.",
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
    parser.add_argument("--kind", choices=get_args(Kind), default="auto")
    parser.add_argument(
        "--json",
        action="store_true",
        help="print an array of one object per file; with --watch one object per line",
    )
    parser.add_argument(
        "--replace",
        action="store_true",
        help="remittances of a payer, trace number and date that were loaded before give way to these",
    )
    parser.add_argument(
        "--dry-run", action="store_true", help="say what would become of each file; write nothing"
    )
    parser.add_argument(
        "--rejected",
        type=Path,
        metavar="DIR",
        help="write the rows of refused tables there, with what is wrong beside each",
    )
    parser.add_argument(
        "--watch", action="store_true", help="then wait, and load what arrives in the folders"
    )
    return parser


def _watch(options: argparse.Namespace, seen: Sizes, console: Console) -> list[FileResult]:
    """Load what arrives, until interrupted."""
    results: list[FileResult] = []
    console.print("Waiting for files; Ctrl-C ends.")
    for arrived in arrivals(options.path, seen):
        results += _load_and_tell(options, arrived, console)
    return results


def _load_and_tell(
    options: argparse.Namespace, paths: Sequence[Path], console: Console
) -> list[FileResult]:
    try:
        results = _load_with_progress(options, paths, console)
    except (WarehouseClosedError, OSError, duckdb.Error) as error:
        if options.json and (isinstance(error, WarehouseClosedError) or _is_disk(error)):
            _print_json([_not_loaded(path, error) for path in paths], in_lines=options.watch)
        raise
    if not results and not options.watch:
        named = ", ".join(str(path) for path in paths)
        console.print(f"Nothing to load was found in {named}.", markup=False, highlight=False)
    if options.json:
        _print_json(results, in_lines=options.watch)
    elif results:
        _print_results(results)
    if options.rejected is not None:
        _write_rejected(options.rejected, results, console)
    return results


def _load_with_progress(
    options: argparse.Namespace, paths: Sequence[Path], console: Console
) -> list[FileResult]:
    def say_waiting(holder: LockHolder | None) -> None:
        console.print(f"Waiting for {holder or 'another loader'} to finish.")

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(
        *columns, console=console, transient=True, disable=not console.is_terminal
    ) as bar:
        task = bar.add_task("Loading")

        def show(done: int, total: int, name: str) -> None:
            bar.update(task, completed=done, total=total, description=name)

        warehouse = warehouse_folder(options.warehouse)
        how = {"kind": options.kind, "replaces_known": options.replace, "on_progress": show}
        if options.dry_run:
            return dry_run(paths, warehouse, **how)
        return load(paths, warehouse, on_wait=say_waiting, **how)


def _write_rejected(folder: Path, results: Sequence[FileResult], console: Console) -> None:
    """Write refused tables to correct and load again; readable by their owner only."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for result in results:
            if result.rejected is not None:
                target = write_rejected(result.rejected, folder, Path(result.path).name)
                console.print(f"Rows to correct: {target}", markup=False, highlight=False)
    except OSError as error:
        print(
            f"loaders: refused rows cannot be written to {folder}: {error.strerror}. "
            "All else is done; name another folder with --rejected.",
            file=sys.stderr,
        )


def _print_json(results: Sequence[FileResult], *, in_lines: bool) -> None:
    """Print an object per file: in one array, or each on a line of its own where more may follow."""
    objects = [as_json(result) for result in by_file(results)]
    lines = map(json.dumps, objects) if in_lines else [json.dumps(objects, indent=2)]
    for line in lines:
        print(line, flush=True)


def _not_loaded(path: Path, error: Exception) -> FileResult:
    """What became of a file where the warehouse or the disk refused the whole load."""
    is_closed = isinstance(error, WarehouseClosedError)
    message = str(error) if is_closed else f"The disk refused: {error}."
    problem = Problem("error", "warehouse", "warehouse", "", message, AS_IT_WAS)
    return FileResult(str(path), "rejected", "unknown", (problem,))


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
    keep_pandas_out()
    sys.exit(main())
