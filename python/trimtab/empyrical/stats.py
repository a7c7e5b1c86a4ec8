"""Returns in, statistics out: performance, risk, and what a factor explains.

Returns are simple and not cumulative, oldest first: an array, a series, or a table with a column for each portfolio.
Where a statistic takes tables it gives one number a column. `out` takes an array for the result.
"""

from __future__ import annotations

import math
from functools import wraps
from typing import Callable

import numpy as np
import pandas as pd

from .periods import (
    ANNUALIZATION_FACTORS,
    APPROX_BDAYS_PER_YEAR,
    DAILY,
    MONTHLY,
    QUARTERLY,
    WEEKLY,
    YEARLY,
)
from .utils import aligned, down, less, nanmean, nanmin, nanstd, roll, rolls_one, rolls_two, up

__all__ = [
    "aggregate_returns",
    "alpha",
    "alpha_aligned",
    "alpha_beta",
    "alpha_beta_aligned",
    "annual_return",
    "annual_volatility",
    "annualization_factor",
    "batting_average",
    "beta",
    "beta_aligned",
    "beta_fragility_heuristic",
    "beta_fragility_heuristic_aligned",
    "cagr",
    "calmar_ratio",
    "capture",
    "conditional_value_at_risk",
    "cum_returns",
    "cum_returns_final",
    "down_alpha_beta",
    "down_capture",
    "downside_risk",
    "drawdown_series",
    "excess_sharpe",
    "gpd_risk_estimates",
    "gpd_risk_estimates_aligned",
    "max_drawdown",
    "omega_ratio",
    "roll_alpha",
    "roll_alpha_aligned",
    "roll_alpha_beta",
    "roll_alpha_beta_aligned",
    "roll_annual_volatility",
    "roll_beta",
    "roll_beta_aligned",
    "roll_cagr",
    "roll_down_capture",
    "roll_downside_risk",
    "roll_excess_sharpe",
    "roll_max_drawdown",
    "roll_sharpe_ratio",
    "roll_sortino_ratio",
    "roll_up_capture",
    "roll_up_down_capture",
    "sharpe_ratio",
    "simple_returns",
    "sortino_ratio",
    "stability_of_timeseries",
    "tail_ratio",
    "up_alpha_beta",
    "up_capture",
    "up_down_capture",
    "value_at_risk",
]


def annualization_factor(period: str, annualization: float | None = None) -> float:
    """Observations a year: `annualization`, or that of the period's name."""
    if annualization is not None:
        return annualization
    if period not in ANNUALIZATION_FACTORS:
        known = "', '".join(ANNUALIZATION_FACTORS)
        raise ValueError(f"Period cannot be '{period}'. Can be '{known}'.")
    return ANNUALIZATION_FACTORS[period]


def _columns(least: int, labelled: bool = False) -> Callable:
    """Makes a statistic of columns one of arrays, series and tables.

    The wrapped function gets arrays and gives a number for each column. Below `least` observations the result is NaN.
    `labelled`: of a table it is a series with the table's columns as labels.
    """

    def wrap(statistic: Callable) -> Callable:
        @wraps(statistic)
        def of(returns, *args, out: np.ndarray | None = None, **kwargs):
            if len(returns) < least:
                values = np.full(np.shape(returns)[1:], np.nan)
            else:
                # Labels stay on as long as two series may have to be brought together by them.
                with np.errstate(divide="ignore", invalid="ignore"):
                    values = np.asarray(statistic(returns, *args, **kwargs), dtype=float)
            if out is not None:
                out[()] = values
                values = out
            if np.ndim(returns) == 1:
                return float(np.reshape(values, -1)[0])
            if labelled and out is None and isinstance(returns, pd.DataFrame):
                return pd.Series(values, index=returns.columns)
            return values

        return of

    return wrap


def simple_returns(prices):
    """Simple returns of prices: one fewer than prices."""
    if isinstance(prices, (pd.DataFrame, pd.Series)):
        return prices.pct_change().iloc[1:]
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.diff(prices, axis=0) / prices[:-1]


def cum_returns(returns, starting_value: float = 0, out: np.ndarray | None = None):
    """Cumulated returns; with a `starting_value` what that has become. A missing return counts as zero."""
    if len(returns) < 1:
        return returns.copy()
    growth = np.cumprod(1.0 + np.nan_to_num(np.asarray(returns, dtype=float)), axis=0)
    values = growth - 1.0 if starting_value == 0 else growth * starting_value
    if out is not None:
        out[()] = values
        return out
    return _like(values, returns)


def _like(values: np.ndarray, returns):
    """With the labels of `returns`, if it has any."""
    if isinstance(returns, pd.Series):
        return pd.Series(values, index=returns.index)
    if isinstance(returns, pd.DataFrame):
        return pd.DataFrame(values, index=returns.index, columns=returns.columns)
    return values


def cum_returns_final(returns, starting_value: float = 0):
    """The last of `cum_returns`."""
    if len(returns) == 0:
        return np.nan
    growth = (
        (returns + 1).prod()
        if isinstance(returns, pd.DataFrame)
        else np.nanprod(np.asarray(returns) + 1, axis=0)
    )
    return growth - 1 if starting_value == 0 else growth * starting_value


def aggregate_returns(returns, convert_to: str):
    """Returns of whole weeks, months, quarters or years, labelled by year and number."""
    index = returns.index
    parts = {
        WEEKLY: lambda: [index.year, index.isocalendar().week.to_numpy()],
        MONTHLY: lambda: [index.year, index.month],
        QUARTERLY: lambda: [index.year, index.quarter],
        YEARLY: lambda: [index.year],
    }
    if convert_to not in parts:
        raise ValueError(f"convert_to must be {', '.join(parts)}")
    return returns.groupby(parts[convert_to]()).apply(lambda part: cum_returns_final(part))


def drawdown_series(returns, out: np.ndarray | None = None):
    """How far the value stands below its highest so far: zero or negative."""
    if len(returns) < 1:
        return np.nan if np.ndim(returns) == 1 else np.full(np.shape(returns)[1:], np.nan)
    value = cum_returns(np.asarray(returns), starting_value=1.0)
    values = value / np.maximum(np.maximum.accumulate(value, axis=0), 1.0) - 1.0
    if out is not None:
        out[()] = values
        return out
    return _like(values, returns)


@_columns(least=1, labelled=True)
def max_drawdown(returns):
    """The deepest drawdown, negative."""
    return nanmin(drawdown_series(np.asarray(returns)), axis=0)


def annual_return(returns, period: str = DAILY, annualization: float | None = None):
    r"""Compound growth a year: $\prod (1 + r_t)^{a/n} - 1$ with $a$ observations a year and $n$ in all."""
    if len(returns) < 1:
        return np.nan
    years = len(returns) / annualization_factor(period, annualization)
    return cum_returns_final(returns, starting_value=1) ** (1 / years) - 1


def cagr(returns, period: str = DAILY, annualization: float | None = None):
    """The same as `annual_return`."""
    return annual_return(returns, period, annualization)


@_columns(least=2)
def annual_volatility(
    returns, period: str = DAILY, alpha: float = 2.0, annualization: float | None = None
):
    r"""Standard deviation a year: $s\, a^{1/\alpha}$, $s$ with divisor $n - 1$, $\alpha = 2$ for a random walk."""
    factor = annualization_factor(period, annualization) ** (1.0 / alpha)
    return nanstd(returns, ddof=1, axis=0) * factor


def calmar_ratio(returns, period: str = DAILY, annualization: float | None = None):
    """Yearly return over the deepest drawdown; NaN without one."""
    deepest = max_drawdown(returns)
    if not deepest < 0:
        return np.nan
    ratio = annual_return(returns, period, annualization) / -deepest
    return np.nan if np.isinf(ratio) else ratio


def omega_ratio(
    returns,
    risk_free=0.0,
    required_return: float = 0.0,
    annualization: float = APPROX_BDAYS_PER_YEAR,
):
    """Gains over losses beyond a required return a year; NaN without losses."""
    if len(returns) < 2 or (annualization != 1 and required_return <= -1):
        return np.nan
    once = (
        required_return
        if annualization == 1
        else (1 + required_return) ** (1.0 / annualization) - 1
    )
    beyond = np.asarray(returns - risk_free - once)
    losses = -beyond[beyond < 0.0].sum()
    return float(beyond[beyond > 0.0].sum() / losses) if losses > 0.0 else np.nan


@_columns(least=2)
def sharpe_ratio(returns, risk_free=0, period: str = DAILY, annualization: float | None = None):
    r"""Mean over standard deviation of the excess returns, times $\sqrt a$; divisor $n - 1$."""
    excess = np.asarray(less(returns, risk_free))
    factor = np.sqrt(annualization_factor(period, annualization))
    return nanmean(excess, axis=0) / nanstd(excess, ddof=1, axis=0) * factor


@_columns(least=2, labelled=True)
def sortino_ratio(
    returns,
    required_return=0,
    period: str = DAILY,
    annualization: float | None = None,
    _downside_risk=None,
):
    """Mean excess return a year over `downside_risk`."""
    mean = nanmean(np.asarray(less(returns, required_return)), axis=0)
    risk = _downside_risk
    if risk is None:
        risk = downside_risk(returns, required_return, period, annualization)
    return mean * annualization_factor(period, annualization) / np.asarray(risk)


@_columns(least=1, labelled=True)
def downside_risk(
    returns, required_return=0, period: str = DAILY, annualization: float | None = None
):
    r"""Root mean square of what falls short of `required_return`, over all observations, times $\sqrt a$."""
    short = np.minimum(less(np.asarray(returns), np.asarray(required_return)), 0.0)
    factor = np.sqrt(annualization_factor(period, annualization))
    return np.sqrt(nanmean(np.square(short), axis=0)) * factor


@_columns(least=2)
def excess_sharpe(returns, factor_returns):
    """Mean over standard deviation of the returns beyond the factor's, for one period."""
    active = np.asarray(less(returns, factor_returns))
    return nanmean(active, axis=0) / np.nan_to_num(nanstd(active, ddof=1, axis=0))


def _pair(returns, factor_returns):
    """The two on the same dates; arrays are taken to be."""
    if isinstance(returns, np.ndarray) and isinstance(factor_returns, np.ndarray):
        return returns, factor_returns
    return aligned(returns, factor_returns)


def alpha_beta(returns, factor_returns, risk_free=0.0, period=DAILY, annualization=None, out=None):
    """`alpha` and `beta` in the last axis."""
    pair = aligned(returns, factor_returns)
    return alpha_beta_aligned(*pair, risk_free, period, annualization, out=out)


def alpha_beta_aligned(
    returns, factor_returns, risk_free=0.0, period=DAILY, annualization=None, out=None
):
    """The same of series with the same dates."""
    if out is None:
        out = np.empty(np.shape(returns)[1:] + (2,), dtype="float64")
    slope = beta_aligned(returns, factor_returns, risk_free)
    out[..., 0] = alpha_aligned(
        returns, factor_returns, risk_free, period, annualization, _beta=slope
    )
    out[..., 1] = slope
    return out


def alpha(
    returns,
    factor_returns,
    risk_free=0.0,
    period=DAILY,
    annualization=None,
    out=None,
    _beta=None,
):
    r"""What the factor does not explain, a year: $(1 + \overline{r - \beta f})^a - 1$, both less the risk-free rate."""
    pair = _pair(returns, factor_returns)
    return alpha_aligned(*pair, risk_free, period, annualization, _beta=_beta, out=out)


@_columns(least=2, labelled=True)
def alpha_aligned(
    returns, factor_returns, risk_free=0.0, period=DAILY, annualization=None, _beta=None
):
    """The same of series with the same dates."""
    factor = annualization_factor(period, annualization)
    if _beta is None:
        _beta = beta_aligned(returns, factor_returns, risk_free)
    rest = less(returns, risk_free) - _beta * less(factor_returns, risk_free)
    return (nanmean(np.asarray(rest), axis=0) + 1) ** factor - 1


def beta(returns, factor_returns, risk_free=0.0, out=None):
    """Slope of the regression on the factor: covariance over the factor's variance; NaN when it never moves."""
    return beta_aligned(*_pair(returns, factor_returns), risk_free, out=out)


# Below this the variance of a factor is rounding, and a slope on it any number.
_VARIANCE_LEAST = 1e-30


@_columns(least=1)
def beta_aligned(returns, factor_returns, risk_free=0.0):
    """The same of series with the same dates. A constant rate moves neither side."""
    own, factor = (_as_columns(values) for values in (returns, factor_returns))
    if len(factor) < 2:
        return np.full(own.shape[1], np.nan)
    seen = np.where(np.isnan(own), np.nan, factor)
    moved = seen - nanmean(seen, axis=0)
    variance = np.asarray(nanmean(np.square(moved), axis=0))
    variance[variance < _VARIANCE_LEAST] = np.nan
    return nanmean(moved * own, axis=0) / variance


def _as_columns(values) -> np.ndarray:
    values = np.asarray(values)
    return values[:, np.newaxis] if values.ndim == 1 else values


def stability_of_timeseries(returns):
    r"""$R^2$ of a line through the cumulated log returns."""
    if len(returns) < 2:
        return np.nan
    cumulated = np.log1p(_known(returns)).cumsum()
    time = np.arange(len(cumulated))
    time, cumulated = time - time.mean(), cumulated - cumulated.mean()
    with np.errstate(divide="ignore", invalid="ignore"):
        explained = (time @ cumulated) ** 2 / ((time @ time) * (cumulated @ cumulated))
    # A line that never moves is explained by chance alone.
    return float(np.nan_to_num(explained))


def _known(returns) -> np.ndarray:
    values = np.asarray(returns)
    return values[~np.isnan(values)]


def tail_ratio(returns):
    """The size of the 95th percentile over that of the 5th."""
    known = _known(returns)
    if len(known) < 1:
        return np.nan
    return np.abs(np.percentile(known, 95)) / np.abs(np.percentile(known, 5))


def capture(returns, factor_returns, period: str = DAILY):
    """Yearly return over that of the factor."""
    return annual_return(returns, period=period) / annual_return(factor_returns, period=period)


def beta_fragility_heuristic(returns, factor_returns):
    """How much faster losses grow than the factor falls: the chord over the returns in the worst, the middle and the
    best period of the factor, less the middle one (Taleb et al. 2012). Negative: fragile."""
    if len(returns) < 3 or len(factor_returns) < 3:
        return np.nan
    return beta_fragility_heuristic_aligned(*aligned(returns, factor_returns))


def beta_fragility_heuristic_aligned(returns, factor_returns):
    """The same of series with the same dates."""
    if len(returns) < 3 or len(factor_returns) < 3:
        return np.nan
    own, factor = np.asarray(returns), np.asarray(factor_returns)
    known = ~(np.isnan(own) | np.isnan(factor))
    own, factor = own[known], factor[known]
    order = np.argsort(factor, kind="quicksort")
    places = order[[0, int(np.around(len(order) / 2, 0)), len(order) - 1]]
    (low, middle, high), (f_low, f_middle, f_high) = own[places], factor[places]
    span = f_high - f_low
    weights = (0.5, 0.5)
    if span != 0:
        weights = (f_middle - f_low) / span, (f_high - f_middle) / span
    return weights[0] * low + weights[1] * high - middle


def gpd_risk_estimates(returns, var_p: float = 0.01):
    """Value at risk and expected shortfall by a generalised Pareto distribution of the losses beyond a threshold.

    Gives threshold, scale, shape, value at risk, expected shortfall; zeros when no threshold fits. The threshold is
    0.2, halved until shape and value at risk are positive.
    """
    found = np.zeros(5)
    losses = -np.asarray(returns, dtype=float)
    losses = losses[losses > 0]
    threshold = 0.2
    while len(returns) >= 3 and threshold > 1e-9:
        beyond = losses[losses >= threshold]
        scale, shape = _fit_gpd(beyond)
        if shape > 0:
            reach = len(losses) / len(beyond) * var_p
            var = threshold + scale / shape * (math.pow(reach, -shape) - 1)
            if var > 0:
                tail = (
                    0.0
                    if shape == 1
                    else (var + scale - shape * threshold) / (1 - shape)
                )
                found = np.array([threshold, scale, shape, var, tail])
                break
        threshold /= 2
    return pd.Series(found) if isinstance(returns, pd.Series) else found


def gpd_risk_estimates_aligned(returns, var_p: float = 0.01):
    """The same as `gpd_risk_estimates`."""
    return gpd_risk_estimates(returns, var_p)


def _fit_gpd(losses: np.ndarray) -> tuple[float, float]:
    """Scale and shape of greatest likelihood, by the simplex from (1, 1); zeros when there is none."""
    if len(losses) == 0:
        return 0.0, 0.0
    from scipy import optimize

    def cost(parameters):
        scale, shape = parameters
        if shape == 0 and scale >= 0:
            return len(losses) * np.log(scale) + losses.sum() / scale
        if scale <= 0 or shape / scale < 0:
            return np.finfo(float).max
        return len(losses) * np.log(scale) + (1 / shape + 1) * np.log1p(
            shape / scale * losses
        ).sum()

    fit = optimize.minimize(cost, [1, 1], method="Nelder-Mead")
    return tuple(fit.x) if fit.success else (0.0, 0.0)


def up_capture(returns, factor_returns, **kwargs):
    """`capture` over the periods in which the factor rose."""
    return up(returns, factor_returns, function=capture, **kwargs)


def down_capture(returns, factor_returns, **kwargs):
    """`capture` over the periods in which the factor fell."""
    return down(returns, factor_returns, function=capture, **kwargs)


def up_down_capture(returns, factor_returns, **kwargs):
    """`up_capture` over `down_capture`."""
    return up_capture(returns, factor_returns, **kwargs) / down_capture(
        returns, factor_returns, **kwargs
    )


def batting_average(returns, factor_returns):
    """In which part of the periods the returns beat the factor: of all, of its rises, of its falls."""
    active = less(returns, factor_returns)
    parts = {
        "batting average": active,
        "up market": active[factor_returns >= 0.0],
        "down market": active[factor_returns < 0.0],
    }
    shares = {name: (part > 0).mean() if len(part) else np.nan for name, part in parts.items()}
    return pd.Series(shares)


def up_alpha_beta(returns, factor_returns, **kwargs):
    """`alpha_beta` over the periods in which the factor rose."""
    return up(returns, factor_returns, function=alpha_beta_aligned, **kwargs)


def down_alpha_beta(returns, factor_returns, **kwargs):
    """`alpha_beta` over the periods in which the factor fell."""
    return down(returns, factor_returns, function=alpha_beta_aligned, **kwargs)


def value_at_risk(returns, cutoff: float = 0.05):
    """The quantile of the returns at `cutoff`."""
    return np.percentile(returns, 100 * cutoff)


def conditional_value_at_risk(returns, cutoff: float = 0.05):
    """The mean of the worst `cutoff` of the returns."""
    last = int((len(returns) - 1) * cutoff)
    return np.mean(np.partition(returns, last)[: last + 1])


@_columns(least=1)
def _cagr_columns(returns, period: str = DAILY, annualization: float | None = None):
    return annual_return(returns, period, annualization)


_cagr_columns.__name__ = "cagr"

roll_cagr = rolls_one(_cagr_columns)
roll_max_drawdown = rolls_one(max_drawdown)
roll_annual_volatility = rolls_one(annual_volatility)
roll_sharpe_ratio = rolls_one(sharpe_ratio)
roll_sortino_ratio = rolls_one(sortino_ratio)
roll_downside_risk = rolls_one(downside_risk)
roll_excess_sharpe = rolls_two(excess_sharpe)
roll_alpha = rolls_two(alpha)
roll_alpha_aligned = rolls_two(alpha_aligned)
roll_alpha_beta_aligned = rolls_two(alpha_beta_aligned)
roll_beta = rolls_two(beta)
roll_beta_aligned = rolls_two(beta_aligned)


def roll_alpha_beta(returns, factor_returns, window: int = 10, **kwargs):
    """`alpha_beta` over each window of `window` observations."""
    pair = aligned(returns, factor_returns)
    return roll_alpha_beta_aligned(*pair, window=window, **kwargs)


def roll_up_capture(returns, factor_returns, window: int = 10, **kwargs):
    """`up_capture` over each window of `window` observations."""
    return roll(returns, factor_returns, window=window, function=up_capture, **kwargs)


def roll_down_capture(returns, factor_returns, window: int = 10, **kwargs):
    """`down_capture` over each window of `window` observations."""
    return roll(returns, factor_returns, window=window, function=down_capture, **kwargs)


def roll_up_down_capture(returns, factor_returns, window: int = 10, **kwargs):
    """`up_down_capture` over each window of `window` observations."""
    return roll(returns, factor_returns, window=window, function=up_down_capture, **kwargs)
