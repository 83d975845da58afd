"""All fitted numbers as one file."""

import json
from dataclasses import replace

import numpy as np
import pytest

from matcher.embed import Centre
from matcher.errors import ResourceError
from matcher.fit import FitModels
from matcher.requirements.naming import CLAIM_FEATURES, VerdictModel
from matcher.requirements.pairing import PAIRING_FEATURES, Pairing
from matcher.requirements.verdicts import VerdictOdds
from matcher.weight_file import Weights
from tests.matcher.worlds import CENTRE_TEXTS, ODDS, SignEncoder, weights_by_hand


def naming(seed):
    chance, count = np.random.default_rng(seed), len(CLAIM_FEATURES)
    shapes = (3, count), (3,), (count,), (count,)
    return VerdictModel(*(chance.uniform(0.5, 2, shape) for shape in shapes))


def pairing(seed):
    chance, count = np.random.default_rng(seed), len(PAIRING_FEATURES)
    shapes = (1, count), (1,), (count,), (count,)
    return Pairing(*(chance.uniform(0.5, 2, shape) for shape in shapes))


@pytest.fixture(scope="module")
def weights():
    whole = weights_by_hand(Centre.of(SignEncoder(), CENTRE_TEXTS))
    centre = {role: tuple(mean) for role, mean in whole.centre.items()}
    return replace(whole, centre=centre, abstention=0.125)


def test_all_stages_odds_and_bound_survive_writing_and_reading(weights):
    packed = weights.dumps({"made_by": "test"})
    read = Weights.loads(packed)
    assert read == weights
    assert (read.odds, read.abstention) == (ODDS, 0.125)
    assert read.fingerprint == weights.fingerprint
    assert read.dumps({"made_by": "test"}) == packed


def test_what_names_verdicts_survives_writing_and_reading(weights):
    given = naming(2)
    packed = replace(weights, naming=given).dumps({})
    read = Weights.loads(packed)
    rows = np.random.default_rng(3).normal(size=(4, len(CLAIM_FEATURES)))
    np.testing.assert_array_equal(read.naming(rows), given(rows))
    assert read.dumps({}) == packed
    assert weights.naming is None is Weights.loads(weights.dumps({})).naming


def test_what_pairs_numbers_survives_writing_and_reading(weights):
    given = pairing(2)
    read = Weights.loads(replace(weights, pairing=given).dumps({}))
    rows = np.random.default_rng(3).normal(size=(4, len(PAIRING_FEATURES)))
    np.testing.assert_array_equal(read.pairing(rows), given(rows))
    assert weights.pairing is None is Weights.loads(weights.dumps({})).pairing


@pytest.mark.parametrize(
    "change",
    [
        {"abstention": 0.25},
        {"odds": VerdictOdds((1.0, 1.0, 1.0), ODDS.relations)},
        {"odds": VerdictOdds(ODDS.bias, {})},
        {"centre": {"query": (0.0,), "passage": (0.0,)}},
        {"naming": naming(2)},
        {"pairing": pairing(2)},
    ],
    ids=["abstention", "bias", "relations", "centre", "naming", "pairing"],
)
def test_other_numbers_give_another_fingerprint(weights, change):
    assert replace(weights, **change).fingerprint != weights.fingerprint


def test_a_stage_given_to_another_is_another_file(weights):
    swapped = replace(weights, pair=weights.read, read=weights.pair)
    assert swapped.fingerprint != weights.fingerprint


def test_the_card_is_no_number(weights):
    assert Weights.loads(weights.dumps({"made_by": "other"})).fingerprint == weights.fingerprint


@pytest.mark.parametrize("missing", ["read", "odds", "abstention", "centre", "first"])
def test_a_file_of_an_earlier_version_is_refused_with_a_way_out(weights, missing):
    stored = json.loads(weights.dumps({}))
    del stored[missing]
    with pytest.raises(ResourceError, match="旧版本") as refused:
        Weights.loads(json.dumps(stored))
    assert missing in str(refused.value)
    assert "重新生成" in str(refused.value)


@pytest.mark.parametrize(
    "packed",
    ["", "[]", "3", '{"first": [], "pair": {}, "read": {}}', '{"first": {"full-full": 1}}', "{}"],
)
def test_what_is_no_weight_file_is_refused(packed):
    with pytest.raises(ResourceError, match="无法读取"):
        Weights.loads(packed)


def test_weights_that_read_what_they_cannot_compare_are_refused(weights):
    some = {"full-picture": next(iter(weights.read.by_offer.values()))}
    with pytest.raises(ResourceError, match="read"):
        Weights.loads(replace(weights, read=FitModels(some)).dumps({}))


def test_a_namer_of_other_features_is_refused(weights):
    whole = naming(2)
    short = replace(whole, mean=whole.mean[:-1])
    with pytest.raises(ResourceError, match="VerdictModel"):
        Weights.loads(replace(weights, naming=short).dumps({}))
