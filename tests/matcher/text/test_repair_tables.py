"""The shipped tables, and how they are built."""

import hashlib
import json
from importlib import resources

from matcher.text.repair.build_table import (
    listed_pairs,
    part_pairs,
    phonetic_pairs,
    radicals,
    table,
)
from matcher.text.repair.disguises import relatives, standards
from matcher.text.repair.ngrams import background_ngrams

DATA = resources.files("matcher.text.repair") / "data"
PARTS = {"镓": [("金", "家"), ("钅", "家")], "囮": [("囗", "化")], "家": [("宀", "豕")]}


def test_the_card_names_the_files_as_they_are():
    card = json.loads((DATA / "card.json").read_text("utf-8"))
    for name, digest in card["files"].items():
        assert hashlib.sha256((DATA / name).read_bytes()).hexdigest() == digest, name
    assert len(background_ngrams().pairs_with(frozenset("的"))) > 100


def test_a_disguise_proposes_its_standards():
    assert standards()["囮"]["化"] == "l"
    assert "家" in standards()["镓"]
    assert standards()["鈈"]["钚"] == "t"
    assert "铁" in relatives()["镓"]


def test_the_part_that_is_no_radical_is_proposed():
    assert list(part_pairs(PARTS)) == [("镓", "家"), ("囮", "化"), ("家", "宀"), ("家", "豕")]
    assert radicals(PARTS, "钅氵") == {"镓": "钅"}


def test_characters_of_one_sound_are_proposed():
    lines = [
        "# kPhonetic",
        "U+609D\tkPhonetic\t789",
        "U+7406\tkPhonetic\t789 12",
        "U+7406\tkX\t789",
    ]
    assert set(phonetic_pairs(lines, {"理"})) == {("悝", "理"), ("理", "理")}


def test_the_hand_written_list_is_read():
    assert list(listed_pairs("# remark\n化: 囮 花\n\n的: 嘚\n")) == [
        ("囮", "化"),
        ("花", "化"),
        ("嘚", "的"),
    ]


def test_a_table_keeps_rare_characters_for_common_ones():
    sources = {"l": [("囮", "化"), ("的", "化"), ("化", "囮")], "p": [("镓", "家"), ("囮", "化")]}
    written = table(sources, {"镓": "钅"}, background_ngrams())
    assert written == "囮\t化l\t\n镓\t家p\t钅\n"
