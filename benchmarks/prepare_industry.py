"""Rebuild the weights that infer a record's industry.

`DUIJIE_DATA=… python -m benchmarks.prepare_industry` writes industry.npz and its card into
matcher/fields/data. Class names come from taxonomy/gbt4754_2017; words and texts were written for
this project and lie in benchmarks/industry_texts. One thread, about half a minute.
"""

import csv
import hashlib
import json
import math
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import normalize

from benchmarks.measuring import data_folder
from matcher.fields.industry import division_section
from matcher.fields.industry_model import (
    LONGEST,
    SHORTEST,
    WEIGHTS,
    IndustryModel,
    Vocabulary,
)
from matcher.text.segment import JiebaSegmenter

SAMPLE = Path(__file__).parents[1] / "service" / "sample"
HERE = Path(__file__).parent / "industry_texts"
OUT = Path(__file__).parents[1] / "matcher" / "fields" / "data"
TEXT_WEIGHT, PENALTY, FOLDS = 3.0, 10.0, 4
SHARPENING = 2.2
"""Unit vectors keep the scores small; sharper shares add up better to sections' shares."""


GENERIC = frozenset(("系统", "技术", "研究", "开发", "应用", "项目", "关键", "产业化", "研发"))
"""Words of any proposal; 系统 alone would make everything software."""


class Labelled(NamedTuple):
    """A text and its division."""

    division: str
    text: str
    weight: float = 1.0


def written_texts(part: str) -> list[Labelled]:
    """The texts of this project: part `fit` or `test`, which share no topic."""
    rows = (line.split("\t") for line in (HERE / "texts.tsv").read_text("utf-8").splitlines())
    return [Labelled(division, text) for division, split, text in rows if split == part]


def sample_texts() -> list[tuple[str, Labelled]]:
    """The bundled sample with a topic each: records that a judgement joins share one."""
    rows = [row for name in ("needs", "achievements") for row in _sample_rows(name)]
    topic = {row[0]: row[0] for row in rows}

    def find(one: str) -> str:
        while topic[one] != one:
            one = topic[one]
        return one

    for line in (SAMPLE / "qrels.jsonl").read_text("utf-8").splitlines():
        judged = json.loads(line)
        if judged["level"] > 1:
            topic[find(judged["achievement"])] = find(judged["need"])
    return [(find(id_), Labelled(by_name()[trade], text)) for id_, text, trade in rows]


def _sample_rows(name: str) -> list[tuple[str, str, str]]:
    """Id, text and industry; read here, since an import needs the weights that are made here."""
    with (SAMPLE / f"{name}.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.reader(stream))
    trade = rows[0].index("所属行业")
    return [(row[0], f"{row[1]}。{row[2]}", row[trade]) for row in rows[1:]]


def halves(texts: Iterable[tuple[str, Labelled]]) -> tuple[list[Labelled], list[Labelled]]:
    """Split by topic, one to calibrate with and one to measure."""
    parts: tuple[list[Labelled], list[Labelled]] = ([], [])
    for topic, one in texts:
        parts[hashlib.sha256(topic.encode()).digest()[0] % 2].append(one)
    return parts


def by_name() -> dict[str, str]:
    """Name -> division of two digits."""
    divisions = json.loads((OUT / "industries.json").read_text("utf-8"))["divisions"]
    return {name: code for code, (_, name) in divisions.items()}


def seeds(taxonomy: Path) -> Iterator[Labelled]:
    """Names of the standard's classes, and the words written down for each division."""
    for row in _tree(taxonomy):
        if row["level"] != "1":
            yield Labelled(row["code"][1:3], row["name"])
    listed = json.loads((HERE / "division_words.json").read_text("utf-8"))
    for division, words in listed.items():
        yield from (Labelled(division, word) for word in words.split())


def _tree(taxonomy: Path) -> list[dict[str, str]]:
    with (taxonomy / "gbt4754_2017" / "gbt4754_2017.csv").open(encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


def fit(texts: Sequence[Labelled]) -> IndustryModel:
    """Multinomial logistic regression over unit tf-idf vectors, in 8 bits a weight."""
    cut = JiebaSegmenter().tokens
    seen = {token.word for one in texts for token in cut(one.text)}
    seen |= {one.text.lower() for one in texts}
    vocabulary = Vocabulary(word for word in seen - GENERIC if SHORTEST <= len(word) <= LONGEST)
    vectoriser = DictVectorizer(dtype=np.float64)
    found = vectoriser.fit_transform([_damped(one.text, vocabulary) for one in texts])
    frequencies = np.asarray((found > 0).sum(axis=0)).ravel()
    idf = np.log(1 + len(texts) / frequencies)
    model = LogisticRegression(C=PENALTY, max_iter=60, tol=1e-3)
    model.fit(
        normalize(found.multiply(idf).tocsr()),
        np.array([one.division for one in texts]),
        sample_weight=np.array([one.weight for one in texts]),
    )
    weights = model.coef_.T * SHARPENING
    scales = np.maximum(np.abs(weights).max(axis=1), 1e-9) / 127
    return IndustryModel(
        divisions=tuple(model.classes_.tolist()),
        rows={word: at for at, word in enumerate(vectoriser.get_feature_names_out())},
        weights=np.round(weights / scales[:, None]).astype(np.int8),
        scales=scales.astype(np.float32),
        idf=idf.astype(np.float32),
        bias=(model.intercept_ * SHARPENING).astype(np.float32),
        calibration=np.array([[1.0, 0.0], [1.0, 0.0]]),
    )


def _damped(text: str, vocabulary: Vocabulary) -> dict[str, float]:
    return {word: 1 + math.log(count) for word, count in vocabulary.count([text]).items()}


class Judged(NamedTuple):
    """What a model makes of a text: its best division and section, with their shares."""

    true: str
    best: str
    share: float
    section: str
    section_share: float
    among_three: bool


def judged(model: IndustryModel, texts: Iterable[Labelled]) -> list[Judged]:
    """Judge texts; one without a known word gets an empty division."""
    rows = []
    for one in texts:
        shares = model.shares([one.text])
        if shares is None:
            rows.append(Judged(one.division, "", 0.0, "", 0.0, False))
            continue
        ranked = [model.divisions[at] for at in np.argsort(-shares, kind="stable")]
        sections: Counter[str] = Counter()
        for code, share in zip(model.divisions, shares.tolist(), strict=True):
            sections[division_section(code)] += share
        (section, section_share), *_ = sections.most_common(1)
        among = one.division in ranked[:3]
        top = float(shares.max())
        rows.append(Judged(one.division, ranked[0], top, section, section_share, among))
    return rows


def calibrate(groups: Sequence[Sequence[Judged]]) -> NDArray[np.float64]:
    """Slope and offset for divisions and sections (Platt 1999); each group weighs the same."""
    rows = [row for group in groups for row in group]
    weights = np.concatenate([np.full(len(group), 1 / len(group)) for group in groups])
    found = []
    for share, right in (
        ([row.share for row in rows], [row.best == row.true for row in rows]),
        (
            [row.section_share for row in rows],
            [row.section == division_section(row.true) for row in rows],
        ),
    ):
        clipped = np.clip(share, 1e-6, 1 - 1e-6)
        odds = np.log(clipped / (1 - clipped))[:, None]
        platt = LogisticRegression(C=1e6).fit(odds, right, sample_weight=weights * len(rows))
        found.append([platt.coef_[0, 0], platt.intercept_[0]])
    return np.array(found)


def main() -> int:
    """Fit, calibrate, write."""
    data = data_folder()
    if data is None:
        return 1
    base = list(seeds(data / "taxonomy"))
    texts = [one._replace(weight=TEXT_WEIGHT) for one in written_texts("fit")]
    held_out: list[Judged] = []
    for fold in range(FOLDS):
        kept = [one for at, one in enumerate(texts) if at % FOLDS != fold]
        held_out += judged(fit([*base, *kept]), texts[fold::FOLDS])
    model = fit([*base, *texts])
    calibration = calibrate([held_out, judged(model, halves(sample_texts())[0])])
    packed = replace(model, calibration=calibration).packed()
    (OUT / WEIGHTS).write_bytes(packed)
    card = {
        "name": WEIGHTS,
        "kind": "multinomial logistic regression over words, int8",
        "divisions": len(model.divisions),
        "words": len(model.rows),
        "calibration": calibration.round(3).tolist(),
        "licence": "Apache-2.0",
        "trained_on": "names of GB/T 4754-2017 classes; words and texts written for this project",
        "calibrated_on": "half of the bundled sample's topics; held-out texts of this project",
        "rebuild": "DUIJIE_DATA=… python -m benchmarks.prepare_industry",
        "sha256": hashlib.sha256(packed).hexdigest(),
    }
    shown = json.dumps(card, ensure_ascii=False, indent=1)
    (OUT / "industry.card.json").write_text(shown + "\n", "utf-8")
    print(shown)
    return 0


if __name__ == "__main__":
    sys.exit(main())
