"""The draw of a token: top-k, temperature and a random number that depends only on seed,
candidate and position.

Everything here is row by row in float64 on at most a few dozen candidates a row, so that a row's
text cannot depend on its neighbours.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

__all__ = ["draw", "uniforms"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
_GOLDEN = 0x9E3779B97F4A7C15
_MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2 = np.uint64(0x94D049BB133111EB)


def _mix(x: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    """SplitMix64's finaliser: every input bit reaches every output bit."""
    with np.errstate(over="ignore"):
        x = (x ^ (x >> np.uint64(30))) * _MIX_1
        x = (x ^ (x >> np.uint64(27))) * _MIX_2
    return x ^ (x >> np.uint64(31))


def uniforms(seeds: Ints, candidates: Ints, positions: Ints) -> Floats:
    """One number in [0, 1) a row: a counter-based generator, the same for the same three integers,
    always.
    """
    with np.errstate(over="ignore"):
        x = _mix(seeds.astype(np.uint64) + np.uint64(_GOLDEN))
        x = _mix(x + candidates.astype(np.uint64) * np.uint64(_GOLDEN) + np.uint64(1))
        x = _mix(x + positions.astype(np.uint64) * np.uint64(_GOLDEN) + np.uint64(2))
    return (x >> np.uint64(11)).astype(np.float64) * 2.0**-53


def draw(
    logits: Floats, temperatures: Floats, top_ks: Ints, least_shares: Floats, randoms: Floats
) -> Ints:
    """The chosen column of each row of ``logits`` (rows, columns), which are sorted downwards.

    -inf forbids a column; only the first ``top_ks`` columns that are allowed take part, and of them those with at
    least ``least_shares`` of the best one's probability. A row without an allowed column gives 0.
    """
    allowed = np.isfinite(logits)
    within = allowed & (np.cumsum(allowed, axis=1) <= top_ks[:, None])
    safe = np.where(within, logits, -np.inf)
    peak = np.max(safe, axis=1, keepdims=True, initial=-1e30)
    distance = np.where(within, logits, peak) - peak
    within &= distance >= np.log(least_shares)[:, None]
    weights = np.where(within, np.exp(distance / temperatures[:, None]), 0.0)
    cumulative = np.cumsum(weights, axis=1)
    chosen = (cumulative > (randoms * cumulative[:, -1])[:, None]).argmax(axis=1)
    return chosen.astype(np.int64)
