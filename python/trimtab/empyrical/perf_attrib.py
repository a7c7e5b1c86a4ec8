"""Returns explained by factors."""

from __future__ import annotations

import pandas as pd


def perf_attrib(returns, positions, factor_returns, factor_loadings):
    r"""What factors explain of a portfolio's returns.

    With positions $w_{ti}$, loadings $B_{tif}$ and factor returns $f_{tf}$: exposures $x_{tf} = \sum_i w_{ti} B_{tif}$;
    common $\sum_f x_{tf} f_{tf}$; tilt $\sum_f \bar x_f f_{tf}$ with the mean exposure; timing = common - tilt;
    specific = total - common.

    Parameters: `returns` by day; `positions` by (day, ticker), as fractions; `factor_returns` by day, a column a factor;
    `factor_loadings` by (day, ticker), a column a factor.
    Returns the exposures, and a table with a column for each factor and the five parts.
    """
    span = slice(returns.index[0], returns.index[-1])
    factors, loadings = factor_returns.loc[span], factor_loadings.loc[span]
    exposures = compute_exposures(positions, loadings)
    if returns.index.freq is not None:
        exposures = exposures.asfreq(returns.index.freq)
    by_factor = exposures.multiply(factors)
    common = by_factor.sum(axis="columns")
    tilt = factors.multiply(exposures.mean()).sum(axis="columns")
    parts = pd.DataFrame(
        {
            "total_returns": returns,
            "common_returns": common,
            "specific_returns": returns - common,
            "tilt_returns": tilt,
            "timing_returns": common - tilt,
        }
    )
    return exposures, pd.concat([by_factor, parts], axis="columns")


def compute_exposures(positions, factor_loadings):
    """The portfolio's exposure to each factor: positions times loadings, added up by day."""
    names = ["dt", "ticker"]
    positions, loadings = positions.copy(), factor_loadings.copy()
    positions.index, loadings.index = positions.index.set_names(names), loadings.index.set_names(names)
    return loadings.multiply(positions, axis="rows").groupby(level="dt").sum()
