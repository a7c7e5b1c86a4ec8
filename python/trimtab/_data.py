"""Markets: prices, corporate actions and series, from files, tables and arrays."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Iterable, Mapping, Sequence

import numpy as np

from . import _trimtab
from ._errors import DataError, UsageError

if TYPE_CHECKING:
    import pandas as pd

#: Fields of a table of prices that a market can hold.
_FIELDS = ("close", "open", "high", "low", "volume", "dividend", "split")
#: Names that the column of dates goes by.
_DATES = ("date", "datetime", "day", "timestamp", "time", "index", "__index_level_0__")
_SYMBOLS = ("symbol", "ticker", "asset")


class Data:
    """Everything ever learned about some assets: prices, corporate actions, series of facts. It never changes.

    Make one with `load`, `embedded`, or `Data(...)` from tables and arrays.
    """

    _inner: _trimtab.Data

    def __init__(
        self,
        close: Any,
        *,
        open: Any = None,
        high: Any = None,
        low: Any = None,
        volume: Any = None,
        dividends: Any = None,
        splits: Any = None,
        adjusted: bool | None = None,
        series: Mapping[str, Any] | None = None,
        percent: Iterable[str] = ("bills",),
        source: str = "tables in memory",
    ) -> None:
        """A market of tables with a row a day and a column a symbol, or of one table with columns date, symbol, close …

        Tables are of pandas, polars or anything that offers Arrow's capsule (`__arrow_c_stream__`); dates stand in the
        index or in the first column of dates. Missing prices are NaN; rows without a single price are left out.

        `dividends`: cash per share on the ex-day; `splits`: new shares for one. `adjusted`: whether dividends and splits
        are already in the prices; by default they are unless `dividends` or `splits` are given. `series`: readings by
        name, each a pandas series by the day on which it became known, or a table with the columns about, known and
        value; those named in `percent` are rates in percent a year, of which `bills` is what cash earns.
        """
        tables = {"close": close, "open": open, "high": high, "low": low, "volume": volume}
        tables |= {"dividend": dividends, "split": splits}
        read = {name: _wide(table, name) for name, table in tables.items() if table is not None}
        if len(read) == 1 and "close" in read and isinstance(read["close"], dict):
            read = read["close"]
        state = _state(read, adjusted)
        state["series"] = [
            _series(name, readings, name in set(percent)) for name, readings in (series or {}).items()
        ]
        state["source"], state["hash"] = source, _hash(state)
        self._inner = _trimtab.Data.from_state(state)

    @classmethod
    def _of(cls, inner: _trimtab.Data) -> Data:
        made = cls.__new__(cls)
        made._inner = inner
        return made

    @property
    def symbols(self) -> list[str]:
        """The symbols, in the order of the assets."""
        return self._inner.symbols

    @property
    def days(self) -> np.ndarray[Any, np.dtype[np.datetime64]]:
        """The sessions, as `datetime64[D]`."""
        return self._inner.days.view("datetime64[D]")

    @property
    def per_year(self) -> float:
        """Observations a year: 252, 52 or 12."""
        return self._inner.per_year

    @property
    def hash(self) -> str:
        """Identifies the content."""
        return self._inner.hash

    @property
    def source(self) -> str:
        """Where it is from, in a line."""
        return self._inner.source

    @property
    def notices(self) -> list[str]:
        """What was lost, repaired or assumed."""
        return self._inner.notices

    @property
    def closes(self) -> pd.DataFrame:
        """Quoted closes: a row a day, a column a symbol, NaN where there is none."""
        return self._frame("close")

    @property
    def total_returns(self) -> pd.DataFrame:
        """Total-return indices, grown forward from each asset's first close."""
        return self._frame("total")

    @property
    def series_names(self) -> list[str]:
        """The names of the series."""
        return self._inner.series_names

    def series(self, name: str) -> pd.DataFrame:
        """A series with all its facts: the days it is about, the days on which it became known, the values."""
        import pandas as pd

        _, _, about, known, values = self._inner.series(name)
        days = {"about": about.view("datetime64[D]"), "known": known.view("datetime64[D]")}
        return pd.DataFrame({**days, "value": values})

    def _frame(self, field: str) -> pd.DataFrame:
        import pandas as pd

        index = pd.DatetimeIndex(self.days, name="date")
        return pd.DataFrame(self._inner.panel(field).T, index=index, columns=self.symbols)

    def _scrambled_after(self, until: str) -> Data:
        """Other prices and readings after a day, for audits of rules that hold a market of their own."""
        state = self._inner.state()
        later = self.days > np.datetime64(until)
        factors = 2.0 ** np.random.Generator(np.random.PCG64(1)).uniform(-1.0, 1.0, int(later.sum()))
        for field in ("close", "open", "high", "low"):
            if state[field] is not None:
                state[field][:, later] *= factors
        return Data._of(_trimtab.Data.from_state(state))

    def __reduce__(self) -> Any:
        return _from_state, (self._inner.state(),)

    def __len__(self) -> int:
        return len(self._inner.days)

    def __repr__(self) -> str:
        days, symbols = self.days, self.symbols
        return f"<Data: {len(symbols)} assets, {len(days)} sessions from {days[0]} to {days[-1]}>"


def _from_state(state: dict[str, Any]) -> Data:
    return Data._of(_trimtab.Data.from_state(state))


def load(
    *paths: str | os.PathLike[str],
    bills: str | None = None,
    series: Sequence[str] = (),
    repair: Sequence[str] = (),
    meta: str | os.PathLike[str] | None = None,
    symbols: Sequence[str] | None = None,
) -> Data:
    """Loads price files of the common vendors: folders, CSV or Parquet, wide or long, gzipped or not.

    The options are those of the command line: `bills="RATES.csv:DGS3MO"`, `series=["cpi=CPI.csv+14"]`,
    `repair=["carry=5"]`, `meta="assets.csv"`. What was assumed or repaired stands in `Data.notices`.
    """
    own = None if symbols is None else list(symbols)
    named = [os.fspath(path) for path in paths]
    if not named:
        raise UsageError("there is no file to load", hint='name one: load("prices.csv")')
    about = None if meta is None else os.fspath(meta)
    return Data._of(_trimtab.Data.load(named, bills, list(series), list(repair), about, own))


def embedded(frequency: str = "monthly") -> Data:
    """The history that ships with trimtab: US stocks, industries, Treasuries, bills; `monthly` or `daily`."""
    return Data._of(_trimtab.Data.embedded(frequency))


class _Wide:
    """Days, symbols, and a row of values for each day."""

    def __init__(self, days: Any, symbols: list[str], values: Any) -> None:
        self.days, self.symbols, self.values = days, symbols, values


def _wide(table: Any, name: str) -> Any:
    """A table with a column a symbol; of a long table all its fields."""
    if hasattr(table, "iloc"):
        return _pandas(table, name)
    if hasattr(table, "__arrow_c_stream__"):
        return _arrow(_trimtab.arrow_columns(table), name)
    if isinstance(table, Mapping):
        columns = [(str(key), _column(value)) for key, value in table.items()]
        return _arrow(columns, name)
    raise UsageError(
        f"`{name}` is a {type(table).__name__}, which is no table",
        hint="give a table of pandas, polars or pyarrow, or a dict of columns",
    )


def _column(values: Any) -> Any:
    array = np.asarray(values)
    if array.dtype.kind == "M":
        return array.astype("datetime64[D]").astype(np.int64)
    if array.dtype.kind in "US" and array.size and _is_date(str(array.flat[0])):
        return array.astype("datetime64[D]").astype(np.int64)
    return array.tolist() if array.dtype.kind in "US" else array.astype(float)


def _is_date(text: str) -> bool:
    return len(text) >= 10 and text[4] == "-" and text[7] == "-"


def _pandas(table: Any, name: str) -> Any:
    import pandas as pd

    if isinstance(table, pd.Series):
        table = table.to_frame(table.name or "ASSET")
    lower = {str(column).lower(): column for column in table.columns}
    if any(symbol in lower for symbol in _SYMBOLS) or isinstance(table.index, pd.MultiIndex):
        flat = table.reset_index()
        columns: list[tuple[str, Any]] = []
        for column in flat.columns:
            values = flat[column]
            if pd.api.types.is_datetime64_any_dtype(values):
                columns.append((str(column), _days(pd.DatetimeIndex(values))))
            elif pd.api.types.is_numeric_dtype(values):
                columns.append((str(column), values.to_numpy(dtype=float)))
            else:
                columns.append((str(column), values.astype(str).tolist()))
        return _arrow(columns, name)
    if not isinstance(table.index, pd.DatetimeIndex):
        dated = next((lower[word] for word in _DATES if word in lower), None)
        if dated is None:
            raise DataError(
                f"`{name}` has no dates", hint="give it a DatetimeIndex, or a column `date`"
            )
        table = table.set_index(dated)
        table.index = pd.DatetimeIndex(table.index)
    symbols = [str(column) for column in table.columns]
    return _Wide(_days(table.index), symbols, table.to_numpy(dtype=float))


def _days(index: Any) -> Any:
    index = index if index.tz is None else index.tz_localize(None)
    return index.to_numpy().astype("datetime64[D]").astype(np.int64)


def _arrow(columns: list[tuple[str, Any]], name: str) -> Any:
    """Columns as arrays: days are whole numbers, words a list."""
    days = next((n for n, c in columns if _kind(c) == "i"), None)
    if days is None:
        words = [n for n, c in columns if n.lower() in _DATES and isinstance(c, list)]
        if not words:
            raise DataError(f"`{name}` has no column of dates", hint="name it `date`")
        days = words[0]
    table = dict(columns)
    at = table.pop(days)
    if isinstance(at, list):
        at = np.array(at, dtype="datetime64[D]").astype(np.int64)
    symbol = next((n for n in table if n.lower() in _SYMBOLS), None)
    if symbol is None:
        table = {n: c for n, c in table.items() if not isinstance(c, list)}
        return _Wide(at, list(table), np.column_stack([table[n] for n in table]))
    symbols = table.pop(symbol)
    fields = {n.lower(): c for n, c in table.items() if n.lower() in _FIELDS}
    if "close" not in fields:
        raise DataError(f"`{name}` has no column `close`", hint=f"it has {', '.join(table)}")
    names = list(dict.fromkeys(symbols))
    place = {name: ix for ix, name in enumerate(names)}
    whole, row = np.unique(at, return_inverse=True)
    column = np.array([place[s] for s in symbols])
    if len(np.unique(row * len(names) + column)) != len(row):
        raise DataError(f"`{name}` has two rows for the same symbol and day")
    read = {}
    for field, values in fields.items():
        grid = np.full((len(whole), len(names)), np.nan)
        grid[row, column] = values
        read[field] = _Wide(whole, [str(n) for n in names], grid)
    return read


def _kind(column: Any) -> str:
    return "w" if isinstance(column, list) else str(column.dtype.kind)


def _state(read: dict[str, _Wide], adjusted: bool | None) -> dict[str, Any]:
    """What the engine takes: a row an asset, sessions without any close left out."""
    if any(isinstance(table, dict) for table in read.values()):
        raise UsageError("a long table holds all fields itself", hint="give it alone, as `close`")
    close = read["close"]
    if len(set(close.symbols)) != len(close.symbols):
        raise DataError("two columns bear the same symbol")
    order = np.argsort(close.days, kind="stable")
    keep = order[~np.isnan(close.values[order]).all(axis=1)]
    days = close.days[keep]
    if len(days) == 0:
        raise DataError("there is not a single close")
    if len(np.unique(days)) != len(days):
        raise DataError("two rows bear the same day", hint="keep one row a day")
    state: dict[str, Any] = {"days": days, "close": _rows(close, days, close.symbols)}
    for field in ("open", "high", "low", "volume"):
        table = read.get(field)
        state[field] = None if table is None else _rows(table, days, close.symbols)
    acted = "dividend" in read or "split" in read
    levels = not acted if adjusted is None else adjusted
    state["assets"] = [(symbol, [], levels, None, None) for symbol in close.symbols]
    state["actions"] = [
        (int(day), int(asset), kind, float(x), 0.0, None)
        for kind, field, nothing in ((0, "dividend", 0.0), (1, "split", 1.0))
        if field in read
        for day, asset, x in _events(_rows(read[field], days, close.symbols), nothing)
    ]
    state["notices"] = []
    if adjusted is None:
        what = "prices as traded" if acted else "prices with dividends and splits in them"
        state["notices"] = [f"taken for {what}: `adjusted` says otherwise"]
    return state


def _rows(table: _Wide, days: Any, symbols: list[str]) -> Any:
    """A row for each symbol, a column for each day; NaN where the table has none."""
    grid = np.full((len(symbols), len(days)), np.nan)
    place = {symbol: ix for ix, symbol in enumerate(table.symbols)}
    row = {int(day): ix for ix, day in enumerate(table.days)}
    at = np.array([row.get(int(day), -1) for day in days])
    for ix, symbol in enumerate(symbols):
        if symbol in place:
            grid[ix] = np.where(at >= 0, table.values[at, place[symbol]], np.nan)
    return grid


def _events(grid: Any, nothing: float) -> list[tuple[int, int, float]]:
    happened = ~np.isnan(grid) & (grid != nothing) & (grid != 0.0)
    return [(day, asset, grid[asset, day]) for asset, day in zip(*np.nonzero(happened))]


def _series(name: str, readings: Any, percent: bool) -> tuple[str, bool, Any, Any, Any]:
    import pandas as pd

    if isinstance(readings, pd.Series):
        readings = readings.dropna()
        known = _days(pd.DatetimeIndex(readings.index))
        return name, percent, known, known, readings.to_numpy(dtype=float)
    try:
        about, known, values = (readings[column] for column in ("about", "known", "value"))
    except KeyError as error:
        raise DataError(
            f"the series `{name}` has no column {error}",
            hint="give a pandas series by day of publication, or the columns about, known, value",
        ) from None
    days = [_days(pd.DatetimeIndex(column)) for column in (about, known)]
    return name, percent, days[0], days[1], np.asarray(values, dtype=float)


def _hash(state: dict[str, Any]) -> str:
    """Identifies the content of tables, for the ids of runs."""
    import hashlib

    digest = hashlib.blake2b(digest_size=32)
    for field in ("days", "close", "open", "high", "low", "volume"):
        digest.update(b"-" if state[field] is None else np.ascontiguousarray(state[field]).tobytes())
    digest.update(repr((state["assets"], state["actions"])).encode())
    for name, percent, about, known, values in state["series"]:
        digest.update(repr((name, percent)).encode())
        for column in (about, known, values):
            digest.update(np.ascontiguousarray(column).tobytes())
    return digest.hexdigest()
