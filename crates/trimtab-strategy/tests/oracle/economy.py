"""What the strategies that read the economy hold on some days, without any of this project's code.

    python3 economy.py PRICES.csv.gz MACRO ../../../../history > economy.json

PRICES is the file of decisions.py, MACRO a folder with fredmd_pit.csv.gz (series, obs, vintage, value), us_gdp_vintages.csv.gz
(time, pub_date, value) and tables of a date and a value; the last folder is the history of this repository. All but
the last step of category-pipeline use the standard library alone; that needs numpy and scipy (made with 2.4.6 and 1.17.1), whose
general solver finds the active bounds, with which the conditions of optimality are then solved exactly. The test called `economy` of trimtab-strategy compares. Each figure is taken as it was known at the close of
the day: a vintage of month m from the first day of month m+1 on, a vintage of a quarter from the next quarter on, a day's
market figure on the next day, a month of Shiller's 31 days after it.
"""
import csv
import gzip
import json
import statistics
import sys
from datetime import date, timedelta

import numpy as np
from decisions import Prices, View, add, equal
from scipy.optimize import minimize, root

DATES = ["2008-09-30", "2008-10-31", "2009-02-27", "2009-05-29", "2010-07-30", "2011-09-30", "2013-06-28", "2016-02-29", "2018-12-31"]
MONTHLY_DATES = ["1962-06-29", "1974-09-30", "1990-11-30", "2008-10-31", "2017-03-31"]


def rows(path):
    with gzip.open(path, "rt") if path.endswith(".gz") else open(path) as file:
        return list(csv.DictReader(file))


def months_later(year_month, n):
    y, m = map(int, year_month.split("-")[:2])
    m += n - 1
    return date(y + m // 12, m % 12 + 1, 1)


class Facts:
    """Prints of one series: (known, period, value)."""

    def __init__(self, prints):
        self.prints = sorted(prints)

    def as_of(self, day):
        """The values by period as known on that day, oldest first."""
        known = {}
        for published, period, value in self.prints:
            if published > day:
                break
            known[period] = value
        return [known[period] for period in sorted(known)]


def daily(path, column, dated="date"):
    out = []
    for row in rows(path):
        try:
            value = float(row[column])
        except ValueError:
            continue
        day = date.fromisoformat(row[dated])
        out.append((day + timedelta(1), day, value))
    return Facts(out)


def load(folder):
    pit = {}
    for row in rows(folder + "/fredmd_pit.csv.gz"):
        print_ = (months_later(row["vintage"], 1), row["obs"], float(row["value"]))
        pit.setdefault(row["series"], []).append(print_)
    gdp = [
        (months_later(row["pub_date"], 3), row["time"], float(row["value"]))
        for row in rows(folder + "/us_gdp_vintages.csv.gz")
    ]
    shiller = []
    for row in rows(folder + "/shiller_sp500.csv.gz"):
        known = months_later(row["Date"], 1) - timedelta(1) + timedelta(31)
        if float(row["PE10"]) > 0:
            shiller.append((known, row["Date"], float(row["PE10"])))
    curve = folder + "/treasury_curve_daily.csv.gz"
    found = {name: Facts(prints) for name, prints in pit.items() if name in ("UNRATE", "CPIAUCSL")}
    found |= {name: daily(curve, name) for name in ("DGS3MO", "DGS6MO", "DGS2", "DGS5", "DGS7", "DGS10")}
    found["GDPC1"] = Facts(gdp)
    found["PE10"] = Facts(shiller)
    found["VIXCLS"] = daily(folder + "/vix_ohlc_daily.csv", "CLOSE", "DATE")
    found["EFFR"] = daily(folder + "/EFFR.csv", "Value", "Date")
    found["T10YIE"] = daily(folder + "/T10YIE.csv", "Value", "Date")
    found["BAMLH0A0HYM2"] = daily(folder + "/BAMLH0A0HYM2.csv", "Value", "Date")
    return found


class Economy(View):
    def __init__(self, prices, facts, day):
        super().__init__(prices, day)
        self.facts, self.day = facts, date.fromisoformat(day)

    def known(self, name):
        return self.facts[name].as_of(self.day)

    def last(self, name, ago=0):
        return self.known(name)[-1 - ago]


def unemployment_above_average(v):
    u = v.known("UNRATE")[-12:]
    return u[-1] > statistics.fmean(u)


def laa(v):
    below = v.days("SPY", 1)[0] < statistics.fmean(v.days("SPY", 200))
    timed = "SHY" if below and unemployment_above_average(v) else "QQQ"
    return {"IWD": .25, "GLD": .25, "IEF": .25, timed: .25}


def raa(v):
    warned = v.w13612("VWO") < 0 or v.w13612("BND") < 0
    if warned and v.last("UNRATE") > v.last("UNRATE", 12):
        return {"IEF": .5, "TLT": .5}
    # IWN is not among the prices: another fund of small companies stands for it.
    return equal(["QQQ", "IWM", "IEF", "TLT", "GLD"])


def growth_trend(v, stocks, bills):
    return {bills if v.sma(stocks, 10) < 0 and unemployment_above_average(v) else stocks: 1.0}


def valuation(v):
    pe = v.last("PE10")
    stocks = .8 if pe < 14 else .6 if pe < 22 else .4
    return {"SPY": stocks, "AGG": 1 - stocks}


def span(x, a, b, low=0.0):
    return low + (1 - low) * min(1, max(0, (x - a) / (b - a)))


def expected_return(v):
    premium = 100 / v.last("PE10") + v.last("T10YIE") - v.last("DGS10")
    x = span(premium, -4, 4)
    return add((x, {"SPY": 1}), (1 - x, {"SPY": .2, "AGG": .8}))


def hikes(v):
    p = span((v.last("DGS6MO") - v.last("EFFR")) / .25, 0, 1)
    return {"SHY" if p > .5 else "IEF": 1.0}


def tilted(base, tilts):
    w = add((1, base), *tilts)
    w = {s: x for s, x in w.items() if x > 0}
    return {s: x * sum(base.values()) / sum(w.values()) for s, x in w.items()}


def slope(v):
    """The newest day on which both ends of the curve are known."""
    short, long = ({p: x for k, p, x in v.facts[n].prints if k <= v.day} for n in ("DGS3MO", "DGS10"))
    day = max(set(short) & set(long))
    return long[day] - short[day]


def defensive(v):
    sectors = "XLB XLE XLF XLI XLK XLP XLU XLV XLY".split()
    by = {s: .06 if s in ("XLP", "XLU", "XLV") else -.03 for s in sectors}
    gdp = (v.last("GDPC1") / v.last("GDPC1", 1)) ** 4 - 1
    strengths = [span(v.last("VIXCLS"), 15, 30), span(gdp, .02, -.01), span(slope(v), 1, 0)]
    return tilted(equal(sectors), [(x, by) for x in strengths])


def macro_tilts(v):
    growth = span(v.last("GDPC1") / v.last("GDPC1", 4) - 1, 0, .04, -1)
    inflation = span(v.last("CPIAUCSL") / v.last("CPIAUCSL", 12) - 1, .01, .04, -1)
    rates = span(v.last("DGS10") - v.last("DGS10", 63), -.75, .75, -1)
    spreads = span(v.last("BAMLH0A0HYM2"), 3.5, 8, -1)
    return tilted({"SPY": .4, "IEF": .25, "LQD": .15, "TIP": .1, "DBC": .1}, [
        (growth, {"SPY": .1, "IEF": -.1}),
        (inflation, {"DBC": .1, "TIP": .1, "IEF": -.1, "LQD": -.1}),
        (rates, {"SHY": .1, "IEF": -.1}),
        (spreads, {"SPY": -.1, "LQD": -.05, "IEF": .15}),
    ])


def james_stein(returns):
    """Means of a period drawn towards their average, and the covariance, both a year."""
    m, q, t = returns.mean(axis=1), np.cov(returns), returns.shape[1]
    top = np.linalg.eigvalsh(q)[-1]
    delta = min(1, max(0, (np.trace(q) - 2 * top) / (t * ((m - m.mean()) ** 2).sum())))
    return 252 * ((1 - delta) * m + delta * m.mean()), 252 * q


def on_the_frontier(mu, q, w0, d):
    """The greatest mean with the variance of w0, each weight within d of w0."""
    low, high, risk, n = np.maximum(w0 - d, 0), w0 + d, w0 @ q @ w0, len(w0)
    found = minimize(lambda w: -mu @ w, w0, jac=lambda w: -mu, method="SLSQP", bounds=list(zip(low, high)), constraints=[
        {"type": "eq", "fun": lambda w: w.sum() - w0.sum(), "jac": lambda w: np.ones(n)},
        {"type": "ineq", "fun": lambda w: 100 * (risk - w @ q @ w), "jac": lambda w: -200 * q @ w},
    ], options={"ftol": 1e-15, "maxiter": 1000})
    w = found.x
    if w @ q @ w < risk * (1 - 1e-6):
        # The risk does not bind: the best means are at their upper bounds, as far as the money goes.
        w = low.copy()
        for i in np.argsort(-mu):
            w[i] += min(high[i] - low[i], w0.sum() - w.sum())
        assert w @ q @ w <= risk
        return w
    f = np.where((w > low + 1e-6) & (w < high - 1e-6))[0]
    fixed = np.where(w >= high - 1e-6, high, low)

    def filled(z):
        x = fixed.copy()
        x[f] = z[:-2]
        return x

    def conditions(z):
        x = filled(z)
        slope = mu - z[-2] * 2 * q @ x - z[-1]
        return np.concatenate([slope[f], [x.sum() - w0.sum(), 100 * (x @ q @ x - risk)]])

    guess = np.linalg.lstsq(np.column_stack([2 * (q @ w)[f], np.ones(len(f))]), mu[f], rcond=None)[0]
    z = root(conditions, np.concatenate([w[f], guess]), tol=1e-15).x
    assert abs(conditions(z)).max() < 1e-12, abs(conditions(z)).max()
    x, slope = filled(z), mu - z[-2] * 2 * q @ filled(z) - z[-1]
    assert z[-2] > 0 and (x >= low - 1e-15).all() and (x <= high + 1e-15).all()
    bound = np.ones(n, bool)
    bound[f] = False
    assert (slope[bound & (x == low)] <= 1e-9).all() and (slope[bound & (x == high)] >= -1e-9).all(), slope
    return x


def pipeline(v):
    gdp = (v.last("GDPC1") / v.last("GDPC1", 1)) ** 4 - 1
    outlook = (span(v.last("VIXCLS"), 15, 30) + span(gdp, .02, -.01) + span(slope(v), 1, 0)) / 3
    inflation = v.last("CPIAUCSL") / v.last("CPIAUCSL", 12) - 1
    sectors = "XLB XLE XLF XLI XLK XLP XLU XLV XLY".split()
    score = {s: max(0, v.rd(s, 126) / statistics.stdev(v.daily(s, 126))) for s in sectors}
    total = sum(score.values())
    stocks, commodities = .7 - .4 * outlook, .05 + .15 * span(inflation, .01, .04)
    held = add(
        (stocks if total else 0, {s: x / total for s, x in score.items() if x > 0}),
        (1 - stocks - commodities - .02, equal(["IEF", "LQD", "TIP"])),
        (commodities, equal(["DBC", "GLD"])),
    )
    names = sorted(held)
    mu, q = james_stein(np.array([v.daily(s, 252) for s in names]))
    w = on_the_frontier(mu, q, np.array([held[s] for s in names]), .05)
    return {s: float(x) for s, x in zip(names, w)}


STRATEGIES = {
    "category-pipeline": pipeline,
    "laa": laa,
    "raa": raa,
    "growth-trend-timing": lambda v: growth_trend(v, "SPY", "BIL"),
    "valuation-timing": valuation,
    "expected-return-timing": expected_return,
    "duration-by-hikes": hikes,
    "defensive-sectors": defensive,
    "macro-tilts": macro_tilts,
}


def embedded(path):
    prints = [
        (date.fromisoformat(row["known"]), row["about"], float(row["value"]))
        for row in rows(path) if row["series"] == "UNRATE"
    ]
    return {"UNRATE": Facts(prints)}


def main(path, folder, history):
    prices, facts = Prices(path), load(folder)
    blocks = []
    sources = [(STRATEGIES, DATES, prices, facts)]
    monthly = {"growth-trend-timing-monthly": lambda v: growth_trend(v, "US", "BILLS")}
    sources.append((monthly, MONTHLY_DATES, Prices(history + "/monthly.csv.gz"), embedded(history + "/macro.csv.gz")))
    for strategies, dates, prices, facts in sources:
        for name, rule in strategies.items():
            lines = []
            for day in dates:
                held = rule(Economy(prices, facts, day))
                weights = {s: w for s, w in sorted(held.items()) if abs(w) > 1e-12}
                lines.append(f'    "{day}": {json.dumps(weights)}')
            blocks.append(f'  "{name}": {{\n' + ",\n".join(lines) + "\n  }")
    print("{\n" + ",\n".join(blocks) + "\n}")


if __name__ == "__main__":
    main(*sys.argv[1:])
