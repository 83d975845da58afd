"""What a mandate requires to be there: patents, a kind of enterprise, revenue."""

from collections.abc import Iterator

from matcher.capital.rights import ip_states
from matcher.capital.seeker import Seeker
from matcher.capital.types import Mandate, Ruling, State
from matcher.capital.wording import CONDITIONS, Condition, read_condition
from matcher.fields.places import is_within
from matcher.fields.region import read_region

PILOTED = 6
"""Readiness of what has passed its pilot."""


def judge_conditions(mandate: Mandate, seeker: Seeker) -> Iterator[Ruling]:
    """Judge each requirement; what is not understood is left to a person."""
    for written in mandate.requirements:
        condition = read_condition(written)
        if condition is None:
            yield Ruling("requirement", "unknown", f"要求“{written}”，请人工核对")
            continue
        known = seeker.holds.get(condition)
        if known is not None:
            said = "已确认具备" if known else "已确认不具备"
            state: State = "met" if known else "broken"
            yield Ruling("requirement", state, f"要求“{written}”，{said}{CONDITIONS[condition]}")
        elif condition == "local":
            yield _local(mandate, seeker, written)
        elif condition == "piloted" and seeker.trl is not None:
            state = "met" if seeker.trl >= PILOTED else "broken"
            reason = f"要求“{written}”，成熟度 {seeker.trl} 级"
            yield Ruling("requirement", state, reason)
        else:
            yield _by_ip(seeker, condition, written)


def _local(mandate: Mandate, seeker: Seeker, written: str) -> Ruling:
    places = [found.place.code for one in mandate.regions if (found := read_region(one))]
    if seeker.side == "need" and any(is_within(seeker.place, one) for one in places):
        return Ruling("requirement", "met", f"要求“{written}”，企业在{seeker.place_name}")
    return Ruling("requirement", "unknown", f"要求“{written}”，请询问能否做到")


def _by_ip(seeker: Seeker, condition: Condition, written: str) -> Ruling:
    held = ip_states(seeker.ip)
    state = held.get(condition, "unknown")
    asked = CONDITIONS[condition]
    if state == "unknown":
        reason = f"要求“{written}”，请询问是否具备{asked}"
        if seeker.ip and condition in held:
            reason += f"（仅写明“{seeker.ip[:40]}”）"
        return Ruling("requirement", "unknown", reason)
    told = "符合" if state == "met" else "不具备"
    return Ruling("requirement", state, f"要求“{written}”，知识产权为“{seeker.ip[:40]}”，{told}")
