"""Paragraphs as records: `label：value` lines, sections under known headings, or a title and text.

Personal lines (`联系人：…`) become columns, so that they are dropped like any personal column.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from service.importer.forms import Record
from service.importer.labels import parts_of
from service.importer.tables import Recognise

_LONGEST_TITLE = 60
_ATTACHMENT = re.compile(r"附\s*[件表录]\s*[\d一二三四五六七八九十]*\s*[:：.、]?")
_FORM_NAME = re.compile(r".*(?:征集表|登记表|汇总表|信息表|申报表|调查表|需求表|情况表|一览表)")
_SENTENCE_END = "。；;！!？?，,：:."


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph without blanks around it.

    Attributes:
        text: Its characters; a line feed where it has a line break on purpose.
        level: 0 of the document's title, from 1 of headings; None for the others.
    """

    text: str
    level: int | None = None


def title_line(paragraphs: Sequence[Paragraph]) -> Paragraph | None:
    """Find the title: the first heading, else the first line when it is short and no sentence."""
    plain = [
        one
        for one in paragraphs
        if not _ATTACHMENT.fullmatch(one.text) and not _FORM_NAME.fullmatch(one.text)
    ]
    headed = [one for one in plain if one.level is not None and len(one.text) <= _LONGEST_TITLE]
    if headed:
        return min(headed, key=lambda one: one.level or 0)
    first = plain[0] if plain else None
    if first is None or len(first.text) > _LONGEST_TITLE or first.text[-1] in _SENTENCE_END:
        return None
    return first


def prose_records(paragraphs: Sequence[Paragraph], recognise: Recognise, name: str) -> list[Record]:
    """Read the records of a document without grids.

    Args:
        paragraphs: In their order.
        recognise: Tells known headings.
        name: Title of a record without one.
    """
    reading = _Reading(recognise, [one for one in paragraphs if one.text.strip()])
    return reading.records(name)


class _Reading:
    """Goes through paragraphs and collects what stands under each label."""

    def __init__(self, recognise: Recognise, paragraphs: Sequence[Paragraph]) -> None:
        self._recognise = recognise
        self._paragraphs = paragraphs
        self._records: list[dict[str, list[str]]] = []
        self._label_levels: set[int] = set()

    def records(self, name: str) -> list[Record]:
        """Give the records, each with a title."""
        before = self._before_first_label()
        title = title_line(before) if before else None
        self._begin(title.text if title is not None else "")
        label = ""
        for paragraph in self._paragraphs:
            if paragraph is title:
                continue
            if title is not None and self._begins_another(paragraph, title.level):
                self._begin(paragraph.text)
                label = ""
                continue
            for part in parts_of(paragraph.text, self._recognise):
                if part.label and paragraph.level is not None:
                    self._label_levels.add(paragraph.level)
                label = self._put(part.label, part.value, label)
        return [self._finished(one, name) for one in self._records if any(one.values())]

    def _before_first_label(self) -> list[Paragraph]:
        before = []
        for paragraph in self._paragraphs:
            if any(part.label for part in parts_of(paragraph.text, self._recognise)):
                break
            before.append(paragraph)
        return before

    def _begins_another(self, paragraph: Paragraph, level: int | None) -> bool:
        """Tell whether a heading is the title of the next record: it stands above the labels."""
        return (
            level is not None
            and paragraph.level == level
            and bool(self._label_levels)
            and level < min(self._label_levels)
            and not any(part.label for part in parts_of(paragraph.text, self._recognise))
        )

    def _begin(self, title: str) -> None:
        self._records.append({"title": [title]} if title else {})

    def _put(self, label: str, value: str, open_label: str) -> str:
        """Take a value; give the label that the lines after it belong to."""
        if label:
            field = self._recognise(label)
            if field == "title" and self._records[-1].get(label):
                self._begin("")
            self._records[-1].setdefault(label, []).extend([value] if value else [])
            # A date or a name ends with its line; only texts go on, and what has yet to come.
            return label if field == "text" or not value else ""
        self._records[-1].setdefault(open_label or "text", []).append(value)
        is_open = not open_label or self._recognise(open_label) in ("text", "title")
        return open_label if is_open and self._recognise(open_label) != "title" else ""

    def _finished(self, collected: dict[str, list[str]], name: str) -> Record:
        record: Record = {label: "\n".join(values) for label, values in collected.items() if values}
        if any(self._recognise(label) == "title" for label in record if label != "title"):
            # The line above the labels was the name of the form.
            above = record.pop("title", None)
            if above is not None:
                record["其他内容"] = above
        elif "title" not in record:
            record = {"title": name} | record
        return record
