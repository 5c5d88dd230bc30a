"""Minimal winning and minimal blocking coalitions: all counted, the first few listed.

Source: Riker 1962, *The Theory of Political Coalitions* (Yale University Press), chapter
2; von Neumann & Morgenstern 1944, section 49 (minimal winning coalitions).
"""

from __future__ import annotations

import itertools
from typing import Literal

from suasion.frozen import Frozen
from suasion.power.diagram import Diagram, Sizes, TooLargeError

__all__ = ["Coalitions", "listed_of"]


class Coalitions(Frozen):
    """A family of coalitions.

    Attributes
    ----------
    count : int or None
        Exact; None where there are too many to count.
    smallest : int or None
        Members of the smallest one; None if there is none, or it is not known.
    listed : tuple of tuple of str
        The first few: small ones first, those with strong actors before others.
    """

    count: int | None
    smallest: int | None
    listed: tuple[tuple[str, ...], ...] = ()

    @classmethod
    def of_sizes(cls, sizes: Sizes) -> Coalitions:
        """Count without listing.

        Examples
        --------
        >>> Coalitions.of_sizes([0, 0, 9, 0])
        Coalitions(count=9, smallest=2, listed=())
        """
        smallest = next((size for size, count in enumerate(sizes) if count), None)
        return cls(count=sum(sizes), smallest=smallest)


def listed_of(
    diagram: Diagram,
    which: Literal["minimal", "minimal_blocking"],
    actors: tuple[str, ...],
    most: int,
) -> Coalitions:
    """Count the minimal coalitions of a diagram, and list the first few.

    Examples
    --------
    >>> from suasion.power.simple_game import weighted_game
    >>> game = weighted_game({"Gulls": 3, "Terns": 2, "Auks": 1}, 4)
    >>> listed_of(Diagram(game), "minimal", game.actors, 1).listed
    (('Gulls', 'Terns'),)
    """
    try:
        node = getattr(diagram, which)
    except TooLargeError:
        return Coalitions(count=None, smallest=None)
    found = Coalitions.of_sizes(diagram.sizes(node))
    first = itertools.islice(diagram.coalitions(node), most)
    names = tuple(tuple(actors[i] for i in sorted(members)) for members in first)
    return found.model_copy(update={"listed": names})
