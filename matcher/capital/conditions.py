"""What a mandate requires to be there: patents, a kind of enterprise, revenue."""

import re
from collections.abc import Iterator, Mapping

from matcher.capital.seeker import Seeker
from matcher.capital.types import Mandate, Ruling, State
from matcher.capital.wording import CONDITIONS, Condition, read_condition
from matcher.fields.places import is_within
from matcher.fields.region import read_region

PILOTED = 6
"""Readiness of what has passed its pilot."""
_CLAUSE = re.compile(r"[;；、,，。\n]+")
_NONE = re.compile(r"(?:^|\D)0\s*[项件]|无|没有|尚未")
_GRANTED = re.compile(r"授权|证书|已获|有效|ZL\s?\d", re.IGNORECASE)
_APPLIED = re.compile(r"申请|受理|公开|公布|实审|实质审查|在审")
_INVENTION = re.compile(r"发明")
_PATENT = re.compile(r"专利|发明|实用新型|外观设计|ZL\s?\d", re.IGNORECASE)
_SOFTWARE = re.compile(r"软著|软件著作权|著作权")


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


def ip_states(written: str) -> Mapping[Condition, State]:
    """Tell what a column of intellectual property proves; empty where it says nothing.

    发明专利2项 names patents, and leaves open whether they are granted. A column that lists other
    rights and no patent proves that there is none.
    """
    clauses = [one.strip() for one in _CLAUSE.split(written) if one.strip()]
    if not clauses:
        return {}
    patents = [one for one in clauses if _PATENT.search(one) and not _NONE.search(one)]
    inventions = [one for one in patents if _INVENTION.search(one) or "ZL" in one.upper()]
    software = any(_SOFTWARE.search(one) and not _NONE.search(one) for one in clauses)
    return {
        "patent": "met" if patents else "broken",
        "granted_patent": _granted(patents),
        "granted_invention": _granted(inventions),
        "software": "met" if software else "broken",
    }


def _granted(clauses: list[str]) -> State:
    if any(_GRANTED.search(one) and not re.search("未授权|尚未", one) for one in clauses):
        return "met"
    return "broken" if all(_APPLIED.search(one) for one in clauses) else "unknown"
