"""Names of forecasters that the journal keeps for its own."""

from __future__ import annotations

__all__ = ["BASELINE", "MODEL", "POOL", "reserved_for"]

MODEL = "Suasion"
POOL = "Readers' pool"
BASELINE = "Base rate so far"


def reserved_for(name: str) -> str | None:
    """Return the kind of forecaster that alone may have a name; None if all may."""
    folded = " ".join(name.split()).casefold()
    if folded == MODEL.casefold() or folded.startswith(f"{MODEL.casefold()},"):
        return "model"
    kinds = {POOL.casefold(): "pool", BASELINE.casefold(): "baseline"}
    return kinds.get(folded)
