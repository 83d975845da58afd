"""Models by name; what importing costs."""

import subprocess
import sys

import pytest

from models.card import read_card
from models.errors import ModelNotLocalError, UnknownModelError
from models.onnx_encoder import OnnxEncoder
from models.registry import (
    DEFAULT_ENCODER,
    FAST_ENCODER,
    PAIR_READER,
    artifact_folder,
    list_cards,
    load_encoder,
    shipped_names,
)
from models.static_encoder import StaticEncoder


@pytest.mark.parametrize(
    ("name", "kind"), [(DEFAULT_ENCODER, OnnxEncoder), (FAST_ENCODER, StaticEncoder)]
)
def test_a_shipped_model_loads_by_its_name_and_fits_its_card(name, kind):
    encoder = load_encoder(name, threads=1)
    card = read_card(artifact_folder(name))
    assert isinstance(encoder, kind)
    assert encoder.name == card.name == name
    assert encoder.encode(["轴承"], "query").shape == (1, card.dim)


def test_the_cards_are_those_of_the_shipped_models():
    assert tuple(card.name for card in list_cards()) == (*shipped_names(), PAIR_READER)


def test_a_folder_with_a_card_loads_by_its_path(static_folder):
    encoder = load_encoder(str(static_folder))
    assert isinstance(encoder, StaticEncoder)
    assert encoder.name == str(static_folder)


def test_an_unknown_name_is_refused_with_the_known_ones():
    with pytest.raises(UnknownModelError, match=rf"没有名为“e6”.*{DEFAULT_ENCODER}.*st:"):
        load_encoder("e6")
    with pytest.raises(UnknownModelError):
        artifact_folder("../artifacts")


def test_a_model_that_is_not_here_is_not_fetched_unasked(monkeypatch, tmp_path):
    with pytest.raises(ModelNotLocalError, match=r"python -m models\.fetch nobody/nothing-here"):
        load_encoder("st:nobody/nothing-here")


def test_importing_the_registry_imports_no_heavy_library():
    heavy = ["torch", "onnxruntime", "tokenizers", "sentence_transformers", "transformers"]
    code = f"import sys, models.registry; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
