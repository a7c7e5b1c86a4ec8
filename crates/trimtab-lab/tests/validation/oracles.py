"""Writes `oracles.json`: figures of arch 8.0.0, skfolio 1.12.2 and plain numpy 2.4.6 for `tests/validation_oracles.rs`.

    pip install arch==8.0.0 skfolio==1.12.2 && python oracles.py

The series come from formulas that the test repeats, and resampled periods from a small generator that it repeats as
well, so that statistics must agree to rounding and counts exactly.
"""
import json
import math
from pathlib import Path

import numpy as np
from arch.bootstrap import MCS, SPA, RealityCheck, StationaryBootstrap, StepM, optimal_block_length
from skfolio.model_selection import CombinatorialPurgedCV, WalkForward

T, N, REPS, BLOCK = 120, 6, 200, 8


def panel():
    t, j = np.arange(T)[:, None] + 1.0, np.arange(N)[None, :] + 1.0
    return 0.01 * np.sin(0.7 * t * t % 9973 * j) + 0.004 * np.cos(1.3 * t * j) + 0.0008 * (j - 3.0)


def benchmark():
    t = np.arange(T) + 1.0
    return 0.002 * np.sin(0.9 * t) + 0.0004


def resamples(reps=REPS):
    """Stationary resamples by Knuth's 64-bit congruential generator: top 32 bits, one for the jump, one for the place."""
    state, out = 12345, []
    def bits():
        nonlocal state
        state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
        return state >> 32
    for _ in range(reps):
        row = []
        for s in range(T):
            jump, place = bits() % BLOCK == 0, bits() % T
            row.append(place if s == 0 or jump else (row[-1] + 1) % T)
        out.append(np.array(row))
    return out


def given(model):
    """Makes arch use our resamples; they begin anew for each run."""
    lists = iter(resamples() * 4)
    model.update_indices = lambda: next(lists)


def superior(X, b):
    out = {}
    spa = SPA(-b, -X, block_size=BLOCK, reps=REPS, seed=1)
    given(spa.bootstrap)
    spa.compute()
    d = X - b[:, None]
    out["spa"] = {
        "variance": spa._loss_diff_var.tolist(),
        "statistic": float(np.sqrt(T) * d.mean(0).max()),
        "p": [float(spa.pvalues[k]) for k in ("lower", "consistent", "upper")],
    }
    # Hansen's own statistic, by its formula: arch does not divide by the standard deviation.
    w, mean = np.sqrt(spa._loss_diff_var), d.mean(0)
    valid = mean >= -w * math.sqrt(2 * math.log(math.log(T)) / T)
    stat = max(0.0, (math.sqrt(T) * mean / w).max())
    exceed = []
    for g in (np.maximum(mean, 0), np.where(valid, mean, 0), mean):
        z = [max(0.0, (math.sqrt(T) * (d[i].mean(0) - g) / w).max()) for i in resamples()]
        exceed.append(float(np.mean(np.array(z) > stat)))
    out["hansen"] = {"statistic": stat, "p": exceed, "valid": valid.tolist()}
    rc = RealityCheck(-b, -X, block_size=BLOCK, reps=REPS, seed=1)
    given(rc.bootstrap)
    rc.compute()
    out["reality_check"] = float(rc.pvalues["upper"])
    step = StepM(-b, -X, size=0.10, block_size=BLOCK, reps=REPS, seed=1)
    given(step.bootstrap)
    step.compute()
    out["stepm"] = [int(k) for k in step.superior_models]
    for method in ("R", "max"):
        mcs = MCS(-X, size=0.05, reps=REPS, block_size=BLOCK, method=method, seed=1)
        given(mcs.bootstrap)
        mcs.compute()
        out["mcs_" + method] = [[int(k), float(p)] for k, p in mcs.pvalues.Pvalue.items()]
    return out


def monte_carlo(X, b):
    """p-values with arch's own dice and many replicates, for comparison within Monte-Carlo error."""
    spa = SPA(-b, -X, block_size=BLOCK, reps=20000, seed=7)
    spa.compute()
    r = X[:, 3]
    sharpe = lambda x: x.mean() / x.std(ddof=1)
    sb = StationaryBootstrap(BLOCK, r, seed=7)
    ci = sb.conf_int(sharpe, 20000, method="percentile", size=0.95)
    return {
        "spa": [float(spa.pvalues[k]) for k in ("lower", "consistent", "upper")],
        "sharpe": [float(ci[0, 0]), float(ci[1, 0])],
    }


def block_lengths():
    def ar(phi, n):
        x, out = 0.0, []
        for t in range(1, n + 1):
            x = phi * x + math.sin(0.7 * (t * t % 9973))
            out.append(x)
        return np.array(out)
    cases = [(0.5, 500), (0.9, 500), (0.8, 1000), (-0.6, 300), (0.97, 64)]
    return [[phi, n, *map(float, optimal_block_length(ar(phi, n)).iloc[0])] for phi, n in cases]


def ranges(index):
    index = np.asarray(index)
    cuts = np.flatnonzero(np.diff(index) != 1) + 1
    return [[int(p[0]), int(p[-1]) + 1] for p in np.split(index, cuts) if len(p)]


def splits():
    out = []
    for n, folds, tests, purge, embargo in [(103, 10, 2, 3, 2), (60, 6, 3, 0, 4), (251, 5, 4, 5, 0), (40, 4, 2, 2, 1)]:
        cv = CombinatorialPurgedCV(n_folds=folds, n_test_folds=tests, purged_size=purge, embargo_size=embargo)
        rows = [[ranges(train), [ranges(t)[0] for t in test]] for train, test in cv.split(np.zeros((n, 1)))]
        out.append({"n": n, "folds": folds, "tests": tests, "purge": purge, "embargo": embargo,
                    "splits": rows, "paths": cv.recombined_paths.T.tolist()})
    return out


def walks():
    out = []
    for n, train, test, gap, anchored, short in [(100, 30, 7, 0, False, False), (100, 30, 7, 2, True, True), (61, 12, 12, 1, False, True)]:
        cv = WalkForward(train_size=train, test_size=test, purged_size=gap, expand_train=anchored, reduce_test=short)
        rows = [[ranges(a)[0], ranges(b)[0]] for a, b in cv.split(np.zeros((n, 1)))]
        out.append({"n": n, "train": train, "test": test, "gap": gap, "anchored": anchored, "short": short, "splits": rows})
    return out


if __name__ == "__main__":
    X, b = panel(), benchmark()
    figures = {
        "made_with": "arch 8.0.0, skfolio 1.12.2, numpy 2.4.6",
        **superior(X, b),
        "monte_carlo": monte_carlo(X, b),
        "block_lengths": block_lengths(),
        "combinatorial": splits(),
        "walk_forward": walks(),
    }
    Path(__file__).with_name("oracles.json").write_text(json.dumps(figures, separators=(",", ":")) + "\n")
