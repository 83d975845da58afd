"""A home with something of everything, and a backup of it."""

from pathlib import Path

import pytest

from matcher.types import Need
from service.backup.write import write_backup
from service.settings import Home
from service.store.store import Store


@pytest.fixture
def filled(store: Store, home: Home) -> Home:
    """A home with records and some of everything else."""
    with store.importing("need", "a.csv") as batch:
        for number in range(20):
            batch.put(Need(id=f"N{number}", title=f"需求{number}"))
    for name in ("reports/r.json", "rejects/坏 行.csv", "uploads/ab/x.csv", "weights/w.json"):
        path = home.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name, "utf-8")
    for name in ("logs/duijie.log", "index/needs/CURRENT", "duplicates/x.npz", "rejects/y.part"):
        path = home.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name, "utf-8")
    return home


@pytest.fixture
def backup(filled: Home, tmp_path: Path) -> Path:
    path = tmp_path / "备份.zip"
    write_backup(filled, path)
    return path
