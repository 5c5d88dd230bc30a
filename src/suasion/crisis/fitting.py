"""Maximum likelihood for strategic models: the main job of `suasion.crisis`."""

from __future__ import annotations

import hashlib
import importlib.metadata
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from suasion.crisis.columns import outcome_codes
from suasion.crisis.covariance import bootstrap, robust
from suasion.crisis.fit_record import Covariance, CrisisFit
from suasion.crisis.game import Errors, GameName, Link
from suasion.crisis.identification import (
    check_information,
    check_observed,
    check_separation,
    check_terms,
    flat,
)
from suasion.crisis.likelihood import Array
from suasion.crisis.maximum import TOLERANCE, Maximum, maximum, scaled
from suasion.crisis.problem import EstimationError
from suasion.crisis.specification import Specification, specify
from suasion.stream import check_seed

__all__ = ["fit"]

_FEW_CLUSTERS = 40
_WEAK = 1e-5


def fit(
    data: Any,
    *,
    outcome: str,
    utilities: Mapping[str, str],
    game: GameName = "three",
    errors: Errors = "agent",
    link: Link = "probit",
    codes: Mapping[str, object] | None = None,
    missing: str = "raise",
    covariance: Covariance | None = None,
    cluster: str | None = None,
    starts: int = 5,
    replications: int = 500,
    seed: int = 7,
    threads: int = 2,
) -> CrisisFit:
    r"""Fit a strategic probit or logit: a crisis game whose payoffs depend on covariates.

    .. math:: \hat\beta = \arg\max_\beta \sum_n \log P(o_n \mid X_n \beta)

    with the outcome probabilities of `suasion.crisis.likelihood`. The unit of the
    utilities is one error: standard deviation 1 for probit, scale 1 for logit. A utility
    that is not given is 0.

    Parameters
    ----------
    data : mapping or data frame
        pandas, Polars, or a dict of columns; one row for each crisis.
    outcome : str
        Column with what happened: `sq`, `concede`, `fight`, and `back` in game four.
    utilities : mapping
        Formulas by player and outcome: `{"U1(fight)": "1 + x", "U2(fight)": "z"}`.
        Nothing is added that is not written: a constant is `1`. Formulas can call
        functions, so do not take them from strangers.
    game : {"three", "four"}
        See `suasion.crisis.game`.
    errors : {"agent", "private"}
        Each action has an error that nobody knows before; or each outcome has one that
        only the player who values it knows. In game four player 1's second move is made
        by an agent with errors of its own, so that challenging does not signal them.
    link : {"probit", "logit"}
        Normal errors, or (agent error only) extreme value ones.
    codes : mapping, optional
        How the data write outcomes, such as `{"sq": 0, "concede": 1, "fight": 2}`.
    missing : {"raise", "drop"}
        What to do about rows that lack a value.
    covariance : {"information", "robust", "bootstrap"}, optional
        See `suasion.crisis.covariance`. Default: robust with clusters, else information.
    cluster : str, optional
        Column that names each row's cluster.
    starts : int
        Starting points, from 1 to 1000.
    replications : int
        Of the bootstrap, from 50.
    seed : int
        In [0, 2**64), of starts and bootstrap. Threads change no bit.
    threads : int
        For the bootstrap.

    Raises
    ------
    EstimationError
        If data or formulas cannot be read, or what is asked is not identified: an
        outcome never happens, terms cannot be told apart, separation, a flat maximum.

    References
    ----------
    Signorino 1999, American Political Science Review 93, 279-297; Signorino 2003,
    Political Analysis 11, 316-344; Signorino & Yilmaz 2003, American Journal of
    Political Science 47, 551-566.

    Examples
    --------
    >>> import numpy as np
    >>> from suasion.crisis import fit, simulate
    >>> rng = np.random.default_rng(1)
    >>> data = {"x": rng.normal(size=2000), "z": rng.normal(size=2000)}
    >>> utilities = {"U1(sq)": "1", "U1(fight)": "x", "U2(fight)": "1 + z"}
    >>> truth = {"U1(sq): 1": 0.2, "U1(fight): x": 1.0,
    ...          "U2(fight): 1": 0.3, "U2(fight): z": -1.0}
    >>> data["y"] = simulate(data, utilities, truth)
    >>> result = fit(data, outcome="y", utilities=utilities)
    >>> result.converged, round(result["U2(fight): z"], 1)
    (True, -0.9)
    """
    check_seed(seed)
    _whole("starts", starts, 1, 1000)
    _whole("replications", replications, 50, 1_000_000)
    _whole("threads", threads, 1, 1024)
    kind = covariance or ("robust" if cluster is not None else "information")
    if kind not in ("information", "robust", "bootstrap"):
        raise ValueError(
            f'covariance is {kind!r}; it is "information", "robust" or "bootstrap"'
        )
    if kind == "information" and cluster is not None:
        raise ValueError(
            'covariance="information" takes rows as independent, so cluster= would '
            'change nothing; use covariance="robust" or "bootstrap", or no clusters'
        )
    also = [outcome] if cluster is None else [outcome, cluster]
    made = specify(data, utilities, game=game, errors=errors, link=link,
                   missing=missing, also=also)  # fmt: skip
    if outcome in made.needs:
        raise EstimationError(
            f"utilities: a formula uses the outcome {outcome!r} to explain itself; "
            "leave it out"
        )
    chosen = outcome_codes(
        made.data.values[outcome], outcome, made.model.game.outcomes, codes
    )
    groups = _groups(made, cluster)
    model, sizes = _identified(made, chosen, outcome)
    best = maximum(model, chosen, starts=starts, seed=seed)
    check_separation(model, made.names, chosen, best.theta)
    weight = np.ones(len(chosen))
    information = -model.hessian(best.theta, chosen, weight)
    check_information(model, information, made.names, len(chosen))
    matrix = np.linalg.inv(information)
    matrix = (matrix + matrix.T) / 2.0
    failed, used, correction = 0, 0, "none"
    count = int(groups.max()) + 1
    if kind == "robust":
        matrix = robust(model.scores(best.theta, chosen), matrix, groups)
        correction = f"G / (G - 1) with G = {count}"
    elif kind == "bootstrap":
        drawn, failed = bootstrap(
            model, best.theta, matrix, chosen, groups,
            replications=replications, seed=seed, threads=threads,
        )  # fmt: skip
        matrix, used = np.cov(drawn, rowvar=False), len(drawn)
    counts = np.bincount(chosen)
    rows = model.log_likelihood(best.theta, chosen)
    smallest = float(flat(model, information, len(chosen))[0][0])
    result = CrisisFit(
        utilities={str(key): str(text) for key, text in utilities.items()},
        game=game,
        errors=errors,
        link=link,
        outcome=outcome,
        outcomes=dict(zip(made.model.game.outcomes, counts.tolist(), strict=True)),
        rows=len(chosen),
        dropped=made.data.dropped,
        cluster=cluster,
        clusters=None if cluster is None else count,
        names=made.names,
        coefficients=tuple((best.theta / sizes).tolist()),
        covariance=tuple(map(tuple, (matrix / np.outer(sizes, sizes)).tolist())),
        covariance_kind=kind,
        correction=correction,
        replications=used,
        failed=failed,
        log_likelihood=float(rows.sum()),
        null_log_likelihood=float(counts @ np.log(counts / len(chosen))),
        log_likelihoods=tuple(rows.tolist()),
        converged=best.converged,
        slope=best.slope,
        iterations=best.iterations,
        starts=starts,
        agreeing=best.agreeing,
        smallest_eigenvalue=smallest,
        seed=int(seed),
        data_hash=made.data.hash,
        outcome_hash=hashlib.blake2b(
            chosen.astype("<i8").tobytes(), digest_size=16
        ).hexdigest(),
        version=importlib.metadata.version("suasion"),
        libraries={
            name: importlib.metadata.version(name)
            for name in ("formulaic", "numpy", "scipy")
        },
        notes=tuple(_notes(best, cluster, count, len(made.names), smallest, failed)),
    )
    result._specification = made
    return result


def _groups(made: Specification, cluster: str | None) -> NDArray[np.intp]:
    """Give each row the number of its cluster; without clusters, a number of its own."""
    if cluster is None:
        return np.arange(made.data.rows)
    _, groups = np.unique(made.data.values[cluster], return_inverse=True)
    if groups.max() == 0:
        raise EstimationError(
            f"cluster {cluster!r}: all {len(groups)} rows are of one cluster, which says "
            "nothing of how clusters differ; choose a column that has several"
        )
    return np.asarray(groups, np.intp)


def _identified(
    made: Specification, chosen: NDArray[np.intp], outcome: str
) -> tuple[Any, Array]:
    """Return the model in terms of mean square 1, once it is known to be identified."""
    check_observed(made.model.game, chosen, outcome)
    if made.model.size >= len(chosen):
        raise EstimationError(
            f"{made.model.size} coefficients cannot be estimated from {len(chosen)} "
            "rows; leave terms out, and make sure that no numbers are written as text"
        )
    check_terms(made.model, made.names)
    model, sizes = scaled(made.model)
    check_separation(model, made.names, chosen, None)
    return model, sizes


def _notes(
    best: Maximum,
    cluster: str | None,
    count: int,
    size: int,
    smallest: float,
    failed: int,
) -> list[str]:
    notes = []
    if not best.converged:
        notes.append(
            f"Not converged: the slope at the best point is {best.slope:.1e}, above "
            f"{TOLERANCE:.0e}. Do not use these numbers; try more starts or fewer terms."
        )
    if best.agreeing < len(best.values):
        notes.append(
            f"{best.agreeing} of {len(best.values)} starts led to this maximum, the "
            "others to lower log-likelihoods: "
            + ", ".join(
                f"{value:.3f}" for value in sorted(set(best.values)) if
                best.value - value >= 1e-4
            )
            + "."
        )  # fmt: skip
    if smallest < _WEAK:
        notes.append(
            f"Weakly identified: the smallest eigenvalue of the information per row is "
            f"{smallest:.1e}. Large coefficients with large standard errors are a sign "
            "of it, or of near separation."
        )
    if cluster is not None and count < _FEW_CLUSTERS:
        notes.append(
            f"{count} clusters are few: clustered standard errors tend to be too small "
            f"with fewer than about {_FEW_CLUSTERS}."
        )
    if cluster is not None and count <= size:
        notes.append(
            f"No more clusters ({count}) than coefficients ({size}): tests of all "
            "coefficients together are not possible."
        )
    if failed:
        notes.append(
            f"{failed} replications of the bootstrap had no maximum and were left out."
        )
    return notes


def _whole(name: str, value: object, low: int, high: int) -> None:
    if isinstance(value, bool) or not isinstance(value, int | np.integer):
        raise ValueError(
            f"{name} is {value!r}; a whole number is needed, such as {low}"
        )
    if not (low <= value <= high):
        raise ValueError(f"{name} is {value}; it lies between {low} and {high}")
