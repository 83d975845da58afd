import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from matcher.errors import ResourceError
from matcher.fit import Fit
from matcher.memory.folder import MEMORY, MODEL, read_model, write_model
from matcher.memory.folds import Split, folds, judge_apart
from matcher.memory.memory import OTHERS, OWN
from matcher.memory.train import ENOUGH, fit_own
from matcher.memory.trained import POOLED
from tests.matcher.memory.made import made


def error_of(fits: list[Fit], levels: np.ndarray) -> float:
    return float(
        np.mean([abs(fit.expected - level) for fit, level in zip(fits, levels, strict=True)])
    )


def correlation(fits: list[Fit], levels: np.ndarray) -> float:
    return float(np.corrcoef([fit.expected for fit in fits], levels)[0, 1])


def test_labels_of_the_same_need_and_achievement_make_it_better() -> None:
    pairs, levels = made()
    new = judge_apart(pairs, levels, "need")
    known = judge_apart(pairs, levels, "pair")
    flat, flat_levels = made(memorable=0.0)
    assert error_of(known, levels) < error_of(new, levels) - 0.1
    # where neither has anything of its own there is nothing to gain
    gap = error_of(judge_apart(flat, flat_levels, "need"), flat_levels) - error_of(
        judge_apart(flat, flat_levels, "pair"), flat_levels
    )
    assert abs(gap) < 0.05


@pytest.mark.parametrize("split", ["need", "pair"])
def test_shuffled_labels_teach_nothing(split: Split) -> None:
    pairs, levels = made(seed=3)
    found = []
    for seed in range(2):
        shuffled = np.random.default_rng(seed).permutation(levels)
        found.append(correlation(judge_apart(pairs, shuffled, split), shuffled))
    # somewhat below 0: where the other folds are high by chance, this one is low
    assert -0.3 < np.mean(found) < 0.08


def test_folds_by_need_share_no_need_and_judge_each_pair_once() -> None:
    pairs, _ = made()
    judged = []
    for fitted, some in folds(pairs, "need"):
        assert not set(pairs.need_at[fitted]) & set(pairs.need_at[some])
        judged += some.tolist()
    assert sorted(judged) == list(range(len(pairs)))
    assert sorted(at for _, some in folds(pairs, "pair") for at in some) == sorted(judged)


def test_another_seed_makes_other_folds() -> None:
    pairs, _ = made()
    first, second = (next(iter(folds(pairs, "need", seed)))[1].tolist() for seed in (0, 1))
    assert first != second


def test_pairs_are_judged_one_by_one_as_they_are_together() -> None:
    pairs, levels = made()
    model = fit_own(pairs, levels)
    together = model(pairs)
    for row in (0, 7, len(pairs) - 1):
        alone = model(pairs.some(np.array([row])))[0]
        assert alone.score == pytest.approx(together[row].score, abs=1e-6)
        assert sum(alone.probabilities.values()) == pytest.approx(1.0)


def test_what_is_remembered_takes_part_in_the_contributions() -> None:
    pairs, levels = made()
    model = fit_own(pairs, levels)
    fit = model(pairs)[0]
    assert {*OTHERS, *OWN} <= set(fit.contributions)
    assert {*OTHERS} <= set(model.new.by_offer["full-title"].weights)
    assert not {*OWN} & set(model.new.by_offer["full-title"].weights)


def test_rare_and_unknown_offers_are_judged_by_the_pooled_model() -> None:
    pairs, levels = made()
    rare = len(pairs) - ENOUGH
    pairs = replace(pairs, offers=("title-title",) * rare + pairs.offers[rare:])
    model = fit_own(pairs, levels)
    assert set(model.new.by_offer) == {POOLED, "full-title"}
    unknown = replace(pairs.some(np.array([0])), offers=("full-full",))
    assert model(unknown)[0].contributions.keys() == model.known.by_offer[POOLED].weights.keys()


def test_needs_with_one_label_each_still_make_a_model() -> None:
    pairs, levels = made(needs=60, each=1)
    model = fit_own(pairs, levels)
    assert model.known == model.new
    assert len(model(pairs)) == 60


def test_levels_that_were_never_given_get_next_to_no_probability() -> None:
    pairs, levels = made()
    model = fit_own(pairs, np.minimum(levels, 3))
    assert max(fit.probabilities[4] for fit in model(pairs)) < 0.01


def test_a_model_is_read_as_it_was_written(tmp_path: Path) -> None:
    pairs, levels = made()
    model = replace(fit_own(pairs, levels), abstention=0.07)
    write_model(tmp_path, model, {"pairs": 3})
    again, card = read_model(tmp_path)
    assert card == {"pairs": 3}
    assert again.abstention == 0.07
    scores = [[fit.score for fit in one(pairs)] for one in (model, again)]
    assert scores[0] == pytest.approx(scores[1], abs=0.01)  # vectors are kept with half precision


def test_a_damaged_folder_says_so(tmp_path: Path) -> None:
    pairs, levels = made()
    with pytest.raises(ResourceError, match="不是完好的自训练模型"):
        read_model(tmp_path)
    write_model(tmp_path, fit_own(pairs, levels), {})
    memory = (tmp_path / MEMORY).read_bytes()
    for damaged in (b"", memory[: len(memory) // 2], b"PK" + memory[2:100]):
        (tmp_path / MEMORY).write_bytes(damaged)
        with pytest.raises(ResourceError, match="duijie train fit"):
            read_model(tmp_path)
    (tmp_path / MEMORY).write_bytes(memory)
    stored = json.loads((tmp_path / MODEL).read_text("utf-8"))
    for wrong in ("[]", "{", json.dumps({**stored, "new": 3}), json.dumps({"version": 1})):
        (tmp_path / MODEL).write_text(wrong, "utf-8")
        with pytest.raises(ResourceError):
            read_model(tmp_path)
    (tmp_path / MODEL).write_text(json.dumps({**stored, "version": 9}), "utf-8")
    with pytest.raises(ResourceError, match="格式版本是 9"):
        read_model(tmp_path)


def test_nothing_that_could_run_is_read(tmp_path: Path) -> None:
    pairs, levels = made()
    write_model(tmp_path, fit_own(pairs, levels), {})
    np.savez(tmp_path / MEMORY, needs=np.array([object()], dtype=object), allow_pickle=True)
    with pytest.raises(ResourceError):
        read_model(tmp_path)
