"""Rule `doubled`: a character followed by its reading or its simplified form in brackets.

Conversion scripts of some sites write 服務(wù)交易 or 技術(术). Only a reading with a tone mark
counts: 服务(WTO) and 电压(kV) stay.
"""

import re

from matcher.text.offsets import Edit
from matcher.text.repair.traditional import simplify_characters

_TONES = "āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜ"
_ASIDE = re.compile(
    rf"(?<=[\u4e00-\u9fff])[(（](?:(?=[a-zü]*[{_TONES}])[a-zü{_TONES}]{{1,6}}|[\u4e00-\u9fff])[)）]"
)


def find_doubled(text: str) -> list[Edit]:
    """Find the brackets that say the character before them again."""
    return [
        Edit(found.start(), found.end(), "", 0.95)
        for found in _ASIDE.finditer(text)
        if _repeats(text[found.start() - 1], found[0][1:-1])
    ]


def _repeats(char: str, aside: str) -> bool:
    if not "\u4e00" <= aside[0] <= "\u9fff":
        return True
    return aside != char and simplify_characters(char) == aside
