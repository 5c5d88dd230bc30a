r"""One round of exchanges on one draw: who trades with whom, in which order.

Each actor stands left or right of the outcome of each issue. Two that stand opposite on
two issues disagree on both and may trade: the one to whom p matters more, relative to q
than to the other (`i` here), demands p and supplies q, the other (`j`) the reverse. The
exchange with the largest equal gain is realised first. What has been given cannot be
sold again, only the rest; and whoever demands an issue knows who else moved it for him,
and needs less. Actors are myopic: nothing else that happens in a round is seen in it.
A demander is not moved past where he wants the outcome.

Everything is on scales from 0 to 100. An exchange is a row of four numbers, `i, j, p,
q`; actors and issues count from 0.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from suasion.bargaining.draws import Array
from suasion.bargaining.exchange_rate import _equal_gain, _gains, _random_rate

__all__: list[str] = []

Integers = NDArray[np.int64]
# From (name of a number, how many) to uniform numbers of this draw and round.
Uniform = Callable[[str, int], Array]

# Gains and moves, on scales from 0 to 100, that are too small to be made.
_LEAST = 1e-10


class Rules(NamedTuple):
    """How a round is played.

    `published` keeps the guard on moves and the gains of demanders already passed;
    `spread` is None for equal gain, else that of the random rate.
    """

    published: bool
    spread: float | None
    tie_tol: float


class Round(NamedTuple):
    """What happened in a round.

    `exchange` is (exchanges, 4); `start` and `end` are the positions of the suppliers
    (of p, of q) and `before` and `after` the outcomes of p and q that the partners
    knew, all (exchanges, 2), in the order in which they were realised.
    """

    outcome: Array
    vote: Array
    exchange: Integers
    start: Array
    end: Array
    before: Array
    after: Array
    gain: Array
    candidates: int
    valid: int
    gain_sum: float
    gain_max: float


def _outcome(x: Array, w: Array) -> Array:
    """Weighted means of the positions by issue, 0 where nobody has weight."""
    total = w.sum(axis=0)
    mean: Array = np.where(w > 0, w * x, 0).sum(axis=0) / np.where(total > 0, total, 1)
    return mean


def _candidates(
    x: Array, s: Array, w: Array, outcome: Array, rules: Rules
) -> tuple[Integers, Integers]:
    """Return candidates, (4, candidates), and their places among all pairs of pairs."""
    count, issues = x.shape
    off = x - outcome
    if rules.published:
        side = np.where(off <= 0, -1, 1)
    else:
        # Who stands at the outcome is on neither side, and may supply to both.
        side = np.where(np.abs(off) <= rules.tie_tol, 0, np.sign(off))
    side = np.where(w > 0, side, np.nan)
    first, second = np.triu_indices(count, 1)
    opposite = (side[first] != side[second]) & ~np.isnan(side[first] + side[second])
    p, q = np.triu_indices(issues, 1)
    pair, which = np.nonzero((opposite[:, p] & opposite[:, q]).T)
    a, b, p, q = first[which], second[which], p[pair], q[pair]
    swap = s[a, p] * s[b, q] < s[b, p] * s[a, q]
    i, j = np.where(swap, b, a), np.where(swap, a, b)
    return np.stack([i, j, p, q]), pair * len(first) + which


class _Market:
    """The candidates of a round, and what is left of them as they are realised.

    `vote` is where actors stand by now, `known[d, p, z]` by how much demander d knows
    z to have shifted p for it, `twice[d, p, z]` what z gave in those exchanges.
    """

    def __init__(self, x: Array, s: Array, w: Array, rules: Rules) -> None:
        self.x, self.rules = x, rules
        self.vote = x.copy()
        self.outcome = _outcome(x, w)
        self.sides, self.places = _candidates(x, s, w, self.outcome, rules)
        count, issues = x.shape
        self.known = np.zeros((count, issues, count))
        self.twice = np.zeros((count, issues, count))
        i, j, p, q = self.sides
        self.salience = np.stack([s[i, p], s[i, q], s[j, p], s[j, q]])
        share = w / np.where(w.sum(axis=0) > 0, w.sum(axis=0), 1)
        self.share = np.stack([share[j, p], share[i, q]])
        self.wanted = np.stack([x[i, p], x[j, q]])
        self.direction = np.sign(self.wanted - np.stack([x[j, p], x[i, q]]))
        size = self.sides.shape[1]
        self.gain = np.full(size, -np.inf)  # equal gain; of what is not valid, -inf
        self.shift = np.zeros((2, size))
        self.before = np.zeros((2, size))
        own = np.stack([i * issues + p, j * issues + q])
        self.demands = _by_owner(own, count * issues)
        own = np.stack([i * issues + q, j * issues + p])
        self.supplies = _by_owner(own, count * issues)

    # Who weighs next to nothing has next to nothing to sell: what overflows is not valid.
    @np.errstate(divide="ignore", over="ignore", invalid="ignore")
    def reckon(self, which: Integers, uniform: Array | None) -> None:
        """Reckon candidates anew, from where their suppliers stand by now."""
        i, j, p, q = self.sides[:, which]
        s, share = self.salience[:, which], self.share[:, which]
        wanted, ahead = self.wanted[:, which], self.direction[:, which]
        supplier, demander = np.stack([j, i]), np.stack([i, j])
        issue = np.stack([p, q])
        start, now = self.x[supplier, issue], self.vote[supplier, issue]
        left = (wanted - now) * ahead
        full = np.maximum(left, 0) * share
        others = self.known.sum(axis=2)[demander, issue]
        others -= self.known[demander, issue, supplier]
        before = self.outcome[issue] + others + (now - start) * share
        room = (wanted - before) * ahead
        # Nobody moves back on what it has given.
        good = (left > 0) & ((now - start) * ahead >= 0)
        if self.rules.published:
            move = _equal_gain(s, full) / share * ahead
            given = now - start + self.twice[demander, issue, supplier]
            good &= given + move <= 100
            room[room <= 0] = np.inf
        else:
            good &= room > 0
            room = np.maximum(room, 0)
        equal = _equal_gain(s, np.minimum(full, room))
        gain = _gains(s, equal).min(axis=0)
        shift = equal
        if uniform is not None and self.rules.spread is not None:
            spread, published = self.rules.spread, self.rules.published
            shift = _random_rate(s, full, uniform, spread, published)
            over = np.max(shift / np.where(room > 0, room, 1), axis=0)
            shift /= np.maximum(over, 1)
        good &= (shift > _LEAST * share) & (equal > _LEAST * share)
        valid = good.all(axis=0) & (gain >= _LEAST)
        self.gain[which] = np.where(valid, gain, -np.inf)
        self.shift[:, which], self.before[:, which] = shift, before

    def realise(self, k: int) -> tuple[Array, Array]:
        """Let the suppliers of a candidate move; return where from and where to."""
        i, j, p, q = self.sides[:, k]
        supplier, demander, issue = [j, i], [i, j], [p, q]
        share = self.share[:, k]
        start = self.vote[supplier, issue]
        end = start + self.direction[:, k] * self.shift[:, k] / share
        # A full move ends where the partner stands, to the last bit.
        wanted = self.wanted[:, k]
        end = np.clip(end, np.minimum(start, wanted), np.maximum(start, wanted))
        self.vote[supplier, issue] = end
        now = (end - self.x[supplier, issue]) * share
        first = self.known[demander, issue, supplier]
        stale = self.rules.published & (first != 0)
        self.known[demander, issue, supplier] = np.where(stale, first, now)
        self.twice[demander, issue, supplier] += end - start
        self.gain[k] = -np.inf
        return start, end

    def touched(self, k: int) -> Integers:
        """Return the valid candidates that see the exchange k."""
        i, j, p, q = self.sides[:, k]
        issues = self.x.shape[1]
        see = self.demands[i * issues + p], self.demands[j * issues + q]
        sell = self.supplies[i * issues + q], self.supplies[j * issues + p]
        which: Integers = np.unique(np.concatenate([*see, *sell]))
        valid: Integers = which[self.gain[which] > -np.inf]
        return valid


def _by_owner(owner: Integers, size: int) -> list[Integers]:
    """List, for each owner, the columns of `owner` in which it occurs."""
    order = np.argsort(owner, axis=None, kind="stable")
    ends = np.cumsum(np.bincount(owner.ravel(), minlength=size))[:-1]
    return np.split(order % max(owner.shape[1], 1), ends)


def _round(x: Array, s: Array, w: Array, rules: Rules, uniform: Uniform) -> Round:
    """Play a round: positions, saliences and weights are (actors, issues).

    Pairs without weight take no part. `uniform` is asked only if gains tie, unless as
    published, and for the random rate.
    """
    market = _Market(x, s, w, rules)
    count, issues = x.shape
    pairs = count * (count - 1) * issues * (issues - 1) // 4

    def numbers(step: int, which: Integers) -> Array | None:
        if rules.spread is None:
            return None
        drawn = uniform(f"rate.{step}", 3 * pairs).reshape(3, pairs)
        return drawn[:, market.places[which]]

    everything = np.arange(len(market.places))
    market.reckon(everything, numbers(0, everything))
    valid = market.gain[market.gain > -np.inf]
    luck: Array | None = None
    sides: list[Integers] = []
    course: list[tuple[Array, ...]] = []
    while market.gain.size:
        k = int(market.gain.argmax())
        if market.gain[k] == -np.inf:
            break
        if not rules.published:
            tied = np.flatnonzero(market.gain >= market.gain[k] - rules.tie_tol)
            if tied.size > 1:
                luck = uniform("tie", pairs) if luck is None else luck
                k = int(tied[luck[market.places[tied]].argmax()])
        start, end = market.realise(k)
        before, shift = market.before[:, k], market.shift[:, k]
        after = before + market.direction[:, k] * shift
        gain = _gains(market.salience[:, k], shift)
        sides.append(market.sides[:, k])
        course.append((start, end, before, after, gain))
        which = market.touched(k)
        if which.size:
            market.reckon(which, numbers(len(sides), which))
    start, end, before, after, gain = np.array(course).reshape(-1, 5, 2).swapaxes(0, 1)
    return Round(
        outcome=market.outcome,
        vote=market.vote,
        exchange=np.array(sides, dtype=np.int64).reshape(-1, 4),
        start=start,
        end=end,
        before=before,
        after=after,
        gain=gain,
        candidates=len(everything),
        valid=len(valid),
        gain_sum=float(valid.sum()),
        gain_max=float(valid.max(initial=0)),
    )
