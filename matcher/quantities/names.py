"""The name of a quantity: the words before (or after) a value, without what only leads to them."""

import re
from typing import NamedTuple

from matcher.quantities.types import Change
from matcher.quantities.wording import pattern

LONGEST = 24
_HAN = r"[\u4e00-\u9fff]"
_ENDS = pattern("@ends@")
_BRACKETS = re.compile(r"[(\[]([^()\[\]]{0,20})[)\]]\s?$")
_LEAD = pattern("@leads@{1,8}")
_CUT = pattern("@cuts@")
_TAIL = pattern("@tails@{1,6}$")
_UP = pattern("@up@|@more@")
_IS_NAME = pattern("@change_names@")
_VERB = pattern(r"(?P<verb>@up@|@down@)(?:了|幅度|率|比例|程度|量|值|幅)?(?:也|可|能|将|均)?$")
_VERB_FIRST = pattern(rf"\s*(?:可|能|将|使)?(?P<verb>@up@|@down@)(?=(?:{_HAN}|[A-Za-z]){{2}})")
_AFTER = pattern(r"(?:的|以上的)?(?P<verb>@up@|@down@)(?![到至为])")
_THAN = re.compile(
    r"(?<![配对性之占相])(?:比(?![表容强例热重转能率值])|较(?![大高])|与(?=[^，]{1,12}相比)|相比于?|相较于?"
    r"|相对于?|同比|环比)(?P<other>[^，。；]{0,16}?)(?:相比|而言)?(?:可以|能够|可|能|将)?$"
)
_COMPARED = pattern(
    r"(?<![配对性之占])(?:比|较)(?![例表为])[^，。；]{1,12}?(?P<word>@more@|@less@)(?:出|了|约)?$"
)
_NAME_AFTER = pattern(
    rf"(?:级|等级)?的?(?![下时后]|环境|条件|工况)"
    rf"(?P<name>(?:(?![的是为在不等])(?:{_HAN}|[A-Za-z])){{0,8}}?@heads@)"
    rf"(?!{_HAN}(?<![的和及并且等]))"
)


class Named(NamedTuple):
    """A quantity's name, where it begins, and whether its change is meant."""

    start: int
    name: str
    change: Change = ""


def segment_start(text: str, start: int, end: int) -> int:
    """Return where the clause that leads to `end` begins, at most `LONGEST` characters before."""
    begin = max(start, end - LONGEST)
    stops = [found.end() for found in _ENDS.finditer(text, begin, end)]
    return stops[-1] if stops else begin


def name_before(text: str, start: int, end: int) -> Named:
    """Read the quantity's name out of the words that end at `end`, not beyond `start`."""
    bracket = _BRACKETS.search(text, max(start, end - LONGEST), end)
    if bracket and bracket.start() > start:
        end = bracket.start()
    begin = segment_start(text, start, end)
    words = text[begin:end]
    words, change, whole = _without_change(words)
    kept = _trimmed(words)
    if change and whole and not kept[1]:
        kept = _trimmed(text[begin : begin + len(whole)])
    at, name = kept
    if not name and change:
        at = len(text[begin:end]) - len(text[begin:end].lstrip())
    return Named(begin + at if name or change else end, name, change)


def _without_change(words: str) -> tuple[str, Change, str]:
    """Take the verb of a change off; also return the name that is a change itself (节能)."""
    words = words.rstrip(" :=(")
    compared = _COMPARED.search(words)
    if compared:
        return words[: compared.start()], _direction(compared, "word"), ""
    verb = _VERB.search(words)
    if verb:
        change: Change = _direction(verb)
        is_name = _IS_NAME.match(verb["verb"]) is not None
        rest = words if is_name else words[: verb.start()]
        than = _THAN.search(rest if not is_name else words[: verb.start()])
        if than:
            rest = rest[: than.start()] if not is_name else verb["verb"]
        return rest, change, words[: verb.end()] if not is_name else ""
    first = _VERB_FIRST.match(words)
    if first:
        return " " * first.end() + words[first.end() :], _direction(first), ""
    return words, "", ""


def _direction(found: re.Match[str], group: str = "verb") -> Change:
    return "up" if _UP.fullmatch(found[group]) else "down"


def _trimmed(words: str) -> tuple[int, str]:
    """Cut a name out of the words that lead to a value: offset within them, and the name."""
    tail = _TAIL.search(words)
    if tail:
        words = words[: tail.start()]
    at = max((found.end() for found in _CUT.finditer(words)), default=0)
    lead = _LEAD.match(words, at)
    if lead:
        at = lead.end()
    than = _THAN.search(words[at:])
    if than and than["other"]:
        words = words[: at + than.start()]
    return at, words[at:].rstrip()


def change_after(text: str, end: int) -> Change:
    """Read a change whose verb follows the value: 20%以上的提升."""
    found = _AFTER.match(text, end)
    if found is None:
        return ""
    return _direction(found)


def name_after(text: str, end: int) -> tuple[int, str]:
    """Read a name that follows its value (10年以上使用寿命): where it ends, and the name."""
    found = _NAME_AFTER.match(text, end, min(len(text), end + LONGEST))
    return (found.end(), found["name"]) if found else (end, "")
