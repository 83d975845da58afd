"""The composition root with the encoder that is shipped, on a few records."""

from pathlib import Path

import numpy as np
import pytest

from indexing.errors import FingerprintMismatchError, IndexMissingError
from matcher.memory.train import fit_own
from matcher.types import Achievement, Need
from models.base import TokenEncoder
from models.registry import DEFAULT_ENCODER
from service import bootstrap
from service.settings import Home, Settings
from service.sync import bring_up_to_date
from service.training.folder import put_model
from tests.fakes import CharEncoder
from tests.service_parts import ACHIEVEMENTS, NEEDS, WEIGHTS


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The settings of a home whose records are indexed."""
    settings = Settings(home=tmp_path_factory.mktemp("home"))
    with bootstrap.open_store(settings) as store:
        for side, records in (("need", NEEDS), ("achievement", ACHIEVEMENTS)):
            with store.importing(side, "test") as batch:
                for record in records:
                    batch.put(record)
        bring_up_to_date(store, Home(settings.home), bootstrap.make_indexer(settings))
    return settings


@pytest.mark.parametrize(("need", "best"), [("N1", "A1"), ("N2", "A2"), ("N3", "A3")])
def test_the_right_achievement_comes_first(settings: Settings, need: str, best: str) -> None:
    with bootstrap.open_store(settings) as store:
        matcher = bootstrap.make_matcher(settings, store)
        answer = matcher.match(store.get("need", need))  # type: ignore[arg-type]
    assert answer.matches[0].record.id == best


def test_a_pair_has_one_score_whoever_asks(settings: Settings) -> None:
    pair = (NEEDS[0], ACHIEVEMENTS[0])
    assert isinstance(pair[0], Need)
    assert isinstance(pair[1], Achievement)
    with bootstrap.open_store(settings) as store:
        matcher = bootstrap.make_matcher(settings, store)
        down, up = (matcher.match(record).matches for record in pair)
    listed = [next(m for m in down if m.record.id == "A1").score]
    listed.append(next(m for m in up if m.record.id == "N1").score)
    scorers = bootstrap.make_scorer(settings), bootstrap.scorer_of(matcher)
    for score in (*listed, *(scorer([pair])[0].score for scorer in scorers)):
        # the index keeps vectors in short numbers, so the last digits may differ
        assert score == pytest.approx(listed[0], abs=2e-3)


def test_what_was_indexed_opens_whole_and_with_its_fingerprint(settings: Settings) -> None:
    for side, records in (("need", NEEDS), ("achievement", ACHIEVEMENTS)):
        bundle = bootstrap.open_index(settings, side)
        assert len(bundle) == len(records)
        assert bundle.fingerprint == bootstrap.index_fingerprint(settings)


def test_an_index_of_another_encoder_is_not_matched_with(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("models.registry.load_encoder", lambda name: CharEncoder())
    monkeypatch.setattr("service.weights.found.find_weights", lambda encoder, home: WEIGHTS)
    with bootstrap.open_store(settings) as store, pytest.raises(FingerprintMismatchError):
        bootstrap.make_matcher(settings, store)


def test_a_home_without_an_index_says_so(tmp_path: Path) -> None:
    with pytest.raises(IndexMissingError, match="duijie index"):
        bootstrap.open_index(Settings(home=tmp_path), "need")


class Plain:
    """An encoder without token vectors."""

    name = fingerprint = "plain"
    dim = max_tokens = 4


def test_an_encoder_without_token_vectors_borrows_those_of_the_default_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    own = CharEncoder()
    assert bootstrap.late_encoder(own) is own
    borrowed = bootstrap.late_encoder(Plain())  # type: ignore[arg-type]
    assert isinstance(borrowed, TokenEncoder)
    assert borrowed.name == DEFAULT_ENCODER
    monkeypatch.setattr("models.registry.load_encoder", lambda name: Plain())
    with pytest.raises(TypeError, match=DEFAULT_ENCODER):
        bootstrap.late_encoder(Plain())  # type: ignore[arg-type]


def test_a_model_of_ones_own_is_used_with_the_parts_that_it_was_made_with(
    settings: Settings, tmp_path: Path
) -> None:
    comparer = bootstrap.make_comparer(settings)
    pairs = [(need, one) for need in NEEDS[:2] for one in ACHIEVEMENTS]
    compared = comparer(pairs)
    levels = np.array([1, 2, 3, 4, 1] * 2, dtype=np.int64)
    put_model(tmp_path / "m", fit_own(compared, levels), {"made_with": comparer.fingerprints})
    score = bootstrap.make_own_scorer(settings, tmp_path / "m")
    fits = score(pairs)
    assert fits[3].expected > fits[0].expected
    assert score([]) == []
