"""Everything that can be read out of a record's fields, with what was written and how sure it is.

What a record states is never changed by what is inferred: inferred values live here only, each
with its confidence, and a stated one always wins.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from matcher.fields.dates import ParsedDate, read_date
from matcher.fields.industry import ParsedIndustry, read_industry
from matcher.fields.money import ParsedMoney, read_money
from matcher.fields.owner import ParsedOwner, read_owner
from matcher.fields.region import ParsedRegion, read_region
from matcher.fields.transfer import ParsedModes, read_modes
from matcher.fields.trl import ProposedTrl, propose_trl
from matcher.types import Need, Record

VERSION = 2
"""Of what is read; a higher one reads the same row differently."""

_MONEY = ("budget_wan", "price_wan")
_DATES = ("deadline", "posted", "published")
_TRL = ("trl", "min_trl")


class _Shaped(Protocol):
    def as_json(self) -> dict[str, Any]: ...


@dataclass(frozen=True, slots=True)
class StatedTrl:
    """A level as it was written; `value` is None where it was not understood."""

    raw: str
    value: int | None

    def as_json(self) -> dict[str, Any]:
        """Shape it for storing."""
        return {"raw": self.raw, "value": self.value}


@dataclass(frozen=True, slots=True)
class ParsedFields:
    """What was read out of one record; a part is None where there was nothing to read.

    Attributes:
        money: By field, `budget_wan` or `price_wan`.
        dates: By field.
    """

    region: ParsedRegion | None = None
    industry: ParsedIndustry | None = None
    trl: StatedTrl | None = None
    proposed_trl: ProposedTrl | None = None
    transfer_modes: ParsedModes | None = None
    owner_type: ParsedOwner | None = None
    money: Mapping[str, ParsedMoney] = field(default_factory=dict)
    dates: Mapping[str, ParsedDate] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Shape it for storing: JSON values only, empty parts left out."""
        parts: dict[str, _Shaped | None] = {
            "region": self.region,
            "industry": self.industry,
            "trl": self.trl,
            "proposed_trl": self.proposed_trl,
            "transfer_modes": self.transfer_modes,
            "owner_type": self.owner_type,
            **self.money,
            **self.dates,
        }
        shaped = {name: part.as_json() for name, part in parts.items() if part is not None}
        return {"version": VERSION, **shaped}


def read_fields(
    record: Record, raw: Mapping[str, str] | None = None, unit_wan: float = 1.0
) -> ParsedFields:
    """Read a record.

    Args:
        record: Its values win over anything inferred.
        raw: What was written in the row, by field; for dates, money, levels and lists, whose
            values in the record are converted already.
        unit_wan: Unit of a bare amount in `raw`, in 万元.
    """
    raw = raw or {}
    is_need = isinstance(record, Need)
    if isinstance(record, Need):
        organisation, owner_type, modes, level = (
            record.organisation,
            None,
            record.cooperation,
            record.min_trl,
        )
    else:
        organisation, level = record.owner, record.trl
        owner_type = read_owner(record.owner_type, record.owner)
        modes = raw.get("transfer_modes", "") or "；".join(record.transfer_modes)
    written = next((raw[name] for name in _TRL if raw.get(name)), None)
    stated = None if written is None and level is None else StatedTrl(written or str(level), level)
    return ParsedFields(
        region=read_region(record.region, organisation),
        industry=read_industry(record),
        trl=stated,
        proposed_trl=None if is_need or level is not None else propose_trl(record),
        transfer_modes=read_modes(modes) if modes else None,
        owner_type=owner_type,
        money={name: read_money(raw[name], unit_wan) for name in _MONEY if raw.get(name)},
        dates={name: read_date(raw[name]) for name in _DATES if raw.get(name)},
    )
