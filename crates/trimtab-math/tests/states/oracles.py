"""Writes `oracles.json`: figures of hmmlearn 0.3.3, jumpmodels 0.1.1, ruptures 1.1.10 and statsmodels 0.15.0 for
`tests/states_oracles.rs`.

    pip install hmmlearn==0.3.3 jumpmodels==0.1.1 ruptures==1.1.10 statsmodels==0.15.0 && python oracles.py

The series come from a generator of whole numbers that the test repeats, so that both sides have the same bits.
"""
import json
from pathlib import Path

import numpy as np
import ruptures
import statsmodels.api as sm
from hmmlearn.hmm import GaussianHMM
from jumpmodels.jump import JumpModel
from statsmodels.stats.diagnostic import breaks_cusumolsresid
from statsmodels.stats.multitest import multipletests

T = 600


def normals(seed, n):
    """Sums of twelve uniforms less six, by Knuth's 64-bit congruential generator."""
    state, out = seed, []
    for _ in range(n):
        total = 0.0
        for _ in range(12):
            state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
            total += (state >> 11) / 2.0**53
        out.append(total - 6.0)
    return np.array(out)


def rows():
    """Two columns in three states that follow each other in blocks: calm, wild, sinking."""
    a, b = normals(1, T), normals(2, T)
    state = np.array([[0, 1, 0, 2, 0, 1][(t // 50) % 6] for t in range(T)])
    scale, mean = np.array([0.6, 2.0, 1.0])[state], np.array([0.1, 0.0, -0.6])[state]
    return np.column_stack([mean + scale * a, 0.2 - 0.3 * scale * a + 0.5 * b])


def chain(x, shape, prior, rounds):
    k, d = 3, x.shape[1]
    ones = np.eye(d)
    model = GaussianHMM(
        k, covariance_type=shape, init_params="", n_iter=rounds, tol=-np.inf, min_covar=0,
        covars_prior=prior * (np.diag(x.var(0)) if shape == "full" else x.var(0)),
        covars_weight=prior + (d if shape == "full" else 1),
    )
    model.startprob_ = np.array([0.5, 0.3, 0.2])
    model.transmat_ = np.array([[0.90, 0.06, 0.04], [0.10, 0.85, 0.05], [0.10, 0.10, 0.80]])
    model.means_ = np.array([[0.2, 0.1], [0.0, 0.3], [-0.5, 0.0]])[:, :d]
    first = np.array([0.5, 3.0, 1.0])
    model.covars_ = np.array([f * (ones if shape == "full" else np.ones(d)) for f in first])
    begin = model.score(x)
    model.fit(x)
    log_road, road = model.decode(x)
    covars = model.covars_
    return {
        "shape": shape, "prior": prior, "rounds": rounds, "width": d,
        "begin": begin, "score": model.score(x),
        "start": model.startprob_.tolist(), "transitions": model.transmat_.ravel().tolist(),
        "means": model.means_.tolist(), "covariances": [c.ravel().tolist() for c in covars],
        "memberships": model.predict_proba(x)[::37].tolist(),
        "road": road.tolist(), "log_road": log_road,
    }


def jump(x, penalty):
    model = JumpModel(3, jump_penalty=penalty)
    centres = np.array([[0.2, 0.1], [1.5, -0.3], [-0.8, 0.4]])
    model.init_centers = lambda X: [centres]
    # Sorting by frequency only renames the states; undone below by the nearest first centre.
    model.fit(x, sort_by="freq")
    return {
        "penalty": penalty, "centres": model.centers_.tolist(), "objective": float(model.val_),
        "labels": np.asarray(model.labels_).tolist(),
        "online": np.asarray(model.predict_online(x)).tolist(),
    }


def breaks():
    noise, x = normals(3, 240), normals(4, 240)
    level = np.select([np.arange(240) < 70, np.arange(240) < 150], [0.0, 1.2], 0.4)
    y = level + noise
    slope = np.select([np.arange(240) < 110], [0.5], -0.7) * x + 0.3 * noise
    out = {"mean": [], "line": []}
    for m in range(1, 5):
        ends = ruptures.Dynp(model="l2", min_size=15, jump=1).fit(y).predict(n_bkps=m)
        out["mean"].append({"breaks": ends[:-1], "squares": ruptures.costs.CostL2().fit(y).sum_of_costs(ends)})
        signal = np.column_stack([slope, x, np.ones(240)])
        ends = ruptures.Dynp(model="linear", min_size=15, jump=1).fit(signal).predict(n_bkps=m)
        cost = ruptures.costs.CostLinear().fit(signal).sum_of_costs(ends)
        out["line"].append({"breaks": ends[:-1], "squares": float(cost)})
    design = sm.add_constant(x)
    whole = sm.OLS(slope, design).fit()
    statistic, p, _ = breaks_cusumolsresid(whole.resid, ddof=2)
    out["cusum"] = {"statistic": float(statistic), "p": float(p)}
    # Chow's test as a test of a dummy and its product with x.
    later = (np.arange(240) >= 100).astype(float)
    both = sm.OLS(slope, np.column_stack([design, later, later * x])).fit()
    f, p, _ = both.compare_f_test(whole)
    out["chow"] = {"statistic": float(f), "p": float(p)}
    return out


def regression():
    a, b, u = normals(5, 200), normals(6, 200), normals(7, 200)
    y = np.empty(200)
    last = 0.0
    for t in range(200):
        last = 0.5 * last + u[t] * (1 + 0.3 * abs(a[t]))
        y[t] = 0.1 + 0.4 * a[t] - 0.2 * b[t] + last
    design = np.column_stack([np.ones(200), a, b])
    out = {"r_squared": sm.OLS(y, design).fit().rsquared, "fits": []}
    for lags in (None, 0, 4, 12):
        kind = {} if lags is None else {"cov_type": "HAC", "cov_kwds": {"maxlags": lags}, "use_t": True}
        fit = sm.OLS(y, design).fit(**kind)
        wald = fit.wald_test(np.eye(3)[1:], use_f=False, scalar=True)
        out["fits"].append({
            "lags": lags, "coefficients": fit.params.tolist(), "errors": fit.bse.tolist(),
            "t": fit.tvalues.tolist(), "p": fit.pvalues.tolist(),
            "wald": float(wald.statistic), "wald_p": float(wald.pvalue),
        })
    return out


def multiple():
    p = [0.001, 0.2, 0.013, 0.04, 0.0004, 0.9, 0.021, 0.041, 0.041, 0.5]
    names = {"bonferroni": "bonferroni", "holm": "holm", "bh": "fdr_bh", "bhy": "fdr_by"}
    return {"p": p, **{k: multipletests(p, method=v)[1].tolist() for k, v in names.items()}}


if __name__ == "__main__":
    x = rows()
    figures = {
        "first": x[0].tolist(), "last": x[-1].tolist(),
        "chains": [
            chain(x, "full", 0.0, 20), chain(x, "full", 5.0, 20), chain(x, "diag", 0.0, 20),
            chain(x[:, :1], "diag", 2.0, 40), chain(x, "full", 1.0, 200),
        ],
        "jumps": [jump(x, penalty) for penalty in (0.0, 0.5, 2.0, 4.0)],
        "breaks": breaks(), "regression": regression(), "multiple": multiple(),
    }
    Path(__file__).with_name("oracles.json").write_text(json.dumps(figures, allow_nan=False) + "\n")
