"""Fits the weights of an encoder: to the bundled sample at its first use, or to the gold set."""

from collections.abc import Callable
from dataclasses import replace

from matcher.embed import Embedder
from matcher.errors import NoWeightsError
from matcher.gold import pool_of, read_gold
from matcher.protocols import Segmenter
from matcher.reading.closely import CloseReader
from matcher.requirements.verdicts import VerdictOdds
from matcher.weighing import PENALTY, Judgements, fit_weights, gold_odds, make_embedder
from matcher.weighing.gold_pairs import compare_gold_pairs, read_gold_pairs
from matcher.weighing.pairing_model import fit_pairing
from matcher.weighing.verdict_model import fit_naming
from matcher.weight_file import Weights
from models.base import Encoder, TokenEncoder
from models.registry import DEFAULT_ENCODER
from service.sample import sample_judgements
from service.settings import Home
from service.weights.found import find_weights, keep_weights

LoadedReader = Callable[[VerdictOdds], CloseReader]
"""Gives the pair reader without fitted models beside it."""
CARD = {
    "kind": "proportional-odds weights of three stages, verdict odds, conformal bound",
    "trained_on": "{data}, written for this project",
    "licence": "Apache-2.0",
    "rebuild": "python -m service.weights --encoder {encoder} --out matcher/weights/{encoder}.json",
}
SAMPLE = "the bundled sample (service/sample)"
GOLD = "models/gold (train, fit and dev) and the sample"


def find_or_fit(
    encoder: Encoder,
    late: TokenEncoder,
    segmenter: Segmenter,
    home: Home,
    loaded_reader: LoadedReader,
    progress: Callable[[float], None] = lambda share: None,
) -> Weights:
    """Return the weights of an encoder; fit them to the sample when it is used the first time."""
    try:
        return find_weights(encoder, home)
    except NoWeightsError:
        weights, _ = fit_to_sample(encoder, late, segmenter, loaded_reader, progress)
        keep_weights(encoder, home, weights.dumps(card_of(encoder, SAMPLE)))
        return weights


def fit_to_sample(
    encoder: Encoder,
    late: TokenEncoder,
    segmenter: Segmenter,
    loaded_reader: LoadedReader,
    progress: Callable[[float], None] = lambda share: None,
) -> tuple[Weights, Embedder]:
    """Fit an encoder's weights to the bundled sample; the reader's odds are the shipped ones."""
    judgements = sample_judgements()
    embedder = make_embedder(encoder, late, judgements)
    shipped = Weights.shipped(DEFAULT_ENCODER)
    reader = loaded_reader(shipped.odds)
    if late.name != DEFAULT_ENCODER:  # the models of verdicts and numbers know its token vectors
        return fit_weights(judgements, embedder, segmenter, progress, reader), embedder
    reader.pairing = shipped.pairing or reader.pairing
    weights = fit_weights(judgements, embedder, segmenter, progress, reader)
    return replace(weights, naming=shipped.naming, pairing=shipped.pairing), embedder


def fit_to_gold(
    embedder: Embedder,
    segmenter: Segmenter,
    loaded_reader: LoadedReader,
    progress: Callable[[float], None],
) -> Weights:
    """Fit the weights that are shipped: to the gold set without its test part, and to the sample.

    The reader learned from train, so its readings there are no evidence: the read model, the odds
    and the model that names verdicts rest on fit, dev and the sample. What was written for the
    test part is left out altogether.
    """
    sample, train, unseen = sample_judgements(), read_gold(["train"]), read_gold(["fit", "dev"])
    judgements = Judgements(
        needs=[*sample.needs, *(one.need for one in (*train.needs, *unseen.needs))],
        achievements=[*sample.achievements, *pool_of(read_gold(), ["train", "fit", "dev"])],
        levels={**sample.levels, **train.levels, **unseen.levels},
        unread=frozenset(one.need.id for one in train.needs),
    )
    seen, fresh = (compare_gold_pairs(one, embedder, segmenter, least=1) for one in (train, unseen))
    reader = loaded_reader(VerdictOdds())
    reader.pairing = pairing = fit_pairing([*seen, *fresh])
    read = read_gold_pairs(fresh, reader)
    reader.odds = gold_odds(seen, read, pairing)
    weights = fit_weights(judgements, embedder, segmenter, progress, reader)
    return replace(weights, naming=fit_naming(read), pairing=pairing)


def card_of(encoder: Encoder, judged: str) -> dict[str, str]:
    """Say where weights come from."""
    card = {name: text.format(encoder=encoder.name, data=judged) for name, text in CARD.items()}
    return {**card, "encoder": encoder.fingerprint, "penalty": str(PENALTY)}
