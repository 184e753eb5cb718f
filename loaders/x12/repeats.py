"""Remittances printed twice in one file: the first counts, the others are left out with a warning."""

from collections.abc import Collection, Sequence

import numpy as np

from loaders.problems import Problem
from loaders.x12 import findings
from loaders.x12.columns import Int64

KIND = "repeated"


def repeated(ids: Int64, before: Collection[int]) -> tuple[Int64, Int64]:
    """Which of the remittances have an id of `before` or of an earlier one, and which that is."""
    _, first, number = np.unique(ids, return_index=True, return_inverse=True)
    originals = first[number]
    again = originals != np.arange(len(ids))
    if before:
        again |= np.array([identifier in before for identifier in ids.tolist()], np.bool_)
    rows = np.flatnonzero(again)
    return rows, originals[rows]


def repeat_problems(
    places: Sequence[str], earlier: Sequence[str], traces: Sequence[str]
) -> list[findings.Listing]:
    """Warn of remittances: where each stands, where its earlier print stands, its trace number."""

    def problem(i: int) -> Problem:
        message = (
            "The remittance is printed twice in this file: payer, trace number, amount and date are"
            f" those of {earlier[i]}. This one was left out."
        )
        return Problem("warning", places[i], "TRN02", traces[i], message, _COMPARE)

    return findings.listed(KIND, len(places), problem, "remittances are printed twice")


_COMPARE = "Compare the two; if they differ, ask the payer for separate trace numbers."
