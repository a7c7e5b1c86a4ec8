"""The raw figures inside the packages: where they lie, whose they are, and how to read them.

Readers return plain dictionaries; a date that is absent has no figure. A file whose SHA-256 differs
from the one written here is refused, so a rebuild starts from the same figures or not at all.
"""

import bz2
import csv
import gzip
import hashlib
import io
import re
import struct
import tarfile
import zipfile
from dataclasses import dataclass
from datetime import date
from pathlib import Path

Series = dict[date, float]
Months = dict[tuple[int, int], float]

GRETL_MISSING = -999.0


@dataclass(frozen=True)
class Source:
    """One file inside one package."""

    package: str
    version: str
    archive: str  # pattern of the package's file name
    inner: str  # path inside the package
    sha256: str
    licence: str
    rights: str


FRENCH = Source(
    "linearmodels (PyPI)", "7.1", "linearmodels-*.whl",
    "linearmodels/datasets/french/french.csv.bz2",
    "fab6482f4f011a2fcec2fd087d740eef3c5bcc24a39459569a4224516fca1b6e",
    "NCSA, copyright 2017 Kevin Sheppard",
    "Data library of Kenneth R. French, computed by Fama and French from CRSP; passed on as part of the package.",
)  # fmt: skip
CURVE = Source(
    "zipline-reloaded (PyPI)", "3.2.1", "zipline_reloaded-*.whl",
    "zipline/resources/market_data/treasury_curves.csv",
    "3e8e514f057011ae523e82071fcde62dfba70d37bc03c43b6c113c9eceaea4cf",
    "Apache-2.0",
    "Figures of the US Treasury, as in the Federal Reserve's H.15 release: works of the US government, public domain.",
)  # fmt: skip
SPX = Source(
    "skfolio (PyPI)", "1.12.2", "skfolio-*.whl",
    "skfolio/datasets/data/sp500_index.csv.gz",
    "894c34431c284f86aa64a467e176e2a3c9b697c857eb9ab35006c2dd55d3fdf2",
    "BSD-3-Clause, copyright 2023-2026 the skfolio developers",
    "Closing levels of an index of S&P Dow Jones Indices; passed on with the package, which states no other right.",
)  # fmt: skip
NASDAQ = Source(
    "arch (PyPI)", "8.0.0", "arch-*.whl", "arch/data/nasdaq/nasdaq.csv.gz",
    "b2009535343ebb14e0aa11ed086788d2997a416ffe4f9450eed9a561ae30ac59",
    "NCSA, copyright 2017 Kevin Sheppard",
    "Closing levels of an index of Nasdaq, Inc.; passed on with the package, which states no other right.",
)  # fmt: skip
WTI = Source(
    "arch (PyPI)", "8.0.0", "arch-*.whl", "arch/data/wti/wti.csv.gz",
    "b83498894138a65cdc14a67fc1716aa90b3cfda274f976bd3692cc3f1500084d",
    "NCSA, copyright 2017 Kevin Sheppard",
    "Spot prices of the US Energy Information Administration: a work of the US government, public domain.",
)  # fmt: skip
FED_INDEX = Source(
    "gretl-data (Debian)", "2022c-1", "gretl-data_*.deb", "./usr/share/gretl/db/fedstl.idx",
    "1d5c3e045a12f1b5b8a3ad59de13ffac3fdb632b68352a6f6a5c5e25dc59700e",
    "GPL-3 for the package",
    "Only series of US government agencies are taken: public domain. Collected by the St. Louis Fed.",
)  # fmt: skip
FED_VALUES = Source(
    "gretl-data (Debian)", "2022c-1", "gretl-data_*.deb", "./usr/share/gretl/db/fedstl.bin",
    "c854c3526a55514ce49b8a7b9a485a3ce359e96238a58d8d8abfcf110ab45909",
    FED_INDEX.licence, FED_INDEX.rights,
)  # fmt: skip

ALL = [FRENCH, CURVE, SPX, NASDAQ, WTI, FED_INDEX, FED_VALUES]

TENORS = {
    "1month": 1 / 12, "3month": 0.25, "6month": 0.5, "1year": 1.0, "2year": 2.0, "3year": 3.0,
    "5year": 5.0, "7year": 7.0, "10year": 10.0, "20year": 20.0, "30year": 30.0,
}  # fmt: skip


def read(source: Source, packages: Path) -> bytes:
    """The bytes of a source, from the one package in `packages` that carries it."""
    found = sorted(packages.glob(source.archive))
    if len(found) != 1:
        raise FileNotFoundError(f"{packages}: {len(found)} files match {source.archive}, want one; run fetch.sh")
    if found[0].suffix == ".whl":
        with zipfile.ZipFile(found[0]) as wheel:
            content = wheel.read(source.inner)
    else:
        content = _read_deb(found[0], source.inner)
    digest = hashlib.sha256(content).hexdigest()
    if digest != source.sha256:
        raise ValueError(f"{found[0].name}: {source.inner} has SHA-256 {digest}, expected {source.sha256}")
    return content


def french(content: bytes) -> dict[str, Months]:
    """Monthly returns in fractions by column, by (year, month)."""
    rows = csv.DictReader(io.StringIO(bz2.decompress(content).decode()))
    columns: dict[str, Months] = {name: {} for name in rows.fieldnames or [] if name != "dates"}
    for row in rows:
        day = date.fromisoformat(row["dates"])
        for name, months in columns.items():
            if row[name]:
                months[day.year, day.month] = round(float(row[name]), 4)  # published with 0.01 %
    return columns


def curve(content: bytes) -> dict[date, dict[float, float]]:
    """Daily par yields in fractions a year: {day: {maturity in years: yield}}."""
    curves = {}
    for row in csv.DictReader(io.StringIO(content.decode())):
        day = date.fromisoformat(row["Time Period"][:10])
        curves[day] = {years: float(row[name]) for name, years in TENORS.items() if row[name]}
    return curves


def closes(content: bytes, column: str, iso: bool) -> Series:
    """One column of a compressed table of days; dates are ISO or, in arch, month/day/year. "." is no figure."""
    series = {}
    for row in csv.DictReader(io.StringIO(gzip.decompress(content).decode("utf-8-sig"))):
        if iso:
            day = date.fromisoformat(row["Date"])
        else:
            month, number, year = map(int, row["Date"].split("/"))
            day = date(year, month, number)
        if row[column] not in ("", "."):
            series[day] = float(row[column])
    return series


def fedstl(index: bytes, values: bytes) -> dict[str, tuple[str, Months]]:
    """All monthly and quarterly series: {name: (description, {(year, last month of the period): value})}.

    The index has two lines a series, name and span; the values are 4-byte floats in the same order.
    """
    lines = index.decode("utf-8").splitlines()[1:]
    found, offset = {}, 0
    for head, span in zip(lines[::2], lines[1::2], strict=True):
        name, description = head.split(None, 1)
        frequency, start, count = _span(span)
        numbers = struct.unpack_from(f"<{count}f", values, 4 * offset)
        offset += count
        step = {"M": 1, "Q": 3}.get(frequency)
        if step is None:
            continue
        year, period = map(int, start.split("."))
        first = 12 * year + step * period - 1  # months since year 0, of the period's last month
        months = {divmod(first + step * i, 12): value for i, value in enumerate(numbers) if value != GRETL_MISSING}
        found[name] = (description.strip(), {(y, m + 1): value for (y, m), value in months.items()})
    if 4 * offset != len(values):
        raise ValueError(f"fedstl: the index names {offset} values, the file holds {len(values) / 4}")
    return found


def _span(line: str) -> tuple[str, str, int]:
    match = re.fullmatch(r"([AMQ])\s+(\S+) - \S+\s+n = (\d+)", line.strip())
    if not match:
        raise ValueError(f"fedstl: cannot read the span {line!r}")
    return match[1], match[2], int(match[3])


def _read_deb(path: Path, inner: str) -> bytes:
    """A file of a Debian package: an `ar` archive whose member data.tar.* holds the tree."""
    content = path.read_bytes()
    if not content.startswith(b"!<arch>\n"):
        raise ValueError(f"{path.name} is no Debian package")
    at = 8
    while at < len(content):
        name, size = content[at : at + 16].decode().strip(), int(content[at + 48 : at + 58])
        if name.startswith("data.tar"):
            with tarfile.open(fileobj=io.BytesIO(content[at + 60 : at + 60 + size])) as tree:
                member = tree.extractfile(inner)
                if member is None:
                    raise FileNotFoundError(f"{path.name}: {inner} is no plain file")
                return member.read()
        at += 60 + size + size % 2
    raise FileNotFoundError(f"{path.name}: no data.tar inside")
