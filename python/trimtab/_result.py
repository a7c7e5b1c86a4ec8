"""What came of a run: tables, figures, a page."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import numpy as np

from . import _trimtab
from ._data import Data
from ._ledger import warned
from ._strategy import Strategy

if TYPE_CHECKING:
    import pandas as pd


class Result:
    """A run: what the account was worth, what it held and why, and every measure of it."""

    def __init__(
        self, inner: _trimtab.Run, strategy: Strategy, data: Data, ledger: str | None = None
    ) -> None:
        self._inner, self.strategy, self.data = inner, strategy, data
        self._ledger = ledger

    @property
    def id(self) -> str:
        """The run's name: the same for the same strategy, data and options."""
        return self._inner.id

    @property
    def days(self) -> np.ndarray[Any, np.dtype[np.datetime64]]:
        """The sessions, as `datetime64[D]`."""
        return self._inner.days.view("datetime64[D]")

    @property
    def ended(self) -> Exception | None:
        """Why the run ended before its last session; None when it did not."""
        return self._inner.ended

    @property
    def final_value(self) -> float:
        """The value at the end."""
        return float(self._inner.equity[-1])

    @property
    def equity(self) -> pd.Series[float]:
        """The value at each close, after the day's flow."""
        return self._series(self._inner.equity, "equity")

    @property
    def flows(self) -> pd.Series[float]:
        """What came in (positive) or went out at each close."""
        return self._series(self._inner.flows, "flow")

    @property
    def returns(self) -> pd.Series[float]:
        """Time-weighted returns, flows excluded, at the end of each period: one fewer than sessions."""
        return self._series(self._inner.returns, "return", self.days[1:])

    @property
    def weights(self) -> pd.DataFrame:
        """The weights at each close; what they leave out is cash."""
        import pandas as pd

        values, symbols = self._inner.weights, self._inner.symbols
        table = pd.DataFrame(values, index=self._index(self.days), columns=symbols)
        held: pd.DataFrame = table.loc[:, (values != 0.0).any(axis=0)]
        return held

    @property
    def decisions(self) -> pd.DataFrame:
        """Each decision: its target by symbol, `cash`, what occasioned it (`why`), its reasons (`because`)."""
        import pandas as pd

        made = self._inner.decisions
        targets = pd.DataFrame([target for _, _, target, _ in made], dtype=float).fillna(0.0)
        targets = targets.reindex(columns=[s for s in self._inner.symbols if s in targets.columns])
        table = targets.set_axis(self._index(_days([day for day, *_ in made])), axis=0)
        table["cash"] = 1.0 - targets.sum(axis=1).to_numpy()
        table["why"] = [why for _, why, _, _ in made]
        table["because"] = ["; ".join(f"{n}: {w}" if n else w for n, w in notes) for *_, notes in made]
        return table

    @property
    def trades(self) -> pd.DataFrame:
        """Each fill: shares (negative: sold), price, value, costs, when it was decided and why."""
        import pandas as pd

        names = ["decided", "filled", "symbol", "shares", "price", "value", "costs", "why"]
        table = pd.DataFrame(self._inner.trades, columns=names)
        for name in ("decided", "filled"):
            table[name] = pd.DatetimeIndex(_days(table[name]))
        return table

    def metrics(self, benchmark: Result | pd.Series[float] | None = None) -> pd.DataFrame:
        """Every metric of the registry, by its key: value, name, group, unit, which way is better, convention.

        Cash earns what the series `bills` says, where the data hold it. With a benchmark, over the same sessions, also
        those that compare.
        """
        cash = self._inner.bills
        other = None
        if benchmark is not None:
            returns = benchmark.returns if isinstance(benchmark, Result) else benchmark
            other = returns.reindex(self._index(self.days[1:]))
        rates = cash if len(cash) else None
        return measure(self.returns, benchmark=other, risk_free=rates, begin=self.days[0], per_year=self.data.per_year)

    def metric(self, key: str) -> float | None:
        """One metric; None where it is undefined."""
        value = float(self.metrics()["value"][key])
        return None if np.isnan(value) else value

    @property
    def budget(self) -> str:
        """The researcher's budget: how often the strategy was tried on these data, and what that leaves of the result."""
        own, data = self.strategy._inner, self.data._inner
        return warned(_trimtab.record(self._inner, own, data, self._ledger, True))

    @property
    def conventions(self) -> list[str]:
        """How things were counted."""
        return self._inner.conventions[0]

    @property
    def notes(self) -> list[str]:
        """What the reader should know about this run."""
        return self._inner.conventions[1]

    def audit_books(self) -> None:
        """Checks that the books close to the last unit and the journal replays to the account; raises otherwise."""
        self._inner.audit_books()

    def html(self, benchmark: Result | None = None, *, thorough: bool = False) -> str:
        """The report as one HTML page without network or other files.

        `thorough` runs the strategy again at other costs, delays and days of decision, and audits it.
        """
        rivals = []
        if benchmark is not None:
            own = benchmark.strategy
            rivals = [(own.name, own.title or own.name, benchmark._inner)]
        return _trimtab.report(self._inner, self.data._inner, rivals, thorough, self.budget)

    def report(
        self, path: str | os.PathLike[str], benchmark: Result | None = None, *, thorough: bool = True
    ) -> None:
        """Writes the report to a file."""
        with open(path, "w", encoding="utf-8") as file:
            file.write(self.html(benchmark, thorough=thorough))

    def plot(self, *others: Result, log: bool = True) -> Any:
        """Value and drawdown as a matplotlib figure, beside other runs."""
        from matplotlib import pyplot

        figure, (above, below) = pyplot.subplots(
            2, 1, sharex=True, figsize=(9, 5), gridspec_kw={"height_ratios": [3, 1]}
        )
        for run in (self, *others):
            value = np.concatenate([[1.0], np.cumprod(1.0 + run._inner.returns)])
            above.plot(run.days, value, label=run.strategy.name, linewidth=1.2)
            below.plot(run.days, value / np.maximum.accumulate(value) - 1.0, linewidth=1.0)
        if log:
            above.set_yscale("log")
        above.set_ylabel("value of 1")
        below.set_ylabel("drawdown")
        above.legend(frameon=False)
        pyplot.close(figure)
        return figure

    def _index(self, days: Any) -> pd.DatetimeIndex:
        import pandas as pd

        return pd.DatetimeIndex(days, name="date")

    def _series(self, values: Any, name: str, days: Any = None) -> pd.Series[float]:
        import pandas as pd

        return pd.Series(values, index=self._index(self.days if days is None else days), name=name)

    def __repr__(self) -> str:
        days = self.days
        return f"<Result of {self.strategy.name}, {days[0]} to {days[-1]}: {self.final_value:,.2f}>"

    def _repr_html_(self) -> str:
        """The report in a frame of its own, so that its style does not meet the notebook's."""
        from html import escape

        page = escape(self.html(), quote=True)
        return f'<iframe srcdoc="{page}" width="100%" height="640" style="border:0"></iframe>'


def _days(numbers: Any) -> Any:
    return np.asarray(numbers, dtype=np.int64).view("datetime64[D]")


def measure(
    returns: pd.Series[float],
    *,
    benchmark: pd.Series[float] | None = None,
    risk_free: float | pd.Series[float] | np.ndarray[Any, Any] | None = None,
    begin: Any = None,
    per_year: float | None = None,
) -> pd.DataFrame:
    """Every metric of the registry over any returns: simple, by the end of each period.

    `risk_free`: what cash earned in each period, or in every one. `begin`: the day before the first period; by default as
    far before as periods are apart. `per_year`: periods a year; by default from the dates.
    """
    import pandas as pd

    index = pd.DatetimeIndex(returns.index)
    index = index if index.tz is None else index.tz_localize(None)
    days = index.to_numpy().astype("datetime64[D]")
    if begin is None:
        gap = int(np.median(np.diff(days).astype(int))) if len(days) > 1 else 1
        begin = days[0] - np.timedelta64(max(gap, 1), "D")
    if per_year is None:
        gaps = np.diff(days).astype(int)
        middle = float(np.median(gaps)) if len(gaps) else 1.0
        per_year = 12.0 if middle >= 20 else 52.0 if middle >= 5 else 252.0
    whole = np.concatenate([[np.datetime64(begin, "D")], days]).astype(np.int64)
    rates = None if risk_free is None else np.atleast_1d(np.asarray(risk_free, dtype=float))
    other = None if benchmark is None else np.asarray(benchmark, dtype=float)
    rows = _trimtab.measure(whole, np.asarray(returns, dtype=float), per_year, rates, other)
    names = ["key", "name", "group", "value", "unit", "better", "convention"]
    table = pd.DataFrame(rows, columns=names).set_index("key")
    table["value"] = table["value"].astype(float)
    return table[["value", "name", "group", "unit", "better", "convention"]]
