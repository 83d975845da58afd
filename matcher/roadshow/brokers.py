"""Who calls which organisation: brokers' loads as equal as can be.

As many organisations as possible get a broker; then the sum of the squared loads is least, which
makes the loads max-min fair, as every organisation counts as one (Harvey, Ladner, Lovász and Tamir,
Semi-matchings for bipartite graphs and load balancing, Journal of Algorithms 59, 2006); then as
many as possible go to a broker who knows them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from matcher.errors import RoadshowError
from matcher.roadshow.flow import Flow


@dataclass(frozen=True, slots=True, kw_only=True)
class Broker:
    """Who makes the calls.

    Attributes:
        most: organisations at the most; None for no bound.
        only: organisations that can be given to this broker; None for any.
        knows: organisations that are better off with this broker.
    """

    id: str
    most: int | None = None
    only: tuple[str, ...] | None = None
    knows: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Shares:
    """Which broker calls whom.

    Attributes:
        broker: of each organisation that has one.
        loads: organisations of each broker, also where there are none.
        left: organisations that nobody can take.
    """

    broker: Mapping[str, str]
    loads: Mapping[str, int]
    left: tuple[str, ...]


def share_out(organisations: Iterable[str], brokers: Iterable[Broker]) -> Shares:
    """Give each organisation to one broker.

    Raises:
        RoadshowError: brokers that make no sense; all mistakes.
    """
    wanted = sorted(set(organisations))
    team = sorted(brokers, key=lambda one: one.id)
    _refuse(team)
    flow = Flow()
    size = len(wanted) + 1
    for name in wanted:
        flow.arc("source", f"organisation {name}", 1, -(size**3))
    ways: dict[int, tuple[str, str]] = {}
    for one in team:
        for name in wanted:
            if one.only is None or name in one.only:
                known = -1 if name in one.knows else 0
                arc = flow.arc(f"organisation {name}", f"broker {one.id}", 1, known)
                ways[arc] = (name, one.id)
        for load in range(len(wanted) if one.most is None else min(one.most, len(wanted))):
            flow.arc(f"broker {one.id}", "sink", 1, (2 * load + 1) * size)
    carried = flow.solve("source", "sink", len(wanted))
    given = {name: broker for arc, (name, broker) in ways.items() if carried[arc]}
    loads = {one.id: sum(broker == one.id for broker in given.values()) for one in team}
    left = tuple(name for name in wanted if name not in given)
    return Shares(dict(sorted(given.items())), loads, left)


def _refuse(team: list[Broker]) -> None:
    wrong = [
        f"经纪人“{one.id}”的上限是 {one.most}，请写 0 或更大的整数。"
        for one in team
        if (one.most or 0) < 0
    ]
    names = [one.id for one in team]
    wrong += [
        f"经纪人“{name}”写了 {names.count(name)} 次，请去掉重复的。"
        for name in sorted(set(names))
        if names.count(name) > 1
    ]
    if wrong:
        lines = "\n".join(f"{number}. {one}" for number, one in enumerate(wrong, 1))
        raise RoadshowError(f"经纪人名单有 {len(wrong)} 处错误：\n{lines}")
