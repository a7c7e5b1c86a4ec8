"""Sweeps on two nodes of Ray, one of which dies half-way."""

from __future__ import annotations

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


SETS = {"root.n": [1, 2], "root.by.window": range(1, 61)}


def test_a_killed_node_loses_nothing(cluster, monthly):
    second = cluster.add_node(num_cpus=1, object_store_memory=100_000_000)
    cluster.wait_for_nodes()
    assert len([node for node in ray.nodes() if node["Alive"]]) == 2
    killed = []

    def kill(done: int, of: int) -> None:
        if done >= of // 2 and not killed:
            killed.append(done)
            cluster.remove_node(second, allow_graceful=False)

    found = distributed.sweep(strategy(), monthly, SETS, chunk=2, progress=kill)
    assert killed and killed[0] < 60
    assert len([node for node in ray.nodes() if node["Alive"]]) == 1
    here = tt.sweep(strategy(), monthly, SETS)
    assert list(found.columns) == list(here.columns) and len(found) == 120
    assert bits(found) == bits(here)


def test_rules_and_batches_travel(cluster, data):
    def best(past, window=20):
        closes = past.closes(window, past.universe)
        return {past.universe[int((closes[-1] / closes[0]).argmax())]: 1.0}

    rule = tt.allocator(best, name="best-of-few")
    own = tt.strategy(rule(window=20), universe=list("ABCD"), schedule={"every": "month"})
    sets = {"root.with.window": [20, 40, 60]}
    assert bits(distributed.sweep(own, data, sets, chunk=1)) == bits(tt.sweep(own, data, sets))
    mixes = [tt.strategy(tt.allocators.fixed(weights={s: 1.0}), name=s) for s in "AB"]
    table = distributed.backtests(mixes, data)
    for mix in mixes:
        assert table[mix.name].tolist() == tt.backtest(mix, data).equity.tolist()


def test_without_a_cluster_it_says_so(data):
    with pytest.raises(tt.UsageError, match="not connected"):
        distributed.sweep(strategy(), data, SETS)
