"""Training examples from lines, their batches, and what the losses punish."""

import math
import random

import numpy as np
import pytest
import torch

from models.base import PairText
from models.training.reader.examples import (
    UNKNOWN,
    Targets,
    batches,
    padded,
    padded_tags,
    pair_example,
    read_lines,
    tag_examples,
)
from models.training.reader.examples import targets as targets_of
from models.training.reader.losses import VERDICT_WEIGHTS, pair_losses, tag_loss
from models.training.reader.network import Judged
from tests.models_training.reader.conftest import toy_pair, write_lines

ROW = {
    "group": "g",
    "left": "有钢铁，无水泵",
    "right": "好电热。证冷硬。",
    "claims": [[0, 3], [4, 7], [0, 0]],
    "passages": [[0, 4], [4, 8]],
    "level": 3,
    "verdicts": [2, 0, 2],
    "proofs": [[1], [], [0]],
}


@pytest.fixture
def read(tokens):
    return lambda *rows: [pair_example(row, tokens) for row in rows]


def wanted_of(examples):
    batch = padded([one.ids for one in examples])
    return batch, targets_of(examples, batch)


def test_lines_are_read_as_they_were_written(tmp_path):
    one = write_lines(tmp_path / "a.jsonl", [ROW, {**ROW, "level": 1}])
    other = write_lines(tmp_path / "b.jsonl", [{**ROW, "level": 2}])
    assert [row["level"] for row in read_lines([one, other])] == [3, 1, 2]
    assert read_lines([one])[0] == ROW


def test_a_line_is_tokenised_as_the_reader_will(read, tokens):
    [one] = read(ROW)
    texts = PairText(ROW["left"], ROW["right"], ROW["claims"], ROW["passages"])
    for part, same in zip(one.ids, tokens.pair(texts), strict=True):
        np.testing.assert_array_equal(part, same)
    assert one.group == "g"


def test_a_line_is_an_example(read):
    _, wanted = wanted_of(read(ROW))
    assert wanted.levels.tolist() == [3]
    # what was cut off from the asking text has no verdict that could be learned
    assert wanted.verdicts.tolist() == [[2, 0, UNKNOWN]]
    # column 0: none of the passages answers
    assert wanted.proofs[0].tolist() == [
        [False, False, True],
        [True, False, False],
        [False, False, False],
    ]


def test_proof_that_was_cut_off_is_no_silence(read):
    _, wanted = wanted_of(read({**ROW, "right": "好" * 400, "passages": [[0, 4], [390, 400]]}))
    assert wanted.verdicts[0].tolist() == [2, 0, UNKNOWN]
    assert not wanted.proofs[0, 0].any()
    assert wanted.proofs[0, 1].tolist() == [True, False, False]


def test_a_contradiction_is_missing_with_proof(read):
    _, wanted = wanted_of(read({**ROW, "proofs": [[1], [0], []]}))
    assert wanted.verdicts[0, 1] == 0
    assert wanted.proofs[0, 1].tolist() == [False, True, False]


def test_batches_hold_every_example_once_and_keep_groups_together(read):
    chance = random.Random(1)
    examples = read(*(toy_pair(chance, f"g{at // 5}") for at in range(63)))
    found = batches(examples, 8, random.Random(2))
    dealt = [one for batch in found for one in batch]
    assert len(dealt) == 63
    assert {id(one) for one in dealt} == {id(one) for one in examples}
    assert max(len(batch) for batch in found) <= 8
    for group in {one.group for one in examples}:  # none is larger than a batch
        assert sum(any(one.group == group for one in batch) for batch in found) == 1
    again = batches(examples, 8, random.Random(2))
    assert [[id(one) for one in batch] for batch in again] == [
        [id(one) for one in batch] for batch in found
    ]


def test_a_group_larger_than_a_batch_is_cut(read):
    chance = random.Random(1)
    examples = read(*(toy_pair(chance, "g") for _ in range(11)))
    found = batches(examples, 4, random.Random(2))
    assert sorted(len(batch) for batch in found) == [3, 4, 4]
    assert batches([], 4, random.Random(2)) == []


def test_padding_is_masked_and_means_nothing(read):
    short = {**ROW, "group": "h", "claims": [[0, 3]], "verdicts": [1], "proofs": [[0]]}
    short = {**short, "right": "好。", "passages": [[0, 2]], "level": 1}
    examples = read(short, ROW, ROW)
    batch, wanted = wanted_of(examples)
    lengths = [len(one.ids.ids) for one in examples]
    end = lengths[0]
    assert end < lengths[1] == batch.ids.shape[1]
    assert batch.mask.sum(dim=1).tolist() == lengths
    assert (batch.ids[0, end:] == 1).all()  # the pad
    assert not batch.kinds[0, end:].any()
    assert batch.ids[1].tolist() == examples[1].ids.ids.tolist()
    assert not batch.claims[0, :, end:].any()
    assert not batch.passages[0, 2:].any()
    assert wanted.levels.tolist() == [1, 3, 3]
    assert wanted.verdicts.tolist() == [[1, -1, -1], [2, 0, -1], [2, 0, -1]]
    assert wanted.groups[0] != wanted.groups[1] == wanted.groups[2]
    assert wanted.proofs[0, 0].tolist() == [False, True, False]


def test_tags_are_asked_for_behind_the_title_only(tokens):
    row = {"text": "钢铁\n甲【电热，丁", "spans": [[4, 7]], "kinds": [3], "body_at": 3}
    [one] = tag_examples(row, tokens)
    # special token and prompt, title, line break, text, special token
    assert one.places.tolist() == [-1, -1, -1, -1, -1, 0, 1, 2, 2, 0, 0, -1]
    assert one.kinds.tolist() == [-1, -1, -1, -1, -1, -1, 3, 3, 3, -1, -1, -1]
    short = next(
        tag_examples({**row, "text": "甲", "spans": [], "kinds": [], "body_at": 0}, tokens)
    )
    batch, places, kinds = padded_tags([one, short])
    assert places.shape == kinds.shape == batch.mask.shape == (2, 12)
    assert places[0].tolist() == one.places.tolist()
    assert kinds[0].tolist() == one.kinds.tolist()
    assert places[1].tolist() == [-1, -1, 0] + [-1] * 9  # nothing is asked of the padding


def test_a_long_text_is_tagged_window_by_window(tokens):
    row = {"text": "钢" * 600, "spans": [[190, 210]], "kinds": [1], "body_at": 0}
    found = list(tag_examples(row, tokens))
    assert len(found) == 3
    assert sum((one.places >= 0).sum() for one in found) == 600
    assert sum((one.kinds == 1).sum() for one in found) == 20
    # each window begins the part that it sees
    assert [(one.places == 1).sum() for one in found] == [1, 1, 0]


def targets(levels, verdicts, proofs, groups):
    return Targets(
        torch.tensor(levels),
        torch.tensor(verdicts),
        torch.tensor(proofs, dtype=torch.bool),
        torch.tensor(groups),
    )


def judged(levels, verdicts=None, passages=None):
    count = len(levels)
    return Judged(
        torch.tensor(levels, dtype=torch.float32),
        torch.tensor(verdicts or [[[0.0] * 3]] * count, dtype=torch.float32),
        torch.tensor(passages or [[[0.0] * 2]] * count, dtype=torch.float32),
    )


def nothing(count):
    return [[-1]] * count, [[[False, False]]] * count


def test_levels_are_punished_threshold_by_threshold():
    unknown, silent = nothing(1)
    given = judged([[1.0, -2.0, 0.5]])
    loss = pair_losses(given, targets([2], unknown, silent, [0])).levels
    wanted = [math.log1p(math.exp(-1.0)), math.log1p(math.exp(-2.0)), math.log1p(math.exp(0.5))]
    assert float(loss) == pytest.approx(sum(wanted) / 3, abs=1e-6)


def test_only_pairs_of_a_group_are_ordered():
    unknown, silent = nothing(3)
    given = judged([[0.0] * 3, [1.0] * 3, [-5.0] * 3])
    loss = pair_losses(given, targets([4, 1, 4], unknown, silent, [0, 0, 1])).order
    assert float(loss) == pytest.approx(math.log1p(math.exp(3.0)), abs=1e-5)  # 0 against 3
    alone = pair_losses(given, targets([4, 4, 1], unknown, silent, [0, 0, 1])).order
    assert float(alone) == 0


def test_a_pair_of_unknown_level_is_neither_judged_nor_ordered():
    unknown, silent = nothing(3)
    given = judged([[0.0] * 3, [1.0] * 3, [-5.0] * 3])
    with_it = pair_losses(given, targets([4, 1, 0], unknown, silent, [0, 0, 0]))
    without = pair_losses(judged([[0.0] * 3, [1.0] * 3]), targets([4, 1], *nothing(2), [0, 0]))
    assert float(with_it.levels) == pytest.approx(float(without.levels))
    assert float(with_it.order) == pytest.approx(float(without.order))
    alone = pair_losses(given, targets([0, 0, 0], unknown, silent, [0, 0, 0]))
    assert float(alone.levels) == float(alone.order) == 0


def test_partly_counts_as_its_weight_says():
    given = judged([[0.0] * 3], verdicts=[[[0.0, 0.0, 0.0], [2.0, 0.0, 0.0]]])
    silent = [[[False, False]] * 2]
    loss = pair_losses(given, targets([1], [[1, 0]], silent, [0])).verdicts
    right = math.log(1 + 2 * math.exp(-2.0))
    missing, partly, _ = VERDICT_WEIGHTS
    assert partly > missing
    wanted = (partly * math.log(3) + missing * right) / (partly + missing)
    assert float(loss) == pytest.approx(wanted, abs=1e-6)


def test_of_several_proofs_any_will_do():
    given = judged([[0.0] * 3], passages=[[[2.0, 1.0, 0.0]]])
    masses = np.exp([2.0, 1.0, 0.0]) / np.exp([2.0, 1.0, 0.0]).sum()
    loss = pair_losses(given, targets([1], [[1]], [[[False, True, True]]], [0])).proofs
    assert float(loss) == pytest.approx(-math.log(masses[1] + masses[2]), abs=1e-5)
    unproven = pair_losses(given, targets([1], [[1]], [[[False] * 3]], [0])).proofs
    assert float(unproven) == 0


def test_unknown_verdicts_are_not_punished():
    given = judged([[0.0] * 3], verdicts=[[[3.0, 0.0, 0.0], [9.0, 0.0, 0.0]]])
    silent = [[[False, False]] * 2]
    one = pair_losses(given, targets([1], [[0, UNKNOWN]], silent, [0])).verdicts
    assert float(one) == pytest.approx(math.log(1 + 2 * math.exp(-3.0)), abs=1e-6)
    none = pair_losses(given, targets([1], [[UNKNOWN] * 2], silent, [0])).verdicts
    assert float(none) == 0


def test_tags_that_are_not_asked_for_are_not_punished():
    logits = torch.zeros(1, 3, 9)
    logits[0, 0, 1] = 5.0
    logits[0, 2] = 99.0 * torch.arange(9)
    right = tag_loss(logits, torch.tensor([[1, 0, -1]]), torch.tensor([[2, -1, -1]]))
    places = (math.log(1 + 2 * math.exp(-5.0)) + math.log(3)) / 2
    assert float(right) == pytest.approx(places + math.log(6), abs=1e-5)
    unnamed = tag_loss(logits, torch.tensor([[1, 0, -1]]), torch.tensor([[-1, -1, -1]]))
    assert float(unnamed) == pytest.approx(places, abs=1e-5)
