import math

import numpy as np
import pytest

from matcher.config import MatchConfig
from matcher.fit import FitModels
from matcher.fuse import FEATURES, fuse
from matcher.indexer import create
from matcher.pipeline import SearchSide
from matcher.retrieve import BM25_CEILING, Candidates, retrieve
from matcher.types import Achievement, Need
from tests.fakes import ListSource
from tests.matcher.worlds import ACHIEVEMENTS, NEEDS, RECORDS, asks_for, by_hand, ids


def find(world, record, allowed=None, side="achievement", meant=None, **settings):
    """`meant` is a record whose vector is taken in place of the question's own."""
    document = world.read(record)
    vector = world.embedder.vectors([world.read(meant or record)])[0]
    bundle = world.sides[side].bundle
    return retrieve(document, vector, bundle, MatchConfig(**settings), allowed)


def bm25_share(world, record, achievement):
    """Score by the formula, as a share of what the question's words could give."""
    texts = [world.read(one).words for one in ACHIEVEMENTS]
    words = world.read(record).words
    length = sum(map(len, texts)) / len(texts)
    found = world.read(achievement).words
    total = most = 0.0
    for word in words:
        df = sum(word in text for text in texts)
        idf = math.log(1 + (len(texts) - df + 0.5) / (df + 0.5))
        tf = found.count(word)
        total += idf * tf * 2.2 / (tf + 1.2 * (0.25 + 0.75 * len(found) / length))
        most += idf * 2.2
    return total / most


@pytest.mark.parametrize("record", NEEDS, ids=lambda need: need.id)
def test_each_found_row_has_both_scores(world, record):
    found = find(world, record)
    bundle = world.sides["achievement"].bundle
    vector = world.embedder.vectors([world.read(record)])[0]
    assert sorted(found.rows) == list(found.rows)
    assert len(found.rows) == len(ACHIEVEMENTS)  # the dense side gives every row
    by_id = {one.id: one for one in ACHIEVEMENTS}
    for row, id_ in enumerate(bundle.ids(found.rows)):
        own = world.embedder.vectors([world.read(by_id[id_])])[0]
        assert found.dense[row] == pytest.approx(float(own @ vector), abs=1e-5)
        expected = bm25_share(world, record, by_id[id_])
        assert found.lexical[row] == pytest.approx(expected, abs=1e-5)


def test_lexical_scores_lie_between_0_and_1(world):
    for record in RECORDS:
        side = "achievement" if isinstance(record, Need) else "need"
        found = find(world, record, side=side)
        assert found.lexical.min() >= 0
        assert found.lexical.max() <= 1


def test_a_row_without_a_shared_word_has_no_lexical_score(world):
    found = find(world, NEEDS[0])
    words = set(world.read(NEEDS[0]).words)
    shares = [bool(words & set(world.read(one).words)) for one in ACHIEVEMENTS]
    assert list(found.lexical > 0) == shares  # rows are in the order of writing
    assert not all(shares)


def test_a_row_below_the_cut_counts_half_of_the_last_that_was_given(world):
    """The words ask for one row and the vector for another."""
    best = find(world, NEEDS[1]).lexical.max()
    cut = find(world, NEEDS[1], meant=ACHIEVEMENTS[16], depth=1)
    assert cut.rows.tolist() == [2, 16]
    assert cut.lexical.tolist() == pytest.approx([best, best / 2])
    assert cut.dense[1] == pytest.approx(1, abs=1e-5)
    assert find(world, NEEDS[1], depth=1, dense=False).rows.tolist() == [2]


def test_one_side_alone_leaves_the_other_score_at_zero(world):
    dense = find(world, NEEDS[0], lexical=False)
    assert len(dense.rows) == len(ACHIEVEMENTS)
    assert dense.dense.any()
    assert not dense.lexical.any()
    lexical = find(world, NEEDS[0], dense=False)
    assert 0 < len(lexical.rows) < len(ACHIEVEMENTS)
    assert (lexical.lexical > 0).all()
    assert not lexical.dense.any()


@pytest.mark.parametrize("settings", [{"lexical": False}, {"dense": False}])
@pytest.mark.parametrize("rerank", [0, 50])
def test_one_side_alone_gives_lists(world, settings, rerank):
    found = world.matcher(rerank=rerank, **settings).match(NEEDS[1])
    assert ids(found)[0] == "A03"


def test_a_mask_keeps_rows_out(world):
    allowed = np.zeros(len(ACHIEVEMENTS), dtype=bool)
    allowed[[0, 16]] = True
    assert find(world, NEEDS[0], allowed).rows.tolist() == [0, 16]
    assert find(world, NEEDS[0], ~np.ones_like(allowed)).rows.tolist() == []


STOP_WORDS = Need(id="N", title="的、了，和与。")


def test_a_question_of_stop_words_is_asked_by_meaning_alone(world):
    assert world.read(STOP_WORDS).words == []
    found = find(world, STOP_WORDS)
    assert len(found.rows) == len(ACHIEVEMENTS)
    assert not found.lexical.any()
    assert len(find(world, STOP_WORDS, dense=False).rows) == 0
    for rerank in (0, 50):
        assert len(world.matcher(rerank=rerank).match(STOP_WORDS, k=4).matches) == 4
        assert world.matcher(rerank=rerank, dense=False).match(STOP_WORDS).matches == ()


@pytest.mark.parametrize("rerank", [0, 50])
@pytest.mark.parametrize("which", ["world", "cheap_world"])
def test_an_empty_index_gives_an_empty_list(which, rerank, request):
    world = request.getfixturevalue(which)
    empty = create("achievement", world.embedder, world.segmenter)
    matcher = world.matcher({"achievement": SearchSide(empty, ListSource([]))}, rerank=rerank)
    assert matcher.match(NEEDS[0]).matches == ()


def test_the_ceiling_is_what_bm25_gives_for_endless_repetition():
    tf = 1e9
    assert tf * (1.2 + 1) / (tf + 1.2) == pytest.approx(BM25_CEILING)


def candidates(rows, dense, lexical):
    return Candidates(
        np.array(rows, dtype=np.int64),
        np.array(dense, dtype=np.float32),
        np.array(lexical, dtype=np.float32),
    )


def test_fusing_sorts_by_the_first_fit_with_ties_by_row():
    models = FitModels({"full-full": by_hand(FEATURES, 2.0), "full-title": by_hand(FEATURES, 4.0)})
    found = candidates([3, 5, 8, 9], [0.2, 0.9, 0.2, 0.2], [0.5, 0.1, 0.5, 0.5])
    offers = ["full-full", "full-full", "full-full", "full-title"]
    fused = fuse(found, offers, models)
    # full-full: 2 (x - 0.1) + 2.5 y - 2; full-title: 4 (x - 0.1) + 5 y - 4
    assert [one.row for one in fused] == [5, 3, 8, 9]
    expected = [1.6 + 0.25 - 2, 0.2 + 1.25 - 2, 0.2 + 1.25 - 2, 0.4 + 2.5 - 4]
    assert [one.fit.log_odds for one in fused] == pytest.approx(expected, abs=1e-6)


def test_fusing_nothing_gives_nothing():
    assert fuse(candidates([], [], []), [], FitModels({})) == []


def test_each_row_is_judged_by_what_its_pair_offers(world):
    """Offers are (need, achievement), also where the achievement asks."""
    first = world.weights.first.by_offer
    for direction, offers in (
        ("achievement", {("N1", "A01"): "full-full", ("N3", "A02"): "title-title"}),
        ("need", {("A02", "N1"): "full-title", ("A01", "N3"): "title-full"}),
    ):
        records = {record.id: record for record in asks_for(direction)}
        for (asking, answer), offer in offers.items():
            found = world.matcher(rerank=0).match(records[asking], k=20)
            match = next(one for one in found.matches if one.record.id == answer)
            assert match.base == pytest.approx(-first[offer].thresholds[1])


def test_lists_of_the_first_fit_break_ties_by_id_whatever_the_order_of_writing(world):
    twins = [Achievement(id=name, title="石墨烯散热膜") for name in ("B9", "B1", "B5")]
    side = world.side("achievement", twins)
    matcher = world.matcher({"achievement": side}, rerank=0)
    assert ids(matcher.match(NEEDS[0], k=2)) == ["B1", "B5"]
    assert ids(matcher.match(NEEDS[0], k=1)) == ["B1"]
    assert ids(world.matcher({"achievement": side}).match(NEEDS[0], k=1)) == ["B1"]
