"""A block: draws `start` to `stop - 1` of one model on one trial, and what is kept of them.

Of a question whether, sums are kept: of P and of P squared over the draws, as whole
numbers of 2^-40. Whole numbers add up to the same in any order and in blocks of any size.
Of a question where, the draws are kept.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from suasion.backtest.trial import Trial
from suasion.bargaining import SOLVERS
from suasion.cache import code
from suasion.case import Case
from suasion.forecasting import fit, settled
from suasion.problem import ForecastError
from suasion.sampling import Sample, sample
from suasion.timeline import turning_points
from suasion.trajectory import MOST_DRAWS, ROUNDS, present
from suasion.window.deadline import at_deadline, candidates_at_deadline
from suasion.window.epoch import round_ends
from suasion.window.fitting import Fitted
from suasion.window.pressure import pressure, structural

__all__ = [
    "MIDDLE",
    "STATUS_QUO",
    "UNWEIGHTED",
    "WINDOW",
    "Answer",
    "Block",
    "answers",
    "blocks",
    "models_of",
]

Array = NDArray[np.float64]

WINDOW = "window"
UNWEIGHTED = "plain mean"
STATUS_QUO = "status quo"
MIDDLE = "middle of the scale"
_ONE = 2**40


@dataclass(frozen=True)
class Block:
    """A piece of work. `key` names it and all that its answer depends on.

    Attributes
    ----------
    number : int
        Of the trial, in the order given.
    trial : str
        Key of the trial: blocks of one share a fit.
    view : Case
    on, by : date
    model : str
        Of `models_of`.
    seed, start, stop : int
    """

    number: int
    trial: str
    view: Case = field(repr=False)
    on: dt.date
    by: dt.date | None
    model: str
    seed: int
    start: int
    stop: int

    @property
    def key(self) -> str:
        """Part of a file's name."""
        model = self.model.replace(" ", "-")
        return f"{self.trial}-{model}-{self.seed}-{self.start}-{self.stop}"


@dataclass(frozen=True)
class Answer:
    """What a block says for one name in the tables.

    Attributes
    ----------
    name : str
    count : int
        Draws; 0 if there is no answer, which `why` then explains.
    total, square : int
        Sums over draws of P and its square, in 2^-40.
    draws : ndarray
        Of a question where.
    why : str
    """

    name: str
    count: int
    total: int = 0
    square: int = 0
    draws: Array = field(default_factory=lambda: np.empty(0), compare=False)
    why: str = ""

    @classmethod
    def of_chances(cls, name: str, chances: Array) -> Answer:
        """Sum P over draws."""
        total, square = (
            int(np.rint(part * _ONE).astype(np.int64).sum())
            for part in (chances, chances**2)
        )
        return cls(name, len(chances), total, square)

    @property
    def mean(self) -> float:
        """Mean of P."""
        return self.total / self.count / _ONE

    @property
    def error(self) -> float:
        """Standard error of the mean, from the spread of the draws."""
        spread = max(0.0, self.square / self.count / _ONE - self.mean**2)
        return float(np.sqrt(spread / self.count))


def models_of(trial: Trial) -> tuple[str, ...]:
    """Names of the models that can answer a trial.

    `window` answers as the forecast, as the ledger alone and as each candidate; the
    bargaining models that need two issues or a decision rule answer where there are any.
    Questions where have yardsticks: the mean of all positions as if nobody had weight or
    cared more, the status quo, the middle of the scale.

    Examples
    --------
    >>> import suasion
    >>> from suasion.backtest.trial import trials
    >>> (trial,), _ = trials([suasion.load("ec-emission-standards")])
    >>> models_of(trial)
    ('plain mean', 'middle of the scale', 'mean', 'median', 'nash', 'challenge', 'spatial')
    """
    lacks = set() if len(trial.view.issues) > 1 else {"exchange"}
    if trial.by is not None:
        return (
            WINDOW,
            *(name for name in SOLVERS if name not in {*lacks, "procedure"}),
        )
    yardsticks = [UNWEIGHTED, MIDDLE]
    if all(issue.status_quo is not None for issue in trial.view.issues):
        yardsticks.append(STATUS_QUO)
    if STATUS_QUO not in yardsticks or trial.view.rule is None:
        lacks |= {"procedure"}
    return (*yardsticks, *(name for name in SOLVERS if name not in lacks))


def blocks(
    trials: Sequence[Trial],
    *,
    models: Sequence[str] | None = None,
    draws: int,
    size: int,
    seed: int,
) -> tuple[Block, ...]:
    """Cut the work on trials into blocks of at most `size` draws.

    Slow models run on their first draws only, as in a forecast.
    """
    package = code()
    return tuple(
        Block(number, key, trial.view, trial.on, trial.by, model, seed, start, stop)
        for number, trial in enumerate(trials)
        for key in [_key(trial, package)]
        for model in models_of(trial)
        if models is None or model in models
        for start, stop in _cuts(min(draws, MOST_DRAWS.get(model, draws)), size)
    )


def answers(block: Block) -> tuple[Answer, ...]:
    """Compute a block: a pure function of it."""
    if block.model == WINDOW:
        return tuple(_window(block))
    if block.by is not None:
        return (_structural(block),)
    drawn = sample(
        block.view, block.on, seed=block.seed, start=block.start, stop=block.stop
    )
    place = _place(block, drawn)
    return (Answer(block.model, len(place), draws=place),)


def _place(block: Block, drawn: Sample) -> Array:
    if block.model == MIDDLE:
        issue = block.view.issues[0]
        return np.full(len(drawn.position), 0.5 * (issue.low + issue.high))
    if block.model == STATUS_QUO:
        assert drawn.status_quo is not None
        return drawn.status_quo[:, 0]
    if block.model == UNWEIGHTED:
        here = present(block.view, block.on)
        plain: Array = drawn.position[:, here, 0].mean(axis=1)
        return plain
    return settled(block.view, drawn, block.model, seed=block.seed, start=block.start)[
        :, 0
    ]


def _window(block: Block) -> Iterator[Answer]:
    view, on, by, start = block.view, block.on, block.by, block.start
    assert by is not None
    try:
        fitted = _fitted(block)
    except ForecastError as error:
        yield Answer("forecast", 0, why=str(error))
        return
    count = block.stop - start
    due = at_deadline(
        view, fitted, on=on, by=by, seed=block.seed, draws=count, start=start
    )
    mover = view.window.moved_by
    felt = pressure(
        view,
        due.epochs,
        models=(mover,) if mover else (),
        rounds=due.rounds,
        seed=block.seed,
        start=start,
        stop=block.stop,
    )
    chances = due.probability(
        np.stack([felt[epoch].net[played] for epoch, played in due.moments]),
        np.stack([felt[epoch].stance[played] for epoch, played in due.moments]),
    )
    yield Answer.of_chances("forecast", chances)
    if start:
        return
    alone = candidates_at_deadline(view, fitted, on=on, by=by)
    ledger = sum(fitted.weight[name] * chance for name, chance in alone.items())
    for name, chance in {"ledger alone": ledger, **alone}.items():
        yield Answer.of_chances(name, np.array([chance]))


def _structural(block: Block) -> Answer:
    """Share of draws whose simulated gatekeeper has reached the threshold by the end."""
    view, on, by = block.view, block.on, block.by
    assert by is not None
    epochs = (on, *turning_points(view, on, by))
    ends = round_ends(view, epochs, by)
    felt = pressure(
        view,
        epochs,
        models=(block.model,),
        rounds=[min(len(rounds), ROUNDS) for rounds in ends],
        seed=block.seed,
        start=block.start,
        stop=block.stop,
    )
    share, count = structural(ends, felt, [(by - on).days])[block.model]
    passed = round(float(share[0]) * count)
    return Answer(block.model, count, passed * _ONE, passed * _ONE)


_FITS: dict[str, Fitted] = {}


def _fitted(block: Block) -> Fitted:
    """Fit a trial once in a process: reading it from the disk takes longer than a block."""
    if block.trial not in _FITS:
        fitted = fit(block.view, block.on)
        _FITS.clear()
        _FITS[block.trial] = fitted
    return _FITS[block.trial]


def _key(trial: Trial, package: str) -> str:
    content = "/".join([trial.view.hash, str(trial.on), str(trial.by), package])
    digest = hashlib.sha256(content.encode()).hexdigest()[:16]
    return f"{trial.case}-{trial.on}-{digest}"


def _cuts(draws: int, size: int) -> Iterator[tuple[int, int]]:
    for start in range(0, draws, size):
        yield start, min(start + size, draws)
