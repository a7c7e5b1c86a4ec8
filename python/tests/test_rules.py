"""Rules in Python: the past and nothing else, and an audit that notices."""

from __future__ import annotations

import pickle

import numpy as np
import pandas as pd
import pytest

import trimtab as tt


@tt.allocator
def winner(past, window=126):
    """The asset that grew most."""
    closes = past.closes(window, past.universe)
    growth = closes[-1] / closes[0]
    past.because(f"the best grew by {growth.max() - 1.0:.2%}")
    return {past.universe[int(growth.argmax())]: 1.0}


@tt.signal
def trailing(past, symbols, window=126):
    closes = past.closes(window, symbols)
    return dict(zip(symbols, closes[-1] / closes[0] - 1.0))


@tt.gauge
def breadth(past, window=126):
    closes = past.closes(window)
    return float((closes[-1] > closes.mean(axis=0)).mean())


ASSETS = list("ABCD")
MONTHLY = {"universe": ASSETS, "schedule": {"every": "month"}}


def ours(window: int) -> tt.Strategy:
    by = tt.signals.total_return(window=window - 1)
    return tt.strategy(tt.allocators.top(n=1, by=by, among=ASSETS), **MONTHLY)


def test_an_allocator_equals_the_registered_one(data):
    mine = tt.backtest(tt.strategy(winner(window=64), **MONTHLY), data)
    theirs = tt.backtest(ours(64), data)
    assert mine.equity.equals(theirs.equity) and len(mine.decisions) > 30
    assert "the best grew by" in mine.decisions["because"].iloc[0]
    light = tt.backtest(tt.strategy(winner(window=64), **MONTHLY), data, books=False)
    np.testing.assert_allclose(light.equity, mine.equity, rtol=1e-6)


def test_a_signal_and_a_gauge_have_their_places(data):
    root = tt.allocators.top(n=1, by=trailing(window=64), among=ASSETS)
    assert tt.backtest(tt.strategy(root, **MONTHLY), data).equity.equals(
        tt.backtest(ours(64), data).equity
    )
    root = tt.allocators.when(gauge=breadth(window=50), above=0.5, then=tt.allocators.equal_weight())
    run = tt.backtest(tt.strategy(root, **MONTHLY), data)
    days, closes = pd.DatetimeIndex(data.days), data.closes
    for day, row in run.decisions.iterrows():
        seen = closes.iloc[days.get_loc(day) - 49 : days.get_loc(day) + 1]
        up = (seen.iloc[-1] > seen.mean()).mean() > 0.5
        assert (row["cash"] < 1e-9) == up, day


def test_a_sweep_runs_over_the_parameters_of_a_rule(data):
    table = tt.sweep(tt.strategy(winner(window=64), **MONTHLY), data, {"root.with.window": [32, 64, 96]})
    assert list(table["root.with.window"]) == [32, 64, 96]
    for window, value in zip(table["root.with.window"], table["final_value"]):
        assert value == tt.backtest(ours(window), data, books=False).final_value


def test_a_past_ends_with_its_decision(data):
    kept = []

    @tt.allocator
    def keeps(past):
        kept.append(past)
        return {"A": 1.0}

    tt.backtest(tt.strategy(keeps(), **MONTHLY), data)
    with pytest.raises(RuntimeError, match="ended with its decision"):
        kept[0].closes(5)
    assert not [name for name in dir(tt.Past) if "future" in name or "next" in name]


def test_a_rule_remembers_through_the_past_alone(data):
    @tt.allocator
    def counts(past):
        n = (past.recall() or [0.0])[0] + 1.0
        past.remember([n])
        past.because(f"decision {n:.0f}")
        return {"A": min(n / 100.0, 1.0)}

    run = tt.backtest(tt.strategy(counts(), **MONTHLY), data)
    assert list(run.decisions["A"]) == [n / 100.0 for n in range(1, len(run.decisions) + 1)]
    assert tt.audit(tt.strategy(counts(), **MONTHLY), data, dates=3).passed


def test_an_honest_rule_passes_the_audit(data):
    found = tt.audit(tt.strategy(winner(window=64), **MONTHLY), data, dates=4)
    assert found.passed and [name for name, *_ in found.checks] == [
        "future", "repeatable", "books", "history",
    ], found


def leak(kind: str, frame: pd.DataFrame):
    """A rule that holds what will have grown most in twenty days, from prices that it captured in one way or another."""
    days, array = frame.index, frame.to_numpy()

    def grown(at, values):
        return {ASSETS[int((values[min(at + 20, len(values) - 1)] / values[at]).argmax())]: 1.0}

    def by_closure(past):
        return grown(past.session, frame.to_numpy())

    def by_array(past):
        return grown(past.session, array)

    def by_default(past, table=frame):
        return grown(days.get_loc(str(past.date)), table.to_numpy())

    def by_helper(past):
        return by_closure(past)

    class Holder:
        def __init__(self):
            self.table = frame

        def __call__(self, past):
            return grown(past.session, self.table.to_numpy())

    rules = {"closure": by_closure, "array": by_array, "default": by_default, "helper": by_helper}
    return {**rules, "object": Holder()}[kind]


@pytest.mark.parametrize("kind", ["closure", "array", "default", "helper", "object"])
def test_a_rule_that_reads_tomorrow_is_caught(frame, data, kind):
    rule = tt.allocator(leak(kind, frame), name=f"leaks-by-{kind}")
    strategy = tt.strategy(rule(), **MONTHLY)
    assert tt.backtest(strategy, data).final_value > 200_000  # it pays, were it possible
    found = tt.audit(strategy, data, dates=4)
    checks = {name: passed for name, passed, _ in found.checks}
    assert not found.passed and not checks["captured"], found
    assert rule._instead is None


def test_a_future_in_todays_row_is_caught_when_the_maker_is_given(data):
    """`shift(-20)` puts the future into the past: only making the table anew from other data shows it."""

    def maker(look):
        def make(data):
            closes = data.closes
            table = closes.shift(-look) / closes if look > 0 else closes / closes.shift(-look)

            @tt.allocator(name=f"by-table-{look}")
            def by_table(past):
                row = table.loc[str(past.date)].dropna()
                return {row.idxmax(): 1.0} if len(row) else {}

            return tt.strategy(by_table(), **MONTHLY)

        return make

    found = tt.audit(maker(20), data, dates=4)
    assert {name: passed for name, passed, _ in found.checks}["captured"] is False, found
    assert tt.audit(maker(-20), data, dates=4).passed


def test_honest_use_of_a_captured_table_passes(frame, data):
    @tt.allocator
    def own_prices(past):
        seen = frame.loc[: str(past.date)].tail(64)
        if len(seen) < 64:
            raise tt.DataError("64 closes are needed")
        return {(seen.iloc[-1] / seen.iloc[0]).idxmax(): 1.0}

    found = tt.audit(tt.strategy(own_prices(), **MONTHLY), data, dates=4)
    assert found.passed and "captured" in [name for name, *_ in found.checks]
    # Changed for the audit only.
    assert own_prices._instead is None


def test_mistakes_in_a_rule_say_where(data):
    @tt.allocator
    def divides(past):
        return {"A": 1 / 0}

    ended = tt.backtest(tt.strategy(divides(), **MONTHLY), data).ended
    assert isinstance(ended, tt.SpecError) and ended.path == ("root",)
    assert "ZeroDivisionError" in str(ended) and "test_rules.py:" in ended.hint

    @tt.allocator
    def unknown(past):
        return {"Z": 1.0}

    assert "unknown asset `Z`" in str(tt.backtest(tt.strategy(unknown(), **MONTHLY), data).ended)

    @tt.allocator
    def nothing(past):
        return {"A": float("nan")}

    assert isinstance(tt.backtest(tt.strategy(nothing(), **MONTHLY), data).ended, tt.NumericError)
    with pytest.raises(tt.SpecError, match="did you mean `winner`"):
        tt.Strategy({"root": {"kind": "custom", "call": "winer"}})


def test_another_function_is_another_strategy(data):
    def make(share):
        if share == 1:
            return tt.allocator(lambda past: {"A": 1.0}, name="part")
        return tt.allocator(lambda past: {"A": 0.5}, name="part")

    one = tt.backtest(tt.strategy(make(1)(), **MONTHLY), data)
    other = tt.backtest(tt.strategy(make(2)(), **MONTHLY), data)
    assert one.id != other.id and one.final_value != other.final_value


def test_a_strategy_with_rules_travels(data):
    """By value, as Ray, joblib and Dask send functions."""
    cloudpickle = pytest.importorskip("ray.cloudpickle")
    strategy = tt.strategy(winner(window=64), **MONTHLY)
    again = pickle.loads(cloudpickle.dumps(strategy))
    assert again == strategy and again._rules
