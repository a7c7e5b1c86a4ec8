"""Exported weights, run by the programs that they are exported for, earn what they earn here.

Each program must be installed (`pip install bt backtrader vectorbt "pandas<3" "plotly<6"`); tests of one that is absent are skipped. The convention on both
sides: filled at the close that decided, no costs, fractions of shares, cash earns nothing.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import trimtab as tt
from trimtab import interop

#: Largest difference of values, as a part of them: both sides add some thousand products in another order.
TOLERANCE = 1e-9

FREE = {"costs": {"preset": "none", "cash": "none"}}
SAME_CLOSE = {**FREE, "execution": {"fill": "same-close"}}


@pytest.fixture(scope="module")
def run(data):
    """Two of four by momentum every month, an eighth in cash."""
    by = tt.signals.total_return(window=63)
    top = tt.allocators.top(n=2, by=by)
    limits = {"reserve": tt.limits.cash_reserve(least=0.125)}
    sections = {"universe": list("ABCD"), "schedule": {"every": "month"}, **SAME_CLOSE}
    found = tt.backtest(tt.strategy(top, limits=limits, **sections), data, ledger=False)
    assert found.ended is None and len(found.decisions) > 30 and found.equity.nunique() > 700
    return found


def own(table: pd.DataFrame, data: tt.Data) -> pd.Series:
    """The account that follows a table of weights here."""
    found = tt.backtest(interop.from_weights(table, **SAME_CLOSE), data, ledger=False)
    assert found.ended is None
    return found.equity


def test_bt_earns_the_same(run, data):
    bt = pytest.importorskip("bt")
    table = interop.to_bt(run)
    algos = [bt.algos.RunOnDate(*table.index), bt.algos.WeighTarget(table), bt.algos.Rebalance()]
    strategy = bt.Strategy("exported", algos, children=list(table.columns))
    test = bt.Backtest(strategy, data.closes, initial_capital=100_000.0, integer_positions=False)
    bt.run(test)
    values = test.strategy.values.reindex(run.equity.index)
    np.testing.assert_allclose(values, run.equity, rtol=TOLERANCE)
    # And back: the weights that bt held are those that it was given.
    held = test.security_weights.reindex(table.index)[list(table.columns)]
    np.testing.assert_allclose(held, table, atol=1e-9)
    np.testing.assert_allclose(own(held, data), run.equity, rtol=TOLERANCE)


def test_vectorbt_earns_the_same(run, data):
    vbt = pytest.importorskip("vectorbt")
    prices = data.closes
    table = interop.to_vectorbt(run, prices.index)
    options = {"size_type": "targetpercent", "cash_sharing": True, "group_by": True, "call_seq": "auto"}
    columns = prices[list(table.columns)]
    portfolio = vbt.Portfolio.from_orders(columns, size=table, init_cash=100_000.0, **options)
    np.testing.assert_allclose(portfolio.value(), run.equity, rtol=TOLERANCE)


def test_vectorbt_takes_the_signals(run, data):
    """Entries and exits of one asset, all in or all out."""
    vbt = pytest.importorskip("vectorbt")
    entries, exits = interop.to_signals(run)
    prices = data.closes
    one = str(entries.columns[0])
    entry, exit_ = (t[one].reindex(prices.index, fill_value=False) for t in (entries, exits))
    there = vbt.Portfolio.from_signals(prices[one], entry, exit_, init_cash=100_000.0).value()
    strategy = interop.from_signals(entries[[one]], exits[[one]], **SAME_CLOSE)
    here = tt.backtest(strategy, data, ledger=False).equity
    np.testing.assert_allclose(there, here, rtol=TOLERANCE)


def test_backtrader_earns_the_same(run, data):
    backtrader = pytest.importorskip("backtrader")
    targets = interop.to_backtrader(run)
    values: dict[pd.Timestamp, float] = {}

    class Fractions(backtrader.CommInfoBase):
        """Parts of shares, no commission."""

        params = (("stocklike", True), ("commtype", backtrader.CommInfoBase.COMM_PERC))

        def getsize(self, price, cash):
            return cash / price

    class Follow(backtrader.Strategy):
        def next(self):
            day = self.datetime.date(0)
            values[pd.Timestamp(day)] = self.broker.getvalue()
            wanted = targets.get(day)
            if wanted is None:
                return
            # What is sold pays for what is bought.
            value = self.broker.getvalue()
            change = lambda feed: wanted[feed._name] * value - self.broker.getvalue([feed])  # noqa: E731
            for feed in sorted(self.datas, key=change):
                self.order_target_percent(feed, wanted[feed._name])

    cerebro = backtrader.Cerebro(stdstats=False)
    for symbol in interop.weights(run).columns:
        feed = interop.prices(data, symbol)
        fields = {name: "close" for name in ("open", "high", "low", "close")}
        cerebro.adddata(backtrader.feeds.PandasData(dataname=feed, volume=None, openinterest=None, **fields), name=symbol)
    cerebro.addstrategy(Follow)
    cerebro.broker.setcash(100_000.0)
    cerebro.broker.addcommissioninfo(Fractions())
    cerebro.broker.set_coc(True)
    cerebro.broker.set_checksubmit(False)
    cerebro.run()
    there = pd.Series(values).reindex(run.equity.index)
    np.testing.assert_allclose(there, run.equity, rtol=TOLERANCE)
