"""Data: what is loaded? Upload, what became of each file, mappings, load history, problems and quarantine."""

from __future__ import annotations

import time

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from data.warehouse import current_snapshot
from kpis.loads import (
    Holdings,
    holdings,
)
from loaders.results import FileResult
from loaders.tables.mapping_files import (
    BUILT_IN,
    Mapping,
    read_mappings,
    user_mappings_folder,
    write_mapping,
)
from screen.header import page_header
from screen.load_job import (
    MOST_BYTES_AT_ONCE,
    LoadChoices,
    LoadJob,
    start_again,
    start_sample,
    start_upload,
)
from screen.load_outcome import problems_of, show_outcome
from screen.loaded_files import from_a_shell, history_table, problem_list, quarantine
from screen.mapping_draft import Draft, draft_of
from screen.mapping_editor import Actions, mapping_editor
from screen.plain_text import plain
from screen.refused_rows import refused_in_words, refused_rows_button
from screen.saved_mappings import saved_mappings, show_mappings
from screen.session import ask, warehouse
from screen.unread_tables import UnreadTable
from screen.upload_words import what_can_be_loaded

JOB, FINISHED, UPLOADS = "load_job", "finished_load", "uploads_taken"
DRAFT, DRAFT_OF, NOT_SAVED = "mapping_draft", "mapping_draft_of", "mapping_not_saved"
POLL_SECONDS = 0.1


def page() -> None:
    page_header("data")
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
        help="X12 835 files under any name (.835, .edi, .txt, .era …), and tables: CSV and other text, Excel "
        "(.xlsx, .xls, .xlsb), .ods, .parquet, .arrow. A .zip or .gz is unpacked. Loading a file twice changes "
        "nothing.",
    )
    st.caption(
        f"835 remittances, and tables as text, .xlsx, .parquet or .arrow: posted remittance, offset register, "
        f"appeals log, provider roster, payer list; .zip and .gz are unpacked. Up to {megabytes:,} MB a file and "
        f"{MOST_BYTES_AT_ONCE >> 20:,} MB at once; load more from a shell. "
        "What a file is is told from its content. Patient names are never stored."
    )
    choices = load_choices()
    what_can_be_loaded()
    if files:
        take(files, held, choices)
    if held.is_empty:
        st.info("Nothing is loaded yet. Drop your files above, or look around with the sample.")
        st.button(
            "Load the sample",
            icon=":material/science:",
            key="load_sample",
            on_click=lambda: begin(start_sample(warehouse())),
        )


def load_choices() -> LoadChoices:
    """What to do with the next files dropped."""
    check, replace = st.columns(2, gap="medium")
    with check, st.container(gap=None):
        only_check = st.checkbox("Only check, load nothing", key="only_check")
        st.caption("Says what would become of the files; no figure changes, nothing is stored.")
    with replace, st.container(gap=None):
        replaces_known = st.checkbox(
            "Replace remittances that are already loaded", key="replaces_known"
        )
        st.caption(
            "For corrected files: one of the same payer, trace number and date takes the place of the earlier one."
        )
    return LoadChoices(only_check, replaces_known)


def take(files: list[UploadedFile], held: Holdings, choices: LoadChoices) -> None:
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
    begin(start_upload(warehouse(), uploads, replaces_sample=held.is_sample, choices=choices))
    st.rerun()


def begin(job: LoadJob) -> None:
    """Shows the job's progress from now on, and an empty uploader after it."""
    st.session_state[JOB] = job
    st.session_state[UPLOADS] = st.session_state.get(UPLOADS, 0) + 1
    put_away()


def put_away() -> None:
    """Lets go of the last outcome, and with it of the bytes of its files."""
    for name in (FINISHED, DRAFT, DRAFT_OF):
        st.session_state.pop(name, None)


def again(job: LoadJob, choices: LoadChoices, saved_as: str = "") -> None:
    """Begins with the same files once more."""
    is_sample = current_holdings().is_sample
    new = start_again(warehouse(), job.contents, replaces_sample=is_sample, choices=choices)
    new.saved_as = saved_as
    begin(new)


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
        if job.contents and (job.failure or job.choices.only_check):
            st.button(
                "Try again" if job.failure else "Load them now",
                icon=":material/upload:",
                key="again",
                on_click=again,
                args=(
                    job,
                    job.choices if job.failure else LoadChoices(False, job.choices.replaces_known),
                ),
            )
        for number, result in enumerate(job.results):
            refused_table(job, result, number)
        problems_of(job.results)
        st.button("Done", key="done", on_click=put_away)


def refused_table(job: LoadJob, result: FileResult, number: int) -> None:
    """What can be done about a refused table: correct its rows, or say what its columns are."""
    unread = next((one for one in job.unread if one.path == result.path), None)
    draft: Draft | None = st.session_state.get(DRAFT)
    if unread is not None and draft is not None and st.session_state.get(DRAFT_OF) == unread.path:
        name_columns(job, unread, draft)
    elif unread is not None or result.rejected is not None:
        with st.container(border=True, key=f"refused_{number}"):
            offers(result, unread, number)


def offers(result: FileResult, unread: UnreadTable | None, number: int) -> None:
    words = [f"**{plain(result.path)}:**"]
    if result.rejected is not None:
        words.append(refused_in_words(result.rejected))
    if unread is not None and unread.is_recognised:
        words.append(
            "Where columns, dates, amounts or signs were taken wrongly, say what they are."
        )
    elif unread is not None:
        words.append(
            "a table whose columns are not known. Say once what they are, and every later file of this layout "
            "loads by itself."
        )
    st.markdown(" ".join(words))
    with st.container(horizontal=True):
        if result.rejected is not None:
            refused_rows_button(result.path, result.rejected, f"refused_rows_{number}")
        if unread is not None:
            st.button(
                "Say what the columns are",
                type="secondary" if result.rejected else "primary",
                icon=":material/table_edit:",
                key=f"name_columns_{number}",
                on_click=take_up,
                args=(unread,),
            )


def take_up(unread: UnreadTable, kind: str | None = None, name: str = "") -> None:
    st.session_state[DRAFT] = draft_of(unread, kind, name)
    st.session_state[DRAFT_OF] = unread.path


def put_down() -> None:
    st.session_state.pop(DRAFT, None)


def name_columns(job: LoadJob, unread: UnreadTable, draft: Draft) -> None:
    """The form over one refused table; saving it loads the same upload again."""
    saved, _ = read_mappings([BUILT_IN, user_mappings_folder(warehouse())])
    actions = Actions(
        propose=lambda kind: take_up(unread, kind, draft.name),
        save_label="Save and check again" if job.choices.only_check else "Save and load",
        save=lambda mapping: save_and_load(job, mapping),
        cancel=put_down,
    )
    with st.container(border=True, key="mapping"):
        st.markdown(f"#### What the columns of {plain(unread.path)} are")
        mapping_editor(unread, draft, actions, {mapping.name for mapping in saved})
        if failed := st.session_state.pop(NOT_SAVED, None):
            st.error(failed, icon=":material/error:")


def save_and_load(job: LoadJob, mapping: Mapping) -> None:
    """Keeps the mapping and begins the same upload again; says so where it cannot be kept."""
    folder = user_mappings_folder(warehouse())
    try:
        file = write_mapping(mapping, folder)
    except OSError as error:
        st.session_state[NOT_SAVED] = (
            f"The mapping could not be saved in {plain(folder)}: {plain(error.strerror or error)}. Nothing was "
            "loaded. Make room or give this account the right to write there, then save again."
        )
        return
    again(job, job.choices, file.name)


def everything_loaded(held: Holdings) -> None:
    if held.is_sample:
        st.info(
            "All of this is the **bundled sample**: invented payers, claims and patients. The first file of your "
            "own replaces it.",
            icon=":material/science:",
        )
    saved = len(saved_mappings(user_mappings_folder(warehouse()))[0])
    history, findings, aside, mappings, shell = st.tabs(
        [
            f"Load history ({held.files:,})",
            f"Problems ({held.problems:,})",
            f"In quarantine ({held.in_quarantine:,})",
            f"Mappings ({saved:,})",
            "From a shell",
        ]
    )
    with history:
        history_table()
    with findings:
        problem_list(held)
    with aside:
        quarantine()
    with mappings:
        show_mappings(user_mappings_folder(warehouse()))
    with shell:
        from_a_shell()


def current_holdings() -> Holdings:
    if current_snapshot(warehouse()) is None:
        return Holdings(0, is_sample=False, remittances=0, in_quarantine=0, problems=0)
    return ask(holdings)


page()
