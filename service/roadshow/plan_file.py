"""Reads a plan file: every mistake that can be seen is told at once, each with its line."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from service.roadshow import meeting_shapes, plan_shapes
from service.roadshow.errors import Mistake
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
    AudienceSection,
    BarredSection,
    CandidatesSection,
    CapsSection,
    ConflictSection,
    EventSection,
    QuotaSection,
    WorthSection,
)
from service.roadshow.plan_words import mistake_at
from service.roadshow.sections import read_sections
from service.roadshow.toml_lines import Path
from service.roadshow.toml_text import TomlText

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
    draft = read_sections(content, name, TABLES, LISTS, "event")
    draft.mistakes.extend(contradictions(draft.toml.lines, draft.sections))
    if known:
        draft.mistakes.extend(unknown_ids(draft.toml.lines, draft.sections, known))
    draft.refuse()
    return _plan(draft.toml, draft.sections)


def _plan(toml: TomlText, sections: Mapping[str, Any]) -> PlanFile:
    parts: dict[str, Any] = {key: tuple(sections.get(key, ())) for key in LISTS}
    parts["breaks"] = parts.pop("break")
    parts |= {key: sections.get(key) or kind() for key, kind in TABLES.items() if key != "agenda"}
    return PlanFile(toml=toml, agenda=sections.get("agenda"), **parts)
