"""The data quality report of an import: what is missing, garbled, stale, short, badly described.

Fields and dates are counted in every record. Repair and the description score cost several times
what an import costs, so they look at a random sample (reservoir sampling, Vitter 1985, algorithm R,
with a fixed seed): all records of a small file, `SAMPLE` of a large one. Memory does not grow with
the file.
"""

import random
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from matcher.quality import QualityCounts, assess
from matcher.quality.assess import garbled_characters
from matcher.text.repair import repair
from matcher.types import Need, Record, Side
from service.importer.report import ImportReport
from service.quality_json import description_as_json
from service.store.rows import FIELDS

SAMPLE = 2_000
"""Records whose texts are examined. A share of 5 % is then known to within 1 point (95 %)."""
MOST_CHARACTERS = 10_000
"""Of a title or a text that are kept of a sampled record and examined."""
SHORT = 30
"""Characters below which a text says hardly more than a title."""
OLD_YEARS: Mapping[Side, int] = {"need": 2, "achievement": 5}
"""Years after which what was published is probably settled, or overtaken."""
SHAPE = 1
"""Version of the JSON shape."""
_ASKED: Mapping[Side, tuple[str, ...]] = {
    side: tuple(
        name for name in names if name not in ("id", "visibility", "industry_code", "owner_type")
    )
    for side, names in FIELDS.items()
}
_EMPTY = (None, "", ())


class DataQuality:
    """Observes the records of one import.

    Args:
        side: What they are.
        today: Dates are judged by it.
    """

    def __init__(self, side: Side, today: date) -> None:
        self.side = side
        self.records = 0
        self.missing: Counter[str] = Counter()
        self.short_texts = 0
        self.stale: Counter[str] = Counter()
        self._today = today
        self._long_ago = date(today.year - OLD_YEARS[side], today.month, min(today.day, 28))
        self._sample: list[Record] = []
        self._random = random.Random(0)  # the same file gives the same report

    def observe(self, record: Record) -> None:
        """Count one record."""
        self.records += 1
        for name in _ASKED[self.side]:
            if getattr(record, name) in _EMPTY:
                self.missing[name] += 1
        self.short_texts += 0 < len(record.text) < SHORT
        self._judge_dates(record)
        if len(self._sample) < SAMPLE:
            self._sample.append(_cut(record))
        elif (place := self._random.randrange(self.records)) < SAMPLE:
            self._sample[place] = _cut(record)

    def _judge_dates(self, record: Record) -> None:
        if isinstance(record, Need):
            deadline, published = record.deadline, record.posted
        else:
            deadline, published = None, record.published
        if deadline is not None and deadline < self._today:
            self.stale["deadline_passed"] += 1
        elif published is not None and published < self._long_ago:
            self.stale["old"] += 1
        if published is not None and published > self._today:
            self.stale["future"] += 1

    def as_json(
        self, report: ImportReport, suspected: Mapping[str, int] | None = None
    ) -> dict[str, Any]:
        """Examine the sample and give the whole as JSON values.

        Args:
            report: Of the same import, complete.
            suspected: `records` that may be the same thing as another one and `groups` of them,
                where they were looked for; that costs more than the import itself.
        """
        names = ("deadline_passed", "old", "future")
        return {
            "version": SHAPE,
            "records": self.records,
            "missing": {name: self.missing[name] for name in _ASKED[self.side]},
            "short_texts": {"below": SHORT, "records": self.short_texts},
            "dates": {name: self.stale[name] for name in names}
            | {"old_years": OLD_YEARS[self.side]},
            "duplicates": {
                "exact": report.duplicate,
                "suspected": None if suspected is None else dict(suspected),
            },
            "rejected": report.rejected,
            "examined": len(self._sample),
            **self._examine(),
        }

    def _examine(self) -> dict[str, Any]:
        """Repair and assess the sampled records."""
        rules: Counter[str] = Counter()
        counts = QualityCounts()
        characters = garbled = garbled_records = 0
        for record in self._sample:
            title, text = repair(record.title), repair(record.text)
            here = 0
            for one in (title, text):
                here += garbled_characters(one)
                characters += len(one.original)
                for change in one.changes:
                    rules.update(change.rule.split("+"))
            garbled += here
            garbled_records += here > 0
            counts.add(assess(record, {"title": title, "text": text}))
        examined = len(self._sample) or 1
        return {
            "garble": {
                "records": garbled_records,
                "share": round(garbled_records / examined, 4),
                "character_share": round(garbled / (characters or 1), 6),
                "repairs": dict(rules.most_common()),
            },
            "description": description_as_json(counts),
        }


def _cut(record: Record) -> Record:
    """Leave out what is not examined: a sample of books would fill the memory."""
    if max(len(record.title), len(record.text)) <= MOST_CHARACTERS:
        return record
    title, text = record.title[:MOST_CHARACTERS], record.text[:MOST_CHARACTERS]
    return replace(record, title=title, text=text)
