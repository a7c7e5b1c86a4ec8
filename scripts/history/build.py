"""Builds the embedded history from packages fetched by fetch.sh.

    python3 scripts/history/build.py PACKAGES history

Same packages, same tables, byte for byte before compression. Standard library only.
"""

import csv
import gzip
import io
import math
import sys
from datetime import date
from pathlib import Path

import bonds
import catalog
import provenance
import sources
from sessions import month_ends, month_last_day, sessions

BASE = date(1953, 4, 30)  # constant-maturity yields begin in April 1953: the first return is that of May
MACRO_FIRST = (1947, 1)  # some years before the assets, for growth rates and moving windows
LAST = date(2017, 3, 31)  # the French file ends here
DAILY_FIRST = date(1990, 1, 2)  # first daily curve
DAILY_LAST = date(2017, 3, 29)  # last daily curve
DRIFT_MONTHS = 12  # each miss is made good within a year; longer lags the size cycle, shorter adds its noise
UNSOURCED_GS30 = ((2002, 3), (2006, 1))  # see catalog: no 30-year yield was quoted

MATURITIES = (2, 5, 10, 20)

Cells = dict[str, dict[date, float]]


def main(packages: Path, into: Path) -> None:
    """Reads, computes, writes."""
    raw = Raw(packages)
    market = monthly(raw)
    tables = {
        "monthly": (catalog.monthly(), market, 8),
        "factors": (catalog.factors(), factors(raw), 8),
        "daily": (catalog.daily(), daily(raw, market["US"]), 8),
        "curve": (catalog.curve(), curve(raw), 8),
    }
    into.mkdir(parents=True, exist_ok=True)
    written = {}
    for name, (columns, cells, digits) in tables.items():
        written[name] = write(into, name, table([column.name for column in columns], cells, digits))
    rows, spans = macro(raw)
    written["macro"] = write(into, "macro", rows)
    text = provenance.render(written, tables, spans)
    (into / "PROVENANCE.toml").write_text(text, encoding="utf-8")


class Raw:
    """The figures of all packages, read once."""

    def __init__(self, packages: Path) -> None:
        self.french = sources.french(sources.read(sources.FRENCH, packages))
        self.curves = sources.curve(sources.read(sources.CURVE, packages))
        self.spx = sources.closes(sources.read(sources.SPX, packages), "SP500", iso=True)
        self.nasdaq = sources.closes(sources.read(sources.NASDAQ, packages), "Close", iso=False)
        self.wti = sources.closes(sources.read(sources.WTI, packages), "DCOILWTICO", iso=False)
        self.fed = sources.fedstl(sources.read(sources.FED_INDEX, packages), sources.read(sources.FED_VALUES, packages))


def monthly(raw: Raw) -> Cells:
    """Total-return indices at the last session of every month."""
    ends = month_ends(BASE, LAST)
    french, months = raw.french, [(day.year, day.month) for day in ends]
    risk_free = [french["RF"][month] for month in months[1:]]
    market = [french["MktRF"][month] + french["RF"][month] for month in months[1:]]
    cells = {"US": index(ends, market)}
    for industry in catalog.INDUSTRIES:
        column = next(name for name in french if name.upper() == industry)
        cells[industry] = index(ends, [french[column][month] for month in months[1:]])
    curves = monthly_curves(raw, ends)
    for years in MATURITIES:
        returns = [bonds.step_return(a, b, years, 1 / 12) for a, b in zip(curves, curves[1:], strict=False)]
        cells[f"T{years}"] = index(ends, returns)
    cells["BILLS"] = index(ends, risk_free)
    last_price = {(day.year, day.month): price for day, price in sorted(raw.wti.items())}
    cells["WTI"] = {day: last_price[day.year, day.month] for day in ends if (day.year, day.month) in last_price}
    return cells


def monthly_curves(raw: Raw, ends: list[date]) -> list[bonds.Curve]:
    """One curve a month: averages over the month before daily curves begin, then the last curve of the month."""
    last_curve = {(day.year, day.month): curve for day, curve in sorted(raw.curves.items())}
    averages = {years: raw.fed[f"gs{years}"][1] for years in (1, 2, 3, 5, 7, 10, 20, 30)}
    curves = []
    for day in ends:
        month = (day.year, day.month)
        if month in last_curve:
            curves.append(last_curve[month])
        else:
            quoted = {years: values[month] for years, values in averages.items() if month in values}
            curves.append({float(years): exact(value) / 100 for years, value in quoted.items()})
    return curves


def factors(raw: Raw) -> Cells:
    """Long-short returns of every month, dated by its last session."""
    ends = month_ends(BASE, LAST)[1:]
    names = {"MKT_RF": "MktRF", "SMB": "SMB", "HML": "HML", "MOM": "Mom", "RF": "RF"}
    return {name: {day: raw.french[column][day.year, day.month] for day in ends} for name, column in names.items()}


def daily(raw: Raw, market: dict[date, float]) -> Cells:
    """Indices and prices on every session that daily curves span."""
    days = sessions(DAILY_FIRST, DAILY_LAST)
    cells = {
        "US": daily_market(days, raw.spx, market),
        "SPX": {day: raw.spx[day] for day in days},
        "NASDAQ": {day: raw.nasdaq[day] for day in days if day in raw.nasdaq},
        "WTI": {day: raw.wti[day] for day in days if day in raw.wti},
    }
    standing, curves = raw.curves[days[0]], []
    for day in days:
        standing = raw.curves.get(day, standing)
        curves.append(standing)
    gaps = [(after - before).days for before, after in zip(days, days[1:], strict=False)]
    steps = list(zip(curves, curves[1:], gaps, strict=False))
    for years in MATURITIES:
        cells[f"T{years}"] = index(days, [bonds.step_return(a, b, years, gap / 365.25) for a, b, gap in steps])
    cells["BILLS"] = index(days, [bonds.bill_return(before[0.25], gap) for before, _, gap in steps])
    return cells


def daily_market(days: list[date], spx: dict[date, float], market: dict[date, float]) -> dict[date, float]:
    """An estimate of the market's total return by day: price path of the S&P 500 plus a drift from the past.

    What the index leaves out, dividends and smaller firms, is measured month by month once the month is over:
    miss = log growth of the market's total return - log growth of the S&P 500. The mean miss of the last
    DRIFT_MONTHS months known is paid in equal parts over the sessions of the month. Nothing looks ahead.
    """
    ends = [day for day in days if day in market]
    levels, misses, drift = {ends[0]: 100.0}, [], 0.0
    following = days[days.index(ends[0]) + 1 :]
    for before, day in zip([ends[0], *following], following, strict=False):
        if before in market:  # a month begins
            month = day.replace(day=1), month_last_day(day.year, day.month)
            known = misses[-DRIFT_MONTHS:]
            drift = sum(known) / len(known) / len(sessions(*month)) if known else 0.0
        levels[day] = levels[before] * spx[day] / spx[before] * math.exp(drift)
        if day in market:  # a month is over
            start = ends[ends.index(day) - 1]
            misses.append(math.log(market[day] / market[start]) - math.log(spx[day] / spx[start]))
    return levels


def curve(raw: Raw) -> Cells:
    """Par yields in percent, on the days they were published."""
    names = [column.name for column in catalog.curve()]
    return {
        name: {day: round(100 * quoted[years], 4) for day, quoted in raw.curves.items() if years in quoted}
        for name, years in zip(names, sources.TENORS.values(), strict=True)
    }


def macro(raw: Raw) -> tuple[list[list[str]], dict[str, tuple[str, str, int]]]:
    """Rows `series, about, known, value`, and the span of each series."""
    series = {fact: raw.fed[fact.name.lower()][1] for fact in catalog.facts()}
    discount = raw.fed["tb3ms"][1]
    series[catalog.BILL_YIELD] = {
        month: 100 * bonds.bill_yield(exact(value) / 100) for month, value in discount.items()
    }
    rows, spans = [], {}
    for fact, values in sorted(series.items(), key=lambda item: item[0].name):
        kept = {month: value for month, value in values.items() if MACRO_FIRST <= month <= (LAST.year, LAST.month)}
        if fact.name == "GS30":
            kept = {m: v for m, v in kept.items() if not UNSOURCED_GS30[0] <= m <= UNSOURCED_GS30[1]}
        days = [month_last_day(*month) for month in sorted(kept)]
        for day, month in zip(days, sorted(kept), strict=True):
            known = date.fromordinal(day.toordinal() + fact.delay_days)
            rows.append([fact.name, day.isoformat(), known.isoformat(), number(exact(kept[month]), 7)])
        spans[fact.name] = (days[0].isoformat(), days[-1].isoformat(), len(days))
    return [["series", "about", "known", "value"], *rows], spans


def exact(value: float) -> float:
    """The decimal figure that a 4-byte float stands for (it holds seven digits)."""
    return float(f"{value:.7g}")


def index(days: list[date], returns: list[float]) -> dict[date, float]:
    """Levels that start at 100 and grow by `returns`, one for each day after the first."""
    level, levels = 100.0, {days[0]: 100.0}
    for day, step in zip(days[1:], returns, strict=True):
        level *= 1 + step
        levels[day] = level
    return levels


def table(names: list[str], cells: Cells, digits: int) -> list[list[str]]:
    """Rows of text by date; a cell without a figure is empty."""
    days = sorted(set().union(*cells.values()))
    rows = [["date", *names]]
    for day in days:
        row = (cells[name].get(day) for name in names)
        rows.append([day.isoformat(), *("" if value is None else number(value, digits) for value in row)])
    return rows


def number(value: float, digits: int) -> str:
    """Plain decimal text with at most `digits` significant digits."""
    if not math.isfinite(value):
        raise ValueError(f"{value} is no figure")
    text = f"{value:.{digits}g}"
    return text if "e" not in text else f"{float(text):.{digits + 4}f}".rstrip("0").rstrip(".")


def write(into: Path, name: str, rows: list[list[str]]) -> provenance.Written:
    """Writes NAME.csv.gz without a time stamp and says what was written."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    plain = text.getvalue().encode()
    packed = io.BytesIO()
    with gzip.GzipFile(filename="", mode="wb", compresslevel=9, fileobj=packed, mtime=0) as out:
        out.write(plain)
    (into / f"{name}.csv.gz").write_bytes(packed.getvalue())
    return provenance.Written(rows, plain, packed.getvalue())


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(Path(sys.argv[1]), Path(sys.argv[2]))
