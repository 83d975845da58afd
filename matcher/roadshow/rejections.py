"""Why the others were not chosen, and what would have put them in."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from matcher.roadshow.board import Board, Reals
from matcher.roadshow.plan import Plan
from matcher.roadshow.pool import Pool
from matcher.roadshow.rules import Rule, rules_of

Cause = Literal["must_not", "shown", "quota", "conflict", "dominated", "less"]
CAUSES: dict[Cause, str] = {
    "must_not": "方案不许登台",
    "shown": "已达登台上限",
    "quota": "名额已满",
    "conflict": "与台上成果互斥",
    "dominated": "所应需求均有更合适的成果在台上",
    "less": "贡献不及台上成果",
}
_NOTHING = 1e-9


@dataclass(frozen=True, slots=True)
class Rejected:
    """Why one is not on stage.

    Attributes:
        id: of the entrant.
        cause: what kept it off: a wish of the plan, the cap on appearances, a quota or conflict
            without which it would replace somebody with gain, those who answer all its needs
            better (`dominated`), or nothing but its worth (`less`).
        by: ids of those who dominate it, exclude it, or whom it would replace.
        rules: what stands in its way, in Chinese.
        swap: whom it would replace best if the rules in its way were lifted; empty if nobody.
        gain: what that exchange would add; below 0: what it would cost.
        at_most: forcing it in costs at most this (the best exchange that keeps the rules); None if
            no single exchange keeps them. `reasons.force` gives the exact loss.
        text: all that in Chinese, and what would have put it in.
    """

    id: str
    cause: Cause
    by: tuple[str, ...]
    rules: tuple[str, ...]
    swap: str
    gain: float
    at_most: float | None
    text: str


class _Stage:
    """The chosen, the rules, and what each exchange would change."""

    def __init__(self, pool: Pool, plan: Plan, board: Board, picked: Sequence[int]) -> None:
        self.pool, self.board, self.picked = pool, board, sorted(picked)
        self.rules = [one for one in rules_of(pool, plan) if one.kind != "size"]
        self.members = np.zeros((len(self.rules), len(pool.entrants)), dtype=bool)
        for row, rule in enumerate(self.rules):
            self.members[row, list(rule.members)] = True
        self.held = self.members[:, self.picked].sum(axis=1)
        self.least = np.array([rule.least for rule in self.rules], dtype=int)
        self.most = np.array([rule.most for rule in self.rules], dtype=int)
        self.changes = self._changes()

    def _changes(self) -> Reals:
        """float64[chosen, entrants]: what the aim gains if a column takes a row's place.

        Who must be on stage gives its place to nobody, unless all must.
        """
        value, found = self.board.value(self.picked), []
        must = {one for rule in self.rules if rule.kind == "must" for one in rule.members}
        stays = must if not {*self.picked} <= must else set()
        for out in self.picked:
            if out in stays:
                found.append(np.full(len(self.pool.entrants), -np.inf))
                continue
            rest = [one for one in self.picked if one != out]
            found.append(self.board.gains(rest) + self.board.value(rest) - value)
        return np.array(found)

    def broken(self, out: int, incoming: int) -> NDArray[np.intp]:
        """Which rules an exchange breaks."""
        there = self.members[:, incoming].astype(int) - self.members[:, out]
        held = self.held + there
        return np.flatnonzero((held < self.least) | (held > self.most))

    def keeping(self, incoming: int, *, but: Sequence[str] = ()) -> list[int]:
        """Numbers of the chosen whose place one can take without breaking rules but these."""
        there = self.members[:, [incoming]].astype(int) - self.members[:, self.picked]
        held = self.held[:, None] + there
        broken = (held < self.least[:, None]) | (held > self.most[:, None])
        lifted = np.array([rule.kind in but for rule in self.rules], dtype=bool)
        return [int(one) for one in np.flatnonzero(~broken[~lifted].any(axis=0))]


def rejections(pool: Pool, plan: Plan, board: Board, picked: Sequence[int]) -> tuple[Rejected, ...]:
    """Say of everyone who was not chosen why, by id."""
    stage = _Stage(pool, plan, board, picked)
    others = sorted({*range(len(pool.entrants))} - {*picked})
    return tuple(_rejected(stage, one) for one in others)


def _rejected(stage: _Stage, one: int) -> Rejected:
    within = stage.keeping(one)
    at_most = -float(stage.changes[within, one].max()) if within else None
    own = [rule for rule in stage.rules if one in rule.members and rule.most == 0]
    for cause in ("must_not", "shown"):
        texts = tuple(rule.text for rule in own if rule.kind == cause)
        if texts:
            return _barred(stage, one, cause, texts)
    best = int(stage.changes[:, one].argmax())
    gain = float(stage.changes[best, one])
    if gain > _NOTHING:
        return _kept_off(stage, one, best, gain, at_most)
    return _worth_less(stage, one, at_most)


def _barred(stage: _Stage, one: int, cause: Cause, texts: tuple[str, ...]) -> Rejected:
    free = stage.keeping(one, but=("must_not", "shown"))
    id_ = stage.pool.entrants[one].id
    what = "去掉这条规则" if cause == "must_not" else "放宽登台上限"
    if not free:
        text = f"{CAUSES[cause]}；即使{what}，换下任何一项也会违反其他规则。"
        return Rejected(id_, cause, (), texts, "", 0.0, None, text)
    at = max(free, key=lambda row: (float(stage.changes[row, one]), -row))
    gain, swap = float(stage.changes[at, one]), stage.pool.entrants[stage.picked[at]].id
    turn = f"总值增加 {gain:.3g}" if gain > _NOTHING else f"总值仍减少 {-gain:.3g}"
    text = f"{CAUSES[cause]}；{what}后换下 {swap}，{turn}。"
    return Rejected(id_, cause, (swap,), texts, swap, gain, None, text)


def _kept_off(stage: _Stage, one: int, best: int, gain: float, at_most: float | None) -> Rejected:
    """It would replace somebody with gain if rules did not stand in its way."""
    out = stage.picked[best]
    rules = [stage.rules[row] for row in stage.broken(out, one)]
    cause: Cause = "conflict" if rules and rules[0].kind == "conflict" else "quota"
    texts = tuple(rule.text for rule in rules)
    swap = stage.pool.entrants[out].id
    by = _opposed(stage, one, rules) if cause == "conflict" else (swap,)
    if not rules:  # only in a selection that was not proved
        text = f"求解未及证明；换下 {swap} 可使总值增加 {gain:.3g}。"
        return Rejected(stage.pool.entrants[one].id, "less", by, (), swap, gain, at_most, text)
    text = f"{CAUSES[cause]}：{'；'.join(texts)}。若放宽，换下 {swap} 可使总值增加 {gain:.3g}。"
    return Rejected(stage.pool.entrants[one].id, cause, by, texts, swap, gain, at_most, text)


def _opposed(stage: _Stage, one: int, rules: Sequence[Rule]) -> tuple[str, ...]:
    id_ = stage.pool.entrants[one].id
    named = {other for rule in rules if rule.kind == "conflict" for other in rule.ids}
    return tuple(sorted(named - {id_}))


def _worth_less(stage: _Stage, one: int, at_most: float | None) -> Rejected:
    board, pool = stage.board, stage.pool
    worth = board.worth[:, one]
    asked = np.flatnonzero(worth > 0)
    there = board.worth[np.ix_(asked, np.array(stage.picked, dtype=np.intp))]
    better = there.argmax(axis=1) if len(asked) else np.zeros(0, dtype=int)
    dominated = bool(len(asked)) and bool((there.max(axis=1, initial=0.0) >= worth[asked]).all())
    rows = stage.keeping(one) or list(range(len(stage.picked)))
    at = max(rows, key=lambda row: (float(stage.changes[row, one]), -row))
    swap, gain = pool.entrants[stage.picked[at]].id, float(stage.changes[at, one])
    id_ = pool.entrants[one].id
    lack = f"换下贡献最接近的 {swap}，总值减少 {-gain:.3g}；贡献再多出这些才会入选。"
    if gain > -_NOTHING:
        lack = f"与 {swap} 贡献相同，二者取一。"
    if dominated:
        names = tuple(sorted({pool.entrants[stage.picked[int(row)]].id for row in better}))
        text = f"{CAUSES['dominated']}（{'、'.join(names)}）；{lack}"
        return Rejected(id_, "dominated", names, (), swap, gain, at_most, text)
    return Rejected(id_, "less", (swap,), (), swap, gain, at_most, f"{CAUSES['less']}；{lack}")
