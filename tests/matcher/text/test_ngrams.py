"""The trigram model: counted by hand on a tiny text, and the shipped one."""

import io
import math

import pytest

from matcher.errors import ResourceError
from matcher.text.repair import ngrams
from matcher.text.repair.ngrams import NgramModel, background_ngrams, symbols
from matcher.text.repair.ngrams_training import main, train

PASSAGES = [("甲乙丙", 4, False), ("甲乙丁", 4, False), ("丙丁", 8, True)]


@pytest.fixture(scope="module")
def tiny():
    return NgramModel.load(io.BytesIO(train(PASSAGES, (1, 1, 1))))


def test_symbols_fold_digits_letters_and_punctuation():
    assert symbols("第3章 GaN，见图２。") == "第0章 aaa,见图0。"


def test_a_trigram_is_interpolated_with_shorter_ones(tiny):
    # 丙 after 甲乙: (4 - D)/8 + 2D/8 · P(丙|乙), the latter (4 - D)/8 + 2D/8 · P(丙), D = 3/4.
    symbols_seen = 4 * 6 + 4 * 6 + 8 * 2
    p_one = (4 + 8) / symbols_seen
    p_two = (4 - 0.75) / 8 + 1.5 / 8 * p_one
    expected = (4 - 0.75) / 8 + 1.5 / 8 * p_two
    assert tiny.score("甲乙丙", 2, 3) == pytest.approx(math.log(expected), abs=ngrams.STEP)


def test_a_pair_never_seen_backs_off(tiny):
    assert tiny.score("丁甲", 1, 2) < tiny.score("甲乙", 1, 2)
    assert tiny.score("甲火", 1, 2) < tiny.score("甲丁", 1, 2)


def test_words_of_a_list_have_no_surroundings(tiny):
    assert "丙丁" in tiny.pairs_with(frozenset("丙"))
    assert "丁丙" not in tiny.pairs_with(frozenset("丙"))


def test_tiles_do_not_lean_on_their_neighbours(tiny):
    assert tiny.tiling("甲乙") == pytest.approx(tiny.tiling("甲乙火") - tiny.tiling("火"), abs=0.2)
    assert tiny.tiling("") == 0


def test_the_same_texts_give_the_same_bytes():
    assert train(PASSAGES, (1, 1, 1)) == train(PASSAGES, (1, 1, 1))


def test_what_is_seldom_is_not_kept():
    model = NgramModel.load(io.BytesIO(train(PASSAGES, (6, 6, 6))))
    assert model.knows("丁")
    assert model.pairs_with(frozenset("丁")) == {"丙丁"}
    assert not NgramModel.load(io.BytesIO(train(PASSAGES, (20, 1, 1)))).knows("丁")


def test_files_are_counted_with_their_weights(tmp_path, monkeypatch):
    (tmp_path / "a.txt").write_text("甲乙丙\n甲乙丁\n", "utf-8")
    (tmp_path / "b.dict").write_text("丙丁 250 n\n丁戊\n", "utf-8")
    out = tmp_path / "model.npz"
    arguments = [str(out), f"{tmp_path / 'a.txt'}:4", str(tmp_path / "b.dict"), "--fewest"]
    monkeypatch.setattr("sys.argv", ["x", *arguments, "1", "1", "1"])
    main()
    model = NgramModel.load(out)
    assert out.read_bytes() == train([*PASSAGES, ("丁戊", 3, True)], (1, 1, 1))
    assert model.knows("戊")


def test_the_shipped_model_tells_chinese_from_nonsense():
    model = background_ngrams()
    text, nonsense = "采用化学气相沉积法制备薄膜", "膜薄备制法积沉相气学化用采"
    assert model.score(text, 0, len(text)) > model.score(nonsense, 0, len(text)) + 20
    assert model.rarity("的") < model.rarity("镓") < 20


def test_a_damaged_model_is_told_in_chinese(monkeypatch):
    monkeypatch.setattr(ngrams, "TABLE", "card.json")
    with pytest.raises(ResourceError, match="请重新安装"):
        background_ngrams.__wrapped__()
