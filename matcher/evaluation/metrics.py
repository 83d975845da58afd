"""Ranking measures by ir-measures (MacAvaney et al. 2022), need by need.

Levels are 1-4. A level's gain is 2^(level-1) - 1 (none 0, weak 1, fairly strong 3, strong 7); a
record is relevant from level 3 on, which is where a gain is 3 or more.
"""

from collections import Counter
from collections.abc import Mapping, Sequence

import ir_measures
from ir_measures import RR, Measure, P, R, nDCG

Qrels = Mapping[str, Mapping[str, int]]
"""need id -> achievement id -> level 1-4; what is not judged counts as level 1."""
Run = Mapping[str, Sequence[str]]
"""need id -> achievement ids, best first."""

RELEVANT = 3
LEAST_GAIN = 2 ** (RELEVANT - 1) - 1
GRADED = "ndcg@10"
"""The one measure that also counts weak fits."""
MEASURES: dict[str, Measure] = {
    GRADED: nDCG @ 10,
    "mrr@10": RR(rel=LEAST_GAIN) @ 10,
    **{f"recall@{k}": R(rel=LEAST_GAIN) @ k for k in (10, 50, 100)},
    "p@5": P(rel=LEAST_GAIN) @ 5,
}


def gain(level: int) -> int:
    """2^(level-1) - 1."""
    return int(2 ** (level - 1) - 1)


def by_need(run: Run, qrels: Qrels) -> dict[str, dict[str, float]]:
    """Measure each list.

    Returns:
        measure -> need id -> value. A need stands under a measure only where the measure can be
        above 0: nDCG needs a level of 2 or more among the judgements, the others 3 or more. A
        need without a list gets 0.
    """
    names = {measure: name for name, measure in MEASURES.items()}
    best = {need: max(judged.values()) for need, judged in qrels.items()}
    values: dict[str, dict[str, float]] = {name: {} for name in MEASURES}
    for one in ir_measures.iter_calc(list(names), _gains(qrels), _scores(run)):
        name = names[one.measure]
        if best[one.query_id] >= (2 if name == GRADED else RELEVANT):
            values[name][one.query_id] = float(one.value)
    # the library's order is that of its providers: needs are put back into the judgements' order
    return {
        name: {need: found[need] for need in qrels if need in found}
        for name, found in values.items()
        if found
    }


def ndcg(ranked: Sequence[int], judged: Sequence[int], k: int) -> float:
    """nDCG@k (Järvelin & Kekäläinen 2002) of one list that is given by its levels.

    Args:
        ranked: the levels in the order of the list.
        judged: the levels of all judged records of the need, in any order.
        k: how far down the list.

    Returns:
        0-1; 0 when nothing is worth anything.
    """
    return _one(nDCG @ k, ranked, judged)


def precision(ranked: Sequence[int], k: int) -> float:
    """Share of the first k places that hold a relevant record."""
    return _one(P(rel=LEAST_GAIN) @ k, ranked, ranked)


def _one(measure: Measure, ranked: Sequence[int], judged: Sequence[int]) -> float:
    left_out = (Counter(judged) - Counter(ranked)).elements()
    levels = dict(enumerate([*ranked, *left_out]))
    qrels = {"": {str(at): level for at, level in levels.items()}}
    run = {"": [str(at) for at in range(len(ranked))]}
    (one,) = ir_measures.iter_calc([measure], _gains(qrels), _scores(run))
    return float(one.value)


def _gains(qrels: Qrels) -> dict[str, dict[str, int]]:
    return {need: {id_: gain(n) for id_, n in judged.items()} for need, judged in qrels.items()}


def _scores(run: Run) -> dict[str, dict[str, float]]:
    """Scores without ties, so that the library keeps the order of the list."""
    return {need: {id_: -float(at) for at, id_ in enumerate(ids)} for need, ids in run.items()}
