"""Two texts as one run of token ids; the tokenizer is that of the shipped reader."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.base import PairText
from models.pair_reader import TOKENIZER_FILE
from models.pair_tokens import (
    ALONE_TOKENS,
    ALONE_WINDOWS,
    LEFT,
    LEFT_PROMPT,
    LEFT_TOKENS,
    RIGHT,
    RIGHT_PROMPT,
    RIGHT_TOKENS,
    PairTokens,
)
from models.registry import PAIR_READER, artifact_folder
from models.tokenization import load_tokenizer

TOKENIZER = load_tokenizer(artifact_folder(PAIR_READER) / TOKENIZER_FILE)
TOKENS = PairTokens(TOKENIZER)
FIRST, LAST = TOKENIZER.token_to_id("<s>"), TOKENIZER.token_to_id("</s>")
TEXTS = st.text(alphabet="耐温炉衬1２℃㎡ab \n\u200b\ud800😀", max_size=40)


def pieces_of(text):
    return TOKENIZER.encode(text, add_special_tokens=False).tokens


def under(row, ids):
    """The tokens that a row averages over."""
    return [TOKENIZER.id_to_token(one) for one in ids[row > 0]]


def test_a_pair_is_both_texts_with_their_prompts_between_special_tokens():
    found = TOKENS.pair(PairText("炉衬耐磨", "一种耐火浇注料", [], []))
    left = TOKENIZER.encode(LEFT_PROMPT + "炉衬耐磨", add_special_tokens=False).ids
    right = TOKENIZER.encode(RIGHT_PROMPT + "一种耐火浇注料", add_special_tokens=False).ids
    assert found.ids.tolist() == [FIRST, *left, LAST, LAST, *right, LAST]
    assert found.kinds.tolist() == [LEFT] * (len(left) + 2) + [RIGHT] * (len(right) + 2)
    assert (found.ids.dtype, found.kinds.dtype) == (np.int64, np.int64)
    assert found.claims.shape == (0, len(found.ids))
    assert found.passages.shape == (1, len(found.ids))


def test_a_span_is_the_mean_over_the_tokens_under_it():
    left, right = "附着牢固。耐温不低于1200℃。", "涂层剥落。耐温达1300℃。"
    found = TOKENS.pair(PairText(left, right, [(0, 4), (5, 15)], [(0, 5), (5, 14)]))
    for rows, text, spans in (
        (found.claims, left, [(0, 4), (5, 15)]),
        (found.passages[1:], right, [(0, 5), (5, 14)]),
    ):
        for row, (start, end) in zip(rows, spans, strict=True):
            seen = "".join(under(row, found.ids)).replace("▁", "")
            assert text[start:end].replace("℃", "") in seen.replace("°C", "")
            weights = row[row > 0]
            assert weights == pytest.approx(1 / len(weights))
    assert not found.claims[:, found.kinds == RIGHT].any()
    assert not found.passages[1:, found.kinds == LEFT].any()
    assert found.passages[0].tolist() == [1.0] + [0.0] * (len(found.ids) - 1)  # the pair's own


def test_an_absent_or_empty_span_has_an_empty_row():
    found = TOKENS.pair(
        PairText("炉衬耐磨", "耐火料", [(0, 0), (2, 2), (90, 95)], [(0, 0), (0, 3)])
    )
    assert not found.claims.any()
    assert found.passages.any(axis=1).tolist() == [True, False, True]


def test_what_lies_beyond_the_limits_is_cut_off():
    left, right = "钢" * 1000, "水" * 1000
    found = TOKENS.pair(
        PairText(left, right, [(0, 2), (999, 1000), (100, 1000)], [(0, 2), (999, 1000)])
    )
    assert len(found.ids) == LEFT_TOKENS + RIGHT_TOKENS + 4 <= 512
    assert found.claims.any(axis=1).tolist() == [True, False, True]
    assert found.passages.any(axis=1).tolist() == [True, True, False]
    assert found.ids[0] == FIRST
    assert (found.ids == LAST).sum() == 3


def test_a_short_side_leaves_the_other_one_as_it_is():
    alone = TOKENS.pair(PairText("", "水" * 1000, [], [(0, 3)]))
    both = TOKENS.pair(PairText("钢" * 1000, "水" * 1000, [], [(0, 3)]))
    own = alone.ids[alone.kinds == RIGHT].tolist()
    assert own == both.ids[both.kinds == RIGHT].tolist()


@settings(max_examples=80, deadline=None)
@given(TEXTS, TEXTS, st.data())
def test_rows_add_up_to_one_on_their_own_side_or_are_empty(left, right, data):
    places = st.tuples(st.integers(0, 50), st.integers(0, 50)).map(sorted).map(tuple)
    claims, passages = (data.draw(st.lists(places, max_size=3)) for _ in "lr")
    found = TOKENS.pair(PairText(left, right, claims, passages))
    assert found.claims.shape == (len(claims), len(found.ids))
    assert found.passages.shape == (1 + len(passages), len(found.ids))
    assert not found.claims[:, found.kinds != LEFT].any()
    assert not found.passages[1:, found.kinds != RIGHT].any()
    for text, spans, rows in ((left, claims, found.claims), (right, passages, found.passages[1:])):
        for (start, end), row in zip(spans, rows, strict=True):
            if row.any():
                assert row.sum() == pytest.approx(1)
            else:  # an emoji or a rare sign may share its token with what stands beside it
                assert not any(char in "耐温炉衬12ab" for char in text[start:end])


def test_lone_surrogates_and_whatever_else_is_tokenised():
    for text in ("炉衬\ud800耐磨", "\udfff", "\x00", "\u200b\u200b", "😀" * 50, " \n"):
        found = TOKENS.pair(PairText(text, text, [(0, len(text))], [(0, len(text))]))
        assert found.ids[0] == FIRST
        assert found.ids[-1] == LAST
        TOKENS.windows(text)


def test_a_text_that_is_read_alone_is_cut_into_windows():
    text = "".join(f"第{at}项要求是耐温{at}度。" for at in range(120))
    found = TOKENS.windows(text)
    assert len(found) > 3
    assert max(len(one.ids) for one in found) <= ALONE_TOKENS
    spans = np.concatenate([one.spans for one in found])
    assert (np.diff(spans[:, 0]) >= 0).all()
    assert spans[-1, 1] == len(text)
    prompt = TOKENIZER.encode(LEFT_PROMPT.strip(), add_special_tokens=False).ids
    for one in found:
        assert one.ids[: 1 + len(prompt)].tolist() == [FIRST, *prompt]
        assert one.ids[-1] == LAST
        assert len(one.content) == len(one.spans)


@pytest.mark.parametrize("text", ["", " \n", "\u3000"])
def test_a_text_without_words_has_no_windows(text):
    assert TOKENS.windows(text) == []


def test_a_text_of_20_000_characters_is_read_as_far_as_there_are_windows():
    found = TOKENS.windows("炉衬要耐磨，" * 3333)
    assert len(found) <= ALONE_WINDOWS
    assert sum(len(one.content) for one in found) > 0.9 * ALONE_WINDOWS * (ALONE_TOKENS - 4)
