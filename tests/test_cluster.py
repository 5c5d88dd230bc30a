"""Work in blocks: each once, numbered right, wherever it was computed."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from suasion.cluster import local_cluster, spread
from suasion.problem import ForecastError


@pytest.fixture(scope="module")
def cluster() -> Iterator[str]:
    with local_cluster(2) as local:
        yield local.scheduler_address


BLOCKS = [(number, number % 4) for number in range(24)]


def square(block: tuple[int, int]) -> int:
    return block[0] ** 2


def noted(block: tuple[int, Path]) -> int:
    """Square; leave a note of having been begun, one a time."""
    number, folder = block
    (folder / f"{number}-{len(list(folder.glob(f'{number}-*')))}").touch()
    return number**2


def deadly(block: tuple[int, Path]) -> int:
    """Square; but the first who comes to the tenth block kills its worker."""
    number, folder = block
    noted(block)
    if number == 10 and not (folder / "killed").exists():
        (folder / "killed").touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return number**2


def after_first(block: tuple[int, Path]) -> int:
    """Square; blocks after the first of their key find what that one left."""
    number, folder = block
    key = folder / f"key-{number % 4}"
    if number < 4:
        key.touch()
    elif not key.exists():
        raise RuntimeError(f"{number} was begun before the first of its key was done")
    return number**2


def of_key(block: tuple[int, Path]) -> int:
    return block[0] % 4


def failing(block: tuple[int, int]) -> int:
    raise ZeroDivisionError(f"block {block[0]}")


def test_one_worker_computes_here_in_order() -> None:
    assert list(spread(square, BLOCKS)) == [(n, n**2) for n in range(24)]


@pytest.mark.slow
def test_two_processes_give_every_block_once() -> None:
    found = list(spread(square, BLOCKS, workers=2))
    assert sorted(found) == [(n, n**2) for n in range(24)]


@pytest.mark.slow
def test_a_killed_worker_loses_nothing_and_costs_its_own_blocks(
    cluster: str, tmp_path: Path
) -> None:
    blocks = [(number, tmp_path) for number in range(24)]
    found = list(spread(deadly, blocks, cluster=cluster))
    assert (tmp_path / "killed").exists()
    assert sorted(found) == [(n, n**2) for n in range(24)]
    # At most the blocks that were given to it and not fetched yet are begun again.
    again = sum(1 for file in tmp_path.glob("*-*")) - 24
    assert 1 <= again <= 6


@pytest.mark.slow
def test_blocks_wait_for_the_first_of_their_key(cluster: str, tmp_path: Path) -> None:
    blocks = [(number, tmp_path) for number in range(24)]
    found = list(spread(after_first, blocks, cluster=cluster, after=of_key))
    assert sorted(found) == [(n, n**2) for n in range(24)]


@pytest.mark.slow
def test_equal_blocks_are_blocks_of_their_own(cluster: str) -> None:
    found = list(spread(abs, [-2000] * 30, cluster=cluster))
    assert sorted(found) == [(n, 2000) for n in range(30)]
    assert len(list(spread(abs, range(1000, 1300), cluster=cluster))) == 300


@pytest.mark.slow
def test_an_error_of_the_work_arrives(cluster: str) -> None:
    with pytest.raises(ZeroDivisionError, match="block"):
        list(spread(failing, BLOCKS, cluster=cluster))


@pytest.mark.slow
def test_a_cluster_that_is_not_there_is_named() -> None:
    with pytest.raises(ForecastError, match=r"no Dask scheduler answers at tcp://127"):
        list(spread(square, BLOCKS, cluster="tcp://127.0.0.1:9"))


@pytest.mark.parametrize("address", ["nonsense", "127.0.0.1:8786", "tcp://host", ""])
def test_an_address_that_is_none_is_named(address: str) -> None:
    with pytest.raises(ForecastError, match="has a protocol, a host and a port"):
        list(spread(square, BLOCKS, cluster=address))


@pytest.mark.parametrize("workers", [0, -1, 2000])
def test_a_worker_is_needed(workers: int) -> None:
    with pytest.raises(ValueError, match=r"workers is .*at least 1"):
        list(spread(square, BLOCKS, workers=workers))


def test_without_dask_the_message_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "distributed", None)
    with pytest.raises(ForecastError, match=r"suasion\[cluster\]"):
        list(spread(square, BLOCKS, workers=2))
