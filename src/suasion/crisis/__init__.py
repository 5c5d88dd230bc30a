"""Crisis games estimated from data: strategic probit and logit."""

from suasion.crisis.fit_record import CrisisFit
from suasion.crisis.fitting import fit
from suasion.crisis.prediction import Prediction, Profile
from suasion.crisis.problem import EstimationError
from suasion.crisis.simulating import probabilities, simulate
from suasion.crisis.vuong import VuongTest, vuong

__all__ = [
    "CrisisFit",
    "EstimationError",
    "Prediction",
    "Profile",
    "VuongTest",
    "fit",
    "probabilities",
    "simulate",
    "vuong",
]
