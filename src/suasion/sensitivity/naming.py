"""What inputs and numbers are called, for a reader."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from suasion.answering import Input

if TYPE_CHECKING:
    from suasion.sensitivity.supposing import Number

__all__ = [
    "Kind",
    "coefficient_name",
    "input_name",
    "kind_of",
    "number_name",
    "owner_name",
]

Kind = Literal["actor", "bloc", "issue", "ledger", "aftermath", "assumption"]

_KINDS: dict[str, Kind] = {
    "actors": "actor",
    "aftermath": "aftermath",
    "blocs": "bloc",
    "issues": "issue",
    "ledger": "ledger",
    "window": "assumption",
}
_WINDOW = {
    "closing": "effect of the closing window",
    "own_weight": "weight of the gatekeeper's own stance",
    "pressure": "effect of net pressure",
    "stance": "effect of the gatekeeper's own stance",
}


def kind_of(one: Input) -> Kind:
    """Return what kind of thing an input belongs to."""
    return _KINDS[one.path.partition(".")[0]]


def owner_name(one: Input) -> str:
    """Name the owner of an input.

    Examples
    --------
    >>> owner_name(Input("blocs.sponsors.position", "sponsors", frozenset()))
    'common errors of “sponsors”'
    """
    match kind_of(one):
        case "bloc":
            return f"common errors of “{one.owner}”"
        case "issue":
            return "status quo"
        case "ledger":
            return "ledger of precedents"
        case "aftermath":
            return "aftermath looked ahead to"
        case "assumption":
            return "assumptions of the model"
        case _:
            return one.owner


def input_name(one: Input) -> str:
    """Name an input.

    Examples
    --------
    >>> input_name(Input("actors.France.position", "France", frozenset()))
    'France: position'
    """
    last = one.path.rpartition(".")[2]
    match kind_of(one):
        case "issue" | "ledger":
            return owner_name(one)
        case "assumption":
            return coefficient_name(last)
        case "aftermath":
            _, payoffs, player = one.path.partition(".payoffs.")
            return (
                f"aftermath: payoffs of {player}" if payoffs else f"aftermath: {last}"
            )
        case _:
            return f"{owner_name(one)}: {last}"


def coefficient_name(name: str) -> str:
    """Name a coefficient that is assumption."""
    return _WINDOW[name]


def number_name(number: Number) -> str:
    """Name a number of the case."""
    match number.field:
        case "status_quo":
            return "status quo"
        case "own_weight":
            return _WINDOW["own_weight"]
        case _:
            return f"{number.owner}: {number.field}"
