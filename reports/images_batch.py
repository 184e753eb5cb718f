"""Every chart of a report as PNG, SVG and CSV in one archive."""

from __future__ import annotations

import io
import zipfile

from reports.content import Report
from reports.images import FORMATS, caption_of

DATED = (1980, 1, 1, 0, 0, 0)


def images_zip(report: Report) -> bytes:
    """A ZIP with three files for each chart, named by section; the same report gives the same bytes."""
    caption = caption_of(report.scope)
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for section in report.sections:
            for number, chart in enumerate(section.charts, start=1):
                for ending, (_, make) in FORMATS.items():
                    name = f"{section.name}-{number}.{ending}"
                    archive.writestr(zipfile.ZipInfo(name, DATED), make(chart, caption))
    return content.getvalue()
