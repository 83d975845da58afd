import re
from collections import Counter
from itertools import chain
from statistics import median

import pytest

from matcher.types import Record
from matcher.weighing import Judgements
from service.sample import SAMPLE_FILES, sample_file, sample_judgements

PRIVATE = {
    "telephone": re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)|(?<!\d)0\d{2,3}[-－ ]\d{7,8}(?!\d)"),
    "e-mail": re.compile(r"[\w.+-]+[@＠][\w-]+\.\w+"),
    "identity card": re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)"),
    "link": re.compile(r"https?://|www\."),
}


@pytest.fixture(scope="module")
def sample() -> Judgements:
    return sample_judgements()


@pytest.fixture(scope="module")
def records(sample: Judgements) -> list[Record]:
    return [*sample.needs, *sample.achievements]


def test_the_sample_is_large_and_broad_enough(sample: Judgements, records: list[Record]) -> None:
    assert len(sample.needs) >= 60
    assert len(sample.achievements) >= 300
    assert len({need.industry for need in sample.needs if need.industry}) >= 14
    assert len({one.industry for one in sample.achievements if one.industry}) >= 14
    assert len({record.id for record in records}) == len(records)


def test_every_row_of_the_sample_is_imported(sample: Judgements) -> None:
    rows = {side: sample_file(name).read_text("utf-8-sig") for side, name in SAMPLE_FILES.items()}
    for side, found in (("need", sample.needs), ("achievement", sample.achievements)):
        ids = re.findall(r"^[NA]\d+(?=,)", rows[side], re.MULTILINE)
        assert ids == [record.id for record in found]


def test_every_judgement_is_about_records_of_the_sample(sample: Judgements) -> None:
    offered = {one.id for one in sample.achievements}
    assert set(sample.levels) == {need.id for need in sample.needs}
    assert set(chain.from_iterable(sample.levels.values())) <= offered
    lines = sample_file("qrels.jsonl").read_text("utf-8").splitlines()
    assert len(lines) == sum(map(len, sample.levels.values()))  # no pair is judged twice


def test_every_need_has_a_strong_match_and_look_alikes(sample: Judgements) -> None:
    for need, judged in sample.levels.items():
        counts = Counter(judged.values())
        assert counts[4] >= 1, need
        assert counts[1] >= 2, need
    together = Counter(chain.from_iterable(one.values() for one in sample.levels.values()))
    assert set(together) == {1, 2, 3, 4}


def test_lengths_are_spread_like_those_of_real_records(records: list[Record]) -> None:
    lengths = [len(record.title) + len(record.text) for record in records]
    assert min(lengths) > 0
    assert max(lengths) <= 800
    assert min(lengths) < 40
    assert max(lengths) > 300
    assert 60 < median(lengths) < 400
    assert any(not record.text for record in records)


@pytest.mark.parametrize("kind", PRIVATE)
def test_the_sample_names_nobody(records: list[Record], kind: str) -> None:
    for record in records:
        assert not PRIVATE[kind].search(f"{record.title}\n{record.text}"), record.id


def test_titles_and_texts_differ(sample: Judgements) -> None:
    for records in (sample.needs, sample.achievements):
        texts = Counter((record.title, record.text) for record in records)
        assert texts.most_common(1)[0][1] == 1
