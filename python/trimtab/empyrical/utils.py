"""What the statistics share: missing values, pairs of series, windows that roll."""

from __future__ import annotations

import warnings
from functools import wraps
from typing import Any, Callable

import numpy as np
import pandas as pd


def _quiet(reduce: Callable) -> Callable:
    """The reduction without numpy's warning that a column holds no value: its result is NaN, which says so."""

    @wraps(reduce)
    def quiet(values, *args, **kwargs):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)
            return reduce(np.asanyarray(values), *args, **kwargs)

    return quiet


nanmean = _quiet(np.nanmean)
nanstd = _quiet(np.nanstd)
nansum = _quiet(np.nansum)
nanmax = _quiet(np.nanmax)
nanmin = _quiet(np.nanmin)
nanargmax = _quiet(np.nanargmax)
nanargmin = _quiet(np.nanargmin)


def roll(*args, **kwargs):
    """`function` over each window of `window` observations of one or two series of returns.

    Arrays give an array, one row a window; series give a series labelled by the last day of each window.
    """
    function: Callable = kwargs.pop("function")
    window: int = kwargs.pop("window")
    if len(args) > 2:
        raise ValueError("Cannot pass more than 2 return sets")
    if len(args) == 2 and not isinstance(args[0], type(args[1])):
        raise ValueError("The two returns arguments are not the same.")
    first = args[0]
    ends = range(window, len(first) + 1)
    if isinstance(first, np.ndarray):
        return np.array([function(*(s[end - window : end] for s in args), **kwargs) for end in ends])
    values = [function(*(s.iloc[end - window : end] for s in args), **kwargs) for end in ends]
    labels = type(first.index)([first.index[end - 1] for end in ends])
    return pd.Series(values, index=labels, dtype=np.float64)


def up(returns, factor_returns, **kwargs):
    """`function` over the periods in which the factor rose."""
    chosen = factor_returns > 0
    return kwargs.pop("function")(returns[chosen], factor_returns[chosen], **kwargs)


def down(returns, factor_returns, **kwargs):
    """`function` over the periods in which the factor fell."""
    chosen = factor_returns < 0
    return kwargs.pop("function")(returns[chosen], factor_returns[chosen], **kwargs)


def rolling_window(array: np.ndarray, length: int, mutable: bool = False) -> np.ndarray:
    """A view of `array` with a window of `length` rows in place of each row from the `length`-th on.

    Shape: `(n - length + 1, length, ...)`. Windows overlap in memory: a mutable view writes to all of them.
    """
    if not length:
        raise ValueError("Can't have 0-length window")
    if not array.shape:
        raise IndexError("Can't restride a scalar.")
    if array.shape[0] < length:
        raise IndexError(
            f"Can't restride array of shape {array.shape} with a window length of {length}"
        )
    windows = np.lib.stride_tricks.sliding_window_view(array, length, axis=0, writeable=mutable)
    return np.moveaxis(windows, -1, 1)


def _windows(returns, length: int) -> np.ndarray:
    """The windows as columns, oldest first; a series that is shorter than a window is one."""
    values = np.asarray(returns)
    return rolling_window(values, min(len(values), length)).T


def rolls_one(function: Callable) -> Callable:
    """The statistic of one series over rolling windows, all windows at once."""

    def rolling(returns, window: int, out: np.ndarray | None = None, **kwargs: Any):
        given = out
        out = function(_windows(returns, window), out=out, **kwargs) if len(returns) else np.empty(0)
        if given is None and isinstance(returns, pd.Series):
            return pd.Series(out, index=returns.index[len(returns) - len(out) :])
        return out

    return _named(rolling, function)


def rolls_two(function: Callable) -> Callable:
    """The statistic of a series and a factor over rolling windows, all windows at once."""

    def rolling(returns, factor_returns, window: int, out: np.ndarray | None = None, **kwargs: Any):
        given = out
        if window >= 1 and len(returns) and len(factor_returns):
            pair = _windows(returns, window), _windows(factor_returns, window)
            out = function(*pair, out=out, **kwargs)
        elif given is None:
            out = np.empty(0)
        else:
            out[()] = np.nan
        if given is None and isinstance(returns, pd.Series):
            labels = returns.index[len(returns) - len(out) :]
            return (pd.Series if out.ndim == 1 else pd.DataFrame)(out, index=labels)
        return out

    return _named(rolling, function)


def _named(rolling: Callable, function: Callable) -> Callable:
    rolling.__name__ = f"roll_{function.__name__}"
    rolling.__doc__ = f"`{function.__name__}` over each window of `window` observations."
    return rolling


def aligned(*series):
    """The series on the union of their dates; arrays of equal length as they are."""
    head, *tail = series
    if isinstance(head, np.ndarray) and all(
        isinstance(s, np.ndarray) and len(s) == len(head) for s in tail
    ):
        return series
    table = pd.concat([_pandas(s) for s in series], axis=1)
    return tuple(column for _, column in table.items())


def _pandas(values):
    if isinstance(values, (pd.Series, pd.DataFrame)):
        return values
    if values.ndim > 2:
        raise ValueError("cannot convert array of dim > 2 to a pandas structure")
    return (pd.Series if values.ndim == 1 else pd.DataFrame)(values)


def less(returns, adjustment):
    """The returns less a rate or another series; for a plain zero the returns themselves."""
    if isinstance(adjustment, (float, int)) and adjustment == 0:
        return returns
    return returns - adjustment
