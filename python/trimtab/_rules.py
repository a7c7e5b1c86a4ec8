"""Rules written in Python: allocators, signals and gauges that see the past and nothing else."""

from __future__ import annotations

from types import CodeType, FunctionType, ModuleType
from typing import Any, Callable

from . import _trimtab
from ._kinds import Node

#: Every rule of this process, by class and name: what a strategy may call.
_REGISTERED: dict[tuple[str, str], Rule] = {}


class Rule:
    """A function that strategies call by its name. Calling it gives the part of a strategy, with its parameters."""

    def __init__(self, class_: str, function: Callable[..., Any], name: str) -> None:
        self.class_, self.function, self.name = class_, function, name
        self.__doc__ = function.__doc__
        #: Put in the function's place while an audit changes what it captured.
        self._instead: Callable[..., Any] | None = None
        self.register()

    def register(self) -> None:
        """Makes the rule known to this process; unpickling does it."""
        _trimtab.register(self.class_, self.name, fingerprint(self.function), self._run)
        _REGISTERED[self.class_, self.name] = self

    def _run(self, *args: Any, **kwargs: Any) -> Any:
        return (self._instead or self.function)(*args, **kwargs)

    def __call__(self, **parameters: Any) -> Node:
        return Node(kind="custom", call=self.name, **({"with": parameters} if parameters else {}))

    def __reduce__(self) -> Any:
        return (Rule, (self.class_, self.function, self.name))

    def __repr__(self) -> str:
        return f"<{self.class_} {self.name}>"


def _decorator(class_: str) -> Callable[..., Any]:
    def decorate(function: Callable[..., Any] | None = None, *, name: str | None = None) -> Any:
        if function is None:
            return lambda function: decorate(function, name=name)
        return Rule(class_, function, name or str(getattr(function, "__name__", class_)))

    decorate.__name__ = decorate.__qualname__ = class_
    return decorate


allocator = _decorator("allocator")
allocator.__doc__ = """Makes an allocator of a function: `function(past, **parameters)` gives weights by symbol.

    @trimtab.allocator
    def winner(past, window=126):
        closes = past.closes(window, past.universe)
        growth = closes[-1] / closes[0]
        return {past.universe[growth.argmax()]: 1.0}

    strategy = trimtab.strategy(winner(window=63))

What weights leave out is cash. `past.closes` raises when a history is too short; a run begins once it does not.
"""
signal = _decorator("signal")
signal.__doc__ = """Makes a signal of a function: `function(past, symbols, **parameters)` gives scores by symbol.

Higher is more wanted; a symbol that is left out has no opinion.
"""
gauge = _decorator("gauge")
gauge.__doc__ = """Makes a gauge of a function: `function(past, **parameters)` gives one finite number."""


def fingerprint(function: Any) -> str:
    """Identifies what a function does, for the ids of runs: its code, its constants and its defaults."""
    import hashlib

    digest = hashlib.blake2b(digest_size=16)

    def add(code: CodeType) -> None:
        digest.update(code.co_code)
        digest.update(repr(code.co_names).encode())
        for constant in code.co_consts:
            if isinstance(constant, CodeType):
                add(constant)
            else:
                digest.update(repr(constant).encode())

    function = getattr(function, "__func__", function)
    code = getattr(function, "__code__", None)
    if code is None:
        code = getattr(type(function).__call__, "__code__", None)
    if code is not None:
        add(code)
    digest.update(repr(getattr(function, "__defaults__", None)).encode())
    digest.update(repr(getattr(function, "__kwdefaults__", None)).encode())
    return digest.hexdigest()


def called(parts: Any) -> list[Rule]:
    """The rules that a strategy given as nested tables calls."""
    found: list[Rule] = []
    if isinstance(parts, dict):
        if parts.get("kind") == "custom":
            found += [r for (_, name), r in _REGISTERED.items() if name == parts.get("call")]
        for value in parts.values():
            found += called(value)
    elif isinstance(parts, (list, tuple)):
        for value in parts:
            found += called(value)
    unique: list[Rule] = []
    for rule in found:
        if rule not in unique:
            unique.append(rule)
    return unique


class Cut:
    """Changes the future of what rules captured, so that an audit notices when they read it.

    A function may hold prices beside the past it is given: a global table, a closure, an attribute. For each day that the
    audit asks for, every such table with dates is replaced, in a copy of the function, by one whose later rows are others.
    """

    def __init__(self, rules: list[Rule], days: Any) -> None:
        self.rules = rules
        #: The sessions of the market: an array with a row for each of them is taken for prices.
        self.days = days

    def __call__(self, until: str, _data: Any) -> None:
        for rule in self.rules:
            rule._instead = _changed(rule.function, _Future(until, self.days), {})

    def end(self) -> None:
        """Gives every rule its own function back."""
        for rule in self.rules:
            rule._instead = None

    def found(self) -> bool:
        """Whether any rule captured something with dates."""
        seen = [_changed(rule.function, _Future("0001-01-01", self.days), {}) is not rule.function for rule in self.rules]
        return any(seen)


class _Future:
    """The last day that stays as it is."""

    def __init__(self, date: str, days: Any) -> None:
        self.date, self.days = date, days


#: Functions that call functions that call functions … are followed so far.
_DEEPEST = 8


def _changed(thing: Any, until: _Future, memo: dict[int, Any], depth: int = 0) -> Any:
    """The same with everything after `until` changed; the thing itself when it holds nothing with dates."""
    if depth > _DEEPEST:
        return thing
    if id(thing) in memo:
        return memo[id(thing)]
    memo[id(thing)] = thing
    made = _change(thing, until, memo, depth)
    memo[id(thing)] = made
    return made


def _change(thing: Any, until: _Future, memo: dict[int, Any], depth: int) -> Any:
    def inner(value: Any) -> Any:
        return _changed(value, until, memo, depth + 1)

    if isinstance(thing, FunctionType):
        return _function(thing, inner)
    if hasattr(thing, "__func__") and hasattr(thing, "__self__"):
        owner, function = inner(thing.__self__), inner(thing.__func__)
        same = owner is thing.__self__ and function is thing.__func__
        return thing if same else function.__get__(owner)
    if hasattr(thing, "_scrambled_after"):
        return thing._scrambled_after(until.date)
    if hasattr(thing, "index") and hasattr(thing, "iloc"):
        return _table(thing, until.date)
    if type(thing).__module__.split(".")[0] == "polars" and hasattr(thing, "columns"):
        return _polars(thing, until.date)
    if type(thing).__module__ == "numpy" and hasattr(thing, "dtype"):
        return _array(thing, until)
    if isinstance(thing, dict):
        made: Any = {key: inner(value) for key, value in thing.items()}
        return made if any(made[key] is not thing[key] for key in thing) else thing
    if isinstance(thing, (list, tuple)) and len(thing) < 10_000:
        each = [inner(value) for value in thing]
        if all(new is old for new, old in zip(each, thing)):
            return thing
        return type(thing)(each) if type(thing) in (list, tuple) else thing
    state = getattr(thing, "__dict__", None)
    if isinstance(state, dict) and not isinstance(thing, (type, ModuleType)):
        return _object(thing, inner(dict(state)), state)
    return thing


def _function(function: FunctionType, inner: Callable[[Any], Any]) -> FunctionType:
    """The function with the globals, cells and defaults that it reads changed."""
    names = _names(function.__code__) & function.__globals__.keys()
    before = {name: function.__globals__[name] for name in names}
    globals_ = {name: inner(value) for name, value in before.items()}
    cells = [cell.cell_contents for cell in function.__closure__ or () if _full(cell)]
    whole = len(cells) == len(function.__closure__ or ())
    closed = [inner(value) for value in cells] if whole else cells
    defaults = tuple(inner(value) for value in function.__defaults__ or ())
    named = {name: inner(value) for name, value in (function.__kwdefaults__ or {}).items()}
    same = (
        all(globals_[name] is before[name] for name in names)
        and all(new is old for new, old in zip(closed, cells))
        and all(new is old for new, old in zip(defaults, function.__defaults__ or ()))
        and all(named[name] is value for name, value in (function.__kwdefaults__ or {}).items())
    )
    if same:
        return function
    closure = function.__closure__
    if closure is not None and whole:
        closure = tuple(_cell(value) for value in closed)
    made = FunctionType(
        function.__code__,
        {**function.__globals__, **globals_},
        function.__name__,
        defaults or None,
        closure,
    )
    made.__kwdefaults__ = named or None
    return made


def _names(code: CodeType) -> set[str]:
    """The names that the code reads, those of the functions inside it included."""
    names = set(code.co_names)
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            names |= _names(constant)
    return names


def _full(cell: Any) -> bool:
    try:
        cell.cell_contents
    except ValueError:
        return False
    return True


def _cell(value: Any) -> Any:
    from types import CellType

    return CellType(value)


def _object(thing: Any, changed: dict[str, Any], state: dict[str, Any]) -> Any:
    if all(changed[key] is state[key] for key in state):
        return thing
    import copy

    made = copy.copy(thing)
    made.__dict__.update(changed)
    return made


def _table(thing: Any, until: str) -> Any:
    """A pandas series or table with its numbers after `until` changed, when its index or its columns hold dates."""
    import pandas as pd

    index: Any = thing.index
    if isinstance(index, pd.MultiIndex):
        dated = [n for n in range(index.nlevels) if isinstance(index.levels[n], pd.DatetimeIndex)]
        if not dated:
            return thing
        days: Any = index.get_level_values(dated[0])
    elif isinstance(index, pd.DatetimeIndex):
        days = index
    elif isinstance(thing, pd.DataFrame):
        columns = [c for c in thing.columns if pd.api.types.is_datetime64_any_dtype(thing[c])]
        if not columns:
            return thing
        days = pd.DatetimeIndex(thing[columns[0]])
    else:
        return thing
    later = days.tz_localize(None) > pd.Timestamp(until)
    made = thing.copy()
    factors = _factors(int(later.sum()))
    if isinstance(made, pd.Series):
        if pd.api.types.is_numeric_dtype(made):
            made = made.astype(float)
            made.iloc[later] = made.to_numpy()[later] * factors - 0.01
        return made
    for name in made.columns:
        if pd.api.types.is_numeric_dtype(made[name]):
            values = made[name].to_numpy(dtype=float, copy=True)
            values[later] = values[later] * factors - 0.01
            made[name] = values
            factors = factors[::-1]
    return made


def _array(thing: Any, until: _Future) -> Any:
    """An array with a row for each session, its later rows changed."""
    import numpy as np

    if thing.ndim == 0 or len(thing) != len(until.days) or thing.dtype.kind != "f":
        return thing
    later = until.days > np.datetime64(until.date)
    made = thing.copy()
    made[later] = made[later] * _factors(made[later].size).reshape(made[later].shape) - 0.01
    return made


def _polars(thing: Any, until: str) -> Any:
    import datetime

    import polars as pl

    if not isinstance(thing, pl.DataFrame):
        return thing
    dated = [n for n, t in thing.schema.items() if t == pl.Date or isinstance(t, pl.Datetime)]
    if not dated:
        return thing
    numbers = [name for name, type_ in thing.schema.items() if type_.is_numeric()]
    later = pl.col(dated[0]).cast(pl.Date) > datetime.date.fromisoformat(until)
    factors = pl.Series(_factors(thing.height))
    return thing.with_columns(
        pl.when(later).then(pl.col(n) * factors - 0.01).otherwise(pl.col(n)).alias(n) for n in numbers
    )


def _factors(count: int) -> Any:
    """Factors between a half and two, the same each time."""
    import numpy as np

    return 2.0 ** np.random.Generator(np.random.PCG64(1)).uniform(-1.0, 1.0, count)
