"""Requirements out of a need's text; the tagger is a stand-in that takes every piece."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.documents import Document
from matcher.requirements.extract import KINDS, MOST, decode, find_requirements, joined
from matcher.requirements.trim import pieces, trimmed
from matcher.types import Need
from models.base import TokenTags
from tests.fakes import CharReader


def asked(need, segmenter):
    document = Document.of(need, segmenter)
    return find_requirements([document], CharReader())[0]


def tags(begins, continues):
    count = len(begins)
    spans = np.array([(at, at + 1) for at in range(count)], dtype=np.int32).reshape(-1, 2)
    kinds = np.full((count, 6), 1 / 6, dtype=np.float32)
    return TokenTags(
        spans, np.array(begins, dtype=np.float32), np.array(continues, dtype=np.float32), kinds
    )


def test_a_requirement_is_the_words_between_marks(segmenter):
    need = Need(id="N", title="涂层", text="要求耐温不低于1200℃，附着牢固。")
    found = asked(need, segmenter).requirements
    assert [one.span.text for one in found] == ["耐温不低于1200℃", "附着牢固"]
    assert [one.id for one in found] == ["r1", "r2"]
    assert all(need.text[one.span.start : one.span.end] == one.span.text for one in found)


def test_a_wide_gap_parts_what_was_typed_without_marks():
    text = "不改泵体尺寸  价格不超过400元 含税"
    assert [text[a:b] for a, b in pieces(text, 0, len(text))] == [
        "不改泵体尺寸",
        "价格不超过400元 含税",
    ]
    table = "寿命  8000 h"
    assert pieces(table, 0, len(table)) == [(0, len(table))]


def test_a_number_is_read_as_a_quantity(segmenter):
    found = asked(Need(id="N", text="耐温不低于1200℃，附着牢固。"), segmenter).requirements
    assert found[0].kind == "indicator"
    assert found[0].indicator is not None
    assert (found[0].indicator.comparator, found[0].indicator.low) == (">=", 1200)
    assert found[1].kind == "effect"
    assert found[1].indicator is None


def test_the_title_is_asked_only_where_there_is_no_text(segmenter):
    both = asked(Need(id="N", title="耐磨涂层", text="附着牢固"), segmenter)
    alone = asked(Need(id="N", title="耐磨涂层"), segmenter)
    assert [one.span.text for one in both.requirements] == ["附着牢固"]
    assert [one.span.field for one in alone.requirements] == ["title"]


def test_spans_lead_back_through_a_repair(segmenter):
    need = Need(id="N", text="工艺簡單，導熱系數高")
    found = asked(need, segmenter).requirements
    assert [one.span.text for one in found] == ["工艺簡單", "導熱系數高"]


def test_a_place_is_where_the_words_stand_in_what_was_read(segmenter):
    need = Need(id="N", title="涂 层", text="要求　耐温１２００℃以上，附\ud800着牢固。\n成本低")
    found = asked(need, segmenter)
    document = Document.of(need, segmenter)
    assert len(found.places) == len(found.requirements) == 3
    for place, one in zip(found.places, found.requirements, strict=True):
        assert document.span(*place) == one.span
        assert need.text[one.span.start : one.span.end] == one.span.text != ""


def test_a_long_text_is_read_to_its_end(segmenter):
    """What stands before are marks: claims without a word are none."""
    need = Need(id="N", text="！" * 19_980 + "，成本低于3万元" + "，从这里起不再读" * 9)
    [one] = [one.span for one in asked(need, segmenter).requirements if "成本" in one.span.text]
    assert one.text == need.text[one.start : one.end] == "成本低于3万元"
    assert len(asked(need, segmenter).requirements) < 4


def test_a_need_without_a_title_and_one_of_both_are_read_side_by_side(segmenter):
    needs = [Need(id="N1", text="附着牢固"), Need(id="N2"), Need(id="N3", title="耐磨涂层")]
    documents = [Document.of(need, segmenter) for need in needs]
    together = find_requirements(documents, CharReader())
    assert together == [asked(need, segmenter) for need in needs]
    assert [len(one.requirements) for one in together] == [1, 0, 1]


def test_a_catalogue_is_cut_to_the_surest(segmenter):
    text = "，".join(f"第{at}项性能良好" for at in range(30))
    assert len(asked(Need(id="N", text=text), segmenter).requirements) == MOST


def test_a_text_without_words_asks_for_nothing(segmenter):
    assert asked(Need(id="N", title="", text="……"), segmenter).requirements == ()


@pytest.mark.parametrize(
    ("begins", "continues", "runs"),
    [
        ([0.9, 0.0, 0.0], [0.0, 0.9, 0.0], [(0, 2)]),
        ([0.9, 0.9, 0.0], [0.0, 0.0, 0.0], [(0, 1), (1, 2)]),
        # continuing what was never begun costs more than beginning late
        ([0.0, 0.4, 0.0], [0.6, 0.5, 0.9], [(1, 3)]),
        ([0.0, 0.0], [0.0, 0.0], []),
        ([], [], []),
    ],
)
def test_tags_are_decoded_as_whole_runs(begins, continues, runs):
    assert decode(tags(begins, continues)) == runs


@given(st.lists(st.tuples(st.floats(0, 0.5), st.floats(0, 0.5)), max_size=30))
def test_runs_never_overlap_and_never_go_backwards(pairs):
    runs = decode(tags([one for one, _ in pairs], [other for _, other in pairs]))
    flat = [at for run in runs for at in run]
    assert flat == sorted(flat)
    assert all(start < end <= len(pairs) for start, end in runs)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("1、耐温不低于600℃；", "耐温不低于600℃"),
        ("（2）希望能够降低成本。", "降低成本"),
        ("3.5mm以内的厚度", "3.5mm以内的厚度"),
        ("①成本低", "成本低"),
        ("要求：表面光滑", "表面光滑"),
        ("，", "，"),
    ],
)
def test_what_only_leads_in_is_cut_off(text, kept):
    start, end = trimmed(text, 0, len(text))
    assert text[start:end] == kept


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("附着牢固；耐温1200℃。", ["附着牢固", "耐温1200℃"]),
        ("要求：成本低\n2、寿命长！", ["成本低", "寿命长"]),
        ("；。！", []),
        ("；好；附着牢固（", ["附着牢固"]),  # one character states nothing
        ("厚度3.5mm，误差小", ["厚度3.5mm，误差小"]),
    ],
)
def test_a_requirement_ends_where_a_sentence_ends(text, kept):
    whole = "求涂层。" + text + "以上。"
    found = pieces(whole, 4, 4 + len(text))
    assert [whole[start:end] for start, end in found] == kept


@given(st.text(alphabet="涂层耐1２. ，；。！\n（）①要求", max_size=30), st.data())
def test_pieces_lie_apart_within_the_span_and_have_words(text, data):
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    found = pieces(text, start, end)
    flat = [at for piece in found for at in piece]
    assert flat == sorted(flat)
    assert all(start <= left < right <= end for left, right in found)
    assert all(sum(c.isalnum() for c in text[left:right]) >= 2 for left, right in found)


@pytest.mark.parametrize(
    ("runs", "gap", "whole"),
    [
        ([(0, 2), (2, 8)], False, [(0, 8)]),  # two characters are no requirement
        ([(0, 6), (6, 8)], False, [(0, 8)]),
        ([(0, 4), (4, 8)], False, [(0, 4), (4, 8)]),
        ([(0, 2), (3, 8)], False, [(0, 2), (3, 8)]),  # something stands between
        ([(0, 2), (2, 8)], True, [(0, 2), (2, 8)]),  # a blank does
        ([(0, 2), (2, 4), (4, 8)], False, [(0, 4), (4, 8)]),
        ([], False, []),
    ],
)
def test_a_stump_is_joined_with_what_follows_at_once(runs, gap, whole):
    starts = np.array([at + (gap and at >= 2) for at in range(8)])
    assert joined(runs, np.stack([starts, starts + 1], axis=1)) == whole


class Kinds(CharReader):
    """Tells each claim the same kinds."""

    def __init__(self, **shares):
        self.row = np.array([shares.get(kind, 0.02) for kind in KINDS], dtype=np.float32)

    def tag(self, texts):
        tagged = super().tag(texts)
        return [one._replace(kinds=np.tile(self.row, (len(one.spans), 1))) for one in tagged]


@pytest.mark.parametrize(
    ("text", "shares", "kind"),
    [
        ("耐温不低于1200℃", {"effect": 0.6, "indicator": 0.3}, "indicator"),
        ("耐温不低于1200℃", {"effect": 0.9}, "effect"),  # the number is not what is asked for
        ("附着很牢固", {"effect": 0.2, "indicator": 0.7}, "effect"),  # no number, no indicator
        ("附着很牢固", {"effect": 0.4, "material": 0.35}, "material"),  # the rarer of near ones
    ],
)
def test_only_what_states_a_number_is_an_indicator(segmenter, text, shares, kind):
    document = Document.of(Need(id="N", text=text), segmenter)
    [one] = find_requirements([document], Kinds(**shares))[0].requirements
    assert one.kind == kind
    assert (one.indicator is not None) == (kind == "indicator")
