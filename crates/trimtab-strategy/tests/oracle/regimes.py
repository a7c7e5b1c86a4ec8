"""What the strategies of the library that read regimes hold on some days, without any of this project's code.

    pip install hmmlearn==0.3.3 jumpmodels==0.1.1 && python regimes.py PRICES.csv.gz > regimes.json

PRICES as for decisions.py, which lends the view of the prices. The chain is fitted by hmmlearn and the jump model by
jumpmodels, from the starts that the kinds' documentation names, each out of the blue on its date.
"""
import json
import logging
import sys

import numpy as np
import pandas as pd
from decisions import DATES, Prices, View
from hmmlearn.hmm import GaussianHMM
from jumpmodels.jump import JumpModel

logging.getLogger("hmmlearn").setLevel(logging.ERROR)
PRIOR = 5.0


def returns(v, symbol, n):
    c = np.array(v.days(symbol, n + 1))
    return c[1:] / c[:-1] - 1


def ranked(values, k):
    labels = np.empty(len(values), int)
    labels[np.argsort(values, kind="stable")] = np.arange(len(values)) * k // len(values)
    return labels


def around(values, side=10):
    return np.array([values[max(0, t - side) : t + side + 1].mean() for t in range(len(values))])


def chain(x, labels, k=2):
    model = GaussianHMM(
        k, covariance_type="full", init_params="", n_iter=100, tol=1e-5 * len(x), min_covar=0,
        covars_prior=PRIOR * np.diag(x.var(0)), covars_weight=PRIOR + 1,
    )
    moves = np.ones((k, k))
    for a, b in zip(labels, labels[1:]):
        moves[a, b] += 1
    model.startprob_ = np.full(k, 1 / k)
    model.transmat_ = moves / moves.sum(1, keepdims=True)
    model.means_ = np.array([x[labels == s].mean(0) for s in range(k)])
    squares = [((x[labels == s] - model.means_[s]) ** 2).sum() for s in range(k)]
    count = [(labels == s).sum() for s in range(k)]
    model.covars_ = np.array([[[(PRIOR * x.var() + q) / (PRIOR + n)]] for q, n in zip(squares, count)])
    return model.fit(x)


def hidden_state(v, symbol, n):
    """The state at the end, 0 the calm one."""
    x = np.log1p(returns(v, symbol, n))[:, None]
    far = around((x[:, 0] - x.mean()) ** 2 / x.var())
    fits = [chain(x, ranked(far, 2)), chain(x, ranked(x[:, 0], 2))]
    best = max(fits, key=lambda model: model.score(x))
    wild = int(best.covars_[:, 0, 0].argmax())
    return int(best.predict_proba(x)[-1].argmax() == wild)


def jump_state(v, symbol, n, penalty):
    """The state at the end, 0 the one with the least downside deviation."""
    r = pd.Series(returns(v, symbol, n))

    def below(h):
        return np.sqrt((r.clip(upper=0) ** 2).ewm(halflife=h).mean())

    sortino = [r.ewm(halflife=h).mean() / below(h) for h in (20, 60)]
    x = np.column_stack([np.log(below(10)), *sortino])[60:]
    x = np.clip((x - x.mean(0)) / x.std(0), -3, 3)
    best = None
    for column in range(3):
        labels = ranked(x[:, column], 2)
        centres = np.array([x[labels == s].mean(0) for s in range(2)])
        model = JumpModel(2, jump_penalty=penalty)
        model.init_centers = lambda _, centres=centres: [centres]
        model.fit(x, sort_by="freq")
        if best is None or model.val_ < best.val_:
            best = model
    return int(best.predict_online(x)[-1] == best.centers_[:, 0].argmax())


def roughness(v, symbol, window, months):
    """The share of the last month-ends whose volatility was at most today's."""
    def deviation(end):
        c = np.array(v.p.close[symbol][end - window : end + 1])
        return (c[1:] / c[:-1] - 1).std(ddof=1)
    ends = v.p.month_ends[v.m - months + 1 : v.m + 1]
    deviations = [deviation(end) for end in ends]
    return np.mean([d <= deviations[-1] for d in deviations])


def hidden_markov(v):
    return [{"SPY": 1.0}, {"IEF": 1.0}][hidden_state(v, "SPY", 1260)]


def jump(v):
    return [{"SPY": 1.0}, {"SHY": 1.0}][jump_state(v, "SPY", 2520, 50.0)]


def trend_volatility(v):
    closes = v.days("SPY", 200)
    bear = closes[-1] < np.mean(closes)
    rough = roughness(v, "SPY", 63, 60) > 0.5
    return {
        (False, False): {"SPY": 1.0},
        (False, True): {"SPY": 0.7, "IEF": 0.3},
        (True, False): {"SPY": 0.3, "IEF": 0.7},
        (True, True): {"IEF": 1.0},
    }[bool(bear), bool(rough)]


def stock_bond(v):
    if v.rd("SPY", 126) > -0.05:
        return {"SPY": 0.6, "TLT": 0.4}
    return {"SHY": 1.0} if v.rd("TLT", 126) < 0 else {"SPY": 0.3, "TLT": 0.7}


STRATEGIES = {
    "regime-hidden-markov": hidden_markov,
    "regime-jump": jump,
    "regime-stock-bond": stock_bond,
    "regime-trend-volatility": trend_volatility,
}


def main(path):
    prices = Prices(path)
    decided = {
        name: {date: dict(sorted(rule(View(prices, date)).items())) for date in DATES}
        for name, rule in STRATEGIES.items()
    }
    print(json.dumps(decided, indent=2))


if __name__ == "__main__":
    main(sys.argv[1])
