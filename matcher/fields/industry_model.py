"""Guesses the industry of a text by its words: a linear model over GB/T 4754-2017 divisions.

Trained on the standard's own class names, on words written down for each division, and on texts
written for this project (`benchmarks/prepare_industry.py`); its card lies beside the weights.
"""

import io
import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources

import numpy as np
from numpy.typing import NDArray

from matcher.errors import ResourceError

WEIGHTS = "industry.npz"
MAX_CHARACTERS = 400
"""Of a text; what follows tells conditions and results, seldom the trade."""
SHORTEST, LONGEST = 2, 6
"""Lengths of the words that are looked for."""

Shares = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class IndustryModel:
    """Softmax over tf-idf words: P(d) = softmax(W x + b), x a unit vector.

    Attributes:
        divisions: Codes of the divisions, d of them.
        rows: Word -> its row.
        weights: int8[words, d], to be multiplied by `scales`.
        scales: float32[words].
        idf: float32[words].
        bias: float32[d].
        calibration: float64[2, 2]; slope and offset on the log-odds of the best share, for the
            division and for the section (Platt 1999).
    """

    divisions: tuple[str, ...]
    rows: Mapping[str, int]
    weights: NDArray[np.int8]
    scales: NDArray[np.float32]
    idf: NDArray[np.float32]
    bias: NDArray[np.float32]
    calibration: NDArray[np.float64]
    vocabulary: "Vocabulary" = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "vocabulary", Vocabulary(self.rows))

    def shares(self, texts: Iterable[str]) -> Shares | None:
        """Uncalibrated P(division) of a record's texts; None where no word is known."""
        counts = self.vocabulary.count(texts)
        if not counts:
            return None
        at = np.fromiter((self.rows[word] for word in counts), np.int64, len(counts))
        damped = np.fromiter((1 + math.log(n) for n in counts.values()), np.float64, len(counts))
        values = damped * self.idf[at]
        values *= self.scales[at] / math.sqrt(float(values @ values))
        scores = values @ self.weights[at].astype(np.float32) + self.bias
        raised = np.exp(scores - scores.max())
        shares: Shares = raised / raised.sum()
        return shares

    def confidence(self, share: float, *, of_section: bool = False) -> float:
        """How often a best share of this size is right."""
        slope, offset = self.calibration[int(of_section)].tolist()
        share = min(max(share, 1e-6), 1 - 1e-6)
        return 1 / (1 + math.exp(-(slope * math.log(share / (1 - share)) + offset)))

    def packed(self) -> bytes:
        """Write it; the same numbers give the same bytes."""
        out = io.BytesIO()
        np.savez_compressed(
            out,
            divisions=np.array(self.divisions),
            words=np.array(list(self.rows)),
            weights=self.weights,
            scales=self.scales,
            idf=self.idf,
            bias=self.bias,
            calibration=self.calibration,
        )
        return out.getvalue()

    @classmethod
    def parse(cls, packed: bytes) -> "IndustryModel":
        """Read what `packed` wrote. Raises KeyError, OSError or ValueError for anything else."""
        with np.load(io.BytesIO(packed), allow_pickle=False) as stored:
            return cls(
                divisions=tuple(stored["divisions"].tolist()),
                rows={word: at for at, word in enumerate(stored["words"].tolist())},
                weights=stored["weights"],
                scales=stored["scales"],
                idf=stored["idf"],
                bias=stored["bias"],
                calibration=stored["calibration"],
            )


class Vocabulary:
    """Finds words in texts by their first two characters.

    It costs a sixth of what segmenting does and finds words inside words.
    """

    def __init__(self, words: Iterable[str]) -> None:
        self._words = frozenset(words)
        self._sizes: dict[str, tuple[int, ...]] = {}
        for word in sorted(self._words, key=len):
            self._sizes[word[:2]] = (*self._sizes.get(word[:2], ()), len(word))
        self._sizes = {head: tuple(dict.fromkeys(found)) for head, found in self._sizes.items()}

    def count(self, texts: Iterable[str]) -> Counter[str]:
        """Count the words in texts, overlapping ones too; none crosses from text to text."""
        found: list[str] = []
        sizes_of, words = self._sizes.get, self._words
        for text in texts:
            read = text[:MAX_CHARACTERS].lower()
            for at in range(len(read) - 1):
                for size in sizes_of(read[at : at + 2], ()):
                    piece = read[at : at + size]
                    if len(piece) == size and piece in words:
                        found.append(piece)
        return Counter(found)


@cache
def shipped_model() -> IndustryModel:
    """Read the shipped weights, once.

    Raises:
        ResourceError: they are missing or damaged.
    """
    try:
        packed = (resources.files("matcher.fields") / "data" / WEIGHTS).read_bytes()
        return IndustryModel.parse(packed)
    except (OSError, KeyError, ValueError) as error:
        raise ResourceError(
            f"程序自带的行业判别权重 {WEIGHTS} 缺失或已损坏；请重新安装 duijie。"
        ) from error
