r"""Rounds of exchanges on one draw: who trades with whom, in which order.

Each actor stands left or right of the outcome of each issue. Two that stand opposite on
two issues disagree on both and may trade: the one to whom p matters more, relative to q
than to the other (`i` here), demands p and supplies q, the other (`j`) the reverse. The
exchange with the largest equal gain is realised first. What has been given cannot be
sold again, only the rest; and whoever demands an issue knows who else moved it for him,
and needs less. Actors are myopic: nothing else that happens in a round is seen in it.
A demander is not moved past where he wants the outcome.

Everything is on scales from 0 to 100. Actors, issues and exchanges count from 0; a *cell*
is an actor and an issue, `actor * issues + issue`. A candidate is a row of six
numbers: the cells of i and p, i and q, j and p, j and q; and i and j. All that is
reckoned is said of one candidate; NumPy takes many at once (`suasion.lanes.many`).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from suasion.bargaining.draws import Array
from suasion.bargaining.exchange_rate_kernel import _equal_gain, _gains, _random_rate
from suasion.lanes.many import each, largest, where
from suasion.stream_kernel import _uniform

__all__: list[str] = []

Integers = NDArray[np.int64]

# Gains and moves, on scales from 0 to 100, that are too small to be made.
_LEAST = 1e-10
# Columns of the table of cells: position, salience, share of the weight of the issue,
# outcome of the issue, where the actor stands by now, and by how much it knows others to
# have shifted the issue for it.
_X, _S, _SHARE, _OUTCOME, _VOTE, _HELPED = range(6)


def _outcome(x: Array, w: Array, issues: int) -> tuple[Array, Array]:
    """Return weighted means of positions, 0 where nobody has weight, and the weights."""
    mean, total = np.zeros(issues), np.zeros(issues)
    for k in range(len(x)):
        total[k % issues] += w[k]
        mean[k % issues] += w[k] * x[k]
    for p in range(issues):
        total[p] = total[p] if total[p] > 0 else 1.0
        mean[p] /= total[p]
    return mean, total


def _pairs(size: int) -> tuple[Integers, Integers]:
    first = np.empty(size * (size - 1) // 2, np.int64)
    second = np.empty_like(first)
    k = 0
    for a in range(size):
        for b in range(a + 1, size):
            first[k], second[k] = a, b
            k += 1
    return first, second


def _side(off: Any, published: bool, tie_tol: float) -> Any:
    """Say on which side of the outcome an actor stands."""
    if published:
        return where(off <= 0, -1.0, 1.0)
    # Who stands at the outcome is on neither side, and may supply to both.
    return where(np.abs(off) <= tie_tol, 0.0, where(off < 0, -1.0, 1.0))


def _candidates(
    x: Array, s: Array, w: Array, mean: Array, published: bool, tie_tol: float
) -> tuple[Integers, Integers]:
    """Return candidates, (candidates, 6), and their places among all pairs of pairs."""
    issues = len(mean)
    first, second = _pairs(len(x) // issues)
    left, right = _pairs(issues)
    size = len(first)
    opposite = np.empty((issues, size), np.bool_)
    for p in range(issues):
        for k in each(np.arange(size)):
            a, b = first[k] * issues + p, second[k] * issues + p
            side_a = _side(x[a] - mean[p], published, tie_tol)
            side_b = _side(x[b] - mean[p], published, tie_tol)
            opposite[p, k] = (w[a] > 0) & (w[b] > 0) & (side_a != side_b)
    may = np.empty(size * len(left), np.bool_)
    for pair in range(len(left)):
        for k in each(np.arange(size)):
            may[pair * size + k] = opposite[left[pair], k] & opposite[right[pair], k]
    places = np.flatnonzero(may)
    sides = np.empty((len(places), 6), np.int64)
    for k in each(np.arange(len(places))):
        pair, which = places[k] // size, places[k] % size
        p, q, a, b = left[pair], right[pair], first[which], second[which]
        for_p = s[a * issues + p] * s[b * issues + q]
        swap = for_p < s[b * issues + p] * s[a * issues + q]
        i, j = where(swap, b, a), where(swap, a, b)
        sides[k, 0], sides[k, 1] = i * issues + p, i * issues + q
        sides[k, 2], sides[k, 3] = j * issues + p, j * issues + q
        sides[k, 4], sides[k, 5] = i, j
    return sides, places


def _seen(sides: Integers, cells: int) -> NDArray[np.int32]:
    """Return which candidates see what.

    `[0, c]` are those in which cell c demands, `[1, c]` those in which it supplies, each
    in the column of the cell that does the same for the partner; the others are -1.
    """
    seen = np.full((2, cells, cells), -1, np.int32)
    for k in each(np.arange(len(sides))):
        ip, iq, jp, jq = sides[k, 0], sides[k, 1], sides[k, 2], sides[k, 3]
        seen[0, ip, jq] = k
        seen[0, jq, ip] = k
        seen[1, iq, jp] = k
        seen[1, jp, iq] = k
    return seen


def _cells(x: Array, s: Array, w: Array, mean: Array, total: Array) -> Array:
    """Return the table of cells at the start of a round."""
    size, issues = len(x), len(mean)
    cells = np.zeros((size, 6))
    for k in each(np.arange(size)):
        cells[k, _X], cells[k, _VOTE], cells[k, _S] = x[k], x[k], s[k]
        cells[k, _SHARE] = w[k] / total[k % issues]
        cells[k, _OUTCOME] = mean[k % issues]
    return cells


def _standing(
    demand: Any, supply: Any, supplier: Any, cells: Array, known: Array
) -> Any:
    """Say how one cell stands that supplies to another.

    Return how far it can shift the outcome, going all the way; the outcome that the
    partners know; how far that is from where it is wanted; in which direction that is;
    and whether it has somewhere to go.
    """
    start, now, wanted = cells[supply, _X], cells[supply, _VOTE], cells[demand, _X]
    share, ahead = cells[supply, _SHARE], where(wanted > start, 1.0, -1.0)
    left = (wanted - now) * ahead
    others = cells[demand, _HELPED] - known[0, demand, supplier]
    before = cells[supply, _OUTCOME] + others + (now - start) * share
    # Nobody moves back on what it has given.
    good = (left > 0) & ((now - start) * ahead >= 0)
    return np.maximum(left, 0.0) * share, before, (wanted - before) * ahead, ahead, good


def _reckon(
    k: Any,
    sides: Integers,
    places: Integers,
    cells: Array,
    known: Array,
    gain: Array,
    terms: Array,
    published: bool,
    spread: float,
    seed: Any,
    key: Any,
) -> None:
    """Reckon a candidate (anew), from where its suppliers stand by now.

    Written are `gain`, the equal gain, or -inf if the candidate is not valid, and
    `terms`: the shifts of p and of q, and the outcomes before.
    """
    ip, iq, jp, jq = sides[k, 0], sides[k, 1], sides[k, 2], sides[k, 3]
    i, j = sides[k, 4], sides[k, 5]
    s_ip, s_iq, s_jp, s_jq = cells[ip, _S], cells[iq, _S], cells[jp, _S], cells[jq, _S]
    share_p, share_q = cells[jp, _SHARE], cells[iq, _SHARE]
    f_p, before_p, room_p, ahead_p, good_p = _standing(ip, jp, j, cells, known)
    f_q, before_q, room_q, ahead_q, good_q = _standing(jq, iq, i, cells, known)
    good = good_p & good_q
    if published:
        d_p, d_q = _equal_gain(s_ip, s_iq, s_jp, s_jq, f_p, f_q)
        given_p = cells[jp, _VOTE] - cells[jp, _X] + known[1, ip, j]
        given_q = cells[iq, _VOTE] - cells[iq, _X] + known[1, jq, i]
        good &= given_p + d_p / share_p * ahead_p <= 100
        good &= given_q + d_q / share_q * ahead_q <= 100
        room_p = where(room_p <= 0, np.inf, room_p)
        room_q = where(room_q <= 0, np.inf, room_q)
    else:
        good &= (room_p > 0) & (room_q > 0)
        room_p, room_q = np.maximum(room_p, 0.0), np.maximum(room_q, 0.0)
    most_p, most_q = np.minimum(f_p, room_p), np.minimum(f_q, room_q)
    d_p, d_q = _equal_gain(s_ip, s_iq, s_jp, s_jq, most_p, most_q)
    g_i, g_j = _gains(s_ip, s_iq, s_jp, s_jq, d_p, d_q)
    least = np.minimum(g_i, g_j)
    good &= (least >= _LEAST) & (d_p > _LEAST * share_p) & (d_q > _LEAST * share_q)
    if spread >= 0:
        # Three numbers for each of all pairs of pairs.
        count, issues = known.shape[2], known.shape[1] // known.shape[2]
        third = count * (count - 1) * issues * (issues - 1) // 4
        who = _uniform(seed, key, places[k])
        wins = _uniform(seed, key, places[k] + third)
        z = _uniform(seed, key, places[k] + 2 * third)
        d_p, d_q = _random_rate(
            s_ip, s_iq, s_jp, s_jq, f_p, f_q, who, wins, z, spread, published
        )
        over_p = d_p / where(room_p > 0, room_p, 1.0)
        over_q = d_q / where(room_q > 0, room_q, 1.0)
        over = np.maximum(np.maximum(over_p, over_q), 1.0)
        d_p, d_q = d_p / over, d_q / over
        good &= (d_p > _LEAST * share_p) & (d_q > _LEAST * share_q)
    gain[k] = where(good, least, -np.inf)
    terms[k, 0], terms[k, 1] = d_p, d_q
    terms[k, 2], terms[k, 3] = before_p, before_q


def _give(
    demand: int,
    supply: int,
    supplier: int,
    shift: float,
    cells: Array,
    known: Array,
    published: bool,
) -> tuple[float, float]:
    """Let a supplier move; return where from and where to."""
    start, first, wanted = cells[supply, _VOTE], cells[supply, _X], cells[demand, _X]
    share = cells[supply, _SHARE]
    end = start + (1.0 if wanted > first else -1.0) * shift / share
    # A full move ends where the partner stands, to the last bit.
    end = min(max(end, min(start, wanted)), max(start, wanted))
    cells[supply, _VOTE] = end
    if not published or known[0, demand, supplier] == 0:
        known[0, demand, supplier] = (end - first) * share
    known[1, demand, supplier] += end - start
    helped = 0.0
    for shifted in known[0, demand]:
        helped += shifted
    cells[demand, _HELPED] = helped
    return start, end


def _best(
    gain: Array, places: Integers, published: bool, tie_tol: float, seed: Any, key: Any
) -> int:
    """Return the candidate to realise next, or -1 if none is valid."""
    tied = largest(gain, 0.0 if published else tie_tol)
    if gain[tied[0]] == -np.inf:
        return -1
    if published or len(tied) == 1:
        return int(tied[0])
    luck = np.empty(len(tied))
    for n in each(np.arange(len(tied))):
        luck[n] = _uniform(seed, key, places[tied[n]])
    return int(tied[np.argmax(luck)])


def _round(
    x: Array,
    s: Array,
    w: Array,
    published: bool,
    spread: float,
    tie_tol: float,
    seed: Any,
    keys: NDArray[np.uint64],
    issues: int,
    vote: Array,
    account: Array,
    course: Array,
) -> int:
    """Play a round: positions, saliences and weights are (cells,).

    Cells without weight take no part. `spread` is below 0 for equal gain. `keys` are
    those of the streams for ties and for the rates, at first and after each exchange.
    Written are `vote`, (cells,); `account`: how many candidates there were at the start,
    how many of them valid, and the sum and the largest of their gains; and as many rows
    of `course` as there are, of exchanges in the order in which they are realised: i, j,
    p and q, where the suppliers (of p, of q) come from and go to, the outcomes of p and q
    that the partners know, before and after, and what i and j gain. Return the number of
    exchanges, or -1 if there are not keys enough.
    """
    mean, total = _outcome(x, w, issues)
    sides, places = _candidates(x, s, w, mean, published, tie_tol)
    size = len(sides)
    seen = _seen(sides, len(x))
    cells = _cells(x, s, w, mean, total)
    # Who knows whom to have shifted its issue by how much, and what that one gave for it.
    known = np.zeros((2, len(x), len(x) // issues))
    near = np.empty(4 * len(x), np.int32)
    gain, terms = np.empty(size), np.empty((size, 4))
    which, key, done = np.arange(size).astype(np.int32), keys[-1], 0
    while size:
        if spread >= 0:
            if done + 1 >= len(keys):
                return -1
            key = keys[done + 1]
        for k in each(which):
            _reckon(
                k,
                sides,
                places,
                cells,
                known,
                gain,
                terms,
                published,
                spread,
                seed,
                key,
            )
        if done == 0:
            account[0] = size
            for worth in gain[gain > -np.inf]:
                account[1] += 1
                account[2] += worth
                account[3] = max(account[3], worth)
        best = _best(gain, places, published, tie_tol, seed, keys[0])
        if best < 0:
            break
        ip, iq, jp, jq = sides[best, 0], sides[best, 1], sides[best, 2], sides[best, 3]
        i, j = sides[best, 4], sides[best, 5]
        d_p, d_q = terms[best, 0], terms[best, 1]
        start_p, end_p = _give(ip, jp, j, d_p, cells, known, published)
        start_q, end_q = _give(jq, iq, i, d_q, cells, known, published)
        gain[best] = -np.inf
        if done < len(course):
            told, n_p, n_q = course[done], terms[best, 2], terms[best, 3]
            told[0], told[1], told[2], told[3] = i, j, ip % issues, iq % issues
            told[4], told[5], told[6], told[7] = start_p, start_q, end_p, end_q
            told[8], told[10] = n_p, n_p + (d_p if end_p > start_p else -d_p)
            told[9], told[11] = n_q, n_q + (d_q if end_q > start_q else -d_q)
            g_i, g_j = _gains(
                cells[ip, _S], cells[iq, _S], cells[jp, _S], cells[jq, _S], d_p, d_q
            )
            told[12], told[13] = g_i, g_j
        done += 1
        for c in each(np.arange(len(x))):
            near[4 * c], near[4 * c + 1] = seen[0, ip, c], seen[0, jq, c]
            near[4 * c + 2], near[4 * c + 3] = seen[1, iq, c], seen[1, jp, c]
        which = near[near >= 0]
        which = which[gain[which] > -np.inf]
    for k in each(np.arange(len(x))):
        vote[k] = cells[k, _VOTE]
    return done


def _play(
    x: Array,
    s: Array,
    w: Array,
    follow: Array,
    published: bool,
    spread: float,
    tie_tol: float,
    seed: Any,
    keys: NDArray[np.uint64],
    path: Array,
    vote: Array,
    voted: Array,
    account: Array,
    course: Array,
) -> tuple[int, bool]:
    """Play rounds until nobody trades, or there are no more.

    `keys` has a row for each round. Written are `path`, (rounds + 1, cells); `vote` and
    their outcome, `voted`, of the last round; `account`, (rounds, 5), the number of
    exchanges and then the account of a round; and the rows of `course`. Return how many
    exchanges there were, -1 if there are not keys enough, and whether there was none in
    the last round.
    """
    issues = len(voted)
    for k in each(np.arange(len(x))):
        path[0, k] = x[k]
    total, rest = 0, False
    for t in range(len(keys)):
        for column in range(5):
            account[t, column] = 0.0
        done = 0
        if not rest:
            done = _round(
                path[t],
                s,
                w,
                published,
                spread,
                tie_tol,
                seed,
                keys[t],
                issues,
                vote,
                account[t, 1:],
                course[total:],
            )
        if done < 0:
            return -1, False
        account[t, 0] = done
        total += done
        rest = done == 0
        # What is at rest stays where it is: all votes are positions.
        for k in each(np.arange(len(x))):
            path[t + 1, k] = path[t, k] + follow[k] * (vote[k] - path[t, k])
    mean, _ = _outcome(vote, w, issues)
    for p in range(issues):
        voted[p] = mean[p]
    return total, rest
