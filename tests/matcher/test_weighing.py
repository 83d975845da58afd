import math
from dataclasses import replace

import numpy as np
import pytest

from matcher.embed import Centre
from matcher.features import OFFERS
from matcher.requirements.verdicts import VerdictOdds
from matcher.scoring import score_pairs
from matcher.types import Achievement, Level, Need
from matcher.weighing import (
    FIRST_FEATURES,
    FULL_FEATURES,
    READ_FEATURES,
    TITLE_FEATURES,
    Judgements,
    fit_weights,
    make_embedder,
)
from matcher.weighing.fit_weights import make_examples
from matcher.weight_file import Weights
from tests.matcher.worlds import ASKED, ODDS, OFFERED, SignEncoder, World, char_reader

MATTERS = {
    "石墨烯散热膜": "导热系数与厚度",
    "锂电池电解液": "低温放电和阻燃",
    "水稻病虫害": "遥感影像识别",
    "焊缝裂纹": "相机拍照检测",
    "污水曝气": "溶解氧调节",
    "钛合金粉末": "气雾化球形度",
}
NEEDS = [
    Need(id=f"N{at}", title=f"寻求{matter}", text=f"要求{detail}良好。{ASKED}")
    for at, (matter, detail) in enumerate(MATTERS.items())
]
ACHIEVEMENTS = [
    *(
        Achievement(id=f"S{at}", title=f"{matter}新工艺", text=f"提高{detail}。{OFFERED}")
        for at, (matter, detail) in enumerate(MATTERS.items())
    ),
    *(
        Achievement(id=f"W{at}", title=f"另一种{matter}", text=f"结构紧凑。{OFFERED}")
        for at, matter in enumerate(MATTERS)
    ),
    Achievement(id="X0", title="茶叶采摘机"),
    Achievement(id="X1", text=f"噪声地图软件。{OFFERED}"),
]
LEVELS = {f"N{at}": {f"S{at}": 4, f"W{at}": 2 + at % 2} for at in range(len(MATTERS))}
SHORT = Judgements([Need(id="N", title="散热膜")], ACHIEVEMENTS[:2], {})
JUDGEMENTS = Judgements(NEEDS, ACHIEVEMENTS, LEVELS)


@pytest.fixture(scope="module")
def embedder():
    encoder = SignEncoder()
    return make_embedder(encoder, encoder, JUDGEMENTS)


@pytest.fixture(scope="module")
def shares():
    return []


@pytest.fixture(scope="module")
def weights(embedder, segmenter, shares):
    return fit_weights(JUDGEMENTS, embedder, segmenter, shares.append)


@pytest.fixture(scope="module")
def shown(embedder, segmenter):
    compared, read = make_examples(JUDGEMENTS, embedder, segmenter)
    assert read == []
    return compared


def test_each_offer_has_both_models(weights):
    assert set(weights.first.by_offer) == set(weights.pair.by_offer) == set(OFFERS)
    for offer in OFFERS:
        names = FULL_FEATURES if offer.endswith("-full") else TITLE_FEATURES
        assert set(weights.first.by_offer[offer].weights) == set(FIRST_FEATURES)
        assert set(weights.pair.by_offer[offer].weights) == set(names)
        for model in (weights.first.by_offer[offer], weights.pair.by_offer[offer]):
            assert all(weight >= 0 for weight in model.weights.values())
            assert any(weight > 0 for weight in model.weights.values())
            assert all(math.isfinite(number) for number in model.thresholds)


def test_strong_pairs_are_ranked_above_pairs_without_relation(weights, embedder, segmenter):
    for need in NEEDS:
        pairs = [(need, achievement) for achievement in ACHIEVEMENTS]
        scores = {
            achievement.id: fit.score
            for (_, achievement), fit in zip(
                pairs, score_pairs(pairs, embedder, segmenter, weights), strict=True
            )
        }
        best = "S" + need.id[1:]
        judged = LEVELS[need.id]
        unrelated = [score for id_, score in scores.items() if id_ not in judged]
        assert scores[best] > max(unrelated)
        assert scores[best] > 0.5 > np.mean(unrelated)


def test_fitted_weights_rank_lists_of_both_kinds(weights, embedder, segmenter):
    world = World(segmenter, embedder, needs=NEEDS, achievements=ACHIEVEMENTS)
    world.weights = weights
    for rerank in (0, 50):
        found = world.matcher(rerank=rerank).match(NEEDS[3], k=2)
        assert {match.record.id for match in found.matches} == {"S3", "W3"}
        back = world.matcher(rerank=rerank).match(ACHIEVEMENTS[3], k=1)
        assert back.matches[0].record.id == "N3"


def test_progress_goes_up_to_the_whole(weights, shares):
    assert weights
    assert shares == sorted(shares)
    assert shares == pytest.approx([at / 12 for at in range(1, 13)])  # two forms of six needs


def test_each_pair_is_shown_in_each_form_with_its_level(shown):
    seen = {}
    for one in shown:
        seen.setdefault((one.need, one.achievement), {})[one.offer] = one.level
    assert seen["N1", "S1"] == dict.fromkeys(OFFERS, Level.STRONG)
    assert seen["N1", "W1"] == dict.fromkeys(OFFERS, Level.FAIRLY_STRONG)
    assert seen["N1", "S2"] == dict.fromkeys(OFFERS, Level.NONE)  # not judged
    assert seen["N1", "X0"] == {"full-title": 1, "title-title": 1}  # has but a title
    assert seen["N1", "X1"] == {"full-full": 1, "title-full": 1}  # has no title
    assert len(shown) == len(NEEDS) * (2 * len(ACHIEVEMENTS) + 2 * 12)


def test_examples_hold_the_features_that_the_models_will_see(shown):
    for one in shown:
        assert set(one.first) == set(FIRST_FEATURES)
        assert set(one.pair) == set(TITLE_FEATURES)
        assert one.first["dense"] == pytest.approx(one.pair["dense"], abs=1e-5)


def test_words_say_nothing_at_0_and_meaning_at_its_mean_over_unrelated_pairs(weights, shown):
    rows = [one for one in shown if one.offer == "title-title" and one.level == 1]
    model = weights.pair.by_offer["title-title"]
    assert model.references["need_words"] == model.references["title_words"] == 0
    for name in ("dense", "need_meaning", "title_meaning"):
        mean = np.mean([row.pair[name] for row in rows])
        assert model.references[name] == pytest.approx(mean)
    assert weights.first.by_offer["full-full"].references["lexical"] == 0


def test_the_centre_goes_with_the_weights(weights, embedder):
    again = Weights.loads(weights.dumps({}))
    assert Centre.stored(again.centre).fingerprint == embedder.centre.fingerprint


def test_needs_of_a_title_alone_are_shown_once(embedder, segmenter):
    found, _ = make_examples(SHORT, embedder, segmenter)
    assert {one.offer for one in found} == {"title-full", "title-title"}
    assert {one.level for one in found} == {1}
    assert len(found) == 4


def test_an_encoder_is_centred_on_usual_texts_or_else_on_the_achievements():
    encoder = SignEncoder()
    own = make_embedder(encoder, encoder, JUDGEMENTS).centre
    texts = [f"{one.title}\n{one.text}".strip() for one in ACHIEVEMENTS]
    np.testing.assert_array_equal(own.query, Centre.of(encoder, texts).query)
    usual = make_embedder(encoder, encoder, JUDGEMENTS, ["常见的话"]).centre
    np.testing.assert_array_equal(usual.passage, Centre.of(encoder, ["常见的话"]).passage)


@pytest.fixture(scope="module")
def read_shares():
    return []


@pytest.fixture(scope="module")
def read_weights(embedder, segmenter, read_shares):
    judgements = replace(JUDGEMENTS, unread=frozenset({"N0"}))
    return fit_weights(judgements, embedder, segmenter, read_shares.append, char_reader())


def test_each_offer_has_a_model_of_what_was_read(read_weights, weights):
    assert set(read_weights.read.by_offer) == {"full-full"}
    for offer, model in read_weights.read.by_offer.items():
        assert set(model.weights) == {*read_weights.pair.by_offer[offer].weights, *READ_FEATURES}
        assert all(weight >= 0 for weight in model.weights.values())
    assert weights.read.by_offer == {}
    assert read_weights.pair == weights.pair
    assert read_weights.first == weights.first


def test_the_odds_of_the_reader_go_with_the_weights(read_weights, weights):
    assert read_weights.odds == ODDS
    assert weights.odds == VerdictOdds()


def test_progress_of_reading_goes_up_to_the_whole(read_weights, read_shares):
    assert read_weights
    assert read_shares == sorted(read_shares)
    assert read_shares[-1] == pytest.approx(1)
    assert max(np.diff([0, *read_shares])) < 0.1


def test_needs_that_the_reader_learned_from_are_not_read(embedder, segmenter):
    judgements = replace(JUDGEMENTS, needs=NEEDS[:2], unread=frozenset({"N0"}))
    compared, read = make_examples(judgements, embedder, segmenter, reader=char_reader())
    assert {one.need for one in compared} == {"N0", "N1"}
    assert {one.need for one in read} == {"N1"}
    for one in read:
        assert set(one.read) == {*one.pair, *READ_FEATURES}
    judged = {(one.achievement, one.offer) for one in compared if one.judged and one.need == "N1"}
    whole = {pair for pair in judged if pair[1] == "full-full"}
    assert whole <= {(one.achievement, one.offer) for one in read}
    assert {one.offer for one in read} == {"full-full"}  # bare titles are not read
    assert {one.achievement for one in compared if one.judged and one.need == "N1"} == {"S1", "W1"}


def test_what_was_read_is_what_a_list_would_read(read_weights, embedder, segmenter):
    judgements = replace(JUDGEMENTS, needs=NEEDS[1:2])
    _, read = make_examples(judgements, embedder, segmenter, reader=char_reader())
    shown = next(one for one in read if (one.achievement, one.offer) == ("S1", "full-full"))
    pair = NEEDS[1], ACHIEVEMENTS[1]
    [fit] = score_pairs([pair], embedder, segmenter, read_weights, char_reader())
    again = read_weights.read("full-full", shown.read)
    assert again.score == pytest.approx(fit.score, abs=1e-5)
