"""Reads a plan file: every mistake that can be seen is told at once, each with its line."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from service.roadshow import meeting_shapes, plan_shapes
from service.roadshow.errors import Mistake, PlanFileError
from service.roadshow.meeting_shapes import (
    AbsentSection,
    AgendaSection,
    BreakSection,
    BrokerSection,
    InvitationsSection,
    RoomSection,
)
from service.roadshow.plan_checks import Known, contradictions, unknown_ids
from service.roadshow.plan_shapes import (
    MOST_RULES,
    AudienceSection,
    BarredSection,
    CandidatesSection,
    CapsSection,
    ConflictSection,
    EventSection,
    QuotaSection,
    Section,
    WorthSection,
)
from service.roadshow.plan_words import mistake_at, mistake_of, unknown
from service.roadshow.toml_lines import Path
from service.roadshow.toml_text import TomlText, read_toml

TABLES = plan_shapes.TABLES | meeting_shapes.TABLES
LISTS = plan_shapes.LISTS | meeting_shapes.LISTS


@dataclass(frozen=True, kw_only=True)
class PlanFile:
    """A plan as it was written; `service.roadshow.plan_parts` makes what solvers take of it.

    Attributes:
        toml: the text with its lines.
        agenda: None where the plan has none.
    """

    toml: TomlText
    event: EventSection
    candidates: CandidatesSection
    audience: AudienceSection
    worth: WorthSection
    caps: CapsSection
    invitations: InvitationsSection
    agenda: AgendaSection | None
    quota: tuple[QuotaSection, ...] = ()
    conflict: tuple[ConflictSection, ...] = ()
    barred: tuple[BarredSection, ...] = ()
    broker: tuple[BrokerSection, ...] = ()
    room: tuple[RoomSection, ...] = ()
    breaks: tuple[BreakSection, ...] = ()
    absent: tuple[AbsentSection, ...] = ()

    def mistake(self, path: Path, message: str) -> Mistake:
        """Make a mistake of what stands at a path."""
        return mistake_at(self.toml.lines, path, message)


def read_plan(content: bytes, name: str, known: Known | None = None) -> PlanFile:
    """Read a plan.

    Args:
        content: of the file.
        name: of the file, for messages.
        known: asked for each id of the plan; without it ids are not compared with the store.

    Raises:
        PlanFileError: with every mistake of shapes, contradictions and ids.
    """
    toml = read_toml(content, name)
    mistakes: list[Mistake] = []
    sections: dict[str, Any] = {}
    for key, value in toml.document.items():
        if key in TABLES:
            sections[key] = _section(toml, (key,), value, TABLES[key], mistakes)
        elif key in LISTS:
            sections[key] = [*_sections(toml, key, value, mistakes)]
        else:
            mistakes.append(mistake_at(toml.lines, (key,), unknown(key, (*TABLES, *LISTS))))
    if "event" not in toml.document:
        problem = "没有写，请补上一节 [event]，其中至少有 size（选几项）。"
        mistakes.append(Mistake(0, "event", problem))
    mistakes += contradictions(toml.lines, sections)
    if known:
        mistakes += unknown_ids(toml.lines, sections, known)
    if mistakes:
        raise PlanFileError(name, mistakes)
    return _plan(toml, sections)


def _plan(toml: TomlText, sections: Mapping[str, Any]) -> PlanFile:
    parts: dict[str, Any] = {key: tuple(sections.get(key, ())) for key in LISTS}
    parts["breaks"] = parts.pop("break")
    parts |= {key: sections.get(key) or kind() for key, kind in TABLES.items() if key != "agenda"}
    return PlanFile(toml=toml, agenda=sections.get("agenda"), **parts)


def _sections(toml: TomlText, key: str, value: object, mistakes: list[Mistake]) -> Iterator[Any]:
    """Validate each `[[key]]`; None stands for one that is wrong."""
    if not isinstance(value, list):
        problem = f"要写成 [[{key}]]（双方括号），可以写多节。"
        mistakes.append(mistake_at(toml.lines, (key,), problem))
        return
    if len(value) > MOST_RULES:
        problem = f"写了 {len(value):,} 节，最多 {MOST_RULES} 节。"
        mistakes.append(mistake_at(toml.lines, (key,), problem))
        return
    for number, one in enumerate(value):
        yield _section(toml, (key, number), one, LISTS[key], mistakes)


def _section(
    toml: TomlText, path: Path, value: object, kind: type[Section], mistakes: list[Mistake]
) -> Section | None:
    try:
        return kind.model_validate(value)
    except ValidationError as error:
        problems = error.errors(include_url=False)
    known = kind.model_fields
    mistakes += [mistake_of(problem, path, toml.lines, known) for problem in problems]
    # What is right is looked at all the same, so that its contradictions are told too.
    wrong = {problem["loc"][0] for problem in problems if problem["loc"]}
    if not isinstance(value, Mapping):
        return None
    try:
        return kind.model_validate({k: v for k, v in value.items() if k not in wrong})
    except ValidationError:
        return None
