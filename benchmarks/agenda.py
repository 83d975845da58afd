"""Timetables of made events: how good, how proved, how fast; and what a no-show changes.

Everything is made here by a seeded generator: parties, 10 % of them away at any slot, requests with
weights, talks with listeners. Wall time is what an organiser waits; beside it stands processor
time, as machines are busy with other things too.
"""

import random
import time
from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from benchmarks.measuring import table
from matcher.roadshow.agenda.arrange import arrange
from matcher.roadshow.agenda.replan import absent, replan
from matcher.roadshow.agenda.result import Agenda
from matcher.roadshow.agenda.types import AgendaPlan, Party, Request, Room, Slot, Span, Talk
from matcher.roadshow.agenda.violations import violations

NINE = datetime(2026, 12, 1, 9)
LENGTH = timedelta(minutes=20)


@dataclass(frozen=True, slots=True)
class Size:
    """Of an event; seconds are what the solver gets."""

    hosts: int
    guests: int
    requests: int
    slots: int
    tables: int
    seconds: float
    talks: int = 0

    def __str__(self) -> str:
        talks = f", {self.talks} talks" if self.talks else ""
        return (
            f"{self.hosts}×{self.guests}, {self.requests} requests, {self.slots} slots, "
            f"{self.tables} tables{talks}, {self.seconds:.0f} s"
        )


SMALL = Size(60, 60, 300, 10, 28, 5.0)
SIZES = (
    (Size(20, 20, 60, 8, 12, 5.0), 1),
    (SMALL, 1),
    (SMALL, 2),
    (SMALL, 3),
    (replace(SMALL, tables=40), 1),
    (replace(SMALL, talks=20, seconds=10.0), 1),
    (Size(100, 120, 700, 12, 50, 30.0), 1),
    (Size(100, 120, 700, 12, 50, 30.0), 2),
)
NO_SHOWS = 10


def made(size: Size, seed: int) -> AgendaPlan:
    """An event of a size."""
    chance = random.Random(seed)
    slots = tuple(
        Slot(f"m{number:02}", NINE + number * LENGTH, NINE + (number + 1) * LENGTH)
        for number in range(size.slots)
    )
    names = [f"h{n:03}" for n in range(size.hosts)] + [f"g{n:03}" for n in range(size.guests)]
    parties = tuple(
        Party(
            id=name,
            away=tuple(Span(one.begins, one.ends) for one in slots if chance.random() < 0.1),
        )
        for name in names
    )
    hosts, guests = names[: size.hosts], names[size.hosts :]
    pairs = chance.sample([(host, guest) for host in hosts for guest in guests], size.requests)
    requests = tuple(
        Request(id=f"r{number:03}", host=host, guest=guest, weight=round(chance.uniform(0.5, 7), 3))
        for number, (host, guest) in enumerate(pairs)
    )
    talks = tuple(
        Talk(
            id=f"t{number:02}",
            speaker=hosts[number],
            attendance=20,
            interested=tuple(chance.sample(guests, 12)),
        )
        for number in range(size.talks)
    )
    return AgendaPlan(
        parties=parties,
        rooms=(Room("A", 100), Room("B", 60), Room("C", 40)),
        talk_slots=slots,
        talks=talks,
        tables=tuple(str(number + 1) for number in range(size.tables)),
        meeting_slots=slots,
        requests=requests,
        seconds=size.seconds,
    )


def figures(plan: AgendaPlan, agenda: Agenda, processor: float) -> dict[str, str]:
    """One row of the first table."""
    proofs = {one.aim: one for one in agenda.proofs}
    weight, idle = proofs["meetings_weight"], proofs["idle"]
    reasons = Counter(one.reason for one in agenda.unmet)
    taking_part = {
        party
        for one in plan.requests
        for party in (one.host, one.guest)
        if one.id in {meeting.request for meeting in agenda.meetings}
    }
    waits = sum(agenda.idle.values())
    return {
        "weight: status, gap": f"{weight.status}, {weight.gap:.2%}",
        "proved after": f"{weight.seconds:.1f} s",
        "placed": f"{len(agenda.meetings)} of {len(plan.requests)}",
        "unmet, why": ", ".join(f"{count} {why}" for why, count in sorted(reasons.items())),
        "idle slots (per party)": f"{waits} ({waits / max(1, len(taking_part)):.2f})",
        "idle: status, bound": f"{idle.status}, {idle.bound:.0f}",
        "missed talks": str(sum(agenda.missed.values())),
        "broken rules": str(len(violations(plan, agenda))),
        "wall, processor": f"{agenda.seconds:.1f} s, {processor:.1f} s",
        "reproducible": "yes" if agenda.reproducible else "clock",
    }


def no_shows(plan: AgendaPlan, agenda: Agenda) -> dict[str, str]:
    """One row of the second table: single parties that stay away, one after another."""
    chance = random.Random(7)
    rows = []
    for party in chance.sample([one.id for one in plan.parties], NO_SHOWS):
        changed = absent(plan, party, NINE)
        began = time.monotonic()
        after = replan(agenda, changed)
        kinds = Counter(one.kind for one in after.changes)
        broken = len(violations(changed, after.agenda))
        rows.append((after.moved_share, kinds, time.monotonic() - began, broken))
    return {
        "moved, most": f"{max(share for share, *_ in rows):.1%}",
        "cancelled": str(sum(kinds["cancelled"] for _, kinds, *_ in rows)),
        "added": str(sum(kinds["added"] for _, kinds, *_ in rows)),
        "seconds, most": f"{max(seconds for *_, seconds, _ in rows):.1f}",
        "broken rules": str(sum(broken for *_, broken in rows)),
    }


def main() -> None:
    first: dict[str, dict[str, str]] = {}
    second: dict[str, dict[str, str]] = {}
    for size, seed in SIZES:
        plan = made(size, seed)
        began = time.process_time()
        agenda = arrange(plan)
        first[f"{size}, seed {seed}"] = figures(plan, agenda, time.process_time() - began)
        if seed == 1 and size.hosts >= 60:
            second[f"{size}"] = no_shows(plan, agenda)
    table("parties", first)
    table(f"{NO_SHOWS} no-shows, one by one", second)


if __name__ == "__main__":
    main()
