"""Power: whose consent matters, by the rule, by what an option needs, as actors lean."""

from suasion.power.measure import Measures, measure
from suasion.power.simple_game import SimpleGame, game_of, weighted_game
from suasion.power.table import ActorPower, GamePower, PowerTable, power_table

__all__ = [
    "ActorPower",
    "GamePower",
    "Measures",
    "PowerTable",
    "SimpleGame",
    "game_of",
    "measure",
    "power_table",
    "weighted_game",
]
