from dataclasses import replace
from pathlib import Path

import pytest

from tests.batch_jobs import ACHIEVEMENTS
from tests.batch_world import EMBEDDER, FIRST, SEGMENTER
from tests.matcher import worlds


@pytest.fixture(scope="module")
def world() -> worlds.World:
    made = worlds.World(SEGMENTER, EMBEDDER, achievements=ACHIEVEMENTS)
    made.weights = replace(made.weights, first=FIRST)
    return made


@pytest.fixture(scope="module")
def saved(world: worlds.World, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("batch")
    for side, one in world.sides.items():
        one.bundle.save(folder / side)
    return folder
