import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.documents import MAX_CHARACTERS, Document, side_of
from matcher.text.idf import BackgroundIdf
from matcher.text.segment import JiebaSegmenter
from matcher.types import Achievement, Need

SEGMENTER = JiebaSegmenter()
NEED = Need(
    id="N1",
    title="ＰＥＴ散热膜",
    text="厚度１０⁶ｎｍ，导热系数≥1500W/(m·K)。希望用石 墨 烯散热.",
)


def read(record):
    return Document.of(record, SEGMENTER)


def test_a_document_is_title_line_break_text():
    document = read(NEED)
    assert document.full.startswith("PET散热膜\n厚度10^6nm")
    assert document.full[: document.title_end] == "PET散热膜"
    assert document.has_body


@pytest.mark.parametrize(
    ("title", "text", "full", "title_end"),
    [
        ("散热膜", "", "散热膜", 3),
        ("", "散热膜。", "散热膜。", 0),
        ("  ", "散热膜。", "散热膜。", 0),
        ("", "", "", 0),
    ],
)
def test_a_missing_part_leaves_no_trace(title, text, full, title_end):
    document = read(Achievement(id="A1", title=title, text=text))
    assert document.full == full
    assert document.title_end == title_end
    cut = [document.full[start:end] for start, end in document.sentences]
    assert cut == ([full] if full else [])


def test_words_and_sentences_lead_back_to_what_was_submitted():
    document = read(NEED)
    by_word = document.tokens_by_word()
    assert document.span(*by_word["pet"]).text == "ＰＥＴ"
    assert document.span(*by_word["石墨"]).text == "石 墨"
    first, *_, last = (document.span(*sentence) for sentence in document.sentences)
    assert (first.field, first.text) == ("title", NEED.title)
    assert (last.field, last.text) == ("text", "希望用石 墨 烯散热.")


def test_a_span_over_both_fields_keeps_the_part_in_the_title():
    document = read(NEED)
    span = document.span(3, document.title_end + 4)
    assert (span.field, span.text) == ("title", "散热膜")


@given(
    st.text(alphabet="散热膜１２⁶ ㎡。\nab", max_size=30),
    st.text(alphabet="石 墨烯，。ＰＥ℃\n1", max_size=60),
)
def test_every_span_is_a_piece_of_the_original(title, text):
    record = Need(id="N", title=title, text=text)
    document = read(record)
    spans = [document.span(token.start, token.end) for token in document.tokens]
    spans += [document.span(*sentence) for sentence in document.sentences]
    for span in spans:
        assert span.text
        assert span.text == getattr(record, span.field)[span.start : span.end]


def test_characters_weigh_as_their_words():
    idf = BackgroundIdf(100, {"散热": 10})
    document = read(Need(id="N", title="的散热"))
    np.testing.assert_allclose(document.weights(idf), [0, idf("散热") / 2, idf("散热") / 2])


def test_a_book_is_read_to_a_limit():
    document = read(Need(id="N", text="合金" * MAX_CHARACTERS))
    assert len(document.full) == MAX_CHARACTERS


def test_a_record_knows_its_side():
    assert side_of(NEED) == "need"
    assert side_of(Achievement(id="A")) == "achievement"
