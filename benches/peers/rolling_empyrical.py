"""The rolling table with empyrical; it has no rolling return, so one column of seven is missing."""

import empyrical
import numpy as np
from common import line, read_returns, seconds

run, benchmark = read_returns()
WINDOWS = (21, 63, 126, 252)


def table():
    return {
        window: {
            "sharpe": empyrical.roll_sharpe_ratio(run, window=window),
            "sortino": empyrical.roll_sortino_ratio(run, window=window),
            "volatility": empyrical.roll_annual_volatility(run, window=window),
            "drawdown": empyrical.roll_max_drawdown(run, window=window),
            "alpha_beta": empyrical.roll_alpha_beta(run, benchmark, window=window),
        }
        for window in WINDOWS
    }


year = table()[252]
line(
    cpu_s=seconds(table, repeats=3, warm_up=0),
    sharpe=year["sharpe"].iloc[-1],
    drawdown_max=-year["drawdown"].iloc[-1],
    beta=np.asarray(year["alpha_beta"])[-1][1],
)
