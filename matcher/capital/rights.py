"""What a column of intellectual property proves: which rights there are, and which are granted."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from matcher.capital.types import State
from matcher.capital.wording import Condition

Right = Literal["invention", "patent", "lesser", "software", "other"]
"""`patent`: its kind is not told; `lesser`: 实用新型 or 外观设计."""
Standing = Literal["granted", "pending", "untold"]

_PATENTS: tuple[Right, ...] = ("invention", "patent", "lesser")
_INVENTIONS: tuple[Right, ...] = ("invention", "patent")
# What stands in brackets is a part of what stands before them.
_BRACKET = re.compile(r"[(（]")
_BETWEEN = re.compile(r"[;；、,，。\n)）/|]+|以及|及|和|(?=其中)")
_READ: tuple[tuple[Right, re.Pattern[str]], ...] = (
    ("invention", re.compile(r"发明(?![人家奖])|ZL\s?(?:19|20)\d\d\s?1\d", re.IGNORECASE)),
    ("lesser", re.compile(r"实用新型|外观设计|ZL\s?(?:19|20)\d\d\s?[23]\d", re.IGNORECASE)),
    ("patent", re.compile(r"专利|ZL\s?\d|PCT", re.IGNORECASE)),
    ("software", re.compile(r"软著|著作权")),
    ("other", re.compile(r"商标|新品种|品种权|布图|技术秘密|商业秘密|专有技术")),
)
# 无 also begins 无人机, 无机, 无纺布: it denies only at the end, or before what it could deny.
_DENIABLE = r"(?:$|任何|相关|已?授权|有效|已?申请|发明|实用新型|外观|专利|软|著作权|自主|知识产权)"
_NONE = re.compile(
    rf"(?<![\d.])[0零]\s*[项件个]|[:：]\s*0$|(?:^|[:：暂尚均前还])无{_DENIABLE}|没有{_DENIABLE}"
    r"|未(?:申请|取得|拥有|形成)(?:$|任何|相关|发明|专利|软著|知识产权)"
)
_NUMBER = re.compile(r"[\d一二三四五六七八九十两]")
_OF_GRANTS = re.compile(r"授权|有效|证书")
_UNGRANTED = re.compile(r"[未待拟].{0,3}授权|即将授权|授权(?:中|阶段)")
_GRANTED = re.compile(r"授权|证书|已获.{0,4}(?:专利|发明)|有效|ZL\s?\d", re.IGNORECASE)
_PENDING = re.compile(r"申请|受理|公开|公布|实审|审查|在审|PCT", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Clause:
    """A part of a column; `right` is None where it says how something stands, but not what."""

    right: Right | None
    there: bool
    standing: Standing


def ip_states(written: str) -> Mapping[Condition, State]:
    """Tell what a column of intellectual property proves; empty if nothing is written.

    发明专利2项 names patents, and leaves open whether they are granted. A column that lists other
    rights and no patent proves that there is none; 申请5项，授权3项 does not say of what, and
    proves nothing.
    """
    if not written.strip():
        return {}
    clauses = _clauses(written)
    unclear = not clauses or any(one.right is None for one in clauses)
    absent: State = "unknown" if unclear else "broken"
    there = {one.right for one in clauses if one.there}
    # 暂无授权专利 denies grants, not patents.
    only_grants = any(not one.there and one.standing == "pending" for one in clauses)
    unseen: State = "unknown" if only_grants else absent
    return {
        "patent": "met" if there.intersection(_PATENTS) else unseen,
        "granted_patent": _granted(clauses, _PATENTS, absent),
        "granted_invention": _granted(clauses, _INVENTIONS, absent),
        "software": "met" if "software" in there else absent,
    }


def _granted(clauses: Sequence[_Clause], rights: tuple[Right, ...], absent: State) -> State:
    own = [one for one in clauses if one.there and one.right in rights]
    for one in own:
        # A granted patent of unknown kind may be no invention.
        if one.standing == "granted" and (one.right != "patent" or rights == _PATENTS):
            return "met"
    return absent if all(one.standing == "pending" for one in own) else "unknown"


def _clauses(written: str) -> list[_Clause]:
    """Read the parts; one that names no right goes on with the patents before it."""
    found: list[_Clause] = []
    for part in map(str.strip, _BETWEEN.split(_BRACKET.sub("，其中", written))):
        last = found[-1] if found else _Clause(None, False, "untold")
        right = next((name for name, form in _READ if form.search(part)), None)
        denied = bool(_NONE.search(part))
        standing = _standing(part, denied=denied)
        goes_on = right is None and last.right in _PATENTS
        if right is None and not denied and standing == "untold":
            continue
        if goes_on and last.standing == "untold" and not _NUMBER.search(part):
            found.pop()  # 发明专利2项，尚未授权: of both
        if goes_on:
            right = last.right
        elif right is None and denied:
            right = "other"  # 无: a list with nothing in it
        elif part.startswith("其中") and standing == "untold":
            standing = last.standing
        found.append(_Clause(right, not denied, standing))
    return found


def _standing(part: str, *, denied: bool) -> Standing:
    if denied:
        return "pending" if _OF_GRANTS.search(part) else "untold"
    if _UNGRANTED.search(part):
        return "pending"
    if _GRANTED.search(part):
        return "granted"
    return "pending" if _PENDING.search(part) else "untold"
