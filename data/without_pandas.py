"""Spares a process without a screen the import of pandas, which it never uses: half a second."""

from __future__ import annotations

import sys
from importlib.abc import MetaPathFinder


class _NoPandas(MetaPathFinder):
    @classmethod
    def find_spec(cls, fullname: str, *_: object) -> None:
        if fullname == "pandas":
            raise ModuleNotFoundError(fullname)


def keep_pandas_out() -> None:
    """From now on pandas is not there, unless it is already; Arrow would import it to ask what a list is."""
    if _NoPandas not in sys.meta_path:
        sys.meta_path.insert(0, _NoPandas)
