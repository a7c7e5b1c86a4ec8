"""What the peers of the optimisers share: windows of prices, what is measured of weights, the clock.

    windows.py FOLDER [COMMON]

writes windows_20.f64, windows_100.f64 and windows_500.f64: up to nine windows of 253 levels (five of 500 series), raw
little-endian numbers, window by window and series by series. COMMON is a script with `prices(n)` and `month_ends(dates)`
and `dates()` whose prices are used instead of made-up ones.
"""

import importlib.util
import sys
import time
from pathlib import Path

import numpy as np
from common import YEAR, folder, line

LEVELS = 253
SIZES = {20: 9, 100: 9, 500: 5}
"""Windows of each number of series: as many as skfolio solves in bearable time."""
TAIL = 0.05
AVERSION, COST, HORIZON = 10.0, 5e-4, 5
"""Risk aversion, cost of a unit traded, days planned."""
DAYS, SEED = 5040, 11


def made_up(n: int) -> np.ndarray:
    """Prices by day and series: a market of changing volatility, ten sectors, own noise."""
    random = np.random.Generator(np.random.PCG64(SEED))
    deviation = 0.16 / YEAR**0.5 * np.exp(0.5 * np.sin(np.arange(DAYS) / 200.0))
    market = 0.07 / YEAR + deviation * random.standard_normal(DAYS)
    sectors = 0.10 / YEAR**0.5 * random.standard_normal((DAYS, 10))
    own = random.standard_normal((DAYS, n)) * random.uniform(0.1, 0.35, n) / YEAR**0.5
    moves = np.outer(market, random.uniform(0.0, 1.5, n)) + sectors[:, np.arange(n) % 10] + own
    return 100.0 * np.exp(np.cumsum(moves, axis=0))


def month_ends() -> np.ndarray:
    months = np.busday_offset("2004-01-02", np.arange(DAYS), roll="forward").astype("datetime64[M]")
    return np.flatnonzero(months[1:] != months[:-1])


def write() -> None:
    common = None
    if len(sys.argv) > 2:
        sys.path.insert(0, str(Path(sys.argv[2]).parent))
        spec = importlib.util.spec_from_file_location("given", sys.argv[2])
        common = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(common)
    for n, count in SIZES.items():
        prices = common.generate(n) if common else made_up(n)
        ends = month_ends()
        ends = ends[ends >= LEVELS - 1]
        chosen = ends[np.linspace(5, len(ends) - 1, count).astype(int)]
        windows = [np.ascontiguousarray(prices[end - LEVELS + 1 : end + 1].T) for end in chosen]
        np.array(windows).astype("<f8").tofile(folder() / f"windows_{n}.f64")
        if n == 20:
            every = [np.ascontiguousarray(prices[end - LEVELS + 1 : end + 1].T) for end in ends]
            np.array(every).astype("<f8").tofile(folder() / "windows_all.f64")
    line(written=list(SIZES))


def read(name: str, n: int) -> list[np.ndarray]:
    """Returns of each window, by day and series."""
    levels = np.fromfile(folder() / f"windows_{name}.f64", dtype="<f8").reshape(-1, n, LEVELS)
    return [np.ascontiguousarray((w[:, 1:] / w[:, :-1] - 1.0).T) for w in levels]


def held(x: np.ndarray) -> np.ndarray:
    """What is held before the trades: weights in inverse proportion to the deviation."""
    w = 1.0 / x.std(axis=0, ddof=1)
    return w / w.sum()


def measure(problem: str, w: np.ndarray, x: np.ndarray) -> float:
    """What the problem makes least; for the tree of `hrp` a number that depends on every weight."""
    if problem == "plan":
        w = np.asarray(w, float).reshape(HORIZON, -1)
        before = np.vstack([held(x), w[:-1]])
        return sum(cost(own, last, x) for own, last in zip(w, before))
    w = np.maximum(np.asarray(w, float), 0.0)
    w = w / w.sum()
    s = np.cov(x.T)
    if problem in ("minimum-variance", "walk-forward"):
        return w @ s @ w
    if problem == "maximum-ratio":
        return (w @ s @ w) ** 0.5 / (x.mean(axis=0) @ w)
    if problem == "risk-parity":
        return (w @ s @ w) ** 0.5 / np.exp(np.log(w).mean())
    if problem == "hrp":
        return w @ np.sqrt(np.arange(1, len(w) + 1))
    if problem == "cvar":
        losses, k = np.sort(-(x @ w))[::-1], TAIL * len(x)
        m = int(k)
        return (losses[:m].sum() + (k - m) * losses[m]) / k
    return cost(w, held(x), x)


def cost(w: np.ndarray, before: np.ndarray, x: np.ndarray) -> float:
    """Risk less return, and the trades."""
    return 0.5 * AVERSION * w @ np.cov(x.T) @ w - x.mean(axis=0) @ w + COST * np.abs(w - before).sum()


def run(solve) -> None:
    """`solve(problem, x)` gives weights; the second and third argument are the problem and the number of series."""
    problem, n = sys.argv[2], int(sys.argv[3])
    windows = read("all" if problem == "walk-forward" else str(n), n)
    solve(problem, windows[0])
    times, values = [], []
    for x in windows:
        start = time.process_time()
        w = solve(problem, x)
        times.append(time.process_time() - start)
        values.append(measure(problem, w, x))
    # A walk is one piece of work; of the others the middle window counts.
    taken = sum(times) if problem == "walk-forward" else float(np.median(times))
    line(cpu_s=taken, value=float(np.mean(values)), windows=len(windows))


if __name__ == "__main__":
    write()
