"""The trial ledger: everything that is tried is written down, as on the command line."""

from __future__ import annotations

import os
from typing import Any, Union

import numpy as np

from ._errors import UsageError

#: Where trials are written down: in the ledger of the user (True), nowhere (False), or in a file.
Ledger = Union[bool, str, "os.PathLike[str]"]


def place(ledger: Ledger) -> str | None:
    """As the compiled part reads it: None for nowhere, an empty text for the ledger of the user, or a path."""
    if isinstance(ledger, bool):
        return "" if ledger else None
    try:
        path = os.fspath(ledger)
    except TypeError:
        path = ""
    if not path:
        raise UsageError(f"`ledger` is not {ledger!r}", hint="True, False, or the path of a file")
    return path


def warned(said: tuple[str, bool]) -> str:
    """What the ledger says; with a warning where it was wanted and could not be used."""
    words, failed = said
    if failed:
        import warnings

        warnings.warn(f"the trial ledger was not used: {words}", RuntimeWarning, stacklevel=4)
    return words


def best(sharpe: Any) -> int | None:
    """The set with the highest Sharpe ratio, the first among equals."""
    return None if np.isnan(sharpe).all() else int(np.nanargmax(sharpe))
