"""Rule `dates`: a year and a month that lost the 年 between them: 20166月底前, 201612月."""

import re

from matcher.text.offsets import Edit

_BROKEN = re.compile(r"(?<![0-9.])(?:19|20)\d{2}(?=(?:1[0-2]|[1-9])月(?!份额|球|牙))")


def find_broken_dates(text: str) -> list[Edit]:
    """Find years that run into their month; 年 is put after them."""
    return [
        Edit(found.end() - 1, found.end(), f"{text[found.end() - 1]}年", 0.9)
        for found in _BROKEN.finditer(text)
    ]
