"""Evaluates files in a home that is thrown away."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from matcher.config import MatchConfig
from matcher.errors import EvaluationError
from matcher.evaluation.outcome import Outcome, PairScore
from matcher.evaluation.report import Qrels, check_qrels
from matcher.fields.industry import read_industry
from matcher.fields.industry_names import division_name, section_name
from matcher.pipeline import Matcher
from matcher.types import Record
from service.evaluation.result import Candidates, Evaluation, Setup, Traits
from service.importer.run import import_file
from service.qrels import read_qrels
from service.settings import Home, Settings
from service.store.store import Store
from service.sync import bring_up_to_date

SHOWN = 10
"""Places that are ranked as `duijie match` ranks them when it is asked for ten."""
DEEPEST = 100
"""How far down a list is looked at, for recall@100."""
UNKNOWN_INDUSTRY = "未注明"

Progress = Callable[[str, float], None]
Scores = dict[str, dict[str, PairScore]]


class Files(NamedTuple):
    """What is evaluated: records of the asking and of the answering side, and judgements."""

    needs: Path
    achievements: Path
    qrels: Path


def evaluate_files(
    settings: Settings,
    parts: Any,
    files: Files,
    *,
    candidates: Candidates,
    fast: bool,
    program: str,
    progress: Progress,
) -> Evaluation:
    """Import, index, match and compare with judgements.

    Args:
        settings: Which encoder; its home is left alone but for fitted weights.
        parts: The composition root.
        files: Records and judgements.
        candidates: What is ranked for a need: everything, or what was judged for it.
        fast: Rank by the first fit.
        program: The version to note down.
        progress: Called with the step and the share of it that is done.

    Raises:
        EvaluationError: judgements name records that are not in the files.
    """
    levels = read_qrels(files.qrels)
    check_qrels(levels)
    with TemporaryDirectory() as folder:
        throwaway = Home(Path(folder))
        with Store.open(throwaway.database) as store:
            for side, file in (("need", files.needs), ("achievement", files.achievements)):
                import_file(store, file, side, rejects_folder=throwaway.rejects)  # type: ignore[arg-type]
            _check_known(store, levels)
            fingerprint = ""
            if candidates == "judged":
                scores = _judge(store, levels, parts.make_scorer(settings), progress)
                run = {need: _ranked(judged) for need, judged in scores.items()}
            else:
                matcher = _indexed(settings, parts, store, throwaway, fast=fast, progress=progress)
                fingerprint = matcher.fingerprint("achievement")
                scores = _judge(store, levels, parts.scorer_of(matcher), progress)
                run = _lists(store, levels, matcher, progress)
            pool = [one.id for one in store.iterate("achievement")]
            traits = _traits(store, levels)
    setup = Setup(
        made=datetime.now(UTC),
        program=program,
        encoder=_encoder_name(settings),
        candidates=candidates,
        fast=fast and candidates == "all",
        fingerprint=fingerprint,
        pool=hashlib.sha256("\n".join(sorted(pool)).encode()).hexdigest()[:16],
        achievements=len(pool),
    )
    return Evaluation(setup, Outcome(levels, run, scores), traits)


def _encoder_name(settings: Settings) -> str:
    from models.registry import DEFAULT_ENCODER

    # of an encoder in a folder only the folder's name: a path tells of the machine
    return Path(settings.encoder).name or DEFAULT_ENCODER


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
    config = MatchConfig(rerank=0, read=0) if fast else MatchConfig()
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
    score: Callable[[list[Any]], Sequence[Any]],
    progress: Progress,
) -> Scores:
    scores: Scores = {}
    for at, (need_id, judged) in enumerate(levels.items()):
        need = store.get("need", need_id)
        offered = store.get_many("achievement", list(judged))
        fits = score([(need, one) for one in offered])
        scores[need_id] = {
            one.id: PairScore.of(fit) for one, fit in zip(offered, fits, strict=True)
        }
        progress("逐对打分", (at + 1) / len(levels))
    return scores


def _ranked(judged: dict[str, PairScore]) -> list[str]:
    return sorted(judged, key=lambda id_: (-judged[id_].score, id_))


def _lists(
    store: Store, levels: Qrels, matcher: Matcher, progress: Progress
) -> dict[str, list[str]]:
    """Rank the first places as people see them, and the places below without a closer reading.

    To read a hundred records closely would take minutes, and would show a better list than the one
    that people get.
    """
    config = replace(matcher.config, rerank=min(1, matcher.config.rerank) * DEEPEST, read=0)
    deeper = Matcher(matcher.sides, matcher.embedder, matcher.segmenter, matcher.weights, config)
    run = {}
    for at, need_id in enumerate(levels):
        need: Any = store.get("need", need_id)
        answers = matcher.match(need, k=SHOWN), deeper.match(need, k=DEEPEST)
        ids = [match.record.id for answer in answers for match in answer.matches]
        run[need_id] = list(dict.fromkeys(ids))[:DEEPEST]
        progress("排序", (at + 1) / len(levels))
    return run


def _traits(store: Store, levels: Qrels) -> Traits:
    needs = store.get_many("need", list(levels))
    offered = store.get_many(
        "achievement", list({id_ for judged in levels.values() for id_ in judged})
    )
    return Traits(
        {one.id: _industry(one) for one in needs},
        {one.id: len(one.title) + len(one.text) for one in needs},
        {one.id: len(one.title) + len(one.text) for one in offered},
    )


def _industry(record: Record) -> str:
    """Name the division (大类) of the national classification, or as much as is known."""
    read = read_industry(record)
    if read is None:
        return record.industry or UNKNOWN_INDUSTRY
    return division_name(read.division) or section_name(read.section) or read.raw
