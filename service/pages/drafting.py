"""A need or an achievement while it is being written: its text, and the requirements of a need.

What the reader finds follows the text at every stroke. A person may strike out what was misread
and add what was missed; both are kept by their words, so they stay right while the text changes.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, get_args

from starlette.datastructures import FormData

from matcher.quality import Assessment, assess
from matcher.types import (
    Achievement,
    FieldName,
    Need,
    Record,
    Requirement,
    RequirementKind,
    Side,
    Visibility,
)
from service.pages.words import FIELD_NAMES
from service.web.errors import InvalidError
from service.web.workplace import Workplace
from service.workbench.corrections import read_requirements, stated_requirements
from service.workbench.stated import Stated

KINDS: tuple[RequirementKind, ...] = get_args(RequirementKind)
LONGEST_TITLE, LONGEST_TEXT, LONGEST_FIELD = 500, 20_000, 200
FIELDS: dict[Side, tuple[str, ...]] = {
    "need": ("organisation", "industry", "region", "cooperation"),
    "achievement": ("owner", "owner_type", "industry", "region", "ip"),
}
_WHERE: tuple[FieldName, ...] = ("text", "title")


@dataclass(frozen=True, slots=True)
class Draft:
    """What stands in the form.

    Attributes:
        side: what is being written.
        record: it, without an id.
        struck: words of requirements that the person took out.
        added: kind and words of requirements that the person put in.
        missing: words that the person wanted to put in and that do not stand in the text.
    """

    side: Side
    record: Record
    struck: tuple[str, ...] = ()
    added: tuple[tuple[RequirementKind, str], ...] = ()
    missing: tuple[str, ...] = ()

    @property
    def is_corrected(self) -> bool:
        """Whether a person has changed the requirements."""
        return bool(self.struck or self.added)

    @property
    def has_words(self) -> bool:
        """Whether there is anything to read."""
        return bool(self.record.title.strip() or self.record.text.strip())

    @classmethod
    def of(cls, side: Side, form: FormData) -> "Draft":
        """Read the form.

        Raises:
            InvalidError: a value is too long or cannot be used.
        """
        struck = tuple(dict.fromkeys(_words(form.getlist("struck"))))
        added = []
        for one in _words(form.getlist("added")):
            kind, _, words = one.partition("|")
            added.append((_kind(kind), words))
        draft = cls(side, _record(side, form), struck, tuple(dict.fromkeys(added)))
        return draft._changed(form)

    def _changed(self, form: FormData) -> "Draft":
        """Carry out the one change that the person has just asked for."""
        drop, kind_of = _text(form, "drop"), _text(form, "kind_of")
        draft = self
        if drop:
            draft = draft._without(drop)
        if kind_of:
            kept = draft._without(kind_of)
            draft = replace(
                kept, added=(*kept.added, (_kind(_word(form, f"kind:{kind_of}")), kind_of))
            )
        words = _word(form, "add_words")
        if words and _word(form, "add"):
            item = (_kind(_word(form, "add_kind")), words)
            there = any(words in getattr(draft.record, name) for name in _WHERE)
            if not there:
                return replace(draft, missing=(words,))
            kept = draft._without(words)
            draft = replace(kept, added=(*kept.added, item))
        return draft

    def _without(self, words: str) -> "Draft":
        added = tuple(one for one in self.added if one[1] != words)
        return replace(self, added=added, struck=tuple(dict.fromkeys((*self.struck, words))))


def requirements(place: Workplace, draft: Draft) -> tuple[Requirement, ...]:
    """What the draft asks for: as read, without what was struck out, with what was added.

    Raises:
        NotReadyError: there is no index yet.
        InvalidError: a requirement that was added is stated twice.
    """
    need = draft.record
    if not isinstance(need, Need) or not draft.has_words:
        return ()
    found = read_requirements(place, need)
    if not draft.is_corrected:
        return found
    stated = {
        (one.span.field, one.span.start, one.span.end): one.kind
        for one in found
        if one.span.text not in draft.struck
    }
    for kind, words in draft.added:
        for name in _WHERE:
            at = getattr(need, name).find(words)
            if at >= 0:
                stated[name, at, at + len(words)] = kind
                break
    given = [Stated(kind, name, start, end) for (name, start, end), kind in stated.items()]
    return stated_requirements(place, need, given)


def quality(draft: Draft) -> Assessment | None:
    """How well the draft describes; None for an empty one."""
    return assess(draft.record) if draft.has_words else None


def _record(side: Side, form: FormData) -> Record:
    title = _bounded("标题", _word(form, "title"), LONGEST_TITLE)
    text = _bounded("正文", _text(form, "text"), LONGEST_TEXT)
    values: dict[str, Any] = {
        name: _bounded(FIELD_NAMES[name], _word(form, name), LONGEST_FIELD) for name in FIELDS[side]
    }
    visibility = _visibility(_word(form, "visibility") or "公开")
    if side == "need":
        return Need(
            id="",
            title=title,
            text=text,
            visibility=visibility,
            budget_wan=_amount(_word(form, "budget_wan")),
            min_trl=_trl(_word(form, "min_trl")),
            **values,
        )
    modes = tuple(dict.fromkeys(_words(form.getlist("transfer_modes"))))
    _bounded(FIELD_NAMES["transfer_modes"], "、".join(modes), LONGEST_FIELD)
    return Achievement(
        id="",
        title=title,
        text=text,
        visibility=visibility,
        price_wan=_amount(_word(form, "price_wan")),
        trl=_trl(_word(form, "trl")),
        transfer_modes=modes,
        **values,
    )


def _text(form: FormData, name: str) -> str:
    found = form.get(name, "")
    # A form sends line breaks as CR LF.
    return found.replace("\r\n", "\n").replace("\0", "") if isinstance(found, str) else ""


def _word(form: FormData, name: str) -> str:
    return " ".join(_text(form, name).split()) if name == "title" else _text(form, name).strip()


def _words(values: Sequence[object]) -> list[str]:
    return [one.replace("\r\n", "\n") for one in values if isinstance(one, str) and one]


def _bounded(name: str, value: str, most: int) -> str:
    if len(value) > most:
        raise InvalidError(f"“{name}”有 {len(value)} 字，最多 {most} 字；请写短些，或分成几条。")
    return value


def _kind(word: str) -> RequirementKind:
    for kind in KINDS:
        if kind == word:
            return kind
    raise InvalidError(f"要求的类别“{word}”不认识；请重新选择。")


def _visibility(word: str) -> Visibility:
    for one in get_args(Visibility):
        if one == word:
            found: Visibility = one
            return found
    raise InvalidError(f"可见范围“{word}”不认识；可用：公开、本机构、受限。")


def _amount(word: str) -> float | None:
    if not word:
        return None
    try:
        amount = float(word)
    except ValueError:
        amount = -1.0
    if not 0 <= amount <= 1e9:
        raise InvalidError(f"金额“{word}”不能用；请填写以万元为单位的数字，例如 50。")
    return amount


def _trl(word: str) -> int | None:
    if not word:
        return None
    if word not in set("123456789"):
        raise InvalidError(f"成熟度“{word}”不能用；请填写 1 到 9。")
    return int(word)
