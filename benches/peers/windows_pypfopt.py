"""PyPortfolioOpt's hierarchical risk parity on each window."""

import pandas as pd
from pypfopt import HRPOpt
from windows import run


def solve(_problem, x):
    weights = HRPOpt(pd.DataFrame(x)).optimize()
    return [weights[j] for j in range(x.shape[1])]


run(solve)
