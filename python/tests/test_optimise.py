"""The optimisers against closed forms and a general solver."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import trimtab as tt
from trimtab import optimise

SIGMA = np.array([[0.04, 0.006, 0.002], [0.006, 0.09, 0.01], [0.002, 0.01, 0.0225]])
MU = np.array([0.05, 0.09, 0.04])


def test_the_least_variance_is_the_closed_form():
    inverse = np.linalg.solve(SIGMA, np.ones(3))
    found = optimise.minimum_variance(covariance=SIGMA)
    np.testing.assert_allclose(found, inverse / inverse.sum(), rtol=1e-9)


def test_the_greatest_sharpe_is_the_closed_form():
    tangent = np.linalg.solve(SIGMA, MU - 0.02)
    found = optimise.maximum_sharpe(mean=MU, covariance=SIGMA, riskless=0.02)
    np.testing.assert_allclose(found, tangent / tangent.sum(), rtol=1e-8)


def test_risk_parity_has_equal_contributions():
    weights = optimise.erc(covariance=SIGMA).to_numpy()
    parts = weights * (SIGMA @ weights)
    np.testing.assert_allclose(parts, parts.mean(), rtol=1e-8)


def test_two_assets_of_hrp_are_inverse_variances():
    sigma = np.diag([0.04, 0.01])
    np.testing.assert_allclose(optimise.hrp(covariance=sigma), [0.2, 0.8], rtol=1e-12)


def test_the_least_shortfall_is_that_of_the_linear_programme(frame):
    scipy = pytest.importorskip("scipy.optimize")
    returns = frame.pct_change().dropna().iloc[:200]
    x, (t, n) = returns.to_numpy(), returns.shape
    # min a + sum(u) / (T (1 - 0.95)), u >= -x w - a, u >= 0 (Rockafellar, Uryasev 2000, eq. 17)
    cost = np.r_[np.zeros(n), 1.0, np.full(t, 1.0 / (t * 0.05))]
    upper = np.c_[-x, -np.ones(t), -np.eye(t)]
    bounds = [(0, 1)] * n + [(None, None)] + [(0, None)] * t
    best = scipy.linprog(cost, upper, np.zeros(t), [np.r_[np.ones(n), np.zeros(t + 1)]], [1.0], bounds)
    found = optimise.solve("minimum-cvar", returns, confidence=0.95)
    w = found.weights.to_numpy()
    losses = np.sort(-x @ w)[::-1]
    own = losses[: t // 20].mean()
    assert own == pytest.approx(best.fun, rel=1e-6), found


def test_returns_and_their_estimates_are_the_same(frame):
    returns = frame.pct_change().dropna()
    one = optimise.minimum_variance(returns)
    other = optimise.minimum_variance(covariance=returns.cov() * 252)
    pd.testing.assert_series_equal(one, other, rtol=1e-9)
    assert list(one.index) == list(frame.columns)


def test_limits_bind_and_contradict_by_name():
    frame = pd.DataFrame(SIGMA, index=list("ABC"), columns=list("ABC"))
    found = optimise.solve("minimum-variance", covariance=frame, upper={"C": 0.3}, groups={"growth": (["A", "B"], None, 0.8)})
    assert found.weights["C"] == pytest.approx(0.3)
    assert ("upper", "C", "most", 0.3) in [bound[:4] for bound in found.binding]
    with pytest.raises(tt.InfeasibleError, match="growth"):
        optimise.minimum_variance(covariance=frame, upper={"C": 0.3}, groups={"growth": (["A", "B"], None, 0.5)})
    with pytest.raises(tt.UsageError, match="no asset `D`"):
        optimise.minimum_variance(covariance=frame, upper={"D": 0.3})
    with pytest.raises(tt.SpecError, match="did you mean|objective"):
        optimise.solve("minimum-varianc", covariance=frame)


def test_the_frontier_lies_below_every_portfolio():
    table = optimise.frontier(mean=MU, covariance=SIGMA, points=20)
    weights = table[["1", "2", "3"]].to_numpy()
    np.testing.assert_allclose(weights @ MU, table["mean"], rtol=1e-9)
    np.testing.assert_allclose(np.sqrt(np.einsum("ti,ij,tj->t", weights, SIGMA, weights)), table["volatility"], rtol=1e-9)
    some = np.random.Generator(np.random.PCG64(1)).dirichlet(np.ones(3), 500)
    means, risks = some @ MU, np.sqrt(np.einsum("ti,ij,tj->t", some, SIGMA, some))
    least = np.interp(means, table["mean"], table["volatility"] ** 2)
    inside = means >= table["mean"].iloc[0]
    # Between two points the line lies above the curve by less than this.
    assert (risks[inside] ** 2 >= least[inside] - 1e-4).all()
