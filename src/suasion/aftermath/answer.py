"""What then: a game solved over draws of its judgements, as a record that remembers."""

from __future__ import annotations

import importlib.metadata
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from suasion.aftermath.backward_induction import backward_induction
from suasion.aftermath.game import Aftermath
from suasion.aftermath.influence import first_order
from suasion.aftermath.judgement import drawn, respond
from suasion.aftermath.quantal import Response
from suasion.aftermath.sequential import sequential
from suasion.aftermath.tree import Tree
from suasion.case import Case
from suasion.frozen import Frozen
from suasion.problem import ForecastError
from suasion.stream import check_seed
from suasion.uncertain import Uncertain

__all__ = [
    "AftermathAnswer",
    "AtPrecision",
    "Choice",
    "First",
    "Influence",
    "Share",
    "Step",
    "answer",
    "answer_game",
]

Array = NDArray[np.float64]

_CHUNK = 20_000
_FEW = 1000
_PER_PRECISION = 400


class Share(NamedTuple):
    """A mean over draws and the middle 80 % of them."""

    mean: float
    low: float
    high: float


class Choice(NamedTuple):
    """An action at a move: how likely it is taken there, and how likely play gets there."""

    move: str
    action: str
    taken: Share
    reached: float


class Step(NamedTuple):
    """A step of the likeliest path; no actor for chance."""

    actor: str | None
    move: str
    action: str
    taken: Share


class First(NamedTuple):
    """An action at the first choice of a player, and the ladder if it is taken."""

    action: str
    taken: Share
    rungs: tuple[Share, ...]
    expected_rung: Share | None


class Influence(NamedTuple):
    """How much of the answer's variance a judgement explains alone."""

    path: str
    words: str
    value: Uncertain
    share: float
    error: float
    correlation: float


class AtPrecision(NamedTuple):
    """The answer at one precision; None stands for the limit, at the modes."""

    precision: float | None
    outcomes: tuple[float, ...]
    rungs: tuple[float, ...]
    expected_rung: float | None


class AftermathAnswer(Frozen):
    """The answer of a game to "what then".

    Attributes
    ----------
    title : str
    case_hash : str or None
        None for a game that belongs to no case.
    game : Aftermath
    method : str
    precision : Uncertain
        The one that was used, fixed or drawn.
    seed, draws : int
        One draw if nothing in the game is uncertain.
    outcomes, rungs : tuple of Share
        In the order of the game.
    expected_rung : Share or None
        Rungs counted from 1; None without a ladder.
    first : tuple of First
        The actions of whoever first chooses, and what follows each.
    choices : tuple of Choice
    path : tuple of Step
        From the beginning always the action that is likeliest on average.
    path_taken : Share
        The probability of all of it.
    influences : tuple of Influence
        The largest first; empty if nothing is uncertain, or on fewer than 1,000 draws.
    explained : str
        The answer whose variance they explain.
    by_precision : tuple of AtPrecision
        On the first 400 draws; the last is the limit at the modes.
    residual : float
        Of the equations of equilibrium, the largest over draws.
    ties : tuple of str
        Moves at which backward induction, at the modes, finds several best actions.
    version : str
        Of Suasion.
    """

    format: Literal["suasion-aftermath-1"] = "suasion-aftermath-1"
    title: str
    case_hash: str | None
    game: Aftermath
    method: str = (
        "agent logit quantal response equilibrium, on the branch from lambda 0"
    )
    precision: Uncertain
    seed: int
    draws: int
    outcomes: tuple[Share, ...]
    rungs: tuple[Share, ...]
    expected_rung: Share | None
    first: tuple[First, ...]
    choices: tuple[Choice, ...]
    path: tuple[Step, ...]
    path_taken: Share
    influences: tuple[Influence, ...]
    explained: str
    by_precision: tuple[AtPrecision, ...]
    residual: float
    ties: tuple[str, ...]
    version: str


def answer(
    case: Case, *, precision: float | None = None, draws: int = 4000, seed: int = 7
) -> AftermathAnswer:
    """Solve the aftermath of a case over draws of its judgements.

    Parameters
    ----------
    case : Case
    precision : float, optional
        Fixes lambda; drawn from the case's range if left out.
    draws, seed : int

    Raises
    ------
    ForecastError
        If the case has no aftermath.
    ValueError
        If precision, draws or seed are out of range.

    Examples
    --------
    >>> import suasion
    >>> found = answer(suasion.load("deep-strikes"), draws=200)
    >>> round(sum(share.mean for share in found.outcomes), 9)
    1.0
    """
    if case.aftermath is None:
        raise ForecastError(
            f"{case.slug} has no aftermath; describe who moves next under [aftermath] in "
            "its case.toml, or name an .efg file"
        )
    found = answer_game(
        case.aftermath, case.title, precision=precision, draws=draws, seed=seed
    )
    return found.model_copy(update={"case_hash": case.hash})


def answer_game(
    game: Aftermath,
    title: str,
    *,
    precision: float | None = None,
    draws: int = 4000,
    seed: int = 7,
) -> AftermathAnswer:
    """Solve a valid game over draws of its judgements; see `answer`."""
    if precision is not None:
        if not (0 <= precision <= 1e6):
            raise ValueError(
                f"precision is {precision}; it lies between 0 and a million; 0 means "
                "choices at random"
            )
        game = game.model_copy(update={"precision": Uncertain.parse(float(precision))})
    if isinstance(draws, bool) or not (1 <= draws <= 10**7):
        raise ValueError(f"draws is {draws}; it lies between 1 and ten million")
    check_seed(seed)
    tree = Tree(game)
    if all(number.value.exact for number in tree.numbers):
        draws = 1
    parts = []
    known: dict[str, list[Array]] = {}
    for start in range(0, draws, _CHUNK):
        numbers = drawn(tree, seed, start, min(start + _CHUNK, draws))
        for key, values in numbers.items():
            known.setdefault(key, []).append(values)
        parts.append(respond(tree, numbers))
    response = Response(
        tree,
        np.concatenate([part.precision for part in parts]),
        np.concatenate([part.probability for part in parts]),
        np.concatenate([part.leaf for part in parts]),
        np.concatenate([part.belief for part in parts]),
        max(part.residual for part in parts),
    )
    numbers = {key: np.concatenate(values) for key, values in known.items()}
    outcome = response.outcome
    rung = _rungs(game, outcome)
    height = _height(rung) if game.ladder else None
    likeliest = int(outcome.mean(axis=0).argmax())
    name = game.outcomes[likeliest].name or game.outcomes[likeliest].id
    path, end = _path(response, numbers)
    return AftermathAnswer(
        title=title,
        case_hash=None,
        game=game,
        precision=game.precision,
        seed=seed,
        draws=draws,
        outcomes=_shares(outcome),
        rungs=_shares(rung),
        expected_rung=None if height is None else _share(height),
        first=_first(response),
        choices=_choices(response, numbers),
        path=path,
        path_taken=_share(response.leaf[:, end]),
        influences=_influences(
            tree, numbers, outcome[:, likeliest] if height is None else height
        ),
        explained=f"the probability of “{name}”"
        if height is None
        else "the expected rung of the ladder",
        by_precision=_by_precision(tree, numbers),
        residual=response.residual,
        ties=tuple(tie.move for tie in backward_induction(tree).ties)
        if tree.is_perfect_information
        else (),
        version=importlib.metadata.version("suasion"),
    )


def _share(values: Array) -> Share:
    low, high = np.quantile(values, [0.1, 0.9])
    return Share(float(values.mean()), float(low), float(high))


def _shares(values: Array) -> tuple[Share, ...]:
    return tuple(_share(column) for column in values.T)


def _rungs(game: Aftermath, outcome: Array) -> Array:
    """Return probabilities of the rungs, shape (draws, rungs)."""
    ids = [rung.id for rung in game.ladder]
    total = np.zeros((len(outcome), len(ids)))
    for at, end in enumerate(game.outcomes):
        if end.rung:
            total[:, ids.index(end.rung)] += outcome[:, at]
    return total


def _height(rung: Array) -> Array:
    """Return the expected rung, counted from 1, shape (draws,)."""
    height: Array = (rung * np.arange(1, rung.shape[1] + 1)).sum(axis=1)
    return height


def _first(response: Response) -> tuple[First, ...]:
    """Condition on what the first player to choose chooses."""
    tree = response.tree
    if not tree.sets:
        return ()
    chosen = tree.sets[0]
    found = []
    for k, action in enumerate(chosen.actions):
        leaves = [
            at
            for at, leaf in enumerate(tree.leaves)
            if any(place in chosen.nodes and way == k for place, way in leaf.steps)
        ]
        ends = response.outcomes(leaves)
        ends /= np.maximum(ends.sum(axis=1, keepdims=True), 1e-300)
        rung = _rungs(tree.game, ends)
        found.append(
            First(
                action,
                _share(response.probability[:, chosen.start + k]),
                _shares(rung),
                _share(_height(rung)) if tree.game.ladder else None,
            )
        )
    return tuple(found)


def _taken(
    response: Response, numbers: dict[str, Array], place: int
) -> list[tuple[str, Share]]:
    node = response.tree.nodes[place]
    names = [action.name for action in node.move.actions]
    if node.player >= 0:
        columns = response.probability[:, node.start : node.start + len(names)]
    else:
        base = f"aftermath.moves.{node.move.id}.actions."
        columns = np.stack([numbers[f"{base}{n}.probability"] for n in names], axis=-1)
        columns = columns / columns.sum(axis=1, keepdims=True)
    return list(zip(names, _shares(columns), strict=True))


def _choices(response: Response, numbers: dict[str, Array]) -> tuple[Choice, ...]:
    tree = response.tree
    reached = np.zeros(len(tree.nodes))
    for leaf, share in zip(tree.leaves, response.leaf.mean(axis=0), strict=True):
        for place, _ in leaf.steps:
            reached[place] += share
    return tuple(
        Choice(node.move.id, action, share, float(reached[place]))
        for place, node in enumerate(tree.nodes)
        for action, share in _taken(response, numbers, place)
    )


def _path(
    response: Response, numbers: dict[str, Array]
) -> tuple[tuple[Step, ...], int]:
    """Return the likeliest steps, and the leaf that they lead to."""
    tree = response.tree
    place, steps = 0, []
    while place >= 0:
        node = tree.nodes[place]
        taken = _taken(response, numbers, place)
        k = max(range(len(taken)), key=lambda at: taken[at][1].mean)
        steps.append(Step(node.move.actor, node.move.id, *taken[k]))
        place = node.children[k]
    return tuple(steps), ~place


def _influences(
    tree: Tree, numbers: dict[str, Array], explained: Array
) -> tuple[Influence, ...]:
    if len(explained) < _FEW:
        return ()
    found = [
        Influence(
            number.path,
            number.words,
            number.value,
            *first_order(numbers[number.path], explained),
        )
        for number in tree.numbers
        if not number.value.exact
    ]
    return tuple(sorted(found, key=lambda item: -item.share))


def _by_precision(tree: Tree, numbers: dict[str, Array]) -> tuple[AtPrecision, ...]:
    game = tree.game
    given = game.precision
    few = {path: values[:_PER_PRECISION] for path, values in numbers.items()}
    at = [given.low, given.mode, given.high]
    if given.exact:
        at = [given.mode / 4.0, given.mode, given.mode * 4.0]
    lines = []
    for precision in dict.fromkeys([0.0, *at]):
        outcome = respond(tree, few, precision).outcome
        lines.append(_line(game, precision, outcome.mean(axis=0)))
    limit = sequential(tree)
    ends = np.zeros(len(game.outcomes))
    for leaf in tree.leaves:
        share = 1.0
        for place, k in leaf.steps:
            node = tree.nodes[place]
            share *= (
                limit.probability[node.start + k]
                if node.player >= 0
                else tree.chances[node.start + k].mode
            )
        ends[leaf.outcome] += share
    return (*lines, _line(game, None, ends / ends.sum()))


def _line(game: Aftermath, precision: float | None, outcome: Array) -> AtPrecision:
    rung = _rungs(game, outcome[None])
    return AtPrecision(
        precision,
        tuple(map(float, outcome)),
        tuple(map(float, rung[0])),
        float(_height(rung)[0]) if game.ladder else None,
    )
