"""What is compiled. Use the package around it: this may change with any version."""

from typing import Any, Callable, final

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "Data",
    "ENGINE",
    "Past",
    "Run",
    "Strategy",
    "Sweep",
    "SweepRecorder",
    "__version__",
    "absorb",
    "arrow_columns",
    "audit",
    "backtest",
    "decide",
    "extract",
    "frontier",
    "kinds",
    "library",
    "measure",
    "record",
    "register",
    "report",
    "solve",
    "validate",
]

__version__: str
ENGINE: str

_Days = NDArray[np.int64]
_Numbers = NDArray[np.float64]
_Span = tuple[str | None, str | None, str | None]

@final
class Data:
    hash: str
    source: str
    notices: list[str]
    @staticmethod
    def load(
        paths: list[str],
        bills: str | None = None,
        series: list[str] = ...,
        repair: list[str] = ...,
        meta: str | None = None,
        symbols: list[str] | None = None,
    ) -> Data: ...
    @staticmethod
    def embedded(frequency: str) -> Data: ...
    @staticmethod
    def from_state(state: dict[str, Any]) -> Data: ...
    def state(self) -> dict[str, Any]: ...
    @property
    def days(self) -> _Days: ...
    @property
    def symbols(self) -> list[str]: ...
    @property
    def per_year(self) -> float: ...
    @property
    def series_names(self) -> list[str]: ...
    def panel(self, field: str) -> _Numbers: ...
    def series(self, name: str) -> tuple[str, bool, _Days, _Days, _Numbers]: ...

def arrow_columns(table: Any) -> list[tuple[str, Any]]: ...

@final
class Strategy:
    name: str
    text: str
    def __new__(cls, name: str, text: str, set: list[tuple[str, str]] = ...) -> Strategy: ...
    @staticmethod
    def from_json(name: str, json: str) -> Strategy: ...
    @property
    def title(self) -> str: ...
    @property
    def canonical(self) -> str: ...
    @property
    def shape(self) -> str: ...
    @property
    def ranges(self) -> list[tuple[str, float, float, float | None]]: ...
    def explain(self) -> str: ...

def library() -> list[tuple[str, str]]: ...
def register(class_: str, name: str, code: str, function: Callable[..., Any]) -> None: ...
def kinds() -> list[tuple[str, str, str, str]]: ...

@final
class Past:
    """Everything known at the close of one day, and nothing else."""

    @property
    def date(self) -> Any: ...
    @property
    def session(self) -> int: ...
    @property
    def per_year(self) -> float: ...
    @property
    def universe(self) -> list[str]: ...
    @property
    def listed(self) -> list[str]: ...
    @property
    def weights(self) -> dict[str, float]: ...
    @property
    def value(self) -> float: ...
    @property
    def peak(self) -> float: ...
    def closes(self, window: int | str, symbols: list[str] | None = None) -> _Numbers: ...
    def days(self, window: int | str) -> _Days: ...
    def level(self, symbol: str) -> float: ...
    def is_listed(self, symbol: str) -> bool: ...
    def latest(self, series: str) -> float | None: ...
    def series(self, name: str) -> tuple[_Days, _Numbers]: ...
    def recall(self) -> list[float] | None: ...
    def remember(self, values: list[float]) -> None: ...
    def because(self, why: str) -> None: ...

@final
class Run:
    id: str
    @property
    def days(self) -> _Days: ...
    @property
    def equity(self) -> _Numbers: ...
    @property
    def flows(self) -> _Numbers: ...
    @property
    def returns(self) -> _Numbers: ...
    @property
    def bills(self) -> _Numbers: ...
    @property
    def counts(self) -> tuple[int, int, float]: ...
    @property
    def ended(self) -> Exception | None: ...
    @property
    def conventions(self) -> tuple[list[str], list[str]]: ...
    @property
    def weights(self) -> _Numbers: ...
    @property
    def decisions(self) -> list[tuple[int, str, dict[str, float], list[tuple[str, str]]]]: ...
    @property
    def trades(self) -> list[tuple[int, int, str, float, float, float, float, str]]: ...
    @property
    def symbols(self) -> list[str]: ...
    def audit_books(self) -> None: ...

def backtest(
    strategy: Strategy, data: Data, span: _Span, cash: float, flows: list[tuple[str, float]], books: bool
) -> Run: ...

@final
class Sweep:
    def __new__(
        cls,
        strategy: Strategy,
        data: Data,
        ranges: list[str],
        table: tuple[list[str], list[list[str]]] | None,
        draw: tuple[str, int, int],
        span: _Span,
        cash: float,
        books: bool,
    ) -> Sweep: ...
    def __len__(self) -> int: ...
    @property
    def paths(self) -> list[str]: ...
    def sets(self, first: int, end: int) -> list[list[str]]: ...
    def run(self, first: int, end: int) -> dict[str, Any]: ...

def audit(
    strategy: Strategy,
    data: Data,
    span: tuple[str | None, str | None],
    dates: int,
    seed: int,
    cut: Callable[[str, Data], Strategy | None] | None = None,
) -> dict[str, Any]: ...
def decide(
    strategy: Strategy,
    data: Data,
    as_of: str | None,
    from_: str | None,
    capital: float,
    holdings: tuple[list[tuple[str, float]], float] | None,
    limit_bps: float,
) -> dict[str, Any]: ...
def measure(
    days: _Days,
    returns: _Numbers,
    per_year: float,
    risk_free: _Numbers | None = None,
    benchmark: _Numbers | None = None,
) -> list[tuple[str, str, str, float | None, str, str, str]]: ...
def solve(
    objective: str,
    given: Any,
    rows: list[tuple[str, str, list[float], float, float]],
    terms: tuple[float, float, list[float], list[str]],
) -> dict[str, Any]: ...
def frontier(
    given: Any,
    rows: list[tuple[str, str, list[float], float, float]],
    terms: tuple[float, float, list[float], list[str]],
    points: int,
) -> tuple[_Numbers, _Numbers, _Numbers]: ...
def report(
    run: Run, data: Data, rivals: list[tuple[str, str, Run]], thorough: bool, budget: str
) -> str: ...
def validate(
    strategy: Strategy,
    data: Data,
    benchmark: Strategy,
    span: tuple[str | None, str | None],
    trials: int,
    markets: int,
    seed: int,
    library: bool,
    ledger: str | None,
) -> tuple[str, bool]: ...

@final
class SweepRecorder:
    def __new__(
        cls, sweep: Sweep, strategy: Strategy, data: Data, seed: int, ledger: str | None
    ) -> SweepRecorder: ...
    def record(self, first: int, columns: dict[str, Any]) -> None: ...
    def finish(self, best: int | None) -> tuple[str, bool]: ...

def record(
    run: Run, strategy: Strategy, data: Data, ledger: str | None, count: bool
) -> tuple[str, bool]: ...
def extract(strategy: Strategy, data: Data, ledger: str | None, to: str) -> bool: ...
def absorb(ledger: str | None, from_: str) -> None: ...
