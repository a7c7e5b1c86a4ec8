"""The objects that write a strategy: one function for each registered kind."""

from __future__ import annotations

import json
import keyword
from typing import Any, Callable

from . import _trimtab

#: Names that Python keeps for itself get a dash below: `from_` is the parameter `from`.
_CLASSES = ("allocator", "signal", "gauge", "limit", "objective", "mean", "covariance")


class Node(dict[str, Any]):
    """A part of a strategy: its `kind` and its parameters, as in the file. Parts go into the parameters of others."""

    def __repr__(self) -> str:
        inside = ", ".join(f"{k}={v!r}" for k, v in self.items() if k != "kind")
        return f"{self['kind']}({inside})"


def python_name(kind: str) -> str:
    """The kind's name as Python writes it."""
    name = kind.replace("-", "_")
    return f"{name}_" if keyword.iskeyword(name) else name


class Namespace:
    """The kinds of one class as functions: `allocators.top(n=2, by=signals.total_return(window=63))`.

    Parameters, defaults and documentation are those of the strategy file; wrong ones are found when the strategy is read.
    """

    def __init__(self, name: str) -> None:
        self._class = name
        self._made: dict[str, Callable[..., Node]] | None = None

    def _all(self) -> dict[str, Callable[..., Node]]:
        if self._made is None:
            kinds = [entry for entry in _trimtab.kinds() if entry[0] == self._class]
            self._made = {python_name(kind): _function(kind, s, source) for _, kind, s, source in kinds}
        return self._made

    def __getattr__(self, name: str) -> Callable[..., Node]:
        if name.startswith("__"):
            raise AttributeError(name)
        try:
            return self._all()[name]
        except KeyError:
            from difflib import get_close_matches

            close = get_close_matches(name, self._all(), 1)
            hint = f"; did you mean `{close[0]}`?" if close else ""
            raise AttributeError(f"there is no {self._class} `{name}`{hint}") from None

    def __dir__(self) -> list[str]:
        return sorted(self._all())


def parameters(schema: dict[str, Any]) -> tuple[list[str], list[str]]:
    """The parameters of a kind: those it needs, then the others, as Python names them."""
    names = list(schema.get("properties", {}))
    needed = [name for name in names if name in schema.get("required", [])]
    others = [name for name in names if name not in needed]
    return [python_name(n) for n in needed], [python_name(n) for n in others]


def _function(kind: str, schema_text: str, source: str) -> Callable[..., Node]:
    schema = json.loads(schema_text)
    names = {python_name(name): name for name in schema.get("properties", {})}
    needed, _ = parameters(schema)

    def make(**given: Any) -> Node:
        unknown = [name for name in given if name not in names]
        if unknown:
            raise TypeError(f"{kind} has no parameter `{unknown[0]}`: it has {', '.join(names)}")
        missing = [name for name in needed if name not in given]
        if missing:
            raise TypeError(f"{kind} needs `{missing[0]}`")
        return Node(kind=kind, **{names[name]: value for name, value in given.items()})

    lines = [schema.get("description", ""), "", "Parameters:"]
    for name, raw in names.items():
        about = schema["properties"][raw].get("description", "")
        lines.append(f"    {name}{'' if name in needed else ' (optional)'}: {about}")
    make.__doc__ = "\n".join([*lines, "", f"Source: {source}"])
    make.__name__ = make.__qualname__ = python_name(kind)
    return make


allocators = Namespace("allocator")
signals = Namespace("signal")
gauges = Namespace("gauge")
limits = Namespace("limit")
objectives = Namespace("objective")
means = Namespace("mean")
covariances = Namespace("covariance")
