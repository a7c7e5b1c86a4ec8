"""What the strategies that learn from returns, or read figures of countries, hold on some days, without any of this project's code.

    python3 learned.py PRICES.csv.gz > learned.json

PRICES is the file of decisions.py. The regression is numpy's solution of the normal equations (made with 2.4.6); the countries'
figures are made up by the formula of `made_up` below, which the test repeats.
"""
import json
import statistics
import sys

import numpy as np
from decisions import DATES, Prices, View

SECTORS = ["XLB", "XLE", "XLF", "XLI", "XLK", "XLP", "XLU", "XLV", "XLY"]
COUNTRIES = ["SPY", "EWJ", "EWG", "EWU", "EWQ", "EWC", "EWA", "EWH"]
HISTORY, PENALTY = 60, 0.5


def features(prices, m, s):
    """At month-end number m: twelve months without the last, the last, and the volatility of 63 days."""
    ends, c = prices.month_ends, prices.close[s]
    t = ends[m]
    daily = [c[i] / c[i - 1] - 1 for i in range(t - 62, t + 1)]
    return [
        c[ends[m - 1]] / c[ends[m - 12]] - 1,
        c[t] / c[ends[m - 1]] - 1,
        252**0.5 * statistics.stdev(daily),
    ]


def predicted_sectors(prices, view):
    december = max(m for m in range(view.m + 1) if prices.dates[prices.month_ends[m]][5:7] == "12")
    x, y = [], []
    for m in range(december - HISTORY, december):
        for s in SECTORS:
            c, ends = prices.close[s], prices.month_ends
            x.append(features(prices, m, s))
            y.append(c[ends[m + 1]] / c[ends[m]] - 1)
    x, y = np.array(x), np.array(y)
    mean, sd = x.mean(axis=0), x.std(axis=0)
    z = (x - mean) / sd
    n, k = z.shape
    b = np.linalg.solve(z.T @ z / n + PENALTY * np.eye(k), z.T @ (y - y.mean()) / n)
    expected = {s: float(y.mean() + b @ ((np.array(features(prices, view.m, s)) - mean) / sd)) for s in SECTORS}
    positive = {s: max(e, 0.0) for s, e in expected.items()}
    total = sum(positive.values())
    return {s: e / total for s, e in positive.items() if e > 0}


def made_up(country, year):
    """Market capitalisation over GDP, in per cent."""
    return 40 + (37 * year + 61 * country * country + 11 * country * year) % 90


def country_valuation(year):
    """What is known once the figure of `year` is out."""
    def rich(c):
        own = [made_up(c, y) for y in range(year - 9, year + 1)]
        return own[-1] / statistics.fmean(own)

    cheap = sorted(range(8), key=rich)[:3]
    return {s: 1 / 16 + (1 / 6 if c in cheap else 0) for c, s in enumerate(COUNTRIES)}


def main(path):
    prices = Prices(path)
    made = {
        "predicted-sectors": {date: predicted_sectors(prices, View(prices, date)) for date in DATES},
        # The figure of a year is out on the last day of the next September.
        "country-valuation": {f"{y + 1}-10-30": country_valuation(y) for y in (2011, 2012, 2013, 2014, 2015)},
    }
    blocks = []
    for name, decisions in made.items():
        lines = [f'    "{date}": {json.dumps(dict(sorted(w.items())))}' for date, w in decisions.items()]
        blocks.append(f'  "{name}": {{\n' + ",\n".join(lines) + "\n  }")
    print("{\n" + ",\n".join(blocks) + "\n}")


if __name__ == "__main__":
    main(*sys.argv[1:])
