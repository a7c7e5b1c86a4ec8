"""Markets from tables, arrays and files are the same market."""

from __future__ import annotations

import pickle

import numpy as np
import pandas as pd
import pytest

import trimtab as tt


def same(one: tt.Data, other: tt.Data) -> bool:
    return one.symbols == other.symbols and one.hash == other.hash and (one.days == other.days).all()


def test_tables_of_every_kind_make_the_same_market(frame, data):
    pl, pa = pytest.importorskip("polars"), pytest.importorskip("pyarrow")
    polars = pl.from_pandas(frame.reset_index())
    arrow = pa.Table.from_pandas(frame.reset_index(), preserve_index=False)
    columns = {"date": frame.index.to_numpy(), **{s: frame[s].to_numpy() for s in frame}}
    long = frame.stack().rename("close").rename_axis(["date", "symbol"]).reset_index()
    for table in (polars, arrow, columns, long, pl.from_pandas(long), frame.sort_index(ascending=False)):
        assert same(tt.Data(table), data), type(table)
    np.testing.assert_array_equal(data.closes.to_numpy(), frame.to_numpy())


def test_a_market_survives_the_pickle(monthly):
    again = pickle.loads(pickle.dumps(monthly))
    assert same(again, monthly) and again.series_names == monthly.series_names
    one = tt.backtest("sector-breadth-monthly", monthly)
    assert tt.backtest("sector-breadth-monthly", again).equity.equals(one.equity)


def test_dividends_and_splits_are_paid():
    index = pd.bdate_range("2020-01-01", periods=4)
    close = pd.DataFrame({"A": [100.0, 99.0, 49.5, 50.0]}, index=index)
    dividends = pd.DataFrame({"A": [0.0, 1.0, 0.0, 0.0]}, index=index)
    splits = pd.DataFrame({"A": [np.nan, np.nan, 2.0, np.nan]}, index=index)
    data = tt.Data(close, dividends=dividends, splits=splits)
    # A holder is paid 1 on 99, then owns two shares: nothing is lost before the last day's 50 / 49.5.
    growth = data.total_returns["A"].to_numpy()
    np.testing.assert_allclose(growth / growth[0], [1.0, 1.0, 1.0, 50.0 / 49.5], rtol=1e-14)


def test_readings_are_known_when_they_are_published(data, frame):
    about = pd.to_datetime(["2015-03-31", "2015-06-30"])
    known = pd.to_datetime(["2015-05-01", "2015-08-03"])
    table = pd.DataFrame({"about": about, "known": known, "value": [1.0, 2.0]})
    own = tt.Data(frame, series={"growth": table})
    seen = {}

    @tt.gauge(name="reads-growth")
    def reads(past):
        seen[past.date.isoformat()] = past.latest("growth")
        return 1.0

    hold = tt.allocators.equal_weight()
    root = tt.allocators.when(gauge=reads(), above=0.0, then=hold)
    tt.backtest(tt.strategy(root, schedule={"every": "session"}), own)
    assert seen["2015-04-30"] is None and seen["2015-05-01"] == 1.0
    assert seen["2015-07-31"] == 1.0 and seen["2015-08-03"] == 2.0


def test_bad_tables_say_what_to_do(frame):
    with pytest.raises(tt.DataError, match="two rows bear the same day"):
        tt.Data(pd.concat([frame, frame.iloc[:1]]))
    with pytest.raises(tt.DataError, match="column `date`|DatetimeIndex"):
        tt.Data(frame.reset_index(drop=True))
    with pytest.raises(tt.DataError, match="not positive|positive|price"):
        tt.Data(frame.assign(A=-1.0))
    with pytest.raises(tt.UsageError, match="no table"):
        tt.Data(3)


def test_files_are_loaded(tmp_path, frame, data):
    path = tmp_path / "prices.csv"
    frame.to_csv(path)
    loaded = tt.load(path)
    np.testing.assert_array_equal(loaded.closes.to_numpy(), frame.to_numpy())
    assert loaded.source.endswith("prices.csv")
    with pytest.raises(tt.FileError) as raised:
        tt.load(tmp_path / "absent.csv")
    assert raised.value.kind == "io" and isinstance(raised.value, OSError)
