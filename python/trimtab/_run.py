"""What can be done with a strategy and data."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Callable, Iterable, Mapping, Sequence, Union

import numpy as np

from . import _trimtab
from ._data import Data
from ._errors import UsageError
from ._ledger import Ledger, best, place, warned
from ._result import Result, _days
from ._rules import Cut
from ._strategy import Strategy, _value, of

if TYPE_CHECKING:
    import os

    import pandas as pd

#: Whatever a function takes for a strategy: one, a name of the library, a file, its text, a dict or a part.
Source = Union[Strategy, str, "os.PathLike[str]", Mapping[str, Any]]


def _day(day: Any) -> str | None:
    return None if day is None else str(day)[:10]


def backtest(
    strategy: Source,
    data: Data,
    *,
    start: Any = None,
    end: Any = None,
    first_decision: Any = None,
    cash: float = 100_000.0,
    flows: Mapping[Any, float] | None = None,
    books: bool = True,
    ledger: Ledger = True,
) -> Result:
    """Runs a strategy through the data.

    `start`, `end`: the sessions that count, everything before is warm-up; `first_decision`: hold cash until then, though
    the equity counts from the start. `flows`: what is paid in (positive) or out, by day. `books=False` runs in floats: the same
    numbers to the rounding of shares and money, in a tenth of the time, without trades, decisions and weights.
    `ledger`: where the trial is written down: in the trial ledger of the user (True), nowhere (False), or in a file.
    An error on the way ends the run and stands in `Result.ended`.
    """
    own = of(strategy)
    span = (_day(start), _day(end), _day(first_decision))
    paid = [(str(day)[:10], float(amount)) for day, amount in (flows or {}).items()]
    inner = _trimtab.backtest(own._inner, data._inner, span, float(cash), paid, books)
    result = Result(inner, own, data, place(ledger))
    warned(_trimtab.record(inner, own._inner, data._inner, result._ledger, False))
    return result


@dataclass(frozen=True)
class Plan:
    """A sweep before it is run: any part of its sets gives the same rows wherever it is run."""

    strategy: Strategy
    ranges: tuple[str, ...]
    table: tuple[list[str], list[list[str]]] | None
    draw: tuple[str, int, int]
    span: tuple[str | None, str | None, str | None]
    cash: float
    books: bool

    def prepare(self, data: Data) -> _trimtab.Sweep:
        """The sweep on a market."""
        return _trimtab.Sweep(
            self.strategy._inner,
            data._inner,
            list(self.ranges),
            self.table,
            self.draw,
            self.span,
            self.cash,
            self.books,
        )


def plan(
    strategy: Source,
    parameters: Mapping[str, Any] | pd.DataFrame | Sequence[Mapping[str, Any]] | None = None,
    *,
    design: str = "grid",
    count: int = 100,
    seed: int = 0,
    start: Any = None,
    end: Any = None,
    first_decision: Any = None,
    cash: float = 100_000.0,
    books: bool = False,
) -> Plan:
    """What `sweep` runs; see there."""
    own = of(strategy)
    ranges: tuple[str, ...] = ()
    table = None
    if parameters is None:
        parameters = {p: f"{a}..{b}" + (f":{s}" if s else "") for p, (a, b, s) in own.ranges.items()}
        if not parameters:
            raise UsageError("there is nothing to vary", hint="give parameters, or ranges in the strategy")
    if isinstance(parameters, Mapping):
        ranges = tuple(f"{path}={_range(values)}" for path, values in parameters.items())
    else:
        given: Any = parameters
        rows: list[Any] = given.to_dict("records") if hasattr(given, "to_dict") else list(given)
        if not rows:
            raise UsageError("there is no set of parameters")
        paths = [str(path) for path in rows[0]]
        table = (paths, [[_value(row[path]) for path in rows[0]] for row in rows])
    span = (_day(start), _day(end), _day(first_decision))
    return Plan(own, ranges, table, (design, int(count), int(seed)), span, float(cash), books)


def _range(values: Any) -> str:
    """Values of one parameter as the command line writes them: `100..300:10`, or a list."""
    if isinstance(values, str):
        return values
    return ",".join(_value(value) for value in values)


#: Sets that are run before the progress is told again.
_CHUNK = 1024


def sweep(
    strategy: Source,
    data: Data,
    parameters: Mapping[str, Any] | pd.DataFrame | Sequence[Mapping[str, Any]] | None = None,
    *,
    design: str = "grid",
    count: int = 100,
    seed: int = 0,
    start: Any = None,
    end: Any = None,
    first_decision: Any = None,
    cash: float = 100_000.0,
    books: bool = False,
    progress: Callable[[int, int], None] | None = None,
    ledger: Ledger = True,
) -> pd.DataFrame:
    """Runs a strategy with many sets of parameters, on all cores; a row a set, in the order of the sets.

    `parameters`: values or a range for each path (`{"trend.slow": range(100, 310, 10)}`, `{"trend.slow": "100..300:10"}`), or a
    table with a column a path and a row a set; by default the ranges of the strategy. `design`: how sets are drawn from
    ranges, `grid`, `random` or `latin-hypercube` (the last two take `count` and `seed`). Every row is the one of a run of its
    own, to the last bit. `progress` is told how many sets are done, and of how many. `ledger`: as of `backtest`; what it leaves of the
    best set, the researcher's budget, stands in `attrs["budget"]` of the table.
    """
    planned = plan(
        strategy,
        parameters,
        design=design,
        count=count,
        seed=seed,
        start=start,
        end=end,
        first_decision=first_decision,
        cash=cash,
        books=books,
    )
    inner = planned.prepare(data)
    recorder = recording(planned, inner, data, ledger)
    parts = []
    for first in range(0, max(len(inner), 1), _CHUNK):
        parts.append(rows(inner, first, first + _CHUNK))
        recorder.record(first, parts[-1])
        if progress is not None:
            progress(min(first + _CHUNK, len(inner)), len(inner))
    return recorded(recorder, joined(parts))


def recording(planned: Plan, inner: _trimtab.Sweep, data: Data, ledger: Ledger) -> _trimtab.SweepRecorder:
    """What writes the rows of a sweep down."""
    own, seed = planned.strategy._inner, planned.draw[2]
    return _trimtab.SweepRecorder(inner, own, data._inner, seed, place(ledger))


def recorded(recorder: _trimtab.SweepRecorder, table: pd.DataFrame) -> pd.DataFrame:
    """Ends the record, and puts what it says beside the table."""
    table.attrs["budget"] = warned(recorder.finish(best(table["sharpe"].to_numpy())))
    return table


def rows(inner: _trimtab.Sweep, first: int, end: int) -> dict[str, Any]:
    """Some of the rows of a sweep, as columns."""
    sets = inner.sets(first, end)
    columns: dict[str, Any] = {}
    for ix, path in enumerate(inner.paths):
        columns[path] = [_read(values[ix]) for values in sets]
    return {**columns, **inner.run(first, end)}


def joined(parts: list[dict[str, Any]]) -> pd.DataFrame:
    """The rows of all parts as one table."""
    import pandas as pd

    columns: dict[str, Any] = {}
    for name in parts[0]:
        each = [part[name] for part in parts]
        if isinstance(each[0], list):
            columns[name] = [value for part in each for value in part]
        else:
            columns[name] = np.concatenate(each)
    table = pd.DataFrame(columns)
    for name in ("decisions", "rebalances"):
        table[name] = table[name].astype("Int64")
    return table


def _read(text: str) -> Any:
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return {"true": True, "false": False}.get(text, text.strip('"'))


@dataclass(frozen=True)
class Audit:
    """What an audit found. It proves what it tried, no more."""

    strategy: str
    passed: bool
    run_id: str
    decisions: int
    #: Name, whether it passed, what was tried and what came of it.
    checks: list[tuple[str, bool, str]]
    #: Growth a year as it is, and with one session more between decision and fill.
    delay: tuple[float, float] | None
    notes: list[str]
    text: str

    def __str__(self) -> str:
        return self.text


def audit(
    strategy: Source | Callable[[Data], Source],
    data: Data,
    *,
    start: Any = None,
    end: Any = None,
    dates: int = 12,
    seed: int = 0,
) -> Audit:
    """Audits that a strategy does not look ahead, rules in Python included.

    After `dates` decisions the future of the market is cut off and scrambled, and no decision, fill or value before may
    change. Rules in Python are also run with the later rows changed in every table with dates that they captured (globals,
    closures, attributes, defaults), so that a rule that reads tomorrow's price from a table of its own is caught (`captured`).

    A table that was computed from the whole history may hold the future in today's row. Give the function that makes the
    strategy from the data, `audit(make, data)`: it is made anew from each changed market, and so is all that it computes.
    What a rule reads from files or from the network while it runs cannot be seen.
    """
    make = strategy if callable(strategy) else None
    own = of(make(data) if make is not None else strategy)  # type: ignore[arg-type]
    cut = Cut(own._rules, data.days)
    called: Callable[[str, _trimtab.Data], Any] | None = None
    if make is not None:
        again = make

        def called(_until: str, changed: _trimtab.Data) -> Any:
            return of(again(Data._of(changed)))._inner

    elif own._rules and cut.found():
        called = cut
    try:
        found = _trimtab.audit(own._inner, data._inner, (_day(start), _day(end)), dates, seed, called)
    finally:
        cut.end()
        for rule in own._rules:
            rule.register()  # a rule made anew bears the same name
    return Audit(**found)


@dataclass(frozen=True)
class Decision:
    """The decision of one close, and the orders that lead there."""

    #: At whose close.
    day: Any
    #: Whether the schedule or a band asks for it; otherwise it is what it would be.
    due: bool
    #: When the next one is due.
    next: Any
    #: The weights wanted, and those held.
    target: dict[str, float]
    held: dict[str, float]
    #: Node and sentence.
    because: list[tuple[str, str]]
    #: Symbol, shares (negative: sell), price, value, limit and costs.
    orders: pd.DataFrame
    #: What is held in all, and the cash that is left.
    value: float
    cash_after: float


def today(
    strategy: Source,
    data: Data,
    *,
    holdings: Mapping[str, float] | None = None,
    cash: float = 0.0,
    as_of: Any = None,
    start: Any = None,
    capital: float = 100_000.0,
    limit_bps: float = 0.0,
) -> Decision:
    """What to hold now, why, and the orders: the decision of the newest close (or of `as_of`) by the code of the backtest.

    `holdings`: shares by symbol, with `cash`; without them the model account, opened with `capital` at `start`.
    Orders are limited `limit_bps` away from the close.
    """
    import pandas as pd

    own = of(strategy)
    held = None if holdings is None else ([(s, float(n)) for s, n in holdings.items()], float(cash))
    if holdings is None and cash:
        raise UsageError("`cash` belongs to holdings", hint="the model account has `capital`")
    made = _trimtab.decide(own._inner, data._inner, _day(as_of), _day(start), capital, held, limit_bps)
    names = ["symbol", "shares", "price", "value", "limit", "costs"]
    made["orders"] = pd.DataFrame(made["orders"], columns=names)
    made["day"] = _days([made["day"]])[0]
    made["next"] = None if made["next"] is None else _days([made["next"]])[0]
    return Decision(**made)


def validate(
    strategy: Source,
    data: Data,
    *,
    benchmark: Source,
    start: Any = None,
    end: Any = None,
    trials: int = 100,
    markets: int = 100,
    seed: int = 0,
    library: bool = True,
    ledger: Ledger = True,
) -> dict[str, Any]:
    """How much of a result is luck: all that `trimtab validate` prints, as nested values.

    `trials`: sets of parameters that are tried, in the ranges of the strategy. `markets`: how many are made up, of each kind.
    `library`: also lets the user choose among the strategies that ship. `verdict` and `findings` hold the conclusion.
    `ledger`: as of `backtest`; what was tried before counts in the verdict, and `budget` says what is left.
    """
    own, other = of(strategy), of(benchmark)
    span = (_day(start), _day(end))
    text, failed = _trimtab.validate(
        own._inner, data._inner, other._inner, span, trials, markets, seed, library, place(ledger)
    )
    found: dict[str, Any] = json.loads(text)
    warned((found["budget"], failed))
    return found


def compare(strategies: Iterable[Source], data: Data, **options: Any) -> pd.DataFrame:
    """The metrics of several strategies over the same sessions: a row a metric, a column a strategy.

    The options are those of `backtest`; each strategy is a trial.
    """
    import pandas as pd

    runs = [backtest(strategy, data, **options) for strategy in strategies]
    return pd.DataFrame({run.strategy.name: run.metrics()["value"] for run in runs})
