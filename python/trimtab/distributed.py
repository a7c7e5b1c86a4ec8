"""Sweeps, validations and batches of accounts on a Ray cluster; needs `pip install trimtab[distributed]`.

    import ray
    ray.init(address="auto")
    trimtab.distributed.sweep("my.toml", data, {"trend.slow": range(100, 310)})

The data are put once into the object store; a task is a strategy, a reference to the data, and which sets to run. Results are
those of the local run, to the last bit, in the same order. A task whose worker or node dies is run again elsewhere. What a task
costs and from which size on it pays stands in `docs/python.md`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Callable, Iterable, Mapping, Sequence

from . import _run
from ._data import Data
from ._errors import UsageError
from ._run import Plan, Source, joined, plan
from ._strategy import of

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
    **options: Any,
) -> pd.DataFrame:
    """The same as `trimtab.sweep`, on the cluster that Ray is connected to.

    `chunk`: sets in a task; by default eight tasks for each core. The other options are those of `trimtab.sweep`.
    """
    ray = _ray()
    planned = plan(strategy, parameters, **options)
    count = len(planned.prepare(data))
    size = chunk or max(1, -(-count // (_cores(ray) * _CHUNKS_A_CORE)))
    spans = [(first, min(first + size, count)) for first in range(0, max(count, 1), size)]
    return joined(_scatter(ray, _sweep_part, (data, planned), spans, progress))


def backtests(
    strategies: Iterable[Source],
    data: Data,
    *,
    chunk: int = 1,
    progress: Callable[[int, int], None] | None = None,
    **options: Any,
) -> pd.DataFrame:
    """A batch of accounts: each strategy run by itself with the options of `trimtab.backtest`.

    Gives the value at each close, a column for each strategy in their order.
    """
    import pandas as pd

    ray, own = _ray(), [of(strategy) for strategy in strategies]
    parts = [own[first : first + chunk] for first in range(0, len(own), chunk)]
    found = _scatter(ray, _backtest_part, (data, options), parts, progress)
    columns = [column for part in found for column in part]
    table: pd.DataFrame = pd.concat(columns, axis=1, keys=[strategy.name for strategy in own])
    return table


def validate(
    strategies: Iterable[Source],
    data: Data,
    *,
    progress: Callable[[int, int], None] | None = None,
    **options: Any,
) -> list[dict[str, Any]]:
    """`trimtab.validate` of several strategies, each a task; in their order."""
    own = [of(strategy) for strategy in strategies]
    return _scatter(_ray(), _validate_part, (data, options), own, progress)


def _sweep_part(shared: tuple[Data, Plan], span: tuple[int, int], key: str) -> dict[str, Any]:
    if key not in _PREPARED:
        _PREPARED.clear()  # one sweep at a time: another one's market is not needed any more
        data, planned = shared
        _PREPARED[key] = planned.prepare(data)
    return _run.rows(_PREPARED[key], *span)


def _backtest_part(shared: tuple[Data, dict[str, Any]], strategies: list[Any], _key: str) -> list[Any]:
    data, options = shared
    runs = [_run.backtest(strategy, data, **options) for strategy in strategies]
    for run in runs:
        if run.ended is not None:
            raise run.ended
    return [run.equity for run in runs]


def _validate_part(shared: tuple[Data, dict[str, Any]], strategy: Any, _key: str) -> dict[str, Any]:
    data, options = shared
    return _run.validate(strategy, data, **options)


def _scatter(
    ray: Any,
    function: Callable[[Any, Any, str], Any],
    shared: Any,
    parts: Sequence[Any],
    progress: Callable[[int, int], None] | None,
) -> list[Any]:
    """The function of what is shared and each part, as tasks; the results in the order of the parts."""
    # One core a task: the cluster divides the work, not the threads of a worker.
    alone = {"env_vars": {"RAYON_NUM_THREADS": "1"}}
    task = ray.remote(_task).options(max_retries=RETRIES, num_cpus=1, runtime_env=alone)
    there = ray.put(shared)
    key = there.hex()
    waiting = [task.remote(function, there, part, key) for part in parts]
    place = {reference: ix for ix, reference in enumerate(waiting)}
    found: list[Any] = [None] * len(parts)
    done = 0
    try:
        while waiting:
            ready, waiting = ray.wait(waiting)
            for reference in ready:
                found[place[reference]] = ray.get(reference)
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
