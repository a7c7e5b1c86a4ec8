"""Checks the built history, prints what it measured, and ends with status 1 if a bound is broken.

    python3 scripts/history/check.py history [SHARED]

SHARED is an optional directory of comparison data (default: ../shared beside the repository). None of it
enters the history; without it only the checks of the files themselves run. Standard library only.
"""

import csv
import gzip
import hashlib
import io
import math
import sys
import tomllib
from datetime import date
from pathlib import Path

import bonds
from sessions import month_ends, sessions

Series = dict[date, float]
FAILURES: list[str] = []


def main(history: Path, shared: Path) -> None:
    """All checks."""
    monthly, daily = load(history / "monthly.csv.gz"), load(history / "daily.csv.gz")
    check_files(history)
    check_calendar(monthly, daily)
    check_years(monthly)
    check_daily_against_monthly(monthly, daily)
    check_averaging(load(history / "curve.csv.gz"), history)
    if not (shared / "data").is_dir():
        print(f"\nskipped: {shared}/data is absent")
    else:
        check_funds(load(history / "curve.csv.gz"), monthly, daily, shared / "data")
        check_market(monthly, daily, shared / "data")
        check_macro(history, shared / "data")
        check_figures(history, daily, shared / "data")
    print(f"\n{len(FAILURES)} bounds broken" + "".join(f"\n  {failure}" for failure in FAILURES))
    sys.exit(1 if FAILURES else 0)


def check_files(history: Path) -> None:
    """Checksums, spans and counts of PROVENANCE.toml hold."""
    heading("Files")
    book = tomllib.loads((history / "PROVENANCE.toml").read_text(encoding="utf-8"))
    size = 0
    for name, entry in book["file"].items():
        packed = (history / name).read_bytes()
        size += len(packed)
        require(hashlib.sha256(packed).hexdigest() == entry["sha256"], f"{name}: sha256")
        require(hashlib.sha256(gzip.decompress(packed)).hexdigest() == entry["sha256_csv"], f"{name}: sha256_csv")
        columns = facts(history / name) if name.startswith("macro") else load(history / name)
        require(set(columns) == set(entry["column"]), f"{name}: every column has its entry")
        for column, told in entry["column"].items():
            days = sorted(columns[column])
            seen = (days[0].isoformat(), days[-1].isoformat(), len(days))
            require(seen == (told["from"], told["to"], told["figures"]), f"{name} {column}: span {seen}")
        print(f"{name:16} {entry['rows']:6} rows {len(packed):8} bytes, {len(columns)} columns")
    print(f"{'all':16} {size:20} bytes")
    require(size < 1_000_000, "less than one megabyte")


def check_calendar(monthly: dict[str, Series], daily: dict[str, Series]) -> None:
    """Dates are the exchange's; levels are positive; holes lie where the book says."""
    heading("Calendar")
    require(sorted(monthly["US"]) == month_ends(date(1953, 4, 1), date(2017, 3, 31)), "monthly dates")
    days = sorted(daily["SPX"])
    require(days == sessions(days[0], days[-1]), "daily dates")
    for name, series in [*monthly.items(), *daily.items()]:
        require(all(level > 0 for level in series.values()), f"{name}: levels above zero")
    for name, series in daily.items():
        first, last = min(series), max(series)
        inside = [day for day in days if first <= day <= last and day not in series]
        print(f"daily {name:7} {first} to {last}, holes {len(inside)}")
        require(not inside or name == "WTI", f"daily {name}: no holes")


def check_years(monthly: dict[str, Series]) -> None:
    """Years that everybody remembers, and bounds wide enough for averaged yields."""
    heading("Years, percent (monthly file)")
    columns = ("US", "T2", "T5", "T10", "T20", "BILLS")
    print("year " + "".join(f"{name:>8}" for name in columns))
    for year in (1954, 1969, 1973, 1974, 1981, 1982, 1987, 1994, 1995, 1999, 2000, 2002, 2008, 2009, 2013, 2016):
        values = [year_return(monthly[name], year) for name in columns]
        print(f"{year} " + "".join(f"{100 * value:8.2f}" for value in values))
    first, last = date(1953, 4, 30), date(2017, 3, 31)
    print("CAGR " + "".join(f"{100 * cagr(monthly[name], first, last):8.2f}" for name in columns))
    # (asset, year, low, high): published full-year returns with room for method and averaging.
    for name, year, low, high in [
        ("US", 1974, -0.29, -0.26), ("US", 2008, -0.38, -0.35), ("T10", 1982, 0.27, 0.42),
        ("T10", 1994, -0.09, -0.06), ("T10", 2008, 0.18, 0.23), ("T20", 2008, 0.20, 0.36),
    ]:  # fmt: skip
        require(low < year_return(monthly[name], year) < high, f"{name} in {year} between {low} and {high}")


def check_daily_against_monthly(monthly: dict[str, Series], daily: dict[str, Series]) -> None:
    """Two ways to the same month ends."""
    heading("Daily file at month ends against monthly file, 1990-01-31 to 2017-02-28")
    first, last = date(1990, 1, 31), date(2017, 2, 28)
    for name in ("US", "T2", "T5", "T10", "T20", "BILLS"):
        a, b = paired(sample(daily[name], monthly[name]), monthly[name], first, last)
        gap = cagr(daily[name], first, last) - cagr(monthly[name], first, last)
        print(f"{name:6} corr {correlation(a, b):.5f}  CAGR daily minus monthly {100 * gap:+.3f} %/yr")
        require(abs(gap) < 0.005, f"{name}: daily and monthly within 0.5 %/yr")
        require(correlation(a, b) > (0.98 if name == "US" else 0.99), f"{name}: daily and monthly move together")
    drift = [daily["US"][day] / monthly["US"][day] for day in daily["US"] if day in monthly["US"]]
    low, high = min(drift) / drift[0] - 1, max(drift) / drift[0] - 1
    print(f"US     level of the daily estimate strays by {100 * low:+.2f} % to {100 * high:+.2f} %")
    require(low > -0.08 and high < 0.06, "US: the daily estimate stays near the market")


def check_averaging(curve: dict[str, Series], history: Path) -> None:
    """What averaged yields do to a ten-year bond, where both kinds of yields exist."""
    heading("Ten-year bond from month-end yields and from monthly averages, 1990-02 to 2017-02")
    curves, averages = curves_of(curve), averages_of(facts(history / "macro.csv.gz"))
    ends = month_ends(date(1990, 1, 1), date(2017, 2, 28))
    point = [at_or_before(curves, day) for day in ends]
    mean = [averages[day.year, day.month] for day in ends]
    for name, chain in (("month end", point), ("average", mean)):
        r = [bonds.step_return(a, b, 10, 1 / 12) for a, b in zip(chain, chain[1:], strict=False)]
        vol, auto = deviation(r) * math.sqrt(12), correlation(r[1:], r[:-1])
        grown = math.prod(1 + step for step in r) ** (12 / len(r)) - 1
        print(f"{name:10} volatility {100 * vol:.2f} %/yr, autocorrelation {auto:+.3f}, CAGR {100 * grown:.2f} %")


def check_funds(curve: dict[str, Series], monthly: dict[str, Series], daily: dict[str, Series], data: Path) -> None:
    """The bond method against funds of Treasuries, at the maturity each fund holds."""
    heading("Bond method against funds, month ends")
    funds = load(data / "etf_adjclose_yahoo_1993_2018.csv.gz")
    curves = curves_of(curve)
    last = date(2017, 2, 28)
    for fund, maturity, first, low in [
        ("SHY", 1.9, date(2002, 8, 30), 0.97), ("IEI", 4.5, date(2007, 1, 31), 0.985),
        ("IEF", 8.5, date(2003, 12, 31), 0.98), ("TLT", 25, date(2006, 2, 28), 0.985),
    ]:  # fmt: skip
        ends = month_ends(first, last)
        chain = [at_or_before(curves, day) for day in ends]
        ours = [bonds.step_return(a, b, maturity, 1 / 12) for a, b in zip(chain, chain[1:], strict=False)]
        theirs = [funds[fund][b] / funds[fund][a] - 1 for a, b in zip(ends, ends[1:], strict=False)]
        corr = correlation(ours, theirs)
        gap = math.prod(map(one_plus, ours)) ** (12 / len(ours)) - math.prod(map(one_plus, theirs)) ** (12 / len(ours))
        ratio = deviation(ours) / deviation(theirs)
        print(f"{fund} n = {maturity:4} from {first}: corr {corr:.4f}, CAGR {100 * gap:+.2f} %/yr, vol x {ratio:.2f}")
        require(corr > low, f"{fund}: correlation above {low}")
        require(abs(gap) < 0.005, f"{fund}: CAGR within 0.5 %/yr")
    for fund, name in (("SHY", "T2"), ("IEI", "T5"), ("IEF", "T10"), ("TLT", "T20")):
        first = max(date(2004, 1, 2), min(funds[fund]))
        a, b = paired(daily[name], funds[fund], first, last)
        c, d = paired(monthly[name], funds[fund], first, last)
        print(f"{name:4} against {fund}: corr daily {correlation(a, b):.4f}, monthly {correlation(c, d):.4f}")
        require(correlation(c, d) > 0.95, f"{name} against {fund}: monthly correlation")


def check_market(monthly: dict[str, Series], daily: dict[str, Series], data: Path) -> None:
    """US against the Wilshire 5000 with dividends, and funds of the market."""
    heading("US market")
    wilshire = load(data / "macro/WILL5000IND.csv.gz")["VALUE"]
    funds = load(data / "etf_adjclose_yahoo_1993_2018.csv.gz")
    first, last = date(1990, 1, 31), date(2017, 2, 28)
    for label, ours, other in [
        ("monthly, Wilshire 5000", monthly["US"], wilshire), ("daily, Wilshire 5000", daily["US"], wilshire),
        ("daily, SPY", daily["US"], funds["SPY"]), ("daily, VTI", daily["US"], funds["VTI"]),
        ("SPX, SPY", daily["SPX"], funds["SPY"]),
    ]:  # fmt: skip
        start = max(first, min(other))
        a, b = paired(ours, other, start, last)
        both = sorted(day for day in ours if day in other and start <= day <= last)
        gap = cagr(ours, both[0], both[-1]) - cagr(other, both[0], both[-1])
        print(f"{label:24} from {both[0]}: corr {correlation(a, b):.4f}, CAGR {100 * gap:+.2f} %/yr")
        require(correlation(a, b) > 0.97, f"{label}: correlation")
        require(abs(gap) < 0.005 or label.startswith("SPX"), f"{label}: CAGR within 0.5 %/yr")


def check_macro(history: Path, data: Path) -> None:
    """Some facts against another collection's later vintage."""
    heading("Macro against later vintages (1990 on; index series by yearly growth)")
    ours = facts(history / "macro.csv.gz")
    for name, file, yearly in [
        ("CPIAUCSL", "CPIAUCSL", 12), ("UNRATE", "UNRATE", 0), ("FEDFUNDS", "FEDFUNDS", 0),
        ("GDP", "GDP", 4), ("GDPC1", "GDPC1", 4),
    ]:  # fmt: skip
        path = data / "macro" / f"{file}.csv"
        rows = list(csv.reader(path.open()))[1:]
        by_month = {date.fromisoformat(day): float(value) for day, value in rows if value not in ("", ".")}
        quarter = name.startswith("GDP")
        mine = {date(d.year, d.month - 2 if quarter else d.month, 1): v for d, v in ours[name].items()}
        days = sorted(day for day in mine if day in by_month and day.year >= 1990)
        if yearly:
            back = lambda s, day: s[day] / s[day.replace(year=day.year - 1)] - 1  # noqa: E731
            worst = max(100 * abs(back(mine, day) - back(by_month, day)) for day in days if day.year > 1990)
        else:
            worst = max(abs(mine[day] - by_month[day]) for day in days)
        print(f"{name:9} {len(days)} periods, largest difference {worst:.3f} percentage points")
        require(worst < 1.5, f"{name}: agrees with a later vintage")


def check_figures(history: Path, daily: dict[str, Series], data: Path) -> None:
    """Public-domain figures, cell by cell."""
    heading("Curve and oil, cell by cell")
    theirs = load(data / "macro/treasury_curve_daily.csv.gz")
    names = {"1M": "DGS1MO", "3M": "DGS3MO", "6M": "DGS6MO"}
    names |= {f"{years}Y": f"DGS{years}" for years in (1, 2, 3, 5, 7, 10, 20, 30)}
    for name, series in load(history / "curve.csv.gz").items():
        other = {day: v for day, v in theirs[names[name]].items() if day <= date(2017, 3, 29)}
        # The comparison also has 30-year figures of 2005, a year in which none was quoted at the time.
        wanted = series.keys() if name == "30Y" else other.keys()
        require(series.keys() == wanted and wanted <= other.keys(), f"curve {name}: same days")
        require(all(abs(series[day] - other[day]) < 1e-9 for day in series), f"curve {name}: same figures")
    oil = {
        date.fromisoformat(day): float(value)
        for day, value in list(csv.reader((data / "macro/DCOILWTICO.csv").open()))[1:] if value not in ("", ".")
    }  # fmt: skip
    require(all(abs(daily["WTI"][day] - oil[day]) < 1e-9 for day in daily["WTI"]), "WTI: same figures")
    print("curve: 11 tenors; WTI: all sessions")


def load(path: Path) -> dict[str, Series]:
    """Columns of a compressed table whose first column is the date."""
    rows = csv.reader(io.StringIO(gzip.decompress(path.read_bytes()).decode()))
    names = next(rows)[1:]
    columns: dict[str, Series] = {name: {} for name in names}
    for row in rows:
        for name, text in zip(names, row[1:], strict=True):
            if text not in ("", "."):
                columns[name][date.fromisoformat(row[0])] = float(text)
    return columns


def facts(path: Path) -> dict[str, Series]:
    """Series of macro.csv.gz by the day they are about; every fact is known after what it is about."""
    series: dict[str, Series] = {}
    for row in csv.DictReader(io.StringIO(gzip.decompress(path.read_bytes()).decode())):
        require(row["known"] > row["about"], f"{row['series']} {row['about']}: known after it happened")
        series.setdefault(row["series"], {})[date.fromisoformat(row["about"])] = float(row["value"])
    return series


def curves_of(columns: dict[str, Series]) -> dict[date, bonds.Curve]:
    """{day: {maturity: yield}} from the columns of curve.csv.gz, tenors of a year and more."""
    curves: dict[date, bonds.Curve] = {}
    for name, series in columns.items():
        if name.endswith("Y"):
            for day, percent in series.items():
                curves.setdefault(day, {})[float(name[:-1])] = percent / 100
    return curves


def averages_of(series: dict[str, Series]) -> dict[tuple[int, int], bonds.Curve]:
    """{(year, month): {maturity: yield}} from the monthly averages."""
    curves: dict[tuple[int, int], bonds.Curve] = {}
    for years in (1, 2, 3, 5, 7, 10, 20, 30):
        for day, percent in series[f"GS{years}"].items():
            curves.setdefault((day.year, day.month), {})[float(years)] = percent / 100
    return curves


def at_or_before(curves: dict[date, bonds.Curve], day: date) -> bonds.Curve:
    """The curve of `day`, or the last before it."""
    while day not in curves:
        day = date.fromordinal(day.toordinal() - 1)
    return curves[day]


def sample(series: Series, days: Series) -> Series:
    """`series` on the days of another."""
    return {day: level for day, level in series.items() if day in days}


def paired(a: Series, b: Series, first: date, last: date) -> tuple[list[float], list[float]]:
    """Returns of both between the days they share."""
    days = sorted(day for day in a if day in b and first <= day <= last)
    steps = list(zip(days, days[1:], strict=False))
    return [a[t] / a[s] - 1 for s, t in steps], [b[t] / b[s] - 1 for s, t in steps]


def cagr(series: Series, first: date, last: date) -> float:
    """Yearly growth between two days, year of 365.25 days."""
    return (series[last] / series[first]) ** (365.25 / (last - first).days) - 1


def year_return(series: Series, year: int) -> float:
    """Return of a calendar year."""
    ends = {day.year: day for day in sorted(series)}
    return series[ends[year]] / series[ends[year - 1]] - 1


def deviation(values: list[float]) -> float:
    """Sample standard deviation."""
    mean = sum(values) / len(values)
    return math.sqrt(sum((value - mean) ** 2 for value in values) / (len(values) - 1))


def correlation(a: list[float], b: list[float]) -> float:
    """Pearson's."""
    mean_a, mean_b = sum(a) / len(a), sum(b) / len(b)
    covariance = sum((x - mean_a) * (y - mean_b) for x, y in zip(a, b, strict=True)) / (len(a) - 1)
    return covariance / deviation(a) / deviation(b)


def one_plus(value: float) -> float:
    """Growth of a return."""
    return 1 + value


def require(holds: bool, what: str) -> None:
    """Notes a bound that does not hold."""
    if not holds:
        FAILURES.append(what)


def heading(text: str) -> None:
    """A heading on the page."""
    print(f"\n== {text}")


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    beside = Path(__file__).resolve().parents[2].parent / "shared"
    main(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) == 3 else beside)
