"""Lists whose matches were read together with the question, in both directions."""

import math
from copy import copy
from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import settings as settings_of
from hypothesis import strategies as st

from matcher.abstention import FLAG
from matcher.documents import side_of
from matcher.explain_reading import AGAINST, LABELS, verdict_label
from matcher.scoring import score_pairs
from matcher.types import Achievement, Need
from tests.fakes import CharReader
from tests.matcher.worlds import ACHIEVEMENTS, ASKING, NEEDS, char_reader, contents, ids

BY_REQUIREMENT = ("coverage", "asked", "reached", "kept")
SETTINGS = ({}, {"evidence": 1}, {"evidence": 99, "read": 2}, {"rerank": 3})
LONG = "现有炉衬不耐磨，需要每月停炉检修，" * 1250


def log_odds(score):
    return math.log(score / (1 - score))


def need_of(found, match):
    return found.query if isinstance(found.query, Need) else match.record


@pytest.fixture(scope="module", params=SETTINGS, ids=str)
def lists(read_world, request):
    matcher = read_world.matcher(**request.param)
    return [matcher.match(record, k=6) for record in ASKING]


def test_contributions_and_base_add_up_to_the_log_odds_with_a_reader(lists):
    for found in lists:
        assert len(found.matches) == 6
        for match in found.matches:
            total = match.base + math.fsum(one.contribution for one in match.evidence)
            assert total == pytest.approx(log_odds(match.score), abs=1e-9)


def test_every_match_shown_has_a_verdict_for_every_requirement(lists, read_world):
    counts = set()
    for found in lists:
        for match in found.matches:
            need = read_world.read(need_of(found, match))
            [asked] = char_reader().asked([need])
            assert [one.requirement for one in match.verdicts] == list(asked.requirements)
            assert [one.requirement.id for one in match.verdicts] == [
                f"r{at}" for at in range(1, len(match.verdicts) + 1)
            ]
            counts.add(len(match.verdicts))
    assert max(counts) > 3
    assert min(counts) > 0


def test_spans_of_verdicts_lie_in_the_need_and_their_proof_in_the_achievement(lists):
    proven = 0
    for found in lists:
        for match in found.matches:
            need = need_of(found, match)
            achievement = match.record if need is found.query else found.query
            for one in match.verdicts:
                asked = one.requirement.span
                assert getattr(need, asked.field)[asked.start : asked.end] == asked.text != ""
                for span in one.evidence:
                    proven += 1
                    piece = getattr(achievement, span.field)[span.start : span.end]
                    assert piece == span.text != ""
    assert proven > 10


def test_only_silence_has_no_proof(lists):
    for match in (match for found in lists for match in found.matches):
        for one in match.verdicts:
            assert bool(one.evidence) == (one.name != "missing" or one.contradicted)
            assert not (one.contradicted and one.name != "missing")
            assert 1 / 3 <= one.confidence <= 1


def test_every_span_of_a_reason_is_on_its_side(lists):
    for found in lists:
        for match in found.matches:
            for one in match.evidence:
                for span, record in ((one.left, found.query), (one.right, match.record)):
                    if span is not None:
                        piece = getattr(record, span.field)[span.start : span.end]
                        assert piece == span.text != ""


def test_lists_are_sorted_by_what_was_read(lists):
    for found in lists:
        keys = [(-match.score, match.record.id) for match in found.matches]
        assert keys == sorted(keys)
        assert len(set(ids(found))) == len(found.matches)
        assert all("unread" not in match.flags for match in found.matches)


def test_requirements_share_out_what_their_features_add(read_world):
    matcher = read_world.matcher(evidence=99)
    for need in NEEDS:
        found = matcher.match(need, k=5)
        pairs = [(need, match.record) for match in found.matches]
        fits = score_pairs(
            pairs, read_world.embedder, read_world.segmenter, read_world.weights, char_reader()
        )
        for match, fit in zip(found.matches, fits, strict=True):
            told = [one for one in match.evidence if one.kind == "requirement"]
            assert len(told) == len(match.verdicts)
            given = math.fsum(one.contribution for one in told)
            whole = math.fsum(fit.contributions[name] for name in BY_REQUIREMENT)
            assert given == pytest.approx(whole, abs=1e-9)
            labels = {f"{verdict_label(v)}“{v.requirement.span.text}”" for v in match.verdicts}
            assert {one.label for one in told} == labels
            [read] = [one for one in match.evidence if one.kind == "reading"]
            assert read.contribution == pytest.approx(fit.contributions["reader"], abs=1e-6)


def test_a_met_requirement_adds_more_than_a_missing_one(read_world):
    need = Need(id="Q", text="石墨烯散热膜导热高，茶叶采摘自动化程度")
    match = next(
        one
        for one in read_world.matcher(evidence=99).match(need, k=20).matches
        if one.record.id == "A01"
    )
    told = {one.left.text: one for one in match.evidence if one.kind == "requirement"}
    met, missing = told["石墨烯散热膜导热高"], told["茶叶采摘自动化程度"]
    assert met.contribution > 0 > missing.contribution
    assert met.label.startswith(LABELS["met"])
    assert missing.label.startswith((LABELS["missing"], AGAINST))
    assert met.right is not None


def test_a_pair_has_one_score_in_both_directions_and_outside_of_lists(read_world):
    matcher = read_world.matcher()
    needs, achievements = (*NEEDS[:3], NEEDS[7]), ACHIEVEMENTS[::3]
    forth = {
        (need.id, match.record.id): match
        for need in needs
        for match in matcher.match(need, k=50).matches
    }
    back = {
        (match.record.id, one.id): match
        for one in achievements
        for match in matcher.match(one, k=50).matches
    }
    pairs = [(need, one) for need in needs for one in achievements]
    fits = score_pairs(
        pairs, read_world.embedder, read_world.segmenter, read_world.weights, char_reader()
    )
    for (need, achievement), fit in zip(pairs, fits, strict=True):
        one, other = forth[need.id, achievement.id], back[need.id, achievement.id]
        assert one.score == pytest.approx(fit.score, abs=1e-6)
        assert other.score == pytest.approx(fit.score, abs=1e-6)
        assert other.verdicts == one.verdicts
        assert other.level == one.level == fit.level


def test_pairs_scored_together_have_the_scores_of_pairs_scored_alone(read_world):
    parts = read_world.embedder, read_world.segmenter, read_world.weights
    pairs = [(NEEDS[0], ACHIEVEMENTS[0]), (NEEDS[2], ACHIEVEMENTS[5]), (NEEDS[0], ACHIEVEMENTS[1])]
    together = score_pairs(pairs, *parts, char_reader())
    assert together == [score_pairs([pair], *parts, char_reader())[0] for pair in pairs]
    assert score_pairs([], *parts, char_reader()) == []
    assert [fit.score for fit in together] != [fit.score for fit in score_pairs(pairs, *parts)]


def test_the_same_question_gives_the_same_answer_alone_or_after_others(read_world):
    one = read_world.matcher()
    fresh = copy(read_world)
    fresh.reader = char_reader()  # remembers no need
    other = fresh.matcher()
    batch = [contents(one.match(record, k=5)) for record in ASKING]
    single = [contents(other.match(record, k=5)) for record in reversed(ASKING)]
    assert batch == single[::-1]


def test_without_reading_nothing_is_read_and_all_of_it_is_flagged(read_world):
    for settings in ({"read": 0}, {"rerank": 0}):
        found = read_world.matcher(**settings).match(NEEDS[0], k=5)
        for match in found.matches:
            assert match.verdicts == ()
            assert match.flags == ("unread",)
            assert {one.kind for one in match.evidence}.isdisjoint({"requirement", "reading"})
        assert "read_closely" not in found.timings_ms


def test_the_best_of_a_longer_list_are_those_of_the_compared_order(read_world):
    """`read` decides how many are read; what is shown is always read."""
    compared = ids(read_world.matcher(read=0).match(NEEDS[0], k=20))
    for read, k in ((1, 3), (3, 3), (7, 3), (7, 7)):
        found = read_world.matcher(read=read).match(NEEDS[0], k=k)
        assert len(found.matches) == k
        assert set(ids(found)) <= set(compared[: max(read, k)])
        assert all(match.verdicts for match in found.matches)


def test_a_reading_is_timed_beside_the_reading_of_the_question(read_world):
    timings = read_world.matcher().match(NEEDS[0]).timings_ms
    assert {"read", "rerank", "read_closely", "explain"} < set(timings)
    parts = math.fsum(ms for name, ms in timings.items() if name != "total")
    assert 0 < parts <= timings["total"] + 0.01


def test_the_fingerprint_names_the_reader(read_world, monkeypatch):
    matcher = read_world.matcher()
    seen = {matcher.fingerprint("achievement"), read_world.matcher(read=0).fingerprint("need")}
    seen.add(read_world.matcher(read=0).fingerprint("achievement"))
    monkeypatch.setattr(CharReader, "fingerprint", "chars-2")
    seen.add(matcher.fingerprint("achievement"))
    assert len(seen) == 4


def test_pairs_that_could_be_anything_are_left_to_a_person(read_world):
    def flags(bound):
        world = copy(read_world)
        world.weights = replace(read_world.weights, abstention=bound)
        found = world.matcher().match(NEEDS[0], k=20)
        return [match.flags for match in found.matches]

    assert set(flags(0.0)) == {()}  # not calibrated
    assert set(flags(1e-9)) == {(FLAG,)}  # no level can be excluded
    assert set(flags(0.99)) == {()}


TEXTS = st.text(alphabet="石墨烯散热膜ＰＥＴ１０⁶㎡℃ 　,，。！\nİa\u200b\ud800", max_size=40)


@pytest.mark.parametrize("side", [Need, Achievement])
@settings_of(max_examples=15, deadline=None)
@given(title=TEXTS, text=TEXTS, evidence=st.integers(1, 9))
def test_whatever_is_asked_is_read_and_explained(read_world, side, title, text, evidence):
    record = side(id="Q", title=title, text=text)
    assume(read_world.read(record).full)
    found = read_world.matcher(evidence=evidence).match(record, k=3)
    assert len(found.matches) == 3
    for match in found.matches:
        total = match.base + math.fsum(one.contribution for one in match.evidence)
        assert total == pytest.approx(log_odds(match.score), abs=1e-6)
        need = need_of(found, match)
        achievement = match.record if need is record else record
        for one in match.verdicts:
            for span, owner in (
                (one.requirement.span, need),
                *((proof, achievement) for proof in one.evidence),
            ):
                assert getattr(owner, span.field)[span.start : span.end] == span.text != ""


@pytest.mark.parametrize(
    "asking",
    [
        Need(id="Q", title="！", text="……"),
        Need(id="Q", title="炉衬", text=LONG[:20_000]),
        Need(id="Q", text="炉衬\ud800耐磨，寿命\udfff长"),
        Need(id="Q", title="炉衬"),
        Achievement(id="Q", title="！"),
        Achievement(id="Q", title="炉衬", text=LONG[:20_000]),
    ],
    ids=["marks", "long", "surrogates", "title", "achievement-mark", "achievement-long"],
)
def test_odd_questions_are_answered(read_world, asking):
    found = read_world.matcher().match(asking, k=3)
    assert len(found.matches) == 3
    for match in found.matches:
        total = match.base + math.fsum(one.contribution for one in match.evidence)
        assert total == pytest.approx(log_odds(match.score), abs=1e-6)
        if asking.title == "！" and side_of(asking) == "need":
            assert match.verdicts == ()
            assert any(one.label == "需求没有写明要求" for one in match.evidence)


def test_an_achievement_of_marks_alone_is_read(read_world):
    pairs = [
        (NEEDS[0], Achievement(id="A", text="……")),
        (Need(id="N", title="！"), ACHIEVEMENTS[0]),
    ]
    parts = read_world.embedder, read_world.segmenter, read_world.weights
    for fit in score_pairs(pairs, *parts, char_reader()):
        assert 0 < fit.score < 1


def test_bare_titles_are_listed_unread(read_world):
    matcher = read_world.matcher()
    matcher.reader.offers = frozenset({"full-full"})
    found = [match for need in NEEDS for match in matcher.match(need).matches]
    unread = [match for match in found if "unread" in match.flags]
    assert 0 < len(unread) < len(found)
    assert not any(match.verdicts for match in unread)
    assert all(0 <= match.score <= 1 for match in found)
