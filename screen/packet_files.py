"""The recoupment summary of one offset, to take into an appeal packet."""

from __future__ import annotations

from functools import partial

import streamlit as st

from reports.packet import PacketError, packet
from reports.packet_files import KINDS, packet_file
from reports.packet_paper import Paper
from reports.packet_wording import FILE, WordingError
from screen.plain_text import plain
from screen.session import engine, warehouse
from screen.usage_log import logged


def packet_button(receivable_id: str) -> None:
    """Offers the paper as PDF and as Word file; where the wording cannot be used, says what to change."""
    with st.popover("Appeal packet", icon=":material/description:", key="packet"):
        paper = _paper(receivable_id)
        if paper is None:
            return
        st.markdown(
            "The financial trace, the remittance lines, the notice, the rules and a checklist."
        )
        for ending, (mime, _) in KINDS.items():
            file = f"recoupment-summary-{receivable_id}{ending}"
            st.download_button(
                ending[1:].upper(),
                data=logged(partial(packet_file, paper, ending), file),
                file_name=file,
                mime=mime,
                icon=":material/download:",
                on_click="ignore",
                key=f"packet_{ending[1:]}",
            )
        st.caption(
            f"Its words are yours to change: {FILE} in the warehouse folder, see docs/packet.md."
        )


def _paper(receivable_id: str) -> Paper | None:
    try:
        return packet(engine(), warehouse(), [receivable_id])
    except (PacketError, WordingError) as error:
        st.error(plain(str(error)), icon=":material/error:")
        return None
