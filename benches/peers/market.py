"""Writes what both sides read: prices.csv, returns.csv, and reference.json with the figures that must come out.

    market.py FOLDER [PRICES]

PRICES is a table of the same shape to use instead of made-up prices. Without it: 20 series over 5,040 weekdays, a market
of three regimes with sectors, bonds and others that hang on it; the same numbers on every machine.
"""

import gzip
import json
import sys
from pathlib import Path

import numpy as np
from common import STOCK, YEAR, decisions, sharpe
from w1_numpy import equity

SERIES = (
    "SPY", "XLB", "XLE", "XLF", "XLI", "XLK", "XLP", "XLU", "XLV", "XLY", "IYR", "SHY", "TLT", "AGG", "TIP",
    "GLD", "EEM", "EFA", "DBC", "QQQ",
)  # fmt: skip
DAYS = 5040
SEED = 7

# Yearly drift and volatility of the market in calm, dull and falling times, and how long each lasts, in days.
REGIMES = ((0.18, 0.11, 160), (0.05, 0.16, 90), (-0.40, 0.33, 45))

# Sensitivity to the market, to the level of yields, and own yearly volatility, series by series.
SHAPES = (
    (1.00, 0.0, 0.00), (1.05, 0.0, 0.12), (1.00, 0.0, 0.18), (1.20, 0.0, 0.14), (1.05, 0.0, 0.08), (1.15, 0.0, 0.12),
    (0.60, 0.1, 0.08), (0.55, 0.3, 0.11), (0.75, 0.0, 0.10), (1.05, 0.0, 0.09), (0.95, 0.3, 0.15), (0.00, 0.1, 0.01),
    (-0.20, 2.0, 0.04), (-0.02, 0.8, 0.02), (0.00, 1.0, 0.03), (0.05, 0.4, 0.16), (1.15, 0.0, 0.14), (0.95, 0.0, 0.08),
    (0.35, 0.0, 0.15), (1.15, 0.0, 0.08),
)  # fmt: skip
YIELD_VOLATILITY = 0.06


def made_up() -> tuple[np.ndarray, np.ndarray]:
    """Dates and prices of the generator."""
    random = np.random.Generator(np.random.PCG64(SEED))
    dates = np.busday_offset("2004-01-02", np.arange(DAYS), roll="forward")
    regime, market = 0, np.empty(DAYS)
    for t in range(DAYS):
        drift, volatility, lasting = REGIMES[regime]
        market[t] = drift / YEAR + volatility / YEAR**0.5 * random.standard_normal()
        if random.random() < 1.0 / lasting:
            regime = int(random.integers(len(REGIMES)))
    yields = YIELD_VOLATILITY / YEAR**0.5 * random.standard_normal(DAYS)
    own = random.standard_normal((DAYS, len(SERIES)))
    beta, duration, volatility = (np.array(column) for column in zip(*SHAPES))
    moves = np.outer(market, beta) + np.outer(yields, duration) + own * volatility / YEAR**0.5
    return dates, 100.0 * np.exp(np.cumsum(moves + 0.01 / YEAR, axis=0))


def given(path: Path) -> tuple[np.ndarray, np.ndarray]:
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt") as file:
        header, *lines = file.read().splitlines()
    if tuple(header.split(",")[1:]) != SERIES:
        sys.exit(f"{path} has other series than {', '.join(SERIES)}")
    dates = np.array([line[:10] for line in lines], dtype="datetime64[D]")
    return dates, np.array([line.split(",")[1:] for line in lines], dtype=float)


def main() -> None:
    folder = Path(sys.argv[1])
    dates, closes = given(Path(sys.argv[2])) if len(sys.argv) > 2 else made_up()
    with open(folder / "prices.csv", "w") as file:
        file.write(f"date,{','.join(SERIES)}\n")
        for date, row in zip(dates, closes):
            file.write(f"{date},{','.join(map(repr, row.tolist()))}\n")
    rows = decisions(dates)
    value = equity(closes, rows)
    stock = np.concatenate([[0.0], closes[1:, STOCK] / closes[:-1, STOCK] - 1.0])
    run = np.concatenate([[0.0], value[1:] / value[:-1] - 1.0])
    # While the account waits for its first decision it would be flat: metrics of nothing. Half the stock fund instead.
    run[: rows[0] + 2] = 0.5 * stock[: rows[0] + 2]
    with open(folder / "returns.csv", "w") as file:
        file.write("date,run,benchmark\n")
        for date, own, other in zip(dates, run.tolist(), stock.tolist()):
            file.write(f"{date},{own!r},{other!r}\n")
    returns = value[1:] / value[:-1] - 1.0
    reference = {"final": float(value[-1]), "sharpe": sharpe(returns), "rebalances": len(rows)}
    (folder / "reference.json").write_text(json.dumps(reference))
    print(json.dumps(reference))


if __name__ == "__main__":
    main()
