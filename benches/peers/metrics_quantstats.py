"""Every metric of quantstats' full report."""

from common import line, read_returns, seconds

import quantstats

run, benchmark = read_returns()


def report():
    return quantstats.reports.metrics(run, benchmark=benchmark, mode="full", display=False)


table = report()
taken = seconds(report, repeats=3, warm_up=0)
line(
    cpu_s=taken,
    metrics=len(table),
    sharpe=quantstats.stats.sharpe(run),
    drawdown_max=-quantstats.stats.max_drawdown(run),
)
