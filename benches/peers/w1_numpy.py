"""The yardstick backtest in numpy: the plain statement of its rules, and a peer."""

import numpy as np
from common import (
    BOND_FAST, BOND_SLOW, BONDS, CAPITAL, COST, FAST, INVESTED, LEAST, MOST, SECTORS, SLOW, STEP, STOCK,
    decisions, line, read_prices, seconds, sharpe,
)  # fmt: skip


def averages(closes: np.ndarray, rows: np.ndarray, window: int) -> np.ndarray:
    """Simple moving averages at some rows."""
    sums = np.concatenate([np.zeros((1, closes.shape[1])), np.cumsum(closes, axis=0)])
    return (sums[rows + 1] - sums[rows + 1 - window]) / window


def targets(closes: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """Weights of the stock fund and the four bond funds wanted at each decision."""
    sectors, bonds = closes[:, SECTORS], closes[:, BONDS]
    weak = (averages(sectors, rows, FAST) < averages(sectors, rows, SLOW)).sum(axis=1)
    defence = np.minimum(LEAST + STEP * weak, MOST)
    trend = averages(bonds, rows, BOND_FAST) / averages(bonds, rows, BOND_SLOW)
    weights = np.zeros((len(rows), 5))
    weights[:, 0] = 1.0 - defence
    weights[np.arange(len(rows)), 1 + trend.argmax(axis=1)] = defence
    return weights * INVESTED


def equity(closes: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """Value at every close. A decision of row t is traded at the close of t + 1; costs are paid out of cash."""
    held = np.ascontiguousarray(np.column_stack([closes[:, STOCK], closes[:, BONDS]]))
    value = np.full(len(closes), CAPITAL)
    shares, cash = np.zeros(5), CAPITAL
    ends = np.append(rows[1:] + 1, len(closes))
    for row, end, weights in zip(rows, ends, targets(closes, rows)):
        at = row + 1
        own = shares * held[at]
        wanted = weights * (own.sum() + cash)
        cash += (own - wanted).sum() - COST * np.abs(wanted - own).sum()
        shares = wanted / held[at]
        value[at:end] = held[at:end] @ shares + cash
    return value


if __name__ == "__main__":
    dates, closes = read_prices()
    value = equity(closes, decisions(dates))
    taken = seconds(lambda: equity(closes, decisions(dates)), repeats=31, warm_up=3)
    returns = value[1:] / value[:-1] - 1.0
    line(cpu_s=taken, final=value[-1], sharpe=sharpe(returns), rebalances=len(decisions(dates)))
