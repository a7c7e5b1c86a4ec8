"""Everything that is tried is written down, unless somebody says that it is not."""

from __future__ import annotations

import sqlite3

import numpy as np
import pytest

import trimtab as tt

NAME = "sector-breadth-monthly"
SETS = {"root.n": [1, 2], "root.by.window": range(2, 12)}


def rows(path, columns="strategy, command, mode, parameters, sharpe, final_value") -> list[tuple]:
    """The trials of a ledger, read by SQLite itself."""
    with sqlite3.connect(path) as db:
        found = db.execute(
            f"SELECT {columns} FROM trial JOIN study ON study.id = study JOIN circumstance ON circumstance.id = circumstance"
        ).fetchall()
    db.close()
    return sorted(found, key=repr)


def momentum(window: int = 6, n: int = 1) -> tt.Strategy:
    by = tt.signals.total_return(window=window)
    root = tt.allocators.top(n=n, by=by, among=["US", "T10"])
    return tt.strategy(root, name="momentum", schedule={"every": "month"})


def test_a_run_is_a_trial_once(monthly, tmp_path):
    path = tmp_path / "trials.sqlite"
    run = tt.backtest(momentum(), monthly, ledger=path)
    again = tt.backtest(momentum(), monthly, ledger=str(path))
    assert run.budget == again.budget and run.budget.startswith("1 trial ")
    (found,) = rows(path)
    assert found[:3] == ("momentum", "backtest", "books") and found[4] == run.metric("sharpe")
    assert found[5] == run.final_value
    # Other numbers are another trial of the same strategy, whichever engine runs it; what is compared is tried.
    other = tt.backtest(momentum(window=9), monthly, ledger=path)
    tt.backtest(momentum(), monthly, books=False, ledger=path)
    assert other.budget.startswith("2 trials of this strategy on these data") and len(rows(path)) == 3
    tt.compare([momentum(n=2), tt.allocators.equal_weight()], monthly, ledger=path)
    assert len(rows(path)) == 5
    html = run.html()
    assert "The researcher&#39;s budget: 3 trials of this strategy" in html


def test_a_run_that_ends_early_is_no_trial(data, tmp_path):
    path = tmp_path / "trials.sqlite"
    short = tt.strategy(tt.allocators.fixed(weights={"A": -0.5}))
    assert tt.backtest(short, data, ledger=path).ended is not None
    assert rows(path) == []


def test_a_sweep_writes_every_set_down(monthly, tmp_path):
    path = tmp_path / "trials.sqlite"
    table = tt.sweep(momentum(), monthly, SETS, ledger=path)
    found = rows(path)
    assert len(found) == 20 and {row[1:3] for row in found} == {("sweep", "light")}
    assert sorted(row[5] for row in found) == sorted(table["final_value"])
    assert table.attrs["budget"].startswith("20 trials of this strategy")
    # All twenty are in the sample whose returns are kept.
    with sqlite3.connect(path) as db:
        assert db.execute("SELECT COUNT(*) FROM curve").fetchone() == (20,)
    assert tt.sweep(momentum(), monthly, SETS, ledger=path).attrs == table.attrs
    assert len(rows(path)) == 20


def test_validation_counts_what_was_tried_before(monthly, tmp_path):
    path = tmp_path / "trials.sqlite"
    mix = tt.allocators.fixed(weights={"US": 0.6, "T10": 0.4})
    asked = {"benchmark": mix, "trials": 8, "markets": 0, "library": False}
    alone = tt.validate(NAME, monthly, ledger=path, **asked)
    assert alone["tests"]["trials"] == 8 and alone["tests"]["earlier_known"]
    tt.sweep(NAME, monthly, design="random", count=30, seed=5, ledger=path)
    more = tt.validate(NAME, monthly, ledger=path, **asked)
    assert more["tests"]["trials"] > 30 and more["budget"].startswith(f"{more['tests']['trials']} trials")
    without = tt.validate(NAME, monthly, ledger=False, **asked)
    assert without["tests"]["trials"] == 8 and not without["tests"]["earlier_known"]
    assert "was not recorded" in without["budget"]


def test_where_it_is_written_is_as_on_the_command_line(monthly, tmp_path, monkeypatch):
    usual = tmp_path / "usual.sqlite"
    monkeypatch.setenv("TRIMTAB_TRIALS", str(usual))
    tt.backtest(momentum(), monthly)
    assert len(rows(usual)) == 1
    off = tt.backtest(momentum(window=7), monthly, ledger=False)
    assert len(rows(usual)) == 1 and "was not recorded" in off.budget
    monkeypatch.setenv("TRIMTAB_TRIALS", "none")
    assert "no trial ledger" in tt.backtest(momentum(window=8), monthly).budget
    monkeypatch.delenv("TRIMTAB_TRIALS")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    tt.backtest(momentum(window=8), monthly)
    assert list((tmp_path / "home").rglob("trials.sqlite"))


def test_a_ledger_that_cannot_be_used_is_said(monthly, tmp_path, monkeypatch):
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    monkeypatch.setenv("TRIMTAB_TRIALS", str(blocked / "trials.sqlite"))
    with pytest.warns(RuntimeWarning, match="ledger was not used"):
        run = tt.backtest(momentum(), monthly)
    assert run.ended is None
    with pytest.warns(RuntimeWarning, match="ledger was not used"):
        assert len(tt.sweep(momentum(), monthly, SETS)) == 20
    # A file that was named must be usable.
    with pytest.raises(tt.FileError):
        tt.backtest(momentum(), monthly, ledger=blocked / "trials.sqlite")
    for wrong in (3, "", None):
        with pytest.raises(tt.UsageError, match="`ledger` is not"):
            tt.backtest(momentum(), monthly, ledger=wrong)


def test_a_rule_that_was_edited_is_another_configuration(data, tmp_path):
    path = tmp_path / "trials.sqlite"

    def run(function):
        rule = tt.allocator(function, name="edited")
        tt.backtest(tt.strategy(rule(), universe=list("ABCD"), name="edited"), data, ledger=path)

    run(lambda past: {"A": 1.0})
    run(lambda past: {"A": 1.0})
    assert len(rows(path)) == 1
    run(lambda past: {"A": 0.5})
    assert len(rows(path)) == 2


def test_returns_in_the_ledger_are_those_of_the_run(monthly, tmp_path):
    import zlib

    path = tmp_path / "trials.sqlite"
    run = tt.backtest(momentum(), monthly, ledger=path)
    with sqlite3.connect(path) as db:
        (packed,) = db.execute("SELECT returns FROM curve").fetchone()
    # Single precision, the bytes sorted by place.
    planes = np.frombuffer(zlib.decompress(packed), dtype=np.uint8).reshape(4, -1)
    kept = np.ascontiguousarray(planes.T).view("<f4").ravel()
    np.testing.assert_array_equal(kept, run.returns.to_numpy().astype(np.float32))
