"""What the reader gets to see of a long text: whole sentences, in order, within the limit."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.documents import Document
from matcher.reading.windows import (
    ABSENT,
    LEFT_CHARACTERS,
    RIGHT_CHARACTERS,
    answering_window,
    asking_window,
    window,
)
from matcher.text.segment import JiebaSegmenter
from matcher.types import Achievement, Need

SEGMENTER = JiebaSegmenter()
TEXTS = st.text(alphabet="热障涂层附着，,。；\n 1２℃膜㎡\ud800", max_size=300)
WORTHS = st.lists(st.floats(-1, 1), min_size=9, max_size=9)
ONE, TWO, THREE, FOUR = "一号炉衬耐磨。", "二号炉衬抗渣。", "三号炉衬保温。", "四号炉衬便宜。"
ALL = ONE + TWO + THREE + FOUR
IDLE = "本厂员工众多平台多样，多年来经营稳健。"


def document(title="", text="", side=Achievement):
    return Document.of(side(id="A", title=title, text=text), SEGMENTER)


def limited(whole, worth, limit):
    return window(whole, worth, limit).text


@settings(max_examples=60, deadline=None)
@given(TEXTS, TEXTS, WORTHS, st.integers(1, 90))
def test_whole_sentences_are_kept_in_order_and_within_the_limit(title, text, worths, limit):
    whole = document(title[:40], text)
    worth = [worths[at % 9] for at in range(len(whole.sentences))]
    found = window(whole, worth, limit)
    if len(whole.full) <= limit:
        assert found.text == whole.full
        return
    kept = [(start, end) for start, end, _ in found.kept]
    assert kept == [one for one in whole.sentences if one in kept]
    assert len(kept) == 1 or len(found.text) <= limit
    assert found.text == "\n".join(whole.full[start:end] for start, end in kept)


@settings(max_examples=60, deadline=None)
@given(TEXTS, TEXTS, WORTHS, st.integers(1, 90), st.integers(0, 300), st.integers(0, 40))
def test_a_place_leads_to_the_same_characters_in_the_window(
    title, text, worths, limit, start, length
):
    whole = document(title[:40], text)
    found = window(whole, [worths[at % 9] for at in range(len(whole.sentences))], limit)
    for first, last in ((start, start + length), *whole.sentences):
        new_first, new_last = found.place(first, last)
        seen = found.text[new_first:new_last]
        home = next((end for begin, end, _ in found.kept if begin <= first < end), None)
        if home is None:
            assert (new_first, new_last) == ABSENT
        else:
            assert seen == whole.full[first : min(last, home)]


@pytest.mark.parametrize(
    ("limit", "kept"),
    [
        (28, [ALL]),
        (27, [ONE, TWO, FOUR]),
        (17, [TWO, FOUR]),
        (16, [TWO, FOUR]),
        (15, [TWO]),  # the line break between takes room
        (3, [TWO]),  # a single sentence may have more
    ],
)
def test_the_worthiest_are_kept_in_the_order_of_the_text(limit, kept):
    assert limited(document(text=ALL), [0.2, 0.9, 0.1, 0.8], limit) == "\n".join(kept)


def test_of_equals_the_first_are_kept():
    assert limited(document(text=ALL), [0.5] * 4, 16) == f"{ONE}\n{TWO}"


def test_a_shorter_sentence_is_kept_where_a_longer_one_has_no_room():
    whole = document(text="炉衬耐磨又抗渣。保温层用于高炉炉身下部冷却。成本低廉可靠。")
    assert limited(whole, [0.9, 0.8, 0.1], 18) == "炉衬耐磨又抗渣。\n成本低廉可靠。"


def test_a_need_shows_its_title_and_what_it_asks_for_before_the_rest():
    asks = "另有要求是炉衬耐磨。"
    need = document("求炉衬", IDLE * 20 + asks, Need)
    at = need.full.index("炉衬耐磨")
    found = asking_window(need, [(at, at + 4)])
    assert found.text.startswith(f"求炉衬\n{IDLE}")  # what room is left goes to the first ones
    assert found.text.endswith(asks)
    assert found.text[slice(*found.place(at, at + 4))] == "炉衬耐磨"
    assert len(found.text) <= LEFT_CHARACTERS
    unasked = asking_window(need, [])
    assert unasked.text.startswith(f"求炉衬\n{IDLE}")
    assert unasked.place(at, at + 4) == ABSENT


def test_an_achievement_shows_its_title_and_what_is_nearest_to_the_need():
    whole = document("炉衬", IDLE * 20 + ONE + IDLE * 20)
    nearness = [-1.0] + [float("炉衬" in whole.full[a:b]) for a, b in whole.sentences[1:]]
    found = answering_window(whole, nearness)
    assert found.text.startswith("炉衬\n")
    assert ONE in found.text
    assert RIGHT_CHARACTERS - 2 * len(IDLE) < len(found.text) <= RIGHT_CHARACTERS


def test_the_first_sentence_of_a_text_without_a_title_is_no_title():
    whole = document(text=ONE + IDLE * 30)
    nearness = [0.0] + [1.0] * (len(whole.sentences) - 1)
    assert ONE not in answering_window(whole, nearness).text
    need = document(text=ONE + IDLE * 30 + TWO, side=Need)
    at = need.full.index("二号")
    tight = asking_window(need, [(at, at + 4)])
    assert TWO in tight.text


def test_a_need_of_many_claims_shows_the_first_of_them():
    need = document("求炉衬", ALL * 40, Need)
    places = need.sentences[1:]
    found = asking_window(need, places)
    assert len(found.text) <= LEFT_CHARACTERS
    seen = [found.place(*one) != ABSENT for one in places]
    assert seen == sorted(seen, reverse=True)
    assert 20 < sum(seen) < len(places)


def test_short_texts_are_read_whole_whatever_they_are_worth():
    whole = document("求炉衬", ALL)
    assert limited(whole, [-1.0] * 5, 200) == whole.full
    assert window(whole, [-1.0] * 5, 200).place(0, 3) == (0, 3)


def test_texts_without_words_are_empty_windows():
    for whole in (document(), document(text=" \n")):
        assert limited(whole, [0.0] * len(whole.sentences), 9) == ""
        assert window(whole, [], 9).place(0, 0) == ABSENT
