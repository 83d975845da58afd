"""The bound of `matcher.abstention`, from pairs whose level is known.

Split conformal prediction with the score 1 - P(true level) (Sadinle et al. 2019, "Least Ambiguous
Set-Valued Classifiers", after Vovk et al. 2005). The tests hold the sets to those of MAPIE, which
gives sets but not the number behind them, and needs scikit-learn loaded to find it
(docs/adr/0018-a-model-of-your-own.md).
"""

import math
from collections.abc import Sequence

import numpy as np

from matcher.fit import Fit
from matcher.types import Level

MISS = 0.2
"""Share of the pairs whose true level may be left out of their set."""


def bound_of(fits: Sequence[Fit], levels: Sequence[int], miss: float = MISS) -> float:
    """Return the least probability of a level that must still be thought possible.

    Args:
        fits: what is said about pairs that the model was not fitted to.
        levels: their true levels, 1-4.
        miss: how many of the true levels of further pairs may be excluded, 0-1.

    Returns:
        The k-th largest probability of a true level, k = ceil((n + 1)(1 - miss)): of further pairs
        of the same kind at least 1 - miss have a true level that is at least as likely. 0, which
        excludes nothing, where n is too small for that.
    """
    count = len(levels)
    # rounded: (n + 1) * 0.9 may stand a hair above a whole number
    place = math.ceil(round((count + 1) * (1 - miss), 9))
    if place > count:
        return 0.0
    of_truth = [fit.probabilities[Level(at)] for fit, at in zip(fits, levels, strict=True)]
    return float(np.sort(of_truth)[count - place])
