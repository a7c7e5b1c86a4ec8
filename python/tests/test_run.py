"""Runs, sweeps, decisions, reports."""

from __future__ import annotations

import threading
import time

import numpy as np
import pandas as pd
import pytest

import trimtab as tt

NAME = "sector-breadth-monthly"


def test_tables_agree_with_each_other(monthly):
    run = tt.backtest(NAME, monthly)
    assert run.ended is None and run.equity.iloc[0] == 100_000.0
    np.testing.assert_allclose(
        run.returns, run.equity.pct_change().iloc[1:], rtol=1e-12, atol=1e-15
    )
    weights, trades = run.weights, run.trades
    assert (weights.sum(axis=1) <= 1.0 + 1e-9).all() and weights.index.equals(run.equity.index)
    decided = run.decisions
    np.testing.assert_allclose(decided.drop(columns=["why", "because"]).sum(axis=1), 1.0)
    # The account is its fills: what is left of cash and shares is the value at the end.
    shares = trades.groupby("symbol")["shares"].sum()
    held = {s: n for s, n in shares.items() if abs(n) > 1e-6}
    assert set(held) == set(weights.columns[weights.iloc[-1] > 1e-9])
    run.audit_books()


def test_metrics_are_those_of_the_formulas(monthly):
    run = tt.backtest(NAME, monthly)
    table = run.metrics()
    returns = run.returns
    years = (run.days[-1] - run.days[0]).astype(int) / 365.25
    growth = run.equity.iloc[-1] / run.equity.iloc[0]
    by_periods = growth ** (12 / len(returns)) - 1.0
    assert table.loc["return_yearly_periods", "value"] == pytest.approx(by_periods, rel=1e-12)
    assert table.loc["volatility_yearly", "value"] == pytest.approx(returns.std() * 12**0.5, rel=1e-12)
    fall = (run.equity / run.equity.cummax() - 1.0).min()
    assert abs(table.loc["drawdown_max", "value"]) == pytest.approx(-fall, rel=1e-12)
    assert years > 50 and run.metric("sharpe") == table.loc["sharpe", "value"]
    own = tt.measure(returns)
    assert own.loc["volatility_yearly", "value"] == pytest.approx(returns.std() * 12**0.5, rel=1e-12)
    beta = run.metrics(benchmark=run).loc["beta", "value"]
    assert beta == pytest.approx(1.0)


def test_every_way_to_give_a_strategy_is_the_same(tmp_path, data):
    text = 'root = "@root"\n[allocator.root]\nkind = "top"\nn = 1\nby = { kind = "total-return", window = 63 }\n'
    path = tmp_path / "mine.toml"
    path.write_text(text)
    parts = {"kind": "top", "n": 1, "by": {"kind": "total-return", "window": 63}}
    by = tt.signals.total_return(window=63)
    ways = [
        tt.Strategy(text, name="mine"),
        tt.Strategy(path),
        tt.Strategy({"root": "@root", "allocator": {"root": parts}}, name="mine"),
        tt.strategy(tt.allocators.top(n=1, by=by), name="mine"),
        tt.strategy(tt.allocators.top(n=np.int64(1), by=by), name="mine"),
    ]
    assert len({way.canonical for way in ways}) == 1, [way.canonical for way in ways]
    assert len({tt.backtest(way, data).id for way in ways}) == 1
    assert "hold the 1 of" in ways[0].explain()
    other = ways[0].with_({"root.n": 2})
    assert other != ways[0] and other == tt.Strategy(text, name="mine", set={"root.n": 2})


def test_every_strategy_of_the_library_is_there():
    assert len(tt.library) >= 70 and NAME in tt.library
    for name in tt.library:
        assert tt.library[name].title


def test_objects_know_their_parameters():
    assert "total_return" in dir(tt.signals) and "How many to hold" in tt.allocators.top.__doc__
    with pytest.raises(TypeError, match="needs `by`"):
        tt.allocators.top(n=2)
    with pytest.raises(TypeError, match="no parameter `m`"):
        tt.allocators.top(m=2)
    with pytest.raises(AttributeError, match="did you mean `equal_weight`"):
        tt.allocators.equal_weigth


def test_errors_have_kind_place_and_hint(data):
    text = 'root = "@a"\n[allocator.a]\nkind = "equal-wieght"\n'
    with pytest.raises(tt.SpecError) as raised:
        tt.Strategy(text, name="mine.toml")
    error = raised.value
    assert error.kind == "spec" and error.place.startswith("mine.toml:3:")
    assert "equal-weight" in error.hint and isinstance(error, ValueError)
    with pytest.raises(tt.UsageError, match="did you mean `gtaa-5`"):
        tt.Strategy("gtaa5")
    with pytest.raises(tt.DataError, match="no session"):
        tt.backtest(tt.allocators.equal_weight(), data, start="2050-01-01")
    with pytest.raises(tt.UsageError, match="not opened with"):
        tt.backtest(tt.allocators.equal_weight(), data, cash=-1.0)
    short = tt.strategy(tt.allocators.fixed(weights={"A": -0.5}))
    assert isinstance(tt.backtest(short, data).ended, tt.InfeasibleError)
    with pytest.raises(tt.UsageError, match="books=True"):
        tt.backtest(tt.allocators.equal_weight(), data, books=False).trades


def test_a_sweep_is_its_separate_runs(monthly):
    by = tt.signals.total_return(window=6)
    strategy = tt.strategy(tt.allocators.top(n=1, by=by, among=["US", "T10"]), schedule={"every": "month"})
    sets = {"root.n": [1, 2], "root.by.window": range(3, 8)}
    told = []
    found = tt.sweep(strategy, monthly, sets, progress=lambda done, of: told.append((done, of)))
    assert len(found) == 10 and told[-1] == (10, 10)
    for row in found.to_dict("records"):
        own = tt.backtest(
            strategy.with_({path: row[path] for path in sets}), monthly, books=False
        )
        assert row["final_value"] == own.final_value
        assert row["sharpe"] == pytest.approx(own.metric("sharpe"), rel=1e-12)
    again = tt.sweep(strategy, monthly, found[list(sets)])
    pd.testing.assert_frame_equal(again, found)
    drawn = tt.sweep(strategy, monthly, {"root.by.window": "2..12:1"}, design="random", count=5, seed=3)
    assert len(drawn) == 5


def test_the_lock_is_free_while_a_run_runs(monthly):
    """A thread of Python goes on counting while another one is in the engine."""
    strategy = tt.strategy(
        tt.allocators.top(n=1, by=tt.signals.total_return(window=6), among=["US", "T10"]),
        schedule={"every": "month"},
    )
    plan = tt._run.plan(strategy, {"root.by.window": range(2, 402)}).prepare(monthly)
    done = threading.Event()

    def work():
        plan.run(0, 400)
        done.set()

    thread = threading.Thread(target=work)
    begun = time.perf_counter()
    thread.start()
    seen = 0
    while not done.is_set():
        seen += 1
        time.sleep(0.0005)
    thread.join()
    took = time.perf_counter() - begun
    # Held, the lock would let this loop turn a handful of times.
    assert seen > 5 and took < 60.0


def test_today_is_the_decision_of_the_backtest(monthly):
    run = tt.backtest(NAME, monthly)
    made = tt.today(NAME, monthly)
    last = run.decisions.iloc[-1]
    assert made.day == run.days[-1] and made.next is not None
    if made.due:
        for symbol, weight in made.target.items():
            assert last[symbol] == weight
    own = tt.today(NAME, monthly, holdings={}, cash=10_000.0)
    bought = own.orders.set_index("symbol")["value"]
    assert own.value == 10_000.0 and (bought > 0.0).all()
    assert bought.abs().sum() <= 10_000.0 and set(bought.index) <= set(own.target)


def test_a_report_stands_in_a_notebook(tmp_path, monthly):
    run = tt.backtest(NAME, monthly)
    html = run._repr_html_()
    assert html.startswith("<iframe srcdoc=") and "&lt;!doctype html" in html.lower()
    other = tt.backtest(tt.allocators.fixed(weights={"US": 0.6, "T10": 0.4}), monthly)
    run.report(tmp_path / "report.html", benchmark=other)
    page = (tmp_path / "report.html").read_text()
    assert "Sector" in page and run.id[:12] in page and "http-equiv" not in page


def test_a_plot_is_a_figure(monthly):
    pytest.importorskip("matplotlib").use("agg")
    figure = tt.backtest(NAME, monthly).plot()
    assert len(figure.axes) == 2 and len(figure.axes[0].lines[0].get_xdata()) == len(monthly)


def test_validation_ends_in_a_verdict(monthly):
    mix = tt.allocators.fixed(weights={"US": 0.6, "T10": 0.4})
    found = tt.validate(NAME, monthly, benchmark=mix, trials=8, markets=4, library=False)
    assert found["verdict"] and found["findings"] and found["words"]


def test_flows_come_and_go(data):
    hold = tt.allocators.equal_weight()
    run = tt.backtest(hold, data, flows={"2016-01-04": 5_000.0, "2017-01-03": -1_000.0})
    paid = run.flows[run.flows != 0.0]
    assert list(paid) == [5_000.0, -1_000.0] and str(paid.index[0].date()) == "2016-01-04"
