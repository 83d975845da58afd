"""Cross-validation of a model of one's own, beside the shipped weights on the same pairs."""

from collections.abc import Callable, Iterator
from typing import Literal

import numpy as np
from sklearn.model_selection import GroupKFold, KFold

from matcher.fit import Fit
from matcher.memory.compared import Compared, Places
from matcher.memory.train import Levels, fit_own

Split = Literal["need", "pair"]
FOLDS = 5


def folds(pairs: Compared, split: Split, seed: int = 0) -> Iterator[tuple[Places, Places]]:
    """Share pairs out to folds: (fitted to, judged).

    By need all pairs of a need, told by its text, are in one fold: the model meets new needs, as
    it will. By pair a need's other pairs are there to learn from.
    """
    if split == "pair":
        yield from KFold(FOLDS, shuffle=True, random_state=seed).split(pairs.need_at)
        return
    count = min(FOLDS, len(np.unique(pairs.need_at)))
    by_need = GroupKFold(count, shuffle=True, random_state=seed)
    yield from by_need.split(pairs.need_at, groups=pairs.need_at)


def judge_apart(
    pairs: Compared,
    levels: Levels,
    split: Split,
    seed: int = 0,
    progress: Callable[[float], None] = lambda share: None,
) -> list[Fit]:
    """Judge each pair by a model that was fitted to the other folds."""
    fits: dict[int, Fit] = {}
    for fitted, judged in folds(pairs, split, seed):
        model = fit_own(pairs.some(fitted), levels[fitted])
        fits.update(zip(judged.tolist(), model(pairs.some(judged)), strict=True))
        progress(len(fits) / len(pairs))
    return [fits[at] for at in range(len(pairs))]
