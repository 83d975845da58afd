import math
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexing.filters import Equals
from matcher import indexer
from matcher.documents import Document
from matcher.embed import Centre, Embedder
from matcher.errors import EmptyQueryError
from matcher.pipeline import SearchSide
from matcher.similar import Similar, similar
from matcher.text.idf import background_idf
from matcher.text.segment import JiebaSegmenter
from matcher.types import Achievement
from tests.fakes import CharEncoder, ListSource

ZERO = np.zeros(CharEncoder.dim, dtype=np.float32)
EMBEDDER = Embedder(CharEncoder(), CharEncoder(), Centre(ZERO, ZERO))
SEGMENTER = JiebaSegmenter()
COATING = Achievement(id="A1", title="热障涂层", text="叶片表面喷涂热障涂层，抗氧化。", trl=6)
REPAIR = Achievement(id="A2", title="叶片涂层修复", text="对叶片的涂层进行激光修复。", trl=4)
SEWAGE = Achievement(id="A3", title="污水脱氮工艺", text="低温下脱氮。", region="浙江省")
ALL = (COATING, REPAIR, SEWAGE)


def side_of(records: Sequence[Achievement]) -> SearchSide:
    bundle = indexer.create("achievement", EMBEDDER, SEGMENTER)
    indexer.update(bundle, records, [], EMBEDDER, SEGMENTER)
    return SearchSide(bundle, ListSource(records))


def ask(record: Achievement, records: Sequence[Achievement] = ALL, **options) -> list[Similar]:
    return similar(record, side_of(records), EMBEDDER, SEGMENTER, **options)


def test_the_likeness_is_half_meaning_and_half_words() -> None:
    (first, *_) = ask(COATING)
    assert (first.rank, first.record.id) == (1, "A2")
    one, other = (Document.of(record, SEGMENTER) for record in (COATING, REPAIR))
    vectors = EMBEDDER.vectors([one, other])
    idf = background_idf()
    left, right = ({word: idf(word) for word in set(doc.words)} for doc in (one, other))
    lengths = math.dist(left.values(), [0] * len(left)) * math.dist(
        right.values(), [0] * len(right)
    )
    words = sum(left[word] * right[word] for word in left.keys() & right.keys()) / lengths
    assert first.meaning == pytest.approx(0.5 * float(vectors[0] @ vectors[1]), abs=1e-5)
    assert first.score == pytest.approx(first.meaning + 0.5 * words, abs=1e-5)


def test_the_reasons_add_up_and_stand_in_both_records() -> None:
    for one in ask(COATING, terms=2):
        assert len(one.terms) <= 2
        total = one.meaning + sum(term.share for term in one.terms) + one.other_terms
        assert total == pytest.approx(one.score)
        for term in one.terms:
            for span, record in ((term.left, COATING), (term.right, one.record)):
                assert getattr(record, span.field)[span.start : span.end] == span.text
            assert term.left.text == term.right.text


def test_a_record_is_not_like_itself_and_hidden_ones_are_as_absent() -> None:
    assert "A1" not in [one.record.id for one in ask(COATING)]
    assert ask(COATING, hidden={"A2"}) == ask(COATING, (COATING, SEWAGE))


def test_answers_are_filtered_and_at_most_k() -> None:
    assert [one.record.id for one in ask(COATING, k=1)] == ["A2"]
    only = ask(COATING, filters=[Equals("province", "浙江省")])
    assert {one.record.id for one in only} <= {"A3"}


def test_a_record_that_is_in_no_index_can_be_asked_about() -> None:
    fresh = Achievement(id="new", title="叶片涂层")
    assert ask(fresh)[0].record.id in {"A1", "A2"}
    with pytest.raises(EmptyQueryError):
        ask(Achievement(id="empty"))


def test_what_shares_nothing_is_not_similar() -> None:
    latin = Achievement(id="L", title="zzz")
    assert all(one.score > 0 for one in ask(latin))


WORDS = st.lists(
    st.sampled_from(["涂层", "叶片", "脱氮", "激光", "修复", "污水", "低温", "薄膜"]), min_size=1
)


@settings(max_examples=25, deadline=None)
@given(WORDS, WORDS)
def test_likeness_is_the_same_in_both_directions(one: list[str], other: list[str]) -> None:
    pair = [
        Achievement(id=name, title="、".join(words)) for name, words in (("X", one), ("Y", other))
    ]
    found = [ask(asking, [*pair, SEWAGE]) for asking in pair]
    scores = [
        next((hit.score for hit in hits if hit.record.id == name), 0.0)
        for hits, name in zip(found, ("Y", "X"), strict=True)
    ]
    assert scores[0] == pytest.approx(scores[1], abs=1e-5)
    assert all(0 <= hit.score <= 1 for hits in found for hit in hits)
