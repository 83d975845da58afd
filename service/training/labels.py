"""Reads labelled pairs: csv or jsonl with the columns of `service.pairs`, need_id and level."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from matcher.types import Achievement, Level, Need
from service.pairs import COLUMNS, read_pairs
from service.training.errors import LabelsError

LABEL_COLUMNS = ("need_id", *COLUMNS, "level")
FEWEST_PAIRS, FEWEST_NEEDS, FEWEST_OF_A_KIND = 50, 5, 5
SHOWN = 5
"""Bad rows that are told one by one."""
_LEVELS = {str(int(level)): level for level in Level} | {level.label: level for level in Level}


@dataclass(frozen=True, slots=True)
class LabelledPair:
    """One row of the file."""

    need_id: str
    need: Need
    achievement: Achievement
    level: Level


def read_labels(path: Path) -> list[LabelledPair]:
    """Read labelled pairs, need by need.

    Raises:
        ImportFileError: the file is missing, empty, of another kind, or lacks a column.
        LabelsError: rows are bad, or there are too few labels to learn from.
    """
    rows = read_pairs(path, LABEL_COLUMNS)
    pairs: list[LabelledPair] = []
    problems: list[str] = []
    texts: dict[str, tuple[Need, int]] = {}
    for number, row in enumerate(rows, start=1):
        found = _read(row)
        if isinstance(found, str):
            problems.append(f"第 {number} 条：{found}")
            continue
        need, first = texts.setdefault(found.need_id, (found.need, number))
        if need != found.need:
            problems.append(f"第 {number} 条：需求 {found.need_id} 的文字与第 {first} 条不同")
        pairs.append(found)
    if problems:
        more = f"……共 {len(problems)} 条有误" if len(problems) > SHOWN else ""
        raise LabelsError(path, f"{'；'.join(problems[:SHOWN])}{more}。请改正后重试")
    _check_enough(path, pairs)
    order = {need_id: at for at, need_id in enumerate(texts)}
    return sorted(pairs, key=lambda one: order[one.need_id])


def _read(row: Mapping[str, Any]) -> LabelledPair | str:
    """Read a row, or say what is wrong with it."""
    need_id, need_title, need_text, title, text, level = (
        "" if row.get(name) is None else str(row[name]).strip() for name in LABEL_COLUMNS
    )
    if not need_id:
        return "没有 need_id"
    if not (need_title or need_text):
        return "需求没有标题也没有正文"
    if not (title or text):
        return "成果没有标题也没有正文"
    known = _LEVELS.get(level.removesuffix(".0"))
    if known is None:
        return f"level 是“{level[:20]}”，须为 1、2、3、4" if level else "没有 level"
    # records of equal texts are equal: each is encoded once, and known again
    need = Need(id="", title=need_title, text=need_text)
    return LabelledPair(need_id, need, Achievement(id="", title=title, text=text), known)


def _check_enough(path: Path, pairs: Sequence[LabelledPair]) -> None:
    needs = len({one.need for one in pairs})
    if len(pairs) < FEWEST_PAIRS or needs < FEWEST_NEEDS:
        raise LabelsError(
            path,
            f"只有 {needs} 条不同的需求、{len(pairs)} 对标注，太少；"
            f"至少要 {FEWEST_NEEDS} 条需求、{FEWEST_PAIRS} 对，几百对以上才有明显的好处",
        )
    counts = Counter(int(one.level) for one in pairs)
    strong = sum(count for level, count in counts.items() if level >= Level.FAIRLY_STRONG)
    if min(strong, len(pairs) - strong) < FEWEST_OF_A_KIND:
        told = "、".join(f"{level} 级 {counts[level]} 对" for level in sorted(counts))
        raise LabelsError(
            path,
            f"等级太单一（{told}），学不到差别；"
            f"1–2 级和 3–4 级都至少要 {FEWEST_OF_A_KIND} 对，请补充标注",
        )
