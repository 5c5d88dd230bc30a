"""Simulated disputes for the tests of strategic probit and logit: known parameters."""

import numpy as np

from suasion.crisis import fit, simulate
from suasion.crisis.game import GAMES

KINDS = [("agent", "probit"), ("private", "probit"), ("agent", "logit")]
EVERY = [(game, *kind) for game in GAMES for kind in KINDS]
UTILITIES = {
    "three": {
        "U1(sq)": "1 + x",
        "U1(concede)": "a",
        "U1(fight)": "1 + w",
        "U2(fight)": "1 + z",
    },
    "four": {
        "U1(sq)": "1 + x",
        "U1(back)": "a",
        "U1(fight)": "1 + w",
        "U2(back)": "1",
        "U2(fight)": "1 + z",
    },
}
TRUTH = {
    "U1(sq): 1": 0.3,
    "U1(sq): x": -0.8,
    "U1(concede): a": 0.7,
    "U1(back): a": 0.7,
    "U1(fight): 1": 0.4,
    "U1(fight): w": 1.1,
    "U2(back): 1": 0.6,
    "U2(fight): 1": -0.2,
    "U2(fight): z": 0.9,
}


def frame(rows, seed=11):
    rng = np.random.default_rng(seed)
    return {name: rng.normal(size=rows) for name in "xawz"}


def truth(game):
    return {
        key: value
        for key, value in TRUTH.items()
        if key.split(":")[0] in UTILITIES[game]
    }


def drawn(rows, game="three", errors="agent", link="probit", seed=5):
    data = frame(rows, seed + 100)
    named = {"game": game, "errors": errors, "link": link}
    data["y"] = simulate(data, UTILITIES[game], truth(game), seed=seed, **named)
    return data


def fitted(data, game="three", starts=2, **how):
    how["starts"] = starts
    return fit(data, outcome="y", utilities=UTILITIES[game], game=game, **how)
