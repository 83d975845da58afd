"""The layers on top of the reader's tokens; torch's own are compared in tests/models_training."""

import numpy as np
import pytest

from models.errors import ModelFormatError
from models.pair_heads import KINDS, LAYERS, PairHeads
from models.pair_tokens import LEFT, RIGHT, PairIds

HIDDEN, ASKING, VERDICT = 4, 3, 5
SHAPES = {
    "pair_in": (HIDDEN, 4 * HIDDEN),
    "pair_out": (3, HIDDEN),
    "ask": (ASKING, HIDDEN),
    "answer": (ASKING, HIDDEN),
    "verdict_in": (VERDICT, 2 * HIDDEN),
    "verdict_out": (3, VERDICT),
    "tags": (3 + KINDS, HIDDEN),
}


def layers(seed=5):
    rng = np.random.default_rng(seed)
    made = {}
    for name, shape in SHAPES.items():
        made[f"{name}.w"] = rng.normal(size=shape).astype(np.float32)
        made[f"{name}.b"] = rng.normal(size=shape[:1]).astype(np.float32)
    return made


def pair(claims, passages, length=7, left=4):
    kinds = np.array([LEFT] * left + [RIGHT] * (length - left))
    rows = np.zeros((1 + len(passages), length), dtype=np.float32)
    rows[0, 0] = 1
    for row, at in zip(rows[1:], passages, strict=True):
        row[at] = 1 / max(len(at), 1)
    asked = np.zeros((len(claims), length), dtype=np.float32)
    for row, at in zip(asked, claims, strict=True):
        row[at] = 1 / max(len(at), 1)
    return PairIds(np.arange(length), kinds, asked, rows)


@pytest.fixture
def tokens():
    return np.random.default_rng(1).normal(size=(7, HIDDEN)).astype(np.float32)


def test_every_layer_has_its_weights():
    assert set(LAYERS) == set(SHAPES)


def test_rows_are_probabilities(tokens):
    found = PairHeads(layers()).reading(tokens, pair([[1], [2, 3]], [[4], [5, 6]]))
    assert found.levels.shape == (3,)
    assert found.verdicts.shape == (2, 3)
    assert found.passages.shape == (2, 3)
    for rows in (found.verdicts, found.passages):
        assert rows.dtype == np.float32
        assert rows.sum(axis=1) == pytest.approx(1, abs=1e-6)
        assert (rows > 0).all()


def test_a_claim_that_was_cut_off_has_no_verdict(tokens):
    found = PairHeads(layers()).reading(tokens, pair([[1], []], [[4]]))
    assert np.isnan(found.verdicts).any(axis=1).tolist() == [False, True]
    assert found.passages.sum(axis=1) == pytest.approx(1, abs=1e-6)


def test_a_passage_that_was_cut_off_answers_nothing(tokens):
    heads = PairHeads(layers())
    found = heads.reading(tokens, pair([[1]], [[4], [], [5]]))
    without = heads.reading(tokens, pair([[1]], [[4], [5]]))
    assert found.passages[0, 2] == 0
    np.testing.assert_allclose(np.delete(found.passages, 2, axis=1), without.passages, atol=1e-6)
    np.testing.assert_allclose(found.verdicts, without.verdicts, atol=1e-6)


def test_a_claim_is_judged_by_itself(tokens):
    heads = PairHeads(layers())
    both = heads.reading(tokens, pair([[1], [2, 3]], [[4], [5]]))
    alone = heads.reading(tokens, pair([[2, 3]], [[4], [5]]))
    np.testing.assert_allclose(both.verdicts[1:], alone.verdicts, atol=1e-6)
    np.testing.assert_allclose(both.levels, alone.levels, atol=1e-6)


def test_without_claims_or_passages_the_pair_is_still_judged(tokens):
    heads = PairHeads(layers())
    nothing = heads.reading(tokens, pair([], []))
    assert nothing.verdicts.shape == (0, 3)
    assert nothing.passages.shape == (0, 1)
    assert np.isfinite(nothing.levels).all()
    silent = heads.reading(tokens, pair([[1]], []))
    assert silent.passages.tolist() == [[1.0]]


def test_levels_look_at_both_sides_and_tell_them_apart(tokens):
    heads = PairHeads(layers())
    before = heads.reading(tokens, pair([], [])).levels
    for at in (0, 2, 6):  # the first token, the left side, the right side
        moved = tokens.copy()
        moved[at] += 1
        assert np.abs(heads.reading(moved, pair([], [])).levels - before).max() > 1e-3
    assert np.abs(heads.reading(tokens, pair([], [], left=5)).levels - before).max() > 1e-3


def test_levels_come_from_the_first_token_both_means_and_their_product(tokens):
    given = layers()
    sides = [tokens[0], tokens[:4].mean(axis=0), tokens[4:].mean(axis=0)]
    sides.append(sides[1] * sides[2])
    inner = np.tanh(given["pair_in.w"] @ np.concatenate(sides) + given["pair_in.b"])
    wanted = given["pair_out.w"] @ inner + given["pair_out.b"]
    found = PairHeads(given).reading(tokens, pair([], []))
    np.testing.assert_allclose(found.levels, wanted, atol=1e-5)


def test_an_empty_side_is_no_reason_to_fail(tokens):
    heads = PairHeads(layers())
    for left, length in ((1, 7), (7, 7), (1, 1)):
        found = heads.reading(tokens[:length], pair([[]], [[]], length=length, left=left))
        assert np.isfinite(found.levels).all()
        assert np.isnan(found.verdicts).all()
        assert found.passages.tolist() == [[1.0, 0.0]]


def test_the_attention_is_the_scaled_product_of_both_projections(tokens):
    given = layers()
    found = PairHeads(given).reading(tokens, pair([[1]], [[4], [5]]))
    ask = given["ask.w"] @ tokens[1] + given["ask.b"]
    keys = [given["answer.w"] @ tokens[at] + given["answer.b"] for at in (0, 4, 5)]
    grown = np.exp([ask @ key / np.sqrt(ASKING) for key in keys])
    assert found.passages[0] == pytest.approx(grown / grown.sum(), abs=1e-5)


def test_a_claim_looks_at_every_token_of_a_passage(tokens):
    given = layers()
    found = PairHeads(given).reading(tokens, pair([[1]], [[4], [5, 6]]))
    ask = given["ask.w"] @ tokens[1] + given["ask.b"]
    keys = tokens @ given["answer.w"].T + given["answer.b"]
    grown = np.exp(keys @ ask / np.sqrt(ASKING))
    sums = np.array([grown[0], grown[4], grown[5] + grown[6]])
    assert found.passages[0] == pytest.approx(sums / sums.sum(), abs=1e-5)


def test_likeness_far_from_one_is_no_reason_to_fail(tokens):
    given = layers()
    given["ask.w"] *= 1e4
    found = PairHeads(given).reading(tokens, pair([[1], [2]], [[4], [], [5, 6]]))
    assert found.passages.sum(axis=1) == pytest.approx(1, abs=1e-6)
    assert np.isfinite(found.verdicts).all()


def test_tags_are_places_and_kinds(tokens):
    given = layers()
    begins, continues, kinds = PairHeads(given).tags(tokens)
    logits = np.exp(tokens @ given["tags.w"].T + given["tags.b"])
    places = logits[:, :3] / logits[:, :3].sum(axis=1, keepdims=True)
    np.testing.assert_allclose(begins, places[:, 1], atol=1e-5)
    np.testing.assert_allclose(continues, places[:, 2], atol=1e-5)
    assert kinds.shape == (7, KINDS)
    assert kinds.sum(axis=1) == pytest.approx(1, abs=1e-5)


def test_layers_survive_writing_and_reading(tokens, tmp_path):
    heads = PairHeads(layers())
    heads.save(tmp_path / "heads.npz")
    read = PairHeads.load(tmp_path / "heads.npz")
    asked = pair([[1], [2, 3]], [[4], [5, 6]])
    for before, after in zip(
        heads.reading(tokens, asked), read.reading(tokens, asked), strict=True
    ):
        np.testing.assert_allclose(before, after, atol=0.02)  # kept as float16


@pytest.mark.parametrize("damage", ["absent", "text", "cut", "layer", "empty"])
def test_a_damaged_file_is_refused_by_name(tmp_path, damage):
    path = tmp_path / "heads.npz"
    heads = layers()
    if damage == "layer":
        del heads["tags.b"]
    if damage != "absent":
        PairHeads(heads).save(path)
    raw = path.read_bytes() if path.exists() else b""
    changed = {"text": b"no arrays", "cut": raw[: len(raw) // 2], "empty": b""}
    if damage in changed:
        path.write_bytes(changed[damage])
    with pytest.raises(ModelFormatError, match="heads"):
        PairHeads.load(path)
