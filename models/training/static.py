"""Train a static encoder: `python -m models.training.static --texts FILE --pairs FILE --out DIR`.

The way of a run: texts → vocabulary → a teacher's vectors of its pieces → contrastive training on
views of the texts and on the pairs → a folder that `StaticEncoder` and sentence-transformers read.
"""

import argparse
import logging
import shlex
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from models.base import Encoder, FloatMatrix
from models.errors import ModelsError
from models.registry import DEFAULT_ENCODER, FAST_ENCODER, load_encoder
from models.training.contrastive import ContrastiveRecipe, train_table
from models.training.corpus import read_pairs, read_texts
from models.training.errors import TrainingInputError
from models.training.static_folder import save_static, write_card
from models.training.table import piece_weights, random_directions, taught_directions
from models.training.views import PairViews, SentenceViews, Views, token_ids
from models.training.vocabulary import VocabularyRecipe, learn_vocabulary, pieces_in_order

if TYPE_CHECKING:
    from tokenizers import Tokenizer

NO_TEACHER = "none"
FEWEST_TEXTS = 16

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class StaticRecipe:
    """Everything that decides the outcome, beside the texts.

    Attributes:
        dim: Width of a vector.
        smoothing: `a` of the first weights, a / (a + p).
        whitening: How far a teacher's axes are made equal, 0 to 1.
        made_up: How often the left view of a text is a made-up title.
        whole: How often the right view of a text still holds the left one.
        pairs: How often a batch comes from the given pairs.
        vocabulary: How the pieces are learned.
        contrastive: How the table is trained.
    """

    dim: int = 256
    smoothing: float = 1e-3
    whitening: float = 1.0
    made_up: float = 0.7
    whole: float = 0.3
    pairs: float = 0.1
    vocabulary: VocabularyRecipe = field(default_factory=VocabularyRecipe)
    contrastive: ContrastiveRecipe = field(default_factory=ContrastiveRecipe)


@dataclass(frozen=True, slots=True)
class StaticModel:
    """A trained static encoder, not yet saved.

    Attributes:
        tokenizer: Its piece i has row i of the table.
        table: float32[size, dim]; row 0, the unknown piece, is zero.
        losses: The loss of each step.
    """

    tokenizer: "Tokenizer"
    table: FloatMatrix
    losses: tuple[float, ...]


def train_static(
    texts: Sequence[str],
    pairs: Sequence[tuple[str, str]],
    recipe: StaticRecipe,
    *,
    titles: Sequence[str] = (),
    teacher: Encoder | None = None,
) -> StaticModel:
    """Train a static encoder.

    Args:
        texts: Texts, of which two views each are drawn.
        pairs: Texts that belong together.
        recipe: Everything else that decides the outcome.
        titles: Titles of any texts of the same kind: they tell which words titles are made of.
        teacher: Gives the pieces their first directions; without one these are random.
    """
    tokenizer = learn_vocabulary([*texts, *titles, *chain.from_iterable(pairs)], recipe.vocabulary)
    size = tokenizer.get_vocab_size()
    weights = piece_weights(token_ids(tokenizer, texts), size, recipe.smoothing)
    directions = _first_directions(tokenizer, recipe, teacher)
    sources: list[tuple[Views, float]] = [
        (
            SentenceViews(tokenizer, texts, titles, made_up=recipe.made_up, whole=recipe.whole),
            1.0 - recipe.pairs,
        ),
        (PairViews(tokenizer, pairs), recipe.pairs),
    ]
    trained = train_table(directions, weights, sources, recipe.contrastive)
    return StaticModel(tokenizer, trained.table, trained.losses)


def _first_directions(
    tokenizer: "Tokenizer", recipe: StaticRecipe, teacher: Encoder | None
) -> FloatMatrix:
    pieces = pieces_in_order(tokenizer)[1:]
    if teacher is None:
        rng = np.random.default_rng(recipe.contrastive.seed)
        return random_directions(len(pieces) + 1, recipe.dim, rng)
    _LOG.info("teacher: %d pieces", len(pieces))
    taught = taught_directions(pieces, teacher, recipe.dim, recipe.whitening)
    return np.concatenate([np.zeros((1, recipe.dim), dtype=np.float32), taught])


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit code (2: the input is wrong)."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    options = _parser().parse_args(given)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    try:
        _run(options, given)
    except ModelsError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


def _run(options: argparse.Namespace, given: Sequence[str]) -> None:
    texts = read_texts(options.texts)
    pairs = read_pairs(options.pairs)
    if len(texts) < FEWEST_TEXTS:
        raise TrainingInputError(
            options.texts[0], f"共 {len(texts)} 条文本，至少需要 {FEWEST_TEXTS} 条"
        )
    recipe = StaticRecipe(
        dim=options.dim,
        vocabulary=VocabularyRecipe(size=options.vocabulary),
        contrastive=ContrastiveRecipe(
            steps=options.steps, batch=options.batch, threads=options.threads, seed=options.seed
        ),
    )
    teacher = None
    if options.teacher != NO_TEACHER:
        teacher = load_encoder(options.teacher, threads=options.threads)
    model = train_static(texts, pairs, recipe, titles=read_texts(options.titles), teacher=teacher)
    files = save_static(options.out, model.table, model.tokenizer)
    write_card(
        options.out,
        options.name,
        recipe.dim,
        files,
        teacher=options.teacher,
        training_data=options.training_data,
        rebuild=shlex.join(["python", "-m", "models.training.static", *_without_paths(given)]),
    )


def _without_paths(given: Sequence[str]) -> list[str]:
    """Name files by their last part: the card must not tell where they lay on one machine."""
    return [Path(word).name if "/" in word or "\\" in word else word for word in given]


def _parser() -> argparse.ArgumentParser:
    defaults = StaticRecipe()
    parser = argparse.ArgumentParser(
        prog="python -m models.training.static", description="训练静态编码器（词元向量表）"
    )
    add = parser.add_argument
    add("--texts", type=Path, nargs="+", required=True, help='jsonl，每行 {"text": …}')
    add("--titles", type=Path, nargs="*", default=[], help='jsonl，每行 {"text": 标题}，可省')
    add("--pairs", type=Path, nargs="*", default=[], help='jsonl，每行 {"left": …, "right": …}')
    add("--out", type=Path, required=True, help="写出的模型文件夹")
    add("--name", default=FAST_ENCODER, help="模型名，写入 card.json")
    add("--teacher", default=DEFAULT_ENCODER, help="给词元初值的编码器；none 为随机初值")
    add("--training-data", default="使用者提供的文本", help="训练数据的说明，写入 card.json")
    add("--dim", type=int, default=defaults.dim, help="向量宽度")
    add("--vocabulary", type=int, default=defaults.vocabulary.size, help="词元数上限")
    add("--steps", type=int, default=defaults.contrastive.steps, help="训练步数")
    add("--batch", type=int, default=defaults.contrastive.batch, help="每步的文本对数")
    add("--threads", type=int, default=defaults.contrastive.threads, help="线程数")
    add("--seed", type=int, default=defaults.contrastive.seed, help="随机种子")
    return parser


if __name__ == "__main__":
    sys.exit(main())
