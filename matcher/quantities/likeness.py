"""How likely two names stand for the same quantity."""

import re
from collections import Counter
from functools import lru_cache

from matcher.quantities.sense import group_of
from matcher.quantities.wording import words_of

UNNAMED = 0.5
_ALIKE = 0.75
_OPPOSITE = 0.1
_FILLING = re.compile(
    r"平均|总体|整体|综合|最高|最大|最低|最小|长期|短期|单次|单位|室温|常温|高温|产品|材料|系统|设备|整机|装置|涂层|值$|的|"
    r"可达|理论|实测|额定|初始|全天|累计|[\s()（）]"
)


@lru_cache(maxsize=8192)
def same_quantity(a: str, b: str) -> float:
    """Score how likely two names mean one quantity, 0 to 1.

    1 for equal names; names of one group (耐温, 使用温度) score 0.75 to 1 when nothing else stands
    before them or the same does; 氨氮去除率 and 除尘效率 score low, although their kinds are alike.
    Where a name is missing, 0.5: neither said nor excluded.

    Args:
        a: one name.
        b: the other; the order does not matter.
    """
    left, right = (_FILLING.sub("", name.lower()) or name.lower() for name in (a, b))
    if not left or not right:
        return UNNAMED
    if left == right:
        return 1.0
    if _are_opposites(left, right):
        return _OPPOSITE
    groups = group_of(left), group_of(right)
    if groups[0].number >= 0 and groups[1].number >= 0:
        if groups[0].number != groups[1].number:
            return min(0.3, 0.5 * _dice(left, right))
        rests = [
            name.replace(group.word, "") for name, group in zip((left, right), groups, strict=True)
        ]
        if not rests[0] and not rests[1]:
            return 0.95
        if not rests[0] or not rests[1]:
            return _ALIKE
        return 0.4 + 0.55 * _dice(*rests)
    return 0.9 * _dice(left, right)


def _are_opposites(a: str, b: str) -> bool:
    for pair in words_of("opposites"):
        one, other = pair.split("|")
        for left, right in ((a, b), (b, a)):
            if one in left and other in right and one not in right and other not in left:
                return True
    return False


def _dice(a: str, b: str) -> float:
    """Share of characters in common, those in equal pairs counted twice."""
    counts = [
        Counter(name) + Counter(name[at : at + 2] for at in range(len(name) - 1)) for name in (a, b)
    ]
    common = sum((counts[0] & counts[1]).values())
    return 2 * common / (counts[0].total() + counts[1].total())
