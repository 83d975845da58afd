import math

import pytest

from matcher.documents import Document
from matcher.explain import explain, explain_first, opening
from matcher.features import pair_features
from matcher.fit import Fit
from matcher.rerank import Profiler
from matcher.scoring import score_pairs
from matcher.text.idf import background_idf
from matcher.types import Achievement, Level, Need
from matcher.weighing import FULL_FEATURES, TITLE_FEATURES
from tests.matcher.test_features import ACHIEVEMENT, NEED, profile
from tests.matcher.worlds import ACHIEVEMENTS, NEEDS, by_hand

PROBABILITIES = dict.fromkeys(Level, 0.25)


def reasons_of(pair, model, limit=99, asking=None):
    fit = model(pair.values)
    return fit, explain(pair, fit, model, asking or pair.need.document.record, limit)


def total(reasons, kind):
    return math.fsum(one.contribution for one in reasons if one.kind == kind)


@pytest.fixture
def pair():
    return pair_features(profile(NEED), profile(ACHIEVEMENT))


def test_shared_words_split_their_features_by_share(pair):
    model = by_hand(TITLE_FEATURES, 2.0)
    fit, reasons = reasons_of(pair, model)
    terms = {one.left.text: one for one in reasons if one.kind == "term"}
    asked = {"甲": 1 / 6 * 2 / 2.33, "丙": 3 / 6 / 1.33}
    assert set(terms) == {"甲", "丙"}
    weight = model.weights["need_words"]
    title = fit.contributions["title_words"]
    assert terms["丙"].contribution == pytest.approx(weight * asked["丙"])
    assert terms["甲"].contribution == pytest.approx(weight * asked["甲"] + title)
    assert terms["丙"].label == "双方都提到“丙”"
    assert (terms["丙"].right.field, terms["丙"].right.start) == ("text", 0)


def test_sentences_split_their_features_by_weight(pair):
    model = by_hand(FULL_FEATURES, 2.0)
    _, reasons = reasons_of(pair, model)
    found = {one.left.text: one for one in reasons if one.kind == "sentence"}
    assert set(found) == {"甲乙", "丙！"}
    # of a weight of 6: 丙 has 3 with a best cosine of 1, and its sentence half of the sentences
    meaning = model.weights["need_meaning"] * 3 / 6 * (1 - 0.35)
    sentences = model.weights["sentences"] / 2 * (3.6 / math.sqrt(13.6) - 0.4)
    assert found["丙！"].contribution == pytest.approx(meaning + sentences, abs=1e-6)
    assert found["丙！"].right.text == found["甲乙"].right.text == "丙甲。"
    assert found["丙！"].label == "需求与成果相对应的句子"


def test_the_title_of_the_need_is_credited_to_its_sentence_alone(pair):
    one, other = by_hand(FULL_FEATURES, 2.0), by_hand((*FULL_FEATURES, "need_title_meaning"), 2.0)
    before, after = (
        {e.left.text: e.contribution for e in reasons_of(pair, model)[1] if e.kind == "sentence"}
        for model in (one, other)
    )
    added = other.weights["need_title_meaning"] * ((1 + 1.6) / 3 - 0.3)
    assert after["甲乙"] - before["甲乙"] == pytest.approx(added, abs=1e-6)
    assert after["丙！"] == pytest.approx(before["丙！"], abs=1e-6)


@pytest.mark.parametrize("need", NEEDS, ids=lambda need: need.id)
def test_each_kind_of_reason_has_what_its_features_add(world, need):
    found = world.matcher(evidence=99).match(need, k=20)
    pairs = [(need, match.record) for match in found.matches]
    fits = score_pairs(pairs, world.embedder, world.segmenter, world.weights)
    for match, fit in zip(found.matches, fits, strict=True):
        given = fit.contributions.get
        words = given("need_words", 0) + given("title_words", 0)
        assert total(match.evidence, "term") == pytest.approx(words, abs=1e-5)
        sentences = given("need_meaning", 0) + given("sentences", 0)
        sentences += given("need_title_meaning", 0)
        assert total(match.evidence, "sentence") == pytest.approx(sentences, abs=1e-5)
        assert total(match.evidence, "meaning") == pytest.approx(given("dense"), abs=1e-5)
        assert total(match.evidence, "title") == pytest.approx(given("title_meaning", 0), abs=1e-5)


def test_rounding_is_no_reason(world):
    """Sentences add up to their features to float32; that difference is not shown."""
    for need in NEEDS:
        for match in world.matcher(evidence=99).match(need, k=20).matches:
            for one in match.evidence:
                assert one.left is not None
                assert one.right is not None
                assert abs(one.contribution) > 1e-6


def test_a_pair_without_weighed_tokens_is_explained_in_one_line():
    pair = pair_features(profile(Need(id="N", title="！")), profile(ACHIEVEMENT))
    model = by_hand(TITLE_FEATURES, 2.0)
    fit, reasons = reasons_of(pair, model)
    line = next(one for one in reasons if one.label == "逐句比较")
    names = ("need_meaning", "need_title_meaning", "sentences")
    assert line.contribution == pytest.approx(math.fsum(fit.contributions[n] for n in names))
    assert line.left is line.right is None
    assert math.fsum(one.contribution for one in reasons) == pytest.approx(
        fit.log_odds - fit.base, abs=1e-12
    )


def test_a_sentence_without_an_answer_has_none():
    need, empty = profile(NEED), profile(Achievement(id="A"))
    _, reasons = reasons_of(pair_features(need, empty), by_hand(FULL_FEATURES, 2.0))
    sentences = [one for one in reasons if one.kind == "sentence" and one.left]
    assert {one.label for one in sentences} == {"需求中少有对应的句子"}
    assert {one.right for one in sentences} == {None}
    assert opening(empty.document) is None


def test_a_word_inside_a_longer_shared_word_is_folded_into_it(segmenter, world):
    need = Need(id="N", title="人工智能", text="要求可靠。")
    achievement = Achievement(id="A", title="一种人工智能芯片", text="厚度均匀。")
    profiler = Profiler(world.embedder, background_idf())
    one = profiler.fresh([Document.of(need, segmenter)])[0]
    other = profiler.fresh([Document.of(achievement, segmenter)])[0]
    pair = pair_features(one, other)
    assert {"人工", "智能", "人工智能"} <= set(one.words) & set(other.words)
    _, reasons = reasons_of(pair, by_hand(FULL_FEATURES, 2.0))
    assert [e.left.text for e in reasons if e.kind == "term"] == ["人工智能"]


def test_left_is_the_record_that_asks(pair):
    model = by_hand(TITLE_FEATURES, 2.0)
    _, forth = reasons_of(pair, model)
    _, back = reasons_of(pair, model, asking=ACHIEVEMENT)
    assert [(one.left, one.right) for one in forth] == [(one.right, one.left) for one in back]


def test_the_rest_is_summed_and_counted(pair):
    model = by_hand(TITLE_FEATURES, 2.0)
    _, whole = reasons_of(pair, model)
    _, cut = reasons_of(pair, model, limit=2)
    assert cut[:2] == whole[:2]
    assert cut[2].label == f"其余 {len(whole) - 2} 项依据合计"
    rest = math.fsum(one.contribution for one in whole[2:])
    assert cut[2].contribution == pytest.approx(rest)


def first_fit(lexical, dense):
    return Fit(-1.0, {"lexical": lexical, "dense": dense}, PROBABILITIES)


def first_reasons(segmenter, need, achievement, limit, asking=None):
    pair = (achievement, need) if asking is achievement else (need, achievement)
    read = (Document.of(one, segmenter) for one in pair)
    return explain_first(*read, first_fit(0.9, 0.4), limit)


def test_a_first_fit_splits_the_words_worth_by_their_weight(segmenter):
    need = Need(id="N", title="曝气机器人", text="曝气要稳。")
    achievement = Achievement(id="A", title="曝气", text="机器人")
    reasons = first_reasons(segmenter, need, achievement, 8)
    idf = background_idf()
    weights = {"曝气": 2 * idf("曝气"), "机器人": idf("机器人") + idf("机器")}
    terms = {one.left.text: one for one in reasons if one.kind == "term"}
    assert set(terms) == set(weights)
    for word, weight in weights.items():
        expected = 0.9 * weight / sum(weights.values())
        assert terms[word].contribution == pytest.approx(expected)
        assert terms[word].label == f"双方都提到“{word}”"
    assert terms["机器人"].right.field == "text"


@pytest.mark.parametrize("limit", [1, 2, 3])
def test_a_first_fit_adds_up_however_few_reasons_are_shown(segmenter, limit):
    reasons = first_reasons(segmenter, NEEDS[0], ACHIEVEMENTS[0], limit)
    assert len(reasons) == limit + 1
    assert math.fsum(one.contribution for one in reasons) == pytest.approx(1.3)
    assert "没有共同的术语" not in {one.label for one in reasons}


def test_a_first_fit_without_shared_words_says_so(segmenter):
    reasons = first_reasons(segmenter, NEEDS[0], ACHIEVEMENTS[18], 8)
    assert [one.label for one in reasons] == ["没有共同的术语", "全文语义的接近程度"]
    assert reasons[0].left is reasons[0].right is None
    swapped = first_reasons(segmenter, NEEDS[0], ACHIEVEMENTS[18], 8, asking=ACHIEVEMENTS[18])
    assert swapped[1].left == reasons[1].right
