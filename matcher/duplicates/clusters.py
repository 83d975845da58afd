"""Pairwise decisions to groups, without chains: every member agrees with every other.

A group is kept under its earliest record. Records come in the order in which they were stored, so
the groups do not depend on the order in which pairs were found.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from matcher.duplicates.judge import Decision

Judging = Callable[[str, str], Decision]


@dataclass(frozen=True, slots=True)
class Cluster:
    """Records that are the same thing.

    Attributes:
        kept: id of the earliest one.
        absorbed: the others, in their order, each with the decision about it and `kept`.
    """

    kept: str
    absorbed: tuple[tuple[str, Decision], ...]


def clusters(order: Sequence[str], decisions: Iterable[Decision], judge: Judging) -> list[Cluster]:
    """Group what was decided to be the same.

    A record joins the group in which it agrees best with the kept record, if it agrees with all
    members: no pair in a group was found different.

    Args:
        order: ids, the earliest first; those without decisions may be left out.
        decisions: about pairs, in any order.
        judge: asked about pairs that were no candidates.
    """
    known = {frozenset((one.left, one.right)): one for one in decisions}

    def about(left: str, right: str) -> Decision:
        pair = frozenset((left, right))
        if pair not in known:
            known[pair] = judge(left, right)
        return known[pair]

    near = _neighbours(known)
    place = {id_: at for at, id_ in enumerate(order)}
    groups: dict[str, list[tuple[str, Decision]]] = {}
    for id_ in order:
        ranked = sorted(
            (-about(id_, kept).probability, place[kept], kept)
            for kept in near.get(id_, ())
            if kept in groups
        )
        for _, _, kept in ranked:
            if _agrees(id_, kept, groups[kept], about):
                groups[kept].append((id_, about(id_, kept)))
                break
        else:
            groups[id_] = []
    return [Cluster(kept, tuple(members)) for kept, members in groups.items() if members]


def _agrees(id_: str, kept: str, members: Sequence[tuple[str, Decision]], about: Judging) -> bool:
    if about(id_, kept).verdict != "same":
        return False
    return all(about(id_, member).verdict != "different" for member, _ in members)


def _neighbours(known: Mapping[frozenset[str], Decision]) -> dict[str, set[str]]:
    near: dict[str, set[str]] = {}
    for pair, decision in known.items():
        if decision.verdict == "same":
            left, right = pair
            near.setdefault(left, set()).add(right)
            near.setdefault(right, set()).add(left)
    return near
