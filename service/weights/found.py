"""Finds the fit weights of an encoder: shipped, or fitted before in this home."""

import hashlib
from pathlib import Path

from matcher.errors import NoWeightsError
from matcher.weight_file import FORMAT, Weights
from models.base import Encoder
from models.card import read_card
from models.registry import PAIR_READER, artifact_folder
from service.settings import Home


def find_weights(encoder: Encoder, home: Home) -> Weights:
    """Return the shipped weights, or those fitted in this home.

    Raises:
        NoWeightsError: there are none yet; `duijie index` makes them.
    """
    try:
        return Weights.shipped(encoder.name)
    except NoWeightsError:
        file = _fitted_file(encoder, home)
        if not file.is_file():
            raise
        return Weights.loads(file.read_text(encoding="utf-8"))


def keep_weights(encoder: Encoder, home: Home, text: str) -> None:
    """Keep what was fitted in this home; a crash leaves the file whole or absent."""
    file = _fitted_file(encoder, home)
    file.parent.mkdir(parents=True, exist_ok=True)
    beside = file.with_suffix(".tmp")
    beside.write_text(text, encoding="utf-8")
    beside.replace(file)


def _fitted_file(encoder: Encoder, home: Home) -> Path:
    # a file of an earlier format, or fitted with another reader, is not found: it is fitted anew
    reader = read_card(artifact_folder(PAIR_READER)).fingerprint
    parts = f"{encoder.fingerprint}|{reader}|{FORMAT}"
    name = hashlib.sha256(parts.encode()).hexdigest()[:16]
    return home.root / "weights" / f"{name}.json"
