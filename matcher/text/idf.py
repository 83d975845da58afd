"""How rare a word is in technical Chinese, independent of what happens to be indexed.

A pair's score must not change when other records are imported; so pair features weigh words by
this background table, not by the statistics of an index. `python -m matcher.text.idf` rebuilds it
from any texts (docs/models.md says from which the shipped one comes).
"""

import argparse
import gzip
import json
import logging
import math
from collections import Counter
from collections.abc import Iterable
from functools import cache
from importlib import resources
from pathlib import Path

from matcher.errors import ResourceError
from matcher.protocols import Segmenter

logger = logging.getLogger(__name__)
TABLE = "idf.tsv.gz"


class BackgroundIdf:
    """idf(w) = ln(1 + (N - df + 0.5) / (df + 0.5)), as in BM25; a word not in the table has df 0.

    Args:
        documents: N, how many texts were counted.
        frequencies: word -> df.
    """

    def __init__(self, documents: int, frequencies: dict[str, int]) -> None:
        self._documents = documents
        self._frequencies = frequencies

    def __call__(self, word: str) -> float:
        """Weigh one word; above 0."""
        df = self._frequencies.get(word, 0)
        return math.log1p((self._documents - df + 0.5) / (df + 0.5))

    @classmethod
    def count(cls, texts: Iterable[str], segmenter: Segmenter) -> "BackgroundIdf":
        """Count the words of texts."""
        frequencies: Counter[str] = Counter()
        documents = 0
        for text in texts:
            frequencies.update({token.word for token in segmenter.tokens(text)})
            documents += 1
        return cls(documents, dict(frequencies))

    def save(self, file: Path, min_df: int = 3) -> None:
        """Write the table; words in fewer than `min_df` texts are left out (they read as df 0)."""
        kept = sorted((w, df) for w, df in self._frequencies.items() if df >= min_df)
        lines = [f"{self._documents}", *(f"{word}\t{df}" for word, df in kept)]
        # mtime=0: the same counts give the same bytes
        file.write_bytes(gzip.compress("\n".join(lines).encode(), mtime=0))

    @classmethod
    def parse(cls, packed: bytes) -> "BackgroundIdf":
        """Read what `save` wrote."""
        first, *rows = gzip.decompress(packed).decode().split("\n")
        pairs = (row.split("\t") for row in rows)
        return cls(int(first), {word: int(df) for word, df in pairs})


@cache
def background_idf() -> BackgroundIdf:
    """Read the shipped table, once.

    Raises:
        ResourceError: the file is missing or damaged.
    """
    try:
        packed = (resources.files("matcher.text") / "data" / TABLE).read_bytes()
        return BackgroundIdf.parse(packed)
    except (OSError, ValueError, EOFError) as error:
        raise ResourceError(
            f"程序自带的词频表 {TABLE} 缺失或已损坏；请重新安装 duijie。"
        ) from error


def _texts(files: Iterable[Path]) -> Iterable[str]:
    for file in files:
        with file.open(encoding="utf-8") as lines:
            for line in lines:
                yield json.loads(line)["text"]


def main() -> None:
    """Rebuild the table from jsonl files with a key `text`."""
    from matcher.text.repair import repair
    from matcher.text.segment import JiebaSegmenter

    parser = argparse.ArgumentParser(description="Count words for the background idf table.")
    parser.add_argument("--texts", type=Path, nargs="+", required=True, help="jsonl, key text")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--min-df", type=int, default=3)
    arguments = parser.parse_args()
    texts = (repair(text).text.text for text in _texts(arguments.texts))
    BackgroundIdf.count(texts, JiebaSegmenter()).save(arguments.out, arguments.min_df)


if __name__ == "__main__":
    main()
