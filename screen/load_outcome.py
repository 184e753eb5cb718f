"""What became of the files of a load: in short, file by file, and finding by finding."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

import streamlit as st

from kpis.format import exact_usd
from loaders.results import FileResult
from screen.load_job import LoadJob
from screen.plain_text import plain
from screen.tables import dollars, shown

FINDINGS_SHOWN = 50

STATUS = {"loaded": "✓ loaded", "duplicate": "= known before", "rejected": "✕ refused"}
SEVERITY_ICONS = {
    "error": ":red[:material/error:] **Error.**",
    "warning": ":orange[:material/warning:] **Warning.**",
    "info": ":material/info: **Note.**",
}
KINDS = {
    "835": "Remittance (835)",
    "offsets": "Offset register",
    "appeals": "Appeals log",
    "providers": "Provider roster",
    "unknown": "Not recognised",
}


def show_outcome(job: LoadJob) -> None:
    """Draws the result of a finished load."""
    st.subheader("What became of your files", anchor=False)
    if job.failure:
        st.error(plain(job.failure), icon=":material/error:")
        return
    say_in_short(job)
    results_table(job.results)
    problems_of(job.results)


def say_in_short(job: LoadJob) -> None:
    loaded = [r for r in job.results if r.status == "loaded"]
    refused = [r for r in job.results if r.status == "rejected"]
    known = [r for r in job.results if r.status == "duplicate"]
    aside = sum(r.unbalanced for r in loaded)
    if loaded:
        paid = sum((r.payment_amount for r in loaded), Decimal("0.00"))
        remittances = sum(r.remittances for r in loaded)
        st.success(
            f"{count(len(loaded), 'file')} loaded: {count(remittances, 'remittance')}, "
            f"payments of {money(paid)}. Every page shows the new figures.",
            icon=":material/check_circle:",
        )
    if loaded and job.replaces_sample:
        st.info(
            "**Your data has replaced the sample.** No invented figure is left on any page.",
            icon=":material/published_with_changes:",
        )
    if known:
        st.info(
            f"{count(len(known), 'file')} known before: nothing counts twice, no figure changed.",
            icon=":material/content_copy:",
        )
    if refused:
        st.error(
            f"{count(len(refused), 'file')} refused: nothing was loaded from there, no figure changed. "
            "Why, and what to do, stands below.",
            icon=":material/block:",
        )
    if aside:
        st.warning(
            f"{count(aside, 'remittance')} of these set aside in quarantine: the amounts do not tie to the payment. "
            "They are stored, and in no figure.",
            icon=":material/warning:",
        )


def results_table(results: Sequence[FileResult]) -> None:
    headings = {
        "file": "File",
        "status": "Result",
        "kind": "Kind",
        "rows": "Remittances or rows",
        "claims": "Claims",
        "paid": "Paid",
        "unbalanced": "In quarantine",
        "problems": "Findings",
    }
    rows = [
        {
            "file": result.path,
            "status": STATUS[result.status],
            "kind": kind_in_words(result.kind),
            "rows": result.rows,
            "claims": result.claims,
            "paid": result.payment_amount,
            "unbalanced": result.unbalanced,
            "problems": len(result.problems),
        }
        for result in results
    ]
    st.dataframe(
        shown(rows, list(headings)),
        hide_index=True,
        column_config={**headings, "paid": dollars(headings["paid"], "Sum of BPR02.")},
        alt="One row per file with what became of it",
    )


def problems_of(results: Sequence[FileResult]) -> None:
    """Every finding of the load, up to a number that can be read."""
    found = [(result.path, problem) for result in results for problem in result.problems]
    if not found:
        return
    st.markdown("**Findings**")
    for path, problem in found[:FINDINGS_SHOWN]:
        finding(
            {
                "file": path,
                "severity": problem.severity,
                "location": problem.location,
                "field": problem.field,
                "value": problem.value,
                "message": problem.message,
                "remedy": problem.remedy,
            }
        )
    if len(found) > FINDINGS_SHOWN:
        st.caption(f"The first {FINDINGS_SHOWN} of {len(found):,}; all are under Problems.")


def finding(row: Mapping[str, object]) -> None:
    """One finding in words: what is wrong, where it stands, what to do."""
    value = f" = “{plain(row['value'])}”" if row["value"] else ""
    places = (
        [plain(row["file"]), plain(row["location"])]
        if row["location"] != "file"
        else [plain(row["file"])]
    )
    if row["field"] and row["field"] != "file":
        places.append(f"{plain(row['field'])}{value}")
    with st.container(border=True, gap="xxsmall"):
        st.markdown(f"{SEVERITY_ICONS[str(row['severity'])]} {sentence(row['message'])}")
        st.markdown(f"**What to do:** {sentence(row['remedy'])}")
        st.caption(" · ".join(places))


def sentence(text: object) -> str:
    """A reader's words as a sentence: capital first, full stop last."""
    words = str(text).strip()
    ended = words if words.endswith((".", "!", "?")) else f"{words}."
    return plain(ended[:1].upper() + ended[1:])


def kind_in_words(kind: str) -> str:
    """What kind of file it is, as people call it."""
    return KINDS.get(kind, kind)


def count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def money(amount: Decimal) -> str:
    return exact_usd(amount).replace("$", r"\$")
