"""Keeps an evaluation as JSON, without any text, so that a later one can be compared with it."""

import json
import os
from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError, model_validator

from matcher.evaluation import metrics
from matcher.evaluation.outcome import Outcome, PairScore
from matcher.types import Level
from service.errors import FileMissingError, UnknownFormatError
from service.evaluation.result import Candidates, Earlier, Evaluation, Setup

Share = Annotated[float, Field(ge=-1e-9, le=1 + 1e-9)]
"""A probability, with what a floating-point sum may lack or have too much."""
LevelNumber = Literal[1, 2, 3, 4]


class SavedPair(BaseModel):
    """One judged pair: the true level, the shown one, P(level >= 3), P(level) for 1 to 4."""

    model_config = ConfigDict(frozen=True)

    truth: LevelNumber
    level: LevelNumber
    score: Share
    probabilities: tuple[Share, Share, Share, Share]


class SavedNeed(BaseModel):
    """One need: its list, best first, its judged pairs by achievement, its own figures."""

    model_config = ConfigDict(frozen=True)

    ranked: list[str]
    pairs: Annotated[dict[str, SavedPair], Field(min_length=1)]
    figures: dict[str, float] = {}


class SavedRun(BaseModel):
    """The whole file."""

    model_config = ConfigDict(frozen=True)

    kind: Literal["duijie evaluation"] = "duijie evaluation"
    version: Literal[1] = 1
    made: AwareDatetime
    program: str
    encoder: str
    candidates: Candidates
    fast: bool
    fingerprint: str
    pool: str
    achievements: int
    needs: Annotated[dict[str, SavedNeed], Field(min_length=1)]

    @model_validator(mode="after")
    def _lists_name_a_record_once(self) -> "SavedRun":
        for need in self.needs.values():
            if len(set(need.ranked)) < len(need.ranked):
                raise ValueError("a list names a record twice")
        return self


def save(evaluation: Evaluation, path: Path) -> None:
    """Write an evaluation; the file appears whole or not at all."""
    setup, outcome = evaluation.setup, evaluation.outcome
    figures = metrics.by_need(outcome.run, outcome.qrels)
    needs = {
        need: SavedNeed(
            ranked=list(outcome.run.get(need, ())),
            pairs={
                id_: _pair(level, outcome.scores[need][id_])
                for id_, level in outcome.qrels[need].items()
            },
            figures={name: values[need] for name, values in figures.items() if need in values},
        )
        for need in outcome.qrels
    }
    run = SavedRun(
        made=setup.made,
        program=setup.program,
        encoder=setup.encoder,
        candidates=setup.candidates,
        fast=setup.fast,
        fingerprint=setup.fingerprint,
        pool=setup.pool,
        achievements=setup.achievements,
        needs=needs,
    )
    write(path, json.dumps(run.model_dump(mode="json"), ensure_ascii=False) + "\n")


def write(path: Path, text: str) -> None:
    """Write a file that appears whole or not at all."""
    beside = path.with_name(path.name + ".tmp")
    try:
        beside.write_text(text, encoding="utf-8")
        os.replace(beside, path)  # noqa: PTH105 - the one call that switches atomically
    finally:
        beside.unlink(missing_ok=True)


def check_writable(path: Path | None) -> None:
    """Refuse a place where nothing can be written, before the work is done.

    Raises:
        UnknownFormatError: it is a folder, or its folder is not there.
    """
    if path is not None and (path.is_dir() or not path.absolute().parent.is_dir()):
        raise UnknownFormatError(
            path, "不能写入：它是文件夹，或者所在的文件夹不存在", "请换一个路径后重试。"
        )


def load(path: Path) -> Earlier:
    """Read what `save` wrote.

    Raises:
        FileMissingError: there is nothing to read.
        UnknownFormatError: it is no such file, or one of a later version.
    """
    if not path.is_file():
        raise FileMissingError(path)
    try:
        run = SavedRun.model_validate_json(path.read_bytes())
    except ValidationError as error:
        where = ".".join(map(str, error.errors()[0]["loc"])) or "JSON"
        raise UnknownFormatError(
            path,
            f"不是能读的评测结果（{where} 处不符合格式）",
            "请给出由 duijie evaluate --save 写成的文件。",
        ) from error
    return Earlier(_setup(run), _outcome(run))


def _pair(truth: int, said: PairScore) -> SavedPair:
    none, weak, fair, strong = (said.probabilities[level] for level in Level)
    return SavedPair.model_validate(
        {
            "truth": truth,
            "level": int(said.level),
            "score": said.score,
            "probabilities": (none, weak, fair, strong),
        }
    )


def _setup(run: SavedRun) -> Setup:
    made: datetime = run.made
    return Setup(
        made,
        run.program,
        run.encoder,
        run.candidates,
        run.fast,
        run.fingerprint,
        run.pool,
        run.achievements,
    )


def _outcome(run: SavedRun) -> Outcome:
    return Outcome(
        {id_: {at: pair.truth for at, pair in one.pairs.items()} for id_, one in run.needs.items()},
        {id_: one.ranked for id_, one in run.needs.items()},
        {
            id_: {
                at: PairScore(
                    pair.score,
                    Level(pair.level),
                    dict(zip(Level, pair.probabilities, strict=True)),
                )
                for at, pair in one.pairs.items()
            }
            for id_, one in run.needs.items()
        },
    )
