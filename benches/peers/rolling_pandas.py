"""The rolling table the way an expert writes it: pandas' rolling moments, drawdowns over a strided view."""

import numpy as np
from common import YEAR, line, read_returns, seconds

run, benchmark = read_returns()
WINDOWS = (21, 63, 126, 252)


def table():
    log = np.log1p(run.to_numpy())
    wealth = np.concatenate([[0.0], np.cumsum(log)])
    loss_squared = run.clip(upper=0.0) ** 2
    result = {}
    for window in WINDOWS:
        rolling = run.rolling(window)
        mean, deviation = rolling.mean(), rolling.std()
        beta = rolling.cov(benchmark) / benchmark.rolling(window).var()
        path = np.lib.stride_tricks.sliding_window_view(wealth, window + 1)
        fall = np.expm1((path - np.maximum.accumulate(path, axis=1)).min(axis=1))
        result[window] = {
            "return": np.expm1(wealth[window:] - wealth[:-window]),
            "alpha": (mean - beta * benchmark.rolling(window).mean()) * YEAR,
            "beta": beta,
            "sharpe": mean / deviation * YEAR**0.5,
            "sortino": mean / np.sqrt(loss_squared.rolling(window).mean()) * YEAR**0.5,
            "volatility": deviation * YEAR**0.5,
            "drawdown": -fall,
        }
    return result


year = table()[252]
line(
    cpu_s=seconds(table, repeats=9),
    sharpe=year["sharpe"].iloc[-1],
    drawdown_max=year["drawdown"][-1],
    beta=year["beta"].iloc[-1],
)
