"""Sweeps, validations and batches of accounts on a Ray cluster; needs `pip install trimtab[distributed]`.

    import ray
    ray.init(address="auto")
    trimtab.distributed.sweep("my.toml", data, {"trend.slow": range(100, 310)})

The data are put once into the object store; a task is a strategy, a reference to the data, and which sets to run. Results are
those of the local run, to the last bit, in the same order, and so is what stands in the trial ledger afterwards: the driver keeps it. A task whose worker or node dies is run again elsewhere. What a task
costs and from which size on it pays stands in `docs/python.md`.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Callable, Iterable, Mapping, Sequence

from . import _run, _trimtab
from ._data import Data
from ._errors import TrimtabError, UsageError
from ._ledger import Ledger, place, warned
from ._run import Plan, Source, joined, plan, recorded, recording
from ._strategy import Strategy, of

if TYPE_CHECKING:
    import pandas as pd

#: How often a task is tried again when its worker or its node dies. A cluster that loses more than this many nodes under
#: the same task has another trouble, and a task that kills its worker must not go round for ever.
RETRIES = 5

#: Chunks a core gets on average: enough that the last ones do not leave cores idle, few enough that a task stays long.
_CHUNKS_A_CORE = 8

#: Prepared work of this process, by what it was prepared from: a task builds its market only once in a worker.
_PREPARED: dict[Any, Any] = {}


def sweep(
    strategy: Source,
    data: Data,
    parameters: Mapping[str, Any] | pd.DataFrame | Sequence[Mapping[str, Any]] | None = None,
    *,
    chunk: int | None = None,
    progress: Callable[[int, int], None] | None = None,
    ledger: Ledger = True,
    **options: Any,
) -> pd.DataFrame:
    """The same as `trimtab.sweep`, on the cluster that Ray is connected to.

    `chunk`: sets in a task; by default eight tasks for each core. The other options are those of `trimtab.sweep`.
    """
    ray = _ray()
    planned = plan(strategy, parameters, **options)
    inner = planned.prepare(data)
    recorder, count = recording(planned, inner, data, ledger), len(inner)
    size = chunk or max(1, -(-count // (_cores(ray) * _CHUNKS_A_CORE)))
    spans = [(first, min(first + size, count)) for first in range(0, max(count, 1), size)]

    def each(ix: int, part: dict[str, Any]) -> None:
        recorder.record(spans[ix][0], part)

    parts = _scatter(ray, _sweep_part, (data, planned), spans, progress, each)
    return recorded(recorder, joined(parts))


def backtests(
    strategies: Iterable[Source],
    data: Data,
    *,
    chunk: int = 1,
    progress: Callable[[int, int], None] | None = None,
    ledger: Ledger = True,
    **options: Any,
) -> pd.DataFrame:
    """A batch of accounts: each strategy run by itself with the options of `trimtab.backtest`.

    Gives the value at each close, a column for each strategy in their order.
    """
    import pandas as pd

    ray, own = _ray(), [of(strategy) for strategy in strategies]
    book = _Book(ledger, data)
    parts = [(own[first : first + chunk], b"") for first in range(0, len(own), chunk)]
    keep = bool(own) and book.study(own[0]) is not None
    shared = (data, options, keep)
    found = _scatter(ray, _backtest_part, shared, parts, progress, book.take)
    columns = [column for part, _ in found for column in part]
    table: pd.DataFrame = pd.concat(columns, axis=1, keys=[strategy.name for strategy in own])
    return table


def validate(
    strategies: Iterable[Source],
    data: Data,
    *,
    progress: Callable[[int, int], None] | None = None,
    ledger: Ledger = True,
    **options: Any,
) -> list[dict[str, Any]]:
    """`trimtab.validate` of several strategies, in their order.

    Each is a task; those that differ in numbers alone are one, as what is tried of the first counts against the next.
    """
    ray, own = _ray(), [of(strategy) for strategy in strategies]
    options["benchmark"] = of(options["benchmark"])
    book, alike = _Book(ledger, data), dict[str, list[int]]()
    for ix, strategy in enumerate(own):
        alike.setdefault(strategy._inner.shape, []).append(ix)
    groups = list(alike.values())
    studies = [book.study(own[group[0]]) for group in groups]
    parts = [([own[ix] for ix in group], study or b"") for group, study in zip(groups, studies)]
    keep = any(study is not None for study in studies)
    found = _scatter(ray, _validate_part, (data, options, keep), parts, progress, book.take)
    places = {ix: one for group, (part, _) in zip(groups, found) for ix, one in zip(group, part)}
    return [places[ix] for ix in range(len(own))]


class _Book:
    """The trial ledger at the driver: studies go out with the work, and what was tried there comes back."""

    def __init__(self, ledger: Ledger, data: Data) -> None:
        self._place, self._data, self._named = place(ledger), data, not isinstance(ledger, bool)

    def study(self, strategy: Strategy) -> bytes | None:
        """What was tried of a strategy on the data, as a file; None where there is no ledger."""
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "study.sqlite")
            try:
                there = _trimtab.extract(strategy._inner, self._data._inner, self._place, str(path))
            except TrimtabError as error:
                self._failed(error)
                return None
            return path.read_bytes() if there else None

    def take(self, _ix: int, part: tuple[Any, bytes]) -> None:
        """Takes over what a task wrote down; twice is once."""
        if self._place is None or not part[1]:
            return
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "trials.sqlite")
            path.write_bytes(part[1])
            try:
                _trimtab.absorb(self._place, str(path))
            except TrimtabError as error:
                self._failed(error)

    def _failed(self, error: TrimtabError) -> None:
        """As of a local run: a file that was named must be usable, the usual one is done without."""
        if self._named:
            raise error
        self._place = None
        warned((str(error), True))


def _kept(keep: bool, study: bytes, work: Callable[[Ledger], list[Any]]) -> tuple[list[Any], bytes]:
    """Work with a ledger of its own, and the ledger afterwards."""
    if not keep:
        return work(False), b""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "trials.sqlite")
        if study:
            path.write_bytes(study)
        done = work(path)
        return done, path.read_bytes() if path.exists() else b""


def _sweep_part(shared: tuple[Data, Plan], span: tuple[int, int], key: str) -> dict[str, Any]:
    if key not in _PREPARED:
        _PREPARED.clear()  # one sweep at a time: another one's market is not needed any more
        data, planned = shared
        _PREPARED[key] = planned.prepare(data)
    return _run.rows(_PREPARED[key], *span)


def _backtest_part(shared: Any, part: tuple[list[Strategy], bytes], _key: str) -> tuple[list[Any], bytes]:
    data, options, keep = shared

    def work(ledger: Ledger) -> list[Any]:
        runs = [_run.backtest(strategy, data, ledger=ledger, **options) for strategy in part[0]]
        for run in runs:
            if run.ended is not None:
                raise run.ended
        return [run.equity for run in runs]

    return _kept(keep, part[1], work)


def _validate_part(shared: Any, part: tuple[list[Strategy], bytes], _key: str) -> tuple[list[Any], bytes]:
    data, options, keep = shared

    def work(ledger: Ledger) -> list[Any]:
        return [_run.validate(strategy, data, ledger=ledger, **options) for strategy in part[0]]

    return _kept(keep, part[1], work)


def _scatter(
    ray: Any,
    function: Callable[[Any, Any, str], Any],
    shared: Any,
    parts: Sequence[Any],
    progress: Callable[[int, int], None] | None,
    each: Callable[[int, Any], None],
) -> list[Any]:
    """The function of what is shared and each part, as tasks; the results in the order of the parts.

    `each` is told of every result once, as it comes.
    """
    # One core a task: the cluster divides the work, not the threads of a worker.
    alone = {"env_vars": {"RAYON_NUM_THREADS": "1"}}
    task = ray.remote(_task).options(max_retries=RETRIES, num_cpus=1, runtime_env=alone)
    there = ray.put(shared)
    key = there.hex()
    waiting = [task.remote(function, there, part, key) for part in parts]
    places = {reference: ix for ix, reference in enumerate(waiting)}
    found: list[Any] = [None] * len(parts)
    done = 0
    try:
        while waiting:
            ready, waiting = ray.wait(waiting)
            for reference in ready:
                ix = places[reference]
                found[ix] = ray.get(reference)
                each(ix, found[ix])
                done += 1
                if progress is not None:
                    progress(done, len(parts))
    finally:
        for reference in waiting:
            ray.cancel(reference)
    return found


def _task(function: Callable[[Any, Any, str], Any], shared: Any, part: Any, key: str) -> Any:
    return function(shared, part, key)


def _cores(ray: Any) -> int:
    return max(1, int(ray.cluster_resources().get("CPU", 1)))


def _ray() -> Any:
    try:
        import ray
    except ImportError:
        raise UsageError(
            "Ray is not installed", hint="pip install 'trimtab[distributed]', or use trimtab.sweep"
        ) from None
    if not ray.is_initialized():
        raise UsageError("Ray is not connected to a cluster", hint='ray.init(address="auto")')
    return ray
