"""What a scorer might say, made by hand."""

from matcher.evaluation.outcome import Outcome, PairScore
from matcher.types import Level


def said(*shares):
    """The four probabilities, lowest level first; shown is the most probable level."""
    probabilities = dict(zip(Level, shares, strict=True))
    return PairScore(
        score=shares[2] + shares[3],
        level=max(Level, key=lambda level: probabilities[level]),
        probabilities=probabilities,
    )


STRONG = said(0.0, 0.1, 0.2, 0.7)
FAIR = said(0.1, 0.2, 0.6, 0.1)
WEAK = said(0.2, 0.5, 0.2, 0.1)
NONE = said(0.9, 0.1, 0.0, 0.0)
QRELS = {"n1": {"a": 4, "b": 1, "c": 3}, "n2": {"b": 2, "d": 1}, "n3": {"a": 1}}
GOOD = Outcome(
    QRELS,
    {"n1": ["a", "c", "x", "b"], "n2": ["b", "d"], "n3": ["a"]},
    {"n1": {"a": STRONG, "b": NONE, "c": FAIR}, "n2": {"b": WEAK, "d": NONE}, "n3": {"a": NONE}},
)
BAD = Outcome(
    QRELS,
    {"n1": ["x", "b", "c", "a"], "n2": ["d", "b"], "n3": ["a"]},
    {"n1": {"a": NONE, "b": STRONG, "c": WEAK}, "n2": {"b": NONE, "d": FAIR}, "n3": {"a": WEAK}},
)
