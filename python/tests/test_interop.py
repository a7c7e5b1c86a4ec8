"""Weights and signals there and back."""

from __future__ import annotations

import io

import numpy as np
import pandas as pd
import pytest

import trimtab as tt
from trimtab import interop

STRATEGY = {"universe": list("ABCD"), "schedule": {"every": "month"}}


@pytest.fixture(scope="module")
def run(data):
    by = tt.signals.total_return(window=63)
    return tt.backtest(tt.strategy(tt.allocators.top(n=2, by=by), **STRATEGY), data)


def test_weights_come_back_as_the_same_run(run, data):
    there = {
        "wide": interop.to_bt(run),
        "long": interop.to_long(run),
        "vectorbt": interop.to_vectorbt(run, run.equity.index),
        "backtrader": interop.to_backtrader(run),
        "zipline": interop.to_zipline(run),
        "quantconnect": pd.read_csv(io.StringIO(interop.to_quantconnect(run))),
    }
    for name, table in there.items():
        again = tt.backtest(interop.from_weights(table), data)
        assert again.equity.equals(run.equity), name


def test_weights_mean_what_they_mean_elsewhere(run, data):
    """An account in plain pandas that follows the exported targets at the close that decided earns the same."""
    targets, prices = interop.weights(run), data.closes
    shares, cash, values = pd.Series(0.0, index=prices.columns), 100_000.0, []
    for day, price in prices.iterrows():
        value = cash + (shares * price).sum()
        values.append(value)
        if day in targets.index:
            shares = targets.loc[day].reindex(prices.columns).fillna(0.0) * value / price
            cash = value - (shares * price).sum()
    free = {"costs": {"preset": "none"}, "execution": {"fill": "same-close"}}
    own = tt.backtest(interop.from_weights(targets, **free), data)
    np.testing.assert_allclose(own.equity, values, rtol=1e-9)


def test_signals_enter_and_leave(run, data):
    entries, exits = interop.to_signals(run)
    held = interop.weights(run) != 0.0
    inside = (entries.astype(int) - exits.astype(int)).cumsum().astype(bool)
    pd.testing.assert_frame_equal(inside, held)
    again = tt.backtest(interop.from_signals(entries, exits), data)
    state = interop.weights(again)
    # Equal shares of what is in, every day.
    expected = held.reindex(state.index, method="ffill")
    assert ((state > 0) == expected[state.columns]).all().all()


def test_a_feed_has_the_prices(data, frame):
    feed = interop.prices(data, "A")
    np.testing.assert_array_equal(feed["close"], frame["A"])
    with pytest.raises(tt.UsageError, match="no asset"):
        interop.prices(data, "Z")
