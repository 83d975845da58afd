import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.memory.compared import Compared
from matcher.memory.memory import OTHERS, OWN, SAME, Memory, Nearness
from tests.matcher.memory.made import made


def memory_of(pairs: Compared, seed: int = 0) -> Memory:
    surprises = np.random.default_rng(seed).normal(size=len(pairs))
    return Memory(pairs.needs, pairs.achievements, pairs.need_at, pairs.achievement_at, surprises)


def without(memory: Memory, row: int) -> Memory:
    kept = np.arange(len(memory.surprises)) != row
    return replace(
        memory,
        need_at=memory.need_at[kept],
        achievement_at=memory.achievement_at[kept],
        surprises=memory.surprises[kept],
    )


def by_hand(memory: Memory, need: np.ndarray, achievement: np.ndarray, how: Nearness, own: bool):
    above = below = 0.0
    for at, surprise in enumerate(memory.surprises):
        near = float(memory.needs[memory.need_at[at]] @ need)
        if (near >= SAME) != own:
            continue
        like = float(memory.achievements[memory.achievement_at[at]] @ achievement)
        needs = 1.0 if own else math.exp((min(near, 1.0) - 1) / how.needs)
        weight = needs * math.exp((min(like, 1.0) - 1) / how.achievements)
        above, below = above + weight * surprise, below + weight
    return above / (below + how.prior)


def test_what_is_recalled_is_the_weighted_mean_of_the_definition() -> None:
    pairs, _ = made(needs=4, achievements=7, each=5)
    memory = memory_of(pairs)
    found, labels = memory.recall(pairs)
    assert labels.tolist() == [5.0] * len(pairs)
    for row in range(len(pairs)):
        need = pairs.needs[pairs.need_at[row]]
        achievement = pairs.achievements[pairs.achievement_at[row]]
        for own, kinds in ((False, OTHERS), (True, OWN)):
            for name, how in kinds.items():
                wanted = by_hand(memory, need, achievement, how, own)
                assert found[name][row] == pytest.approx(wanted, abs=1e-5)


@given(st.integers(0, 1000))
@settings(max_examples=25, deadline=None)
def test_a_pair_that_is_left_out_recalls_what_a_memory_without_it_would(seed: int) -> None:
    pairs, _ = made(needs=4, achievements=6, each=4, seed=seed)
    rounded = replace(pairs, achievements=pairs.achievements.astype(np.float16).astype(np.float32))
    memory = memory_of(rounded, seed)
    found, labels = memory.recall(rounded, own=True)
    row = seed % len(pairs)
    there, count = without(memory, row).recall(rounded.some(np.array([row])))
    assert labels[row] == count[0] == 3
    for name, column in there.items():
        assert found[name][row] == pytest.approx(column[0], abs=1e-4)


def test_labels_of_the_need_itself_do_not_reach_what_is_recalled_of_others() -> None:
    pairs, _ = made(needs=5, achievements=9, each=6)
    memory = memory_of(pairs)
    own = memory.need_at == 2
    changed = replace(memory, surprises=np.where(own, 99.0, memory.surprises))
    rows = pairs.some(np.flatnonzero(own))
    before, _ = memory.recall(rows)
    after, _ = changed.recall(rows)
    for name in OTHERS:
        assert np.array_equal(before[name], after[name])
    for name in OWN:
        assert not np.allclose(before[name], after[name])


def test_a_need_without_labels_recalls_only_others() -> None:
    pairs, _ = made(needs=5, achievements=9, each=6)
    kept = np.flatnonzero(pairs.need_at != 2)
    found, labels = memory_of(pairs.some(kept)).recall(
        pairs.some(np.flatnonzero(pairs.need_at == 2))
    )
    assert not labels.any()
    assert all(not found[name].any() for name in OWN)
    assert all(found[name].any() for name in OTHERS)


def test_a_lone_label_recalls_nothing_of_itself() -> None:
    pairs, _ = made(needs=3, achievements=5, each=1)
    found, labels = memory_of(pairs).recall(pairs, own=True)
    assert not labels.any()
    assert all(np.allclose(found[name], 0.0, atol=1e-9) for name in OWN)


def test_nothing_to_judge_recalls_nothing() -> None:
    pairs, _ = made(needs=3, achievements=5, each=2)
    found, labels = memory_of(pairs).recall(pairs.some(np.array([], dtype=np.int64)))
    assert not len(labels)
    assert all(not len(column) for column in found.values())


def test_many_pairs_of_a_need_are_recalled_piece_by_piece(monkeypatch: pytest.MonkeyPatch) -> None:
    pairs, _ = made(needs=3, achievements=9, each=8)
    memory = memory_of(pairs)
    whole = memory.recall(pairs, own=True)
    monkeypatch.setattr("matcher.memory.memory.AT_ONCE", 3)
    parts = memory.recall(pairs, own=True)
    for name, column in whole[0].items():
        assert column == pytest.approx(parts[0][name], abs=1e-6)
    assert np.array_equal(whole[1], parts[1])
