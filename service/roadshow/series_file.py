"""Reads the plan file of a series: every mistake that can be seen is told at once."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from service.roadshow.errors import Mistake
from service.roadshow.plan_checks import Known, contradictions, unknown_ids
from service.roadshow.plan_shapes import CandidatesSection
from service.roadshow.sections import Draft, read_sections
from service.roadshow.series import ALL_LISTS, ALL_TABLES, SeriesEventSection, ids_of, stage_of
from service.roadshow.themes import theme_mistakes
from service.roadshow.toml_lines import Path

_MOST_EVENTS = 400


def read_series(content: bytes, name: str, known: Known | None = None) -> Draft:
    """Read the plan of a series.

    Args:
        content: of the file.
        name: of the file, for messages.
        known: asked for each id of the plan; without it ids are not compared with the store.

    Raises:
        PlanFileError: with every mistake of shapes, contradictions and ids.
    """
    draft = read_sections(content, name, ALL_TABLES, ALL_LISTS, "event")
    draft.mistakes.extend(contradictions(draft.toml.lines, _shared(draft)))
    draft.tell(_against(draft))
    for number, one in _events(draft):
        draft.tell(_against_event(("event", number), one))
        draft.mistakes.extend(_quotas(draft, number, one))
    if known:
        draft.mistakes.extend(unknown_ids(draft.toml.lines, draft.sections, known))
        draft.ask(known, "achievement", [*_ids(draft)])
    draft.refuse()
    return draft


def _shared(draft: Draft) -> dict[str, object]:
    """What stands in a roadshow's plan too; `event` means something else there."""
    return {key: one for key, one in draft.sections.items() if key not in ("event", "series")}


def _events(draft: Draft) -> Iterator[tuple[int, SeriesEventSection]]:
    for number, one in enumerate(draft.sections.get("event") or ()):
        if one is not None:
            yield number, one


def _against(draft: Draft) -> Iterator[tuple[Path, str]]:
    candidates = draft.sections.get("candidates")
    if candidates and candidates.must:
        yield ("candidates", "must"), "系列里必选的写在那一场的 must 里：[[event]] 下面。"
    counted = Counter(id_ for _, one in _events(draft) for id_ in ids_of(one))
    if counted.total() > _MOST_EVENTS:
        yield ("event",), f"共 {counted.total()} 场，最多 {_MOST_EVENTS} 场。"
    for number, one in _events(draft):
        for id_ in ids_of(one):
            if counted[id_] > 1:
                yield ("event", number, "id"), f"场次“{id_}”有 {counted[id_]} 场，请改成不同的。"


def _against_event(path: Path, one: SeriesEventSection) -> Iterator[tuple[Path, str]]:
    yield from theme_mistakes(path, one)
    if one.held and one.times > 1:
        yield (*path, "held"), "写了 times 的几场不能一起写 held；请把已办的一场单独写一节。"
    if len(set(one.must)) > stage_of(one):
        yield (*path, "must"), f"列了 {len(one.must)} 项必选，超过名额 {stage_of(one)}。"
    for number, id_ in enumerate(one.must):
        if id_ in one.must_not:
            yield (*path, "must", number), f"“{id_}”也在 must_not 里，只能留一处。"


def _quotas(draft: Draft, number: int, one: SeriesEventSection) -> Iterator[Mistake]:
    """What a roadshow's plan would say of these quotas, said of this event."""
    here: Path = ("event", number)
    lines = {path[2:]: line for path, line in draft.toml.lines.items() if path[:2] == here}
    written = draft.sections.get("candidates") or CandidatesSection()
    # Only how finely values are told apart: the rest of it is looked at once.
    grain = CandidatesSection(industries=written.industries, regions=written.regions)
    for told in contradictions(lines, {"quota": one.quota, "candidates": grain}):
        yield replace(told, rule=f"event[{number + 1}].{told.rule}")


def _ids(draft: Draft) -> Iterator[tuple[Path, str]]:
    for number, one in _events(draft):
        for key in ("must", "must_not", "held"):
            for at, id_ in enumerate(getattr(one, key)):
                yield ("event", number, key, at), id_
