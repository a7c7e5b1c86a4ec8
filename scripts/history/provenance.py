"""Writes PROVENANCE.toml: what every file and column is, whence it came, and its checksum."""

import hashlib
from dataclasses import dataclass

import catalog
import sources

HEADER = """\
# Where the embedded history comes from. Written by scripts/history/build.py; do not edit by hand.
# `sha256` is of the file as committed, `sha256_csv` of the table inside (compressors differ, tables do not).

name = "Trimtab embedded history"
span_monthly = "1953-05..2017-03"
span_daily = "1990-01-02..2017-03-29"
say = "Ends in March 2017. No gold, foreign stocks or TIPS. Bond returns before 1990 rest on monthly-average yields. \
Macro series are the latest revision of October 2022, dated by typical publication delays."
"""

WHAT = {
    "monthly": "Total-return indices and the oil price at the last NYSE session of each month. The first row is the "
    "base: returns begin in May 1953.",
    "factors": "Monthly long-short factor returns and the risk-free rate, dated by the month's last NYSE session.",
    "daily": "Indices and prices on NYSE sessions.",
    "curve": "Daily par yield curve of the US Treasury.",
    "macro": "Monthly and quarterly facts, long: `about` is the last day of the period, `known` is `about` plus the "
    "delay of the series, `value` the revision of October 2022: a pseudo-vintage, not what was printed at the time.",
}


@dataclass(frozen=True)
class Written:
    """A table that was written: its rows of text, and its bytes before and after compression."""

    rows: list[list[str]]
    plain: bytes
    packed: bytes


def render(written: dict[str, Written], tables: dict, spans: dict[str, tuple[str, str, int]]) -> str:
    """The whole file."""
    parts = [HEADER, *(_source(key, source) for key, source in _keys().items())]
    for name, (columns, cells, _) in tables.items():
        parts.append(_file(name, written[name]))
        for column in columns:
            days = sorted(cells[column.name])
            span = (days[0].isoformat(), days[-1].isoformat(), len(days))
            used = [key for key, source in _keys().items() if source in column.sources]
            entry = {"what": column.what, "unit": column.unit, "method": column.method, "limits": column.limits}
            parts.append(_column(name, column.name, entry, span, used))
    parts.append(_file("macro", written["macro"]))
    for fact in sorted([*catalog.facts(), catalog.BILL_YIELD], key=lambda fact: fact.name):
        entry = {"what": fact.what, "unit": fact.unit, "delay_days": fact.delay_days, "delay_reason": fact.reason}
        entry["limits"] = fact.limits
        parts.append(_column("macro", fact.name, entry, spans[fact.name], ["fed_index", "fed_values"]))
    return "\n".join(parts)


def _keys() -> dict[str, sources.Source]:
    return {
        "french": sources.FRENCH, "curve": sources.CURVE, "spx": sources.SPX, "nasdaq": sources.NASDAQ,
        "wti": sources.WTI, "fed_index": sources.FED_INDEX, "fed_values": sources.FED_VALUES,
    }  # fmt: skip


def _source(key: str, source: sources.Source) -> str:
    entry = {
        "package": source.package, "version": source.version, "file": source.inner.removeprefix("./"),
        "sha256": source.sha256, "licence": source.licence, "rights": source.rights,
    }  # fmt: skip
    return f"[source.{key}]\n{_lines(entry)}"


def _file(name: str, written: Written) -> str:
    entry = {
        "what": WHAT[name], "rows": len(written.rows) - 1, "bytes": len(written.packed),
        "sha256": hashlib.sha256(written.packed).hexdigest(),
        "sha256_csv": hashlib.sha256(written.plain).hexdigest(),
    }  # fmt: skip
    return f'[file."{name}.csv.gz"]\n{_lines(entry)}'


def _column(file: str, name: str, entry: dict, span: tuple[str, str, int], used: list[str]) -> str:
    first, last, count = span
    entry = {**entry, "from": first, "to": last, "figures": count}
    entry = {key: value for key, value in entry.items() if value != ""}
    keys = ", ".join(f'"{key}"' for key in used)
    return f'[file."{file}.csv.gz".column."{name}"]\n{_lines(entry)}sources = [{keys}]\n'


def _lines(entry: dict) -> str:
    return "".join(
        f"{key} = {value}\n" if isinstance(value, int) else f'{key} = "{value}"\n' for key, value in entry.items()
    )
