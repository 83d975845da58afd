"""Less waiting for a timetable whose requests stay placed: annealing over Kempe chains.

The meetings of two slots form paths and rings, as each delegation has at most one in each; swapping
the slots of one of them leaves nobody in two places (Lewis, *A Guide to Graph Colouring*, 2016).
"""

import math
import random
import time
from dataclasses import dataclass, field

from matcher.roadshow.agenda.grid import Grid

WARM, COLD = 1.0, 0.05
"""Temperatures, in slots of waiting."""
LOOK = 512
"""Steps between two looks at the clock."""


@dataclass(slots=True)
class Seats:
    """Meetings of delegations; a party with several is several rows. Slots are bits of masks.

    Attributes:
        at: slot of each request.
        tables: meetings at a slot at the most.
        rows: the two delegations of each request.
        meets: request of each delegation at each slot, or -1.
        busy: slots at which the delegation meets.
        able: whether the delegation can meet at the slot.
        load: meetings at each slot.
        team: delegations of each party.
        owner: party of each delegation.
        waits: as in `Grid`, of each party.
        stage: as in `Grid`, of each party.
        spare: as in `Grid`, of each party, as lists.
        deaf: slots at which one meeting already keeps the party from a talk.
    """

    at: dict[int, int]
    tables: int
    rows: dict[int, tuple[int, int]] = field(default_factory=dict)
    meets: list[list[int]] = field(default_factory=list)
    busy: list[int] = field(default_factory=list)
    able: list[list[bool]] = field(default_factory=list)
    load: list[int] = field(default_factory=list)
    team: list[list[int]] = field(default_factory=list)
    owner: list[int] = field(default_factory=list)
    waits: list[int] = field(default_factory=list)
    stage: list[int] = field(default_factory=list)
    spare: list[list[int]] = field(default_factory=list)
    deaf: list[int] = field(default_factory=list)


def seats(layout: Grid, ends: list[tuple[int, int]], at: dict[int, int], tables: int) -> Seats:
    """Give each meeting a delegation on both sides; `ends` are the parties of each request."""
    made = Seats(dict(at), tables)
    width = len(layout.slots)
    made.load = [0] * width
    for party, free in enumerate(layout.free.tolist()):
        count = max(free, default=0)
        made.team.append(list(range(len(made.owner), len(made.owner) + count)))
        made.owner += [party] * count
        made.able += [[number < one for one in free] for number in range(count)]
        made.meets += [[-1] * width for _ in range(count)]
        made.busy += [0] * count
    made.waits = [_mask(row) for row in layout.waits.tolist()]
    made.stage = [_mask(row) for row in layout.stage.tolist()]
    made.deaf = [_mask(row) for row in (layout.spare == 0).tolist()]
    made.spare = layout.spare.tolist()
    for request, slot in sorted(at.items()):
        one, other = (_idle_row(made, party, slot) for party in ends[request])
        made.rows[request] = (one, other)
        for row in (one, other):
            made.meets[row][slot] = request
            made.busy[row] |= 1 << slot
        made.load[slot] += 1
    return made


def _mask(flags: list[bool]) -> int:
    return sum(1 << place for place, flag in enumerate(flags) if flag)


def _idle_row(made: Seats, party: int, slot: int) -> int:
    rows = made.team[party]
    return next(row for row in rows if made.able[row][slot] and made.meets[row][slot] < 0)


def cost(made: Seats, party: int) -> int:
    """Slots that the party waits, and meetings that keep it from hearing a talk."""
    team = made.team[party]
    if len(team) == 1:
        busy = made.busy[team[0]]
        unheard = (busy & made.deaf[party]).bit_count()
    else:
        busy = unheard = 0
        for row in team:
            busy |= made.busy[row]
        for slot, spare in enumerate(made.spare[party]):
            unheard += max(0, sum(made.busy[row] >> slot & 1 for row in team) - spare)
    there = busy | made.stage[party]
    # From the first to the last; nothing where the party is nowhere.
    between = ((1 << there.bit_length()) - 1) & -(there & -there)
    return unheard + (made.waits[party] & between & ~busy).bit_count()


def chain(made: Seats, request: int, other: int) -> list[int] | None:
    """The meetings that change slots with `request` if it goes to `other`; None if one cannot."""
    slot = made.at[request]
    linked = [request]
    for end in made.rows[request]:
        row, here = end, slot
        while True:
            there = other if here == slot else slot
            if not made.able[row][there]:
                return None
            following = made.meets[row][there]
            if following < 0:
                break
            if following == request:
                return linked  # a ring: all of it is known
            linked.append(following)
            one, two = made.rows[following]
            row, here = (two if row == one else one), there
    return linked


def _swap(made: Seats, rows: set[int], slot: int, other: int) -> None:
    for row in rows:
        meets = made.meets[row]
        if (meets[slot] < 0) != (meets[other] < 0):
            made.busy[row] ^= 1 << slot | 1 << other
        meets[slot], meets[other] = meets[other], meets[slot]


def anneal(made: Seats, steps: int, seconds: float) -> tuple[dict[int, int], int, bool]:
    """Return the slots with the least cost seen, that cost, and whether the clock stopped it."""
    chance = random.Random(0)
    costs = [cost(made, party) for party in range(len(made.team))]
    total = sum(costs)
    best, least = dict(made.at), total
    requests, width = sorted(made.at), len(made.load)
    until = time.monotonic() + seconds
    for step in range(steps if width > 1 and requests else 0):
        if least == 0:
            break
        if step % LOOK == 0 and time.monotonic() > until:
            return best, least, True
        request = requests[int(chance.random() * len(requests))]
        slot, other = made.at[request], int(chance.random() * width)
        linked = chain(made, request, other) if other != slot else None
        if linked is None:
            continue
        shift = sum(1 if made.at[one] == slot else -1 for one in linked)
        if made.load[other] + shift > made.tables or made.load[slot] - shift > made.tables:
            continue
        rows = {row for one in linked for row in made.rows[one]}
        _swap(made, rows, slot, other)
        after = {party: cost(made, party) for party in {made.owner[row] for row in rows}}
        change = sum(value - costs[party] for party, value in after.items())
        heat = WARM * (COLD / WARM) ** (step / steps)
        if change > 0 and chance.random() >= math.exp(-change / heat):
            _swap(made, rows, slot, other)
            continue
        for party, value in after.items():
            costs[party] = value
        for one in linked:
            made.at[one] = other if made.at[one] == slot else slot
        made.load[other] += shift
        made.load[slot] -= shift
        total += change
        if total < least:
            best, least = dict(made.at), total
    return best, least, False
