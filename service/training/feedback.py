"""Decisions of the workbench become labelled pairs, and a model only where they make it better.

What a decision says of the fit of a pair:

- a person's own level, 1-4, wherever there is one;
- else accepted: 3. The pair fits fairly well at least; nobody said how well;
- else rejected because of the technology (技术质疑, 指标不达): 2. It fits weakly at most;
- else nothing. Who is too early, too far away or outside the strategy may fit well, and what is
  badly described or offers no clear advantage may too.

Decisions of all organisations count, each by itself. A model is put in place only if, judged on the
needs that it was not fitted to (five folds by need), it beats the shipped weights: nDCG@10 or the
error of the level differs with p < `SURE` in a paired randomisation test by need, half of the usual
5 % since either will do, and neither is clearly worse.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import select

from matcher.memory.folder import read_model
from matcher.memory.trained import TrainedModel
from matcher.types import Achievement, Level, Need, Side
from service.store.store import Store
from service.store.workbench_tables import DecisionRow
from service.training.errors import FeedbackError
from service.training.folder import check_place, put_model
from service.training.labels import LabelledPair

TECHNICAL = frozenset({"技术质疑", "指标不达"})
FEWEST_PAIRS, FEWEST_NEEDS, FEWEST_OF_A_KIND = 50, 10, 5
"""Where n needs all say the same, the paired test gives p = 2^(1 - n): six could never make it
sure, ten leave room for some that say otherwise."""
SURE = 0.025
PREVIOUS = ".previous"
"""Ends the name of the folder in which the model before is kept."""
_LESS_IS_BETTER = frozenset({"mae"})


@dataclass(frozen=True, slots=True)
class Feedback:
    """What can be learned from.

    Attributes:
        labels: need by need.
        decisions: how many verdicts and levels there are.
        organisations: how many gave them.
        silent: how many say nothing of the fit, by the rule.
        gone: how many are on records that were withdrawn, or have no text.
    """

    labels: tuple[LabelledPair, ...]
    decisions: int
    organisations: int
    silent: int
    gone: int


def graded(verdict: str, level: int | None, reasons: Sequence[str]) -> Level | None:
    """Say what a decision tells of the fit; None for nothing. See the rule above."""
    if level is not None:
        return Level(level)
    if verdict == "accepted":
        return Level.FAIRLY_STRONG
    if verdict == "rejected" and TECHNICAL & set(reasons):
        return Level.WEAK
    return None


def read_feedback(store: Store) -> Feedback:
    """Read the decisions of all organisations as labelled pairs.

    Raises:
        FeedbackError: there are too few, or all say the same.
    """
    table = DecisionRow
    statement = (
        select(table.__table__)
        .where((table.verdict != "") | table.level.is_not(None))
        .order_by(table.need, table.achievement, table.organisation_id)
    )
    with store.reading() as connection:
        rows = connection.execute(statement).all()
    labels, silent, gone = [], 0, 0
    known: dict[tuple[Side, str], Need | Achievement | None] = {}
    for row in rows:
        level = graded(row.verdict, row.level, row.reasons)
        if level is None:
            silent += 1
            continue
        pair = _pair(store, row.need, row.achievement, known)
        if pair is None:
            gone += 1
            continue
        labels.append(LabelledPair(row.need, *pair, level))
    found = Feedback(
        tuple(_by_need(labels)),
        len(rows),
        len({row.organisation_id for row in rows}),
        silent,
        gone,
    )
    _check_enough(found)
    return found


def is_better(card: Mapping[str, Any]) -> bool:
    """Whether the paired test on held-out needs says that the model beats the shipped weights."""
    differences = card["cross_validation"]["need"]["difference"]
    signs = [_sign(name, one) for name, one in differences.items()]
    return 1 in signs and -1 not in signs


def install(folder: Path, model: TrainedModel, card: Mapping[str, Any]) -> Path | None:
    """Put a model in place; the one before is kept beside it.

    Returns:
        Where the one before is; None where there was none.

    Raises:
        OwnModelError: one of the two folders holds something else.
        ResourceError: the model before is damaged.
    """
    previous = None
    if folder.exists():
        previous = folder.with_name(folder.name + PREVIOUS)
        check_place(folder)
        put_model(previous, *read_model(folder))
    put_model(folder, model, card)
    return previous


def _sign(name: str, one: Mapping[str, Any]) -> int:
    """1 for surely better, -1 for surely worse, 0 for neither."""
    if one["p"] is None or one["p"] >= SURE or not one["value"]:
        return 0
    return 1 if (one["value"] < 0) == (name in _LESS_IS_BETTER) else -1


def _pair(
    store: Store,
    need_id: str,
    achievement_id: str,
    known: dict[tuple[Side, str], Need | Achievement | None],
) -> tuple[Need, Achievement] | None:
    for side, id_ in (("need", need_id), ("achievement", achievement_id)):
        if (side, id_) not in known:
            known[side, id_] = store.get(side, id_)  # type: ignore[arg-type, index]
    need, achievement = known["need", need_id], known["achievement", achievement_id]
    if not isinstance(need, Need) or not isinstance(achievement, Achievement):
        return None
    if not (need.title + need.text).strip() or not (achievement.title + achievement.text).strip():
        return None
    # Records of equal texts are equal, as in `labels`: each is encoded once, and known again.
    return (
        Need(id="", title=need.title, text=need.text),
        Achievement(id="", title=achievement.title, text=achievement.text),
    )


def _by_need(labels: Sequence[LabelledPair]) -> list[LabelledPair]:
    order: dict[Need, int] = {}
    for one in labels:
        order.setdefault(one.need, len(order))
    return sorted(labels, key=lambda one: order[one.need])


def _check_enough(found: Feedback) -> None:
    needs = len({one.need for one in found.labels})
    fits = sum(one.level >= Level.FAIRLY_STRONG for one in found.labels)
    kinds = (fits, len(found.labels) - fits)
    if len(found.labels) < FEWEST_PAIRS or needs < FEWEST_NEEDS or min(kinds) < FEWEST_OF_A_KIND:
        unused = f"另有 {found.silent} 条的原因与技术无关，不说明匹配程度" if found.silent else ""
        gone = f"{found.gone} 条的记录已撤回" if found.gone else ""
        more = "；".join(part for part in (unused, gone) if part)
        raise FeedbackError(
            f"工作台里可以学习的结论有 {len(found.labels)} 对、{needs} 条需求"
            f"（合适 {kinds[0]} 对，不合适 {kinds[1]} 对）{f'；{more}' if more else ''}",
            f"至少要 {FEWEST_NEEDS} 条需求、{FEWEST_PAIRS} 对，"
            f"合适与不合适各 {FEWEST_OF_A_KIND} 对",
        )
