"""Total return of a Treasury of constant maturity, from a par yield curve.

A curve maps maturities in years to par yields: fractions a year, compounded twice a year, as the
Treasury and the Federal Reserve's H.15 release quote constant maturities.
"""

Curve = dict[float, float]

COUPONS_YEARLY = 2


def par_yield(curve: Curve, maturity: float) -> float:
    """The yield at `maturity`, on the straight line between its neighbours; never beyond the curve's ends."""
    tenors = sorted(curve)
    if not tenors or not tenors[0] <= maturity <= tenors[-1]:
        raise ValueError(f"maturity {maturity} lies outside the curve's tenors {tenors}")
    right = next(i for i, tenor in enumerate(tenors) if tenor >= maturity)
    if tenors[right] == maturity:
        return curve[maturity]
    low, high = tenors[right - 1], tenors[right]
    share = (maturity - low) / (high - low)
    return curve[low] + share * (curve[high] - curve[low])


def step_return(before: Curve, after: Curve, maturity: float, years: float) -> float:
    """Return of buying a par bond of `maturity` years and selling it `years` later.

    The bond is bought at par on the curve `before`, so its coupon c is the yield there. It is sold on the
    curve `after` at that curve's yield y for the maturity that is left, n - dt, with accrued interest:

        return = [ c (1 - v) / y + v ] (1 + y/2)^(2 dt) - 1,    v = (1 + y/2)^(-2 n)

    which is the sum of the remaining payments, discounted at y, for n a multiple of half a year and dt
    shorter than one. Without a change of yields the return is the carry (1 + c/2)^(2 dt) - 1.

    Only tenors present in both curves are used, so that a tenor that appears or disappears does not
    show up as a price move.
    """
    common = before.keys() & after.keys()
    coupon = par_yield({tenor: before[tenor] for tenor in common}, maturity)
    y = par_yield({tenor: after[tenor] for tenor in common}, maturity - years)
    growth = 1 + y / COUPONS_YEARLY
    discount = growth ** (-COUPONS_YEARLY * maturity)
    annuity = (1 - discount) / y if y else maturity
    return (coupon * annuity + discount) * growth ** (COUPONS_YEARLY * years) - 1


def bill_return(yield_quoted: float, days: int) -> float:
    """Interest on a bill over `days` at its bond-equivalent yield: simple, by a year of 365 days."""
    return yield_quoted * days / 365


def bill_yield(discount: float) -> float:
    """Bond-equivalent yield of a 13-week bill quoted at a bank `discount` (a fraction of face, 360 days).

    y = 365 d / (360 - 91 d)
    """
    return 365 * discount / (360 - 91 * discount)
