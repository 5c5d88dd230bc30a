"""Work in blocks on one machine or many, with the same answer.

A block is a piece of work that depends on nothing but itself: which draws of which case.
`spread` computes blocks in any order, here or on a Dask cluster, and says which is which;
who puts the results together by number gets what one machine would have got, bit for bit.
A worker that dies takes only the blocks with it that it was at; others do them again.
"""

from __future__ import annotations

import contextlib
import os
import re
from collections import deque
from collections.abc import Callable, Hashable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from suasion.problem import ForecastError

if TYPE_CHECKING:
    from distributed import Client, LocalCluster

__all__ = ["installed", "local_cluster", "spread"]

Block = TypeVar("Block")
Result = TypeVar("Result")

_AHEAD = 3  # blocks a worker has before it: enough that none waits, and few in memory
_LOOK = 50  # blocks after which it is seen how many workers there are
_DEATHS = 5  # of workers under one block, before the block is held to be the cause
_PATIENCE = 5.0  # seconds to find a cluster
_SETTINGS = {
    "distributed.scheduler.allowed-failures": _DEATHS,
    "distributed.comm.timeouts.connect": f"{_PATIENCE}s",
    # Dask's value makes glibc return every freed array: twice the CPU for a block.
    "distributed.nanny.pre-spawn-environ.MALLOC_TRIM_THRESHOLD_": None,
    "distributed.nanny.pre-spawn-environ.NUMBA_NUM_THREADS": 1,
}


def spread(
    work: Callable[[Block], Result],
    blocks: Sequence[Block],
    *,
    workers: int = 1,
    cluster: str | None = None,
    after: Callable[[Block], Hashable] | None = None,
) -> Iterator[tuple[int, Result]]:
    """Compute blocks; yield the number of each and its result as they come.

    Parameters
    ----------
    work : callable
        A function of a module, of a block: pure, so that doing it again does no harm.
    blocks : sequence
        Values that can be pickled.
    workers : int
        Processes on this machine; 1 computes here, one block after the other. More
        start Python anew, so a script of yours needs `if __name__ == "__main__":`.
    cluster : str, optional
        Address of a Dask scheduler, such as ``tcp://10.0.0.5:8786``, to use instead. Its
        machines need this package in the same version.
    after : callable, optional
        A key of each block: the first block of a key goes ahead, the others wait for it
        (it fills a cache, say).

    Raises
    ------
    ForecastError
        If Dask is not installed, or the cluster cannot be reached.
    ValueError
        If there is no worker.

    Examples
    --------
    >>> sorted(spread(abs, [-3, 2, -1]))
    [(0, 3), (1, 2), (2, 1)]
    """
    if not (1 <= workers <= 1024):
        raise ValueError(f"workers is {workers}; it is at least 1, such as 2")
    if cluster is None and workers == 1:
        for number, block in enumerate(blocks):
            yield number, work(block)
        return
    keys = range(len(blocks)) if after is None else [after(block) for block in blocks]
    with _client(cluster, workers) as client:
        yield from _distributed(client, work, blocks, keys)


def installed() -> bool:
    """Whether Dask is there."""
    try:
        import distributed  # noqa: F401
    except ImportError:
        return False
    return True


@contextlib.contextmanager
def local_cluster(workers: int) -> Iterator[LocalCluster]:
    """Start workers on this machine, one thread each; stop them at the end.

    Raises
    ------
    ForecastError
        If Dask is not installed.
    """
    _need_dask()
    import dask
    from distributed import LocalCluster

    folder = os.environ.get("SUASION_CACHE_DIR")
    with (
        dask.config.set(_SETTINGS),
        LocalCluster(
            n_workers=workers,
            threads_per_worker=1,
            dashboard_address="127.0.0.1:0",  # any port that is free
            silence_logs="CRITICAL",
            env={} if folder is None else {"SUASION_CACHE_DIR": folder},
        ) as started,
    ):
        yield started


def _distributed(
    client: Client,
    work: Callable[[Block], Result],
    blocks: Sequence[Block],
    keys: Sequence[Hashable],
) -> Iterator[tuple[int, Result]]:
    from distributed import as_completed

    ready: deque[int] = deque()
    waiting: dict[Hashable, list[int]] = {}
    for number, key in enumerate(keys):
        if key in waiting:
            waiting[key].append(number)
        else:
            waiting[key] = []
            ready.append(number)
    running: dict[Any, int] = {}
    done = as_completed(loop=client.loop)

    def submit(most: int) -> None:
        while ready and len(running) < most:
            number = ready.popleft()
            # Blocks given out in order are begun in order.
            future = client.submit(
                work, blocks[number], pure=False, priority=-number, retries=0
            )
            running[future] = number
            done.add(future)

    most = _most(client)
    submit(most)
    for count, future in enumerate(done, start=1):
        number = running.pop(future)
        result: Result = future.result()
        future.release()
        ready.extendleft(reversed(waiting.pop(keys[number], [])))
        if count % _LOOK == 0:
            most = _most(client)
        submit(most)
        yield number, result


def _most(client: Client) -> int:
    """Return how many blocks may be out: workers come and go."""
    threads: dict[str, int] = client.nthreads()
    return _AHEAD * max(1, sum(threads.values()))


@contextlib.contextmanager
def _client(cluster: str | None, workers: int) -> Iterator[Client]:
    """Connect to a cluster, or start one on this machine and stop it at the end."""
    _need_dask()
    import dask
    from distributed import Client

    with contextlib.ExitStack() as stack:
        stack.enter_context(dask.config.set(_SETTINGS))
        if cluster is None:
            here = stack.enter_context(local_cluster(workers))
            yield stack.enter_context(Client(here, set_as_default=False))
            return
        if not re.fullmatch(r"\w+://\S+:\d+", cluster):
            raise ForecastError(
                f"the cluster's address is {cluster!r}; an address has a protocol, a host "
                "and a port, such as tcp://127.0.0.1:8786"
            )
        try:
            client = Client(cluster, timeout=_PATIENCE, set_as_default=False)
        except OSError:
            raise ForecastError(
                f"no Dask scheduler answers at {cluster} within {_PATIENCE:g} seconds; "
                "start one with `dask scheduler` and workers with `dask worker ADDRESS "
                "--nthreads 1`, or leave the cluster out"
            ) from None
        stack.enter_context(client)
        if not client.nthreads():
            raise ForecastError(
                f"the cluster at {cluster} has no workers; start some with `dask worker "
                f"{cluster} --nthreads 1`"
            )
        yield client


def _need_dask() -> None:
    if not installed():
        raise ForecastError(
            "Dask is not installed, and work on several processes or machines needs it; "
            "install it with pip install 'suasion[cluster]', or compute here with one "
            "worker"
        )
