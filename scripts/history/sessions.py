"""Sessions of the New York Stock Exchange, April 1953 to 2017.

Rules of the exchange (holidays by year, observance at weekends) and the one-off closures.
Before April 1953 the exchange also traded on Saturdays and kept more holidays; the module refuses it.
"""

from datetime import date, timedelta
from functools import cache

FIRST = date(1953, 4, 1)
LAST = date(2017, 12, 31)

MONDAY, TUESDAY, THURSDAY, SATURDAY, SUNDAY = 0, 1, 3, 5, 6

# Days without trading that no rule foretells.
CLOSED_ONCE = {
    date(1954, 12, 24), date(1956, 12, 24), date(1958, 12, 26),  # extra Christmas days
    date(1961, 5, 29), date(1965, 12, 24),  # bridges to Decoration Day and Christmas
    date(1963, 11, 25),  # funeral of President Kennedy
    date(1968, 2, 12), date(1968, 11, 11),  # Lincoln's Birthday and Veterans Day, that year only
    date(1968, 4, 9),  # mourning for Martin Luther King
    date(1968, 7, 5),  # the day after Independence Day
    date(1969, 2, 10),  # snow
    date(1969, 3, 31),  # funeral of President Eisenhower
    date(1969, 7, 21),  # first men on the moon
    date(1972, 12, 28),  # funeral of President Truman
    date(1973, 1, 25),  # funeral of President Johnson
    date(1977, 7, 14),  # New York without electricity
    date(1985, 9, 27),  # hurricane Gloria
    date(1994, 4, 27),  # funeral of President Nixon
    date(2001, 9, 11), date(2001, 9, 12), date(2001, 9, 13), date(2001, 9, 14),
    date(2004, 6, 11),  # funeral of President Reagan
    date(2007, 1, 2),  # mourning for President Ford
    date(2012, 10, 29), date(2012, 10, 30),  # hurricane Sandy
}  # fmt: skip

# Fridays with trading although a holiday fell on the Saturday after.
OPEN_ANYWAY = {
    date(1953, 5, 29), date(1953, 7, 3), date(1958, 2, 21), date(1959, 5, 29), date(1970, 5, 29),
}  # fmt: skip

# Wednesdays without trading while the back offices caught up with their paper.
PAPER_CRISIS = (date(1968, 6, 12), date(1968, 12, 31))


def is_session(day: date) -> bool:
    """Whether the exchange held a session, be it a short one, on `day`."""
    if not FIRST <= day <= LAST:
        raise ValueError(f"{day}: the calendar reaches from {FIRST} to {LAST}")
    if day.weekday() >= SATURDAY or day in CLOSED_ONCE or _closed_for_paper(day):
        return False
    return day not in _holidays(day.year)


def sessions(first: date, last: date) -> list[date]:
    """All sessions from `first` to `last`, both included."""
    days = (first + timedelta(days=i) for i in range((last - first).days + 1))
    return [day for day in days if is_session(day)]


def month_ends(first: date, last: date) -> list[date]:
    """The last session of every month from that of `first` to that of `last`."""
    ends = []
    year, month = first.year, first.month
    while (year, month) <= (last.year, last.month):
        day = month_last_day(year, month)
        while not is_session(day):
            day -= timedelta(days=1)
        ends.append(day)
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
    return ends


def month_last_day(year: int, month: int) -> date:
    """The last calendar day of a month."""
    following = date(year + 1, 1, 1) if month == 12 else date(year, month + 1, 1)
    return following - timedelta(days=1)


def _closed_for_paper(day: date) -> bool:
    """Wednesdays of the paper crisis, but not in weeks with another holiday."""
    if not (PAPER_CRISIS[0] <= day <= PAPER_CRISIS[1] and day.weekday() == 2):
        return False
    week = {day + timedelta(days=i) for i in (-2, -1, 1, 2)}
    return not week & (_holidays(day.year) | CLOSED_ONCE)


@cache
def _holidays(year: int) -> frozenset[date]:
    days = {
        _good_friday(year),
        _observed(date(year, 7, 4)),
        _nth_weekday(year, 9, MONDAY, 1),  # Labor Day
        _nth_weekday(year, 11, THURSDAY, 4),  # Thanksgiving
        _observed(date(year, 12, 25)),
    }
    new_year = date(year, 1, 1)  # on a Saturday it is not moved back into the old year
    days.add(new_year + timedelta(days=1) if new_year.weekday() == SUNDAY else new_year)
    if year >= 1971:
        days.add(_nth_weekday(year, 2, MONDAY, 3))  # Washington's Birthday
        memorial = date(year, 5, 31)
        days.add(memorial - timedelta(days=memorial.weekday()))
    else:
        days.add(_observed(date(year, 2, 22)))
        days.add(_observed(date(year, 5, 30)))
    if year >= 1998:
        days.add(_nth_weekday(year, 1, MONDAY, 3))  # Martin Luther King
    if year <= 1968 or year in (1972, 1976, 1980):
        days.add(_nth_weekday(year, 11, MONDAY, 1) + timedelta(days=1))  # election
    if year == 1953:
        days |= {date(1953, 10, 12), date(1953, 11, 11)}  # Columbus, Armistice: kept for the last time
    return frozenset(days - OPEN_ANYWAY)


def _observed(day: date) -> date:
    """A holiday on a Saturday is kept on Friday, on a Sunday on Monday."""
    if day.weekday() == SATURDAY:
        return day - timedelta(days=1)
    return day + timedelta(days=1) if day.weekday() == SUNDAY else day


def _nth_weekday(year: int, month: int, weekday: int, nth: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (nth - 1))


def _good_friday(year: int) -> date:
    """Two days before Easter (Gauss's algorithm in the form of Meeus, Jones and Butcher)."""
    a, b, c = year % 19, year // 100, year % 100
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    m = (a + 11 * h) // 319
    r = (2 * e + 2 * i - k - h + m + 32) % 7
    month = (h - m + r + 90) // 25
    day = (h - m + r + month + 19) % 32
    return date(year, month, day) - timedelta(days=2)
