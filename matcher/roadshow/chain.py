"""An industry chain: links, and what each works on."""

from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter

from matcher.errors import RoadshowError
from matcher.types import Need


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A link of a chain. `after` names the links whose products it works on (上游)."""

    id: str
    name: str
    keywords: tuple[str, ...] = ()
    text: str = ""
    after: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """An industry chain.

    Raises:
        RoadshowError: no link, an id twice, an unknown link upstream, or a circle.
    """

    title: str
    links: tuple[Link, ...]

    def __post_init__(self) -> None:
        known = {one.id for one in self.links}
        if not self.links:
            raise RoadshowError(f"产业链“{self.title}”没有环节，请至少写一个。")
        if len(known) < len(self.links):
            raise RoadshowError(f"产业链“{self.title}”有编号相同的环节，请改正后重试。")
        for one in self.links:
            for other in one.after:
                if other not in known:
                    raise RoadshowError(f"环节“{one.name}”的上游“{other}”不存在，请先写出该环节。")
        self.ordered()

    def ordered(self) -> tuple[Link, ...]:
        """Links from upstream to downstream; those at one height as they were written."""
        place = {one.id: at for at, one in enumerate(self.links)}
        sorter = TopologicalSorter({one.id: one.after for one in self.links})
        found: list[Link] = []
        try:
            sorter.prepare()
        except CycleError as problem:
            names = "→".join(self.links[place[one]].name for one in problem.args[1])
            raise RoadshowError(f"产业链的上下游成环：{names}，请去掉其中一处。") from None
        while sorter.is_active():
            ready = sorted(sorter.get_ready(), key=place.__getitem__)
            found.extend(self.links[place[one]] for one in ready)
            sorter.done(*ready)
        return tuple(found)


def as_need(link: Link) -> Need:
    """Ask for a link as an enterprise would ask: its name, its text, its keywords."""
    words = "、".join(link.keywords)
    text = "\n".join(part for part in (link.text, f"关键技术：{words}。" if words else "") if part)
    return Need(id=link.id, title=link.name, text=text)


def by_keywords(link: Link, need: Need) -> bool:
    """Whether a posted need names the link, or one of its keywords."""
    written = f"{need.title}\n{need.text}".lower()
    return any(word.lower() in written for word in (link.name, *link.keywords) if word)
