"""Comparators that do not stand right before their value."""

import re

from matcher.quantities.bounds import Bound, bound_before, strong_word
from matcher.quantities.names import Named, name_before

_SHARE_REACH = 12
_DENIED = re.compile(r"(?:绝?不[会能要得应宜许可]?|别|勿)(?:再|明显)?$")


def with_bound_of_share(text: str, named: Named, bound: Bound) -> tuple[Named, Bound]:
    """Read a comparator that stands before what a share is of: 不超过处理量的5%."""
    start = max(named.start, bound.start - _SHARE_REACH)
    word = strong_word().search(text, start + 1, bound.start)
    if word is None:
        return named, bound
    before = bound_before(text, start, word.end())
    found = name_before(text, named.start, before.start)
    return found, bound._replace(start=before.start, strong=before.strong)


def with_bound_before_verb(named: Named, bound: Bound) -> tuple[Named, Bound]:
    """Read a comparator that stands before the verb of a change: 至少降低50%."""
    if not named.change or bound.says:
        return named, bound
    inner = bound_before(named.name, 0, len(named.name))
    if not inner.says:
        return named, bound
    bound = bound._replace(strong=inner.strong, weak=inner.weak, about=inner.about)
    return named._replace(name=named.name[: inner.start].rstrip()), bound


def with_change_denied(named: Named, bound: Bound) -> tuple[Named, Bound]:
    """Read a change that must not be larger: 成本不增加5%以上."""
    found = _DENIED.search(named.name) if named.change else None
    if found is None or bound.says:
        return named, bound
    return named._replace(name=named.name[: found.start()]), bound._replace(strong="<=")
