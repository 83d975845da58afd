"""Who meets whom where both sides rank: no two would rather have each other.

Deferred acceptance (Gale and Shapley 1962), many to many: as long as somebody can still ask, they
ask the next on their list, and whoever has more than they can take lets go of the last. The result
is stable pair by pair, and the best such for the side that asks (Roth, Econometrica 52, 1984).
"""

from collections.abc import Mapping, Sequence

from matcher.errors import RoadshowError

Ranks = Mapping[str, Sequence[str]]
"""For each of one side, those of the other, best first; who is not listed is not wanted."""


def stable(
    asking: Ranks,
    asked: Ranks,
    most_asking: Mapping[str, int] | None = None,
    most_asked: Mapping[str, int] | None = None,
) -> tuple[tuple[str, str], ...]:
    """The stable pairs that are best for those who ask, ordered by them and their ranks.

    Args:
        asking: lists of the one side.
        asked: lists of the other.
        most_asking: how many each of the one side can have; 1 unless it says otherwise.
        most_asked: the same for the other.

    Raises:
        RoadshowError: somebody is listed twice by one; all such are named.
    """
    _refuse(asking, asked)
    place = {one: {other: rank for rank, other in enumerate(wants)} for one, wants in asked.items()}
    lists = {
        one: [other for other in wants if one in place.get(other, {})]
        for one, wants in sorted(asking.items())
    }
    following = dict.fromkeys(lists, 0)
    held: dict[str, set[str]] = {one: set() for one in lists}
    taken: dict[str, list[str]] = {other: [] for other in asked}
    free = list(reversed(lists))
    while free:
        one = free.pop()
        while len(held[one]) < (most_asking or {}).get(one, 1) and following[one] < len(lists[one]):
            other = lists[one][following[one]]
            following[one] += 1
            held[one].add(other)
            taken[other].append(one)
            if len(taken[other]) > (most_asked or {}).get(other, 1):
                last = max(taken[other], key=place[other].__getitem__)
                taken[other].remove(last)
                held[last].discard(other)
                if last != one:
                    free.append(last)
    return tuple((one, other) for one in lists for other in lists[one] if other in held[one])


def _refuse(*sides: Ranks) -> None:
    wrong = [
        f"“{one}”的排序里“{other}”出现了不止一次，请只留一次。"
        for side in sides
        for one, wants in sorted(side.items())
        for other in sorted(set(wants))
        if list(wants).count(other) > 1
    ]
    if wrong:
        raise RoadshowError("\n".join(wrong))
