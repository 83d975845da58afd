"""What an organiser wants of a year: events, caps, and the promise that nobody is forgotten."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from matcher.errors import RoadshowError
from matcher.roadshow.checks import pair_mistakes, worth_mistakes
from matcher.roadshow.plan import Quota, Worth
from matcher.roadshow.pool import DIMENSIONS, Pool
from matcher.roadshow.theme import Theme

Size = Literal["large", "medium", "small"]
SIZES: Mapping[Size, str] = {"large": "大型", "medium": "中型", "small": "小型"}
PLACES: Mapping[Size, int] = {"large": 30, "medium": 15, "small": 8}
"""Places on stage, where an event states none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One event of a series.

    Attributes:
        places: on stage; None for what its size has. Fewer go on where fewer are left to choose.
        theme: which entrants may be shown, and whose needs count.
        quotas, must, must_not, conflicts, barred: as in the plan of a single event.
    """

    id: str
    title: str = ""
    size: Size = "small"
    held_on: date | None = None
    places: int | None = None
    theme: Theme = field(default_factory=Theme)
    quotas: tuple[Quota, ...] = ()
    must: tuple[str, ...] = ()
    must_not: tuple[str, ...] = ()
    conflicts: tuple[tuple[str, str], ...] = ()
    barred: tuple[tuple[str, str], ...] = ()

    @property
    def stage(self) -> int:
        """Places on stage."""
        return PLACES[self.size] if self.places is None else self.places


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesPlan:
    """A series of events from one pool.

    Attributes:
        events: whatever their order; results are by day, then id.
        held: event id to ids of entrants, for events that are over or announced: they stay as
            they are, and count. `Entrant.shown` counts what was before the series.
        worth: of all events. `fairness` is taken away for each earlier time, also within the
            series: the n-th appearance costs (n - 1) times as much.
        most_times: an entrant is on stage at most so often, `shown` included; None for no cap.
        most_share: of all places of the series that one institution may have, at least one.
        promised_quality: each institution with an entrant of this quality or better that some
            event could show is shown once; None for no promise.
        rounds: of improvement and trade over all events.
        seconds: for each step of the bound; the plan itself does not look at the clock.
    """

    title: str = "系列路演"
    events: tuple[Event, ...]
    held: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    worth: Worth = field(default_factory=Worth)
    most_times: int | None = 3
    most_share: float | None = None
    promised_quality: float | None = 0.5
    rounds: int = 2
    seconds: float = 30.0

    def ordered(self) -> tuple[Event, ...]:
        """Events by day, those without a day last."""
        return tuple(sorted(self.events, key=lambda one: (one.held_on or date.max, one.id)))

    def check(self, pool: Pool) -> None:
        """Raise RoadshowError with all that makes no sense."""
        found = list(dict.fromkeys(self._mistakes(pool)))
        if found:
            raise RoadshowError(f"“{self.title}”有 {len(found)} 处需要改正：\n" + "\n".join(found))

    def _mistakes(self, pool: Pool) -> Iterator[str]:
        if not self.events:
            yield "没有任何场次，请至少写一场。"
        for id_, times in sorted(Counter(one.id for one in self.events).items()):
            if times > 1:
                yield f"场次编号“{id_}”出现了 {times} 次，请改成不同的编号。"
        yield from self._numbers()
        known = {one.id for one in pool.entrants}
        events = {one.id for one in self.events}
        for id_, chosen in sorted(self.held.items()):
            if id_ not in events:
                yield f"已举办的场次“{id_}”不在系列之中，请先写出该场次。"
            yield from (
                f"已举办的场次“{id_}”中的“{one}”不在候选成果之中。"
                for one in chosen
                if one not in known
            )
        yield from self._overdone(pool)
        for event in self.ordered():
            yield from _mistakes_of(event, pool, known)

    def _numbers(self) -> Iterator[str]:
        if self.most_times is not None and self.most_times < 1:
            yield f"每项成果登台上限为 {self.most_times}，请写 1 或更大的整数。"
        if self.most_share is not None and not 0 < self.most_share <= 1:
            yield f"每家单位的名额占比 {self.most_share:g} 应大于 0、不超过 1。"
        if self.promised_quality is not None and not 0 <= self.promised_quality <= 1:
            yield f"最低展示承诺的质量 {self.promised_quality:g} 应在 0 到 1 之间。"
        if self.rounds < 0:
            yield f"改进轮数为 {self.rounds}，请写 0 或更大的整数。"
        if not self.seconds > 0:
            yield f"求解时限为 {self.seconds:g} 秒，应大于 0。"
        yield from worth_mistakes(self.worth)

    def _overdone(self, pool: Pool) -> Iterator[str]:
        """Entrants that have to be on stage more often than they may."""
        if self.most_times is None:
            return
        times = Counter(one for chosen in self.held.values() for one in set(chosen))
        for event in self.events:
            if event.id not in self.held:
                times.update(set(event.must))
        asked = {one for event in self.events for one in event.must}
        for entrant in pool.entrants:
            total = entrant.shown + times[entrant.id]
            if entrant.id in asked and total > self.most_times:
                yield (
                    f"成果“{entrant.id}”必选的场次连同以往共 {total} 次，超过上限"
                    f" {self.most_times} 次，请减少必选或提高上限。"
                )


def _mistakes_of(event: Event, pool: Pool, known: set[str]) -> Iterator[str]:
    where = f"场次“{event.id}”"
    if event.stage < 1:
        yield f"{where}的名额为 {event.stage}，请写 1 或更大的整数。"
    named = {*event.must, *event.must_not}
    yield from (f"{where}提到的成果“{one}”不在候选之中。" for one in sorted(named - known))
    for told in pair_mistakes(pool, event.conflicts, event.barred):
        yield f"{where}：{told}"
    for one in sorted({*event.must} & {*event.must_not}):
        yield f"{where}既要求又排除成果“{one}”，请去掉其中一项。"
    if len(set(event.must)) > event.stage:
        yield f"{where}必选 {len(set(event.must))} 项，多于名额 {event.stage}。"
    for quota in event.quotas:
        label = (
            f"{where}的名额规则“{DIMENSIONS.get(quota.dimension, quota.dimension)}={quota.value}”"
        )
        if quota.dimension not in DIMENSIONS:
            yield f"{label}的类别未知，可用：{'、'.join(DIMENSIONS)}。"
        if quota.least < 0 or (quota.most is not None and quota.most < quota.least):
            yield f"{label}的上下限矛盾：至少 {quota.least}，至多 {quota.most}。"
