"""Uncertain numbers: `60`, or `50|60|75` for low, mode and high.

Three numbers stand for a PERT distribution, a beta on [a, b] with shape
1 + 4 (m - a)/(b - a) and 1 + 4 (b - m)/(b - a) and mode m. Low and high are its **5th
and 95th percentiles**, not its ends: an analyst who writes `50|60|75` says that one time
in ten the truth lies outside. The ends a and b follow from the three numbers; values
beyond the natural limits of a quantity (a salience above 1) are set to the limit.

Sources: Malcolm, Roseboom, Clark & Fazar 1959, "Application of a technique for research
and development program evaluation", Operations Research 7, 646-669 (the PERT beta);
Keefer & Bodily 1983, "Three-point approximations for continuous random variables",
Management Science 29, 595-609 (elicit percentiles, not ends).
"""

from __future__ import annotations

import functools
import math
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import (
    BaseModel,
    ConfigDict,
    ModelWrapValidatorHandler,
    model_serializer,
    model_validator,
)
from pydantic.json_schema import JsonSchemaValue

__all__ = ["Uncertain"]

# Quantile functions are tabulated once at this many equal steps of probability and
# read by linear interpolation: within 1e-6 of the width of the range between the 5th
# and the 95th percentile, 3e-4 up to the last thousandth on either side (tested).
_STEPS = 4096


class Uncertain(BaseModel):
    """A number known exactly, or by low, mode and high.

    Attributes
    ----------
    low, mode, high : float
        5th percentile, mode and 95th percentile; `low <= mode <= high`, finite. All
        three are equal for an exact number.

    Examples
    --------
    >>> Uncertain.parse("50|60|75")
    Uncertain('50|60|75')
    >>> Uncertain.parse(60).exact
    True
    >>> Uncertain.parse("50|60|75").quantile(np.array([0.05, 0.5, 0.95])).round(2)
    array([50.  , 61.36, 75.  ])
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    low: float
    mode: float
    high: float

    @classmethod
    def parse(cls, value: object) -> Uncertain:
        """Read `60`, `"60"` or `"50|60|75"`.

        Raises
        ------
        ValueError
            If it is not one finite number or three finite numbers in rising order; the
            message gives the rule and the cure.
        """
        if isinstance(value, Uncertain):
            return value
        if isinstance(value, bool) or not isinstance(value, int | float | str):
            raise ValueError(f"a number or 'low|mode|high' is needed, not {value!r}")
        parts = value.split("|") if isinstance(value, str) else [value]
        if len(parts) not in (1, 3):
            raise ValueError(
                "an uncertain number is one number or three, low|mode|high; "
                "write 60 or 50|60|75"
            )
        numbers = [_number(part) for part in parts]
        low, mode, high = numbers * 3 if len(numbers) == 1 else numbers
        if not (low <= mode <= high):
            raise ValueError(
                "low|mode|high must rise; put the smallest first and the largest last"
            )
        return cls.model_construct(low=low, mode=mode, high=high)

    @model_validator(mode="wrap")
    @classmethod
    def _read(cls, value: Any, handler: ModelWrapValidatorHandler[Uncertain]) -> Any:
        if isinstance(value, dict):
            number = handler(value)
            cls.parse(f"{number.low!r}|{number.mode!r}|{number.high!r}")
            return number
        return cls.parse(value)

    @model_serializer
    def _write(self) -> float | str:
        return self.mode if self.exact else str(self)

    @classmethod
    def __get_pydantic_json_schema__(cls, _core: Any, _handler: Any) -> JsonSchemaValue:
        number = r"\s*-?[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]+)?\s*"
        return {
            "title": "Uncertain number",
            "description": "60, or '50|60|75': 5th percentile, mode, 95th percentile",
            "anyOf": [
                {"type": "number"},
                {"type": "string", "pattern": rf"^{number}(\|{number}\|{number})?$"},
            ],
        }

    @property
    def exact(self) -> bool:
        """Whether the number is known exactly."""
        return self.low == self.high

    def quantile(self, probability: NDArray[np.float64]) -> NDArray[np.float64]:
        """Values at the given cumulative probabilities, each in (0, 1)."""
        if self.exact:
            return np.full(np.shape(probability), self.mode)
        table = _quantile_table(self.low, self.mode, self.high)
        step = probability * _STEPS
        cell = step.astype(np.intp)
        left = table[cell]
        return left + (step - cell) * (table[cell + 1] - left)

    def __str__(self) -> str:
        if self.exact:
            return repr(self.mode) if self.mode % 1 else f"{self.mode:.0f}"
        return "|".join(
            repr(x).removesuffix(".0") for x in (self.low, self.mode, self.high)
        )

    def __repr__(self) -> str:
        return f"Uncertain('{self}')"


def _number(part: object) -> float:
    try:
        number = float(part)  # type: ignore[arg-type]
    except (ValueError, OverflowError):
        raise ValueError(
            f"{str(part).strip()!r} is not a number; write it with a decimal point, "
            "without units or thousands separators"
        ) from None
    if not math.isfinite(number):
        raise ValueError("a number must be finite; leave out what is not known")
    return number


@functools.lru_cache(maxsize=4096)
def _quantile_table(low: float, mode: float, high: float) -> NDArray[np.float64]:
    """Quantiles of the PERT at 0, 1/_STEPS, ..., 1 (and once more 1, for the last cell)."""
    from scipy.special import betaincinv

    # With f the place of the mode in [a, b], the place of the mode between the two
    # percentiles rises with f: bisection finds the f that matches low, mode and high.
    target = (mode - low) / (high - low)
    left, right = 0.0, 1.0
    for _ in range(60):
        f = 0.5 * (left + right)
        q05, q95 = betaincinv(1 + 4 * f, 5 - 4 * f, [0.05, 0.95])
        if (f - q05) / (q95 - q05) < target:
            left = f
        else:
            right = f
    probability = np.append(np.arange(_STEPS + 1) / _STEPS, 1.0)
    beta = betaincinv(1 + 4 * f, 5 - 4 * f, probability)
    width = (high - low) / (q95 - q05)
    table: NDArray[np.float64] = low + width * (beta - q05)
    table.setflags(write=False)
    return table
