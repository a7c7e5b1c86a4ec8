"""The optimisers as functions: estimates or returns in, weights out.

    from trimtab import optimise
    optimise.minimum_variance(returns)
    optimise.maximum_sharpe(mean=mu, covariance=sigma, riskless=0.02, upper=0.3)

`returns` is a table with a row a period and a column an asset, from which mean and covariance (divisor n - 1) are made for a
year; or give `mean` and `covariance` themselves. Weights are long only and fully invested unless said otherwise. Every
objective of the strategy file is offered: `solve("herc", returns)`, and its parameters by name.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Mapping

import numpy as np

from . import _trimtab
from ._errors import UsageError
from ._kinds import Node

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Solution:
    """The best weights and what bound them."""

    #: By symbol.
    weights: pd.Series[float]
    #: Expected return and volatility, in the unit of the estimates.
    mean: float
    volatility: float
    #: What the objective makes of them.
    measures: dict[str, float]
    #: Limits at which the weights stand: constraint, asset, side, limit, and the price of a unit more.
    binding: list[tuple[str | None, str | None, str, float, float | None]]
    notes: list[str] = field(default_factory=list)


def solve(
    objective: str | Node,
    returns: pd.DataFrame | np.ndarray[Any, Any] | None = None,
    *,
    mean: Any = None,
    covariance: Any = None,
    riskless: float | None = None,
    per_year: float = 252.0,
    lower: float | Mapping[str, float] | None = None,
    upper: float | Mapping[str, float] | None = None,
    groups: Mapping[str, tuple[Any, float | None, float | None]] | None = None,
    turnover: float | None = None,
    positions: int | None = None,
    smallest: float | None = None,
    invested: float = 1.0,
    short: float = 0.0,
    held: Mapping[str, float] | None = None,
    relax: list[str] | None = None,
    **parameters: Any,
) -> Solution:
    """The best weights by an objective of the strategy file, named or as `objectives.NAME(...)`.

    `lower`, `upper`: bounds of single weights. `groups`: named linear conditions, each (coefficients by symbol or a list of
    symbols, least, most). `turnover`: how much may be traded away from `held`; `positions`: how many assets at most;
    `smallest`: a weight is zero or at least that. `short`: how far below zero a weight may be. `relax`: names that give way.
    Raises `InfeasibleError` with the names of conditions that exclude each other.
    """
    given, names = _given(returns, mean, covariance, riskless, per_year)
    rows = _rows(names, lower, upper, groups)
    if turnover is not None:
        rows.append(("turnover", "turnover", [], -math.inf, turnover))
    if positions is not None:
        rows.append(("positions", "positions", [], 0.0, float(positions)))
    if smallest is not None:
        rows.append(("smallest", "smallest", [], smallest, math.inf))
    table: dict[str, Any] = dict(objective) if isinstance(objective, dict) else {"kind": objective}
    table |= parameters
    terms = (invested, short, _held(names, held), relax or [])
    found = _trimtab.solve(json.dumps(table), given, rows, terms)
    import pandas as pd

    weights = pd.Series(found["weights"], index=names, name=table["kind"])
    return Solution(
        weights,
        found["mean"],
        found["volatility"],
        dict(found["measures"]),
        found["binding"],
        found["notes"],
    )


def frontier(
    returns: pd.DataFrame | np.ndarray[Any, Any] | None = None,
    *,
    mean: Any = None,
    covariance: Any = None,
    points: int = 50,
    per_year: float = 252.0,
    lower: float | Mapping[str, float] | None = None,
    upper: float | Mapping[str, float] | None = None,
    groups: Mapping[str, tuple[Any, float | None, float | None]] | None = None,
    invested: float = 1.0,
    short: float = 0.0,
) -> pd.DataFrame:
    """The efficient frontier: `points` portfolios with equal steps of the expected return, from the least variance to the
    greatest return; the columns `mean` and `volatility`, then a weight for each symbol."""
    import pandas as pd

    given, names = _given(returns, mean, covariance, None, per_year)
    rows = _rows(names, lower, upper, groups)
    means, risks, weights = _trimtab.frontier(given, rows, (invested, short, [], []), points)
    table = pd.DataFrame(weights, columns=names)
    table.insert(0, "volatility", risks)
    table.insert(0, "mean", means)
    return table


def minimum_variance(returns: Any = None, **options: Any) -> pd.Series[float]:
    """Weights of the least variance; options as `solve`."""
    return solve("minimum-variance", returns, **options).weights


def maximum_sharpe(returns: Any = None, *, riskless: float = 0.0, **options: Any) -> pd.Series[float]:
    """Weights of the greatest Sharpe ratio over `riskless` a year; options as `solve`."""
    return solve("maximum-sharpe", returns, riskless=riskless, **options).weights


def risk_parity(returns: Any = None, **options: Any) -> pd.Series[float]:
    """Weights of equal contributions to the risk; options as `solve`."""
    return solve("risk-parity", returns, **options).weights


#: Equal risk contributions.
erc = risk_parity


def hrp(returns: Any = None, **options: Any) -> pd.Series[float]:
    """Hierarchical risk parity; options as `solve`."""
    return solve("hrp", returns, **options).weights


def herc(returns: Any = None, **options: Any) -> pd.Series[float]:
    """Hierarchical equal risk contributions; options as `solve`."""
    return solve("herc", returns, **options).weights


def minimum_cvar(returns: Any, *, confidence: float = 0.95, **options: Any) -> pd.Series[float]:
    """Weights of the least expected shortfall of the returns: the mean of the worst `1 - confidence` of them."""
    return solve("minimum-cvar", returns, confidence=confidence, **options).weights


def maximum_diversification(returns: Any = None, **options: Any) -> pd.Series[float]:
    """Weights of the greatest diversification ratio; options as `solve`."""
    return solve("maximum-diversification", returns, **options).weights


def inverse_variance(returns: Any = None, **options: Any) -> pd.Series[float]:
    """Weights inverse to the variance; options as `solve`."""
    return solve("inverse-variance", returns, **options).weights


def _given(
    returns: Any, mean: Any, covariance: Any, riskless: float | None, per_year: float
) -> tuple[tuple[Any, ...], list[str]]:
    names: list[str] | None = None
    panel = None
    if returns is not None:
        names = [str(c) for c in returns.columns] if hasattr(returns, "columns") else None
        panel = np.ascontiguousarray(np.asarray(returns, dtype=float))
        if panel.ndim != 2 or len(panel) < 2:
            raise UsageError("`returns` has a row a period and a column an asset, at least two rows")
        if mean is None:
            mean = panel.mean(axis=0) * per_year
        if covariance is None:
            covariance = np.atleast_2d(np.cov(panel, rowvar=False)) * per_year
    if covariance is None:
        raise UsageError("there are no estimates", hint="give `returns`, or `covariance`")
    if hasattr(covariance, "columns"):
        names = [str(c) for c in covariance.columns]
    sigma = np.ascontiguousarray(np.asarray(covariance, dtype=float))
    if hasattr(mean, "index") and names is not None and hasattr(mean, "reindex"):
        mean = mean.reindex(names)
    mu = np.zeros(len(sigma)) if mean is None else np.asarray(mean, dtype=float)
    if sigma.ndim != 2 or mu.shape != (len(sigma),):
        raise UsageError(f"{mu.size} means for a covariance of shape {sigma.shape}")
    names = names or [str(ix + 1) for ix in range(len(sigma))]
    return (names, np.ascontiguousarray(mu), sigma, panel, riskless, per_year), names


def _rows(
    names: list[str], lower: Any, upper: Any, groups: Any
) -> list[tuple[str, str, list[float], float, float]]:
    rows = []
    for word, bound in (("lower", lower), ("upper", upper)):
        if bound is None:
            continue
        each = bound if isinstance(bound, Mapping) else {name: bound for name in names}
        for symbol, limit in each.items():
            span = (limit, math.inf) if word == "lower" else (-math.inf, limit)
            rows.append(("linear", word, _coefficients(names, {symbol: 1.0}), *span))
    for name, (of, least, most) in (groups or {}).items():
        own = of if isinstance(of, Mapping) else {symbol: 1.0 for symbol in of}
        span = (-math.inf if least is None else least, math.inf if most is None else most)
        rows.append(("linear", name, _coefficients(names, own), *span))
    return rows


def _coefficients(names: list[str], of: Mapping[str, float]) -> list[float]:
    unknown = [symbol for symbol in of if symbol not in names]
    if unknown:
        raise UsageError(f"there is no asset `{unknown[0]}`", hint=f"the assets are {', '.join(names)}")
    return [float(of.get(name, 0.0)) for name in names]


def _held(names: list[str], held: Mapping[str, float] | None) -> list[float]:
    return [] if held is None else _coefficients(names, held)
