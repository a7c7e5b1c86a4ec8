"""The statistics of `empyrical`, by the same names and with the same conventions.

    from trimtab import empyrical
    empyrical.sharpe_ratio(returns)

Code that imports `empyrical` itself gets this module after `trimtab.empyrical.install()`. It passes the test suite of
empyrical-reloaded 0.5.12, unmodified. Its conventions are not ours: what differs stands in the manual's page on
metrics, and `Result.metrics` holds ours.

Missing values count as no observation. What cannot be computed is NaN.
"""

from __future__ import annotations

import sys

from . import perf_attrib as _perf_attrib
from . import periods, stats, utils
from .perf_attrib import compute_exposures, perf_attrib
from .periods import DAILY, MONTHLY, QUARTERLY, WEEKLY, YEARLY
from .stats import *  # noqa: F403
from .stats import __all__ as _statistics

__all__ = [
    *_statistics,
    "DAILY",
    "MONTHLY",
    "QUARTERLY",
    "WEEKLY",
    "YEARLY",
    "compute_exposures",
    "install",
    "perf_attrib",
    "periods",
    "stats",
    "utils",
]


def install() -> None:
    """Lets `import empyrical` mean this module, for code that cannot be changed. Call it before that import."""
    own = {"": sys.modules[__name__], ".stats": stats, ".utils": utils, ".periods": periods}
    own[".perf_attrib"] = _perf_attrib
    for name, module in own.items():
        sys.modules[f"empyrical{name}"] = module
