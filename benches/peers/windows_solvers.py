"""The solver that fits each problem best: daqp and piqp (dense quadratic programmes), HiGHS (the linear programme of the
tail), cyclical coordinate descent in numba (equal contributions to risk; Griveau-Billion, Richard, Roncalli 2013)."""

import numba
import numpy as np
from scipy import sparse
from windows import AVERSION, COST, HORIZON, TAIL, held, run

MANY = 50
"""From so many series on an interior-point method is the faster one."""
SCALE = 1e4
"""Daily variances are too small for the tolerances of solvers."""


@numba.njit(cache=True)
def descent(s, budget):
    n = len(s)
    x = 1.0 / np.sqrt(np.diag(s))
    x /= np.sqrt(x @ s @ x)
    product = s @ x
    for _ in range(1000):
        moved = 0.0
        for i in range(n):
            rest = product[i] - s[i, i] * x[i]
            new = (-rest + np.sqrt(rest * rest + 4.0 * s[i, i] * budget)) / (2.0 * s[i, i])
            change = new - x[i]
            product += s[i] * change
            x[i] = new
            moved = max(moved, abs(change) / new)
        if moved < 1e-10:
            break
    return x / x.sum()


def quadratic(s, row):
    """min w's w with row'w = 1 and w >= 0."""
    n = len(s)
    if n < MANY:
        import daqp

        upper, lower = np.r_[np.full(n, 1e30), 1.0], np.r_[np.zeros(n), 1.0]
        sense = np.r_[np.zeros(n), 5].astype(np.int32)
        return daqp.solve(s, np.zeros(n), np.ascontiguousarray(row[None]), upper, lower, sense)[0]
    import piqp

    solver = piqp.DenseSolver()
    solver.settings.eps_abs = solver.settings.eps_rel = 1e-9
    solver.setup(s, np.zeros(n), row[None], np.array([1.0]), None, None, None, np.zeros(n), np.full(n, 1e30))
    solver.solve()
    return solver.result.x


def traded(x, periods):
    """Trades bought and sold are variables of their own: x_t, b_t, s_t."""
    import piqp

    n = x.shape[1]
    s, mean, eye, none = AVERSION * np.cov(x.T), x.mean(axis=0), sparse.eye(n), None
    one = sparse.csc_matrix(np.ones((1, n)))
    flat = sparse.csc_matrix((2 * n, 2 * n))
    p = sparse.block_diag([sparse.block_diag([s, flat])] * periods, format="csc") * SCALE
    c = np.tile(np.r_[-mean, np.full(2 * n, COST)], periods) * SCALE
    rows, right = [], []
    for t in range(periods):
        move = [none] * periods
        move[t] = sparse.hstack([eye, -eye, eye])
        if t > 0:
            move[t - 1] = sparse.hstack([-eye, sparse.csc_matrix((n, 2 * n))])
        budget = [none] * periods
        budget[t] = sparse.hstack([one, sparse.csc_matrix((1, 2 * n))])
        rows += [move, budget]
        right += [held(x) if t == 0 else np.zeros(n), [1.0]]
    a = sparse.bmat(rows, format="csc")
    m = 3 * n * periods
    solver = piqp.SparseSolver()
    solver.settings.eps_abs = solver.settings.eps_rel = 1e-9
    solver.setup(p, c, a, np.concatenate(right), none, none, none, np.zeros(m), np.full(m, 1e30))
    solver.solve()
    return solver.result.x.reshape(periods, 3 * n)[:, :n].ravel()


def tail(x):
    from scipy.optimize import linprog

    t, n = x.shape
    a = np.hstack([-x, -np.ones((t, 1)), -np.eye(t)])
    c = np.r_[np.zeros(n), 1.0, np.full(t, 1.0 / (TAIL * t))]
    budget = np.r_[np.ones(n), np.zeros(t + 1)][None]
    bounds = [(0, None)] * n + [(None, None)] + [(0, None)] * t
    return linprog(c, A_ub=a, b_ub=np.zeros(t), A_eq=budget, b_eq=[1.0], bounds=bounds, method="highs").x[:n]


def solve(problem, x):
    if problem == "cvar":
        return tail(x)
    if problem in ("trade", "plan"):
        return traded(x, HORIZON if problem == "plan" else 1)
    s = np.cov(x.T) * SCALE
    n = len(s)
    if problem == "risk-parity":
        return descent(s, 1.0 / n)
    if n >= len(x):
        # The covariance of more series than days is singular; the solvers want more.
        s = s + 1e-8 * np.trace(s) / n * np.eye(n)
    return quadratic(s, x.mean(axis=0) * 1e3 if problem == "maximum-ratio" else np.ones(n))


run(solve)
