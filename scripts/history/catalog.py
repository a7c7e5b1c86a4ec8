"""What the history consists of: every column and series, its unit, source, method and limits."""

from dataclasses import dataclass

from sources import CURVE, FED_VALUES, FRENCH, NASDAQ, SPX, TENORS, WTI, Source

AT_1953 = "index, 100 at 1953-04-30"
AT_1990 = "index, 100 at 1990-01-02"

INDUSTRIES = {
    "NODUR": "consumer non-durables: food, tobacco, textiles, apparel, toys",
    "DURBL": "consumer durables: cars, televisions, furniture, household appliances",
    "MANUF": "manufacturing: machinery, trucks, planes, paper, printing",
    "ENRGY": "oil, gas and coal extraction and products",
    "CHEMS": "chemicals and allied products",
    "BUSEQ": "business equipment: computers, software, electronics",
    "TELCM": "telephone and television transmission",
    "UTILS": "utilities",
    "SHOPS": "wholesale, retail and some services",
    "HLTH": "health care, medical equipment and drugs",
    "MONEY": "finance",
    "OTHER": "everything else: mines, construction, transport, hotels, entertainment",
}


@dataclass(frozen=True)
class Column:
    """One column of a table, or one series of macro.csv."""

    name: str
    what: str
    unit: str
    sources: tuple[Source, ...]
    method: str
    limits: str = ""


@dataclass(frozen=True)
class Fact:
    """One macro series: its name in fedstl, and after how many days the world knew it."""

    name: str
    what: str
    unit: str
    delay_days: int
    reason: str
    limits: str = ""


TREASURY_METHOD = (
    "Buy a par bond of {n} years at the curve's yield, sell it one {step} later at the new curve's yield for the "
    "maturity left, with accrued interest; repeat. Yields between tenors lie on straight lines; a step uses only "
    "tenors quoted at both its ends."
)
TREASURY_LIMITS = "Before costs and taxes; one hypothetical par bond, not the ladder of bonds that a fund holds."
DAYS_OFF = " On the 59 sessions without a curve (the bond market rests) the last curve stands and interest accrues."
AVERAGED = (
    " To December 1989 the yields are averages over the month (H.15), from January 1990 those of the month's last "
    "curve; averaged yields understate volatility and overstate persistence, and the return of 1990-01 spans from "
    "the average of December to the end of January. The last step ends with the curve of 2017-03-29, two sessions "
    "before the end of the month."
)
GAPS = {
    2: " Before June 1976 no 2-year yield was quoted: it lies on the line from 1 to 3 years.",
    20: " From 1987 to September 1993 no 20-year yield was quoted: it lies on the line from 10 to 30 years.",
}


def monthly() -> list[Column]:
    """Columns of monthly.csv.gz."""
    columns = [
        Column(
            "US", "US stock market, total return", AT_1953, (FRENCH,),
            "Compounded MktRF + RF: all US firms of CRSP on NYSE, AMEX and NASDAQ, weighted by value, with dividends.",
            "Returns are published with 0.01 %; before costs and taxes; the firm list of one vintage.",
        )
    ]  # fmt: skip
    for name, what in INDUSTRIES.items():
        columns.append(
            Column(
                name, f"US industry portfolio, total return: {what}", AT_1953, (FRENCH,),
                "Compounded returns of the library's 12 industry portfolios, weighted by value, with dividends.",
                "Returns are published with 0.01 %; before costs and taxes.",
            )
        )  # fmt: skip
    for years in (2, 5, 10, 20):
        columns.append(
            Column(
                f"T{years}", f"US Treasury of constant {years}-year maturity, total return", AT_1953,
                (FED_VALUES, CURVE), TREASURY_METHOD.format(n=years, step="month (1/12 year)"),
                TREASURY_LIMITS + AVERAGED + GAPS.get(years, ""),
            )
        )  # fmt: skip
    columns.append(
        Column(
            "BILLS", "one-month Treasury bills, total return: the risk-free asset", AT_1953, (FRENCH,),
            "Compounded RF of the library (one-month bill).",
            "Returns are published with 0.01 % a month, so from 2009 on many months read 0.",
        )
    )  # fmt: skip
    columns.append(
        Column(
            "WTI", "crude oil, West Texas Intermediate at Cushing, spot price", "US dollars a barrel", (WTI,),
            "The last price published in the month.",
            "Not investable and no total return: no storage, no roll of futures. Begins 1986-01; earlier posted prices "
            "are not by a government agency and are left out.",
        )
    )  # fmt: skip
    return columns


def factors() -> list[Column]:
    """Columns of factors.csv.gz: long-short returns, not assets."""
    method = "As in the library, rounded to its 0.01 %."
    unit = "monthly return, fraction"
    return [
        Column("MKT_RF", "US stock market minus one-month bill", unit, (FRENCH,), method),
        Column("SMB", "small minus big firms", unit, (FRENCH,), method),
        Column("HML", "high minus low book-to-market: value minus growth", unit, (FRENCH,), method),
        Column("MOM", "winners minus losers of months t-12 to t-2", unit, (FRENCH,), method),
        Column("RF", "one-month Treasury bill", unit, (FRENCH,), method),
    ]


def daily() -> list[Column]:
    """Columns of daily.csv.gz."""
    columns = [
        Column(
            "US", "US stock market, total return: an estimate", "index, 100 at 1990-01-31",
            (FRENCH, SPX),
            "Day by day the price return of the S&P 500 plus a drift: the mean monthly log difference between the "
            "market's total return (monthly.csv.gz, US) and that price return over the last 12 months that are over "
            "(fewer in the first year), in equal parts over the month's sessions. Nothing in it looks ahead.",
            "An estimate, since no package carries a daily total-return index of the market: the path is that of 500 "
            "large firms; the gap to smaller ones is made good within a year, so its level strays from the monthly "
            "file's (-7.3 % to +5.0 %) and comes back. For exact month ends use monthly.csv.gz.",
        ),
        Column(
            "SPX", "S&P 500, price index: NOT a total return", "index points", (SPX,), "Closing level as packaged.",
            "Without dividends (1.5 to 3.5 % a year in this span).",
        ),
        Column(
            "NASDAQ", "NASDAQ Composite, price index: NOT a total return", "index points", (NASDAQ,),
            "Closing level as packaged.", "Without dividends; begins 1999-01-04.",
        ),
    ]  # fmt: skip
    for years in (2, 5, 10, 20):
        columns.append(
            Column(
                f"T{years}", f"US Treasury of constant {years}-year maturity, total return", AT_1990, (CURVE,),
                TREASURY_METHOD.format(n=years, step="session (its calendar days / 365.25)"),
                TREASURY_LIMITS + DAYS_OFF + (GAPS[20] if years == 20 else ""),
            )
        )  # fmt: skip
    columns.append(
        Column(
            "BILLS", "three-month Treasury bills held at their yield, total return: the risk-free asset", AT_1990,
            (CURVE,),
            "Simple interest on the three-month yield of the session before, by calendar days, year of 365.",
            "No price changes; three-month bills yield a little more than the one-month bills of monthly.csv.gz.",
        )
    )  # fmt: skip
    columns.append(
        Column(
            "WTI", "crude oil, West Texas Intermediate at Cushing, spot price", "US dollars a barrel", (WTI,),
            "The price published for the session.",
            "Not investable and no total return. Empty where none was published.",
        )
    )  # fmt: skip
    return columns


def curve() -> list[Column]:
    """Columns of curve.csv.gz."""
    names = [tenor.replace("month", "M").replace("year", "Y") for tenor in TENORS]
    limits = {
        "1M": "Quoted from 2001-07-31.",
        "20Y": "Quoted from 1993-10-01.",
        "30Y": "Not quoted from 2002-02-19 to 2006-02-08.",
    }
    return [
        Column(
            name, f"US Treasury par yield, constant maturity {name}", "percent a year, bond-equivalent", (CURVE,),
            "As published; days are those of the bond market.", limits.get(name, ""),
        )
        for name in names
    ]  # fmt: skip


AVERAGE_KNOWN = "H.15 gives a month's average on the first business day after it; 4 days cover a weekend with a holiday"
JOBS_KNOWN = "Employment Situation: as a rule the first Friday, at the latest the 10th; 2013-10 came 12 days later"
CPI_KNOWN = "CPI release: about the 12th today, the 20th to 25th in the first decades; the later one is taken"
INCOME_KNOWN = "Personal Income and Outlays: last days of the following month, at times the first of the next"
GDP_KNOWN = "advance estimate, about 30 days after the quarter; closures of the government delayed a few"
OIL_KNOWN = "daily prices appear within a week"
DOLLAR_KNOWN = "G.5 release on the first business day of the following month"
INDUSTRY_KNOWN = "G.17 release: 15th to 18th of the following month"
HOUSING_KNOWN = "New Residential Construction: 16th to 20th of the following month"
MONEY_KNOWN = "H.6 release: within two weeks for most of the span, the fourth Tuesday today"
PPI_KNOWN = "PPI release: about the 14th today, later in the first decades"
PERCENT = "percent a year"
DISCOUNT = "percent a year, bank discount"
CPI_BASE = "index, 1982-1984 = 100"


def facts() -> list[Fact]:
    """Series of macro.csv.gz taken from fedstl, by their names there in capitals."""
    average = "Average over the month."
    yields = [
        Fact(
            f"GS{tenor}", f"Treasury par yield, constant maturity {tenor}", f"{PERCENT}, bond-equivalent", 4,
            AVERAGE_KNOWN, average + extra,
        )
        for tenor, extra in {
            "3M": "", "6M": "", "1": "", "2": "", "3": "", "5": "", "7": "", "10": "",
            "20": " Not quoted from 1987-01 to 1993-09.",
            "30": " The Treasury quoted none from 2002-03 to 2006-01; the package's figures there are left out.",
        }.items()
    ]  # fmt: skip
    return yields + [
        Fact("TB3MS", "13-week Treasury bill, secondary market", DISCOUNT, 4, AVERAGE_KNOWN, average),
        Fact("TB6MS", "26-week Treasury bill, secondary market", DISCOUNT, 4, AVERAGE_KNOWN, average),
        Fact("FEDFUNDS", "effective federal funds rate", PERCENT, 4, AVERAGE_KNOWN, average),
        Fact("CPIAUCSL", "consumer prices, all items, seasonally adjusted", CPI_BASE, 25, CPI_KNOWN),
        Fact("CPIAUCNS", "consumer prices, all items, not adjusted", CPI_BASE, 25, CPI_KNOWN, "Hardly ever revised."),
        Fact("CPILFESL", "consumer prices less food and energy, seasonally adjusted", CPI_BASE, 25, CPI_KNOWN),
        Fact("PPIACO", "producer prices, all commodities, not adjusted", "index, 1982 = 100", 25, PPI_KNOWN),
        Fact("PCEPI", "prices of personal consumption", "index, 2012 = 100", 35, INCOME_KNOWN),
        Fact("PCEPILFE", "prices of consumption less food and energy", "index, 2012 = 100", 35, INCOME_KNOWN),
        Fact("UNRATE", "unemployment rate, seasonally adjusted", "percent", 10, JOBS_KNOWN),
        Fact("EMRATIO", "employed share of the population", "percent", 10, JOBS_KNOWN),
        Fact("PAYEMS", "employees, total nonfarm", "thousands", 10, JOBS_KNOWN),
        Fact("AWHMAN", "weekly hours in manufacturing", "hours", 10, JOBS_KNOWN),
        Fact("INDPRO", "industrial production", "index, 2017 = 100", 18, INDUSTRY_KNOWN),
        Fact("HOUST", "housing starts, yearly rate", "thousands", 20, HOUSING_KNOWN),
        Fact("DSPIC96", "real disposable income, yearly rate", "billions of 2012 dollars", 35, INCOME_KNOWN),
        Fact("PCE", "personal consumption, yearly rate", "billions of dollars", 35, INCOME_KNOWN),
        Fact("M2SL", "money stock M2", "billions of dollars", 28, MONEY_KNOWN),
        Fact("GDP", "gross domestic product, yearly rate", "billions of dollars", 31, GDP_KNOWN),
        Fact("GDPC1", "real gross domestic product, yearly rate", "billions of 2012 dollars", 31, GDP_KNOWN),
        Fact("MCOILWTICO", "crude oil, West Texas Intermediate", "US dollars a barrel", 7, OIL_KNOWN, average),
        Fact("TWEXMMTH", "US dollar, major currencies", "index, March 1973 = 100", 4, DOLLAR_KNOWN, average),
    ]


BILL_YIELD = Fact(
    "BILL3M", "13-week Treasury bill, secondary market, bond-equivalent yield", PERCENT, 4, AVERAGE_KNOWN,
    "Computed from TB3MS: y = 365 d / (360 - 91 d). Average over the month.",
)  # fmt: skip
