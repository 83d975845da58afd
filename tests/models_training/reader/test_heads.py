"""The heads of verdicts and evidence are trained by themselves, over a reader that stays."""

import random
import sys

import numpy as np
import pytest
import torch

from models.pair_heads import LAYERS, PairHeads
from models.pair_reader import HEADS_FILE, OnnxPairReader
from models.training.reader import heads as trainer
from models.training.reader.examples import PairExample
from models.training.reader.heads import NAMES, Recipe, chosen, measured, seen, train
from tests.models_training.reader.conftest import toy_pair, write_lines

RECIPE = Recipe(epochs=12, rate=3e-3)


@pytest.fixture(scope="module")
def reader(trained):
    return OnnxPairReader(trained, threads=1)


@pytest.fixture(scope="module")
def rows():
    chance = random.Random(21)
    return [{**toy_pair(chance, f"g{at}"), "level": 3} for at in range(72)]


@pytest.fixture(scope="module")
def pairs(rows, reader):
    return seen(rows, reader)


def same(one, other, names):
    return all(np.array_equal(one[name], other[name]) for name in names)


def with_level(one, level):
    return PairExample(one.example.ids, {**one.example.row, "level": level})


def arrays(folder):
    with np.load(folder / HEADS_FILE) as found:
        return dict(found)


def test_new_heads_learn_what_the_old_ones_forgot(reader, pairs):
    chance = np.random.default_rng(1)
    blank = {
        name: chance.normal(size=array.shape).astype(np.float32)
        for name, array in train(pairs[:2], Recipe(epochs=1)).items()
    }
    before = measured(reader.heads.with_layers(blank), pairs[48:])
    after = measured(reader.heads.with_layers(train(pairs[:48], RECIPE)), pairs[48:])
    assert after[0] > 0.6 > before[0]  # of partly there is none: two thirds is all
    assert after[1] > 0.8 > before[1]


def test_a_seed_gives_the_same_heads(pairs):
    short = [train(pairs[:16], Recipe(epochs=1, seed=seed)) for seed in (4, 4, 5)]
    assert same(short[0], short[1], short[0])
    assert not same(short[0], short[2], ["ask.w"])


def test_some_pairs_of_low_levels_are_shown_beside_all_others(rows):
    mixed = [{**row, "level": level} for row, level in zip(rows, [0, 1, 2, 3, 4] * 8, strict=False)]
    low = [row for row in mixed if row["level"] in (1, 2)]
    judged = [row for row in mixed if row["level"] in (3, 4)]
    assert chosen(mixed, Recipe(low=0.0)) == judged
    found = chosen(mixed, Recipe(low=0.5))
    assert found[: len(judged)] == judged
    assert len(found) == len(judged) + len(judged) // 2
    assert all(row in low for row in found[len(judged) :])
    assert found == chosen(mixed, Recipe(low=0.5))
    assert len(chosen(mixed, Recipe(low=9.0))) == len(judged) + len(low)


def test_what_low_pairs_say_counts_less(pairs):
    heads = trainer.ClaimHeads().eval()
    one, other = (each._replace(example=with_level(each, 3)) for each in pairs[:2])
    low = other._replace(example=with_level(other, 1))
    even = torch.ones(3)

    def loss(*some, weight=0.3):
        return float(trainer._loss(heads, some, even, weight).detach())

    assert loss(one, low, weight=1.0) == pytest.approx(loss(one, other), abs=1e-6)
    far = loss(one, low, weight=1e-6)
    assert loss(one, low) != pytest.approx(far, abs=1e-5)


def test_rare_verdicts_count_more_and_unknown_and_low_ones_not_at_all(pairs):
    ids = pairs[0].example.ids
    rows = [
        {"level": 3, "verdicts": [2] * 7},
        {"level": 4, "verdicts": [0, 0, 0, 1, -1, -1]},
        {"level": 1, "verdicts": [0] * 9},
    ]
    examples = [PairExample(ids, row) for row in rows]
    counts = np.array([4, 2, 8])  # one is added to each
    found = trainer._rarity(examples, 1.0).numpy()
    np.testing.assert_allclose(found, counts.mean() / counts, rtol=1e-6)
    np.testing.assert_allclose(trainer._rarity(examples, 0.0).numpy(), [1, 1, 1])


def test_the_command_keeps_levels_and_tags_and_says_how_well_it_does(
    trained, rows, reader, tmp_path, monkeypatch, caplog
):
    lines = write_lines(tmp_path / "pairs.jsonl", rows[:24])
    given = ["--reader", trained, "--pairs", lines, "--test", lines, "--out", tmp_path / "out"]
    monkeypatch.setattr(sys, "argv", ["heads", *map(str, given), "--epochs", "1"])
    with caplog.at_level("INFO"):
        trainer.main()
    assert [one for one in ("before: ", "after: ") if one in caplog.text] == ["before: ", "after: "]
    before, after = arrays(trained), arrays(tmp_path / "out")
    kept = [f"{name}.{part}" for name in LAYERS if name not in NAMES for part in "wb"]
    assert same(before, after, kept)
    assert not any(same(before, after, [f"{name}.w"]) for name in NAMES)
    written = PairHeads.load(tmp_path / "out" / HEADS_FILE)
    ids, vectors = reader.seen(
        trainer.PairText(*(rows[0][name] for name in ("left", "right", "claims", "passages")))
    )
    np.testing.assert_array_equal(
        written.reading(vectors, ids).levels, reader.heads.reading(vectors, ids).levels
    )
