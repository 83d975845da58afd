"""Small plans that the tests share."""

from datetime import datetime, timedelta

from hypothesis import strategies as st

from matcher.roadshow.agenda.types import AgendaPlan, Party, Request, Room, Slot, Span, Talk

NINE = datetime(2026, 12, 1, 9)


def slot(number: int, kind: str = "m", minutes: int = 20) -> Slot:
    begins = NINE + timedelta(minutes=minutes * number)
    return Slot(f"{kind}{number}", begins, begins + timedelta(minutes=minutes))


def away(*numbers: int) -> tuple[Span, ...]:
    return tuple(Span(slot(one).begins, slot(one).ends) for one in numbers)


def meetings_plan(pairs, slots=3, tables=2, parties=None, weights=None, **more) -> AgendaPlan:
    """`pairs` as strings of two letters, each letter a party."""
    known = {one.id: one for one in parties or ()}
    names = sorted({letter for pair in pairs for letter in pair} | set(known))
    requests = tuple(
        Request(id=pair, host=pair[0], guest=pair[1], weight=weight)
        for pair, weight in zip(pairs, weights or [1.0] * len(pairs), strict=True)
    )
    return AgendaPlan(
        parties=tuple(known.get(name, Party(id=name)) for name in names),
        tables=tuple(str(number + 1) for number in range(tables)),
        meeting_slots=tuple(slot(number) for number in range(slots)),
        requests=requests,
        **more,
    )


@st.composite
def plans(draw, most_requests=5, talks=True) -> AgendaPlan:
    """Any small plan: parties that are away, several delegations, breaks, talks beside meetings."""
    slots = draw(st.integers(2, 3))
    numbers = st.integers(0, slots - 1)
    parties = tuple(
        Party(
            id=name,
            delegations=draw(st.sampled_from([1, 1, 1, 2])),
            away=away(*draw(st.sets(numbers, max_size=1))),
            most=draw(st.sampled_from([None, None, 1, 2])),
        )
        for name in "abcd"
    )
    pairs = draw(
        st.sets(
            st.sampled_from(["ab", "ac", "ad", "bc", "bd", "cd"]),
            min_size=0 if talks else 1,
            max_size=most_requests,
        )
    )
    requests = tuple(
        Request(id=pair, host=pair[0], guest=pair[1], weight=draw(st.sampled_from([0.5, 1.0, 2.0])))
        for pair in sorted(pairs)
    )
    stage = tuple(
        Talk(
            id=f"t{number}",
            speaker=draw(st.sampled_from("abcd")),
            attendance=draw(st.sampled_from([0, 30])),
            interested=tuple(sorted(draw(st.sets(st.sampled_from("abcd"), max_size=3)))),
            slot=draw(st.sampled_from([None, None, "t0"])),
            after=("t0",) if number and draw(st.booleans()) else (),
        )
        for number in range(draw(st.integers(0 if pairs else 1, 3)) if talks else 0)
    )
    pause = draw(st.sampled_from([(), (Span(slot(0).begins, slot(0).ends, "茶歇"),)]))
    return AgendaPlan(
        parties=parties,
        rooms=(Room("大厅", 50), Room("小厅", 20)),
        talk_slots=tuple(slot(number, "t") for number in range(slots)),
        talks=stage,
        tables=tuple("12"[: draw(st.integers(1, 2))]),
        meeting_slots=tuple(slot(number) for number in range(slots)),
        requests=requests,
        breaks=pause,
        seconds=20.0,
    )
