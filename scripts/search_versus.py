"""The searches of Trimtab beside optuna: the best of 200 trials on three objectives, 50 seeds, compared seed by seed.

    cargo run --release -p trimtab-lab --example search_versus > ours.json
    pip install optuna==5.0.0 scipy
    python scripts/search_versus.py ours.json

Prints a table in Markdown: mean loss, the share of seeds at which ours is at least as good, and the one-sided p-value of Wilcoxon's
signed-rank test that ours is worse. The objectives are those of the example, formula for formula.
"""

import json
import math
import sys
import time

import optuna
from scipy.stats import wilcoxon

SEEDS, TRIALS = 50, 200
ALPHA = [1.0, 1.2, 3.0, 3.2]
A = [
    [10, 3, 17, 3.5, 1.7, 8],
    [0.05, 10, 17, 0.1, 8, 14],
    [3, 3.5, 1.7, 10, 17, 8],
    [17, 8, 0.05, 10, 0.1, 14],
]
P = [
    [0.1312, 0.1696, 0.5569, 0.0124, 0.8283, 0.5886],
    [0.2329, 0.4135, 0.8307, 0.3736, 0.1004, 0.9991],
    [0.2348, 0.1451, 0.3522, 0.2883, 0.3047, 0.6650],
    [0.4047, 0.8828, 0.8732, 0.5743, 0.1091, 0.0381],
]


def branin(trial):
    a, b = trial.suggest_float("a", -5, 10), trial.suggest_float("b", 0, 15)
    inner = b - 5.1 / (4 * math.pi**2) * a * a + 5 / math.pi * a - 6
    return inner * inner + 10 * (1 - 1 / (8 * math.pi)) * math.cos(a) + 10


def hartmann(trial):
    x = [trial.suggest_float(name, 0, 1) for name in "abcdef"]
    far = [sum(A[i][j] * (x[j] - P[i][j]) ** 2 for j in range(6)) for i in range(4)]
    return -sum(ALPHA[i] * math.exp(-far[i]) for i in range(4))


def ridge(trial):
    fast, slow = trial.suggest_int("a", 5, 60), trial.suggest_int("b", 80, 300, step=5)
    step = trial.suggest_float("c", 0.05, 0.25, step=0.01)
    least = trial.suggest_float("d", 0.0, 0.3, step=0.02)
    ratio = math.log(slow / fast) - 2
    plateau = 0.9 / (1 + ratio**2 + ((slow - 210) / 80) ** 2)
    size = -(((step - 0.16) / 0.06) ** 2) * 0.15 - (least - 0.1) ** 2 * 4
    ripple = 0.05 * math.sin(fast / 3) * math.cos(slow / 17)
    return -(plateau + size + ripple)


def best(objective, seed, joint, trials=TRIALS):
    sampler = optuna.samplers.TPESampler(seed=seed, multivariate=joint)
    study = optuna.create_study(sampler=sampler)
    study.optimize(objective, n_trials=trials)
    return study.best_value


def main():
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    ours = json.load(open(sys.argv[1]))
    print(f"| objective | search | mean loss | optuna {optuna.__version__} | at least as good | p (ours worse) |")
    print("|---|---|---:|---:|---:|---:|")
    for name, objective in [("branin", branin), ("hartmann", hartmann), ("ridge", ridge)]:
        for method, joint in [("univariate", False), ("joint", True)]:
            own = ours[f"{name} {method}"]
            theirs = [best(objective, seed, joint) for seed in range(SEEDS)]
            gaps = [a - b for a, b in zip(own, theirs)]
            p = 1.0 if not any(gaps) else wilcoxon(gaps, alternative="greater").pvalue
            share = sum(g <= 0 for g in gaps) / SEEDS
            print(
                f"| {name} | {method} | {sum(own) / SEEDS:.4f} | {sum(theirs) / SEEDS:.4f} "
                f"| {share:.0%} | {p:.3g} |",
                flush=True,
            )
    begun = time.perf_counter()
    best(ridge, 0, False, 1_000)
    theirs = time.perf_counter() - begun
    for method in ["univariate", "joint"]:
        print(f"\n{method}: {ours[f'ms a trial, {method}']:.3f} ms a trial over 1,000; optuna {theirs:.2f} ms")


main()
