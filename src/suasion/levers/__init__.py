"""Whom to move, how far, at what cost, and what the other side would do."""

from suasion.levers.lever_record import Levers, Move, MoveSet, Single
from suasion.levers.moving import levers

__all__ = ["Levers", "Move", "MoveSet", "Single", "levers"]
