"""Data: what is loaded? Upload, what became of each file, load history, problems and quarantine."""

from __future__ import annotations

import time

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from data.warehouse import current_snapshot
from kpis.loads import (
    SEVERITIES,
    Holdings,
    holdings,
    load_history,
    problem_counts,
    problems,
    quarantined,
)
from loaders.layouts import LAYOUTS
from screen.header import page_header
from screen.load_job import MOST_BYTES_AT_ONCE, LoadJob, start_sample, start_upload
from screen.load_outcome import (
    finding,
    kind_in_words,
    show_outcome,
)
from screen.plain_text import plain
from screen.segments import payment_and_adjustments, show_lines
from screen.session import ask, warehouse
from screen.tables import csv_button, csv_bytes, dollars, shown

JOB, FINISHED, UPLOADS = "load_job", "finished_load", "uploads_taken"
POLL_SECONDS = 0.1
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


def page() -> None:
    page_header("Data", "What is loaded?")
    job: LoadJob | None = st.session_state.get(JOB)
    if job is not None:
        running(job)
    else:
        upload()
    finished: LoadJob | None = st.session_state.get(FINISHED)
    if finished is not None:
        outcome(finished)
    if current_snapshot(warehouse()) is not None:
        everything_loaded(ask(holdings))


def upload() -> None:
    """Takes files dropped here and starts to load them at once."""
    held = current_holdings()
    megabytes = int(st.get_option("server.maxUploadSize"))
    files = st.file_uploader(
        "Drop remittances and exports here",
        accept_multiple_files=True,
        key=f"upload_{st.session_state.get(UPLOADS, 0)}",
        help="X12 835 files under any name (.835, .edi, .txt, .era …), and CSV or tab-separated exports: offset "
        "register, appeals log, provider roster. A .zip or .gz is unpacked. Loading a file twice changes nothing.",
    )
    st.caption(
        f"835 remittances, offset register, appeals log, provider roster; .zip and .gz are unpacked. Up to "
        f"{megabytes:,} MB a file and {MOST_BYTES_AT_ONCE >> 20:,} MB at once; load more from a shell. "
        "What a file is is told from its content. Patient names are never stored."
    )
    what_can_be_loaded()
    if files:
        take(files, held)
    if held.is_empty:
        st.info("Nothing is loaded yet. Drop your files above, or look around with the sample.")
        st.button(
            "Load the sample",
            icon=":material/science:",
            key="load_sample",
            on_click=lambda: begin(start_sample(warehouse())),
        )


def take(files: list[UploadedFile], held: Holdings) -> None:
    size = sum(file.size for file in files)
    if size > MOST_BYTES_AT_ONCE:
        st.error(
            f"These files hold {size / (1 << 20):,.0f} MB together, more than the "
            f"{MOST_BYTES_AT_ONCE >> 20:,} MB that are taken at once. Nothing was loaded. Upload fewer files, "
            "or load them from a shell as described below.",
            icon=":material/error:",
        )
        return
    uploads = [(file.name, file.getvalue()) for file in files]
    begin(start_upload(warehouse(), uploads, replaces_sample=held.is_sample))
    st.rerun()


def begin(job: LoadJob) -> None:
    """Shows the job's progress from now on, and an empty uploader after it."""
    st.session_state[JOB] = job
    st.session_state[UPLOADS] = st.session_state.get(UPLOADS, 0) + 1
    st.session_state.pop(FINISHED, None)


def running(job: LoadJob) -> None:
    """Follows the load to its end; leaving the page does not stop it."""
    bar = st.progress(job.share_done, text=job.in_words)
    while job.is_running:
        bar.progress(job.share_done, text=plain(job.in_words))
        time.sleep(POLL_SECONDS)
    st.session_state[FINISHED] = st.session_state.pop(JOB)
    st.rerun()


def outcome(job: LoadJob) -> None:
    """What became of each file of the last load, until it is put away."""
    with st.container(border=True, key="outcome"):
        show_outcome(job)
        st.button("Done", key="done", on_click=lambda: st.session_state.pop(FINISHED, None))


def everything_loaded(held: Holdings) -> None:
    if held.is_sample:
        st.info(
            "All of this is the **bundled sample**: invented payers, claims and patients. The first file of your "
            "own replaces it.",
            icon=":material/science:",
        )
    history, findings, aside, shell = st.tabs(
        [
            f"Load history ({held.files:,})",
            f"Problems ({held.problems:,})",
            f"In quarantine ({held.in_quarantine:,})",
            "From a shell",
        ]
    )
    with history:
        history_table()
    with findings:
        problem_list(held)
    with aside:
        quarantine()
    with shell:
        from_a_shell()


def history_table() -> None:
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
        shown(rows, list(headings)),
        hide_index=True,
        column_config={
            **headings,
            "loaded_at": st.column_config.DatetimeColumn(
                headings["loaded_at"], format="MMM D, YYYY HH:mm"
            ),
            "paid": dollars(headings["paid"], "Sum of BPR02 of the remittances the file brought."),
            "bytes": st.column_config.NumberColumn(headings["bytes"], format="localized"),
        },
        placeholder="–",
        alt="Every file loaded, latest first",
    )
    csv_button(rows, headings, "load-history.csv")


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
    number = st.pagination(pages, key=f"problem_page_{severity}") if pages > 1 else 1
    if not total:
        st.caption(f"Nothing of severity {severity}.")
    for row in ask(
        problems, severity, PROBLEMS_PER_PAGE, (number - 1) * PROBLEMS_PER_PAGE
    ).to_pylist():
        finding(row)
    st.download_button(
        f"CSV of {total:,}",
        data=lambda: csv_bytes(ask(problems, severity).to_pylist(), PROBLEM_COLUMNS),
        file_name=f"problems-{severity or 'all'}.csv",
        mime="text/csv",
        icon=":material/download:",
        type="tertiary",
        on_click="ignore",
        key="download_problems",
    )


def quarantine() -> None:
    """Remittances that do not tie: by how much, and the segments that say so."""
    rows = ask(quarantined).to_pylist()
    if not rows:
        st.caption("Every remittance loaded ties to its payment, to the cent.")
        return
    st.caption(
        "These remittances are stored and in no figure: BPR02 is not the claims paid less the provider "
        "adjustments, or it could not be checked. Ask the payer for a corrected remittance and load it."
    )
    headings = {
        "payment_date": "Payment date",
        "payer": "Payer",
        "trace_number": "Trace number",
        "payment_amount": "BPR02",
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
    csv_button(rows, headings, "quarantine.csv")
    names = [
        f"{number}. {row['payer']}, {row['trace_number'] or 'no trace number'}"
        for number, row in enumerate(rows, start=1)
    ]
    chosen = st.selectbox("Segments of", names, key="quarantined_remittance")
    row = rows[names.index(chosen) if chosen in names else 0]
    lines = payment_and_adjustments(warehouse(), row["archive"], row["byte_start"], row["byte_end"])
    show_lines(lines, "The file is not in this warehouse's archive.")


def from_a_shell() -> None:
    st.markdown(
        "Whole folders, archives and large files load faster from a shell, with the same checks:"
    )
    st.code(
        f"python -m loaders PATH... --warehouse {warehouse()}\n"
        "# PATH: a file, a folder with all below it, a .zip or a .gz; --json prints one object per file",
        language="bash",
    )
    st.caption(
        "The dashboard may stay open: a finished load shows at the next click. One loader works at a time; "
        "another waits for it."
    )


def what_can_be_loaded() -> None:
    with st.expander("What can be loaded, and which columns an export needs"):
        st.markdown("**835 remittances**: X12 005010X221A1, any number of them in a file.")
        for layout in LAYOUTS.values():
            needed = ", ".join(column_in_words(f.name) for f in layout.fields if f.required)
            others = ", ".join(column_in_words(f.name) for f in layout.fields if not f.required)
            st.markdown(
                f"**{layout.in_words[0].upper()}{layout.in_words[1:]}** needs {needed}; it may have {others}. "
                "Columns are known under the names that systems give them, in any order."
            )


def current_holdings() -> Holdings:
    if current_snapshot(warehouse()) is None:
        return Holdings(0, is_sample=False, remittances=0, in_quarantine=0, problems=0)
    return ask(holdings)


def column_in_words(name: str) -> str:
    return name.replace("_", " ").replace("npi", "NPI")


page()
