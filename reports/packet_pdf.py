"""A packet as tagged PDF."""

from __future__ import annotations

from reports.packet_paper import Grid, Heading, Paper, Tasks, Text
from reports.pdf import Data, pdf_of


def packet_pdf(paper: Paper) -> bytes:
    """Letter pages; tables repeat their header on every page."""
    data: dict[str, Data] = {
        "title": paper.title,
        "foot": [paper.foot],
        "blocks": [_block(block) for block in paper.blocks],
    }
    return pdf_of("packet.typ", data, paper.dated)


def _block(block: Heading | Text | Grid | Tasks) -> dict[str, Data]:
    if isinstance(block, Heading):
        return {"kind": "heading", "text": block.text, "level": block.level}
    if isinstance(block, Text):
        return {"kind": "finding" if block.is_finding else "text", "text": block.text}
    if isinstance(block, Tasks):
        return {"kind": "tasks", "items": [[done, text] for done, text in block.items]}
    return {
        "kind": "grid",
        "header": block.header,
        "widths": block.widths,
        "rows": block.rows,
        "numbers": block.numbers,
        "total": block.total,
    }
