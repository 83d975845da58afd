"""Whether an achievement denies what a need wants denied: 不产生废水 and 全程无废水外排.

Words alone cannot tell 不产生废水 from 产生废水. A cue of negation (NegEx, Chapman et al. 2001)
denies what follows it in its clause; what a requirement denies is looked for in the achievement's
clauses, and there again it is denied or not. Where it is not, and no other clause denies it, the
achievement says the contrary.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from matcher.requirements.clauses import Place

Polarity = Literal["", "agrees", "opposes"]

# 不锈钢, 不低于, 无人机, 非织造: no denial.
_DENIAL = (
    r"不(?![锈饱同良透育均仅但断足]|低于|高于|大于|小于|少于|多于|超|长于|短于|规则|平衡|确定|对称)"
    r"|无(?!人[机驾值车艇]|线|纺|机|缝|损[检探]|菌|量纲|级|源[滤网]|论|极|刷|烟煤|序|监督|水[氟乙])"
    r"|免(?!疫)|零(?=排放|残留|添加|废|泄漏|污染|接触|损伤)|避免|杜绝|禁止|禁用|严禁|没有|未(?!来)|(?<![个分特级区类识鉴差辨判])别(?![墅名的人])|勿"
)
_CUE = re.compile(_DENIAL)
# An offer also denies what it does away with; a need that wants rust removed denies no rust.
_OFFER_CUE = re.compile(
    _DENIAL + r"|省去|省掉|取消|去除|不再|代替|替代|停用|消除|摒弃|防止|抗|而非"
)
# What may stand between the cue and what is denied.
_LEAD = re.compile(
    r"(?:[会能要得应宜许可须需必曾]|产生|使用|采用|添加|外加|加入|投加|依赖|依靠|引入|带入|带有?|出现|发生|造成|引起"
    r"|存在|含有?|用于?|有|任何|明显|新的?|再|额外|另外?|过程中?|对|人为|的)+"
)
_END = re.compile(r"[、和及与或以且并,，的而就也后]")
# After what is denied: 溶剂未检出, 甲醛含量为零.
_DENIED_AFTER = re.compile(
    r"[^，,；;。]{0,4}?(?:为零|为0(?![.\d])|零排放|零残留|未检出|未见|不再|不需|不用|不含|不[^，,；;。]{0,3}$|均?无)"
)
# What is only less is neither there nor gone; harm that is small is no harm.
_LESS = re.compile(
    r"减[少轻小缓弱]|降[低至到]|下降|延[长缓]|推迟|[小低少]于|较[小低少]|略|轻微|极[小低少]|保持|原样|不变|近|良好|回用|清洗干净"
)
# 产生废水, 需停炉: said outright.
_OUTRIGHT = re.compile(
    r"(?:产生|须|需要?|必须|含有?|采用|使用|加入|添加|投加|依赖|会|要|仍|存在|排放|外排)[^，,；;。]{0,6}$"
)
_HAN = re.compile(r"[\u4e00-\u9fffA-Za-z0-9]+")
_BEFORE = re.compile(r"[\u4e00-\u9fffA-Za-z]{1,4}$")
_SUBSTANCES = frozenset("氟氯溴硼磷砷铬铅汞镉硫醛氰氨苯锡镍钴锑盐糖酒水油酸碱胶")
_STOPPED = re.compile(r"停[机炉产车窑线工]")
# 不可避免地产生, 不得不使用: what is denied twice is said.
_AFFIRMS = re.compile(
    r"(?:不可|不能|无法|难以|未能)(?:避免|杜绝|消除|防止)地?|不得不|并?非(?=[无不])[无不]"
)
_WORD_PAIR = 3
LONGEST = 8
"""Characters that a cue denies."""
LEAST = 0.6
"""Share of what is denied that a clause must repeat to speak of it."""


@dataclass(frozen=True, slots=True)
class Denial:
    """How an achievement stands to what a requirement denies.

    Attributes:
        polarity: `agrees` where it denies the same, `opposes` where it says it outright and
            nowhere denies it, else empty.
        place: of the clause that says so; (0, 0) for none.
    """

    polarity: Polarity
    place: Place = (0, 0)


NEITHER = Denial("")


@dataclass(frozen=True, slots=True)
class Denied:
    """What a text denies.

    Attributes:
        words: what is denied, without what leads to it.
        place: where these words stand.
    """

    words: str
    place: Place


def denied_in(text: str) -> list[Denied]:
    """Find what a text denies; offsets are into `text`."""
    found = []
    for cue in _CUE.finditer(text):
        lead = _LEAD.match(text, cue.end())
        start = lead.end() if lead else cue.end()
        words = _HAN.match(text, start, min(len(text), start + LONGEST))
        if words is None:
            continue
        stop = _END.search(text, start + 1, words.end())
        end = stop.start() if stop else words.end()
        said = text[start:end]
        before = _BEFORE.search(text, 0, cue.start())
        if cue[0] == "零" and before:  # 废水零排放
            said = before[0] + said
        found.append(Denied(said, (start, end)))
    return found


def denial_of(requirement: str, text: str, places: Sequence[Place]) -> Denial:
    """Tell how a text stands to what a requirement denies.

    Args:
        requirement: its words.
        text: of the achievement.
        places: the text's clauses.
    """
    opposed = NEITHER
    text = _alike(text)
    for denied in denied_in(_alike(requirement)):
        for place in places:
            clause = text[slice(*place)]
            at = _spoken_of(denied.words, clause)
            if at is None:
                continue
            if _is_denied(clause, at):
                return Denial("agrees", place)
            if not _LESS.search(clause) and _OUTRIGHT.search(clause[: at[0]]):
                opposed = opposed if opposed.polarity else Denial("opposes", place)
    return opposed


def _alike(text: str) -> str:
    """Write alike what is said in several ways; every offset stays."""
    text = _STOPPED.sub("停机", text.replace("外排", "排放"))
    return _AFFIRMS.sub(lambda at: "必须".ljust(len(at[0]), "会"), text)


def _spoken_of(words: str, clause: str) -> Place | None:
    """Where a clause speaks of words: it has them, or enough of their pairs of letters."""
    at = clause.find(words)
    if at >= 0:
        return (at, at + len(words)) if len(words) > 1 or words in _SUBSTANCES else None
    hits = [at for i in range(len(words) - 1) if (at := clause.find(words[i : i + 2])) >= 0]
    head = len(words) > _WORD_PAIR and words[:2] in clause
    if not hits or not (head or len(hits) >= LEAST * (len(words) - 1)):
        return None
    return min(hits), max(hits) + 2


def _is_denied(clause: str, at: Place) -> bool:
    if any(at[0] - cue.end() <= LONGEST for cue in _OFFER_CUE.finditer(clause, 0, at[1])):
        return True
    return _DENIED_AFTER.match(clause, at[1]) is not None
