"""The yardstick backtest as one compiled loop: what an expert writes in Python, and the honest rival."""

import numba
import numpy as np
from common import (
    BOND_FAST, BOND_SLOW, CAPITAL, COST, FAST, INVESTED, LEAST, MOST, SLOW, STEP,
    decisions, line, read_prices, seconds, sharpe,
)  # fmt: skip


@numba.njit(cache=True, fastmath=True)
def equity(closes, rows):
    days = closes.shape[0]
    value = np.empty(days)
    fast_sum, slow_sum = np.zeros(15), np.zeros(15)
    shares, wanted = np.zeros(5), np.zeros(5)
    cash, decided, trade_at = CAPITAL, 0, -1
    for t in range(days):
        for j in range(1, 15):
            fast = FAST if j < 11 else BOND_FAST
            slow = SLOW if j < 11 else BOND_SLOW
            fast_sum[j] += closes[t, j] - (closes[t - fast, j] if t >= fast else 0.0)
            slow_sum[j] += closes[t, j] - (closes[t - slow, j] if t >= slow else 0.0)
        worth = cash + shares[0] * closes[t, 0]
        for k in range(1, 5):
            worth += shares[k] * closes[t, 10 + k]
        if t == trade_at:
            traded, left = 0.0, worth
            for k in range(5):
                price = closes[t, 0] if k == 0 else closes[t, 10 + k]
                target = wanted[k] * worth
                traded += abs(target - shares[k] * price)
                left -= target
                shares[k] = target / price
            cash = left - COST * traded
            worth -= COST * traded
        value[t] = worth
        if decided < len(rows) and t == rows[decided]:
            decided += 1
            trade_at = t + 1
            weak = 0
            for j in range(1, 11):
                weak += fast_sum[j] / FAST < slow_sum[j] / SLOW
            defence = min(LEAST + STEP * weak, MOST)
            best, leg = -1.0, 0
            for k in range(4):
                trend = fast_sum[11 + k] / slow_sum[11 + k]
                if trend > best:
                    best, leg = trend, k
            wanted[:] = 0.0
            wanted[0] = (1.0 - defence) * INVESTED
            wanted[1 + leg] = defence * INVESTED
    return value


if __name__ == "__main__":
    dates, closes = read_prices()
    value = equity(closes, decisions(dates))
    taken = seconds(lambda: equity(closes, decisions(dates)), repeats=301, warm_up=10)
    returns = value[1:] / value[:-1] - 1.0
    line(cpu_s=taken, final=value[-1], sharpe=sharpe(returns), rebalances=len(decisions(dates)))
