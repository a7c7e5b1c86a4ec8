"""What the strategies of the library hold on some days, and what they grow to, without any of this project's code.

    python3 decisions.py PRICES.csv.gz ../../../../history/monthly.csv.gz > decisions.json

PRICES has a column `date` and one column of total-return closes for each symbol, empty before a fund began. Only the
standard library is used. Each strategy is a few lines that follow the published rule, not our file. The tests called
`library` of trimtab-strategy and trimtab-sim compare: the weights on DATES, and the growth of one unit from START to END,
traded at each month-end's own close without costs, while cash earns nothing. Strategies that do not decide every
month have no growth here.
"""
import csv
import gzip
import json
import statistics
import sys
from bisect import bisect_right
from functools import cache

START, END = "2009-01-30", "2018-12-31"
DATES = ["2009-02-27", "2009-09-30", "2013-06-28", "2016-08-31", "2018-10-31"]


class Prices:
    def __init__(self, path):
        with gzip.open(path, "rt") as file:
            rows = list(csv.reader(file))
        self.symbols = rows[0][1:]
        self.dates = [row[0] for row in rows[1:]]
        self.close = {
            s: [float(row[i]) if row[i] else None for row in rows[1:]]
            for i, s in enumerate(self.symbols, 1)
        }
        months = [d[:7] for d in self.dates]
        self.month_ends = [i for i in range(len(months)) if i + 1 == len(months) or months[i] != months[i + 1]]


class View:
    """The prices up to one month-end."""

    def __init__(self, prices, date):
        self.p, self.t = prices, prices.dates.index(date)
        self.m = bisect_right(prices.month_ends, self.t) - 1
        assert prices.month_ends[self.m] == self.t, "not a month-end"

    def months(self, s, n):
        """The last n month-ends, oldest first."""
        ends = self.p.month_ends[self.m - n + 1 : self.m + 1]
        return [self.p.close[s][i] for i in ends]

    def days(self, s, n):
        return self.p.close[s][self.t - n + 1 : self.t + 1]

    def r(self, s, months):
        """Total return of so many months."""
        c = self.months(s, months + 1)
        return c[-1] / c[0] - 1

    def rd(self, s, days):
        c = self.days(s, days + 1)
        return c[-1] / c[0] - 1

    def w13612(self, s):
        return 12 * self.r(s, 1) + 4 * self.r(s, 3) + 2 * self.r(s, 6) + self.r(s, 12)

    def u13612(self, s):
        return (self.r(s, 1) + self.r(s, 3) + self.r(s, 6) + self.r(s, 12)) / 4

    def sma(self, s, n):
        """Price over the mean of n month-ends, less one."""
        c = self.months(s, n)
        return c[-1] / statistics.fmean(c) - 1

    def monthly(self, s, n):
        c = self.months(s, n + 1)
        return [b / a - 1 for a, b in zip(c, c[1:])]

    def daily(self, s, n):
        c = self.days(s, n + 1)
        return [b / a - 1 for a, b in zip(c, c[1:])]

    def order(self, symbols):
        return sorted(symbols, key=self.p.symbols.index)


def best(v, symbols, key, n=1):
    """The n best, ties by the order of the data."""
    return sorted(v.order(symbols), key=key, reverse=True)[:n]


def add(*parts):
    """Sums (share, weights) pairs."""
    total = {}
    for share, weights in parts:
        for s, w in weights.items():
            total[s] = total.get(s, 0) + share * w
    return total


def equal(symbols, share=1.0):
    return add(*[(share / len(symbols), {s: 1.0}) for s in symbols]) if symbols else {}


IVY = ["SPY", "EFA", "AGG", "DBC", "VNQ"]
GTAA13 = {"IWD": .05, "IWF": .05, "IWM": .10, "EFA": .10, "EEM": .10, "IEF": .05, "BWX": .05, "LQD": .05, "TLT": .05,
          "DBC": .10, "GLD": .10, "VNQ": .20}
SECTORS = "XLB XLE XLF XLI XLK XLP XLU XLV XLY".split()
RISKY = "SPY QQQ IWM VGK EWJ EEM VNQ DBC GLD HYG LQD TLT".split()
G12 = "SPY IWM QQQ VGK EWJ VWO VNQ GSG GLD TLT HYG LQD".split()
B12 = "SPY QQQ IWM VGK EWJ VWO VNQ DBC GLD TLT HYG LQD".split()
G4 = "SPY VEA VWO BND".split()


def gtaa_aggressive(v, n):
    top = best(v, GTAA13, v.u13612, n)
    return {s: 1 / n for s in top if v.sma(s, 10) > 0}


def ivy_rotation(v):
    rising = [s for s in IVY if v.sma(s, 10) > 0]
    return {s: 1 / 3 for s in best(v, rising, lambda s: (v.r(s, 3) + v.r(s, 6) + v.r(s, 12)) / 3, 3)}


def sectors(v, key, own=False):
    top = best(v, SECTORS, key, 3)
    if own:
        return {s: 1 / 3 for s in top if v.sma(s, 10) > 0}
    return {s: 1 / 3 for s in top} if v.sma("SPY", 10) > 0 else {}


def gem(v):
    if v.r("SPY", 12) > v.r("BIL", 12):
        return {best(v, ["SPY", "EFA"], lambda s: v.r(s, 12))[0]: 1.0}
    return {"AGG": 1.0}


def gem_winner(v):
    winner = best(v, ["SPY", "EFA"], lambda s: v.r(s, 12))[0]
    return {winner: 1.0} if v.r(winner, 12) > v.r("BIL", 12) else {"AGG": 1.0}


def adm(v, tips):
    speed = lambda s: v.r(s, 1) + v.r(s, 3) + v.r(s, 6)
    winner = best(v, ["SPY", "EFA"], speed)[0]
    if speed(winner) > 0:
        return {winner: 1.0}
    return {best(v, ["TLT", "TIP"], lambda s: v.r(s, 1))[0] if tips else "TLT": 1.0}


def quint(v):
    five = ["SPY", "QQQ", "EFA", "EEM", "TLT"]
    if any(v.r(s, 3) < 0 for s in five):
        return {"IEF": 1.0}
    return {best(v, five, lambda s: v.r(s, 3))[0]: 1.0}


def faa(v):
    seven = ["VTI", "EFA", "EEM", "SHY", "AGG", "DBC", "VNQ"]
    r = {s: v.rd(s, 84) for s in seven}
    daily = {s: v.daily(s, 84) for s in seven}
    sd = {s: statistics.stdev(daily[s]) for s in seven}
    c = {s: statistics.fmean(statistics.correlation(daily[s], daily[o]) for o in seven if o != s) for s in seven}
    rank = lambda x, s, low: sum((x[o] > x[s]) if not low else (x[o] < x[s]) for o in seven) + 1
    loss = {s: rank(r, s, False) + .5 * rank(sd, s, True) + .5 * rank(c, s, True) for s in seven}
    top = sorted(v.order(seven), key=loss.get)[:3]
    return add(*[(1 / 3, {s if r[s] > 0 else "SHY": 1.0}) for s in top])


def eaa(v, power):
    seven = ["SPY", "EFA", "EEM", "QQQ", "EWJ", "HYG", "IEF"]
    m = {s: v.monthly(s, 12) for s in seven}
    index = [statistics.fmean(x) for x in zip(*m.values())]
    z = {}
    for s in seven:
        r, c = v.u13612(s), statistics.correlation(m[s], index)
        z[s] = (r * (1 - c)) ** power if r > 0 else -1
    good = [s for s in best(v, seven, z.get, 3) if z[s] > 0]
    cash = sum(v.u13612(s) <= 0 for s in seven) / 7
    total = sum(z[s] for s in good)
    return {s: (1 - cash) * z[s] / total for s in good if cash < 1}


def paa(v, safe):
    mom = {s: v.sma(s, 13) for s in RISKY}
    n = sum(x > 0 for x in mom.values())
    bond = min(1.0, (12 - n) / 6)
    good = [s for s in best(v, RISKY, mom.get, 6) if mom[s] > 0]
    return add((bond, {safe(v): 1.0}), (1 - bond, equal(good)))


def gpm(v):
    m = {s: v.monthly(s, 12) for s in RISKY}
    index = [statistics.fmean(x) for x in zip(*m.values())]
    z = lambda s: v.u13612(s) * (1 - statistics.correlation(v.monthly(s, 12), index))
    n = sum(z(s) > 0 for s in RISKY)
    safe = 1.0 if n <= 6 else (12 - n) / 6
    return add((safe, {best(v, ["BIL", "IEF"], z)[0]: 1.0}), (1 - safe, equal(best(v, RISKY, z, 3))))


def vaa_g4(v):
    four = ["SPY", "EFA", "EEM", "AGG"]
    bad = any(v.w13612(s) <= 0 for s in four)
    return {best(v, ["LQD", "IEF", "SHY"] if bad else four, v.w13612)[0]: 1.0}


def vaa_g12(v):
    cf = min(1.0, sum(v.w13612(s) <= 0 for s in G12) / 4)
    return add((cf, {best(v, ["LQD", "IEF", "SHY"], v.w13612)[0]: 1.0}), (1 - cf, equal(best(v, G12, v.w13612, 5))))


def daa(v, universe, t, b, easy):
    bad = sum(v.w13612(s) < 0 for s in ["VWO", "BND"])
    cf = min(1.0, bad / b)
    held = t
    if easy:
        cf = min(1.0, (bad * t // b) / t)
        held = round((1 - cf) * t)
    cash = best(v, ["SHY", "IEF", "LQD"], v.w13612)[0]
    return add((cf, {cash: 1.0}), (1 - cf, equal(best(v, universe, v.w13612, held))))


def baa(v, universe, t):
    mom = lambda s: v.sma(s, 13)
    if any(v.w13612(s) < 0 for s in ["SPY", "VWO", "VEA", "BND"]):
        top = best(v, ["TIP", "DBC", "BIL", "IEF", "TLT", "LQD", "BND"], mom, 3)
        return add(*[(1 / 3, {"BIL" if mom(s) < mom("BIL") else s: 1.0}) for s in top])
    return equal(best(v, universe, mom, t))


def haa(v):
    safe = best(v, ["BIL", "IEF"], v.u13612)[0]
    if v.u13612("TIP") <= 0:
        return {safe: 1.0}
    top = best(v, ["SPY", "IWM", "VEA", "VWO", "VNQ", "DBC", "IEF", "TLT"], v.u13612, 4)
    return add(*[(.25, {s if v.u13612(s) > 0 else safe: 1.0}) for s in top])


def haa_simple(v):
    if v.u13612("TIP") > 0 and v.u13612("SPY") > 0:
        return {"SPY": 1.0}
    return {best(v, ["BIL", "IEF"], v.u13612)[0]: 1.0}


def quantile(x, q):
    x = sorted(x)
    h = q * (len(x) - 1)
    low = int(h + 1e-12)
    return x[low] + (h - low) * (x[min(low + 1, len(x) - 1)] - x[low])


@cache
def channel_states(p, s, up, down, enter, leave):
    """The state at each session, from a walk through the whole history of a fund."""
    first = next(i for i, x in enumerate(p.close[s]) if x is not None)
    c, state, states = p.close[s], 0, {}
    for i in range(first, len(c)):
        if i - first + 1 >= max(up, down):
            if c[i] >= quantile(c[i - up + 1 : i + 1], enter):
                state = 1
            elif c[i] <= quantile(c[i - down + 1 : i + 1], leave):
                state = 0
        states[i] = state
    return states


def in_channel(v, s, *edges):
    return channel_states(v.p, s, *edges)[v.t]


def varadi(v, form):
    four = ["SPY", "VNQ", "LQD", "DBC"]
    score = {s: statistics.fmean(in_channel(v, s, n, n, .75, .25) for n in (60, 120, 180, 252)) for s in four}
    among = [s for s in four if score[s] > 0] if form == "active" else four
    inverse = {s: 1 / statistics.stdev(v.daily(s, 20)) for s in among}
    held = {}
    for s in among:
        part = max(0.0, 2 * score[s] - 1) if form == "signed" else score[s]
        if part > 0:
            held[s] = part * inverse[s] / sum(inverse.values())
    return add((1.0, held), (1 - sum(held.values()), {"SHY": 1.0}))


def aca(v):
    pairs = [("SPY", "IEF", 126, 252), ("GLD", "TLT", 252, 126), ("VNQ", "IEF", 126, 252)]
    return add(*[(1 / 3, {risky if in_channel(v, risky, up, down, 1.0, 0.0) else calm: 1.0})
                 for risky, calm, up, down in pairs])


def robust(v):
    mix = {"IWF": .1, "IWD": .1, "EFA": .2, "VNQ": .2, "DBC": .2, "IEF": .2}
    half = lambda s: .5 * (v.r(s, 12) > v.r("BIL", 12)) + .5 * (v.sma(s, 12) > 0)
    return {s: w * half(s) for s, w in mix.items() if half(s) > 0}


def universal(v):
    spy, tlt = v.daily("SPY", 72), v.daily("TLT", 72)
    def score(k):
        r = [k / 10 * a + (1 - k / 10) * b for a, b in zip(spy, tlt)]
        return (1 + 252 * statistics.fmean(r)) / (1 + statistics.stdev(r) * 252 ** .5) ** 2.5
    k = max(range(11), key=score)
    return {"SPY": k / 10, "TLT": 1 - k / 10}


def efficient(v):
    universe = ("SPY QQQ IWM IWD IWF EFA EEM VGK EWJ VNQ RWX DBC GSG USO GLD SLV UUP SHY IEI IEF TLT TIP AGG MBB "
                "LQD HYG EMB BWX").split()
    return equal(best(v, universe, lambda s: v.rd(s, 63) / statistics.stdev(v.daily(s, 63)), 8))


def breadth(v, sectors, stock, bonds, fast, slow, bond_slow):
    """Ten sectors by the averages `fast` over `slow`, given as functions of a symbol; the bond share and the best bond."""
    weak = sum(fast(s) < slow(s) for s in sectors)
    share = min(.9, .1 + .16 * weak)
    bond = best(v, bonds, lambda s: fast(s) / bond_slow(s))[0]
    return {stock: 1 - share, bond: share}


def sector_breadth(v):
    mean = lambda n: lambda s: statistics.fmean(v.days(s, n))
    return breadth(v, SECTORS + ["IYR"], "SPY", ["SHY", "TLT", "AGG", "TIP"], mean(20), mean(200), mean(60))


def four_pairs(v):
    # The file of prices has no REM: another fund of property shares stands for it here and in the tests.
    pairs = [("SPY", "EFA"), ("HYG", "LQD"), ("VNQ", "IYR"), ("GLD", "TLT")]
    over = lambda s: v.r(s, 12) - v.r("BIL", 12)
    winners = [best(v, pair, over)[0] for pair in pairs]
    return equal([s if over(s) > 0 else "BIL" for s in winners])


def glide(v):
    from datetime import date

    points = [(date(2005, 1, 1), {"SPY": .54, "EFA": .36, "AGG": .1}), (date(2030, 1, 1), {"SPY": .3, "EFA": .2, "AGG": .5})]
    (t0, a), (t1, b) = points
    part = (date.fromisoformat(v.p.dates[v.t]) - t0).days / (t1 - t0).days
    return add((1 - part, a), (part, b))


def rising(v):
    return v.sma("SPY", 12) > 0


def golden_cross(v):
    return {"SPY": 1.0} if statistics.fmean(v.days("SPY", 50)) > statistics.fmean(v.days("SPY", 200)) else {}


MONTHLY_SECTORS = "NODUR DURBL MANUF ENRGY CHEMS BUSEQ UTILS SHOPS HLTH MONEY".split()


def sector_breadth_monthly(v):
    last = lambda s: v.months(s, 1)[0]
    mean = lambda n: lambda s: statistics.fmean(v.months(s, n))
    return breadth(v, MONTHLY_SECTORS, "US", ["T2", "T5", "T10", "T20"], last, mean(10), mean(3))


def three_windows(v):
    speed = lambda s: statistics.fmean(v.r(s, n) for n in (1, 3, 6))
    # Nor VEU: another fund of foreign shares stands for it.
    s = max(("VTI", "VEA"), key=speed)
    return {s if speed(s) > speed("BIL") else "SHY": 1.0}


STRATEGIES = {
    "all-seasons": lambda v: {"SPY": .3, "TLT": .4, "IEF": .15, "GLD": .075, "DBC": .075},
    "golden-butterfly": lambda v: equal(["SPY", "IWM", "GLD", "SHY", "TLT"]),
    "gtaa-5": lambda v: {s: .2 for s in IVY if v.sma(s, 10) > 0},
    "gtaa-5-daily": lambda v: {s: .2 for s in IVY if v.days(s, 1)[0] > statistics.fmean(v.days(s, 200))},
    "gtaa-13": lambda v: {s: w for s, w in GTAA13.items() if v.sma(s, 10) > 0},
    "gtaa-aggressive-3": lambda v: gtaa_aggressive(v, 3),
    "gtaa-aggressive-6": lambda v: gtaa_aggressive(v, 6),
    "ivy-rotation": ivy_rotation,
    "sector-rotation": lambda v: sectors(v, lambda s: v.r(s, 3)),
    "sector-rotation-average": lambda v: sectors(v, lambda s: sum(v.r(s, k) for k in (1, 3, 6, 9, 12))),
    "sector-rotation-own-filter": lambda v: sectors(v, lambda s: v.r(s, 3), own=True),
    "gem": gem,
    "gem-winner": gem_winner,
    "accelerating-dual-momentum": lambda v: adm(v, False),
    "accelerating-dual-momentum-tips": lambda v: adm(v, True),
    "paired-switching": lambda v: {best(v, ["SPY", "TLT"], lambda s: v.r(s, 3))[0]: 1.0},
    "paired-switching-monthly": lambda v: {best(v, ["SPY", "TLT"], lambda s: v.r(s, 3))[0]: 1.0},
    "quint-switching": quint,
    "faa": faa,
    "eaa-defensive": lambda v: eaa(v, .5),
    "eaa-offensive": lambda v: eaa(v, 1),
    "paa": lambda v: paa(v, lambda v: "IEF"),
    "paa-best-safe": lambda v: paa(v, lambda v: best(v, ["BIL", "IEF"], lambda s: v.sma(s, 13))[0]),
    "gpm": gpm,
    "vaa-g4": vaa_g4,
    "vaa-g12": vaa_g12,
    "daa-g12": lambda v: daa(v, G12, 6, 2, True),
    "daa-g12-graded": lambda v: daa(v, G12, 6, 2, False),
    "daa-g4": lambda v: daa(v, G4, 2, 1, True),
    "daa-g4-t4b2": lambda v: daa(v, G4, 4, 2, True),
    "baa-g12": lambda v: baa(v, B12, 6),
    "baa-g4": lambda v: baa(v, ["QQQ", "VWO", "VEA", "BND"], 1),
    "baa-g4-t2": lambda v: baa(v, ["QQQ", "VWO", "VEA", "BND"], 2),
    "haa-balanced": haa,
    "haa-simple": haa_simple,
    "percentile-channels": lambda v: varadi(v, "all"),
    "percentile-channels-active": lambda v: varadi(v, "active"),
    "percentile-channels-signed": lambda v: varadi(v, "signed"),
    "stoken-aca": aca,
    "robust-asset-allocation": robust,
    "papa-bear": lambda v: equal(best(v, "IWD IWF IWM VEA VWO VNQ DBC IAU TLT IEI LQD BWX".split(),
                                      lambda s: v.r(s, 3) + v.r(s, 6) + v.r(s, 12), 3)),
    "dual-momentum": three_windows,
    "mama-bear": lambda v: equal(best(v, "SPY IWM VEA VWO VNQ DBC IAU TLT SHV".split(), lambda s: v.rd(s, 105), 3)),
    "universal-investment": universal,
    "halloween": lambda v: {"SPY" if int(v.p.dates[v.t][5:7]) % 12 + 1 in (11, 12, 1, 2, 3, 4) else "SHY": 1.0},
    "efficient-eight-ranked": efficient,
    "anchor-w1": lambda v: add((.999, sector_breadth(v))),
    "sector-breadth": sector_breadth,
    "composite-dual-momentum": four_pairs,
    "permanent": lambda v: equal(["SPY", "TLT", "GLD", "SHY"]),
    "sixty-forty": lambda v: {"SPY": .6, "AGG": .4},
    "target-date-2030": glide,
    "trend-12-month": lambda v: {"SPY": 1.0} if rising(v) else {},
    "trend-12-month-sleeve": lambda v: add((.85, {"SPY": .6, "AGG": .4}), (.15, {"SPY" if rising(v) else "SHY": 1.0})),
    "dynamic-sleeve": lambda v: add((.9, {"SPY": .6, "AGG": .4}), (.1, {"SPY" if rising(v) else "SHY": 1.0})),
    "trend-50-200": golden_cross,
    "volatility-target": lambda v: {"SPY": min(1, .15 / (statistics.stdev(v.daily("SPY", 21)) * 252 ** .5))},
}

# On the table history/monthly.csv.gz of this repository, which has other symbols.
MONTHLY = {
    "sixty-forty-monthly": lambda v: {"US": .6, "T10": .4},
    "sector-breadth-monthly": sector_breadth_monthly,
}
MONTHLY_DATES = ["1962-06-29", "1974-09-30", "1987-10-30", "2008-10-31", "2017-03-31"]


# Decided by another calendar than month-ends, or traded only on a breach or a change, or also in between, or with a sleeve
# whose size remembers the year before (the decisions here are those of its first year).
OTHER_CALENDAR = {"dynamic-sleeve", "golden-butterfly", "paired-switching", "papa-bear", "permanent", "sector-breadth", "stoken-aca"}


def growth(prices, rule):
    ends = [i for i in prices.month_ends if START <= prices.dates[i] <= END]
    value = 1.0
    for now, then in zip(ends, ends[1:]):
        weights = rule(View(prices, prices.dates[now]))
        value *= 1 + sum(w * (prices.close[s][then] / prices.close[s][now] - 1) for s, w in weights.items())
    return value


def main(path, monthly):
    prices = Prices(path)
    blocks = []
    for name, rule in STRATEGIES.items():
        lines = []
        for date in DATES:
            weights = {s: w for s, w in sorted(rule(View(prices, date)).items()) if abs(w) > 1e-12}
            lines.append(f'    "{date}": {json.dumps(weights)}')
        if name not in OTHER_CALENDAR:
            lines.append(f'    "growth": {growth(prices, rule)!r}')
        blocks.append(f'  "{name}": {{\n' + ",\n".join(lines) + "\n  }")
    history = Prices(monthly)
    for name, rule in MONTHLY.items():
        lines = []
        for date in MONTHLY_DATES:
            weights = {s: w for s, w in sorted(rule(View(history, date)).items()) if abs(w) > 1e-12}
            lines.append(f'    "{date}": {json.dumps(weights)}')
        blocks.append(f'  "{name}": {{\n' + ",\n".join(lines) + "\n  }")
    print("{\n" + ",\n".join(blocks) + "\n}")


if __name__ == "__main__":
    main(*sys.argv[1:])
