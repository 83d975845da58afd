"""What stands in a need like a requirement and is none: headings, what is in use, what is wrong.

A need also tells what the firm does and suffers today; the reader's tags cannot always tell that
from a wish. Only what is plain by its words is taken away here.
"""

import re

_CLAUSE_START = re.compile(r"[，,；;。！!？?\n]")
_NEAR = 24
# 预期[指标], 考核[指标]: a heading, cut off.
_HEADING = re.compile(
    r"(?:[一二三四五六七八九十\d]*[、.)）])?\s*"
    r"(?:(?:主要|预期|考核|技术|性能|量化|经济|研究|任务|合作|拟解决|需达到|达到|应达到|具体|相关)"
    r"(?:要求|指标|内容|目标|难题|方式|任务|需求)?|指标|要求|目标|难题|需求)"
)
_AFTER_HEADING = re.compile(r"(?:指标|要求|内容|目标|难题|方式|任务|需求|参数)?\s*[:：]")
# The business side: what it may cost, how much is bought, how to cooperate.
_BUSINESS = re.compile(
    r"(?:项目)?(?:预算|经费|投资|起订量|合作方式|联系人?|技术转让|(?:每年|年|月)?(?:采购|用量|需求量?)(?:约|大概|为)?\s*\d)"
)
# What is in use or was tried.
_TRIED = re.compile(
    r"(?:现用|现在用|目前用|现有的?(?:工艺|方法|产品|方案|设备)是|目前(?:采用|使用|靠|是)|现(?:在)?(?:采用|使用|靠)"
    r"|(?:以前|之前|此前|原先|曾经?|也)?(?:试|用|买|加|镀|装|换|找)过)[^，,；;。！!？?\n要求望]{0,12}$"
)
# What is wrong today, at the end of a clause that wishes nothing.
_TROUBLE = re.compile(
    r"(?:超标|掉得厉害|吃不消|受不了|难洗|不够用|跟不上|居高不下|年年涨|频发|频繁)[)）]?\s*(?=[，,；;。！!？?\n]|$)"
)
_PRESENT = re.compile(r"(?:我[们司厂]|本厂|公司)?(?:目前|现在|当前|眼下|如今|近年来?|去年)")
_WISH = re.compile(
    r"要|求|望|需|想|解决|降|消除|避免|防止|改善|克服|减|抑制|治理|杜绝|不(?![够足消了上下良合稳匀均])|寻|征|以内|以上|以下"
)


def is_background(text: str, start: int, end: int) -> bool:
    """Whether [start, end) of a need's text only looks like a requirement."""
    words = text[start:end]
    if _HEADING.fullmatch(words) and _AFTER_HEADING.match(text, end):
        return True
    if _BUSINESS.match(words):
        return True
    begin, last = _clause(text, start, end)
    if _TRIED.search(text, begin, start) is not None:
        return True
    if _WISH.search(text, begin, last):
        return False
    return bool(_TROUBLE.search(text, start, last) or _PRESENT.match(text, begin))


def _clause(text: str, start: int, end: int) -> tuple[int, int]:
    """The clause around a place, at most some two dozen characters to either side."""
    marks = [one.end() for one in _CLAUSE_START.finditer(text, max(0, start - _NEAR), start)]
    begin = marks[-1] if marks else max(0, start - _NEAR)
    after = _CLAUSE_START.search(text, end, min(len(text), end + _NEAR))
    return begin, after.start() if after else min(len(text), end + _NEAR)
