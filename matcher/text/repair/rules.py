"""The rules, in the order in which they are applied.

The order matters: characters in disguise are folded before Traditional is converted, since OpenCC
would turn 鈈 (不 in disguise) into 钚, plutonium; and a replaced string is looked for last, since
variants inside it hide it.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass

from matcher.text.offsets import Edit, OffsetText
from matcher.text.repair.boilerplate import find_boilerplate
from matcher.text.repair.characters import find_odd_characters, find_spaced_words
from matcher.text.repair.dates import find_broken_dates
from matcher.text.repair.doubled import find_doubled
from matcher.text.repair.mojibake import find_mojibake
from matcher.text.repair.punctuation import find_lost_punctuation
from matcher.text.repair.repaired import Mark, Repaired, Step, changes_of
from matcher.text.repair.replaced import find_replaced
from matcher.text.repair.traditional import find_traditional
from matcher.text.repair.variants import find_variants

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule that changes the text.

    Attributes:
        name: What logs and switches call it.
        title: Its Chinese name.
        reason: In Chinese, what goes wrong without it.
        find: Edits of a text, in order and without overlap.
    """

    name: str
    title: str
    reason: str
    find: Callable[[str], list[Edit]]


@dataclass(frozen=True, slots=True)
class MarkRule:
    """A rule that marks places and changes nothing; otherwise as `Rule`."""

    name: str
    title: str
    reason: str
    find: Callable[[str], list[Span]]


RULES = (
    Rule("mojibake", "编码还原", "整段文字用错编码读成了乱码，如 æ°®åŒ–é•“", find_mojibake),
    Rule(
        "characters",
        "字符规范",
        "全角字母、部首码位、零宽字符等看似相同却搜不到",
        find_odd_characters,
    ),
    Rule("spaced", "去字间空格", "词被空格拆开，如 石 墨 烯", find_spaced_words),
    Rule("doubled", "去重叠字", "字后又附了读音或简体，如 服務(wù)", find_doubled),
    Rule("variants", "异形字还原", "火星文和形近字，如 转囮、国镓大学", find_variants),
    Rule("traditional", "繁体转简体", "繁体词与简体词搜不到一起", find_traditional),
    Rule("dates", "日期补全", "日期里丢了“年”，如 20166月", find_broken_dates),
    Rule("replaced", "还原被替换的词", "网站把一个词整篇替换成了另一个", find_replaced),
)
MARKS = (
    MarkRule("punctuation", "断句提示", "标点丢失，句子连成一片", find_lost_punctuation),
    MarkRule(
        "boilerplate", "套话标记", "页眉页脚、部门名单、重复段落等与内容无关", find_boilerplate
    ),
)


CONTEXTUAL = frozenset(rule.name for rule in (*RULES, *MARKS)) - {"characters", "spaced"}
"""Names of the rules that judge; without them a repair is as quick as it is harmless."""


def repair(text: str, without: Collection[str] = ()) -> Repaired:
    """Repair a text.

    Args:
        text: As it was submitted.
        without: Names of rules that are left out.
    """
    current = OffsetText.unchanged(text)
    steps: list[Step] = []
    for order, rule in enumerate(RULES):
        if rule.name in without:
            continue
        edits = rule.find(current.text)
        if not edits:
            continue
        for edit in edits:
            start, end = current.original(edit.start, edit.end)
            steps.append(Step(start, end, rule.name, edit.confidence, order))
        current = current.edited(edits)
    marks = [
        Mark(start, end, rule.name)
        for rule in MARKS
        if rule.name not in without
        for start, end in rule.find(current.text)
    ]
    return Repaired(text, current, changes_of(text, current, steps), tuple(marks))
