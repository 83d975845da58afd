"""Counterfactual pairs: one proof is changed, and only what is still known is said of them."""

import random

import pytest

from benchmarks.counterfactuals import UNKNOWN_LEVEL, counterfactuals
from matcher.gold import GoldPair
from matcher.quantities import asked_number, find_indicators
from matcher.types import Achievement, Need, Requirement, Span, Verdict

NEED = Need(id="n", title="涂层", text="要求耐温不低于300℃，附着力好，施工不用喷砂。")
OURS = Achievement(
    id="a", title="高温涂层", text="涂层耐温350℃，附着力1级，基材无需打磨。产能2吨。"
)
THEIRS = Achievement(id="b", title="另一种涂层", text="附着力随时间下降。")


def span(record, words):
    start = record.text.index(words)
    return Span.of(record, "text", start, start + len(words))


def asks(number, kind, words):
    place = span(NEED, words)
    indicator = None
    if kind == "indicator":
        indicator = asked_number(find_indicators(NEED.text), place.start, place.end)
    return Requirement(f"r{number}", kind, place, indicator)


HEAT, BOND, BARE = (
    asks(1, "indicator", "耐温不低于300℃"),
    asks(2, "effect", "附着力好"),
    asks(3, "method", "施工不用喷砂"),
)


def met(requirement, words):
    return Verdict(requirement, "met", 1.0, False, (span(OURS, words),))


def pair(*verdicts, level=4, achievement=OURS):
    return GoldPair(NEED.id, achievement.id, level, False, verdicts)


def made_of(verdicts, others=(), seed=0):
    return list(counterfactuals(pair(*verdicts), OURS, others, random.Random(seed)))


def verdicts_of(new):
    return {one.requirement.id: one for one in new.verdicts}


def test_a_proof_that_was_taken_out_leaves_its_requirement_missing():
    [(new, changed)] = made_of([met(BARE, "基材无需打磨")])
    assert changed.text == "涂层耐温350℃，附着力1级，。产能2吨。"
    assert new.level == UNKNOWN_LEVEL
    told = verdicts_of(new)["r3"]
    assert (told.name, told.evidence) == ("missing", ())


def test_what_the_rest_may_say_too_is_not_known():
    twice = Achievement(id="a", title="施工不用喷砂的涂层", text=OURS.text)
    [(new, _)] = counterfactuals(pair(met(BARE, "基材无需打磨")), twice, (), random.Random(0))
    assert new.verdicts == ()


@pytest.mark.parametrize("seed", range(12))
def test_a_number_that_was_moved_is_judged_as_numbers_are(seed):
    made = made_of([met(HEAT, "涂层耐温350℃"), met(BOND, "附着力1级")], seed=seed)
    moved = [(new, one) for new, one in made if len(one.text) == len(OURS.text)]
    [(new, changed)] = moved
    told = verdicts_of(new)["r1"]
    degrees = float(told.evidence[0].text.removeprefix("涂层耐温").removesuffix("℃"))
    assert told.evidence[0].text in changed.text
    assert told.name == ("partly" if degrees >= 240 else "missing")
    assert degrees < 300
    # what stands behind is where it was, and as well proven
    assert verdicts_of(new)["r2"].evidence[0].text == "附着力1级"


def test_what_another_achievement_says_stands_in_place_of_the_proof():
    words = span(THEIRS, "附着力随时间下降")
    other = pair(Verdict(BOND, "partly", 1.0, False, (words,)), level=3, achievement=THEIRS)
    made = made_of([met(BOND, "附着力1级"), met(BARE, "基材无需打磨")], [other])
    [new] = [new for new, one in made if words.text in one.text]
    told = verdicts_of(new)
    assert (told["r2"].name, told["r2"].evidence[0].text) == ("partly", words.text)
    assert told["r3"].evidence[0].text == "基材无需打磨"


def test_a_verdict_that_shared_the_changed_words_is_not_known_any_more():
    whole = "涂层耐温350℃，附着力1级"
    for new, changed in made_of([met(HEAT, whole), met(BOND, whole)]):
        assert len(verdicts_of(new)) <= 1
        assert changed.text != OURS.text


def test_below_level_3_nothing_is_changed():
    weak = pair(met(BOND, "附着力1级"), level=2)
    assert list(counterfactuals(weak, OURS, (), random.Random(0))) == []
