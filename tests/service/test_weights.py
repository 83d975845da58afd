import json
from importlib.resources import files
from pathlib import Path

import pytest

from matcher.errors import NoWeightsError, ResourceError
from matcher.features import OFFERS
from matcher.fit import Weights
from matcher.types import Level
from matcher.weighing import PENALTY, Judgements
from models.registry import DEFAULT_ENCODER, artifact_folder, load_encoder, shipped_names
from service import bootstrap, weights
from service.sample import sample_judgements
from service.settings import Home
from service.weights import card_of, find_or_fit, find_weights
from tests.fakes import CharEncoder
from tests.service_parts import WEIGHTS, SignEncoder

SHIPPED = [name for name in shipped_names() if artifact_folder(name).is_dir()]


@pytest.fixture(scope="module")
def small_sample() -> Judgements:
    """A few needs of the bundled sample with what was judged for them."""
    whole = sample_judgements()
    needs = list(whole.needs)[:4]
    levels = {need.id: whole.levels[need.id] for need in needs}
    wanted = {id_ for judged in levels.values() for id_ in judged}
    return Judgements(needs, [one for one in whole.achievements if one.id in wanted], levels)


@pytest.fixture
def fits(monkeypatch: pytest.MonkeyPatch, small_sample: Judgements) -> list[int]:
    """Fit to the small sample, and count how often."""
    calls: list[int] = []

    def sample() -> Judgements:
        calls.append(1)
        return small_sample

    monkeypatch.setattr(weights, "sample_judgements", sample)
    return calls


def test_the_weights_of_an_encoder_in_use_the_first_time_are_fitted_once(
    tmp_path: Path, fits: list[int]
) -> None:
    encoder, home, segmenter = SignEncoder(), Home(tmp_path / "home"), bootstrap.make_segmenter()
    with pytest.raises(NoWeightsError, match="duijie index --encoder char"):
        find_weights(encoder, home)
    shares: list[float] = []
    fitted = find_or_fit(encoder, encoder, segmenter, home, shares.append)
    assert len(fits) == 1
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    again = find_or_fit(encoder, encoder, segmenter, home)
    assert len(fits) == 1
    assert again.fingerprint == find_weights(encoder, home).fingerprint == fitted.fingerprint
    (file,) = (home.root / "weights").iterdir()
    assert json.loads(file.read_text("utf-8"))["card"] == card_of(encoder)


def test_another_version_of_an_encoder_has_weights_of_its_own(
    tmp_path: Path, fits: list[int]
) -> None:
    home = Home(tmp_path)
    weights_file = weights._fitted_file(CharEncoder("one"), home)
    weights_file.parent.mkdir()
    weights_file.write_text(WEIGHTS.dumps({}), encoding="utf-8")
    assert find_weights(CharEncoder("one"), home) == WEIGHTS
    with pytest.raises(NoWeightsError):
        find_weights(CharEncoder("two"), home)
    weights_file.write_text("{}", encoding="utf-8")
    with pytest.raises(ResourceError, match="无法读取"):
        find_weights(CharEncoder("one"), home)
    assert fits == []


def test_weights_beside_a_folder_of_the_same_name_are_not_taken_for_shipped_ones(
    tmp_path: Path,
) -> None:
    """An encoder that was named by its folder must not read a file beside that folder."""
    encoder = CharEncoder()
    encoder.name = str(tmp_path / "own")
    (tmp_path / "own.json").write_text(WEIGHTS.dumps({}), encoding="utf-8")
    with pytest.raises(NoWeightsError):
        find_weights(encoder, Home(tmp_path / "home"))


def test_the_card_says_where_weights_come_from() -> None:
    card = card_of(CharEncoder("char-7"))
    assert card["encoder"] == "char-7"
    assert card["penalty"] == str(PENALTY)
    assert card["licence"] == "Apache-2.0"
    assert "--encoder char --out matcher/weights/char.json" in card["rebuild"]


@pytest.mark.parametrize("name", SHIPPED)
def test_every_shipped_encoder_has_weights_that_were_fitted_with_it(
    name: str, tmp_path: Path
) -> None:
    encoder = load_encoder(name, threads=1)
    found = find_weights(encoder, Home(tmp_path))
    assert found.fingerprint == Weights.shipped(name).fingerprint
    assert set(found.first.by_offer) == set(found.pair.by_offer) == set(OFFERS)
    assert {len(mean) for mean in found.centre.values()} == {encoder.dim}
    file = files("matcher") / "weights" / f"{name}.json"
    stored = json.loads(file.read_text("utf-8"))
    card = card_of(encoder)
    assert {key: stored["card"][key] for key in card} == card


@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_weights_give_a_plain_match_a_better_level(name: str) -> None:
    for models in (Weights.shipped(name).first, Weights.shipped(name).pair):
        for model in models.by_offer.values():
            assert all(weight >= 0 for weight in model.weights.values())
            assert any(model.weights.values())
            assert model(dict.fromkeys(model.weights, 0.0)).level is Level.NONE
            same = model(dict.fromkeys(model.weights, 1.0))
            assert same.level >= Level.FAIRLY_STRONG


def test_the_default_encoder_is_shipped() -> None:
    assert DEFAULT_ENCODER in SHIPPED


def test_the_command_writes_weights_with_their_card(
    tmp_path: Path, fits: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("models.registry.load_encoder", lambda name: SignEncoder(name))
    usual = tmp_path / "usual.jsonl"
    usual.write_text('{"text": "一种涂层"}\n{"text": "一种滤池"}\n', encoding="utf-8")
    out = tmp_path / "out.json"
    call = ["weights", "--encoder", "x", "--out", str(out), "--usual", str(usual)]
    monkeypatch.setattr("sys.argv", call)
    weights.main()
    centred = Weights.loads(out.read_text("utf-8"))
    card = json.loads(out.read_text("utf-8"))["card"]
    assert (card["encoder"], card["centred_on"]) == ("x", "2 usual texts")
    assert any(centred.centre["query"])
    assert len(fits) == 1
