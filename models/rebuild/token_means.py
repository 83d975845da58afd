"""`python -m models.rebuild.token_means --texts FILE…`: measure the means of token vectors.

Any plain text files in the domain's language do, one text a line. The same texts in the same order
give the same file.
"""

import argparse
import logging
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.base import Role
from models.card import read_card
from models.onnx_encoder import MEANS_FILE, OnnxTransformer
from models.rebuild.card_files import refresh_hashes
from models.registry import DEFAULT_ENCODER, artifact_folder
from models.token_signs import ROLES, TokenSigns

logger = logging.getLogger("models.rebuild.token_means")


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure the means and write them beside the model, with the card's hash; 0 if done."""
    parser = argparse.ArgumentParser(description="由文本计算词元向量的均值")
    parser.add_argument("--texts", nargs="+", type=Path, required=True, help="文本文件，每行一篇")
    parser.add_argument("--limit", type=int, default=600, help="每个文件最多读多少行")
    parser.add_argument("--folder", type=Path, default=artifact_folder(DEFAULT_ENCODER))
    options = parser.parse_args(arguments)
    logging.basicConfig(level=logging.WARNING)
    logger.setLevel(logging.INFO)
    card = read_card(options.folder)
    model = OnnxTransformer(options.folder, card.max_tokens, max_windows=1)
    texts = list(lines(options.texts, options.limit))
    if not texts:
        sys.stderr.write("没有可用的文本；请给出每行一篇的文本文件。\n")
        return 1
    TokenSigns({role: mean_token(model, texts, role) for role in ROLES}).save(
        options.folder / MEANS_FILE
    )
    refresh_hashes(options.folder)
    logger.info("measured over %d texts", len(texts))
    return 0


def lines(paths: Sequence[Path], limit: int) -> Iterator[str]:
    """Yield the first `limit` lines of each file that are not blank."""
    for path in paths:
        kept = (line for line in path.read_text(encoding="utf-8").splitlines() if line.strip())
        yield from (line for _, line in zip(range(limit), kept, strict=False))


def mean_token(model: OnnxTransformer, texts: Sequence[str], role: Role) -> NDArray[np.float32]:
    """Mean token vector float32[hidden] of texts in a role."""
    vectors = [
        model.all_vectors(window)[1] for text in texts for window in model.windows(text, role)
    ]
    return np.asarray(np.concatenate(vectors).mean(axis=0), dtype=np.float32)


if __name__ == "__main__":
    sys.exit(main())
