"""Documents a CPU-second for each encoder, and where the time of a match goes.

Texts are the bundled sample's, so nothing outside the clone is needed.
"""

from time import process_time

import numpy as np

from benchmarks.measuring import table
from matcher.embed import Centre, Embedder
from matcher.indexer import create, update
from matcher.pipeline import Matcher, SearchSide
from matcher.text.segment import JiebaSegmenter
from matcher.types import Record
from matcher.weight_file import Weights
from models.registry import load_encoder, shipped_names
from service.bootstrap import late_encoder
from service.sample import sample_judgements

LENGTHS = (60, 200)
ROUNDS = 3


class Records:
    """A `RecordSource` over a list."""

    def __init__(self, records: list[Record]) -> None:
        self._by_id = {record.id: record for record in records}

    def get_many(self, ids: list[str]) -> list[Record]:
        """Records in the order of ids."""
        return [self._by_id[id_] for id_ in ids]


def main() -> None:
    """Measure encoding and matching."""
    judgements = sample_judgements()
    texts = "".join(one.text for one in judgements.achievements)
    encoding: dict[str, dict[str, str]] = {}
    stages: dict[str, dict[str, str]] = {}
    for name in shipped_names():
        encoder = load_encoder(name, threads=1)
        many = 2000 if name.startswith("static") else 60
        encoding[name] = {}
        for length in LENGTHS:
            some = [texts[at * length : (at + 1) * length] for at in range(len(texts) // length)]
            some = (some * (many // len(some) + 1))[:many]
            speeds = []
            for _ in range(ROUNDS):
                start = process_time()
                encoder.encode(some, "passage")
                speeds.append(len(some) / (process_time() - start))
            encoding[name][f"{length} characters"] = f"{np.median(speeds):,.1f}"
        stages[name] = _stages(name)
    table("documents a CPU-second", encoding)
    table("median ms of a match, 536 achievements", stages)


def _stages(name: str) -> dict[str, str]:
    judgements = sample_judgements()
    weights = Weights.shipped(name)
    encoder = load_encoder(name)
    embedder = Embedder(encoder, late_encoder(encoder), Centre.stored(weights.centre))
    segmenter = JiebaSegmenter()
    bundle = create("achievement", embedder, segmenter)
    update(bundle, judgements.achievements, [], embedder, segmenter)
    side = SearchSide(bundle, Records(list(judgements.achievements)))
    matcher = Matcher({"achievement": side}, embedder, segmenter, weights)
    taken = [matcher.match(need).timings_ms for need in judgements.needs]
    return {stage: f"{np.median([one[stage] for one in taken]):.1f}" for stage in taken[0]}
