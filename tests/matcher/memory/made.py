"""Labelled pairs: levels follow a feature, how strict the need is, and the achievement."""

import numpy as np

from matcher.memory.compared import SHIPPED, Compared

NAMES = (
    "dense",
    "need_words",
    "need_meaning",
    "sentences",
    "title_words",
    "need_title_meaning",
    "title_meaning",
)


def unit(rows: np.ndarray) -> np.ndarray:
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def made(
    needs: int = 18,
    achievements: int = 30,
    each: int = 14,
    seed: int = 0,
    memorable: float = 1.5,
    offer: str = "full-title",
) -> tuple[Compared, np.ndarray]:
    """Pairs and levels; `memorable` is how much a need and an achievement bring of their own."""
    draw = np.random.default_rng(seed)
    need_at = np.repeat(np.arange(needs), each)
    achievement_at = np.concatenate([draw.permutation(achievements)[:each] for _ in range(needs)])
    told = draw.normal(size=len(need_at))
    severity = memorable * draw.normal(size=needs)
    worth = memorable * draw.normal(size=achievements)
    hidden = told + severity[need_at] + worth[achievement_at]
    noisy = hidden + 0.3 * draw.normal(size=len(told))
    levels = 1 + np.searchsorted(np.quantile(noisy, [0.4, 0.75, 0.9]), noisy)
    values = [{**{name: float(x) for name in NAMES}, SHIPPED: float(x) - 1.0} for x in told]
    compared = Compared(
        unit(draw.normal(size=(needs, 24))),
        unit(draw.normal(size=(achievements, 24))),
        need_at.astype(np.int64),
        achievement_at.astype(np.int64),
        (offer,) * len(need_at),
        tuple(values),
    )
    return compared, levels.astype(np.int64)
