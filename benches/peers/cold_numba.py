"""From a cold start to the result as JSON: what a user of pandas and numba waits for, compiled code already cached."""

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import pandas as pd
from common import decisions, folder, sharpe
from w1_numba import equity

table = pd.read_csv(folder() / "prices.csv", index_col="date", parse_dates=True)
dates = table.index.to_numpy().astype("datetime64[D]")
rows = decisions(dates)
value = equity(table.to_numpy(), rows)
returns = value[1:] / value[:-1] - 1.0
print(json.dumps({"final_value": float(value[-1]), "sharpe": sharpe(returns), "rebalances": len(rows)}))
