"""Reading needs and pairs: what is remembered, and what the fit takes from a reading."""

import numpy as np
import pytest

from matcher.documents import Document
from matcher.features import pair_features
from matcher.quantities import find_indicators
from matcher.reading import closely
from matcher.reading.closely import (
    CloseReader,
    by_requirement,
    judge_closely,
    nearness,
    read_values,
)
from matcher.requirements.extract import Asked
from matcher.requirements.naming import CLAIM_FEATURES, VerdictModel
from matcher.requirements.pairing import Compared
from matcher.requirements.verdicts import LIGHTEST, Read, VerdictOdds
from matcher.rerank import Judged, Profiler
from matcher.text.idf import background_idf
from matcher.types import Achievement, Need, Requirement
from matcher.weighing import READ_FEATURES
from models.base import PairReading
from tests.fakes import CharReader
from tests.matcher.worlds import (
    ACHIEVEMENTS,
    ASKED,
    NEEDS,
    OFFERED,
    SignEncoder,
    char_reader,
    embedder_of,
)

[NUMBER] = find_indicators("耐温1200℃")


class CountingReader(CharReader):
    def __init__(self):
        self.tagged, self.pairs = [], []

    def tag(self, texts):
        self.tagged += texts
        return super().tag(texts)

    def read(self, pairs):
        self.pairs += pairs
        return super().read(pairs)


@pytest.fixture
def reader():
    return CloseReader(CountingReader(), VerdictOdds())


@pytest.fixture(scope="module")
def profile(segmenter):
    profiler = Profiler(embedder_of(SignEncoder()), background_idf())
    return lambda record: profiler.fresh([Document.of(record, segmenter)])[0]


@pytest.fixture(scope="module")
def compare(profile):
    return lambda need, achievement: pair_features(profile(need), profile(achievement))


def read_of(pair, shares, levels=(0.0, 0.0, 0.0), relations=(), places=()):
    """A reading of a pair whose requirements stand at the places, the first words by default."""
    shares = np.array(shares, dtype=np.float64).reshape(-1, 3)
    places = tuple(places) or ((0, 4),) * len(shares)
    found = (
        Requirement(f"r{at}", "effect", pair.need.document.span(*one))
        for at, one in enumerate(places, start=1)
    )
    reading = PairReading(np.array(levels, dtype=np.float32), np.zeros((0, 3)), np.zeros((0, 1)))
    compared = [Compared(one, NUMBER) if one else None for one in relations]
    compared += [None] * (len(shares) - len(compared))
    document = pair.achievement.document
    asked, near = Asked(tuple(found), places), np.zeros((len(shares), len(document.sentences)))
    return Read(asked, document, reading, tuple(compared), shares, shares, near)


def test_a_need_is_tagged_once(reader, segmenter):
    one, other = (Document.of(need, segmenter) for need in NEEDS[:2])
    first = reader.asked([one, other, one])
    again = reader.asked([other, one])
    assert len(reader.reader.tagged) == 2
    assert again == [first[1], first[0]]
    assert first[0] == first[2] != first[1]


def test_needs_that_read_alike_keep_spans_of_their_own(reader, segmenter):
    """A repair makes both texts the same; each span must lead into its own record."""
    written = [
        Need(id="N1", text="要求　导热好，耐温1200℃"),
        Need(id="N2", text="要求导热好，耐温1200℃"),
    ]
    wide = Need(id="N3", text="要求导热好，耐温１２００℃")
    title = Need(id="N4", title="要求导热好，耐温1200℃")
    records = [*written, wide, title]
    documents = [Document.of(one, segmenter) for one in records]
    assert documents[1].full == documents[2].full == documents[3].full
    for found, record in zip(reader.asked(documents), records, strict=True):
        assert len(found.requirements) >= 2
        for one in found.requirements:
            owned = getattr(record, one.span.field)[one.span.start : one.span.end]
            assert owned == one.span.text != ""


def test_only_the_latest_needs_are_remembered(reader, segmenter, monkeypatch):
    monkeypatch.setattr(closely, "REMEMBERED", 2)
    one, two, three = (Document.of(need, segmenter) for need in NEEDS[:3])
    reader.asked([one, two])
    reader.asked([one, three])  # two is the oldest now
    reader.asked([one, three])
    assert len(reader.reader.tagged) == 3
    reader.asked([two])
    assert len(reader.reader.tagged) == 4
    assert len(reader.asked([one, two, three])) == 3  # more than are remembered


def test_a_reading_does_not_depend_on_the_pairs_beside_it(compare):
    pairs = [compare(need, one) for need in NEEDS[:3] for one in ACHIEVEMENTS[:4]]
    together = char_reader().read(pairs)
    for pair, found in zip(pairs, together, strict=True):
        [alone] = char_reader().read([pair])
        assert alone.values == found.values
        assert alone.read.verdicts == found.read.verdicts


def test_values_of_the_pair_are_kept_beside_those_of_the_reading(compare):
    pair = compare(NEEDS[0], ACHIEVEMENTS[0])
    [found] = char_reader().read([pair])
    assert set(found.values) == {*pair.values, *READ_FEATURES}
    assert {name: found.values[name] for name in pair.values} == dict(pair.values)
    assert all(np.isfinite(value) for value in found.values.values())


def test_known_requirements_are_asked_instead_of_found_ones(compare, reader, segmenter):
    pair = compare(NEEDS[1], ACHIEVEMENTS[2])
    [known] = char_reader().asked([Document.of(NEEDS[1], segmenter)])
    own = Asked(known.requirements[:1], known.places[:1])
    [found] = reader.read([pair], [own])
    assert reader.reader.tagged == []
    assert [one.requirement for one in found.read.verdicts] == list(own.requirements)


@pytest.mark.parametrize(
    ("shares", "coverage"),
    [
        ([], 0.5),
        ([(1, 0, 0)], 0.0),
        ([(0, 1, 0)], 0.5),
        ([(0, 0, 1), (1, 0, 0)], 0.5),
        ([(0.2, 0.3, 0.5), (0, 0, 1)], (0.65 + 1) / 2),
    ],
)
def test_coverage_is_the_share_of_requirements_that_are_met(compare, shares, coverage):
    pair = compare(NEEDS[0], ACHIEVEMENTS[0])
    assert read_values(pair, read_of(pair, shares))["coverage"] == pytest.approx(coverage)


def test_the_readers_value_is_the_mean_logit(compare):
    pair = compare(NEEDS[0], ACHIEVEMENTS[0])
    values = read_values(pair, read_of(pair, [], (3.0, 1.0, -1.0)))
    assert values["reader"] == pytest.approx(1.0)


def test_a_need_without_requirements_is_as_near_as_the_whole_of_it(compare):
    pair = compare(NEEDS[0], ACHIEVEMENTS[0])
    values = read_values(pair, read_of(pair, []))
    assert values["asked"] == pair.values["need_meaning"]
    assert (values["coverage"], values["reached"], values["kept"]) == (0.5, 0, 0)


def test_what_is_asked_is_as_near_as_its_own_words(compare):
    """The stand-in's token is a character; one that the achievement has is there with cosine 1."""
    pair = compare(
        Need(id="N", text="炉衬要耐磨，茶叶烘焙香醇。" + ASKED),
        Achievement(id="A", text="炉衬要耐磨。" + OFFERED),
    )
    at = pair.need.document.full.index("茶叶")
    read = read_of(pair, [(1, 0, 0)] * 3, places=[(0, 5), (at, at + 6), (900, 950)])
    near, far, nowhere = by_requirement(pair, read)["asked"]
    assert near == pytest.approx(1, abs=1e-5)
    spans, weights = pair.need.token_spans, pair.need.token_weights + LIGHTEST
    under = [row for row, (start, _) in enumerate(spans) if at <= start < at + 6]
    assert far == pytest.approx(np.average(pair.best[under], weights=weights[under]), abs=1e-5)
    assert far < 0.8
    assert nowhere == 0
    assert read_values(pair, read)["asked"] == pytest.approx((near + far) / 3)


def test_numbers_that_are_reached_and_missed_count_by_themselves(compare):
    pair = compare(NEEDS[0], ACHIEVEMENTS[0])
    relations = ["met", "met", "against", "short", None]
    values = read_values(pair, read_of(pair, [(1, 0, 0)] * 5, relations=relations))
    assert values["reached"] == pytest.approx(2 / 5)
    assert values["kept"] == pytest.approx(-1 / 5)


def test_a_model_names_the_verdicts_and_the_score_stays_as_it_is(compare):
    """What is named is more than the reader's own; the coverage is made of the reader's."""
    pair = compare(NEEDS[0], ACHIEVEMENTS[0])
    named = char_reader()
    count = len(CLAIM_FEATURES)
    none = np.zeros(count)
    named.naming = VerdictModel(np.zeros((3, count)), np.array([0.0, 9.0, 0.0]), none, none + 1)
    [one], [other] = named.read([pair]), char_reader().read([pair])
    assert {verdict.name for verdict in one.read.verdicts} == {"partly"}
    assert {verdict.name for verdict in other.read.verdicts} != {"partly"}
    assert one.values == other.values
    np.testing.assert_array_equal(other.read.named, other.read.shares)


def test_a_number_that_is_reached_is_not_named_missing(compare):
    pair = compare(NEEDS[0], ACHIEVEMENTS[0])
    reader = char_reader()
    count = len(CLAIM_FEATURES)
    none = np.zeros(count)
    reader.naming = VerdictModel(np.zeros((3, count)), np.array([9.0, 0.0, 0.0]), none, none + 1)
    [one] = reader.read([pair])
    reached = [found is not None and found.relation == "met" for found in one.read.compared]
    assert any(reached)
    names = [verdict.name for verdict in one.read.verdicts]
    assert names == ["met" if number else "missing" for number in reached]


def test_nearness_is_the_best_cosine_to_a_sentence_of_the_need(compare):
    pair = compare(
        Need(id="N", text="炉衬要耐磨耐烧。水泵要省电节能。" + ASKED),
        Achievement(id="A", title="炉衬", text="水泵要省电节能。" + "茶叶采摘与烘焙。"),
    )
    near = nearness(pair)
    spans = pair.achievement.document.sentences
    assert len(near) == len(spans) == 3
    assert near[1] == pytest.approx(1, abs=1e-5)
    assert near[2] < near[1]


def test_nearness_of_a_text_without_weight_is_even(compare):
    pair = compare(
        Need(id="N", title="！"), Achievement(id="A", title="炉衬", text="耐磨又耐烧的。")
    )
    assert len(nearness(pair)) == len(pair.achievement.document.sentences)
    empty = compare(Need(id="N"), Achievement(id="A", title="炉衬"))
    assert nearness(empty) == [0.0]


def test_candidates_are_sorted_by_what_was_read(compare, world):
    close = char_reader()
    pairs = [compare(NEEDS[0], one) for one in ACHIEVEMENTS[:6]]
    model = world.weights.pair
    candidates = [
        Judged(pair.achievement.document, pair, model(pair.offer, pair.values)) for pair in pairs
    ]
    found = judge_closely(candidates, close, world.weights.read)
    keys = [(-one.fit.log_odds, one.document.record.id) for one in found]
    assert keys == sorted(keys)
    assert {one.document.record.id for one in found} == {one.id for one in ACHIEVEMENTS[:6]}
    for one in found:
        assert set(READ_FEATURES) <= set(one.fit.contributions)
        assert one.read.verdicts
    assert judge_closely([], close, world.weights.read) == []
