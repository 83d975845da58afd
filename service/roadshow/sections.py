"""Reads the sections of a plan file of any kind: what is wrong is gathered, with its line."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path as FilePath
from typing import Any

from pydantic import ValidationError

from service.errors import FileMissingError
from service.roadshow.errors import Mistake, PlanFileError
from service.roadshow.plan_checks import Known
from service.roadshow.plan_shapes import MOST_RULES, Section
from service.roadshow.plan_words import mistake_at, mistake_of, shown, unknown
from service.roadshow.toml_lines import Path
from service.roadshow.toml_text import LARGEST, TomlText, read_toml

Kinds = Mapping[str, type[Section]]
NAMES = {"achievement": "成果", "need": "需求"}


@dataclass(frozen=True)
class Draft:
    """A plan as far as it was understood.

    Attributes:
        toml: the text with its lines.
        sections: validated ones; None for one that is wrong, in lists too.
        mistakes: grows while the plan is looked at.
    """

    toml: TomlText
    sections: dict[str, Any]
    mistakes: list[Mistake] = field(default_factory=list)

    def tell(self, found: Iterable[tuple[Path, str]]) -> None:
        """Add mistakes of what stands at paths."""
        self.mistakes.extend(mistake_at(self.toml.lines, path, said) for path, said in found)

    def ask(self, known: Known | None, side: Any, places: Sequence[tuple[Path, str]]) -> None:
        """Add a mistake for each id that nobody knows."""
        there = set(known(side, [id_ for _, id_ in places])) if known else set()
        self.tell(
            (path, f"没有编号为{shown(id_)}的{NAMES[side]}，或者它不对您公开；请核对。")
            for path, id_ in places
            if known and id_ not in there
        )

    def refuse(self) -> None:
        """Raise a PlanFileError with all mistakes, if there is one."""
        if self.mistakes:
            raise PlanFileError(self.toml.name, list(dict.fromkeys(self.mistakes)))


def content_of(path: FilePath) -> bytes:
    """Read a plan file, or the beginning of one that is too large.

    Raises:
        FileMissingError: it is not there.
    """
    if not path.is_file():
        raise FileMissingError(path)
    with path.open("rb") as stream:
        return stream.read(LARGEST + 1)


def read_sections(content: bytes, name: str, tables: Kinds, lists: Kinds, main: str) -> Draft:
    """Read a plan's sections.

    Args:
        content: of the file.
        name: of the file, for messages.
        tables: sections that are written once.
        lists: sections that are written as often as wanted.
        main: the section that must be there.

    Raises:
        PlanFileError: it is no TOML.
    """
    draft = Draft(read_toml(content, name), {})
    for key, value in draft.toml.document.items():
        if key in tables:
            draft.sections[key] = _section(draft, (key,), value, tables[key])
        elif key in lists:
            draft.sections[key] = [*_sections(draft, key, value, lists[key])]
        else:
            draft.tell([((key,), unknown(key, (*tables, *lists)))])
    if main not in draft.toml.document:
        draft.mistakes.append(Mistake(0, main, _absent(main, tables, lists)))
    return draft


def _absent(main: str, tables: Kinds, lists: Kinds) -> str:
    brackets = f"[[{main}]]" if main in lists else f"[{main}]"
    fields = {**tables, **lists}[main].model_fields.items()
    needed = "、".join(key for key, one in fields if one.is_required())
    return f"没有写，请补上 {brackets} 一节" + (f"，其中至少要写 {needed}。" if needed else "。")


def _sections(draft: Draft, key: str, value: object, kind: type[Section]) -> Iterator[Any]:
    """Validate each `[[key]]`; None stands for one that is wrong."""
    if not isinstance(value, list):
        draft.tell([((key,), f"要写成 [[{key}]]（双方括号），可以写多节。")])
        return
    if len(value) > MOST_RULES:
        draft.tell([((key,), f"写了 {len(value):,} 节，最多 {MOST_RULES} 节。")])
        return
    for number, one in enumerate(value):
        yield _section(draft, (key, number), one, kind)


def _section(draft: Draft, path: Path, value: object, kind: type[Section]) -> Section | None:
    try:
        return kind.model_validate(value)
    except ValidationError as error:
        problems = error.errors(include_url=False)
    lines, known = draft.toml.lines, kind.model_fields
    draft.mistakes.extend(mistake_of(problem, path, lines, known) for problem in problems)
    # What is right is looked at all the same, so that its contradictions are told too.
    wrong = {problem["loc"][0] for problem in problems if problem["loc"]}
    if not isinstance(value, Mapping):
        return None
    try:
        return kind.model_validate({key: one for key, one in value.items() if key not in wrong})
    except ValidationError:
        return None
