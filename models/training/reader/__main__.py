"""`python -m models.training.reader --start FOLDER --pairs FILE … --out FOLDER`."""

import argparse
import dataclasses
import logging
import shutil
from pathlib import Path

import torch

from models.pair_reader import HEADS_FILE, MODEL_FILE, TOKENIZER_FILE
from models.pair_tokens import PairTokens
from models.tokenization import load_tokenizer
from models.training.reader.examples import pair_example, read_lines, tag_examples
from models.training.reader.export import heads_of, write_model
from models.training.reader.fit import Recipe, train
from models.training.reader.network import ReaderNetwork

STATE_FILE = "reader.pt"


def main() -> None:
    """Train one stage; `--from` goes on from another one's state."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--start", type=Path, required=True, help="sentence-transformers encoder")
    parser.add_argument("--from", dest="before", type=Path, help="state of an earlier stage")
    parser.add_argument("--layers", type=int, default=6)
    parser.add_argument("--pairs", type=Path, nargs="*", default=[], help="jsonl of pairs")
    parser.add_argument("--texts", type=Path, nargs="*", default=[], help="jsonl of tagged texts")
    parser.add_argument("--out", type=Path, required=True)
    for field in dataclasses.fields(Recipe):
        parser.add_argument(f"--{field.name.replace('_', '-')}", type=type(field.default))
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    names = [field.name for field in dataclasses.fields(Recipe)]
    given = {name: getattr(options, name) for name in names}
    recipe = Recipe(**{name: value for name, value in given.items() if value is not None})
    torch.manual_seed(recipe.seed)
    tokens = PairTokens(load_tokenizer(options.start / TOKENIZER_FILE))
    network = ReaderNetwork(options.start, options.layers)
    if options.before:
        network.load_state_dict(torch.load(options.before, weights_only=True))
    pairs = [pair_example(row, tokens) for row in read_lines(options.pairs)]
    texts = [one for row in read_lines(options.texts) for one in tag_examples(row, tokens)]
    options.out.mkdir(parents=True, exist_ok=True)

    def save(epoch: int) -> None:
        torch.save(network.state_dict(), options.out / STATE_FILE)

    train(network, pairs, texts, recipe, save)
    write_model(network, options.out / MODEL_FILE)
    heads_of(network).save(options.out / HEADS_FILE)
    shutil.copyfile(options.start / TOKENIZER_FILE, options.out / TOKENIZER_FILE)


if __name__ == "__main__":
    main()
