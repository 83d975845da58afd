"""Who could be financed: an achievement on its way to the market, or an enterprise with a need."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from matcher.capital.types import Kind, Stage
from matcher.capital.wording import Condition
from matcher.fields.read import ParsedFields, read_fields
from matcher.types import Achievement, Need, Side


@dataclass(frozen=True, slots=True, kw_only=True)
class Seeker:
    """What rules look at; None and empty mean that nobody has stated it.

    Attributes:
        section, division: of the industry (GB/T 4754-2017), `C` and `27`.
        industry_is_stated: whether by the record itself; else it was inferred.
        place: code of GB/T 2260, as far down as known; `place_name` for people.
        trl: stated readiness of the technology; for needs that of the achievement does not count.
        proposed_trl: what its text suggests.
        stage: of the company.
        amount_wan: what is sought; `amount_is_estimate`: only a price or a budget is known.
        kinds: of capital that are welcome.
        ip: as written.
        holds: requirements that are known to be met or not.
    """

    id: str
    side: Side
    title: str = ""
    text: str = ""
    section: str = ""
    division: str = ""
    industry_is_stated: bool = False
    place: str = ""
    place_name: str = ""
    trl: int | None = None
    proposed_trl: int | None = None
    stage: Stage | None = None
    amount_wan: float | None = None
    amount_is_estimate: bool = False
    kinds: frozenset[Kind] = frozenset()
    ip: str = ""
    holds: Mapping[Condition, bool] = field(default_factory=dict)


def seeker_of(
    record: Need | Achievement,
    *,
    parsed: ParsedFields | None = None,
    stage: Stage | None = None,
    amount_wan: float | None = None,
    kinds: frozenset[Kind] = frozenset(),
    holds: Mapping[Condition, bool] | None = None,
) -> Seeker:
    """Read a record as one who could be financed.

    Args:
        record: its price or budget stands in for an unknown amount, as an estimate.
        parsed: what was read out of its fields, if that is at hand.
        stage: of the company; this and what follows is what an organiser knows beyond the record.
        amount_wan: what is sought, in 万元.
        kinds: of capital that are welcome.
        holds: requirements that are known to be met or not.
    """
    fields = parsed or read_fields(record)
    industry, region, proposed = fields.industry, fields.region, fields.proposed_trl
    is_need = isinstance(record, Need)
    hint = record.budget_wan if isinstance(record, Need) else record.price_wan
    return Seeker(
        id=record.id,
        side="need" if is_need else "achievement",
        title=record.title,
        text=record.text,
        section=industry.section if industry else "",
        division=industry.division if industry else "",
        industry_is_stated=industry is not None and industry.how == "stated",
        place=region.place.code if region else "",
        place_name=_name(fields),
        trl=None if isinstance(record, Need) else record.trl,
        proposed_trl=proposed.level if proposed else None,
        stage=stage,
        amount_wan=hint if amount_wan is None else amount_wan,
        amount_is_estimate=amount_wan is None and hint is not None,
        kinds=kinds,
        ip="" if isinstance(record, Need) else record.ip,
        holds=dict(holds or {}),
    )


def _name(fields: ParsedFields) -> str:
    if fields.region is None:
        return ""
    place = fields.region.place
    return "".join(dict.fromkeys((place.province, place.city, place.district)))
