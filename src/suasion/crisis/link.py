r"""Distributions of the errors: log probability of going on, and its slope.

With :math:`F` the distribution of the difference of errors and :math:`f` its density,
each link gives :math:`\log F` and :math:`f / F`, in both tails without overflow.

A complex argument :math:`x + i h` with a tiny :math:`h` stands for a value and its
derivative: :math:`g(x + i h) = g(x) + i h g'(x)`. SciPy's functions of complex numbers
are slower by a factor of ten, or missing, and all that is needed is this first order.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import erfcx, expit, log_expit, log_ndtr

__all__ = ["LINKS"]

Values = NDArray[Any]
"""Floating-point numbers, real or complex."""

_ROOT_2 = 2.0**0.5
_ROOT_2_OVER_PI = (2.0 / np.pi) ** 0.5


def _probit(x: Values) -> tuple[Values, Values]:
    real = x.real
    ratio = _ROOT_2_OVER_PI / erfcx(-real / _ROOT_2)
    return _lifted(x, log_ndtr(real), ratio), _lifted(x, ratio, -ratio * (real + ratio))


def _logit(x: Values) -> tuple[Values, Values]:
    real = x.real
    log, ratio = log_expit(real), expit(-real)
    return _lifted(x, log, ratio), _lifted(x, ratio, -ratio * expit(real))


def _lifted(x: Values, value: Values, slope: Values) -> Values:
    return value + 1j * (x.imag * slope) if np.iscomplexobj(x) else value


LINKS: dict[str, Callable[[Values], tuple[Values, Values]]] = {
    "probit": _probit,
    "logit": _logit,
}
"""Each takes x and returns log F(x) and f(x) / F(x)."""
