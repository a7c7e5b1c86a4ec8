"""What all peers share: the files, the clock, the rules of the yardstick, the line they print."""

import json
import statistics
import sys
import time
from pathlib import Path

import numpy as np

YEAR = 252
STOCK, SECTORS, BONDS = 0, slice(1, 11), slice(11, 15)
"""Columns of prices.csv: SPY, ten sectors, four bond funds; five more that nobody reads."""

FAST, SLOW, BOND_FAST, BOND_SLOW = 20, 200, 20, 60
LEAST, MOST, STEP = 0.10, 0.90, 0.16
COST = 5e-4
INVESTED = 0.999
CAPITAL = 1e5


def folder() -> Path:
    """Where market.py put the files."""
    return Path(sys.argv[1])


def read_prices() -> tuple[np.ndarray, np.ndarray]:
    """Dates as datetime64[D], and closes by day and series."""
    lines = (folder() / "prices.csv").read_text().splitlines()[1:]
    dates = np.array([line[:10] for line in lines], dtype="datetime64[D]")
    closes = np.array([line.split(",")[1:] for line in lines], dtype=float)
    return dates, closes


def read_returns(name="returns.csv"):
    """Run and benchmark as pandas series."""
    import pandas as pd

    table = pd.read_csv(folder() / name, index_col="date", parse_dates=True)
    return table["run"], table["benchmark"]


def decisions(dates: np.ndarray, warm_up: int = SLOW) -> np.ndarray:
    """The last row of every month that has a successor, from the day on which the longest average is full."""
    months = dates.astype("datetime64[M]")
    last = np.flatnonzero(months[1:] != months[:-1])
    return last[(last >= warm_up - 1) & (last + 1 < len(dates))]


def sharpe(returns: np.ndarray) -> float:
    return float(returns.mean() / returns.std(ddof=1) * YEAR**0.5)


def seconds(call, repeats: int, warm_up: int = 1) -> float:
    """Median CPU seconds of one call, user and system, all threads."""
    for _ in range(warm_up):
        call()
    times = []
    for _ in range(repeats):
        start = time.process_time()
        call()
        times.append(time.process_time() - start)
    return statistics.median(times)


def line(**fields) -> None:
    print(json.dumps(fields, default=float), flush=True)
