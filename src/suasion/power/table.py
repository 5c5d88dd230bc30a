"""The power of the actors of a case: one table for each option.

Power is counted over the decision rule and, for an option, all that it needs; it is the
same whatever the actors want. The probability of being pivotal is not: it takes their
leanings from the case as of a date.
"""

from __future__ import annotations

import datetime as dt
from typing import Literal

import numpy as np

from suasion.case import Case, Option
from suasion.casefile import load
from suasion.frozen import Day, Frozen, date_of
from suasion.power.coalition import Coalitions
from suasion.power.measure import Measures, Method, measure
from suasion.power.pivotal import independent, leans, pivotal
from suasion.power.sampled import Estimate
from suasion.power.simple_game import SimpleGame, game_of
from suasion.power.telling import lean_note, outcome_notes, told
from suasion.problem import ForecastError
from suasion.rule import describe
from suasion.sampling import Sample, sample
from suasion.stream import check_seed
from suasion.veto import answers_yes
from suasion.visibility import visible
from suasion.wording import did_you_mean

__all__ = ["ActorPower", "GamePower", "PowerTable", "power_table"]


class ActorPower(Frozen):
    """One actor's power in one game; see `suasion.power.index` for the indices.

    Attributes
    ----------
    actor : str
    shapley_shubik, banzhaf, banzhaf_normalised : float
        Their `_error` is the standard error, 0 if the table is exact.
    deegan_packel, holler : float or None
        None if the minimal winning coalitions could not be counted.
    veto, dummy : bool
        Nothing can be done without it; its consent never matters.
    lean : float or None
        Share of draws in which it leans to yes: computed from coded numbers, no vote.
    pivotal : float or None
        Share of draws in which the others' leanings leave the answer to it, and its
        Monte Carlo standard error; None if the case does not say how actors lean.
    pivotal_independent : float or None
        The same if every actor leaned with its own probability, independently of the
        others; None too if the table is not made from a diagram.
    """

    actor: str
    shapley_shubik: float
    shapley_shubik_error: float = 0.0
    banzhaf: float
    banzhaf_error: float = 0.0
    banzhaf_normalised: float
    banzhaf_normalised_error: float = 0.0
    deegan_packel: float | None = None
    holler: float | None = None
    veto: bool
    dummy: bool
    lean: float | None = None
    pivotal: float | None = None
    pivotal_error: float | None = None
    pivotal_independent: float | None = None


class GamePower(Frozen):
    """Everybody's power over one option, or over the decision if a case has no options.

    Attributes
    ----------
    option : str or None
        Id of the option; None for the decision itself.
    name : str
    by_rule : bool
        Whether the decision rule has to be satisfied.
    exact : bool
    method : {"diagram", "generating functions", "sampled"}
    samples : int
        0 if exact.
    by_actor : tuple of ActorPower
        The most powerful first, by the Shapley-Shubik index.
    winning, blocking : Coalitions
        The minimal ones.
    told : tuple of str
        What the numbers mean, in sentences.
    warnings : tuple of str
        What is odd about the rule or the option, or could not be computed.
    """

    option: str | None
    name: str
    by_rule: bool
    exact: bool
    method: Method
    samples: int
    by_actor: tuple[ActorPower, ...]
    winning: Coalitions
    blocking: Coalitions
    told: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def veto_players(self) -> tuple[str, ...]:
        """Actors without whom nothing can be done."""
        return tuple(row.actor for row in self.by_actor if row.veto)

    @property
    def dummies(self) -> tuple[str, ...]:
        """Actors whose consent never matters."""
        return tuple(row.actor for row in self.by_actor if row.dummy)


class PowerTable(Frozen):
    """The answer of `suasion power`, and all that is needed to compute it again.

    Attributes
    ----------
    slug, title, case_hash : str
        The case as visible on the date.
    on : date
    rule : str
        The decision rule in words; empty if the case has none.
    games : tuple of GamePower
        One for each option, in the order of the case.
    draws, seed : int
        From which leanings were computed.
    """

    kind: Literal["power"] = "power"
    slug: str
    title: str
    case_hash: str
    on: Day
    rule: str
    draws: int
    seed: int
    games: tuple[GamePower, ...]


def power_table(
    case: Case | str,
    option: str | None = None,
    *,
    as_of: dt.date | str | None = None,
    draws: int = 10_000,
    seed: int = 7,
    listed: int = 5,
    samples: int = 20_000,
) -> PowerTable:
    """Say who has power over a decision: by rule, by what it holds, as actors lean.

    Parameters
    ----------
    case : Case or str
    option : str, optional
        Id of one option; all options without it, or the decision itself if there is none.
    as_of : date or str, optional
        Use nothing dated later. The case's own date, or else today.
    draws, seed : int
        Draws of the case from which leanings are computed, 1 or more; the same seed
        gives the same bits.
    listed : int
        How many minimal coalitions to list, 0 or more.
    samples : int
        For games too large to be computed exactly.

    Raises
    ------
    CaseError
        If the case cannot be read.
    ForecastError
        If it has neither a rule nor options, or no such option.
    ValueError
        If a number breaks its rule.

    Examples
    --------
    >>> table = power_table("deep-strikes", "deep-strikes")
    >>> table.games[0].veto_players
    ('Ukraine', 'United States')
    >>> [row.shapley_shubik for row in table.games[0].by_actor[2:4]]
    [0.08333333333333333, 0.08333333333333333]
    """
    for name, value, least in (
        ("draws", draws, 1),
        ("listed", listed, 0),
        ("samples", samples, 1),
    ):
        if isinstance(value, bool) or not (isinstance(value, int) and value >= least):
            raise ValueError(f"{name} is {value!r}; a whole number of {least} or more")
    check_seed(seed)
    loaded = load(case) if isinstance(case, str) else case
    on = date_of(as_of, "as_of") or loaded.question.as_of or dt.date.today()
    view = visible(loaded, on)
    chosen = _chosen(view, option)
    drawn = sample(view, on, seed=seed, start=0, stop=draws)
    return PowerTable(
        slug=view.slug,
        title=view.title,
        case_hash=view.hash,
        on=on,
        rule=describe(view.rule, view) if view.rule is not None else "",
        draws=draws,
        seed=seed,
        games=tuple(
            _power(view, item, drawn, listed, samples, seed) for item in chosen
        ),
    )


def _chosen(case: Case, option: str | None) -> tuple[Option | None, ...]:
    ids = [item.id for item in case.options]
    if option is not None:
        found = tuple(item for item in case.options if item.id == option)
        if not found:
            cure = did_you_mean(option, ids, "" if ids else "leave --option out")
            raise ForecastError(f"{case.slug}: there is no option {option!r}; {cure}")
        return found
    if not ids and case.rule is None:
        raise ForecastError(
            f"{case.slug}: the case says neither who decides nor what could be done, so "
            "nobody's power can be counted; add [rule] to case.toml, or [[options]] with "
            "what they need"
        )
    return case.options or (None,)


def _power(
    case: Case,
    option: Option | None,
    drawn: Sample,
    listed: int,
    samples: int,
    seed: int,
) -> GamePower:
    game = game_of(case, option, drawn.on)
    found = measure(game, listed=listed, samples=samples, seed=seed)
    leaning = _leaning(case, option, drawn)
    rows = _rows(game, found, leaning)
    rows.sort(key=lambda row: (-row.shapley_shubik, row.dummy))
    by_rule = case.rule is not None and (option is None or answers_yes(case, option))
    result = GamePower(
        option=option.id if option else None,
        name=option.name if option else "the decision",
        by_rule=by_rule,
        exact=found.method != "sampled",
        method=found.method,
        samples=found.samples,
        by_actor=tuple(rows),
        winning=found.winning,
        blocking=found.blocking,
    )
    warnings = outcome_notes(case, option, game, drawn.on)
    if leaning is None:
        warnings.append(lean_note(case, option))
    return result.model_copy(
        update={
            "told": told(case, option, result, drawn.on),
            "warnings": tuple(warnings),
        }
    )


def _leaning(
    case: Case, option: Option | None, drawn: Sample
) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]] | None:
    """Leanings on the first issue, those of absent actors no; None if it has none."""
    target = case.issues[0].threshold if option is None else option.position
    if target is None or drawn.status_quo is None:
        return None
    quo = drawn.status_quo[:, 0]
    if (quo == target).all():
        return None
    leaning = leans(drawn.position[:, :, 0], quo, target)
    return np.asarray(leaning & (drawn.capability > 0.0))


def _rows(
    game: SimpleGame,
    found: Measures,
    leaning: np.ndarray[tuple[int, ...], np.dtype[np.bool_]] | None,
) -> list[ActorPower]:
    n = len(game.actors)
    columns: dict[str, list[float | None]] = {}

    def add(name: str, estimate: Estimate | None) -> None:
        columns[name] = estimate.value.tolist() if estimate else [None] * n

    for name in ("shapley_shubik", "banzhaf", "banzhaf_normalised"):
        add(name, getattr(found, name))
        columns[f"{name}_error"] = getattr(found, name).error.tolist()
    add("deegan_packel", found.deegan_packel)
    add("holler", found.holler)
    if leaning is not None:
        chance = leaning.mean(axis=0)
        columns["lean"] = chance.tolist()
        hangs = pivotal(game, leaning)
        columns["pivotal"] = hangs.value.tolist()
        columns["pivotal_error"] = hangs.error.tolist()
        if found.diagram is not None:
            columns["pivotal_independent"] = independent(found.diagram, chance).tolist()
    return [
        ActorPower.model_validate(
            {
                "actor": name,
                "veto": found.veto[i],
                "dummy": found.dummy[i],
                **{column: values[i] for column, values in columns.items()},
            }
        )
        for i, name in enumerate(game.actors)
    ]
