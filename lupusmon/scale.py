"""The ranges of patients of a batch as tasks of a Dask cluster: many machines, or processes of this one.

A task carries the rows of its range, so the machines of the cluster need no access to the files, and a task that is
lost with its worker is done again by another one. The parts come back in order: the bytes are those of one process.
"""

from __future__ import annotations

import logging
import os
from collections import deque
from collections.abc import Iterator
from concurrent.futures import CancelledError
from contextlib import contextmanager

from lupusmon.batch import Part, Plan, Range, compute_part, take_range
from lupusmon.errors import LupusmonError, UnusableArgument
from lupusmon.version import __version__

TYPE_CHECKING = False
if TYPE_CHECKING:
    from distributed import Client, Future

_PER_THREAD = 2  # tasks under way for each thread of the cluster: none waits, and few parts wait to be written
_LOST_WORKERS = 10  # a task is given up after it was lost with so many workers: then its range itself does harm
_CONNECT_SECONDS = 30


def run_on_cluster(plan: Plan, workers: int | None, *, scheduler: str | None = None) -> Iterator[Part]:
    """Every range in order, computed by the cluster at the address, or else by `workers` processes started here.

    Raises UnusableArgument where Dask is not installed, the address does not answer or the cluster is of another
    version of lupusmon.
    """
    with _connect(plan, workers, scheduler) as client:
        limit = _PER_THREAD * max(1, sum(client.nthreads().values()))
        waiting = deque()
        for number in range(len(plan.rows)):
            waiting.append(client.submit(_compute, __version__, take_range(plan, number), pure=False))
            if len(waiting) >= limit:
                yield _gather(waiting.popleft())
        while waiting:
            yield _gather(waiting.popleft())


def _gather(task: Future) -> Part:
    from distributed import KilledWorker

    try:
        return task.result()
    except (KilledWorker, OSError, CancelledError) as error:
        raise LupusmonError(f"the cluster gave up a range of patients: {type(error).__name__} {error}") from error


def _compute(version: str, some: Range) -> Part:
    """On the worker."""
    if version != __version__:
        raise UnusableArgument(f"the cluster has lupusmon {__version__}, this is {version}; install the same on both")
    return compute_part(some)


@contextmanager
def _connect(plan: Plan, workers: int | None, scheduler: str | None) -> Iterator[Client]:
    try:
        import dask
        from distributed import Client, LocalCluster
    except ImportError as error:
        raise UnusableArgument("--engine dask needs Dask: pip install 'lupusmon[scale]'") from error
    quiet = {
        "distributed.scheduler.allowed-failures": _LOST_WORKERS,
        "distributed.admin.large-graph-warning-threshold": "10GB",  # the rows are meant to travel
    }
    with dask.config.set(quiet):
        if scheduler is not None:
            try:
                client = Client(scheduler, timeout=_CONNECT_SECONDS)
            except (OSError, ValueError, TypeError) as error:
                raise UnusableArgument(f"--scheduler {scheduler}: no Dask scheduler answers there") from error
            with client:
                yield client
            return
        n = min(workers or len(os.sched_getaffinity(0)), len(plan.rows))
        cluster = LocalCluster(
            n_workers=n, threads_per_worker=1, dashboard_address=None, memory_limit=0, silence_logs=logging.CRITICAL
        )
        with cluster, Client(cluster) as client:
            yield client
