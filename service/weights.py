"""Finds the fit weights of an encoder: shipped, fitted before in this home, or fitted now.

Also the command that rebuilds the shipped ones:
`python -m service.weights --encoder NAME --out FILE [--usual TEXTS.jsonl]`.
"""

import argparse
import hashlib
import json
from collections.abc import Callable, Sequence
from pathlib import Path

from matcher.embed import Embedder
from matcher.errors import NoWeightsError
from matcher.fit import Weights
from matcher.protocols import Segmenter
from matcher.weighing import PENALTY, fit_weights, make_embedder
from models.base import Encoder, TokenEncoder
from service.sample import sample_judgements
from service.settings import Home

CARD = {
    "kind": "proportional-odds weights, provisional",
    "trained_on": "the bundled sample (service/sample), written for this project",
    "licence": "Apache-2.0",
    "rebuild": "python -m service.weights --encoder {encoder} --out matcher/weights/{encoder}.json",
}


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
        weights, _ = fit_to_sample(encoder, late, segmenter, progress=progress)
        file = _fitted_file(encoder, home)
        file.parent.mkdir(parents=True, exist_ok=True)
        beside = file.with_suffix(".tmp")
        beside.write_text(weights.dumps(card_of(encoder)), encoding="utf-8")
        beside.replace(file)
        return weights


def fit_to_sample(
    encoder: Encoder,
    late: TokenEncoder,
    segmenter: Segmenter,
    usual: Sequence[str] = (),
    progress: Callable[[float], None] = lambda share: None,
) -> tuple[Weights, Embedder]:
    """Fit an encoder's weights to the bundled sample."""
    judgements = sample_judgements()
    embedder = make_embedder(encoder, late, judgements, usual)
    return fit_weights(judgements, embedder, segmenter, progress), embedder


def card_of(encoder: Encoder) -> dict[str, str]:
    """Say where weights come from."""
    card = {name: text.format(encoder=encoder.name) for name, text in CARD.items()}
    return {**card, "encoder": encoder.fingerprint, "penalty": str(PENALTY)}


def _fitted_file(encoder: Encoder, home: Home) -> Path:
    name = hashlib.sha256(encoder.fingerprint.encode()).hexdigest()[:16]
    return home.root / "weights" / f"{name}.json"


def main() -> None:
    """Fit and write the weights of an encoder."""
    from matcher.text.segment import JiebaSegmenter
    from service.bootstrap import late_encoder

    parser = argparse.ArgumentParser(description="Fit an encoder's weights to the sample.")
    parser.add_argument("--encoder", required=True, help="registry name or folder")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument(
        "--usual", type=Path, help="jsonl with a key text: usual texts to centre on"
    )
    arguments = parser.parse_args()
    from models.registry import load_encoder

    encoder = load_encoder(arguments.encoder)
    usual: list[str] = []
    if arguments.usual:
        with arguments.usual.open(encoding="utf-8") as lines:
            usual = [json.loads(line)["text"] for line in lines]
    weights, _ = fit_to_sample(encoder, late_encoder(encoder), JiebaSegmenter(), usual)
    card = card_of(encoder)
    if usual:
        card["centred_on"] = f"{len(usual)} usual texts"
    arguments.out.write_text(weights.dumps(card), encoding="utf-8")


if __name__ == "__main__":
    main()
