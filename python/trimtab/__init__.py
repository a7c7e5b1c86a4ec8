"""Dynamic asset allocation: market facts in, target weights and honest backtests out.

    import trimtab as tt

    data = tt.load("prices.csv")                     # or tt.embedded(), tt.Data(frame)
    run = tt.backtest("sector-breadth-monthly", data)
    run.equity, run.weights, run.trades, run.metrics()

Strategies come from the library, a file, a dict or objects (`tt.allocators`, `tt.signals` …); rules of your own are Python
functions (`@tt.allocator`, `@tt.signal`, `@tt.gauge`) that see the past and nothing else. The work is done in compiled code
without the interpreter's lock; pandas is imported when a table is asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ._data import Data, embedded, load
from ._errors import (
    DataError,
    FileError,
    InfeasibleError,
    LedgerError,
    NumericError,
    SpecError,
    TrimtabError,
    UsageError,
)
from ._kinds import Node, allocators, covariances, gauges, limits, means, objectives, signals
from ._result import Result, measure
from ._rules import Rule, allocator, gauge, signal
from ._run import Audit, Decision, audit, backtest, compare, sweep, today, validate
from ._strategy import Strategy, library, strategy
from ._trimtab import Past, __version__

if TYPE_CHECKING:
    from . import distributed, empyrical, interop, optimise

__all__ = [
    "Audit",
    "Data",
    "DataError",
    "Decision",
    "FileError",
    "InfeasibleError",
    "LedgerError",
    "Node",
    "NumericError",
    "Past",
    "Result",
    "Rule",
    "SpecError",
    "Strategy",
    "TrimtabError",
    "UsageError",
    "__version__",
    "allocator",
    "allocators",
    "audit",
    "backtest",
    "compare",
    "covariances",
    "distributed",
    "embedded",
    "empyrical",
    "gauge",
    "gauges",
    "interop",
    "library",
    "limits",
    "load",
    "means",
    "measure",
    "objectives",
    "optimise",
    "signal",
    "signals",
    "strategy",
    "sweep",
    "today",
    "validate",
]


def __getattr__(name: str) -> Any:
    """Parts that need more than numpy are imported when they are asked for."""
    if name in ("distributed", "empyrical", "interop", "optimise"):
        import importlib

        return importlib.import_module(f".{name}", __name__)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
