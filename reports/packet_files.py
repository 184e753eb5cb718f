"""A packet in the kind of file asked for: PDF to send, Word to edit."""

from __future__ import annotations

from collections.abc import Callable

from reports.packet import PacketError
from reports.packet_docx import packet_docx
from reports.packet_paper import Paper
from reports.packet_pdf import packet_pdf

KINDS: dict[str, tuple[str, Callable[[Paper], bytes]]] = {
    ".pdf": ("application/pdf", packet_pdf),
    ".docx": (
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        packet_docx,
    ),
}


def packet_file(paper: Paper, ending: str) -> bytes:
    """The paper as a file with this ending; raises PacketError for another than .pdf and .docx."""
    if ending.lower() not in KINDS:
        raise PacketError(
            f"a packet is a .pdf or a .docx, not {ending or 'a file without ending'!r}."
        )
    return KINDS[ending.lower()][1](paper)
