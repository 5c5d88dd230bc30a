"""Utilities in formulas: `{"U1(fight)": "1 + x + z"}` becomes matrices of terms.

Formulas are Wilkinson's, as in R and statsmodels, with one difference: nothing is added
that is not written. A constant is there if the formula has `1`.
"""

from __future__ import annotations

import importlib
import re
import warnings
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from suasion.crisis.columns import Columns
from suasion.crisis.game import Game
from suasion.crisis.likelihood import Array, Block
from suasion.crisis.problem import EstimationError
from suasion.wording import did_you_mean

__all__ = ["Utility", "parse", "terms"]


class Utility(NamedTuple):
    """One player's utility of one outcome; `spec` remembers how terms are made."""

    key: str
    player: int
    outcome: int
    text: str
    spec: Any

    @property
    def needs(self) -> set[str]:
        """Columns of the data that it needs."""
        return {str(name) for name in self.spec.required_variables}


def parse(utilities: Mapping[str, str], game: Game) -> tuple[Utility, ...]:
    """Read utilities, in the order of players and outcomes.

    Raises
    ------
    EstimationError
        For a player or outcome that the game does not have, or has no say on; for a
        formula that cannot be read.
    """
    formula, parser = _formulaic()
    keys = {
        f"U{player + 1}({game.outcomes[outcome]})": (player, outcome)
        for player in (0, 1)
        for outcome in game.matters(player)
    }
    for key in utilities:
        if key not in keys:
            raise EstimationError(_unknown(key, game, list(keys)))
    found = []
    for key, (player, outcome) in keys.items():
        text = utilities.get(key)
        if text is None:
            continue
        if not isinstance(text, str):
            raise EstimationError(
                f'utilities, {key}: found {text!r}; a formula is text, such as "1 + x"'
            )
        try:
            read = formula(text, _parser=parser(include_intercept=False))
        except Exception as error:
            words = re.sub(r"\x1b\[[0-9;]*m|[⧛⧚]", "", str(error)).split("\n")[0]
            raise EstimationError(
                f"utilities, {key}: {text!r} cannot be read as a formula ({words}); "
                'write one like "1 + x + log(z)"'
            ) from None
        if hasattr(read, "lhs"):
            raise EstimationError(
                f"utilities, {key}: {text!r} has a left side; the outcome is named by "
                'outcome=, so write only what stands right of "~"'
            )
        if len(read):
            found.append(Utility(key, player, outcome, text, read))
    for player in (0, 1):
        if not any(item.player == player for item in found):
            raise EstimationError(
                f"utilities: no utility of player {player + 1} has a term, so nothing "
                f"explains what it does; give it one, such as "
                f'{{"U{player + 1}({game.outcomes[-1]})": "1"}}'
            )
    return tuple(found)


def terms(
    utilities: tuple[Utility, ...], data: Columns
) -> tuple[tuple[Utility, ...], tuple[Block, ...], tuple[str, ...]]:
    """Evaluate formulas: utilities that remember levels and knots, blocks, names.

    Raises
    ------
    EstimationError
        If a formula cannot be evaluated, or a term is not finite.
    """
    frame = importlib.import_module("pandas").DataFrame(data.values)
    specs, blocks, names = [], [], []
    for item in utilities:
        try:
            with warnings.catch_warnings():
                # What is not finite is refused below; a new category has no term.
                warnings.simplefilter("ignore")
                warnings.filterwarnings("error", "Data has categories outside")
                matrix = item.spec.get_model_matrix(
                    frame, context={}, output="numpy", na_action="ignore"
                )
        except Exception as error:
            raise EstimationError(
                f"utilities, {item.key}: {item.text!r} cannot be evaluated ({error}); "
                "mend the formula, or leave such rows out"
            ) from None
        values: Array = np.asarray(matrix, np.float64)
        spec = matrix.model_spec
        for place, name in enumerate(spec.column_names):
            if not np.isfinite(values[:, place]).all():
                row = int((~np.isfinite(values[:, place])).argmax())
                raise EstimationError(
                    f"utilities, {item.key}: the term {name} is {values[row, place]} in "
                    f"row {row} counted from 0; it is finite in every row; mend the data "
                    "or the formula, such as log(1 + x) for log(x)"
                )
            names.append(f"{item.key}: {'1' if name == 'Intercept' else name}")
        specs.append(item._replace(spec=spec))
        blocks.append(Block(item.player, item.outcome, values))
    return tuple(specs), tuple(blocks), tuple(names)


def _formulaic() -> tuple[Any, Any]:
    try:
        formula = importlib.import_module("formulaic").Formula
        parser = importlib.import_module("formulaic.parser").DefaultFormulaParser
    except ImportError:
        raise EstimationError(
            "formulaic is not installed, and formulas need it; install it with "
            "pip install 'suasion[crisis]'"
        ) from None
    return formula, parser


def _unknown(key: str, game: Game, keys: list[str]) -> str:
    found = re.fullmatch(r"U2\((\w+)\)", key)
    if found and found[1] in game.outcomes:
        return (
            f"utilities, {key}: player 2 is asked only after {found[1]} is ruled out, so "
            "its utility of it changes nothing; leave it out"
        )
    return (
        f"utilities, {key}: a utility is named by player and outcome; "
        f"{did_you_mean(key, keys)}"
    )
