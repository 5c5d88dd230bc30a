"""Run a backtest: plan the blocks, compute them anywhere, put them together by number."""

from __future__ import annotations

import importlib.metadata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from suasion.backtest import part
from suasion.backtest.block import Answer, Block, answers, blocks, models_of
from suasion.backtest.record import Backtest, Refused, Tried
from suasion.backtest.trial import Refusal, Trial, of_ledgers, trials
from suasion.case import Case
from suasion.cluster import spread
from suasion.problem import ForecastError
from suasion.stream import check_seed

__all__ = ["backtest", "plan"]

Array = NDArray[np.float64]
Progress = Callable[[str, float], None]

_MOST_DRAWS = 10_000_000
_MOST_SIZE = 1_000_000  # sums of a larger block might not fit in 63 bits


def backtest(
    cases: Iterable[Case | str] | None = None,
    *,
    models: Sequence[str] | None = None,
    draws: int = 10_000,
    seed: int = 7,
    size: int = 50_000,
    ledgers: bool = True,
    workers: int = 1,
    cluster: str | None = None,
    folder: Path | None = None,
    progress: Progress | None = None,
) -> Backtest:
    """Run every model on every resolved case as of every sensible date.

    Parameters
    ----------
    cases : iterable of Case or str, optional
        Cases, or what `suasion.load` takes. Default: the library.
    models : sequence of str, optional
        Of `models_of`: `window` and bargaining models. Default: all.
    draws : int
        Of each model on each trial, from 100 to 10 million.
    seed : int
    size : int
        Draws of a block, from 100 to a million.
    ledgers : bool
        Whether rows of the cases' ledgers are tried as cases of their own as well.
    workers, cluster
        See `suasion.cluster.spread`. The bits of the result do not depend on them, nor
        on `size`.
    folder : path, optional
        Where parts are kept as they come, in Parquet. What is found there is not
        computed again.
    progress : callable, optional
        Called with a few words and the share of the work done.

    Raises
    ------
    ForecastError
        If a case is not resolved, there is no such model, or there is nothing to try.

    Examples
    --------
    >>> found = backtest(["opec-october-2022"], models=["mean", "median"], draws=500)
    >>> (trial,) = found.trials
    >>> {name: round(said, 2) for name, said in trial.said.items()}
    {'mean': 0.34, 'median': 0.35}
    >>> round(trial.outcome, 2)
    0.67
    """
    asked, refused, hashes = plan(cases, ledgers=ledgers)
    _check(asked, models, draws, size, seed)
    work = blocks(asked, models=models, draws=draws, size=size, seed=seed)
    left = Counter(block.number for block in work)
    told: dict[int, list[tuple[Block, tuple[Answer, ...]]]] = {}
    done: dict[int, Tried | Refusal] = {}
    say = progress or (lambda _text, _share: None)
    come = _computed(work, workers, cluster, folder)
    for count, (block, some) in enumerate(come, start=1):
        say(f"{count} of {len(work)} blocks", count / len(work))
        told.setdefault(block.number, []).append((block, some))
        if len(told[block.number]) == left[block.number]:
            # Whatever came first: what is kept is small, and in order of the draws.
            parts = sorted(told.pop(block.number), key=lambda part: part[0].start)
            done[block.number] = _tried(asked[block.number], parts)
    results = [done[number] for number in sorted(done)]
    troubled = [item for item in results if isinstance(item, Refusal)]
    return Backtest(
        version=importlib.metadata.version("suasion"),
        libraries={
            name: importlib.metadata.version(name)
            for name in ("arviz-stats", "numpy", "scipy")
        },
        draws=draws,
        seed=seed,
        cases=hashes,
        trials=tuple(item for item in results if isinstance(item, Tried)),
        refused=tuple(
            Refused(case=item.case, as_of=item.on, why=item.why)
            for item in (*refused, *troubled)
        ),
    )


def plan(
    cases: Iterable[Case | str] | None = None, *, ledgers: bool = True
) -> tuple[tuple[Trial, ...], tuple[Refusal, ...], dict[str, str]]:
    """Return the trials, what cannot be asked, and the hashes of the cases."""
    from suasion.casefile import bundled, load

    loaded = [
        load(case) if isinstance(case, str) else case
        for case in (bundled() if cases is None else cases)
    ]
    if cases is None:
        loaded = [case for case in loaded if case.resolution is not None]
    asked, refused = trials(loaded)
    if ledgers:
        more, others = trials(of_ledgers(loaded), source="ledger")
        asked, refused = (*asked, *more), (*refused, *others)
    return asked, refused, {case.slug: case.hash for case in loaded}


def _computed(
    work: Sequence[Block], workers: int, cluster: str | None, folder: Path | None
) -> Iterator[tuple[Block, tuple[Answer, ...]]]:
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
    left = []
    for block in work:
        file = part.find(folder, block) if folder is not None else None
        if file is None:
            left.append(block)
        else:
            yield block, part.read(file)
    for number, told in spread(
        answers, left, workers=workers, cluster=cluster, after=_fit_of
    ):
        if folder is not None:
            part.write(folder, left[number], told)
        yield left[number], told


def _fit_of(block: Block) -> str:
    """Blocks that share a fit: the first makes it, the others find it in the cache."""
    return block.trial if block.model == "window" else block.key


def _tried(
    trial: Trial, parts: Sequence[tuple[Block, tuple[Answer, ...]]]
) -> Tried | Refusal:
    """Put the blocks of a trial together; they are in order of their draws."""
    by_model: dict[str, list[Answer]] = {name: [] for name in models_of(trial)}
    for block, some in parts:
        by_model[block.model] += some
    every = [answer for some in by_model.values() for answer in some]
    for answer in every:
        if answer.why:
            return Refusal(trial.case, trial.on, answer.why)
    names = list(dict.fromkeys(answer.name for answer in every))
    of = {name: [one for one in every if one.name == name] for name in names}
    count = {name: sum(one.count for one in some) for name, some in of.items()}
    issue = trial.view.issues[0]
    if trial.by is not None:
        whole = {
            name: Answer(
                name,
                count[name],
                sum(one.total for one in some),
                sum(one.square for one in some),
            )
            for name, some in of.items()
        }
        return Tried(
            case=trial.case,
            group=trial.group,
            source=trial.source,
            as_of=trial.on,
            by=trial.by,
            outcome=trial.outcome,
            said={name: one.mean for name, one in whole.items()},
            error={name: one.error for name, one in whole.items()},
            draws=count,
        )
    place = {
        name: (np.concatenate([one.draws for one in some]) - issue.low) / issue.width
        for name, some in of.items()
    }
    outcome = (trial.outcome - issue.low) / issue.width
    return Tried(
        case=trial.case,
        group=trial.group,
        source=trial.source,
        as_of=trial.on,
        by=None,
        outcome=outcome,
        said={name: float(x.mean()) for name, x in place.items()},
        error={name: float(x.std() / np.sqrt(len(x))) for name, x in place.items()},
        draws=count,
        apart=tuple(
            tuple(_distance(x, other) for other in place.values())
            for x in place.values()
        ),
        far=tuple(float(np.abs(x - outcome).mean()) for x in place.values()),
    )


def _distance(x: Array, y: Array) -> float:
    """Mean distance between a draw of one and a draw of the other, all pairs."""
    y = np.sort(y)
    below = np.searchsorted(y, x)
    sums = np.concatenate([[0.0], np.cumsum(y)])
    total = x * (2 * below - len(y)) + sums[-1] - 2.0 * sums[below]
    return float(total.mean() / len(y))


def _check(
    asked: Sequence[Trial],
    models: Sequence[str] | None,
    draws: int,
    size: int,
    seed: int,
) -> None:
    check_seed(seed)
    if not (100 <= draws <= _MOST_DRAWS):
        raise ValueError(
            f"draws is {draws}; it lies between 100 and {_MOST_DRAWS}: fewer say nothing "
            "about uncertainty"
        )
    if not (100 <= size <= _MOST_SIZE):
        raise ValueError(
            f"a block has {size} draws; it has between 100 and {_MOST_SIZE}; 50000 will do"
        )
    if not asked:
        raise ForecastError(
            "there is nothing to try: no case could be asked before it was answered"
        )
    known = dict.fromkeys(name for trial in asked for name in models_of(trial))
    for name in models or ():
        if name not in known:
            raise ForecastError(
                f"there is no model {name!r} for these cases; there are "
                f"{', '.join(known)}; choose from these"
            )
