"""Real needs and achievement titles (CCF BDCI 2019, competition 359): no training on them at all.

Ranked are each need's judged achievements; levels count as gains 2^(level-1) - 1.
"""

import csv
from collections import defaultdict
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from benchmarks.measuring import data_folder, duijie, table, write_lines
from matcher.documents import Document
from matcher.evaluation.metrics import ndcg
from matcher.evaluation.report import Figure
from matcher.indexer import create, update
from matcher.text.segment import JiebaSegmenter
from matcher.types import Achievement, Need
from matcher.weight_file import Weights
from models.registry import shipped_names
from service.bootstrap import load_encoder, make_embedder
from service.settings import load_settings


def main() -> None:
    """Evaluate through the command line, and each part by itself."""
    data = data_folder()
    if data is None:
        return
    csv.field_size_limit(10**9)
    needs = _rows(data / "bdci359" / "needs.csv")
    pairs = _rows(data / "bdci359" / "pairs.csv")
    known = {row["need_id"] for row in needs}
    pairs = [row for row in pairs if row["need_id"] in known]
    with TemporaryDirectory() as folder:
        files = _files(Path(folder), needs, pairs)
        rows: dict[str, dict[str, str]] = {}
        for name in shipped_names():
            for part, figure in _parts(name, needs, pairs).items():
                rows[part] = {"nDCG@10": _shown(figure), "P@5": "", "1/(1+MAE)": "", "ECE": ""}
            found = duijie(
                "evaluate",
                *files,
                "--candidates",
                "judged",
                "--encoder",
                name,
                home=Path(folder) / "home",
            )["figures"]
            rows[f"**match, {name}**"] = {
                "nDCG@10": _cell(found["ndcg@10"]),
                "P@5": _cell(found["p@5"]),
                "1/(1+MAE)": _cell(found["1/(1+mae)"]),
                "ECE": _cell(found["ece"]),
            }
    table("bdci359, judged candidates", rows)


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def _files(folder: Path, needs: list[dict[str, str]], pairs: list[dict[str, str]]) -> list[str]:
    need_file = write_lines(
        folder / "needs.jsonl",
        ({"id": row["need_id"], "title": row["title"], "text": _text(row)} for row in needs),
    )
    achievement_file = write_lines(
        folder / "achievements.jsonl",
        (
            {"id": row["achievement_id"], "title": row["achievement_title_terms"]}
            for row in {row["achievement_id"]: row for row in pairs}.values()
        ),
    )
    qrels = write_lines(
        folder / "qrels.jsonl",
        (
            {
                "need": row["need_id"],
                "achievement": row["achievement_id"],
                "level": int(row["level"]),
            }
            for row in pairs
        ),
    )
    names = ("--needs", "--achievements", "--qrels")
    return [
        cell
        for pair in zip(names, map(str, (need_file, achievement_file, qrels)), strict=True)
        for cell in pair
    ]


def _text(row: dict[str, str]) -> str:
    return row["text"].replace("\\n", "\n")


def _parts(
    name: str, needs: list[dict[str, str]], pairs: list[dict[str, str]]
) -> dict[str, Figure]:
    """BM25 and dense alone, over the same candidates."""
    encoder = load_encoder(load_settings(encoder=name))
    embedder = make_embedder(encoder, Weights.shipped(name))
    segmenter = JiebaSegmenter()
    bundle = create("achievement", embedder, segmenter)
    titles = {row["achievement_id"]: row["achievement_title_terms"] for row in pairs}
    update(
        bundle,
        [Achievement(id=id_, title=title) for id_, title in titles.items()],
        [],
        embedder,
        segmenter,
    )
    judged: dict[str, dict[str, int]] = defaultdict(dict)
    for row in pairs:
        judged[row["need_id"]][row["achievement_id"]] = int(row["level"])
    scores: dict[str, list[float]] = {"BM25": [], f"dense, {name}": []}
    for row in needs:
        levels = judged.get(row["need_id"], {})
        if not levels or max(levels.values()) < 2:
            continue
        need = Document.of(Need(id="", title=row["title"], text=_text(row)), segmenter)
        rows = bundle.rows(list(levels))
        cosines = bundle.vectors(rows) @ embedder.vectors([need])[0]
        allowed = np.zeros(int(rows.max()) + 1, dtype=np.bool_)
        allowed[rows] = True
        hits = bundle.lexical_search(need.words, len(rows), allowed)
        bm25 = dict(zip(bundle.ids(hits.rows), hits.scores.tolist(), strict=True))
        by_cosine = dict(zip(levels, cosines.tolist(), strict=True))
        for part, given in (("BM25", bm25), (f"dense, {name}", by_cosine)):
            ranked = sorted(levels, key=lambda id_: -given.get(id_, 0.0))
            scores[part].append(ndcg([levels[id_] for id_ in ranked], list(levels.values()), 10))
    return {part: Figure.of(values) for part, values in scores.items()}


def _shown(figure: Figure) -> str:
    return f"{figure.value:.3f} [{figure.low:.3f}, {figure.high:.3f}]"


def _cell(figure: dict[str, float]) -> str:
    return _shown(Figure(**figure))
