"""What was loaded so far: load history, findings, remittances in quarantine, and how to load from a shell."""

from __future__ import annotations

import streamlit as st

from kpis.loads import (
    SEVERITIES,
    Holdings,
    load_history,
    problem_counts,
    problems,
    quarantined,
)
from screen.csv_files import csv_button
from screen.field_words import kind_in_words
from screen.load_outcome import finding
from screen.pager import page_chosen
from screen.segments import payment_and_adjustments, show_lines
from screen.session import ask, warehouse
from screen.tables import dollars, shown

PROBLEMS_PER_PAGE = 25
PROBLEM_COLUMNS = {
    "found_at": "Found (UTC)",
    "file": "File",
    "severity": "Severity",
    "location": "Place",
    "field": "Field",
    "value": "Value",
    "message": "What is wrong",
    "remedy": "What to do",
}


def history_table() -> None:
    """Every file loaded, latest first."""
    headings = {
        "loaded_at": "Loaded (UTC)",
        "file": "File",
        "kind": "Kind",
        "rows": "Remittances or rows",
        "claims": "Claims",
        "paid": "Paid",
        "in_quarantine": "In quarantine",
        "problems": "Findings",
        "bytes": "Bytes",
        "of": "Data",
    }
    rows = [
        {**row, "kind": kind_in_words(row["kind"]), "of": "sample" if row["is_sample"] else "own"}
        for row in ask(load_history).to_pylist()
    ]
    if not rows:
        st.caption("No file was loaded yet.")
        return
    st.dataframe(
        shown(rows, [name for name in headings if name != "bytes"]),
        hide_index=True,
        column_config={
            **headings,
            "loaded_at": st.column_config.DatetimeColumn(
                headings["loaded_at"], format="MMM D, YYYY HH:mm"
            ),
            "paid": dollars(headings["paid"], "Sum of BPR02 of the remittances the file brought."),
        },
        placeholder="–",
        alt="Every file loaded, latest first",
    )
    csv_button(rows, headings, "load-history.csv", narrowed="by nothing")


def problem_list(held: Holdings) -> None:
    """Findings about all files, refused ones included, latest first."""
    if not held.problems:
        st.caption(
            "Nothing was found to be wrong with any file.",
            help="Errors, warnings and notes of the readers.",
        )
        return
    counts = ask(problem_counts)
    offered = {f"{severity}: {counts[severity]:,}": severity for severity in SEVERITIES}
    chosen = st.segmented_control("Severity", list(offered), key="problem_severity")
    severity = offered.get(str(chosen))
    total = counts[severity] if severity else held.problems
    pages = max(-(-total // PROBLEMS_PER_PAGE), 1)
    number = page_chosen(pages, f"problem_page_{severity}") if pages > 1 else 1
    if not total:
        st.caption(f"Nothing of severity {severity}.")
    for row in ask(
        problems, severity, PROBLEMS_PER_PAGE, (number - 1) * PROBLEMS_PER_PAGE
    ).to_pylist():
        finding(row)
    csv_button(
        lambda: ask(problems, severity).to_pylist(),
        PROBLEM_COLUMNS,
        f"problems-{severity or 'all'}.csv",
        label=f"CSV of {total:,}",
        narrowed="by nothing",
    )


def quarantine() -> None:
    """Remittances that do not tie: by how much, and the segments that say so."""
    rows = ask(quarantined).to_pylist()
    if not rows:
        st.caption("Every remittance loaded ties to its payment, to the cent.")
        return
    st.caption(
        "These remittances are stored and in no figure: the payment (BPR02) is not the claims paid less the provider "
        "adjustments, or it could not be checked. Ask the payer for a corrected remittance and load it."
    )
    headings = {
        "payment_date": "Payment date",
        "payer": "Payer",
        "trace_number": "Trace number",
        "payment_amount": "Payment (BPR02)",
        "claim_paid": "Claims paid",
        "provider_adjustment_total": "Provider adjustments",
        "difference": "Difference",
        "balance_state": "State",
        "file": "File",
    }
    money_columns = ("payment_amount", "claim_paid", "provider_adjustment_total", "difference")
    st.dataframe(
        shown(rows, list(headings)),
        hide_index=True,
        column_config={
            **headings,
            **{name: dollars(headings[name]) for name in money_columns},
            "payment_date": st.column_config.DateColumn(
                headings["payment_date"], format="MMM D, YYYY"
            ),
            "difference": dollars(
                headings["difference"], "BPR02 − (claims paid − provider adjustments)."
            ),
        },
        placeholder="not known",
        alt="Remittances in quarantine with their differences",
    )
    csv_button(rows, headings, "quarantine.csv", narrowed="by nothing")
    names = [
        f"{number}. {row['payer']}, {row['trace_number'] or 'no trace number'}"
        for number, row in enumerate(rows, start=1)
    ]
    chosen = st.selectbox("Segments or rows of", names, key="quarantined_remittance")
    row = rows[names.index(chosen) if chosen in names else 0]
    lines = payment_and_adjustments(warehouse(), row["archive"], row["byte_start"], row["byte_end"])
    show_lines(lines, "The file is not in this warehouse's archive.")


def from_a_shell() -> None:
    """The commands that do the same."""
    st.markdown(
        "Whole folders, archives and large files load faster from a shell, with the same checks:"
    )
    st.code(
        f"python -m loaders PATH... --warehouse {warehouse()}\n"
        "# PATH: a file, a folder with all below it, a .zip or a .gz; --json prints one object per file\n"
        "# --dry-run writes nothing; --replace lets corrected remittances take the place of earlier ones\n"
        "# --rejected DIR writes refused rows; --watch waits for more files; python -m loaders map names columns",
        language="bash",
    )
    st.caption(
        "The dashboard may stay open: a finished load shows at the next click. One loader works at a time; "
        "another waits for it."
    )
