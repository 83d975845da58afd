"""技术供给清单: what an industry chain's links can be supplied with, and which are left open."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from matcher.roadshow.chain import Chain, Link, as_need, by_keywords
from matcher.roadshow.pool import Entrant, PairFit
from matcher.roadshow.theme import readiness_of
from matcher.types import Level, Need

Grade = Callable[[Need], Iterable[PairFit]]
"""Fits of achievements with a link that is asked as a need; `guest` is that need's id."""
Belongs = Callable[[Link, Need], bool]

State = Literal["covered", "weak", "uncovered"]
STATES: Mapping[State, str] = {"covered": "有供给", "weak": "供给薄弱", "uncovered": "空白"}

COVERS = Level.FAIRLY_STRONG
"""The level from which an achievement supplies a link."""
READY = 7
"""Readiness from which something can be put to use: demonstrated in its surroundings."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Supply:
    """A row of the list.

    Attributes:
        fits: of achievements with level 2 or better, the best first.
        state: `uncovered` without an achievement of level 3; `weak` where only few can answer.
        flags: in Chinese: what makes it weak.
        institutions: who supplies it.
        counts: achievements by level.
        needs: ids of posted needs that belong to the link.
        holds_up: links downstream, near and far, that wait for an uncovered one.
    """

    link: Link
    fits: tuple[PairFit, ...]
    state: State
    flags: tuple[str, ...]
    institutions: tuple[str, ...]
    counts: Mapping[Level, int]
    needs: tuple[str, ...]
    holds_up: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplyList:
    """The list of a chain, from upstream to downstream."""

    chain: Chain
    rows: tuple[Supply, ...]

    @property
    def uncovered(self) -> tuple[Supply, ...]:
        """Open links; those that most needs and most links wait for come first."""
        found = [one for one in self.rows if one.state == "uncovered"]
        return tuple(sorted(found, key=lambda one: (-len(one.needs), -len(one.holds_up))))

    def matrix(self) -> tuple[tuple[str, ...], tuple[tuple[int, ...], ...]]:
        """Ids of achievements that supply any link, and the level of each link × achievement."""
        levels = {(row.link.id, fit.entrant): fit.level for row in self.rows for fit in row.fits}
        ids = sorted({entrant for (_, entrant), level in levels.items() if level >= COVERS})
        cells = (
            tuple(int(levels.get((row.link.id, one), Level.NONE)) for one in ids)
            for row in self.rows
        )
        return tuple(ids), tuple(cells)


def supply_list(
    chain: Chain,
    entrants: Sequence[Entrant],
    grade: Grade,
    *,
    needs: Sequence[Need] = (),
    belongs: Belongs = by_keywords,
    ready: int = READY,
) -> SupplyList:
    """Grade every link and say what is missing.

    Args:
        chain: its links are asked one after another.
        entrants: fits with others are left out.
        grade: gives the fits of one link; each achievement at most once.
        needs: posted ones.
        belongs: whether a posted need is behind a link.
        ready: a link that only less ready achievements supply is weak.
    """
    known = {one.id: one for one in entrants}
    graded = {}
    for link in chain.ordered():
        found = [
            one for one in grade(as_need(link)) if one.entrant in known and one.level > Level.NONE
        ]
        found.sort(key=lambda one: (-one.level, -one.score, one.entrant))
        graded[link.id] = tuple(found)
    states = {one.id: _judge(graded[one.id], known, ready) for one in chain.links}
    below = _downstream(chain)
    rows = []
    for link in chain.ordered():
        state, flags = states[link.id]
        fits = graded[link.id]
        supplying = [known[one.entrant] for one in fits if one.level >= COVERS]
        rows.append(
            Supply(
                link=link,
                fits=fits,
                state=state,
                flags=flags,
                institutions=tuple(sorted({one.institution for one in supplying} - {""})),
                counts={level: sum(one.level == level for one in fits) for level in Level},
                needs=tuple(sorted(one.id for one in needs if belongs(link, one))),
                holds_up=below[link.id] if state == "uncovered" else (),
            )
        )
    return SupplyList(chain=chain, rows=tuple(rows))


def _judge(
    fits: Sequence[PairFit], known: Mapping[str, Entrant], ready: int
) -> tuple[State, tuple[str, ...]]:
    supplying = [one for one in fits if one.level >= COVERS]
    if not supplying:
        near = f"，另有 {len(fits)} 项弱相关" if fits else ""
        return "uncovered", (f"没有较强相关以上的成果{near}",)
    flags = []
    institutions = {known[one.entrant].institution for one in supplying}
    if len(supplying) == 1:
        flags.append("只有一项成果")
    elif institutions == {""}:
        flags.append("单位均不详")
    elif len(institutions) == 1:
        flags.append(f"只有一家单位：{institutions.pop()}")
    levels = [readiness_of(known[one.entrant]) for one in supplying]
    stated = [one for one in levels if one is not None]
    if not stated:
        flags.append("成熟度均未知")
    elif max(stated) < ready:
        flags.append(f"成熟度最高 {max(stated)} 级，低于 {ready} 级")
    if all(one.level == COVERS for one in supplying):
        flags.append("没有强相关的成果")
    return ("weak" if flags else "covered"), tuple(flags)


def _downstream(chain: Chain) -> Mapping[str, tuple[str, ...]]:
    """Links that come after each, near and far, from upstream to downstream."""
    below: Mapping[str, set[str]] = defaultdict(set)
    ordered = chain.ordered()
    for link in reversed(ordered):
        for upper in link.after:
            below[upper] |= {link.id} | below[link.id]
    return {one.id: tuple(o.id for o in ordered if o.id in below[one.id]) for one in ordered}
