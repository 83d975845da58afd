"""Finds and reads the files of the bundled sample."""

from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory

from matcher.types import Achievement, Need, Side
from matcher.weighing import Judgements
from service.importer.run import import_file
from service.qrels import read_qrels
from service.store.store import Store


def sample_file(name: str) -> Path:
    """Path of a file of the sample: needs.csv, achievements.csv or qrels.jsonl."""
    return Path(str(files("service.sample").joinpath(name)))


SAMPLE_FILES: dict[Side, str] = {"need": "needs.csv", "achievement": "achievements.csv"}


def sample_judgements() -> Judgements:
    """Read the sample as the importer reads any file."""
    with TemporaryDirectory() as folder, Store.open(Path(folder) / "sample.db") as store:
        for side, name in SAMPLE_FILES.items():
            import_file(store, sample_file(name), side, rejects_folder=Path(folder))
        needs = [one for one in store.iterate("need") if isinstance(one, Need)]
        offered = [one for one in store.iterate("achievement") if isinstance(one, Achievement)]
    return Judgements(needs, offered, read_qrels(sample_file("qrels.jsonl")))
