"""Sweeps on two nodes of Ray, one of which dies half-way."""

from __future__ import annotations

import sqlite3
import time

import pytest

import trimtab as tt

ray = pytest.importorskip("ray")

from ray.cluster_utils import Cluster  # noqa: E402

from trimtab import distributed  # noqa: E402


@pytest.fixture
def cluster():
    """A head that holds the data and works, and a second node."""
    cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 1, "object_store_memory": 100_000_000})
    ray.init(address=cluster.address, logging_level="error", log_to_driver=False)
    yield cluster
    ray.shutdown()
    cluster.shutdown()


def bits(table) -> list[bytes]:
    """Every column as bytes: NaN and the last bit included."""
    return [table[name].to_numpy(dtype=float, na_value=float("nan")).tobytes() for name in table if name != "error"]


def strategy() -> tt.Strategy:
    by = tt.signals.total_return(window=6)
    return tt.strategy(tt.allocators.top(n=1, by=by, among=["US", "T10"]), schedule={"every": "month"})


def trials(path) -> list[tuple]:
    """What a ledger says, without the numbers and times of its rows; returns included."""
    with sqlite3.connect(path) as db:
        found = db.execute(
            """SELECT shape, data, strategy, source, engine, mode, command, seed, options, configuration, parameters, first,
                periods, per_year, final_value, return_yearly, volatility_yearly, sharpe, drawdown_max, turnover_yearly, costs, returns
               FROM trial JOIN study ON study.id = study JOIN circumstance ON circumstance.id = circumstance
               LEFT JOIN curve ON curve.trial = trial.id"""
        ).fetchall()
    return sorted(found, key=repr)


SETS = {"root.n": [1, 2], "root.by.window": range(1, 61)}


def test_a_killed_node_loses_nothing(cluster, monthly, tmp_path):
    second = cluster.add_node(num_cpus=1, object_store_memory=100_000_000)
    cluster.wait_for_nodes()
    assert len([node for node in ray.nodes() if node["Alive"]]) == 2
    killed = []

    def kill(done: int, of: int) -> None:
        if done >= of // 2 and not killed:
            killed.append(done)
            cluster.remove_node(second, allow_graceful=False)

    found = distributed.sweep(strategy(), monthly, SETS, chunk=2, progress=kill, ledger=tmp_path / "there.sqlite")
    assert killed and killed[0] < 60
    # The head hears of a death a little later.
    begun = time.monotonic()
    while len([node for node in ray.nodes() if node["Alive"]]) > 1:
        assert time.monotonic() - begun < 120.0, "the node is still there"
        time.sleep(0.2)
    here = tt.sweep(strategy(), monthly, SETS, ledger=tmp_path / "here.sqlite")
    assert list(found.columns) == list(here.columns) and len(found) == 120
    assert bits(found) == bits(here)
    # What died and was run again is in the ledger once, and nothing is missing.
    assert trials(tmp_path / "there.sqlite") == trials(tmp_path / "here.sqlite")
    assert len(trials(tmp_path / "here.sqlite")) == 120 and found.attrs == here.attrs


def test_rules_and_batches_travel(cluster, data, tmp_path):
    def best(past, window=20):
        closes = past.closes(window, past.universe)
        return {past.universe[int((closes[-1] / closes[0]).argmax())]: 1.0}

    rule = tt.allocator(best, name="best-of-few")
    own = tt.strategy(rule(window=20), universe=list("ABCD"), schedule={"every": "month"})
    sets = {"root.with.window": [20, 40, 60]}
    assert bits(distributed.sweep(own, data, sets, chunk=1)) == bits(tt.sweep(own, data, sets))
    mixes = [tt.strategy(tt.allocators.fixed(weights={s: 1.0}), name=s) for s in "AB"]
    paths = there, here = [tmp_path / "there.sqlite", tmp_path / "here.sqlite"]
    table = distributed.backtests(mixes, data, ledger=there)
    for mix in mixes:
        assert table[mix.name].tolist() == tt.backtest(mix, data, ledger=here).equity.tolist()
    assert trials(there) == trials(here) and len(trials(here)) == 2
    # A ledger that is switched off stays as it is.
    distributed.backtests([own], data, ledger=False)
    assert [len(trials(path)) for path in paths] == [2, 2]


def test_validations_count_what_was_tried_before(cluster, monthly, tmp_path):
    there, here = tmp_path / "there.sqlite", tmp_path / "here.sqlite"
    name = "sector-breadth-monthly"
    path, (low, high, _) = next(iter(tt.library[name].ranges.items()))
    moved = tt.Strategy(name).with_({path: high})
    mix = tt.strategy(tt.allocators.fixed(weights={"US": 0.6, "T10": 0.4}), name="mix")
    asked = {"benchmark": mix, "trials": 6, "markets": 0, "library": False}
    for ledger in (there, here):
        tt.sweep(name, monthly, design="random", count=10, seed=1, ledger=ledger)
    # The first and the last are one strategy with other numbers: what is tried of one counts against the other.
    strategies = [name, "sixty-forty-monthly", moved]
    found = distributed.validate(strategies, monthly, ledger=there, **asked)
    local = [tt.validate(strategy, monthly, ledger=here, **asked) for strategy in strategies]
    assert found == local
    assert found[0]["tests"]["trials"] > 10 and found[2]["tests"]["trials"] > found[0]["tests"]["trials"]
    assert trials(there) == trials(here)


def test_without_a_cluster_it_says_so(data):
    with pytest.raises(tt.UsageError, match="not connected"):
        distributed.sweep(strategy(), data, SETS)
