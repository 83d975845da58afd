"""Texts to windows and spans, with the shipped tokenizer."""

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from models.errors import ModelFormatError
from models.registry import DEFAULT_ENCODER, artifact_folder
from models.tokenization import encodable, load_tokenizer, spans_in, windows

PROMPT = "passage: "
TOKENIZER = load_tokenizer(artifact_folder(DEFAULT_ENCODER) / "tokenizer.json")


def cut(text, *, prompt=PROMPT, max_tokens=512, max_windows=4):
    return windows(TOKENIZER, prompt, text, max_tokens=max_tokens, max_windows=max_windows)


def pieces(text):
    (window,) = cut(text)
    return [text[start:end] for start, end in window.spans]


def test_a_short_text_is_one_window_as_the_tokenizer_gives_it():
    (window,) = cut("耐高温涂层")
    encoding = TOKENIZER.encode(PROMPT + "耐高温涂层")
    assert window.ids.tolist() == encoding.ids
    assert "".join(pieces("耐高温涂层")) == "耐高温涂层"


def test_prompt_and_special_tokens_are_not_content():
    (window,) = cut("泵")
    assert [TOKENIZER.id_to_token(i) for i in window.ids[window.content]] in (["泵"], ["▁泵"])
    assert window.spans.tolist() == [[0, 1]]


@pytest.mark.parametrize(
    ("text", "pieces_of_it"),
    [
        ("面积㎡大", {"㎡"}),
        ("ＡＢＣ合金", {"Ａ", "ＢＣ", "合", "金"}),
        ("水泵😀阀门", {"😀"}),
        ("炉\ud800温", {"炉", "温"}),
        ("钢  板\t厚\n薄", {"板", "厚", "薄"}),
        ("ｶﾞ缸", {"缸"}),
        ("é钢 e\u0301铝", {"铝"}),
    ],
)
def test_spans_point_into_the_text_as_it_was_given(text, pieces_of_it):
    assert pieces_of_it <= set(pieces(text))


@pytest.mark.parametrize("text", ["", " ", "\n\t 　"])
def test_a_blank_text_has_no_window(text):
    assert cut(text) == []


@given(st.text(alphabet=st.characters(), max_size=60))
@example("㎡㎡ ﷺ ｶﾞ \ud83d\ude00 e\u0301 <s>钢</s> <mask>")
@example("  前导空格 x")
def test_spans_are_ordered_filled_and_inside_the_text(text):
    for window in cut(text):
        assert len(window.spans) == len(window.content) > 0
        assert (np.diff(window.content) > 0).all()
        assert (np.diff(window.spans[:, 0]) >= 0).all()
        for start, end in window.spans:
            assert 0 <= start < end <= len(text)
            assert text[start:end].strip()


@given(st.text(alphabet="高温合金 abc。", max_size=80), st.integers(8, 20))
def test_windows_deal_out_the_tokens_of_the_whole_text(text, max_tokens):
    whole, parts = cut(text), cut(text, max_tokens=max_tokens, max_windows=1000)
    spans = [span for window in parts for span in window.spans.tolist()]
    assert spans == [span for window in whole for span in window.spans.tolist()]
    weights = [window.weight for window in parts]
    assert all(len(window.ids) <= max_tokens for window in parts)
    assert not weights or max(weights) - min(weights) <= 1 or "  " in text


def test_every_window_has_prompt_and_special_tokens():
    head = TOKENIZER.encode("query: ").ids
    for window in cut("节能" * 60, prompt="query: ", max_tokens=40, max_windows=3):
        assert window.ids[0] == head[0]
        assert window.ids[-1] == head[-1]
        assert window.ids[1:3].tolist() == head[1:3]


def test_what_does_not_fit_into_the_windows_is_not_read():
    text = "焊缝检测" * 100
    parts = cut(text, max_tokens=30, max_windows=2)
    assert len(parts) == 2
    assert parts[-1].spans[-1, 1] < len(text)


def test_lone_surrogates_are_replaced_one_for_one():
    assert encodable("a\ud800b\udfff\U0001f600") == "a\ufffdb\ufffd\U0001f600"


def test_a_token_that_joins_prompt_and_text_is_cut_to_the_text():
    assert spans_in("钢板", [(1, 3), (3, 4), (2, 2), (0, 9)], 2).tolist() == [
        [0, 1], [1, 2], [0, 0], [0, 2],
    ]  # fmt: skip


def test_a_file_that_is_no_tokenizer_is_refused(tmp_path):
    (tmp_path / "tokenizer.json").write_text("{}", encoding="utf-8")
    with pytest.raises(ModelFormatError, match="不是分词器"):
        load_tokenizer(tmp_path / "tokenizer.json")
