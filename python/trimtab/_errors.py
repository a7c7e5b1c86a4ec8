"""The exceptions: one for each kind of error, with what, where and what to do."""

from __future__ import annotations


class TrimtabError(Exception):
    """What went wrong. `str()` says all of it."""

    #: The kind as a word: spec, data, infeasible, numeric, ledger, io or usage.
    kind: str = ""
    #: The sentence alone.
    message: str
    #: Where it stands: `file:line:column`, or a file and a date; None when there is no place.
    place: str | None
    #: The names of the nodes of the strategy that lead to it, outermost first.
    path: tuple[str, ...]
    #: What you can do about it; None when there is nothing to say.
    hint: str | None

    def __init__(
        self,
        message: str,
        text: str | None = None,
        place: str | None = None,
        path: tuple[str, ...] = (),
        hint: str | None = None,
    ) -> None:
        super().__init__(message, text, place, path, hint)
        self.message, self.place, self.path, self.hint = message, place, tuple(path), hint
        self._text = text

    def __str__(self) -> str:
        if self._text is not None:
            return self._text
        return self.message if self.hint is None else f"{self.message}\nhint: {self.hint}"


class SpecError(TrimtabError, ValueError):
    """The strategy is wrong; its author must change it."""

    kind = "spec"


class DataError(TrimtabError, ValueError):
    """The data do not reach far enough back, have a hole, or are wrong."""

    kind = "data"


class InfeasibleError(TrimtabError, ValueError):
    """The limits admit no portfolio."""

    kind = "infeasible"


class NumericError(TrimtabError, ArithmeticError):
    """A computation failed: a singular matrix, no convergence."""

    kind = "numeric"


class LedgerError(TrimtabError):
    """The books refuse: more sold than held, an amount beyond what they can count."""

    kind = "ledger"


class FileError(TrimtabError, OSError):
    """A file failed."""

    kind = "io"

    def __init__(
        self,
        message: str,
        text: str | None = None,
        place: str | None = None,
        path: tuple[str, ...] = (),
        hint: str | None = None,
    ) -> None:
        TrimtabError.__init__(self, message, text, place, path, hint)


class UsageError(TrimtabError, ValueError):
    """A function was called wrongly."""

    kind = "usage"


_CLASSES: dict[str, type[TrimtabError]] = {
    error.kind: error
    for error in (
        SpecError,
        DataError,
        InfeasibleError,
        NumericError,
        LedgerError,
        FileError,
        UsageError,
    )
}


def _make(
    kind: str, message: str, text: str, place: str | None, path: list[str], hint: str | None
) -> TrimtabError:
    """The exception for an error of the engine."""
    return _CLASSES[kind](message, text, place, tuple(path), hint)
