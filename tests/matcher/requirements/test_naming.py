"""The model that names verdicts: what it goes by, and that it learns."""

import numpy as np
import pytest

from matcher.documents import Document
from matcher.features import pair_features
from matcher.gold import GoldPair
from matcher.quantities import find_indicators
from matcher.reading.closely import CloseReader
from matcher.requirements.extract import Asked
from matcher.requirements.naming import (
    CLAIM_FEATURES,
    VerdictModel,
    claim_features,
    claim_likeness,
)
from matcher.requirements.pairing import Compared
from matcher.requirements.verdicts import LIGHTEST, VerdictOdds
from matcher.rerank import Profiler
from matcher.text.idf import background_idf
from matcher.types import Achievement, Need, Verdict
from matcher.weighing.verdict_model import fit_naming
from models.base import PairReading
from tests.fakes import CharReader
from tests.matcher.worlds import SignEncoder, embedder_of

NEED = Need(id="N", text="炉衬要耐磨，耐温不低于1200℃，茶叶烘焙香醇")
OFFER = Achievement(id="A", title="炉衬", text="炉衬要耐磨。茶叶采摘。耐温达1300℃。")


@pytest.fixture(scope="module")
def compare(segmenter):
    profiler = Profiler(embedder_of(SignEncoder()), background_idf())

    def profile(record):
        return profiler.fresh([Document.of(record, segmenter)])[0]

    return lambda need, achievement: pair_features(profile(need), profile(achievement))


@pytest.fixture(scope="module")
def pair(compare):
    return compare(NEED, OFFER)


@pytest.fixture(scope="module")
def asked(pair):
    return CloseReader(CharReader(), VerdictOdds()).asked([pair.need.document])[0]


def reading(verdicts, passages, levels=(1.0, 0.0, -4.0)):
    parts = levels, verdicts, passages
    return PairReading(*(np.array(part, dtype=np.float32) for part in parts))


def features_of(pair, asked, relations=(None, None, None), verdicts=None):
    [number] = find_indicators("耐温达1300℃")
    sentences = len(pair.achievement.document.sentences)
    given = reading(
        verdicts or [(0.5, 0.3, 0.2)] * len(asked.places),
        [[0.4] + [0.6 / sentences] * sentences] * len(asked.places),
    )
    compared = [Compared(one, number) if one else None for one in relations]
    rows = claim_features(
        pair,
        asked,
        given,
        compared,
        claim_likeness(pair, asked, pair.achievement.document.sentences),
    )
    return [dict(zip(CLAIM_FEATURES, row, strict=True)) for row in rows]


def test_likeness_is_the_weighted_best_cosine_in_each_sentence(pair, asked):
    """By hand for the requirement that no sentence states word by word."""
    found = claim_likeness(pair, asked, pair.achievement.document.sentences)
    document = pair.achievement.document
    assert found.shape == (3, len(document.sentences)) == (3, 3)
    at = next(
        at for at, one in enumerate(document.sentences) if "耐磨" in document.full[slice(*one)]
    )
    assert found[0, at] == pytest.approx(1, abs=1e-5)
    start, end = asked.places[2]
    under = [row for row, (first, _) in enumerate(pair.need.token_spans) if start <= first < end]
    vectors = pair.need.token_vectors[under]
    weights = pair.need.token_weights[under] + LIGHTEST
    for column, (first, last) in enumerate(document.sentences):
        inside = [
            row for row, (a, _) in enumerate(pair.achievement.token_spans) if first <= a < last
        ]
        best = (vectors @ pair.achievement.token_vectors[inside].T).max(axis=1)
        assert found[2, column] == pytest.approx(np.average(best, weights=weights), abs=1e-5)


def test_each_requirement_is_told_by_what_is_known_of_it(pair, asked):
    first, second, third = features_of(pair, asked, (None, "met", None))
    assert first["anywhere"] == first["nearest"] == pytest.approx(1, abs=1e-5)
    assert third["anywhere"] >= third["nearest"] >= third["second"]
    assert first["words"] > third["words"] >= 0
    assert (second["met"], second["short"], second["against"]) == (1, 0, 0)
    assert [one["indicator"] for one in (first, second, third)] == [0, 1, 0]
    for one in (first, second, third):
        assert one["unanswered"] == 0
        assert one["need"] == pytest.approx(pair.values["need_meaning"])
        assert one["log_missing"] == pytest.approx(np.log(0.5))
        assert one["levels"] == pytest.approx(-1)
        assert one["nowhere"] == pytest.approx(0.4)


def test_a_number_that_is_asked_for_and_not_given_is_unanswered(pair, asked):
    assert [one["unanswered"] for one in features_of(pair, asked)] == [0, 1, 0]


def test_what_the_reader_did_not_see_is_still_a_number(pair, asked):
    unseen = [(np.nan,) * 3] * 3
    for one in features_of(pair, asked, verdicts=unseen):
        assert all(np.isfinite(value) for value in one.values())
    for one in features_of(pair, asked, verdicts=[(0.0, 0.0, 1.0)] * 3):
        assert all(np.isfinite(value) for value in one.values())


@pytest.mark.parametrize("offer", ["……", "！", "水"])
def test_texts_without_words_have_features_too(compare, asked, offer):
    pair = compare(NEED, Achievement(id="A", title=offer))
    for one in features_of(pair, asked):
        assert all(np.isfinite(value) for value in one.values())
    empty = Asked((), ())
    assert claim_likeness(pair, empty, pair.achievement.document.sentences).shape == (
        0,
        len(pair.achievement.document.sentences),
    )


def test_probabilities_are_those_of_a_multinomial_model():
    chance, count = np.random.default_rng(4), len(CLAIM_FEATURES)
    weights, bias = chance.normal(size=(3, count)), chance.normal(size=3)
    mean, scale = chance.normal(size=count), chance.uniform(0.5, 2, count)
    rows = chance.normal(size=(5, count))
    found = VerdictModel(weights, bias, mean, scale)(rows)
    for row, one in zip(rows, found, strict=True):
        grown = np.exp(weights @ ((row - mean) / scale) + bias)
        assert one == pytest.approx(grown / grown.sum())


def test_what_was_judged_is_learned(compare, segmenter):
    """Requirements are met where their words recur and missing elsewhere."""
    matters = ["炉衬要耐磨", "水泵要省电", "涂层附着好", "薄膜导热高"]
    reader = CloseReader(CharReader(), VerdictOdds())
    judged = []
    for at in range(4):
        need = Need(id="N", text="，".join(matters[:at] + matters[at + 1 :]))
        offer = Achievement(id="A", text="。".join([*matters[at - 2 :], "已投产"]))
        [close] = reader.read([compare(need, offer)])
        truth = tuple(
            Verdict(one, "met" if one.span.text in offer.text else "missing", 1.0)
            for one in close.read.asked.requirements
        )
        judged.append((GoldPair("N", "A", 3, False, truth), close))
    assert {one.name for pair, _ in judged for one in pair.verdicts} == {"met", "missing"}
    partly = GoldPair("N", "A", 3, False, (Verdict(truth[0].requirement, "partly", 1.0),))
    [close] = reader.read(
        [compare(Need(id="N", text="炉衬要耐磨"), Achievement(id="A", text="炉衬耐"))]
    )
    reader.naming = fit_naming([*judged, (partly, close)])
    hits = []
    for pair, close in judged:
        [again] = reader.read([close.pair])
        hits += [
            one.name == other.name
            for one, other in zip(again.read.verdicts, pair.verdicts, strict=True)
        ]
    assert np.mean(hits) > 0.8


def test_what_is_far_from_all_that_was_read_is_missing_unless_its_number_answers():
    width = len(CLAIM_FEATURES)
    sure = VerdictModel(
        np.zeros((3, width)), np.array([0.0, 0.0, 5.0]), np.zeros(width), np.ones(width)
    )
    rows = np.zeros((3, width))
    for name in ("need", "dense", "nearest"):
        rows[1:, CLAIM_FEATURES.index(name)] = -1.1
    rows[2, CLAIM_FEATURES.index("met")] = 1.0
    assert list(sure(rows).argmax(axis=1)) == [2, 0, 2]
    assert sure(rows).sum(axis=1) == pytest.approx(1.0)
