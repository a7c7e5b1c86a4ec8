"""Strategies: text, tables or objects in, one immutable rule out."""

from __future__ import annotations

import json
import os
from typing import Any, Iterator, Mapping

from . import _trimtab
from ._errors import FileError, UsageError
from ._kinds import Node
from ._rules import Rule, called

#: Sections of a strategy file that a strategy of objects may be given.
_SECTIONS = ("title", "universe", "limit", "benchmark", "schedule", "execution", "costs", "range")


class Strategy:
    """A rule that turns the past into weights, with its schedule, costs and limits.

    `Strategy("gtaa-5")` is one of the library, `Strategy("my.toml")` a file, `Strategy(text)` its text, and a dict has the
    shape of a file. `strategy(root, ...)` makes one of objects.
    """

    _inner: _trimtab.Strategy
    _rules: list[Rule]

    def __init__(
        self,
        source: str | os.PathLike[str] | Mapping[str, Any],
        *,
        name: str | None = None,
        set: Mapping[str, Any] | None = None,
    ) -> None:
        """`set` replaces parameters: `{"trend.slow": 150, "schedule.session": 1}`."""
        values = [(path, _value(value)) for path, value in (set or {}).items()]
        if isinstance(source, Mapping):
            made = _trimtab.Strategy.from_json(name or "strategy", json.dumps(_plain(source)))
            own, text = made.name, made.text
        else:
            own, text = _text(source)
            own = name or own
        self._inner = _trimtab.Strategy(own, text, values)
        self._set = values
        self._rules = called(json.loads(self._inner.canonical))

    @property
    def name(self) -> str:
        """What it is called."""
        return self._inner.name

    @property
    def title(self) -> str:
        """One line on what it is."""
        return self._inner.title

    @property
    def text(self) -> str:
        """Its file."""
        return self._inner.text

    @property
    def canonical(self) -> str:
        """The text that is equal for equal strategies."""
        return self._inner.canonical

    @property
    def ranges(self) -> dict[str, tuple[float, float, float | None]]:
        """The parameters with a range: lowest, highest, step."""
        return {path: (low, high, step) for path, low, high, step in self._inner.ranges}

    def explain(self) -> str:
        """The tree in words."""
        return self._inner.explain()

    def with_(self, set: Mapping[str, Any]) -> Strategy:
        """The same with parameters replaced."""
        return Strategy._again(self.name, self.text, [*self._set, *((p, _value(v)) for p, v in set.items())])

    @classmethod
    def _again(
        cls, name: str, text: str, values: list[tuple[str, str]], rules: list[Rule] | None = None
    ) -> Strategy:
        made = cls.__new__(cls)
        for rule in rules or []:
            rule.register()
        made._inner = _trimtab.Strategy(name, text, values)
        made._set = values
        made._rules = called(json.loads(made._inner.canonical))
        return made

    def __reduce__(self) -> Any:
        return Strategy._again, (self.name, self.text, self._set, self._rules)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Strategy) and self.canonical == other.canonical

    def __hash__(self) -> int:
        return hash(self.canonical)

    def __repr__(self) -> str:
        return f"<Strategy {self.name}{': ' if self.title else ''}{self.title}>"

    def _repr_html_(self) -> str:
        from html import escape

        return f"<pre>{escape(self.explain())}</pre>"


class _Library(Mapping[str, Strategy]):
    """The strategies that ship with trimtab, by name."""

    def __init__(self) -> None:
        self._texts: dict[str, str] | None = None

    def text(self) -> dict[str, str]:
        if self._texts is None:
            self._texts = dict(_trimtab.library())
        return self._texts

    def __getitem__(self, name: str) -> Strategy:
        if name not in self.text():
            raise KeyError(name)
        return Strategy(name)

    def __iter__(self) -> Iterator[str]:
        return iter(self.text())

    def __len__(self) -> int:
        return len(self.text())


library = _Library()


def strategy(root: Node | str, *, name: str = "strategy", limits: Mapping[str, Node] | None = None, **sections: Any) -> Strategy:
    """A strategy of objects: `strategy(allocators.top(n=2, by=signals.total_return(window=63)), schedule={"every": "month"})`.

    `root`: the allocator whose weights are held. `limits`: conditions by name. The other sections of the file are given by
    their names: title, universe, benchmark, schedule, execution, costs, range.
    """
    unknown = [key for key in sections if key not in _SECTIONS]
    if unknown:
        raise UsageError(f"a strategy has no `{unknown[0]}`", hint=f"it has {', '.join(_SECTIONS)}")
    # Named, so that its parameters can be set and searched: `root.n`.
    table: dict[str, Any] = {"root": "@root", "allocator": {"root": root}, **sections}
    if isinstance(root, str):
        table = {"root": root, **sections}
    if limits is not None:
        table["limit"] = dict(limits)
    return Strategy(table, name=name)


def of(given: Strategy | str | os.PathLike[str] | Mapping[str, Any]) -> Strategy:
    """A strategy from whatever a function was given."""
    if isinstance(given, Strategy):
        return given
    if isinstance(given, Node):
        return strategy(given)
    return Strategy(given)


def _text(source: str | os.PathLike[str]) -> tuple[str, str]:
    """Name and text of a strategy of the library, a file, or a text."""
    if isinstance(source, str):
        if source in library.text():
            return source, library.text()[source]
        if "\n" in source or ("=" in source and not source.endswith(".toml")):
            return "strategy", source
    path = os.fspath(source)
    if not path.endswith(".toml") and not os.path.exists(path):
        from difflib import get_close_matches

        close = get_close_matches(path, library, 1)
        hint = f"did you mean `{close[0]}`?" if close else "`trimtab.library` holds those that ship"
        raise UsageError(f"there is no strategy and no file `{path}`", hint=hint)
    try:
        with open(path, encoding="utf-8") as file:
            return os.path.basename(path).removesuffix(".toml"), file.read()
    except OSError as error:
        raise FileError(f"cannot read the strategy: {error}", place=path) from error


def _value(value: Any) -> str:
    """A parameter as the file writes it."""
    if isinstance(value, str):
        return value
    return json.dumps(value.item() if hasattr(value, "item") else value)


def _plain(value: Any) -> Any:
    """Without what JSON has no word for: dates become text, numbers of numpy plain ones, nothing is left out."""
    if isinstance(value, Mapping):
        return {str(key): _plain(inner) for key, inner in value.items() if inner is not None}
    if isinstance(value, (list, tuple)):
        return [_plain(inner) for inner in value]
    if hasattr(value, "item") and getattr(value, "ndim", 0) == 0:
        return value.item()
    if hasattr(value, "tolist"):
        return value.tolist()
    return value.isoformat() if hasattr(value, "isoformat") else value
