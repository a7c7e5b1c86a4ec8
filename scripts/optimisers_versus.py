"""The optimisers of Trimtab beside PyPortfolioOpt and skfolio, window by window: who finds the better optimum, and who fails.

    pip install -r benches/peers/requirements.txt
    python scripts/optimisers_versus.py write DATA 100 [COMMON]
    cargo run --release -p trimtab-math --example windows_weights -- DATA/every_100.f64 100 > DATA/ours_100.jsonl
    python scripts/optimisers_versus.py compare DATA 100 COUNT

`write` makes the windows of 253 levels at all month ends that have one (as `benches/peers/windows.py` does, from a seed; COMMON is
a script with `generate(n)` whose prices are used instead). `compare` solves COUNT of them, evenly spread, with the other programs,
measures all weights alike and prints a table in Markdown: by how much, relative to the better of the other programs, Trimtab is
behind at most (below zero: ahead on every window), and the windows on which each program gave no answer. Trimtab is counted on all windows.
"""

import importlib.util
import json
import sys
import warnings
from importlib.metadata import version
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parent.parent / "benches" / "peers"))
sys.argv, ARGUMENTS = [sys.argv[0], sys.argv[2]], sys.argv[1:]
from windows import LEVELS, TAIL, made_up, measure, month_ends  # noqa: E402

warnings.filterwarnings("ignore")

PROBLEMS = ["minimum-variance", "maximum-ratio", "risk-parity", "cvar"]
ADDS_UP = 1e-6
"""Weights whose sum is farther from one, or that are farther below zero, are no answer."""


def write(folder: Path, n: int, common: str | None) -> None:
    prices = made_up(n)
    if common:
        sys.path.insert(0, str(Path(common).parent))
        spec = importlib.util.spec_from_file_location("given", common)
        given = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(given)
        prices = given.generate(n)
    ends = month_ends()
    windows = [prices[end - LEVELS + 1 : end + 1].T for end in ends[ends >= LEVELS - 1]]
    np.array(windows).astype("<f8").tofile(folder / f"every_{n}.f64")
    print(f"{len(windows)} windows of {n} series")


def of_skfolio(problem: str, x: np.ndarray) -> np.ndarray:
    from skfolio import RiskMeasure
    from skfolio.optimization import MeanRisk, ObjectiveFunction, RiskBudgeting

    model = {
        "minimum-variance": lambda: MeanRisk(risk_measure=RiskMeasure.VARIANCE),
        "maximum-ratio": lambda: MeanRisk(objective_function=ObjectiveFunction.MAXIMIZE_RATIO),
        "risk-parity": lambda: RiskBudgeting(risk_measure=RiskMeasure.VARIANCE),
        "cvar": lambda: MeanRisk(risk_measure=RiskMeasure.CVAR, cvar_beta=1.0 - TAIL),
    }[problem]
    return model().fit(x).weights_


def of_pypfopt(problem: str, x: np.ndarray) -> np.ndarray | None:
    from pypfopt import EfficientCVaR, EfficientFrontier

    means, covariance = x.mean(axis=0), np.cov(x.T)
    if problem == "minimum-variance":
        return list(EfficientFrontier(None, covariance).min_volatility().values())
    if problem == "maximum-ratio":
        return list(EfficientFrontier(means, covariance).max_sharpe(risk_free_rate=0.0).values())
    if problem == "cvar":
        return list(EfficientCVaR(None, x, beta=1.0 - TAIL).min_cvar().values())
    return None


PROGRAMS = {"PyPortfolioOpt": of_pypfopt, "skfolio": of_skfolio}


def value(problem: str, weights, x: np.ndarray) -> float | None:
    """What the problem makes least; none where the weights are no answer."""
    w = np.asarray(weights, float)
    sound = w.shape == (x.shape[1],) and np.isfinite(w).all() and w.min() > -ADDS_UP and abs(w.sum() - 1.0) < ADDS_UP
    found = float(measure(problem, w, x)) if sound else None
    # A mean below zero has no least ratio of deviation to mean.
    return None if found is None or (problem == "maximum-ratio" and found <= 0.0) else found


def solved(solve, problem: str, x: np.ndarray) -> tuple[bool, float | None]:
    """Whether the program has the problem, and the value it reaches."""
    try:
        weights = solve(problem, x)
        return weights is not None, None if weights is None else value(problem, weights, x)
    except Exception:  # noqa: BLE001: whatever goes wrong is no answer
        return True, None


def compare(folder: Path, n: int, count: int) -> None:
    levels = np.fromfile(folder / f"every_{n}.f64", dtype="<f8").reshape(-1, n, LEVELS)
    ours = [json.loads(line) for line in (folder / f"ours_{n}.jsonl").read_text().splitlines()]
    assert len(ours) == len(levels)
    failed = {problem: sum(isinstance(line[problem], str) for line in ours) for problem in ours[0]}
    print(f"{n} series, {len(levels)} windows; no answer of Trimtab: {failed}")
    chosen = np.unique(np.linspace(0, len(levels) - 1, min(count, len(levels))).astype(int))
    print(f"{len(chosen)} windows beside " + ", ".join(f"{p} {version(p.lower())}" for p in PROGRAMS))
    print("| problem | windows with a rival | behind at most | ahead at most | no answer of PyPortfolioOpt | of skfolio |")
    print("|---|---|---|---|---|---|")
    for problem in PROBLEMS:
        gaps, none = [], {name: 0 for name in PROGRAMS}
        for k in chosen:
            x = np.ascontiguousarray((levels[k][:, 1:] / levels[k][:, :-1] - 1.0).T)
            theirs = []
            for name, solve in PROGRAMS.items():
                has, found = solved(solve, problem, x)
                none[name] = None if not has else none[name] + (found is None)
                theirs += [found] if found is not None else []
            if theirs:
                own = ours[k][problem]
                own = np.inf if isinstance(own, str) else value(problem, own, x)
                gaps.append((own - min(theirs)) / abs(min(theirs)))
        said = ["-" if v is None else v for v in none.values()]
        ends = f"{max(gaps):.1e} | {-min(gaps):.1e}" if gaps else "- | -"
        print(f"| {problem} | {len(gaps)} | {ends} | {said[0]} | {said[1]} |", flush=True)


if __name__ == "__main__":
    task, data, n = ARGUMENTS[0], Path(ARGUMENTS[1]), int(ARGUMENTS[2])
    if task == "write":
        write(data, n, ARGUMENTS[3] if len(ARGUMENTS) > 3 else None)
    else:
        compare(data, n, int(ARGUMENTS[3]))
