"""Evaluates the whole way, from files to lists, in a home that is thrown away."""

import math
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from matcher.config import MatchConfig
from matcher.errors import EvaluationError
from matcher.evaluation.report import Figure, Qrels, check_qrels, level_figures, ranking_figures
from matcher.fit import Fit
from matcher.pipeline import Matcher
from matcher.types import Achievement, Need
from service.importer.run import import_file
from service.qrels import read_qrels
from service.settings import Home, Settings
from service.store.store import Store
from service.sync import bring_up_to_date

DEEPEST = 100
"""How far down a list is looked at, for recall@100."""

Progress = Callable[[str, float], None]


def evaluate_files(
    settings: Settings,
    parts: Any,
    *,
    needs: Path,
    achievements: Path,
    qrels: Path,
    judged_only: bool,
    fast: bool,
    progress: Progress,
) -> dict[str, Any]:
    """Import, index, match and compare with judgements.

    Args:
        settings: Which encoder; its home is left alone but for fitted weights.
        parts: The composition root.
        needs: Records of the asking side.
        achievements: Records of the answering side.
        qrels: Judgements.
        judged_only: Rank only what was judged for a need.
        fast: Rank by the first fit.
        progress: Called with the step and the share of it that is done.

    Raises:
        EvaluationError: judgements name records that are not in the files.
    """
    levels = read_qrels(qrels)
    check_qrels(levels)
    with TemporaryDirectory() as folder:
        throwaway = Home(Path(folder))
        with Store.open(throwaway.database) as store:
            for side, file in (("need", needs), ("achievement", achievements)):
                import_file(store, file, side, rejects_folder=throwaway.rejects)  # type: ignore[arg-type]
            _check_known(store, levels)
            if judged_only:
                fits = _judge(store, levels, parts.make_scorer(settings), progress)
                run = {need: _ranked(judged) for need, judged in fits.items()}
            else:
                matcher = _indexed(settings, parts, store, throwaway, fast=fast, progress=progress)
                fits = _judge(store, levels, parts.scorer_of(matcher), progress)
                run = _lists(store, levels, matcher, progress)
            counts = {"needs": len(levels), "achievements": store.count("achievement")}
    judged = [
        (need, levels[need][id_], fit) for need, by in fits.items() for id_, fit in by.items()
    ]
    figures = {**ranking_figures(run, levels), **level_figures(judged)}
    plain = {name: asdict(one) if isinstance(one, Figure) else one for name, one in figures.items()}
    return {**counts, "judgements": len(judged), "figures": _finite(plain)}


def _indexed(
    settings: Settings, parts: Any, store: Store, home: Home, *, fast: bool, progress: Progress
) -> Matcher:
    """Index the store into a home; the weights still come from the settings' own home."""
    bring_up_to_date(
        store,
        home,
        parts.make_indexer(settings),
        progress=lambda side, done, total: progress("索引", done / max(total, 1)),
    )
    config = replace(MatchConfig(), rerank=0) if fast else MatchConfig(rerank=DEEPEST)
    matcher: Matcher = parts.make_matcher(settings, store, config, index_home=home)
    return matcher


def _check_known(store: Store, levels: Qrels) -> None:
    wanted = {id_ for judged in levels.values() for id_ in judged}
    for name, side, ids in (("需求", "need", list(levels)), ("成果", "achievement", list(wanted))):
        there = {record.id for record in store.get_many(side, ids)}  # type: ignore[arg-type]
        absent = sorted(set(ids) - there)
        if absent:
            raise EvaluationError(
                f"标注中有 {len(absent)} 个{name}编号不在文件里，例如 {absent[0]}；请核对编号。"
            )


def _judge(
    store: Store,
    levels: Qrels,
    score: Callable[[list[tuple[Need, Achievement]]], list[Fit]],
    progress: Progress,
) -> dict[str, dict[str, Fit]]:
    fits: dict[str, dict[str, Fit]] = {}
    for at, (need_id, judged) in enumerate(levels.items()):
        need = store.get("need", need_id)
        offered = store.get_many("achievement", list(judged))
        pairs = [(need, one) for one in offered]
        given = score(pairs)  # type: ignore[arg-type]
        fits[need_id] = {one.id: fit for one, fit in zip(offered, given, strict=True)}
        progress("逐对打分", (at + 1) / len(levels))
    return fits


def _ranked(judged: dict[str, Fit]) -> list[str]:
    return sorted(judged, key=lambda id_: (-judged[id_].log_odds, id_))


def _lists(
    store: Store, levels: Qrels, matcher: Matcher, progress: Progress
) -> dict[str, list[str]]:
    run = {}
    for at, need_id in enumerate(levels):
        need = store.get("need", need_id)
        answer = matcher.match(need, k=DEEPEST)  # type: ignore[arg-type]
        run[need_id] = [match.record.id for match in answer.matches]
        progress("排序", (at + 1) / len(levels))
    return run


def _finite(figures: dict[str, Any]) -> dict[str, Any]:
    """Leave out what is not a number: JSON has no word for it."""
    return {
        name: one
        for name, one in figures.items()
        if math.isfinite(one["value"] if isinstance(one, dict) else one)
    }
