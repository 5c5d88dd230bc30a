"""What every page asks the database for, read once and kept until its stamp changes."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

__all__ = ["LIFETIME", "kept"]

LIFETIME = 600  # seconds: a worker killed between a change and its stamp is outlived

Answer = TypeVar("Answer")


def kept(
    stamp: Callable[[], str],
) -> Callable[[Callable[..., Answer]], Callable[..., Answer]]:
    """Keep a function's answers, in this process, for as long as a stamp stays.

    The stamp is read first, so an answer is at least as new as the stamp it is kept
    under: no worker answers what another one has changed. All callers are given the
    same objects: they read them, and change nothing.

    Parameters
    ----------
    stamp : callable
        Reads the stamp of all that the answers hang on; nothing is kept while it is
        empty.

    Returns
    -------
    callable
        A decorator, for functions of few different arguments, all hashable.

    Examples
    --------
    >>> now = "monday"
    >>> @kept(lambda: now)
    ... def paper(place):
    ...     return f"{place} on {now}"
    >>> paper("Zenda") is paper("Zenda")
    True
    >>> now = "tuesday"
    >>> paper("Zenda")
    'Zenda on tuesday'
    """

    def decorate(make: Callable[..., Answer]) -> Callable[..., Answer]:
        shelf: tuple[tuple[str, int], dict[Any, Answer]] = (("", 0), {})

        @wraps(make)
        def answer(*asked: Any) -> Answer:
            nonlocal shelf
            mark = stamp()
            if not mark:
                return make(*asked)
            generation = (mark, int(time.time() // LIFETIME))
            of, answers = shelf
            if of != generation:
                answers = {}
                shelf = (generation, answers)
            if asked not in answers:
                answers[asked] = make(*asked)
            return answers[asked]

        return answer

    return decorate
