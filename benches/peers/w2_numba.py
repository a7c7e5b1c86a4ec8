"""Ten thousand sets of parameters of the yardstick: weak sectors are counted once for each pair of windows, then one
compiled pass a set over the two series that it holds. What an expert writes in Python for this one strategy."""

import itertools

import numba
import numpy as np
from common import (
    BOND_FAST, BOND_SLOW, BONDS, CAPITAL, COST, INVESTED, SECTORS, STOCK, YEAR,
    decisions, line, read_prices, seconds,
)  # fmt: skip
from w1_numpy import averages

FASTS, SLOWS = range(5, 55, 5), range(100, 300, 20)
STEPS, LEASTS, MOSTS = (0.08, 0.12, 0.16, 0.20, 0.24), (0.0, 0.05, 0.10, 0.15, 0.20), (0.7, 0.8, 0.9, 1.0)
START = 299
"""The first session that decides, the same for all sets."""


@numba.njit(cache=True, fastmath=True)
def sweep(stock, bonds, rows, weak, legs, pairs, steps, leasts, mosts):
    days, count = len(stock), len(steps)
    finals, sharpes = np.empty(count), np.empty(count)
    for c in range(count):
        in_stock, in_bond, cash, held = 0.0, 0.0, CAPITAL, 0
        sum_1, sum_2, before = 0.0, 0.0, CAPITAL
        for k in range(len(rows)):
            at = rows[k] + 1
            end = rows[k + 1] + 1 if k + 1 < len(rows) else days
            leg = legs[k]
            share = min(leasts[c] + steps[c] * weak[pairs[c], k], mosts[c]) * INVESTED
            own_stock, own_bond = in_stock * stock[at], in_bond * bonds[held, at]
            value = own_stock + own_bond + cash
            to_stock, to_bond = (INVESTED - share) * value, share * value
            moved = abs(to_bond - own_bond) if leg == held else to_bond + own_bond
            cash = value - to_stock - to_bond - COST * (abs(to_stock - own_stock) + moved)
            in_stock, in_bond, held = to_stock / stock[at], to_bond / bonds[leg, at], leg
            for t in range(at, end):
                value = in_stock * stock[t] + in_bond * bonds[leg, t] + cash
                r = value / before - 1.0
                sum_1 += r
                sum_2 += r * r
                before = value
        n = days - 1
        mean = sum_1 / n
        finals[c] = before
        sharpes[c] = mean / np.sqrt((sum_2 - n * mean * mean) / (n - 1)) * np.sqrt(YEAR)
    return finals, sharpes


def run(dates, closes):
    rows = decisions(dates, START + 1)
    windows = {w: averages(closes[:, SECTORS], rows, w) for w in (*FASTS, *SLOWS)}
    pairs = {pair: ix for ix, pair in enumerate(itertools.product(FASTS, SLOWS))}
    weak = np.array([(windows[f] < windows[s]).sum(axis=1) for f, s in pairs])
    bonds = closes[:, BONDS]
    legs = (averages(bonds, rows, BOND_FAST) / averages(bonds, rows, BOND_SLOW)).argmax(axis=1)
    sets = list(itertools.product(FASTS, SLOWS, STEPS, LEASTS, MOSTS))
    pair = np.array([pairs[s[0], s[1]] for s in sets])
    steps, leasts, mosts = (np.array([s[ix] for s in sets]) for ix in (2, 3, 4))
    stock = np.ascontiguousarray(closes[:, STOCK])
    return sweep(stock, np.ascontiguousarray(bonds.T), rows, weak, legs, pair, steps, leasts, mosts)


if __name__ == "__main__":
    dates, closes = read_prices()
    finals, sharpes = run(dates, closes)
    best = int(np.argmax(sharpes))
    taken = seconds(lambda: run(dates, closes), repeats=5)
    line(cpu_s=taken, sets=len(finals), final_mean=finals.mean(), best=best, sharpe_best=sharpes[best])
