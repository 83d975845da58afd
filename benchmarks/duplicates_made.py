"""The made set: true pairs by editing, hard non-pairs by changing what a record is about.

Everything comes from texts that were written for this project: the bundled sample, and templates
with lists of products. Bases are split into fit and test, categories of products too, so that no
record, template or product of the test was seen in fitting.
"""

import csv
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from rapidfuzz import fuzz, process

import service
from benchmarks.duplicates_edits import EDITS, reword, split, tables
from matcher.duplicates.lexicon import shipped_lexicon
from matcher.types import Achievement

SAMPLE = Path(service.__file__).with_name("sample")
TEST_CATEGORIES = frozenset({"crop", "pollutant", "part", "battery", "herb", "food", "civil"})
PAIRS_A_BASE = 3
LIGHT = ("reworded_text", "boilerplate", "other_units", "reordered")
"""Edits that the other copy has sometimes had as well."""


@dataclass(frozen=True, slots=True)
class MadePair:
    """Two records, whether they are the same thing, and how they were made."""

    left: Achievement
    right: Achievement
    same: bool
    kind: str
    is_test: bool


def made_pairs(seed: int = 0) -> list[MadePair]:
    """Make the set; the same seed gives the same set."""
    rng = random.Random(seed)
    bases = [*_sample_bases(), *_template_bases(rng)]
    pairs = [pair for one, is_test in bases for pair in _true_pairs(one, is_test, rng)]
    pairs += _template_non_pairs(rng)
    pairs += [pair for one, is_test in bases for pair in _changed(one, is_test, rng)]
    pairs += _neighbours(bases, rng)
    return pairs


def _sample_bases() -> Iterator[tuple[Achievement, bool]]:
    """Sample records with title and text; needs are read as achievements, the form is alike."""
    at = 0
    for name, number, title, text, owner in (
        ("achievements.csv", "成果编号", "成果名称", "成果简介", "完成单位"),
        ("needs.csv", "需求编号", "需求名称", "需求描述", "单位名称"),
    ):
        with (SAMPLE / name).open(encoding="utf-8-sig", newline="") as lines:
            for row in csv.DictReader(lines):
                if row[title] and len(row[text]) >= 60:
                    at += 1
                    yield (
                        Achievement(
                            id=row[number], title=row[title], text=row[text], owner=row[owner]
                        ),
                        at % 2 == 0,
                    )


def _template_bases(rng: random.Random) -> Iterator[tuple[Achievement, bool]]:
    for template in tables()["templates"]:
        product = rng.choice(tables()["products"][template["c"]])
        yield _fill(template, product, rng), template["c"] in TEST_CATEGORIES


def _fill(template: dict[str, object], product: str, rng: random.Random) -> Achievement:
    sentences = "".join(map(str, template["s"]))  # type: ignore[call-overload]
    values = {"p": product, "a": rng.randint(60, 98), "b": rng.randint(2, 49)}
    return Achievement(
        id="",
        title=str(template["t"]).format(**values),
        text=sentences.format(**values),
        owner=rng.choice(tables()["owners"]),
        published=date(rng.randint(2020, 2025), 5, 1),
    )


def _true_pairs(one: Achievement, is_test: bool, rng: random.Random) -> Iterator[MadePair]:
    for kind in rng.sample(sorted(EDITS), PAIRS_A_BASE):
        edited = EDITS[kind](one, rng)
        left = EDITS[rng.choice(LIGHT)](one, rng) if rng.random() < 0.3 else one
        yield MadePair(left, _other_owner_form(edited, rng), True, kind, is_test)


def _other_owner_form(one: Achievement, rng: random.Random) -> Achievement:
    """The owner as another source gives it: not at all, with a department, or as it is."""
    chance = rng.random()
    if chance < 0.25:
        return replace(one, owner="")
    return replace(one, owner=one.owner + "机械工程学院") if chance < 0.35 else one


def _template_non_pairs(rng: random.Random) -> Iterator[MadePair]:
    """Two products in one template: same pattern, same or other numbers and owner."""
    for template in tables()["templates"]:
        products = tables()["products"][template["c"]]
        is_test = template["c"] in TEST_CATEGORIES
        for at, product in enumerate(products):
            for other in products[at + 1 :]:
                left, right = _fill(template, product, rng), _fill(template, other, rng)
                if rng.random() < 0.5:
                    right = replace(right, text=left.text.replace(product, other))
                yield MadePair(
                    left, _any_owner(left, right, rng), False, "template_product", is_test
                )
                if rng.random() < 0.4:  # a text that never names its product
                    text = "".join(map(str, template["s"])).replace("{p}", "产品")
                    text = text.format(a=rng.randint(60, 98), b=rng.randint(2, 49))
                    bare = [replace(one, text=text) for one in (left, right)]
                    yield MadePair(bare[0], bare[1], False, "template_same_text", is_test)
                if rng.random() < 0.4:  # a title that does not name it
                    kind = tables()["kinds"][template["c"]]
                    title = str(template["t"]).format(p=kind)
                    text = left.text.replace(product, other)
                    pair = replace(left, title=title), replace(left, title=title, text=text)
                    yield MadePair(*pair, False, "product_in_text", is_test)
                if rng.random() < 0.3:
                    short = [left, replace(right, text="")]
                    yield MadePair(short[0], short[1], False, "template_title_only", is_test)


def _any_owner(left: Achievement, right: Achievement, rng: random.Random) -> Achievement:
    return replace(right, owner=rng.choice([left.owner, left.owner, right.owner, ""]))


def _changed(one: Achievement, is_test: bool, rng: random.Random) -> Iterator[MadePair]:
    """A record and its like of another size, part, year or model."""
    for kind, maker in (
        ("size_in_title", _size), ("series", _series), ("later_part", _later_part),
        ("year", _year), ("model", _model), ("size_in_text", _size_in_text),
        ("opposite", _opposite), ("generic_title", _generic),
    ):  # fmt: skip
        if rng.random() < 0.75:
            made = maker(one, rng)
            if made is not None:
                left, right = made
                if rng.random() < 0.3:
                    right = replace(right, text=reword(right.text, rng, 0.3))
                if rng.random() < 0.15:
                    right = replace(right, text="")
                if kind in ("size_in_text", "generic_title") and not right.text:
                    continue
                yield MadePair(left, right, False, kind, is_test)


Two = tuple[Achievement, Achievement] | None


def _size(one: Achievement, rng: random.Random) -> Two:
    unit = rng.choice(["kW", "mm", "t", "kV", "L", "MPa", "m³", "Ah", "吨", "米", "%"])
    first, second = rng.sample([1, 2, 5, 8, 10, 15, 20, 35, 50, 100, 110, 220, 500], 2)
    front = rng.random() < 0.5
    titles = [
        f"{n}{unit}{one.title}" if front else f"{one.title}{n}{unit}" for n in (first, second)
    ]
    return replace(one, title=titles[0]), replace(one, title=titles[1])


def _series(one: Achievement, rng: random.Random) -> Two:
    forms = tables()["series"]
    first, second = rng.choice(forms)
    return replace(one, title=one.title + first), replace(one, title=one.title + second)


def _later_part(one: Achievement, rng: random.Random) -> Two:
    return one, replace(one, title=one.title + rng.choice(tables()["series"])[1])


def _year(one: Achievement, rng: random.Random) -> Two:
    first, second = rng.sample(range(2018, 2027), 2)
    made = [replace(one, title=f"{year}年{one.title}") for year in (first, second)]
    return made[0], made[1]


def _model(one: Achievement, rng: random.Random) -> Two:
    stem = rng.choice(["YX", "HT", "DL-", "GZ", "KM-", "TC", "SX"])
    first, second = rng.sample(range(10, 5000), 2)
    made = [replace(one, title=f"{stem}{number}{one.title}") for number in (first, second)]
    return made[0], made[1]


_NUMBER = re.compile(
    r"\d+(?:\.\d+)?(?=\s*(?:kW|mm|μm|℃|%|kg|t|MPa|min|h|kV|g|V|A|m|L)(?![A-Za-z]))"
)


def _size_in_text(one: Achievement, rng: random.Random) -> Two:
    """The same words, but at least three quantities, and half of them, are others."""
    found = list(_NUMBER.finditer(one.text))
    if len(found) < 3:
        return None
    text = one.text
    for at in sorted(rng.sample(range(len(found)), max(3, len(found) // 2)), reverse=True):
        value = float(found[at][0]) * rng.choice([0.4, 0.5, 1.6, 2, 3])
        text = f"{text[: found[at].start()]}{value:.4g}{text[found[at].end() :]}"
    return one, replace(one, text=text)


def _opposite(one: Achievement, rng: random.Random) -> Two:
    known = tables()["opposites"]
    pairs = [pair for pair in known if pair[0] in one.title]
    if pairs:
        word, against = rng.choice(pairs)
        return one, replace(one, title=one.title.replace(word, against))
    word, against = rng.choice([pair for pair in known if len(pair[0]) == 2])
    return replace(one, title=word + one.title), replace(one, title=against + one.title)


def _generic(one: Achievement, rng: random.Random) -> Two:
    """A title that says nothing, over two different texts with the same introduction."""
    title = rng.choice(["技术需求", "科技成果简介", "新产品开发", "关键技术攻关", "项目合作"])
    pieces = split(one.text)
    if len(pieces) < 4:
        return None
    half = len(pieces) // 2
    intro = "".join(rng.sample(tables()["long_boilerplate"], 3))
    left = replace(one, title=title, text=intro + "".join(pieces[:half]))
    return left, replace(one, title=title, text=intro + "".join(pieces[half:]))


def _neighbours(bases: list[tuple[Achievement, bool]], rng: random.Random) -> Iterator[MadePair]:
    """Records of the same part whose titles are the most alike, and any two of one owner."""
    for is_test in (False, True):
        pool = [one for one, part in bases if part is is_test]
        titles = [one.title for one in pool]
        for at, one in enumerate(pool):
            near = process.extract(one.title, titles, scorer=fuzz.ratio, limit=4)
            for _, _, to in near:
                if to > at:
                    yield MadePair(one, pool[to], False, "similar_title", is_test)
                if to != at and rng.random() < 0.2:
                    other_text = replace(one, text=pool[to].text)
                    yield MadePair(one, other_text, False, "same_title_other_text", is_test)
            other = rng.choice(pool)
            if other is not one:
                same_owner = replace(other, owner=one.owner)
                intro = "".join(rng.sample(tables()["long_boilerplate"], 3))
                pair = [replace(each, text=intro + each.text) for each in (one, same_owner)]
                yield MadePair(pair[0], pair[1], False, "same_introduction", is_test)
            word = _rarest(one.title, other.title)
            if word is not None:
                swapped = replace(
                    one,
                    title=one.title.replace(*word),
                    text=one.text.replace(*word) if rng.random() < 0.7 else one.text,
                )
                yield MadePair(one, swapped, False, "word_swapped", is_test)


def _rarest(title: str, other: str) -> tuple[str, str] | None:
    """The heaviest word of a title, and that of another title for its place."""
    lexicon = shipped_lexicon()
    found = []
    for text in (title, other):
        words = [token.word for token in lexicon.tokens(text)]
        words = [word for word in words if len(word) >= 2 and not word.isascii()]
        weighed = {word: lexicon.weight(word) for word in words if lexicon.weight(word) >= 4}
        if not weighed:
            return None
        found.append(max(weighed, key=lambda word: (weighed[word], word)))
    mine, theirs = found
    if set(mine) & set(theirs) or mine not in title:
        return None
    return mine, theirs
