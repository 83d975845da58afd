import math
import tempfile
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import settings as settings_of
from hypothesis import strategies as st

from matcher.documents import side_of
from matcher.errors import EmptyQueryError
from matcher.indexer import bundle_fingerprint, open_or_create
from matcher.pipeline import SearchSide
from matcher.scoring import score_pairs
from matcher.types import Achievement, Level, Need
from tests.fakes import ListSource
from tests.matcher.worlds import ACHIEVEMENTS, ASKING, NEEDS, contents, ids

SETTINGS = (
    {},
    {"rerank": 0},
    {"evidence": 1},
    {"evidence": 2, "rerank": 0},
    {"evidence": 1, "rerank": 0},
    {"evidence": 100, "rerank": 5},
)


def log_odds(score):
    return math.log(score / (1 - score))


@pytest.fixture(scope="module", params=SETTINGS, ids=str)
def settings(request):
    return request.param


@pytest.fixture(scope="module")
def lists(world, settings):
    matcher = world.matcher(**settings)
    return [matcher.match(record, k=25) for record in ASKING]


def test_contributions_and_base_add_up_to_the_log_odds_of_the_score(lists):
    for found in lists:
        assert found.matches
        for match in found.matches:
            total = match.base + math.fsum(one.contribution for one in match.evidence)
            assert total == pytest.approx(log_odds(match.score), abs=1e-9)


def test_evidence_is_cut_to_its_limit_and_one_line_for_the_rest(lists, settings):
    limit = settings.get("evidence", 8)
    for match in (match for found in lists for match in found.matches):
        shown = [one for one in match.evidence if one.kind != "rest"]
        assert len(shown) <= limit
        assert len(match.evidence) - len(shown) <= 1
        sizes = [-abs(one.contribution) for one in shown]
        assert sizes == sorted(sizes)
        if len(shown) < len(match.evidence):
            assert match.evidence[-1].label.startswith("其余")
            assert len(shown) == limit


def test_lists_are_sorted_by_score_then_id_and_name_no_record_twice(lists):
    for found in lists:
        keys = [(-match.score, match.record.id) for match in found.matches]
        assert keys == sorted(keys)
        assert len(set(ids(found))) == len(found.matches)
        assert [match.rank for match in found.matches] == list(range(1, len(found.matches) + 1))
        assert {side_of(match.record) for match in found.matches} == {found.direction}


def test_every_span_is_a_piece_of_the_original_and_on_its_side(lists):
    seen = 0
    for found in lists:
        for match in found.matches:
            for one in match.evidence:
                for span, record in ((one.left, found.query), (one.right, match.record)):
                    if span is not None:
                        seen += 1
                        piece = getattr(record, span.field)[span.start : span.end]
                        assert piece == span.text != ""
    assert seen > 100


def test_probabilities_add_up_and_give_score_and_expected_level(lists):
    for match in (match for found in lists for match in found.matches):
        assert sum(match.probabilities.values()) == pytest.approx(1)
        strong = match.probabilities[Level.STRONG] + match.probabilities[Level.FAIRLY_STRONG]
        assert match.score == pytest.approx(strong)
        assert 1 <= match.expected <= 4


TEXTS = st.text(alphabet="石墨烯散热膜ＰＥＴ１０⁶㎡℃ 　,。！\nİa\u200b", max_size=40)


@pytest.mark.parametrize("side", [Need, Achievement])
@settings_of(max_examples=25, deadline=None)
@given(title=TEXTS, text=TEXTS, rerank=st.sampled_from([0, 9]), evidence=st.integers(1, 9))
def test_whatever_is_asked_reasons_add_up_and_stand_in_the_text(
    world, side, title, text, rerank, evidence
):
    record = side(id="Q", title=title, text=text)
    assume(world.read(record).full)
    found = world.matcher(rerank=rerank, evidence=evidence).match(record, k=4)
    assert len(found.matches) == 4
    for match in found.matches:
        total = match.base + math.fsum(one.contribution for one in match.evidence)
        assert total == pytest.approx(log_odds(match.score), abs=1e-6)
        for one in match.evidence:
            for span, owner in ((one.left, record), (one.right, match.record)):
                if span is not None:
                    assert getattr(owner, span.field)[span.start : span.end] == span.text != ""


@pytest.mark.parametrize("rerank", [0, 3, 50])
@pytest.mark.parametrize("k", [1, 2, 7, 100])
def test_a_list_has_the_k_best(world, rerank, k):
    matcher = world.matcher(rerank=rerank)
    everything = ids(matcher.match(NEEDS[0], k=100))
    found = ids(matcher.match(NEEDS[0], k=k))
    assert len(found) == min(k, len(ACHIEVEMENTS))
    if rerank != 3:  # with few compared closely, a larger k compares more of them
        assert found == everything[:k]


@pytest.mark.parametrize("rerank", [0, 50])
def test_the_same_question_gives_the_same_answer_alone_or_after_others(world, segmenter, rerank):
    one, other = world.matcher(rerank=rerank), world.matcher(rerank=rerank)
    batch = [contents(one.match(record, k=5)) for record in ASKING]
    single = [contents(other.match(record, k=5)) for record in reversed(ASKING)]
    assert batch == single[::-1]


@pytest.mark.parametrize("which", ["world", "cheap_world"])
def test_a_pair_has_one_score_in_both_directions_and_outside_of_lists(which, request):
    world = request.getfixturevalue(which)
    matcher = world.matcher()
    needs, achievements = (*NEEDS[:3], NEEDS[7]), ACHIEVEMENTS[::3]
    forth = {
        (need.id, match.record.id): match
        for need in needs
        for match in matcher.match(need, k=50).matches
        if match.record in achievements
    }
    back = {
        (match.record.id, achievement.id): match
        for achievement in achievements
        for match in matcher.match(achievement, k=50).matches
        if match.record in needs
    }
    pairs = [(need, achievement) for need in needs for achievement in achievements]
    fits = score_pairs(pairs, world.embedder, world.segmenter, world.weights)
    assert len(forth) == len(back) == len(fits) == len(needs) * len(achievements)
    for (need, achievement), fit in zip(pairs, fits, strict=True):
        one, other = forth[need.id, achievement.id], back[need.id, achievement.id]
        assert one.score == pytest.approx(fit.score, abs=1e-6)
        assert other.score == pytest.approx(fit.score, abs=1e-6)
        mirrored = {(e.label, e.right, e.left) for e in other.evidence if abs(e.contribution) > 0.1}
        both = {(e.label, e.left, e.right) for e in one.evidence}
        assert mirrored <= both


def test_pairs_scored_together_have_the_scores_of_pairs_scored_alone(world):
    pairs = [(NEEDS[0], ACHIEVEMENTS[0]), (NEEDS[2], ACHIEVEMENTS[5]), (NEEDS[0], ACHIEVEMENTS[1])]
    together = score_pairs(pairs, world.embedder, world.segmenter, world.weights)
    alone = [score_pairs([p], world.embedder, world.segmenter, world.weights)[0] for p in pairs]
    assert together == alone
    assert score_pairs([], world.embedder, world.segmenter, world.weights) == []


@pytest.mark.parametrize("rerank", [0, 50])
def test_a_saved_and_opened_index_gives_the_same_answers(world, rerank):
    with tempfile.TemporaryDirectory() as name:
        opened = {}
        for side, records in (("need", NEEDS), ("achievement", ACHIEVEMENTS)):
            folder = Path(name) / side
            fresh = world.side(side, records)
            fresh.bundle.save(folder)
            bundle = open_or_create(folder, side, world.embedder, world.segmenter)
            opened[side] = SearchSide(bundle, ListSource(records))
        before, after = world.matcher(rerank=rerank), world.matcher(opened, rerank=rerank)
        for record in ASKING[::2]:
            assert contents(after.match(record)) == contents(before.match(record))


def test_each_need_finds_what_was_made_for_it(world):
    made_for = {"N1": "A01", "N2": "A03", "N3": "A05", "N4": "A07", "N5": "A09", "N6": "A11"}
    matcher = world.matcher()
    for need in NEEDS[:6]:
        assert made_for[need.id] in ids(matcher.match(need, k=2))
    assert ids(matcher.match(ACHIEVEMENTS[0], k=1)) == ["N1"]


def test_a_fingerprint_names_all_that_a_list_depends_on(world):
    matcher = world.matcher()
    seen = {
        matcher.fingerprint("achievement"),
        matcher.fingerprint("need"),
        world.matcher(depth=7).fingerprint("achievement"),
        world.matcher({"achievement": world.side("achievement", ACHIEVEMENTS[1:])}).fingerprint(
            "achievement"
        ),
    }
    revised = world.side("achievement", ACHIEVEMENTS)
    revised.bundle.meta["revision"] = 5
    seen.add(world.matcher({"achievement": revised}).fingerprint("achievement"))
    assert len(seen) == 5
    assert matcher.match(NEEDS[0]).fingerprint == matcher.fingerprint("achievement")
    assert bundle_fingerprint(world.embedder, world.segmenter) == revised.bundle.fingerprint


def test_each_stage_is_timed(world):
    reranked = world.matcher().match(NEEDS[0]).timings_ms
    assert set(reranked) == {"read", "encode", "retrieve", "fuse", "rerank", "explain", "total"}
    assert "rerank" not in world.matcher(rerank=0).match(NEEDS[0]).timings_ms
    parts = sum(ms for name, ms in reranked.items() if name != "total")
    assert 0 < parts <= reranked["total"] + 0.01


@pytest.mark.parametrize("empty", [Need(id="N0"), Achievement(id="", title=" ", text="\n\t")])
def test_a_question_without_words_is_refused(world, empty):
    with pytest.raises(EmptyQueryError, match="没有标题也没有正文") as refused:
        world.matcher().match(empty)
    assert (empty.id or "未命名") in str(refused.value)


def test_a_pair_with_an_empty_record_is_refused(world):
    with pytest.raises(EmptyQueryError, match="N0"):
        score_pairs(
            [(Need(id="N0"), ACHIEVEMENTS[0])], world.embedder, world.segmenter, world.weights
        )
