from dataclasses import asdict

import pytest

from matcher.config import MatchConfig


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"depth": 0}, "depth"),
        ({"rerank": -1}, "rerank"),
        ({"evidence": 0}, "evidence"),
        ({"dense": False, "lexical": False}, "不能同时关闭"),
    ],
)
def test_settings_without_sense_are_refused(settings, message):
    with pytest.raises(ValueError, match=message):
        MatchConfig(**settings)


@pytest.mark.parametrize(
    "settings", [{"depth": 1}, {"rerank": 0}, {"evidence": 1}, {"dense": False}, {"lexical": False}]
)
def test_the_least_settings_are_taken_and_each_changes_the_fingerprint(settings):
    config = MatchConfig(**settings)
    assert asdict(config).items() >= settings.items()
    assert config.fingerprint != MatchConfig().fingerprint
    assert config.fingerprint == MatchConfig(**settings).fingerprint
