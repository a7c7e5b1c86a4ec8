"""What the strategies with an optimiser hold on some days, without any of this project's code.

    python3 optimisers.py PRICES.csv.gz > optimisers.json

PRICES as for decisions.py, which lends the view of the prices. Needs numpy and scipy (made with 2.4.6 and 1.17.1). Weights are found by
enumeration of supports, by non-negative least squares, or by a general solver whose active set is then solved exactly; each ends
with its conditions of optimality.
"""
import itertools
import json
import sys

import numpy as np
from decisions import DATES, Prices, View, add, best
from scipy.optimize import minimize, nnls, root

AAA = "SPY VGK EWJ EEM VNQ RWX IEF TLT DBC GLD".split()
EIGHT = ("SPY QQQ IWM IWD IWF EFA EEM VGK EWJ VNQ RWX DBC GSG USO GLD SLV UUP SHY IEI IEF TLT TIP AGG MBB LQD HYG "
         "EMB BWX").split()


def matrix(v, symbols, days):
    return np.array([v.daily(s, days) for s in symbols])


def mixed(correlation, volatility):
    return correlation * np.outer(volatility, volatility)


def minimum_variance(s):
    """Over all supports the one whose equal marginal risks are nowhere undercut."""
    n = len(s)
    for k in range(1, n + 1):
        for support in itertools.combinations(range(n), k):
            f = list(support)
            x = np.linalg.solve(s[np.ix_(f, f)], np.ones(k))
            if (x <= 0).any():
                continue
            w = np.zeros(n)
            w[f] = x / x.sum()
            g = s @ w
            if (g >= g[f].min() - 1e-13).all():
                return w
    raise AssertionError("no support is optimal")


def named(symbols, w):
    return {s: float(x) for s, x in zip(symbols, w)}


def aaa(v, volatility, correlation):
    top = best(v, AAA, lambda s: v.r(s, 6), 5)
    c = np.corrcoef(matrix(v, top, correlation))
    sd = matrix(v, top, volatility).std(axis=1, ddof=1)
    return named(top, minimum_variance(mixed(c, sd)))


def kda(v):
    top = [s for s in best(v, AAA, v.w13612, 5) if v.w13612(s) > 0]
    bad = sum(v.w13612(s) < 0 for s in ["VWO", "BND"])
    parts = []
    if top:
        c = sum(a * np.corrcoef(matrix(v, top, d)) for a, d in [(12, 21), (4, 63), (2, 126), (1, 252)]) / 19
        s = mixed(np.atleast_2d(c), matrix(v, top, 21).std(axis=1, ddof=1))
        parts.append((1 - bad / 2, named(top, minimum_variance(s))))
    if v.w13612("IEF") > 0:
        parts.append((bad / 2, {"IEF": 1.0}))
    return add(*parts)


def caa(v, target):
    names = "SPY EFA EEM QQQ EWJ HYG IEF BIL".split()
    mu = np.array([v.u13612(s) for s in names])
    s = np.cov(np.array([v.monthly(x, 12) for x in names])) * 12
    caps = np.array([.25] * 6 + [1.0, 1.0])
    start = np.array([0.0] * 7 + [1.0])
    found = minimize(lambda w: -mu @ w, start, jac=lambda w: -mu, method="SLSQP", bounds=[(0, c) for c in caps],
                     constraints=[{"type": "eq", "fun": lambda w: w.sum() - 1, "jac": lambda w: np.ones(8)},
                                  {"type": "ineq", "fun": lambda w: 100 * (target ** 2 - w @ s @ w),
                                   "jac": lambda w: -200 * s @ w}],
                     options={"ftol": 1e-15, "maxiter": 1000})
    w = found.x
    free = (w > 1e-6) & (w < caps - 1e-6)
    fixed = np.where(w >= caps - 1e-6, caps, 0.0) * ~free
    if w @ s @ w < target ** 2 * (1 - 1e-6):
        # The target does not bind: a corner of the bounds.
        order, left, w = np.argsort(-mu), 1.0, np.zeros(8)
        for i in order:
            w[i] = min(caps[i], left)
            left -= w[i]
        assert w @ s @ w <= target ** 2
        return named(names, w)
    f = np.where(free)[0]

    def conditions(z):
        x = fixed.copy()
        x[f] = z[:-2]
        return np.concatenate([mu[f] - z[-2] * 2 * (s @ x)[f] - z[-1], [x.sum() - 1, 100 * (x @ s @ x - target ** 2)]])

    guess = np.linalg.lstsq(np.column_stack([2 * (s @ w)[f], np.ones(len(f))]), mu[f], rcond=None)[0]
    solved = root(conditions, np.concatenate([w[f], guess]), tol=1e-15)
    assert abs(conditions(solved.x)).max() < 1e-12, abs(conditions(solved.x)).max()
    x = fixed.copy()
    x[f] = solved.x[:-2]
    price, eta = solved.x[-2:]
    slope = mu - price * 2 * s @ x - eta
    assert price > 0 and (x >= 0).all() and (x <= caps).all()
    assert (slope[(x == 0)] <= 1e-9).all() and (slope[(x == caps) & ~free] >= -1e-9).all(), slope
    return named(names, x)


def minimum_correlation(v):
    from statistics import NormalDist

    names = "SPY QQQ EEM IWM EFA TLT IYR GLD".split()
    x = matrix(v, names, 60)
    rho, sd, n = np.corrcoef(x), x.std(axis=1, ddof=1), len(names)
    upper = rho[np.triu_indices(n, 1)]
    m, d = upper.mean(), upper.std(ddof=1)
    a = np.array([[0.0 if i == j else 1 - NormalDist(m, d).cdf(rho[i, j]) for j in range(n)] for i in range(n)])
    order = a.sum(axis=1)
    rank = np.array([1 + (order > o).sum() + ((order == o).sum() - 1) / 2 for o in order])
    w = a @ rank / sd
    return named(names, w / w.sum())


def excess(v, days):
    x = matrix(v, EIGHT, days)
    return x.mean(axis=1) - np.mean(v.daily("BIL", days)), np.cov(x)


def efficient(v):
    """Every one of the 3,108,105 subsets."""
    mu, s = excess(v, 63)
    top, members = -np.inf, None
    subsets = itertools.combinations(range(len(EIGHT)), 8)
    while chunk := list(itertools.islice(subsets, 100_000)):
        c = np.array(chunk)
        ones = np.zeros((len(c), len(EIGHT)))
        np.put_along_axis(ones, c, 1.0, axis=1)
        ratio = ones @ mu / np.sqrt(np.einsum("ij,ij->i", ones @ s, ones))
        k = ratio.argmax()
        if ratio[k] > top:
            top, members = ratio[k], chunk[k]
    return {EIGHT[i]: 1 / 8 for i in members}


def efficient_max_sharpe(v):
    mu, s = excess(v, 63)
    scale = np.sqrt(np.diag(s))
    r = np.linalg.cholesky(s / np.outer(scale, scale)).T
    y, _ = nnls(r, np.linalg.solve(r.T, mu / scale / abs(mu / scale).max()), maxiter=10_000)
    w = y / scale
    order = sorted(range(len(w)), key=lambda i: (-w[i], v.p.symbols.index(EIGHT[i])))
    held = [i for i in order if w[i] > 1e-12 * w.max()][:8]
    return {EIGHT[i]: 1 / len(held) for i in held}


def risk_parity(v, names, days):
    s = np.cov(matrix(v, names, days)) * 252
    n = len(names)
    x = 1 / np.sqrt(np.diag(s))
    # x_i (S x)_i = 1 / n for all: Newton's method on the gradient of x'Sx/2 - sum ln x / n.
    for _ in range(100):
        x = x - np.linalg.solve(s + np.diag(1 / (n * x * x)), s @ x - 1 / (n * x)) * min(1.0, 1.0)
        x = abs(x)
    share = x * (s @ x) / (x @ s @ x)
    assert abs(share - 1 / n).max() < 1e-13
    return x / x.sum()


PARITY = ["SPY", "IEF", "GLD", "DBC"]


def parity(v):
    return named(PARITY, risk_parity(v, PARITY, 252))


def parity_levered(v):
    """Ten per cent of volatility of its own last 63 days, at most twice the money."""
    w = risk_parity(v, PARITY, 252)
    made = w @ matrix(v, PARITY, 63)
    times = min(2.0, 0.10 / (made.std(ddof=1) * np.sqrt(252)))
    return named(PARITY, times * w)


def simplex(v):
    """The nearest point of the simplex."""
    u = np.sort(v)[::-1]
    k = np.arange(1, len(v) + 1)
    theta = (np.cumsum(u) - 1) / k
    return np.maximum(v - theta[np.nonzero(u > theta)[0][-1]], 0)


ONLINE = ["SPY", "EFA", "EEM", "TLT", "GLD"]


def relatives(v):
    return 1 + np.array([v.monthly(s, 24) for s in ONLINE]).T


def olmar(v):
    """Algorithm 1 of the paper with a mean of 5 prices; before so many the last relative is expected again."""
    b, x = np.full(5, .2), relatives(v)
    for t in range(1, len(x) + 1):
        if t == 1:
            continue
        if t < 6:
            e = x[t - 1]
        else:
            e, back = np.ones(5), np.ones(5)
            for k in range(1, 5):
                back = back / x[t - k]
                e = e + back
            e = e / 5
        d = e - e.mean()
        b = simplex(b + max(0.0, (10 - b @ e) / (d @ d)) * d)
    return named(ONLINE, b)


def exponentiated(v):
    b = np.full(5, .2)
    for x in relatives(v):
        b = b * np.exp(0.05 * x / (b @ x))
        b /= b.sum()
    return named(ONLINE, b)


def multi_factor(v):
    """Places by momentum without the last month, by calm, and by what fell behind in five years but the last."""
    nine = "XLB XLE XLF XLI XLK XLP XLU XLV XLY".split()

    def places(x):
        return {s: 1 + sum(x[o] < x[s] for o in nine) + (sum(x[o] == x[s] for o in nine) - 1) / 2 for s in nine}

    def between(s, long, short):
        c = v.months(s, long + 1)
        return c[-1 - short] / c[0] - 1

    parts = [places({s: between(s, 12, 1) for s in nine}), places({s: -np.std(v.daily(s, 252), ddof=1) for s in nine}),
             places({s: -between(s, 60, 12) for s in nine})]
    return {s: 1 / 3 for s in best(v, nine, lambda s: sum(p[s] for p in parts), 3)}


STRATEGIES = {
    "aaa": lambda v: aaa(v, 20, 126),
    "aaa-60-126": lambda v: aaa(v, 60, 126),
    "aaa-60": lambda v: aaa(v, 60, 60),
    "kda": kda,
    "caa-defensive": lambda v: caa(v, .05),
    "caa-offensive": lambda v: caa(v, .10),
    "minimum-correlation": minimum_correlation,
    "efficient-eight": efficient,
    "efficient-eight-max-sharpe": efficient_max_sharpe,
    "risk-parity": parity,
    "risk-parity-levered": parity_levered,
    "online-olmar": olmar,
    "online-eg": exponentiated,
    "multi-factor": multi_factor,
}


def main(path):
    prices = Prices(path)
    blocks = []
    for name, rule in STRATEGIES.items():
        lines = []
        for date in DATES:
            weights = {s: w for s, w in sorted(rule(View(prices, date)).items()) if abs(w) > 1e-12}
            lines.append(f'    "{date}": {json.dumps(weights)}')
        blocks.append(f'  "{name}": {{\n' + ",\n".join(lines) + "\n  }")
    print("{\n" + ",\n".join(blocks) + "\n}")


if __name__ == "__main__":
    main(sys.argv[1])
