import json
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from matcher.embed import Centre, Embedder
from matcher.errors import NoWeightsError, ResourceError
from matcher.features import OFFERS
from matcher.gold import PARTS, Gold, Part, read_gold
from matcher.reading.closely import CloseReader
from matcher.requirements.verdicts import VerdictOdds
from matcher.types import Level
from matcher.weighing import PENALTY, READ_FEATURES, Judgements
from matcher.weight_file import Weights
from models.registry import DEFAULT_ENCODER, artifact_folder, load_encoder, shipped_names
from service import bootstrap
from service.sample import sample_judgements
from service.settings import Home
from service.weights import __main__ as weights_command
from service.weights import fitting, found
from service.weights.fitting import GOLD, SAMPLE, card_of, find_or_fit
from service.weights.found import find_weights
from tests.fakes import CharEncoder, CharReader
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


@cache
def whole_gold(parts: tuple[Part, ...]) -> Gold:
    """The gold set, read once: it is long."""
    return read_gold(parts)


def some_gold(parts: Sequence[Part] = PARTS) -> Gold:
    """A few needs of each part with what was graded for them."""
    whole = whole_gold(tuple(parts))
    needs = tuple(one for part in parts for one in [n for n in whole.needs if n.part == part][:2])
    pairs = tuple(one for one in whole.pairs if one.need in {need.need.id for need in needs})
    wanted = {one.achievement for one in pairs}
    offered = tuple(one for one in whole.achievements if one.id in wanted)
    return replace(whole, needs=needs, pairs=pairs, achievements=offered)


def plain_reader(odds: VerdictOdds) -> CloseReader:
    """A stand-in for the reader that is shipped."""
    return CloseReader(CharReader(), odds)


@pytest.fixture
def fits(monkeypatch: pytest.MonkeyPatch, small_sample: Judgements) -> list[Judgements]:
    """Fit to little and with a stand-in reader, and tell to what."""
    calls: list[Judgements] = []
    fit = fitting.fit_weights

    def spy(judgements: Judgements, *rest: Any) -> Weights:
        calls.append(judgements)
        return fit(judgements, *rest)

    monkeypatch.setattr(fitting, "sample_judgements", lambda: small_sample)
    monkeypatch.setattr(fitting, "read_gold", some_gold)
    monkeypatch.setattr(fitting, "fit_weights", spy)
    return calls


def test_the_weights_of_an_encoder_in_use_the_first_time_are_fitted_once(
    tmp_path: Path, fits: list[Judgements]
) -> None:
    encoder, home, segmenter = SignEncoder(), Home(tmp_path / "home"), bootstrap.make_segmenter()
    with pytest.raises(NoWeightsError, match="duijie index --encoder char"):
        find_weights(encoder, home)
    shares: list[float] = []
    fitted = find_or_fit(encoder, encoder, segmenter, home, plain_reader, shares.append)
    assert len(fits) == 1
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    again = find_or_fit(encoder, encoder, segmenter, home, plain_reader)
    assert len(fits) == 1
    assert again.fingerprint == find_weights(encoder, home).fingerprint == fitted.fingerprint
    (file,) = (home.root / "weights").iterdir()
    assert json.loads(file.read_text("utf-8"))["card"] == card_of(encoder, SAMPLE)
    assert set(fitted.read.by_offer) == {"full-full"}
    assert fitted.odds == Weights.shipped(DEFAULT_ENCODER).odds


def test_another_version_of_an_encoder_has_weights_of_its_own(
    tmp_path: Path, fits: list[Judgements]
) -> None:
    home = Home(tmp_path)
    weights_file = found._fitted_file(CharEncoder("one"), home)
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
    card = card_of(CharEncoder("char-7"), "three needs")
    assert card["trained_on"] == "three needs, written for this project"
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
    for models in (found.first, found.pair):
        assert set(models.by_offer) == set(OFFERS)
    assert set(found.read.by_offer) == {"full-full"}
    assert 0 < found.abstention < 0.5
    assert {len(mean) for mean in found.centre.values()} == {encoder.dim}
    file = files("matcher") / "weights" / f"{name}.json"
    stored = json.loads(file.read_text("utf-8"))
    card = card_of(encoder, GOLD)
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


@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_weights_give_a_good_reading_a_better_level(name: str) -> None:
    for offer, model in Weights.shipped(name).read.by_offer.items():
        assert offer == "full-full"  # bare titles are not read
        assert set(READ_FEATURES) <= set(model.weights)
        assert all(weight >= 0 for weight in model.weights.values())
        assert model.weights["reader"] > 0
        unrelated = model(model.references)
        assert unrelated.probabilities[Level.NONE] > 0.5
        good = dict.fromkeys(model.weights, 1.0) | {"reader": 5.0, "kept": 0.0}
        assert model(good).level >= Level.FAIRLY_STRONG
        bad = good | {"reader": -5.0, "coverage": 0.0, "reached": 0.0, "kept": -1.0}
        assert model(bad).score < model(good).score


def test_the_default_encoder_is_shipped() -> None:
    assert DEFAULT_ENCODER in SHIPPED


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, fits: list[Judgements]) -> Any:
    monkeypatch.setattr(weights_command, "load_encoder", SignEncoder)
    monkeypatch.setattr(weights_command, "close_reader", plain_reader)

    def call(*options: str | Path) -> Weights:
        monkeypatch.setattr("sys.argv", ["weights", *map(str, options)])
        weights_command.main()
        return Weights.loads(Path(options[3]).read_text("utf-8"))

    return call


def test_the_command_fits_to_the_gold_set_and_writes_a_card(
    tmp_path: Path, fits: list[Judgements], command: Any
) -> None:
    usual, out = tmp_path / "usual.jsonl", tmp_path / "out.json"
    usual.write_text('{"text": "一种涂层"}\n{"text": "一种滤池"}\n', encoding="utf-8")
    fitted = command("--encoder", "x", "--out", out, "--usual", usual)
    centre = Centre.of(SignEncoder(), ["一种涂层", "一种滤池"])
    assert fitted.centre["query"] == pytest.approx(centre.query, abs=1e-5)
    card = json.loads(out.read_text("utf-8"))["card"]
    assert card == card_of(SignEncoder("x"), GOLD)
    for models in (fitted.first, fitted.pair):
        assert set(models.by_offer) == set(OFFERS)
    assert set(fitted.read.by_offer) == {"full-full"}
    assert fitted.odds != VerdictOdds()
    assert fitted.naming is not None
    assert fitted.pairing is not None
    # the part that the reader learned from is no evidence of how good it is
    [judged] = fits
    train, dev = some_gold(["train"]), some_gold(["fit", "dev"])
    assert judged.unread == {one.need.id for one in train.needs}
    ids = [one.id for one in judged.needs]
    assert set(ids) == {*judged.unread, *(one.need.id for one in dev.needs), *ids[:4]}
    assert {one.part for one in (*train.needs, *dev.needs)} == {"train", "fit", "dev"}
    offered = {one.id for one in judged.achievements}
    tested = {pair.achievement for pair in some_gold(["test"]).pairs if not pair.pooled}
    assert tested.isdisjoint(offered)
    assert {pair.achievement for pair in train.pairs if not pair.pooled} <= offered
    for pair in (*train.pairs, *dev.pairs):
        assert judged.levels[pair.need][pair.achievement] == pair.level


def test_the_command_keeps_the_centre_that_is_there(
    tmp_path: Path, command: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def centred(embedder: Embedder, *_: Any) -> Weights:
        means = {"query": embedder.centre.query, "passage": embedder.centre.passage}
        return replace(WEIGHTS, centre={role: mean.tolist() for role, mean in means.items()})

    monkeypatch.setattr(weights_command, "fit_to_gold", centred)
    out = tmp_path / "out.json"
    means = {
        role: [step * at for at in range(SignEncoder.dim)]
        for role, step in (("query", 0.01), ("passage", -0.02))
    }
    out.write_text(json.dumps({"centre": means}), encoding="utf-8")
    fitted = command("--encoder", "x", "--out", out)
    for role, mean in means.items():
        assert fitted.centre[role] == pytest.approx(mean, abs=1e-5)
