"""What the tests share."""

from __future__ import annotations

import os

import numpy as np
import pandas as pd
import pytest

import trimtab as tt


@pytest.fixture(scope="session", autouse=True)
def trials(tmp_path_factory):
    """Tests, and the workers and notebooks that they start, leave nothing in the ledger of the user."""
    before = os.environ.get("TRIMTAB_TRIALS")
    path = tmp_path_factory.mktemp("trials") / "trials.sqlite"
    os.environ["TRIMTAB_TRIALS"] = str(path)
    yield path
    if before is None:
        del os.environ["TRIMTAB_TRIALS"]
    else:
        os.environ["TRIMTAB_TRIALS"] = before


@pytest.fixture(scope="session")
def frame() -> pd.DataFrame:
    """Four walks of 900 business days, closes as adjusted prices."""
    steps = np.random.Generator(np.random.PCG64(7)).normal(0.0004, 0.011, (900, 4))
    index = pd.bdate_range("2015-01-01", periods=900, name="date")
    return pd.DataFrame(100.0 * np.exp(steps.cumsum(axis=0)), index=index, columns=list("ABCD"))


@pytest.fixture(scope="session")
def data(frame: pd.DataFrame) -> tt.Data:
    return tt.Data(frame)


@pytest.fixture(scope="session")
def monthly() -> tt.Data:
    return tt.embedded("monthly")
