"""quantstats' HTML tear sheet of the run that our page is about, beside the same benchmark, written to a file."""

from common import folder, line, read_returns, seconds

import matplotlib

matplotlib.use("Agg")  # no window

import quantstats  # noqa: E402

run, benchmark = read_returns("report.csv")
path = folder() / "quantstats.html"


def report():
    quantstats.reports.html(run, benchmark=benchmark, output=str(path), title="run")


taken = seconds(report, repeats=1)
line(
    cpu_s=taken,
    bytes=path.stat().st_size,
    growth=(1.0 + run).prod(),
    drawdown_max=-quantstats.stats.max_drawdown(run),
)
