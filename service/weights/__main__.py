"""Rebuilds the weights that are shipped.

`python -m service.weights --encoder NAME --out FILE [--usual TEXTS.jsonl]`.
"""

import argparse
import json
from pathlib import Path

from matcher.embed import Centre, Embedder
from models.registry import load_encoder
from service.bootstrap import close_reader, late_encoder, make_segmenter
from service.cli.progress import ProgressLine
from service.weights.fitting import GOLD, card_of, fit_to_gold


def main() -> None:
    """Fit and write the weights of an encoder."""
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
    late, segmenter = late_encoder(encoder), make_segmenter()
    if arguments.usual:
        with arguments.usual.open(encoding="utf-8") as lines:
            usual = [json.loads(line)["text"] for line in lines]
        centre = Centre.of(encoder, usual)
    else:
        means = json.loads(arguments.out.read_text(encoding="utf-8"))["centre"]
        centre = Centre.stored(means)
    with ProgressLine("拟合权重", enabled=True) as line:
        embedder = Embedder(encoder, late, centre)
        weights = fit_to_gold(embedder, segmenter, close_reader, lambda share: line.show(share, ""))
    arguments.out.write_text(weights.dumps(card_of(encoder, GOLD)), encoding="utf-8")


if __name__ == "__main__":
    main()
