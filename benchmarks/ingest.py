"""What indexing records costs beside bare segmentation, encoding and adding; static encoder.

`DUIJIE_DATA=… python -m benchmarks.ingest`. The same real texts go, a batch at a time and in turn,
through `matcher.indexer.update` and through jieba, the encoder, FAISS's flat index and tantivy,
asked directly; both end with what is added being searchable. One thread, CPU seconds.
"""

import argparse
import cProfile
import pstats
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import faiss
import tantivy

from benchmarks.measuring import data_folder, table
from benchmarks.pipeline import _texts
from matcher.embed import Centre, Embedder
from matcher.indexer import create, update
from matcher.text.segment import JiebaSegmenter
from matcher.types import Achievement
from matcher.weight_file import Weights
from models.base import Encoder
from models.registry import FAST_ENCODER, load_encoder
from service.bootstrap import late_encoder

BATCH = 2_000
WARM = 100
"""Records that load what is loaded once: dictionaries, tables, weights."""
HEAP = 50_000_000


class Bare:
    """The engines with nothing around them; seconds of each stage add up in `taken`."""

    def __init__(self, encoder: Encoder, segmenter: JiebaSegmenter, folder: Path) -> None:
        segmenter.tokens("加载词典")
        self._cut: Any = segmenter._cut
        self._encoder = encoder
        self._vectors = faiss.IndexFlatIP(encoder.dim)
        builder = tantivy.SchemaBuilder()
        builder.add_text_field("words", tokenizer_name="whitespace", index_option="freq")
        self._index = tantivy.Index(builder.build(), str(folder))
        self._writer: Any = self._index.writer(HEAP, 1)
        self.taken: dict[str, float] = {}

    def add(self, texts: Sequence[str]) -> None:
        """Index a batch of texts."""
        words = self._timed("segmentation", lambda: [_joined(self._cut(text)) for text in texts])
        vectors = self._timed("encoding", lambda: self._encoder.encode(texts, "passage"))
        self._timed("FAISS", lambda: self._vectors.add(vectors))
        self._timed("tantivy", lambda: self._add(words))

    def finish(self) -> None:
        """Make what was added searchable."""
        self._timed("tantivy", self._commit)

    def _add(self, words: Sequence[str]) -> None:
        for some in words:
            self._writer.add_document(tantivy.Document(words=some))

    def _commit(self) -> None:
        self._writer.commit()
        self._writer.wait_merging_threads()

    def _timed(self, name: str, act: Callable[[], Any]) -> Any:
        begun = time.process_time()
        found = act()
        self.taken[name] = self.taken.get(name, 0.0) + time.process_time() - begun
        return found


def _joined(pieces: Any) -> str:
    return " ".join(piece[0] for piece in pieces)


def main(words: Sequence[str] = ()) -> None:
    """Measure the ratio, or show where the time goes."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.ingest", description=__doc__)
    parser.add_argument("--records", type=int, default=20_000)
    parser.add_argument("--profile", action="store_true", help="where the time of ours goes")
    given = parser.parse_args(words)
    data = data_folder()
    if data is None:
        return
    faiss.omp_set_num_threads(1)
    texts = _texts(data)[0][-given.records :]
    weights, encoder = Weights.shipped(FAST_ENCODER), load_encoder(FAST_ENCODER, threads=1)
    embedder = Embedder(encoder, late_encoder(encoder), Centre.stored(weights.centre))
    segmenter, profile = JiebaSegmenter(), cProfile.Profile(time.process_time)
    bundle, ours = create("achievement", embedder, segmenter), 0.0
    warm = [Achievement(id=f"W{at}", text=text) for at, text in enumerate(texts[:WARM])]
    update(create("achievement", embedder, segmenter), warm, [], embedder, segmenter)
    with TemporaryDirectory() as folder:
        bare = Bare(encoder, segmenter, Path(folder))
        for at in range(0, len(texts), BATCH):
            some = texts[at : at + BATCH]
            bare.add(some)
            records = [Achievement(id=f"A{at + i:06}", text=text) for i, text in enumerate(some)]
            begun = time.process_time()
            if given.profile:
                profile.enable()
            update(bundle, records, [], embedder, segmenter)
            profile.disable()
            ours += time.process_time() - begun
        bare.finish()
    begun = time.process_time()
    bundle.lexical_search(["材料"], 1)
    ours += time.process_time() - begun
    if given.profile:
        pstats.Stats(profile).sort_stats("tottime").print_stats(30)
    total = sum(bare.taken.values())
    shown = {name: {"CPU s": f"{seconds:.2f}"} for name, seconds in bare.taken.items()}
    shown |= {"bare": {"CPU s": f"{total:.2f}"}, "duijie": {"CPU s": f"{ours:.2f}"}}
    table(f"{len(texts):,} records", shown | {"duijie / bare": {"CPU s": f"× {ours / total:.2f}"}})


if __name__ == "__main__":
    main(sys.argv[1:])
