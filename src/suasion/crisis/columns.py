"""Columns of a data frame, whichever library made it, checked once at the edge."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from suasion.crisis.problem import EstimationError
from suasion.wording import did_you_mean

__all__ = ["Columns", "columns", "complete", "outcome_codes"]

_MISSING = ("raise", "drop")


class Columns(NamedTuple):
    """Columns by name, all of one length, none with a missing value."""

    values: dict[str, NDArray[Any]]
    rows: int
    dropped: int = 0

    @property
    def hash(self) -> str:
        """Identify the numbers and words, whichever library held them."""
        digest = hashlib.blake2b(digest_size=16)
        for name, column in sorted(self.values.items()):
            kind = "n" if column.dtype == np.float64 else "s"
            digest.update(f"{name}\0{kind}\0".encode())
            digest.update(
                column.tobytes() if kind == "n" else "\0".join(column).encode()
            )
        return digest.hexdigest()

    def replaced(self, name: str, value: object) -> Columns:
        """Return the same rows, but with one column constant."""
        column = self.values[name]
        new = np.full_like(
            column, value, dtype=None if column.dtype == float else object
        )
        return self._replace(values={**self.values, name: new})


def columns(data: Any, names: Iterable[str]) -> Columns:
    """Take columns out of a frame: numbers as float64, all else as text.

    Parameters
    ----------
    data : mapping or data frame
        Anything with `data[name]`: pandas, Polars, a dict of arrays.
    names : iterable of str

    Raises
    ------
    EstimationError
        If there is no such column, or columns differ in length.

    Examples
    --------
    >>> columns({"x": [1, 2], "who": ["a", None]}, ["x", "who"]).values
    {'who': array(['a', None], dtype=object), 'x': array([1., 2.])}
    """
    known = _names(data)
    taken: dict[str, NDArray[Any]] = {}
    for name in sorted(set(names)):
        if name not in known:
            raise EstimationError(
                f"data: there is no column {name!r}; {did_you_mean(name, known)}"
            )
        taken[name] = _column(name, data[name])
    if not taken:
        taken = {name: _column(name, data[name]) for name in known[:1]}
    lengths = {name: len(column) for name, column in taken.items()}
    if len(set(lengths.values())) != 1 or 0 in lengths.values():
        raise EstimationError(
            f"data: columns have {lengths} rows; all need the same number, at least one"
        )
    return Columns(taken, next(iter(lengths.values())))


def complete(found: Columns, missing: str) -> Columns:
    """Refuse, or leave out, rows with a missing value.

    Examples
    --------
    >>> complete(columns({"x": [1, None]}, ["x"]), "drop").dropped
    1
    """
    if missing not in _MISSING:
        raise ValueError(f'missing is {missing!r}; it is "raise" or "drop"')
    gaps = {name: _gaps(column) for name, column in found.values.items()}
    bad = np.logical_or.reduce(list(gaps.values()))
    if not bad.any():
        return found
    counts = ", ".join(f"{name} {gap.sum()}" for name, gap in gaps.items() if gap.any())
    if missing == "raise":
        raise EstimationError(
            f"data: {bad.sum()} of {found.rows} rows lack a value ({counts}), the first "
            f"is row {int(bad.argmax())} counted from 0; fill them, or leave these rows "
            'out with missing="drop"'
        )
    if bad.all():
        raise EstimationError(
            f"data: each of the {found.rows} rows lacks a value ({counts}), so none is "
            "left; leave such a column out of the formulas"
        )
    kept = {name: column[~bad] for name, column in found.values.items()}
    return Columns(kept, int((~bad).sum()), int(bad.sum()))


def outcome_codes(
    column: NDArray[Any],
    name: str,
    outcomes: Sequence[str],
    codes: Mapping[str, object] | None,
) -> NDArray[np.intp]:
    """Return the place of each row's outcome among the outcomes of the game.

    Examples
    --------
    >>> import numpy as np
    >>> outcome_codes(np.array([3.0, 1.0]), "y", ("sq", "war"), {"sq": 1, "war": 3})
    array([1, 0])
    """
    given = dict(codes) if codes is not None else {word: word for word in outcomes}
    if set(given) != set(outcomes):
        raise EstimationError(
            f"codes has {sorted(given)}; it says for each outcome of the game, "
            f"{', '.join(outcomes)}, how {name!r} writes it"
        )
    wanted = np.array([_like(column, given[word]) for word in outcomes], column.dtype)
    if len(set(wanted.tolist())) != len(outcomes):
        raise EstimationError(f"codes gives two outcomes one value: {given}")
    same = column[:, None] == wanted
    if not same.any(axis=1).all():
        row = int((~same.any(axis=1)).argmax())
        found = column.tolist()[row]
        raise EstimationError(
            f"data, row {row} counted from 0, column {name!r}: found {found!r}; an "
            f"outcome is one of {', '.join(repr(given[word]) for word in outcomes)}; "
            "mend the row, or say with codes= how the outcomes are written, such as "
            f"codes={ {word: place for place, word in enumerate(outcomes)} }"
        )
    return np.asarray(same.argmax(axis=1))


def _names(data: Any) -> list[str]:
    for attribute in ("columns", "column_names"):
        if (names := getattr(data, attribute, None)) is not None:
            return [str(name) for name in names]
    if isinstance(data, Mapping):
        return [str(name) for name in data]
    if isinstance(data, np.ndarray) and data.dtype.names:
        return list(data.dtype.names)
    raise EstimationError(
        f"data is a {type(data).__name__}; it is a pandas or Polars data frame, or a "
        "mapping of names to columns"
    )


def _column(name: str, column: Any) -> NDArray[Any]:
    found = np.asarray(column)
    if found.ndim != 1:
        raise EstimationError(
            f"data, column {name!r}: found {found.ndim} dimensions; a column has one"
        )
    if found.dtype.kind == "O":
        values = found.tolist()
        if all(value is None or isinstance(value, int | float) for value in values):
            found = np.array([np.nan if v is None else v for v in values], np.float64)
    if found.dtype.kind in "biuf":
        found = found.astype(np.float64)
        if np.isinf(found).any():
            raise EstimationError(
                f"data, column {name!r}, row {int(np.isinf(found).argmax())} counted "
                "from 0: found an infinite number; all are finite; mend the row"
            )
        return found
    gaps = _gaps(found.astype(object))
    words = [
        None if gap else str(v) for v, gap in zip(found.tolist(), gaps, strict=True)
    ]
    return np.array(words, object)


def _gaps(column: NDArray[Any]) -> NDArray[np.bool_]:
    if column.dtype == np.float64:
        return np.asarray(np.isnan(column))
    # NaN, NaT and pandas' NA are not equal to themselves; NA will not even say so.
    return np.array([v is None or str(v) == "<NA>" or v != v for v in column], bool)


def _like(column: NDArray[Any], value: object) -> object:
    if column.dtype != np.float64:
        return str(value)
    return float(value) if isinstance(value, int | float) else np.nan
