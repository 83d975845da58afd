"""Which number answers a required one: what is known of each candidate, and what is learned."""

import math

import numpy as np
import pytest

from matcher.documents import Document
from matcher.features import pair_features
from matcher.gold import GoldPair
from matcher.quantities import find_indicators
from matcher.reading.closely import CloseReader, nearness_by_claim
from matcher.requirements.pairing import (
    FARTHEST,
    PAIRING_FEATURES,
    Near,
    Pairing,
    by_name,
    candidates,
    paired_numbers,
)
from matcher.requirements.verdicts import VerdictOdds
from matcher.rerank import Profiler
from matcher.text.idf import background_idf
from matcher.types import Achievement, Need, Verdict
from matcher.weighing.gold_pairs import ComparedPair
from matcher.weighing.pairing_model import fit_pairing
from tests.fakes import CharReader
from tests.matcher.worlds import SignEncoder, embedder_of


@pytest.fixture(scope="module")
def compare(segmenter):
    """A compared pair of two texts, with what the need asks for and how near that comes."""
    profiler = Profiler(embedder_of(SignEncoder()), background_idf())
    reader = CloseReader(CharReader(), VerdictOdds())

    def compared(need, offer):
        records = Need(id="N", text=need), Achievement(id="A", title="装置", text=offer)
        left, right = profiler.fresh([Document.of(one, segmenter) for one in records])
        pair = pair_features(left, right)
        asked = reader.asked([left.document])[0]
        return pair, asked, *nearness_by_claim(pair, asked)

    return compared


def told(given):
    """Candidates of the only requirement, by the number that is meant."""
    [(rivals, rows)] = candidates(*given)
    return {
        one.indicator.low: dict(zip(PAIRING_FEATURES, row, strict=True))
        for one, row in zip(rivals, rows, strict=True)
    }


def test_only_numbers_of_the_same_dimension_are_candidates(compare):
    given = compare("耐温不低于1200℃", "使用温度1300℃，厚度8mm，年产200吨，熔点1650℃。")
    assert set(told(given)) == {1300, 1650}


def test_each_candidate_is_told_by_its_name_its_place_and_its_size(compare):
    given = compare("游离甲醛含量低于4%", "游离单体2%，尺寸均匀。树脂固含量为60%。")
    pair, asked, clauses, sentences = given
    near, far = (told(given)[value] for value in (2, 60))
    assert near["clause"] > far["clause"]
    assert (near["first"], far["first"]) == (1, 0)
    assert near["behind"] == pytest.approx(far["clause"] - near["clause"])
    assert far["behind"] == pytest.approx(near["clause"] - far["clause"])
    assert near["clause_lead"] == pytest.approx(clauses.best(0) - near["clause"])
    start = next(
        one.value_span[0] for one in find_indicators(pair.achievement.document.full) if one.low == 2
    )
    assert near["sentence"] == pytest.approx(sentences.at(0, start))
    for one in (near, far):
        assert (one["share"], one["bare"], one["alone"]) == (1, 0, 0)
        assert one["rivals"] == pytest.approx(math.log(2))
        assert one["dense"] == pytest.approx(pair.values["dense"])
    assert near["distance"] == pytest.approx(math.log(2))  # 2 % where 4 % may be
    assert far["distance"] == pytest.approx(math.log(15))
    assert len(asked.requirements) == 1


def test_no_size_is_farther_than_the_farthest(compare):
    given = compare("厚度不大于5mm", "长度40000mm。")
    assert told(given)[40000]["distance"] == FARTHEST


def test_a_place_that_is_in_no_clause_is_like_nothing():
    near = Near(((0, 4), (6, 9)), np.array([[0.2, 0.7]]))
    assert [near.at(0, offset) for offset in (0, 3, 4, 6, 9)] == [0.2, 0.2, -1, 0.7, -1]
    assert near.best(0) == 0.7
    assert Near((), np.zeros((1, 0))).best(0) == -1


def test_by_name_alone_a_number_without_the_name_is_no_answer(compare):
    given = compare("耐温不低于1200℃", "熔点1650℃，使用温度1300℃。")
    [one] = paired_numbers(*given, by_name())
    assert (one.relation, one.indicator.low) == ("met", 1300)
    assert one.chance > 0.5
    assert paired_numbers(*compare("耐温不低于1200℃", "熔点1650℃。"), by_name()) == (None,)
    assert paired_numbers(*compare("耐温不低于1200℃", "色泽好。"), by_name()) == (None,)
    assert paired_numbers(*compare("炉衬要耐磨", "使用温度1300℃。"), by_name()) == (None,)


def test_the_likeliest_number_is_compared_and_none_that_is_unlikely(compare):
    given = compare("耐温不低于1200℃", "熔点1650℃，使用温度1300℃。")
    width, at = len(PAIRING_FEATURES), PAIRING_FEATURES.index("distance")
    weights = np.zeros((1, width))
    weights[0, at] = 8.0  # whatever is farthest

    def model(bias):
        return Pairing(weights, np.array([bias]), np.zeros(width), np.ones(width))

    [one] = paired_numbers(*given, model(0.0))
    assert one.indicator.low == 1650
    assert one.chance == pytest.approx(1 / (1 + math.exp(-8 * math.log(1650 / 1200))))
    assert one.ratio == pytest.approx(1650 / 1200)
    assert paired_numbers(*given, model(-9.0)) == (None,)


def graded(compare, need, offer, proof):
    """A pair of level 4 whose only requirement is met by some words of the text."""
    pair, asked, *_ = compare(need, offer)
    document = pair.achievement.document
    start = document.full.index(proof)
    place = document.span(start, start + len(proof))
    verdict = Verdict(asked.requirements[0], "met", 1.0, False, (place,))
    return ComparedPair(GoldPair("N", "A", 4, False, (verdict,)), pair, asked)


def test_what_stands_in_proofs_is_learned(compare):
    """In all of these the answer is the number whose name has a word of the requirement."""
    judged = [
        graded(compare, "含水不高于9%", "盐分2%，终了含水5%。", "终了含水5%"),
        graded(compare, "脱盐大于90%", "回收水75%，实测脱盐96%。", "实测脱盐96%"),
        graded(compare, "孔径小于5mm", "壁厚3mm，平均孔径2mm。", "平均孔径2mm"),
        graded(compare, "寿命大于3年", "质保1年，涂层寿命8年。", "涂层寿命8年"),
    ]
    pairing = fit_pairing(judged)
    [one] = paired_numbers(*compare("灰分低于4%", "挥发物1%，煤样灰分3%。"), pairing)
    assert one.indicator.low == 3
    again = Pairing.from_json(pairing.as_json())
    assert again.weights.tolist() == pairing.weights.tolist()
    with pytest.raises(ValueError, match="Pairing"):
        Pairing.from_json(pairing.as_json() | {"mean": [0.0]})


def test_a_number_of_the_same_name_that_is_far_off_answers_where_nothing_else_does(compare):
    width = len(PAIRING_FEATURES)
    never = Pairing(np.zeros((1, width)), np.array([-9.0]), np.zeros(width), np.ones(width))
    need = "导热系数不低于1500W/(m·K)"
    [one] = paired_numbers(*compare(need, "导热系数0.021W/(m·K)。"), never)
    assert (one.relation, one.is_far_off) == ("against", True)
    for offered in ("导热系数1100W/(m·K)。", "热流处0.021W/(m·K)。", "厚6mm。"):
        assert paired_numbers(*compare(need, offered), never) == (None,)
    both = compare(need, "面内1600W/(m·K)，毡的导热系数0.021W/(m·K)。")
    assert paired_numbers(*both, never) == (None,)
