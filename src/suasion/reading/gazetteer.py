"""States by their names, demonyms and capitals; bodies that everybody knows.

Names, capitals and one demonym a state are those of the package `countryinfo`; what it
lacks is in `[states]` of the lexicon.
"""

from __future__ import annotations

import functools
from typing import Literal, NamedTuple

from suasion.reading.lexicon import group, lexicon

__all__ = ["Place", "places"]


class Place(NamedTuple):
    """What a name in the text stands for."""

    name: str
    kind: Literal["state", "capital", "organisation"]


@functools.cache
def places() -> dict[str, Place]:
    """Return what each known name stands for.

    Examples
    --------
    >>> places()["Warsaw"], places()["Dutch"].name, places()["EU"].name
    (Place(name='Poland', kind='capital'), 'Netherlands', 'European Union')
    """
    from countryinfo import all_countries

    table: dict[str, Place] = {}
    for country in all_countries():
        name = country.name()
        if (
            name in lexicon()["states"]["Eswatini"]
            or name == "Burma"
            or "Territory" in name
        ):
            continue
        table.setdefault(name, Place(name, "state"))
        capital, demonym = country.capital(), country.demonym()
        if isinstance(capital, str) and capital:
            table.setdefault(capital, Place(name, "capital"))
        for word in (demonym or "").replace("/", ",").split(","):
            if word:
                table.setdefault(word, Place(name, "state"))
    for word in group("not_states", "names"):
        table.pop(word, None)
    for name, others in lexicon()["states"].items():
        table |= dict.fromkeys((name, *others), Place(name, "state"))
    for name, others in lexicon()["capitals"].items():
        table |= dict.fromkeys(others, Place(name, "capital"))
    for name, others in lexicon()["houses"].items():
        table |= dict.fromkeys(others, Place(name, "state"))
    for name, others in lexicon()["bodies"].items():
        table |= dict.fromkeys((name, *others), Place(name, "organisation"))
    return table
