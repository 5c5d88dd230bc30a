r"""What it costs to move an actor: a stated assumption, which a case may override.

.. math:: e_k(d) = m_k \, \Big(\frac{c_k}{\bar c}\Big)^{a} \,
          \Big(\frac{s_k}{\bar s}\Big)^{b} \, \Big(\frac{d}{W / 10}\Big)^{r}

for moving actor k by d on a scale of width W. So 1 is the effort of moving an average
actor by a tenth of the scale; it grows with distance, with the capability c of the actor
and with how much it cares, s, of which the means are those of the actors present. The
exponents a, b, r and the factor m are 1 unless `[effort]` in `case.toml` says otherwise.
No data stand behind this rule: it is judgement.
"""

from __future__ import annotations

import datetime as dt

import numpy as np
from numpy.typing import NDArray

from suasion.case import Case
from suasion.sampling import typical

__all__ = ["efforts"]

Array = NDArray[np.float64]


def efforts(case: Case, on: dt.date, distance: Array) -> Array:
    """Effort of moving each actor by each distance, shape (actors, distances).

    Capabilities and saliences count with their modes at the date. An actor that is
    absent or immovable has infinite effort.

    Parameters
    ----------
    case : Case
    on : date
    distance : ndarray, shape (distances,)
        On the first issue, in its units; 0 costs nothing.

    Examples
    --------
    >>> import datetime as dt, suasion
    >>> case = suasion.load("deep-strikes")
    >>> cost = efforts(case, dt.date(2024, 11, 11), np.array([0.0, 5.0, 10.0]))
    >>> bool((np.diff(cost) > 0.0).all()), cost[case.actor_names.index("Spain")].round(2)
    (True, array([0.  , 0.07, 0.14]))
    """
    rule = case.effort
    drawn = typical(case, on)
    capability = drawn.capability[0]
    salience = drawn.salience[0, :, 0]
    here = capability * salience > 0.0
    share = np.ones(len(here))
    if here.any():
        share = (capability / capability[here].mean()) ** rule.capability
        share = share * (salience / salience[here].mean()) ** rule.salience
    factor = np.array([rule.factor.get(actor.name, 1.0) for actor in case.actors])
    way = (distance / (case.issues[0].width / 10.0)) ** rule.distance
    cost: Array = (factor * share)[:, None] * np.where(distance == 0.0, 0.0, way)
    fixed = np.isin(case.actor_names, rule.immovable) | ~here
    cost[fixed] = np.where(distance == 0.0, 0.0, np.inf)
    return cost
