"""How good are we? Every model on every case whose end is known."""

from suasion.backtest.ensemble import chance_weights, place_weights, pool_crps
from suasion.backtest.record import Backtest, Refused, Tried
from suasion.backtest.running import backtest
from suasion.backtest.table import Line, Table, place_table, whether_table
from suasion.backtest.trial import Refusal, Trial, of_ledgers, trials

__all__ = [
    "Backtest",
    "Line",
    "Refusal",
    "Refused",
    "Table",
    "Trial",
    "Tried",
    "backtest",
    "chance_weights",
    "of_ledgers",
    "place_table",
    "place_weights",
    "pool_crps",
    "trials",
    "whether_table",
]
