"""A forecast: the answer, what it rests on, and all that is needed to recompute it.

A `Forecast` is immutable and remembers the case as it was visible (with its hash), the
as-of date, the deadline, the seed, the number of draws, the versions of the program, the
models with their weights and diagnostics. `save` writes one JSON file and loses nothing;
the same case, version, seed and number of draws give the same forecast again.
"""

from __future__ import annotations

import base64
import datetime as dt
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Literal, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, ValidationError, model_serializer
from pydantic import model_validator as _validator

from suasion.case import Case
from suasion.problem import ForecastError
from suasion.textfile import write_text
from suasion.trajectory import Trajectory
from suasion.window.dossier import ScoreLine

if TYPE_CHECKING:
    import altair
    import xarray

__all__ = [
    "ActorSummary",
    "Assumption",
    "Comparison",
    "CurvePoint",
    "Diagnostic",
    "Draws",
    "Enabling",
    "Forecast",
    "ModelAnswer",
    "VetoLine",
    "load_forecast",
]

Array = NDArray[np.float64]


class _Frozen(BaseModel):
    model_config = ConfigDict(
        frozen=True, extra="forbid", ser_json_inf_nan="constants", defer_build=True
    )


class Draws(BaseModel):
    """Numbers of a forecast's draws, in order; stored as base64 of little-endian float64.

    Examples
    --------
    >>> Draws.of(np.array([0.25, 0.5])).model_dump()
    'AAAAAAAA0D8AAAAAAADgPw=='
    """

    model_config = ConfigDict(frozen=True)

    raw: bytes

    @classmethod
    def of(cls, values: Array) -> Draws:
        """Wrap an array."""
        return cls.model_construct(raw=np.asarray(values, dtype="<f8").tobytes())

    @property
    def values(self) -> Array:
        """The numbers, read-only."""
        return np.frombuffer(self.raw, dtype="<f8")

    @_validator(mode="before")
    @classmethod
    def _decode(cls, value: object) -> object:
        return {"raw": base64.b64decode(value)} if isinstance(value, str) else value

    @model_serializer
    def _encode(self) -> str:
        return base64.b64encode(self.raw).decode()

    def __repr__(self) -> str:
        return f"<{len(self.raw) // 8} draws>"


class CurvePoint(NamedTuple):
    """P(yes by the end of a date): mean, median and the 50, 80 and 95 % bands."""

    date: dt.date
    mean: float
    median: float
    low50: float
    high50: float
    low80: float
    high80: float
    low95: float
    high95: float


class ModelAnswer(_Frozen):
    """One model's own answer: a probability, or a place on an issue's scale.

    `kind` says what it rests on: the forecast itself; the ledger of precedents alone; one
    candidate alone (the constant hazard is the base rate); a bargaining model's
    simulation of the gatekeeper ("structural"); a bargaining model's outcome
    ("position"). `low` and `high` bound the middle 80 %; None where a model gives none.
    `draws` is how many it ran on; None for as many as the forecast.
    """

    name: str
    kind: Literal[
        "forecast", "ledger", "base rate", "candidate", "structural", "position"
    ]
    value: float
    low: float | None = None
    high: float | None = None
    weight: float | None = None
    draws: int | None = None
    issue: str = ""
    curve: tuple[float, ...] = ()


class ActorSummary(_Frozen):
    """An actor on the as-of date: its numbers over draws, on the first issue.

    Triples are the 10 %, 50 % and 90 % quantiles.
    """

    name: str
    code: str
    role: str
    head: str
    public: str
    present: bool
    capability: tuple[float, float, float]
    position: tuple[float, float, float]
    salience: tuple[float, float, float]
    effective_power: tuple[float, float, float]
    share_of_power: float


class VetoLine(_Frozen):
    """A veto: who, over which option, by the rule or a requirement, and why."""

    actor: str
    option: str
    by: Literal["rule", "requirement"]
    requirement: str
    reason: str


class Enabling(_Frozen):
    """An option, and the minimal sets of actors whose consent suffices for it."""

    option: str
    name: str
    sets: tuple[tuple[str, ...], ...]


class Assumption(_Frozen):
    """An assumption in words, and by how much the answer moves without it, if known."""

    text: str
    effect: float | None = None


class Diagnostic(_Frozen):
    """Whether a candidate's posterior can be trusted (Pareto k below 0.7)."""

    candidate: str
    weight: float
    pareto_k: float
    effective_size: float
    parameters: dict[str, tuple[float, float, float]]


class Comparison(_Frozen):
    """The reference class, and how the candidates did on dossiers left out."""

    rows: int
    approvals: int
    days_at_risk: float
    dossiers: int
    predictions: int
    unscored: tuple[str, ...]
    covariates: tuple[str, ...]
    dropped: tuple[str, ...]
    lines: tuple[ScoreLine, ...]


class Forecast(_Frozen):
    """A forecast of a case. Make one with `suasion.forecast`.

    Attributes
    ----------
    case : Case
        As visible on the as-of date.
    case_hash : str
        Of that view.
    as_of, by, until : date
        `by` and `until` are None for a question of place, not time.
    seed, draws : int
    version : str
        Of Suasion.
    libraries : dict
        Versions of the numerical libraries.
    answer : Draws
        Per draw: P(yes by the deadline), or the outcome on the first issue's scale.
    without_assumptions : Draws or None
        The same from the ledger alone, draw by draw.
    points : tuple of CurvePoint
    ledger_curve : tuple of float
        Mean of the forecast without the assumptions, at the dates of `points`.
    models : tuple of ModelAnswer
    trajectories : tuple of Trajectory
        How positions move from the as-of date on, by bargaining model.
    actors : tuple of ActorSummary
    net_pressure, own_stance : (10 %, 50 %, 90 %) or None
        In [-1/2, 1/2], on the as-of date.
    vetoes, enabling, assumptions, judgements, diagnostics, comparison
        What the answer rests on.
    """

    format: Literal["suasion-forecast-1"] = "suasion-forecast-1"
    case: Case
    case_hash: str
    as_of: dt.date
    by: dt.date | None
    until: dt.date | None
    seed: int
    draws: int
    version: str
    libraries: dict[str, str]
    parameters: dict[str, Any]
    answer: Draws
    without_assumptions: Draws | None = None
    points: tuple[CurvePoint, ...] = ()
    ledger_curve: tuple[float, ...] = ()
    models: tuple[ModelAnswer, ...] = ()
    trajectories: tuple[Trajectory, ...] = ()
    actors: tuple[ActorSummary, ...] = ()
    net_pressure: tuple[float, float, float] | None = None
    own_stance: tuple[float, float, float] | None = None
    vetoes: tuple[VetoLine, ...] = ()
    enabling: tuple[Enabling, ...] = ()
    assumptions: tuple[Assumption, ...] = ()
    judgements: tuple[str, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
    comparison: Comparison | None = None

    levels: ClassVar[tuple[float, ...]] = (0.5, 0.8, 0.95)

    @property
    def is_approval(self) -> bool:
        """Whether the question is yes or no by a date."""
        return self.case.question.kind == "approval"

    @property
    def probability(self) -> float:
        """P(yes by the deadline); for a question of place, P(threshold reached).

        Raises
        ------
        ForecastError
            If the question asks for a place and names no threshold.
        """
        values = self.answer.values
        if self.is_approval:
            return float(values.mean())
        issue = self.case.issues[0]
        if issue.threshold is None:
            raise ForecastError(
                f"{self.case.slug}: the question asks where, not whether; read .position, "
                "or give the issue a threshold"
            )
        upward = issue.status_quo is None or issue.threshold >= issue.status_quo.mode
        reached = values >= issue.threshold if upward else values <= issue.threshold
        return float(reached.mean())

    @property
    def position(self) -> float:
        """Mean outcome on the first issue, for a question of place.

        Raises
        ------
        ForecastError
            If the question is yes or no.
        """
        if self.is_approval:
            raise ForecastError(
                f"{self.case.slug}: the question asks whether, not where; read .probability"
            )
        return float(self.answer.values.mean())

    def interval(self, level: float = 0.8) -> tuple[float, float]:
        """Return the middle `level` of the draws of the answer.

        Raises
        ------
        ValueError
            If the level is not strictly between 0 and 1.
        """
        if not (0.0 < level < 1.0):
            raise ValueError(
                f"level is {level!r}; it lies between 0 and 1, such as 0.8"
            )
        tail = 0.5 * (1.0 - level)
        low, high = np.quantile(self.answer.values, [tail, 1.0 - tail])
        return float(low), float(high)

    @property
    def curve(self) -> tuple[CurvePoint, ...]:
        """P(yes by t) for every date; empty for a question of place."""
        return self.points

    def model(self, name: str) -> ModelAnswer:
        """Return one model's answer by its name.

        Raises
        ------
        KeyError
            If there is none; the message lists the names.
        """
        for answer in self.models:
            if answer.name == name:
                return answer
        names = ", ".join(answer.name for answer in self.models)
        raise KeyError(f"no model {name!r}; there are {names}")

    def trajectory(self, model: str) -> Trajectory:
        """Return how positions move in one bargaining model.

        Raises
        ------
        KeyError
            If there is none; the message lists the names.
        """
        for item in self.trajectories:
            if item.model == model:
                return item
        names = ", ".join(item.model for item in self.trajectories) or "none"
        raise KeyError(f"no trajectory of {model!r}; there are {names}")

    def explain(self) -> str:
        """Say in words what the answer is, why, and what is assumed."""
        from suasion.explanation import explain

        return explain(self)

    # --- out of the program ----------------------------------------------------------

    def to_dict(self, *, draws: bool = False) -> dict[str, Any]:
        """Return the forecast as plain data, with the draws themselves if asked."""
        left_out = None if draws else {"answer", "without_assumptions"}
        data = self.model_dump(mode="json", exclude=left_out)
        low, high = self.interval(0.8)
        value = self.probability if self.is_approval else self.position
        name = "probability" if self.is_approval else "position"
        return {name: value, "interval80": [low, high], **data}

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the forecast to a JSON file, complete: `load_forecast` reads it back."""
        return write_text(Path(path), self.model_dump_json() + "\n")

    def to_xarray(self) -> xarray.Dataset:
        """Return curve and draws as an xarray Dataset (extra `suasion[xarray]`)."""
        try:
            import xarray
        except ImportError:
            raise ForecastError(
                "xarray is not installed; install it with pip install 'suasion[xarray]'"
            ) from None
        draw = np.arange(self.draws)
        data: dict[str, Any] = {"answer": ("draw", self.answer.values)}
        coordinates: dict[str, Any] = {"draw": draw}
        if self.without_assumptions is not None:
            data["without_assumptions"] = ("draw", self.without_assumptions.values)
        if self.points:
            coordinates["date"] = np.array(
                [point.date for point in self.points], dtype="datetime64[D]"
            ).astype("datetime64[ns]")
            for field in CurvePoint._fields[1:]:
                column = [getattr(point, field) for point in self.points]
                data[f"curve_{field}"] = ("date", np.array(column))
            data["curve_ledger"] = ("date", np.array(self.ledger_curve))
        return xarray.Dataset(
            data,
            coords=coordinates,
            attrs={
                "case": self.case.slug,
                "case_hash": self.case_hash,
                "as_of": self.as_of.isoformat(),
                "seed": self.seed,
                "version": self.version,
            },
        )

    # --- charts: the user can restyle them ---------------------------------------------

    def chart_curve(self) -> altair.LayerChart:
        """Chart P(yes by t), its bands, the deadline and the succession."""
        from suasion.report.chart import curve_chart

        return curve_chart(self)

    def chart_positions(self) -> altair.LayerChart:
        """Chart positions of the actors with uncertainty and effective power."""
        from suasion.report.chart import positions_chart

        return positions_chart(self)

    def chart_power(self) -> altair.LayerChart:
        """Chart effective power along the scale."""
        from suasion.report.chart import power_chart

        return power_chart(self)

    def chart_models(self) -> altair.LayerChart:
        """Chart the models' answers side by side."""
        from suasion.report.chart import models_chart

        return models_chart(self)

    def chart_rounds(self, model: str = "challenge") -> altair.ConcatChart:
        """Chart positions by round in a bargaining model, with bands."""
        from suasion.report.rounds import rounds_chart

        return rounds_chart(self, self.trajectory(model))

    def chart_power_by_round(self, model: str = "challenge") -> altair.LayerChart:
        """Chart effective power along the scale by round."""
        from suasion.report.power_by_round import power_by_round_chart

        return power_by_round_chart(self, self.trajectory(model))

    def chart_network(self, model: str = "challenge") -> altair.LayerChart:
        """Chart who moved whom."""
        from suasion.report.network import network_chart

        return network_chart(self, self.trajectory(model))

    def chart_quads(self, model: str = "challenge") -> altair.LayerChart:
        """Chart what each actor expects of challenging each other."""
        from suasion.report.quads import quads_chart

        return quads_chart(self, self.trajectory(model))

    def _repr_html_(self) -> str:
        from suasion.explanation import as_html

        return as_html(self)

    def __str__(self) -> str:
        return self.explain()

    def __repr__(self) -> str:
        value = self.probability if self.is_approval else self.position
        low, high = self.interval(0.8)
        return (
            f"<Forecast {self.case.slug} as of {self.as_of}: {value:.3g} "
            f"(80 % {low:.3g} to {high:.3g})>"
        )

    @classmethod
    def read(cls, text: str, name: str) -> Self:
        """Read what `save` wrote; `name` is for the message of an error."""
        try:
            return cls.model_validate_json(text)
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            place = ".".join(str(part) for part in first["loc"]) or "the whole file"
            raise ForecastError(
                f"{name}: not a forecast saved by Suasion ({place}: {first['msg']}); "
                "give the file that Forecast.save or --save wrote"
            ) from None


def load_forecast(path: str | os.PathLike[str]) -> Forecast:
    """Read a forecast that `Forecast.save` wrote.

    Raises
    ------
    ForecastError
        If the file cannot be read or is something else.
    """
    try:
        text = Path(path).read_text(encoding="utf-8")
    except OSError as error:
        raise ForecastError(f"{path}: cannot be read ({error.strerror})") from None
    except UnicodeDecodeError:
        raise ForecastError(
            f"{path}: not a text file; give the file that Forecast.save wrote"
        ) from None
    return Forecast.read(text, str(path))
