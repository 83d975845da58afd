"""What each part brings: the read model fitted with and without it, on the gold set.

Fitted to fit, dev and the sample as the shipped one is (the reader learned from train), and
measured on the test part: of each need the twelve best by stored numbers and all graded pairs
are ranked.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from benchmarks.measuring import table
from matcher.evaluation.metrics import ndcg
from matcher.evaluation.report import Figure
from matcher.features import OFFERS
from matcher.fit import FitModel
from matcher.fitting import fit_levels
from matcher.gold import pool_of, read_gold
from matcher.text.segment import JiebaSegmenter
from matcher.weighing import FULL_FEATURES, READ_FEATURES, Example, Judgements
from matcher.weighing.examples import Shown, read_examples
from matcher.weighing.fit_weights import PENALTY, fit_models, references_of
from matcher.weight_file import Weights
from models.registry import DEFAULT_ENCODER, load_encoder
from service.bootstrap import make_embedder, make_reader
from service.sample import sample_judgements

VARIANTS = {
    "dense": ("dense",),
    "+ words": ("dense", "need_words"),
    "+ late interaction": FULL_FEATURES,
    "reader alone": ("reader",),
    "all but the reader": (*FULL_FEATURES, *READ_FEATURES[1:]),
    "all but requirements": (*FULL_FEATURES, "reader"),
    "all but words": tuple(n for n in (*FULL_FEATURES, *READ_FEATURES) if n != "need_words"),
    "all but late interaction": ("dense", "need_words", *READ_FEATURES),
    "all": (*FULL_FEATURES, *READ_FEATURES),
}


def main() -> None:
    weights = Weights.shipped(DEFAULT_ENCODER)
    embedder = make_embedder(load_encoder(DEFAULT_ENCODER), weights)
    reader, segmenter = make_reader(weights), JiebaSegmenter()
    sample, unseen, test = sample_judgements(), read_gold(["fit", "dev"]), read_gold(["test"])
    judgements = Judgements(
        [*sample.needs, *(one.need for one in (*unseen.needs, *test.needs))],
        [*sample.achievements, *pool_of(read_gold(), ["fit", "dev", "test"])],
        {**sample.levels, **unseen.levels, **test.levels},
    )
    shown = Shown.of(judgements, False, embedder, segmenter)
    compared = [one for one in shown.examples(lambda share: None) if one.offer == OFFERS[0]]
    read = list(
        read_examples(shown, compared, fit_models(compared, "pair"), reader, lambda share: None)
    )
    tested = {one.need.id for one in test.needs}
    rows = {}
    for name, features in VARIANTS.items():
        model = _fit([one for one in read if one.need not in tested], features)
        figure = _lists([one for one in read if one.need in tested], model, test.levels)
        rows[name] = {
            "gold test, nDCG@10": f"{figure.value:.3f} [{figure.low:.3f}, {figure.high:.3f}]"
        }
    table("fitted with", rows)


def _fit(rows: Sequence[Example], names: Sequence[str]) -> FitModel:
    values = [one.read or {} for one in rows]
    levels = [one.level for one in rows]
    return fit_levels(
        values,
        levels,
        names=names,
        references=references_of(values, levels, names),
        penalty=PENALTY,
    )


def _lists(rows: Iterable[Example], model: FitModel, levels: dict[str, dict[str, int]]) -> Figure:
    by_need: dict[str, list[tuple[float, int]]] = defaultdict(list)
    for one in rows:
        by_need[one.need].append((model(one.read or {}).log_odds, one.level))
    return Figure.of(
        [
            ndcg(
                [level for _, level in sorted(some, reverse=True)], list(levels[need].values()), 10
            )
            for need, some in by_need.items()
        ]
    )


if __name__ == "__main__":
    main()
