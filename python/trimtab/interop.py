"""Weights, signals and prices to and from other programs.

Tables of weights have a row a decision, by day, and a column a symbol; what they leave out is cash. A `Result` gives its
decisions. What is exported are the targets and the closes at which they were decided: how they are filled is up to the other
program, so tell it to trade at the next close to compare with the default here.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Mapping, Union

from ._data import Data
from ._errors import DataError, UsageError
from ._result import Result
from ._strategy import Strategy

if TYPE_CHECKING:
    import pandas as pd

    Weights = Union[Result, pd.DataFrame]

#: Columns of a table of decisions that are no assets.
_BESIDE = ("cash", "why", "because")


def weights(run: Weights) -> pd.DataFrame:
    """The target weights of each decision: a row a day, a column a symbol, zero where nothing is held."""
    import pandas as pd

    table = run.decisions if isinstance(run, Result) else run
    table = table.drop(columns=[c for c in _BESIDE if c in table.columns])
    table = table.astype(float).fillna(0.0)
    table.index = pd.DatetimeIndex(table.index, name="date")
    return table


def to_long(run: Weights) -> pd.DataFrame:
    """The same with a row for each weight: date, symbol, weight; assets that are sold have a row with zero.

    The columns that TradeStation, spreadsheets and databases read.
    """
    table = weights(run)
    held = table != 0.0
    keep = held | held.shift(1, fill_value=False)
    long: Any = table.where(keep).stack().dropna()
    named: pd.DataFrame = long.rename("weight").rename_axis(["date", "symbol"]).reset_index()
    return named


def to_bt(run: Weights) -> pd.DataFrame:
    """For `bt.algos.WeighTarget(table)` after `bt.algos.RunOnDate(*table.index)`, then `bt.algos.Rebalance()`.

    bt fills at the close that decides; `integer_positions=False` of its backtest allows fractions of shares, as here.
    """
    return weights(run)


def to_vectorbt(run: Weights, index: Any) -> pd.DataFrame:
    """For `vbt.Portfolio.from_orders(close, size=table, size_type="targetpercent", cash_sharing=True, group_by=True)`.

    A row for each day of `index` (that of the prices); NaN, which is no order, on days without a decision.
    """
    return weights(run).reindex(index)


def to_backtrader(run: Weights) -> dict[Any, dict[str, float]]:
    """By `datetime.date`: the targets for `self.order_target_percent(data, target)` in a strategy's `next`.

    Sell before you buy. backtrader fills at the next bar; `broker.set_coc(True)` fills at the close that decides. Its stocks come in
    whole shares unless a `CommInfoBase` of your own says otherwise in `getsize`.
    """
    import pandas as pd

    table = weights(run)
    rows: list[Any] = table.to_dict("records")
    days = pd.DatetimeIndex(table.index)
    return {day.date(): row for day, row in zip(days, rows)}


def to_zipline(run: Weights) -> dict[Any, dict[str, float]]:
    """By the session's `pandas.Timestamp` without a time: the targets for `order_target_percent(symbol(s), target)`."""
    table = weights(run)
    rows: list[Any] = table.to_dict("records")
    return dict(zip(table.index, rows))


def to_quantconnect(run: Weights, path: str | os.PathLike[str] | None = None) -> str:
    """CSV with date, symbol and weight, as a `PythonData` source reads it line by line for `SetHoldings`; also into a file."""
    text = to_long(run).to_csv(index=False, date_format="%Y-%m-%d")
    if path is not None:
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
    return str(text)


def from_weights(table: Any, *, name: str = "weights", **sections: Any) -> Strategy:
    """A strategy that follows a table of weights, each row once: from bt (`backtest.security_weights`), vectorbt, zipline,
    backtrader, QuantConnect or anything else.

    The table is wide (a row a day, a column a symbol), long (date, symbol, weight) or a dict of dicts by day; rows of NaN
    alone are no decision. Further sections (`execution`, `costs`) as in `trimtab.strategy`.
    """
    import pandas as pd

    if isinstance(table, Mapping):
        table = pd.DataFrame.from_dict(dict(table), orient="index")
    lower = {str(column).lower(): column for column in table.columns}
    if {"symbol", "weight"} <= set(lower) and ("date" in lower or table.index.name == "date"):
        flat = table.reset_index() if "date" not in lower else table
        table = flat.pivot(index=lower.get("date", "date"), columns=lower["symbol"], values=lower["weight"])
    table = table.drop(columns=[c for c in _BESIDE if c in table.columns])
    table = table.astype(float).dropna(how="all").fillna(0.0)
    if table.empty:
        raise DataError("the table holds no weights")
    index = pd.DatetimeIndex(table.index)
    index = index if index.tz is None else index.tz_localize(None)
    rows = [
        {"date": f"{day:%Y-%m-%d}", "weights": {str(s): float(w) for s, w in row.items() if w != 0.0}}
        for day, row in sorted(zip(index, table.to_dict("records")), key=lambda pair: pair[0])
    ]
    parts: dict[str, Any] = {"schedule": {"every": "session"}, **sections}
    root = {"kind": "published", "rows": rows}
    return Strategy({"root": "@published", "allocator": {"published": root}, **parts}, name=name)


def from_signals(entries: pd.DataFrame, exits: pd.DataFrame | None = None, *, name: str = "signals", **sections: Any) -> Strategy:
    """A strategy that holds, in equal shares, what is in: from an entry to the next exit, as vectorbt and backtrader count.

    Without `exits`, `entries` says on each day what is in. An exit on the day of an entry wins.
    """
    state = entries.astype(float)
    if exits is not None:
        if entries.shape != exits.shape:
            raise UsageError("entries and exits differ in shape")
        state = state.where(entries.astype(bool)).mask(exits.to_numpy(dtype=bool), 0.0).ffill().fillna(0.0)
    count = state.sum(axis=1)
    table = state.div(count.where(count > 0.0, 1.0), axis=0)
    changed = (table != table.shift(1)).any(axis=1)
    return from_weights(table[changed], name=name, **sections)


def to_signals(run: Weights) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Entries and exits of each asset at the decisions, for `vbt.Portfolio.from_signals`."""
    held = weights(run) != 0.0
    before = held.shift(1, fill_value=False)
    return held & ~before, ~held & before


def prices(data: Data, symbol: str) -> pd.DataFrame:
    """Open, high, low, close and volume of one asset by day, as far as the data hold them: a feed for backtrader
    (`bt.feeds.PandasData`) or zipline."""
    import pandas as pd

    if symbol not in data.symbols:
        raise UsageError(f"there is no asset `{symbol}`", hint=f"the data hold {' '.join(data.symbols)}")
    ix, state = data.symbols.index(symbol), data._inner.state()
    fields = [f for f in ("open", "high", "low", "close", "volume") if state[f] is not None]
    table = pd.DataFrame({f: state[f][ix] for f in fields}, index=pd.DatetimeIndex(data.days, name="date"))
    return table.dropna(subset=["close"])
