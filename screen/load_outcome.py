"""What became of the files of a load: in short, file by file, and finding by finding."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

import streamlit as st

from kpis.format import exact_usd
from kpis.money import NOTHING
from loaders.results import FileResult
from screen.field_words import kind_in_words
from screen.load_job import LoadJob
from screen.plain_text import plain
from screen.tables import dollars, shown

FINDINGS_SHOWN = 50
OF_PAYMENTS = ("835", "remittance")

STATUS = {
    "loaded": "✓ loaded",
    "set aside": "! set aside",
    "duplicate": "= known before",
    "rejected": "✕ refused",
}
CHECKED = STATUS | {
    "loaded": "✓ would load",
    "set aside": "! would be set aside",
    "rejected": "✕ would be refused",
}
SEVERITY_ICONS = {
    "error": ":red[:material/error:] **Error.**",
    "warning": ":orange[:material/warning:] **Warning.**",
    "info": ":material/info: **Note.**",
}


def show_outcome(job: LoadJob) -> None:
    """Draws the result of a finished load or check in short, and file by file."""
    checked = job.choices.only_check
    title = "What would become of your files" if checked else "What became of your files"
    st.subheader(title, anchor=False)
    if job.failure:
        st.error(plain(job.failure), icon=":material/error:")
        return
    if job.saved_as:
        st.success(f"The mapping is saved as {plain(job.saved_as)}.", icon=":material/save:")
    if checked:
        st.info(
            "**Checked only: nothing was loaded.** No figure changed, and nothing of these files was kept.",
            icon=":material/fact_check:",
        )
    say_in_short(job)
    results_table(job.results, CHECKED if checked else STATUS)


def say_in_short(job: LoadJob) -> None:
    by_status = {status: [r for r in job.results if _status_of(r) == status] for status in STATUS}
    _say_loaded(job, by_status["loaded"], len(by_status["set aside"]))
    if known := by_status["duplicate"]:
        st.info(
            f"{count(len(known), 'file')} known before: nothing counts twice, no figure changed.",
            icon=":material/content_copy:",
        )
    if refused := by_status["rejected"]:
        st.error(
            f"{count(len(refused), 'file')} refused: nothing was loaded from there, no figure changed. "
            "Why, and what to do, stands below.",
            icon=":material/block:",
        )
    if aside := sum(r.quarantined for r in (*by_status["loaded"], *by_status["set aside"])):
        st.warning(
            f"{count(aside, 'remittance')} of these set aside in quarantine: the amounts do not tie to the "
            "payment, or could not be checked. They are stored, and in no figure.",
            icon=":material/warning:",
        )


def _status_of(result: FileResult) -> str:
    """As the loader says; "set aside" where a file was loaded, and all of it is in quarantine."""
    is_aside = result.status == "loaded" and 0 < result.remittances == result.quarantined
    return "set aside" if is_aside else result.status


def _say_loaded(job: LoadJob, loaded: Sequence[FileResult], set_aside: int) -> None:
    """`set_aside`: how many files besides hold nothing that counts."""
    checked = job.choices.only_check
    if loaded:
        st.success(
            f"{count(len(loaded), 'file')} {'would load' if checked else 'loaded'}: {_brought(loaded)}."
            f"{'' if checked else ' Every page shows the new figures.'}",
            icon=":material/check_circle:",
        )
    if set_aside:
        what = "would be stored, and change" if checked else "stored, and changed"
        st.warning(
            f"{count(set_aside, 'file')} {what} no figure: no remittance there ties to its payment.",
            icon=":material/inventory_2:",
        )
    if job.replaces_sample and (loaded or set_aside):
        st.info(
            "Your data would replace the sample."
            if checked
            else "**Your data has replaced the sample.** No invented figure is left on any page.",
            icon=":material/published_with_changes:",
        )


def _brought(loaded: Sequence[FileResult]) -> str:
    """What the files hold: remittances and their payments, and rows of other exports."""
    remittances = sum(r.remittances for r in loaded)
    rows = sum(r.rows for r in loaded if r.kind not in OF_PAYMENTS)
    parts = []
    if remittances:
        paid = sum((r.payment_amount for r in loaded), NOTHING)
        parts = [count(remittances, "remittance"), f"payments of {money(paid)}"]
    if rows or not parts:
        parts.append(f"{count(rows, 'row')} of other exports" if parts else count(rows, "row"))
    return ", ".join(parts)


def results_table(results: Sequence[FileResult], status: Mapping[str, str]) -> None:
    headings = {
        "file": "File",
        "status": "Result",
        "kind": "Kind",
        "rows": "Remittances or rows",
        "claims": "Claims",
        "paid": "Paid",
        "in_quarantine": "In quarantine",
        "problems": "Findings",
    }
    rows = [
        {
            "file": result.path,
            "status": status[_status_of(result)],
            "kind": kind_in_words(result.kind),
            "rows": result.rows,
            "claims": result.claims,
            "paid": result.payment_amount,
            "in_quarantine": result.quarantined,
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
    """Every finding of the load, errors first, up to a number that can be read."""
    found = [(result.path, problem) for result in results for problem in result.problems]
    found.sort(key=lambda one: list(SEVERITY_ICONS).index(one[1].severity))
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


def count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def money(amount: Decimal) -> str:
    return exact_usd(amount).replace("$", r"\$")
