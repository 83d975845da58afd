"""Finds the fit weights of an encoder: shipped, fitted before in this home, or fitted now.

Also the command that rebuilds the shipped ones:
`python -m service.weights --encoder NAME --out FILE [--usual TEXTS.jsonl]`.
"""

import argparse
import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from matcher.embed import Centre, Embedder
from matcher.errors import NoWeightsError
from matcher.gold import pool_of, read_gold
from matcher.protocols import Segmenter
from matcher.requirements.verdicts import VerdictOdds
from matcher.weighing import PENALTY, Judgements, fit_weights, gold_odds, make_embedder
from matcher.weighing.gold_pairs import compare_gold_pairs, read_gold_pairs
from matcher.weighing.pairing_model import fit_pairing
from matcher.weighing.verdict_model import fit_naming
from matcher.weight_file import FORMAT, Weights
from models.base import Encoder, TokenEncoder
from models.card import read_card
from models.registry import DEFAULT_ENCODER, PAIR_READER, artifact_folder, load_encoder
from service.sample import sample_judgements
from service.settings import Home

CARD = {
    "kind": "proportional-odds weights of three stages, verdict odds, conformal bound",
    "trained_on": "{data}, written for this project",
    "licence": "Apache-2.0",
    "rebuild": "python -m service.weights --encoder {encoder} --out matcher/weights/{encoder}.json",
}
SAMPLE = "the bundled sample (service/sample)"
GOLD = "models/gold (train, fit and dev) and the sample"


def find_weights(encoder: Encoder, home: Home) -> Weights:
    """Return the shipped weights, or those fitted in this home.

    Raises:
        NoWeightsError: there are none yet; `duijie index` makes them.
    """
    try:
        return Weights.shipped(encoder.name)
    except NoWeightsError:
        file = _fitted_file(encoder, home)
        if not file.is_file():
            raise
        return Weights.loads(file.read_text(encoding="utf-8"))


def find_or_fit(
    encoder: Encoder,
    late: TokenEncoder,
    segmenter: Segmenter,
    home: Home,
    progress: Callable[[float], None] = lambda share: None,
) -> Weights:
    """Return the weights of an encoder; fit them to the sample when it is used the first time."""
    try:
        return find_weights(encoder, home)
    except NoWeightsError:
        weights, _ = fit_to_sample(encoder, late, segmenter, progress)
        file = _fitted_file(encoder, home)
        file.parent.mkdir(parents=True, exist_ok=True)
        beside = file.with_suffix(".tmp")
        beside.write_text(weights.dumps(card_of(encoder, SAMPLE)), encoding="utf-8")
        beside.replace(file)
        return weights


def fit_to_sample(
    encoder: Encoder,
    late: TokenEncoder,
    segmenter: Segmenter,
    progress: Callable[[float], None] = lambda share: None,
) -> tuple[Weights, Embedder]:
    """Fit an encoder's weights to the bundled sample; the reader's odds are the shipped ones."""
    from service.bootstrap import close_reader

    judgements = sample_judgements()
    embedder = make_embedder(encoder, late, judgements)
    shipped = Weights.shipped(DEFAULT_ENCODER)
    reader = close_reader(shipped.odds)
    if late.name != DEFAULT_ENCODER:  # the models of verdicts and numbers know its token vectors
        return fit_weights(judgements, embedder, segmenter, progress, reader), embedder
    reader.pairing = shipped.pairing or reader.pairing
    weights = fit_weights(judgements, embedder, segmenter, progress, reader)
    return replace(weights, naming=shipped.naming, pairing=shipped.pairing), embedder


def fit_to_gold(
    embedder: Embedder, segmenter: Segmenter, progress: Callable[[float], None]
) -> Weights:
    """Fit the weights that are shipped: to the gold set without its test part, and to the sample.

    The reader learned from train, so its readings there are no evidence: the read model, the odds
    and the model that names verdicts rest on fit, dev and the sample. What was written for the
    test part is left out altogether.
    """
    from service.bootstrap import close_reader

    sample, train, unseen = sample_judgements(), read_gold(["train"]), read_gold(["fit", "dev"])
    judgements = Judgements(
        needs=[*sample.needs, *(one.need for one in (*train.needs, *unseen.needs))],
        achievements=[*sample.achievements, *pool_of(read_gold(), ["train", "fit", "dev"])],
        levels={**sample.levels, **train.levels, **unseen.levels},
        unread=frozenset(one.need.id for one in train.needs),
    )
    seen, fresh = (compare_gold_pairs(one, embedder, segmenter, least=1) for one in (train, unseen))
    reader = close_reader(VerdictOdds())
    reader.pairing = pairing = fit_pairing([*seen, *fresh])
    read = read_gold_pairs(fresh, reader)
    reader.odds = gold_odds(seen, read, pairing)
    weights = fit_weights(judgements, embedder, segmenter, progress, reader)
    return replace(weights, naming=fit_naming(read), pairing=pairing)


def card_of(encoder: Encoder, judged: str) -> dict[str, str]:
    """Say where weights come from."""
    card = {name: text.format(encoder=encoder.name, data=judged) for name, text in CARD.items()}
    return {**card, "encoder": encoder.fingerprint, "penalty": str(PENALTY)}


def _fitted_file(encoder: Encoder, home: Home) -> Path:
    # a file of an earlier format, or fitted with another reader, is not found: it is fitted anew
    reader = read_card(artifact_folder(PAIR_READER)).fingerprint
    parts = f"{encoder.fingerprint}|{reader}|{FORMAT}"
    name = hashlib.sha256(parts.encode()).hexdigest()[:16]
    return home.root / "weights" / f"{name}.json"


def main() -> None:
    """Fit and write the weights of an encoder."""
    from matcher.text.segment import JiebaSegmenter
    from service.bootstrap import late_encoder
    from service.cli.progress import ProgressLine

    parser = argparse.ArgumentParser(description="Fit an encoder's weights to the gold set.")
    parser.add_argument("--encoder", required=True, help="registry name or folder")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument(
        "--usual",
        type=Path,
        help="jsonl with a key text: usual texts to centre on; else the centre of --out is kept",
    )
    arguments = parser.parse_args()
    encoder = load_encoder(arguments.encoder)
    late, segmenter = late_encoder(encoder), JiebaSegmenter()
    if arguments.usual:
        with arguments.usual.open(encoding="utf-8") as lines:
            usual = [json.loads(line)["text"] for line in lines]
        centre = Centre.of(encoder, usual)
    else:
        means = json.loads(arguments.out.read_text(encoding="utf-8"))["centre"]
        centre = Centre.stored(means)
    with ProgressLine("拟合权重", enabled=True) as line:
        embedder = Embedder(encoder, late, centre)
        weights = fit_to_gold(embedder, segmenter, lambda share: line.show(share, ""))
    arguments.out.write_text(weights.dumps(card_of(encoder, GOLD)), encoding="utf-8")


if __name__ == "__main__":
    main()
