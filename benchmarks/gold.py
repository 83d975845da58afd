"""The gold set: lists over the whole pool, levels, requirements, verdicts, evidence.

`python -m benchmarks.gold [--part dev|test] [--encoder NAME]`. The test part is for the figures
that are published; whatever is chosen is chosen on dev.
"""

import argparse
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer

from benchmarks.measuring import table
from benchmarks.speed import Records
from indexing.bundle import Bundle
from matcher.config import MatchConfig
from matcher.documents import Document
from matcher.embed import Embedder
from matcher.evaluation.report import Figure, level_figures, ranking_figures
from matcher.evaluation.requirements import extraction, indicator_reading
from matcher.evaluation.verdicts import evidence_score, verdict_scores
from matcher.fit import Fit
from matcher.gold import Gold, read_gold
from matcher.indexer import create, update
from matcher.pipeline import Matcher, SearchSide
from matcher.quantities import Indicator, asked_number, find_indicators
from matcher.reading.closely import CloseReader
from matcher.scoring import score_pairs
from matcher.text.segment import JiebaSegmenter
from matcher.types import Need, Requirement, Verdict
from matcher.weighing.gold_pairs import compare_gold_pairs, read_gold_pairs
from matcher.weight_file import Weights
from models.registry import DEFAULT_ENCODER, load_encoder
from service.bootstrap import make_embedder, make_reader

DEEP = 50
Lists = dict[str, list[str]]


def main(arguments: Sequence[str] = ()) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--part", choices=["train", "dev", "test"], default="dev")
    parser.add_argument("--encoder", default=DEFAULT_ENCODER)
    options = parser.parse_args(arguments)
    gold, segmenter = read_gold([options.part]), JiebaSegmenter()
    weights = Weights.shipped(options.encoder)
    embedder = make_embedder(load_encoder(options.encoder), weights)
    bundle = create("achievement", embedder, segmenter)
    update(bundle, gold.pool, [], embedder, segmenter)
    reader = make_reader(weights)
    _lists(gold, bundle, embedder, weights, reader, segmenter)
    _levels(gold, embedder, weights, reader, segmenter)
    _requirements(gold, reader, segmenter)
    _verdicts(gold, reader, embedder, segmenter)


def _lists(
    gold: Gold,
    bundle: Bundle,
    embedder: Embedder,
    weights: Weights,
    reader: CloseReader,
    segmenter: JiebaSegmenter,
) -> None:
    side = SearchSide(bundle, Records(list(gold.pool)))
    needs = [one.need for one in gold.needs]

    def ranked(config: MatchConfig, k: int) -> Lists:
        matcher = Matcher({"achievement": side}, embedder, segmenter, weights, config, reader)
        return {
            need.id: [match.record.id for match in matcher.match(need, k=k).matches]
            for need in needs
        }

    plain = MatchConfig()
    runs: dict[str, Callable[[], Lists]] = {
        "TF-IDF, character pairs": lambda: _tfidf(gold),
        "BM25": lambda: ranked(replace(plain, dense=False, rerank=0), DEEP),
        f"dense, {embedder.encoder.name}": lambda: ranked(
            replace(plain, lexical=False, rerank=0), DEEP
        ),
        "fused": lambda: ranked(replace(plain, rerank=0), DEEP),
        "compared": lambda: ranked(replace(plain, read=0), DEEP),
        "read (the list)": lambda: ranked(plain, 10),
    }
    rows = {}
    for name, run in runs.items():
        found = ranking_figures(run(), gold.levels)
        deep = _cell(found["recall@50"]) if not name.startswith("read") else ""
        rows[name] = {
            "nDCG@10": _cell(found["ndcg@10"]),
            "P@5": _cell(found["p@5"]),
            "MRR@10": _cell(found["mrr@10"]),
            "recall@50": deep,
        }
    table(f"lists, {len(needs)} needs × {len(gold.pool):,}", rows)


def _tfidf(gold: Gold) -> Lists:
    ids = [one.id for one in gold.pool]
    turn = TfidfVectorizer(analyzer="char", ngram_range=(2, 2), sublinear_tf=True)
    pool = turn.fit_transform(f"{one.title}\n{one.text}" for one in gold.pool)
    asked = turn.transform(f"{one.need.title}\n{one.need.text}" for one in gold.needs)
    scores = (asked @ pool.T).toarray()
    return {
        one.need.id: [ids[at] for at in np.argsort(-row, kind="stable")[:DEEP]]
        for one, row in zip(gold.needs, scores, strict=True)
    }


def _levels(
    gold: Gold,
    embedder: Embedder,
    weights: Weights,
    reader: CloseReader,
    segmenter: JiebaSegmenter,
) -> None:
    needs = {one.need.id: one.need for one in gold.needs}
    offered = {one.id: one for one in gold.achievements}
    pairs = [(needs[one.need], offered[one.achievement]) for one in gold.pairs]
    rows = {}
    for name, by in (("compared", None), ("read", reader)):
        fits: list[Fit] = score_pairs(pairs, embedder, segmenter, weights, by)
        judged = [(pair.need, pair.level, fit) for pair, fit in zip(gold.pairs, fits, strict=True)]
        rows[name] = {at: _cell(one) for at, one in level_figures(judged).items()}
    table(f"levels of {len(pairs):,} graded pairs", rows)


def _requirements(gold: Gold, reader: CloseReader, segmenter: JiebaSegmenter) -> None:
    documents = [Document.of(one.need, segmenter) for one in gold.needs]
    asked = reader.asked(documents)
    marked = {one.need.id: one.requirements for one in gold.needs}
    found = {one.need.id: given.requirements for one, given in zip(gold.needs, asked, strict=True)}
    result = extraction(found, marked)
    overall = result.overall
    row = {
        "F1": _cell(result.f1),
        "precision": f"{overall.precision:.3f}",
        "recall": f"{overall.recall:.3f}",
        "right kind": f"{result.kind_accuracy:.3f}",
    }
    table(f"requirements, {overall.gold} marked", {"spans (overlap ≥ .5)": row})
    kinds = {
        kind: {"F1": f"{one.f1:.3f}", "marked": str(one.gold)}
        for kind, one in result.by_kind.items()
    }
    table("by kind", kinds)
    read = indicator_reading(
        [_reading(one.need, r) for one in gold.needs for r in one.requirements]
    )
    table(
        f"indicators, {read.count} marked",
        {
            "read": {
                "exact": f"{read.exact:.3f}",
                "comparator": f"{read.comparator:.3f}",
                "value": f"{read.value:.3f}",
                "unit": f"{read.unit:.3f}",
            }
        },
    )


def _reading(need: Need, requirement: Requirement) -> tuple[Indicator | None, Indicator | None]:
    place = requirement.span
    read = asked_number(find_indicators(need.text), place.start, place.end)
    return read, requirement.indicator


def _verdicts(
    gold: Gold, reader: CloseReader, embedder: Embedder, segmenter: JiebaSegmenter
) -> None:
    read = read_gold_pairs(compare_gold_pairs(gold, embedder, segmenter), reader)
    both = [
        two for pair, close in read for two in zip(pair.verdicts, close.read.verdicts, strict=True)
    ]
    scores = verdict_scores([one.name for one, _ in both], [other.name for _, other in both])
    clauses = evidence_score(both)
    proof = evidence_score(
        [
            (true, in_sentences(given, close.read.achievement))
            for pair, close in read
            for true, given in zip(pair.verdicts, close.read.verdicts, strict=True)
        ]
    )
    row = {
        "macro-F1": f"{scores.macro_f1:.3f}",
        "accuracy": f"{scores.accuracy:.3f}",
        **{f"F1 {name}": f"{one.f1:.3f}" for name, one in scores.by_name.items()},
        "sentence right": f"{proof.accuracy:.3f} of {proof.count}",
        "clause right": f"{clauses.accuracy:.3f}",
    }
    table(f"verdicts, {len(both):,}", {"with the marked requirements": row})
    print("confusion (missing, partly, met):", scores.confusion)


def in_sentences(verdict: Verdict, achievement: Document) -> Verdict:
    """Widen what a verdict quotes, clauses, to the sentences in which they stand."""
    places = [achievement.place(one) for one in verdict.evidence]
    homes = tuple(
        achievement.span(start, end)
        for start, end in achievement.sentences
        if any(start < last and first < end for first, last in places)
    )
    return replace(verdict, evidence=homes)


def _cell(one: Figure) -> str:
    return f"{one.value:.3f} [{one.low:.3f}, {one.high:.3f}]"


if __name__ == "__main__":
    main(sys.argv[1:])
