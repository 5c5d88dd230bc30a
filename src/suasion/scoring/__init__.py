"""How good was it? Proper scores of forecasts, calibration, and differences that last."""

from suasion.scoring.calibration import (
    Calibration,
    Decomposition,
    calibration,
    decomposition,
)
from suasion.scoring.card import ModelScore, ScoreCard, date_crps, happened, score
from suasion.scoring.difference import (
    Difference,
    Mean,
    holm,
    mean_score,
    paired_differences,
)
from suasion.scoring.place import (
    absolute_error,
    crps,
    interval_score,
    weighted_interval_score,
)
from suasion.scoring_rule import (
    brier_score,
    importance,
    log_score,
    ranked_probability_score,
    skill,
)

__all__ = [
    "Calibration",
    "Decomposition",
    "Difference",
    "Mean",
    "ModelScore",
    "ScoreCard",
    "absolute_error",
    "brier_score",
    "calibration",
    "crps",
    "date_crps",
    "decomposition",
    "happened",
    "holm",
    "importance",
    "interval_score",
    "log_score",
    "mean_score",
    "paired_differences",
    "ranked_probability_score",
    "score",
    "skill",
    "weighted_interval_score",
]
