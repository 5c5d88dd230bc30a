"""Sensitivity: which input drives the answer, and what finding it out would be worth."""

from suasion.sensitivity.driving import sensitivity
from suasion.sensitivity.pick_freeze import PickFreeze, pick_freeze
from suasion.sensitivity.record import (
    BreakEven,
    Crossing,
    Effect,
    Estimate,
    Sensitivity,
    Swing,
)
from suasion.sensitivity.shapley import shapley
from suasion.sensitivity.sobol import sobol

__all__ = [
    "BreakEven",
    "Crossing",
    "Effect",
    "Estimate",
    "PickFreeze",
    "Sensitivity",
    "Swing",
    "pick_freeze",
    "sensitivity",
    "shapley",
    "sobol",
]
