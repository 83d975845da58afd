import math

import numpy as np
import pytest

from matcher.documents import Document
from matcher.features import (
    OFFERS,
    SHORTEST_TEXT,
    Profile,
    form_of,
    offer_of,
    pair_features,
    word_shares,
)
from matcher.protocols import Token
from matcher.types import Achievement, Need

IDF = {"甲": 1.0, "乙": 2.0, "丙": 3.0, "丁": 4.0}
DIRECTIONS = {
    "甲": (1, 0),
    "乙": (0, 1),
    "丙": (0.6, 0.8),
    "丁": (0.8, 0.6),
    "。": (-1, 0),
    "！": (0, -1),
}
DENSE = {"need": (0.6, 0.8), "achievement": (1.0, 0.0)}


class CharSegmenter:
    """Each of the four characters is a word."""

    fingerprint = "chars"

    def tokens(self, text):
        return [Token(char, at, at + 1) for at, char in enumerate(text) if char in IDF]


def profile(record):
    document = Document.of(record, CharSegmenter())
    places = [at for at, char in enumerate(document.full) if char != "\n"]
    vectors = [DIRECTIONS[document.full[at]] for at in places]
    side = "need" if isinstance(record, Need) else "achievement"
    return Profile(
        document,
        np.array(DENSE[side], dtype=np.float32),
        np.array(vectors, dtype=np.float32).reshape(-1, 2),
        np.array([(at, at + 1) for at in places], dtype=np.int32).reshape(-1, 2),
        IDF.__getitem__,
    )


LONG = "甲" * SHORTEST_TEXT
NEED = Need(id="N", title="甲乙", text="丙！")
ACHIEVEMENT = Achievement(id="A", title="甲丁", text="丙甲。")


@pytest.fixture
def pair():
    return pair_features(profile(NEED), profile(ACHIEVEMENT))


def test_tokens_weigh_as_their_words_and_punctuation_nothing():
    need = profile(NEED)
    assert need.token_weights.tolist() == [1, 2, 3, 0]
    assert need.title_tokens == 2
    assert need.words == {"甲": 1, "乙": 2, "丙": 3}
    assert need.title_words == {"甲": 1, "乙": 2}
    assert profile(ACHIEVEMENT).words == {"甲": 2, "丁": 4, "丙": 3}


def test_without_a_title_the_whole_stands_for_it():
    bare = profile(Need(id="N", text="甲丙。"))
    assert bare.title_tokens == 3
    assert bare.title_words == bare.words


def test_the_whole_texts_are_compared_by_cosine(pair):
    assert pair.values["dense"] == pytest.approx(0.6)


def test_shared_words_cover_their_weight_up_to_saturation(pair):
    """Slack 1.2 (0.25 + 0.75 |d| / 120), with 4 words in the achievement and 3 in the need."""
    assert word_shares({"甲": 1, "乙": 2, "丙": 3}, profile(ACHIEVEMENT)) == pytest.approx(
        {"甲": 1 / 6 * 2 / (2 + 0.33), "丙": 3 / 6 * 1 / (1 + 0.33)}
    )
    expected = 1 / 6 * 2 / 2.33 + 3 / 6 / 1.33
    assert pair.values["need_words"] == pytest.approx(expected)
    assert pair.values["title_words"] == pytest.approx(1 / 5 * 1 / 1.3225)


def test_nothing_asked_shares_nothing():
    assert word_shares({}, profile(ACHIEVEMENT)) == {}
    assert word_shares({"甲": 0.0}, profile(ACHIEVEMENT)) == {}


def test_each_token_takes_its_best_cosine(pair):
    assert pair.best[:3].tolist() == pytest.approx([1, 0.8, 1])
    assert pair.best_at[:3].tolist() == [0, 2, 2]
    assert pair.values["need_meaning"] == pytest.approx((1 + 2 * 0.8 + 3) / 6)
    assert pair.values["need_title_meaning"] == pytest.approx((1 + 2 * 0.8) / 3)
    assert pair.values["title_meaning"] == pytest.approx((1 + 4 * 0.96) / 5)


def test_sentences_are_compared_by_the_weighed_means_of_their_tokens(pair):
    # need: (1, 2) and (0.6, 0.8), weight 3 each; achievement: (4.2, 2.4) and (2.8, 2.4)
    vectors, weights = pair.need.sentence_vectors
    np.testing.assert_allclose(vectors, [[5**-0.5, 2 * 5**-0.5], [0.6, 0.8]], rtol=1e-6)
    assert weights.tolist() == [3, 3]
    title = max(9 / math.sqrt(5 * 23.4), 7.6 / math.sqrt(5 * 13.6))
    text = max(4.44 / math.sqrt(23.4), 3.6 / math.sqrt(13.6))
    assert pair.values["sentences"] == pytest.approx((title + text) / 2)


def test_a_bare_title_is_compared_as_title_and_as_whole():
    pair = pair_features(
        profile(Need(id="N", title="甲乙")), profile(Achievement(id="A", title="丁"))
    )
    assert pair.values["need_meaning"] == pair.values["need_title_meaning"]
    assert pair.values["need_meaning"] == pytest.approx((0.8 + 2 * 0.6) / 3)
    assert pair.values["title_meaning"] == pytest.approx(0.8)
    assert pair.values["sentences"] == pytest.approx((0.8 + 2 * 0.6) / math.sqrt(5))
    assert pair.values["need_words"] == pair.values["title_words"] == 0
    assert pair.offer == "title-title"


@pytest.mark.parametrize(
    ("need", "achievement"),
    [
        (Need(id="N"), ACHIEVEMENT),
        (NEED, Achievement(id="A")),
        (Need(id="N"), Achievement(id="A")),
    ],
)
def test_a_side_without_tokens_has_nothing_in_common(need, achievement):
    pair = pair_features(profile(need), profile(achievement))
    assert {name for name, value in pair.values.items() if value} == {"dense"}
    assert len(pair.best) == len(pair.best_at) == len(profile(need).token_spans)


def test_a_text_of_punctuation_weighs_nothing():
    pair = pair_features(profile(Need(id="N", title="！。")), profile(ACHIEVEMENT))
    assert pair.values["need_meaning"] == pair.values["sentences"] == 0
    assert pair.values["title_meaning"] != 0  # without weight, but there to be compared with


@pytest.mark.parametrize(
    ("record", "form"),
    [
        (Need(id="N", title="甲", text=LONG), "full"),
        (Need(id="N", text=LONG), "full"),
        (Need(id="N", title="甲"), "title"),
        (Need(id="N", title="甲", text=" \n"), "title"),
        (Need(id="N", text=LONG[1:] + "  "), "title"),
        (Need(id="N", title=LONG), "title"),
    ],
)
def test_a_record_is_full_when_its_text_is_no_mere_phrase(record, form):
    assert form_of(Document.of(record, CharSegmenter())) == form


def test_offers_name_the_need_first():
    assert offer_of("full", "title") == "full-title"
    assert OFFERS == ("full-full", "full-title", "title-full", "title-title")
    mixed = pair_features(
        profile(Need(id="N", text=LONG)), profile(Achievement(id="A", title="甲"))
    )
    assert mixed.offer == "full-title"
