"""A whole training on texts made up here: topics, each with words of its own."""

import json
import random

import numpy as np
import pytest
from safetensors.numpy import load_file

from models.static_encoder import StaticEncoder
from models.training import static
from models.training.contrastive import ContrastiveRecipe, train_table
from models.training.static import StaticRecipe, train_static
from models.training.static_folder import save_static, write_card
from models.training.views import PairViews
from models.training.vocabulary import VocabularyRecipe, unigram_tokenizer

TOPICS = 60
RECIPE = StaticRecipe(
    dim=32,
    pairs=0.5,
    vocabulary=VocabularyRecipe(size=1000, fewest=2, rounds=2),
    contrastive=ContrastiveRecipe(
        steps=120, batch=40, direction_rate=0.02, warmup=5, threads=1, temperature=0.1
    ),
)


def _words(topic, side):
    """Two-character words that only this side of this topic uses."""
    first = 0x4E00 + topic * 12 + side * 6
    return [chr(first + at) + chr(first + at + 1) for at in (0, 2, 4)]


def _sentence(topic, side, rng):
    return "".join([*rng.sample(_words(topic, side), 2), "技术"]) + "。"


def _corpus(seed):
    rng = random.Random(seed)
    pairs = [
        (_sentence(topic, 0, rng), _sentence(topic, 1, rng))
        for topic in range(TOPICS)
        for _ in "abcd"
    ]
    return [left + right for left, right in pairs], pairs


def _found(tokenizer, table, pairs):
    """Share of lefts whose right is nearer than the other topics' (recall@1)."""
    sides = []
    for texts in zip(*pairs, strict=True):
        rows = [table[one.ids].sum(axis=0) for one in tokenizer.encode_batch(list(texts))]
        sides.append(np.array(rows) / np.linalg.norm(rows, axis=1, keepdims=True))
    best = (sides[0] @ sides[1].T).argmax(axis=1)
    return float(np.mean(best == np.arange(len(pairs))))


@pytest.fixture(scope="module")
def trained():
    return train_static(*_corpus(0), RECIPE)


@pytest.fixture(scope="module")
def folder(trained, tmp_path_factory):
    out = tmp_path_factory.mktemp("static")
    files = save_static(out, trained.table, trained.tokenizer)
    write_card(
        out, "toy", 32, files, teacher="none", training_data="made up", rebuild="python -m …"
    )
    return out


def test_the_loss_falls(trained):
    assert np.mean(trained.losses[-10:]) < 0.5 * np.mean(trained.losses[:5])


def test_words_of_a_topic_find_each_other_after_training_only(trained):
    _, pairs = _corpus(1)
    unseen = pairs[::4]
    untrained = np.random.default_rng(0).normal(size=trained.table.shape)
    assert _found(trained.tokenizer, untrained, unseen) < 0.2
    assert _found(trained.tokenizer, trained.table, unseen) > 0.8


def test_a_word_that_all_texts_share_gets_a_small_weight(trained):
    lengths = np.linalg.norm(trained.table, axis=1)
    shared = trained.tokenizer.encode("技术").ids
    assert lengths[shared].max() < 0.5 * np.median(lengths[1:])


def test_the_same_seed_gives_the_same_table(trained):
    again = train_static(*_corpus(0), RECIPE)
    np.testing.assert_allclose(again.table, trained.table, atol=1e-4)


def test_the_unknown_piece_has_a_zero_row(trained, folder):
    assert not trained.table[0].any()
    assert not StaticEncoder(folder).encode(["龘靐"], "query").any()


def test_the_first_loss_is_symmetric_cross_entropy():
    tokenizer = unigram_tokenizer([("甲", -1.0), ("乙", -1.0), ("丙", -1.0), ("丁", -1.0)])
    pairs = PairViews(tokenizer, [("甲", "乙丙"), ("丁丁甲", "丙")])
    rows = np.random.default_rng(5).normal(size=(5, 3)).astype(np.float32)
    weights = np.array([1.0, 2.0, 0.5, 1.5, 3.0])
    recipe = ContrastiveRecipe(steps=1, batch=2, temperature=0.2, threads=1)
    loss = train_table(rows, weights, [(pairs, 1.0)], recipe).losses[0]

    folded = rows * weights[:, None]
    left = np.array([folded[1], folded[4] * 2 + folded[1]])
    right = np.array([folded[2] + folded[3], folded[3]])
    left /= np.linalg.norm(left, axis=1, keepdims=True)
    right /= np.linalg.norm(right, axis=1, keepdims=True)
    scores = left @ right.T / 0.2
    rowwise = np.mean(np.log(np.exp(scores).sum(axis=1)) - np.diag(scores))
    columnwise = np.mean(np.log(np.exp(scores).sum(axis=0)) - np.diag(scores))
    assert loss == pytest.approx((rowwise + columnwise) / 2, abs=1e-5)


def test_the_saved_folder_gives_the_trained_cosines(trained, folder):
    texts = _corpus(2)[0][:20]
    vectors = StaticEncoder(folder).encode(texts, "query")
    rows = np.array(
        [trained.table[one.ids].sum(0) for one in trained.tokenizer.encode_batch(texts)]
    )
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    np.testing.assert_allclose(vectors, rows, atol=2e-3)
    table = load_file(folder / "model.safetensors")["embedding.weight"]
    assert table.dtype == np.float16
    assert np.linalg.norm(table.astype(np.float32), axis=1).max() == pytest.approx(1.0, abs=1e-3)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_sentence_transformers_reads_the_folder_and_gives_the_same_vectors(folder):
    from sentence_transformers import SentenceTransformer

    texts = _corpus(3)[0][:8]
    model = SentenceTransformer(str(folder), device="cpu")
    assert type(model[0]).__name__ == "StaticEmbedding"
    given = model.encode(texts)
    np.testing.assert_allclose(given, StaticEncoder(folder).encode(texts, "query"), atol=3e-3)


def _files(tmp_path, texts, pairs):
    for name, rows in (
        ("texts", [{"text": text} for text in texts]),
        ("pairs", [{"left": left, "right": right} for left, right in pairs]),
    ):
        lines = [json.dumps(row, ensure_ascii=False) + "\n" for row in rows]
        (tmp_path / f"{name}.jsonl").write_text("".join(lines), encoding="utf-8")
    return ["--texts", str(tmp_path / "texts.jsonl"), "--pairs", str(tmp_path / "pairs.jsonl")]


def test_the_command_writes_a_folder_whose_card_names_no_path(tmp_path):
    out = tmp_path / "made" / "toy"
    given = _files(tmp_path, *_corpus(0))
    options = ["--out", str(out), "--teacher", "none", "--name", "toy", "--dim", "8"]
    assert static.main([*given, *options, "--steps", "3", "--vocabulary", "300"]) == 0
    encoder = StaticEncoder(out)
    assert (encoder.name, encoder.dim) == ("toy", 8)
    assert str(tmp_path) not in (out / "card.json").read_text(encoding="utf-8")
    assert "--texts texts.jsonl" in encoder.card.rebuild


def test_the_command_refuses_too_few_texts(tmp_path, capsys):
    given = _files(tmp_path, ["陶瓷"] * 3, [])
    assert static.main([*given, "--out", str(tmp_path / "out"), "--teacher", "none"]) == 2
    assert "共 3 条文本，至少需要 16 条" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
