"""What contradicts itself in a plan, and which of its ids nobody knows."""

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from matcher.errors import FilterSyntaxError
from matcher.query_filters import parse_filter
from matcher.roadshow.pool import DIMENSIONS, Dimension
from matcher.types import Side
from service.roadshow.errors import Mistake
from service.roadshow.groups import ANY, Grain, canonical
from service.roadshow.meeting_shapes import AgendaSection
from service.roadshow.plan_shapes import QuotaSection
from service.roadshow.plan_words import mistake_at, shown
from service.roadshow.toml_lines import Path

Known = Callable[[Side, Sequence[str]], Collection[str]]
"""Which of some ids there are, for who asks."""
Sections = Mapping[str, Any]
"""Validated sections; None for one that is wrong, which was told already."""


def contradictions(lines: Mapping[Path, int], sections: Sections) -> list[Mistake]:
    """Compare the rules of a plan with each other."""
    found = [*_filters(sections), *_lists(sections), *_worth(sections), *_quotas(sections)]
    found += [*_rules(sections), *_clock(sections)]
    return [mistake_at(lines, path, message) for path, message in found]


def unknown_ids(lines: Mapping[Path, int], sections: Sections, known: Known) -> list[Mistake]:
    """Ask for each id of a plan whether there is such a record."""
    found = []
    sides: tuple[tuple[Side, str], ...] = (("achievement", "成果"), ("need", "需求"))
    for side, name in sides:
        places = [*_ids(sections, side)]
        there = set(known(side, [id_ for _, id_ in places]))
        for path, id_ in places:
            if id_ not in there:
                problem = (
                    f"没有编号为{shown(id_)}的{name}，或者它不对您公开；请核对（区分大小写）。"
                )
                found.append(mistake_at(lines, path, problem))
    return found


Told = Iterator[tuple[Path, str]]


def _ids(sections: Sections, side: Side) -> Told:
    """Every id of a side with its place."""
    section = sections.get("candidates" if side == "achievement" else "audience")
    names = ("ids", "must", "must_not") if side == "achievement" else ("ids", "weights")
    table = "candidates" if side == "achievement" else "audience"
    for name in names if section else ():
        listed = getattr(section, name) or ()
        yield from (
            ((table, name, id_ if isinstance(listed, dict) else number), id_)
            for number, id_ in enumerate(listed)
        )
    for number, one in enumerate(sections.get("barred") or ()):
        if one:
            key = "achievement" if side == "achievement" else "need"
            yield ("barred", number, key), getattr(one, key)
    for number, one in enumerate(sections.get("conflict") or ()):
        if one and side == "achievement":
            yield from (
                (("conflict", number, "between", at), id_) for at, id_ in enumerate(one.between)
            )


def _filters(sections: Sections) -> Told:
    sides: tuple[tuple[str, Side], ...] = (("candidates", "achievement"), ("audience", "need"))
    for table, side in sides:
        section = sections.get(table)
        for number, text in enumerate(section.filters if section else ()):
            try:
                parse_filter(text, side)
            except FilterSyntaxError as error:
                yield (table, "filters", number), str(error)


def _lists(sections: Sections) -> Told:
    """Ids that stand twice, both in and out, or that are more than there are places."""
    for table, names in (("candidates", ("ids", "must", "must_not")), ("audience", ("ids",))):
        section = sections.get(table)
        for name in names if section else ():
            listed = getattr(section, name)
            if listed == []:
                if name == "ids":
                    yield (table, name), "是空的；要全部就删掉这一行，要一部分就写上编号。"
                continue
            for number, id_ in _twice(listed or ()):
                yield (table, name, number), f"{shown(id_)} 写了两次，请去掉一个。"
    chosen = sections.get("candidates")
    if chosen is None:
        return
    for number, id_ in enumerate(chosen.must):
        if id_ in chosen.must_not:
            yield ("candidates", "must", number), f"{shown(id_)} 也在 must_not 里，只能留一处。"
    event = sections.get("event")
    if event and len(chosen.must) > event.size:
        problem = f"列了 {len(chosen.must)} 项必选，超过总数 event.size = {event.size}。"
        yield ("candidates", "must"), problem


def _twice(listed: Sequence[str]) -> Iterator[tuple[int, str]]:
    seen: set[str] = set()
    for number, id_ in enumerate(listed):
        if id_ in seen:
            yield number, id_
        seen.add(id_)


def _worth(sections: Sections) -> Told:
    worth = sections.get("worth")
    if worth is None:
        return
    repeats = worth.repeats or []
    if any(later > earlier for earlier, later in pairwise(repeats)):
        yield ("worth", "repeats"), "后面的不能比前面的大，例如 [1.0, 0.4, 0.1]。"
    levels = [worth.weak, worth.fairly_strong, worth.strong]
    given = [one for one in levels if one is not None]
    if given != sorted(given):
        yield ("worth",), "weak、fairly_strong、strong 要从小到大。"


def _quotas(sections: Sections) -> Told:
    event, candidates = sections.get("event"), sections.get("candidates")
    size = event.size if event else 10**6
    grain = Grain(candidates.industries, candidates.regions) if candidates else Grain()
    least: Counter[Dimension] = Counter()
    seen: dict[tuple[str, str], int] = {}
    for number, one in enumerate(sections.get("quota") or ()):
        if one is None:
            continue
        path: Path = ("quota", number)
        value, problem = canonical(one.dimension, one.value, grain)
        if problem:
            yield (*path, "value"), f"{problem}。"
            continue
        if (one.dimension, value) in seen:
            other = seen[one.dimension, value] + 1
            yield path, f"与 quota[{other}] 说的是同一件事，请合并。"
        seen.setdefault((one.dimension, value), number)
        yield from _bounds(one, path, size)
        if value != ANY and one.dimension != "mode":
            # More than there are places was told already.
            least[one.dimension] += min(places(one.least, size, up=True), size)
    for dimension, count in least.items():
        if count > size:
            label = DIMENSIONS[dimension]
            yield ("quota",), f"各{label}的 least 合计 {count}，超过总数 event.size = {size}。"


def _bounds(one: QuotaSection, path: Path, size: int) -> Told:
    low = places(one.least, size, up=True)
    high = None if one.most is None else places(one.most, size, up=False)
    if high is not None and low > high:
        yield (*path, "least"), f"至少 {low} 项，至多 {high} 项，不能同时成立。"
    if low > size:
        yield (*path, "least"), f"至少 {low} 项，超过总数 event.size = {size}。"
    if one.least == 0 and one.most is None:
        yield path, "least 和 most 都没有写，这条不起作用；请写上一个，或者删掉。"


def places(amount: int | str, size: int, *, up: bool) -> int:
    """Turn a share of the places into a number: at the least rounded up, at the most down."""
    if isinstance(amount, int):
        return amount
    part = int(amount.removesuffix("%")) * size
    return -(-part // 100) if up else part // 100


def _rules(sections: Sections) -> Told:
    limits = sections.get("invitations")
    if limits and limits.least_per_talk > limits.most_per_talk:
        yield ("invitations", "least_per_talk"), f"大于 most_per_talk = {limits.most_per_talk}。"
    for key in ("broker", "room"):
        names = [one.name if one else "" for one in sections.get(key) or ()]
        for number, name in _twice(names):
            if name:
                yield (key, number, "name"), f"{shown(name)} 写了两次，请改一个名称。"
    must = set(sections["candidates"].must) if sections.get("candidates") else set()
    for number, one in enumerate(sections.get("conflict") or ()):
        if one is None:
            continue
        both = [id_ for id_ in dict.fromkeys(one.between) if id_ in must][:2]
        if len(both) == 2:
            problem = f"{shown(both[0])} 和 {shown(both[1])} 都是必选（must），却最多选一项。"
            yield ("conflict", number), problem
        for at, id_ in _twice(one.between):
            yield ("conflict", number, "between", at), f"{shown(id_)} 写了两次，请去掉一个。"


def _clock(sections: Sections) -> Told:
    agenda: AgendaSection | None = sections.get("agenda")
    if agenda:
        for name in ("talks", "meetings"):
            begins, ends = getattr(agenda, f"{name}_from"), getattr(agenda, f"{name}_to")
            if ends is not None and ends <= begins:
                yield ("agenda", f"{name}_to"), "要晚于开始的时刻。"
    for key in ("break", "absent"):
        for number, one in enumerate(sections.get(key) or ()):
            if one and one.begins and one.ends and one.ends <= one.begins:
                yield (key, number, "ends"), "要晚于开始的时刻。"
