import random
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.duplicates_made import made_pairs
from matcher.duplicates import candidates
from matcher.duplicates.candidates import BANDS, WINDOW, CandidateIndex, _band_keys, _signature
from matcher.duplicates.hashing import shingle_hashes
from matcher.duplicates.reading import Outline
from matcher.types import Achievement
from tests.duplicates.worlds import COPY, PICKER


def outlines(*records: Achievement) -> list[Outline]:
    return [Outline.of(record) for record in records]


def indexed(*records: Achievement) -> CandidateIndex:
    index = CandidateIndex()
    index.add(outlines(*records))
    return index


OTHER = Achievement(id="C1", title="高炉煤气干法脱硫剂", text="以赤泥为载体，硫容高，一年一换。")


def test_copies_are_found_and_strangers_are_not() -> None:
    assert indexed(PICKER, OTHER, COPY).pairs().tolist() == [[0, 2]]


@pytest.mark.parametrize(
    "other",
    [
        replace(PICKER, text=""),
        replace(PICKER, title=""),
        replace(PICKER, text=PICKER.text[: len(PICKER.text) // 2]),
        replace(PICKER, title="苹果采摘机器人（山地果园）", text=""),
    ],
)
def test_parts_of_a_record_find_it(other: Achievement) -> None:
    assert [0, 1] in indexed(PICKER, other, OTHER).pairs().tolist()


def test_records_added_later_give_the_same_pairs_as_all_at_once() -> None:
    pairs = [one for one in made_pairs() if one.same][:60]
    records = [record for one in pairs for record in (one.left, one.right)]
    whole, grown = indexed(*records), CandidateIndex()
    for start in range(0, len(records), 7):
        grown.add(outlines(*records[start : start + 7]))
    assert np.array_equal(whole.pairs(), grown.pairs())


def test_pairs_of_new_records_are_the_pairs_that_have_one() -> None:
    pairs = [one for one in made_pairs() if one.same][:60]
    index = indexed(*(record for one in pairs for record in (one.left, one.right)))
    new = np.zeros(len(index.ids), dtype=np.bool_)
    new[::5] = True
    found = {tuple(pair) for pair in index.pairs(new).tolist()}
    wanted = {(a, b) for a, b in index.pairs().tolist() if new[a] or new[b]}
    assert found == {pair for pair in found if new[pair[0]] or new[pair[1]]}
    # Only a neighbour too many of the other record can make a difference.
    assert len(wanted - found) <= len(wanted) // 50


def test_nearly_all_made_pairs_are_found_among_each_other() -> None:
    pairs = [one for one in made_pairs() if one.same][:400]
    index = indexed(*(record for one in pairs for record in (one.left, one.right)))
    found = {tuple(pair) for pair in index.pairs().tolist()}
    recall = np.mean([(2 * at, 2 * at + 1) in found for at in range(len(pairs))])
    assert recall >= 0.97


def test_a_crowd_of_equal_texts_does_not_multiply() -> None:
    text = PICKER.text
    crowd = [Achievement(id=f"A{at:04}", title="", text=text) for at in range(500)]
    pairs = indexed(*crowd).pairs()
    assert len(pairs) < 500 * 3 * WINDOW
    assert set(pairs.ravel().tolist()) == set(range(500))  # nobody is left out


def test_no_pair_comes_twice_or_backwards_or_with_itself() -> None:
    pairs = indexed(PICKER, COPY, replace(PICKER, text=""), replace(COPY, title="")).pairs()
    assert (pairs[:, 0] < pairs[:, 1]).all()
    assert len({tuple(pair) for pair in pairs.tolist()}) == len(pairs)


@pytest.mark.parametrize("count", [0, 1])
def test_too_few_records_have_no_pairs(count: int) -> None:
    index = indexed(*[PICKER][:count])
    assert index.pairs().shape == (0, 2)


def test_bands_agree_as_often_as_the_formula_says() -> None:
    rng = random.Random(1)
    letters = [chr(0x4E00 + rng.randrange(3000)) for _ in range(400)]
    left, right = "".join(letters), "".join(letters[:250] + letters[:50][::-1])
    first, second = set(shingle_hashes(left, 4).tolist()), set(shingle_hashes(right, 4).tolist())
    jaccard = len(first & second) / len(first | second)
    signatures = np.stack([_signature(left), _signature(right)])
    assert (signatures[0] == signatures[1]).mean() == pytest.approx(jaccard, abs=0.12)
    keys = _band_keys(signatures)
    assert (keys[0] == keys[1]).sum() == pytest.approx(BANDS * jaccard**3, abs=8)


@given(st.text(max_size=40), st.integers(1, 6))
def test_equal_runs_have_equal_hashes(text: str, length: int) -> None:
    hashes = shingle_hashes(text, length)
    assert len(hashes) == (max(1, len(text) - length + 1) if text else 0)
    runs = [text[at : at + length] for at in range(len(hashes))]
    for run, value in zip(runs, hashes, strict=True):
        assert all(value == other for same, other in zip(runs, hashes, strict=True) if same == run)


def test_an_index_that_grew_and_shrank_is_the_one_made_at_once(tmp_path: Path) -> None:
    records = [replace(PICKER, id=f"{at}", text=PICKER.text[at:]) for at in range(6)]
    index = indexed(records[5], records[1], replace(OTHER, id="3"), replace(OTHER, id="9"))
    grown = index.replaced({"9", "nobody"}, indexed(records[0], *records[2:5]))
    whole = CandidateIndex().replaced((), indexed(*records))
    assert grown.ids == whole.ids == list("012345")
    assert np.array_equal(grown.pairs(), whole.pairs())
    grown.save(tmp_path / "x.npz", 7)
    loaded = CandidateIndex.load(tmp_path / "x.npz")
    assert loaded is not None
    assert loaded[1] == 7
    assert loaded[0].ids == grown.ids
    assert np.array_equal(loaded[0].pairs(), whole.pairs())


def test_an_empty_index_is_kept_too(tmp_path: Path) -> None:
    CandidateIndex().save(tmp_path / "x.npz", 0)
    loaded = CandidateIndex.load(tmp_path / "x.npz")
    assert loaded is not None
    assert loaded[0].replaced((), indexed(PICKER)).ids == ["A1"]


def test_an_id_with_a_line_break_is_kept_as_it_is(tmp_path: Path) -> None:
    ids = ["A\n1", "A\ud83d", "编号"]
    index = indexed(*(replace(PICKER, id=id_) for id_ in ids))
    index.save(tmp_path / "x.npz", 1)
    loaded = CandidateIndex.load(tmp_path / "x.npz")
    assert loaded is not None
    assert loaded[0].ids == ids
    assert loaded[0].replaced((), indexed(OTHER)).ids == sorted([*ids, "C1"])


def test_an_index_of_texts_that_were_repaired_in_another_way_is_made_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    indexed(PICKER).save(tmp_path / "x.npz", 1)
    monkeypatch.setattr(candidates, "readable_fingerprint", lambda: "repair@2")
    assert CandidateIndex.load(tmp_path / "x.npz") is None


def test_a_file_that_cannot_be_used_is_made_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "x.npz"
    assert CandidateIndex.load(file) is None
    file.write_bytes(b"PK damaged")
    assert CandidateIndex.load(file) is None
    indexed(PICKER).save(file, 1)
    monkeypatch.setattr(candidates, "VERSION", "0")
    assert CandidateIndex.load(file) is None
