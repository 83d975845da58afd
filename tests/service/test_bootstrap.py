import hashlib
import json
import shutil
from pathlib import Path

import pytest

from models.errors import CardError, ModelFileMissingError, ModelIntegrityError, UnknownModelError
from models.registry import PAIR_READER
from service import bootstrap
from service.errors import HomeError
from service.settings import Home, Settings


@pytest.fixture
def own_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A model folder of the user's own, and no other but a reader."""
    monkeypatch.setattr("models.registry.shipped_names", lambda: ())
    folder = tmp_path / "模型"
    folder.mkdir()
    (folder / "weights.bin").write_bytes(b"weights")
    card = {
        "name": "own",
        "version": "1",
        "kind": "static",
        "origin": "made here",
        "licence": "MIT",
        "language": "zh",
        "dim": 4,
        "token_dim": None,
        "max_tokens": 0,
        "training_data": "none",
        "metrics": {},
        "files": {"weights.bin": hashlib.sha256(b"weights").hexdigest()},
        "rebuild": "make own",
        "notes": "",
    }
    (folder / "card.json").write_text(json.dumps(card), "utf-8")
    shutil.copytree(folder, tmp_path / "reader")
    monkeypatch.setattr("models.registry.artifact_folder", lambda name: tmp_path / "reader")
    return folder


def test_opening_the_store_makes_the_home(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "new" / "home")
    with bootstrap.open_store(settings) as store:
        assert store.count("need") == 0
    assert Home(settings.home).database.is_file()


def test_a_home_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(HomeError, match="--home"):
        bootstrap.open_store(Settings(home=tmp_path / "file" / "home"))


def test_models_that_are_whole_are_named(own_model: Path, tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, encoder=str(own_model))
    assert bootstrap.verify_models(settings) == [PAIR_READER, str(own_model)]
    assert bootstrap.verify_models(Settings(home=tmp_path)) == [PAIR_READER]
    (tmp_path / "reader" / "weights.bin").write_bytes(b"other")
    with pytest.raises(ModelIntegrityError, match="reader"):
        bootstrap.verify_models(Settings(home=tmp_path))


def test_a_missing_and_a_changed_weight_file_are_found(own_model: Path, tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, encoder=str(own_model))
    (own_model / "weights.bin").write_bytes(b"other")
    with pytest.raises(ModelIntegrityError, match="SHA-256"):
        bootstrap.verify_models(settings)
    (own_model / "weights.bin").unlink()
    with pytest.raises(ModelFileMissingError, match="make own"):
        bootstrap.verify_models(settings)
    (own_model / "card.json").write_text("{}")
    with pytest.raises(CardError, match="缺少字段"):
        bootstrap.verify_models(settings)


def test_an_encoder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(UnknownModelError, match="没有这个模型名"):
        bootstrap.load_encoder(Settings(home=tmp_path, encoder="没有这个模型名"))
