"""What a backtest remembers: what was asked, what each model said, what happened."""

from __future__ import annotations

import datetime as dt

from suasion.frozen import Frozen

__all__ = ["Backtest", "Refused", "Tried"]


class Refused(Frozen):
    """A question that could not be asked as of a date, and why."""

    case: str
    as_of: dt.date
    why: str


class Tried(Frozen):
    """One question as of one date: what every model said, and how it came out.

    Attributes
    ----------
    case : str
        Slug.
    group : str
        Trials of one group are not independent: the case, or the dossier of a row.
    source : str
        "library" or "ledger".
    as_of : date
    by : date or None
        Deadline; None for a question of place.
    outcome : float
        1 for yes and 0 for no; or the place as share of the scale, from 0 to 1.
    said : dict of float
        By model: P(yes by the deadline), or the mean of the draws as share of the scale.
    error : dict of float
        Standard error of `said` from the number of draws.
    draws : dict of int
    apart : tuple of tuple of float
        Of a question of place: mean distance between draws of two models, in the order
        of `said`, as share of the scale.
    far : tuple of float
        Mean distance of a model's draws from the outcome. With `apart` that gives the
        CRPS of every model and of every mixture of models.
    """

    case: str
    group: str
    source: str
    as_of: dt.date
    by: dt.date | None
    outcome: float
    said: dict[str, float]
    error: dict[str, float]
    draws: dict[str, int]
    apart: tuple[tuple[float, ...], ...] = ()
    far: tuple[float, ...] = ()

    @property
    def is_approval(self) -> bool:
        """Whether the question is one of yes or no."""
        return self.by is not None


class Backtest(Frozen):
    """Every model on every trial. Make one with `backtest`.

    Neither the size of the blocks nor what computed them is part of it: the numbers do
    not depend on them.

    Attributes
    ----------
    version, libraries : str, dict of str
    draws, seed : int
    cases : dict of str
        Hash of each case by slug.
    trials : tuple of Tried
    refused : tuple of Refused
    """

    version: str
    libraries: dict[str, str]
    draws: int
    seed: int
    cases: dict[str, str]
    trials: tuple[Tried, ...]
    refused: tuple[Refused, ...]

    def of(self, source: str, *, approval: bool) -> tuple[Tried, ...]:
        """Return the trials of one kind from one source."""
        return tuple(
            trial
            for trial in self.trials
            if trial.source == source and trial.is_approval == approval
        )
