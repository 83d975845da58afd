import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.training.views import PairViews, SentenceViews, token_ids
from models.training.vocabulary import unigram_tokenizer

LETTERS = "甲乙丙丁戊己庚辛"
TOKENIZER = unigram_tokenizer([(letter, -2.0) for letter in LETTERS])
A, B, C, D, E, F, G, H = range(1, 9)


def _view(views, seed=0):
    left, right = views.draw(0, np.random.default_rng(seed))
    return left.tolist(), right.tolist()


def test_unknown_characters_are_left_out_of_the_ids():
    assert [row.tolist() for row in token_ids(TOKENIZER, ["甲龘乙", "龘", ""])] == [[A, B], [], []]


@pytest.mark.parametrize("stop", ["。", ".", "！", "；"])
def test_a_sentence_stands_against_the_rest(stop):
    text = stop.join(["甲乙", "丙丁", "戊己"]) + stop
    views = SentenceViews(TOKENIZER, [text], made_up=0.0, whole=0.0)
    drawn = {tuple(map(tuple, _view(views, seed))) for seed in range(40)}
    assert drawn == {
        ((A, B), (C, D, E, F)),
        ((C, D), (A, B, E, F)),
        ((E, F), (A, B, C, D)),
    }


def test_a_decimal_point_ends_no_sentence():
    tokenizer = unigram_tokenizer([("甲", -1.0), ("1", -1.0), ("5", -1.0), ("乙", -1.0)])
    views = SentenceViews(tokenizer, ["甲1.5乙。甲甲。"], made_up=0.0, whole=0.0)
    assert len(_view(views)[0]) in {4, 2}
    assert sorted(len(side) for side in _view(views)) == [2, 4]


def test_the_right_side_can_hold_the_whole_text():
    views = SentenceViews(TOKENIZER, ["甲乙。丙丁。"], made_up=0.0, whole=1.0)
    left, right = _view(views)
    assert right == [A, B, C, D]
    assert left in ([A, B], [C, D])


@given(st.text(LETTERS + "。", min_size=2, max_size=60), st.integers(0, 9), st.booleans())
def test_the_two_sides_together_are_the_text(text, seed, made_up):
    views = SentenceViews(TOKENIZER, [text], made_up=float(made_up), whole=0.0)
    ids = sorted(token_ids(TOKENIZER, [text])[0].tolist())
    if len(ids) < 2:
        assert len(views) == 0
        return
    left, right = _view(views, seed)
    assert sorted(left + right) == ids
    assert left
    assert right


def test_made_up_titles_prefer_the_words_of_titles():
    text = LETTERS * 3
    views = SentenceViews(TOKENIZER, [text, "甲"], ["甲乙丙"] * 50, made_up=1.0, whole=0.0)
    rng = np.random.default_rng(0)
    drawn = np.concatenate([views.draw(0, rng)[0] for _ in range(200)])
    assert np.isin(drawn, [A, B, C]).mean() > 0.6  # 3 of 8 without titles


def test_pairs_come_back_as_given_and_empty_sides_are_left_out():
    views = PairViews(TOKENIZER, [("甲", "乙丙"), ("", "丁"), ("龘", "丁")])
    assert len(views) == 1
    assert _view(views) == ([A], [B, C])
