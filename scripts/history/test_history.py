"""Light tests of the build: python3 -m unittest discover scripts/history"""

import bz2
import gzip
import math
import struct
import sys
import unittest
from datetime import date
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import bonds  # noqa: E402
import build  # noqa: E402
import sources  # noqa: E402
from sessions import is_session, month_ends, sessions  # noqa: E402

TENORS = (1.0, 2.0, 3.0, 5.0, 7.0, 10.0, 20.0, 30.0)
MONTH = 1 / 12


def flat(level: float) -> bonds.Curve:
    return dict.fromkeys(TENORS, level)


def payments(coupon: float, y: float, maturity: float, years: float) -> float:
    """Oracle: every remaining payment of a bond bought `years` ago, discounted one by one."""
    count = round(2 * maturity)
    value = sum(coupon / 2 * (1 + y / 2) ** (-2 * (k / 2 - years)) for k in range(1, count + 1))
    return value + (1 + y / 2) ** (-2 * (maturity - years))


class Bonds(unittest.TestCase):
    def test_a_flat_unchanged_curve_earns_the_yield(self):
        for y in (0.005, 0.05, 0.15):
            for maturity in (1.9, 2, 5, 10, 20, 25):
                got = bonds.step_return(flat(y), flat(y), maturity, MONTH)
                self.assertAlmostEqual(got, (1 + y / 2) ** (2 * MONTH) - 1, places=13)

    def test_twelve_months_of_carry_are_the_effective_yield(self):
        month = bonds.step_return(flat(0.10), flat(0.10), 10, MONTH)
        self.assertAlmostEqual((1 + month) ** 12 - 1, 0.1025, places=12)

    def test_a_small_shift_costs_its_duration(self):
        y, shift = 0.06, 1e-5
        for maturity in (2, 5, 10, 20):
            modified = (1 - (1 + y / 2) ** (-2 * maturity)) / y  # of a par bond
            move = bonds.step_return(flat(y), flat(y + shift), maturity, 0.0)
            self.assertAlmostEqual(move / (-modified * shift), 1, places=3)

    def test_a_large_shift_gains_from_convexity(self):
        up = bonds.step_return(flat(0.06), flat(0.08), 20, 0.0)
        down = bonds.step_return(flat(0.06), flat(0.04), 20, 0.0)
        self.assertGreater(up + down, 0)

    def test_the_closed_form_is_the_sum_of_payments(self):
        cases = ((0.08, 0.05, 10, MONTH), (0.02, 0.14, 20, 1 / 365.25), (0.03, 0.001, 2, 0.3))
        for coupon, y, maturity, years in cases:
            got = bonds.step_return(flat(coupon), flat(y), maturity, years)
            self.assertAlmostEqual(got, payments(coupon, y, maturity, years) - 1, places=13)

    def test_a_steep_curve_pays_for_rolling_down(self):
        steep = {tenor: 0.02 + 0.002 * tenor for tenor in TENORS}
        rolled = bonds.step_return(steep, steep, 10, MONTH)
        self.assertGreater(rolled, (1 + 0.04 / 2) ** (2 * MONTH) - 1)

    def test_yields_lie_on_straight_lines(self):
        curve = {10.0: 0.04, 20.0: 0.05}
        self.assertAlmostEqual(bonds.par_yield(curve, 12.5), 0.0425)
        self.assertEqual(bonds.par_yield(curve, 20), 0.05)

    def test_a_maturity_beyond_the_curve_is_refused(self):
        for maturity in (0.5, 31):
            with self.assertRaises(ValueError):
                bonds.par_yield(flat(0.05), maturity)
        with self.assertRaises(ValueError):
            bonds.par_yield({}, 5)

    def test_a_tenor_that_disappears_moves_no_price(self):
        before = {10.0: 0.04, 20.0: 0.09, 30.0: 0.04}  # an odd 20-year quote, absent one step later
        after = {10.0: 0.04, 30.0: 0.04}
        got = bonds.step_return(before, after, 20, MONTH)
        self.assertAlmostEqual(got, (1 + 0.04 / 2) ** (2 * MONTH) - 1, places=13)

    def test_a_yield_of_zero_has_a_price(self):
        got = bonds.step_return(flat(0.02), flat(0.0), 10, 0.0)
        near = bonds.step_return(flat(0.02), flat(1e-9), 10, 0.0)
        self.assertAlmostEqual(got, 0.2, places=12)
        self.assertAlmostEqual(got, near, places=6)

    def test_a_bill_bought_at_its_discount_returns_its_yield(self):
        discount = 0.08
        price = 1 - discount * 91 / 360
        self.assertAlmostEqual(bonds.bill_return(bonds.bill_yield(discount), 91), 1 / price - 1, places=13)


class Sessions(unittest.TestCase):
    def test_known_closures(self):
        for day in ("1954-05-31", "1963-11-25", "1968-06-12", "1969-03-31", "1991-03-29", "2001-09-11", "2007-01-02"):
            self.assertFalse(is_session(date.fromisoformat(day)), day)

    def test_known_sessions(self):
        for day in ("1954-12-31", "1968-07-03", "1971-12-31", "1998-12-31", "2012-10-31", "2016-03-24"):
            self.assertTrue(is_session(date.fromisoformat(day)), day)

    def test_sessions_by_year(self):
        wanted = {1968: 226, 1996: 254, 2001: 248, 2012: 250, 2016: 252}
        for year, count in wanted.items():
            self.assertEqual(len(sessions(date(year, 1, 1), date(year, 12, 31))), count, year)

    def test_month_ends_step_over_holidays(self):
        wanted = {(1968, 7): 30, (1969, 3): 28, (1971, 5): 28, (2002, 3): 28, (2010, 5): 28, (2013, 3): 28}
        for (year, month), day in wanted.items():
            self.assertEqual(month_ends(date(year, month, 1), date(year, month, 1)), [date(year, month, day)])

    def test_outside_its_reach_the_calendar_refuses(self):
        with self.assertRaises(ValueError):
            is_session(date(1952, 1, 2))


class Tables(unittest.TestCase):
    def test_numbers_are_plain_and_short(self):
        self.assertEqual(build.number(100.0, 8), "100")
        self.assertEqual(build.number(0.0117, 8), "0.0117")
        self.assertEqual(build.number(-0.00001234, 8), "-0.00001234")
        self.assertEqual(build.number(218606.17499, 8), "218606.17")
        with self.assertRaises(ValueError):
            build.number(math.nan, 8)

    def test_a_missing_figure_stays_empty(self):
        rows = build.table(["A", "B"], {"A": {date(2000, 1, 3): 1.5}, "B": {date(2000, 1, 4): 2.0}}, 8)
        self.assertEqual(rows, [["date", "A", "B"], ["2000-01-03", "1.5", ""], ["2000-01-04", "", "2"]])

    def test_four_byte_floats_read_as_the_decimals_they_stand_for(self):
        (stored,) = struct.unpack("<f", struct.pack("<f", 3.04))
        self.assertNotEqual(stored, 3.04)
        self.assertEqual(build.exact(stored), 3.04)

    def test_the_daily_market_does_not_look_ahead(self):
        days = sessions(date(1991, 1, 31), date(1991, 6, 28))
        spx = {day: 300 * math.exp(0.001 * i) for i, day in enumerate(days)}
        ends = month_ends(days[0], days[-1])
        market = {day: 100 * 1.01**i for i, day in enumerate(ends)}
        full = build.daily_market(days, spx, market)
        turn = ends[3]
        other = {day: level * (1.2 if day > turn else 1) for day, level in market.items()}
        bent = build.daily_market(days, spx, other)
        self.assertEqual([full[day] for day in days if day <= turn], [bent[day] for day in days if day <= turn])
        self.assertNotEqual(full[days[-1]], bent[days[-1]])

    def test_the_daily_market_pays_a_steady_dividend_in_full(self):
        days = sessions(date(1991, 1, 31), date(1993, 1, 29))
        spx = dict.fromkeys(days, 300.0)
        ends = month_ends(days[0], days[-1])
        market = {day: 100 * math.exp(0.003 * i) for i, day in enumerate(ends)}
        levels = build.daily_market(days, spx, market)
        # The first month is not known before it is over; every later one is paid to the last session.
        self.assertAlmostEqual(levels[ends[1]], 100.0)
        for i, day in enumerate(ends[1:]):
            self.assertAlmostEqual(levels[day], 100 * math.exp(0.003 * i), places=9)


class Readers(unittest.TestCase):
    def test_fedstl_has_names_and_spans_beside_its_values(self):
        index = (
            b"# title\nabc  Some rate, %\nM  1953.11 - 1954.01  n = 3\n"
            b"yearly  Sum\nA  1950 - 1951  n = 2\nqrt  Output\nQ  1947.1 - 1947.2  n = 2\n"
        )
        values = struct.pack("<7f", 1, sources.GRETL_MISSING, 3, 8, 9, 10, 20)
        found = sources.fedstl(index, values)
        self.assertEqual(found["abc"], ("Some rate, %", {(1953, 11): 1.0, (1954, 1): 3.0}))
        self.assertEqual(found["qrt"][1], {(1947, 3): 10.0, (1947, 6): 20.0})
        self.assertNotIn("yearly", found)
        with self.assertRaises(ValueError):
            sources.fedstl(index, values + b"\0\0\0\0")

    def test_closes_skip_what_is_not_there(self):
        content = gzip.compress(b"\xef\xbb\xbfDate,X\n1/2/1986,25.56\n1/3/1986,.\n")
        self.assertEqual(sources.closes(content, "X", iso=False), {date(1986, 1, 2): 25.56})

    def test_french_returns_have_four_decimals(self):
        content = bz2.compress(b"dates,RF\n1949-01-01,0.011699999999999999\n")
        self.assertEqual(sources.french(content), {"RF": {(1949, 1): 0.0117}})

    def test_another_file_is_refused(self):
        with self.assertRaises(FileNotFoundError):
            sources.read(sources.FRENCH, Path(__file__).parent)


if __name__ == "__main__":
    unittest.main()
