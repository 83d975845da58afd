"""What the repair of clean texts costs, beside what every reading of them costs anyway."""

from collections.abc import Callable, Sequence
from time import process_time

import jieba
import numpy as np
from opencc import OpenCC

from benchmarks.measuring import table
from matcher.text.repair import repair

ROUNDS = 3
TEXTS = 2_000


def main(abstracts: Sequence[str]) -> None:
    """Alternate between the three, so that a busy machine is as busy for each."""
    texts = abstracts[:TEXTS]
    converter = OpenCC("t2s")
    ways: dict[str, Callable[[str], object]] = {
        "repair": repair,
        "jieba.lcut": jieba.lcut,
        "OpenCC t2s": converter.convert,
    }
    for way in ways.values():
        way(texts[0])  # what is loaded once is not counted
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(ROUNDS):
        for name, way in ways.items():
            begun = process_time()
            for text in texts:
                way(text)
            seconds[name].append(process_time() - begun)
    characters = sum(map(len, texts))
    rows = {}
    for name, spent in seconds.items():
        ratios = np.array(seconds["repair"]) / np.array(spent)
        rows[name] = {
            "CPU µs a 100 characters": f"{np.mean(spent) / characters * 1e8:.1f}",
            "repair takes": f"× {ratios.mean():.2f} ± {ratios.std():.2f}",
        }
    table(f"{len(texts)} clean texts, {characters} characters", rows)
