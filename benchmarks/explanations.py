"""Print explained matches of the gold set's dev needs, to be read by eye (docs/explanations.md).

`python -m benchmarks.explanations [--every 1]`: for each need the best match of its list, and the
best one that is graded 1 or 2, with the grade beside it.
"""

import argparse
import sys
from collections.abc import Sequence

from benchmarks.speed import Records
from matcher.gold import read_gold
from matcher.indexer import create, update
from matcher.pipeline import Matcher, SearchSide
from matcher.text.segment import JiebaSegmenter
from matcher.types import MatchList
from matcher.weight_file import Weights
from models.registry import DEFAULT_ENCODER, load_encoder
from service.bootstrap import make_embedder, make_reader
from service.present import list_as_text


def main(arguments: Sequence[str] = ()) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--every", type=int, default=1)
    options = parser.parse_args(arguments)
    gold, segmenter = read_gold(["dev"]), JiebaSegmenter()
    weights = Weights.shipped(DEFAULT_ENCODER)
    embedder = make_embedder(load_encoder(DEFAULT_ENCODER), weights)
    bundle = create("achievement", embedder, segmenter)
    update(bundle, gold.pool, [], embedder, segmenter)
    side = SearchSide(bundle, Records(list(gold.pool)))
    reader = make_reader(weights)
    matcher = Matcher({"achievement": side}, embedder, segmenter, weights, reader=reader)
    for one in gold.needs[:: options.every]:
        answer = matcher.match(one.need)
        levels = gold.levels[one.need.id]
        graded = [(match, levels.get(match.record.id, 1)) for match in answer.matches]
        shown = graded[:1] + [pair for pair in graded[1:] if pair[1] <= 2][:1]
        print(f"\n### {one.need.title}\n\n{one.need.text}\n")
        for match, level in shown:
            alone = MatchList(one.need, answer.direction, answer.fingerprint, (match,))
            print(f"graded {level}:")
            print("\n".join(list(list_as_text(alone))[1:]))


if __name__ == "__main__":
    main(sys.argv[1:])
