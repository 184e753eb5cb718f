"""What happens where nothing was ever loaded: the bundled sample, with a progress bar."""

from __future__ import annotations

import streamlit as st

from data.warehouse import current_snapshot
from loaders.sample import load_sample
from screen.session import warehouse


def ensure_something_is_loaded() -> None:
    """Loads the sample where the warehouse is empty, then runs the page again."""
    if current_snapshot(warehouse()) is not None:
        return
    bar = st.progress(0.0, text="First start: loading the sample data, about ten seconds …")

    def show_progress(done: int, files: int, name: str) -> None:
        bar.progress(done / max(files, 1), text=f"First start: loading the sample data … {name}")

    load_sample(warehouse(), show_progress)
    st.rerun()
