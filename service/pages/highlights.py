"""Texts cut at the ends of what is marked in them, so that marks may overlap."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from matcher.types import FieldName, Match, Record, Span

TERMS = 12
"""Shared words that are marked; more would only be noise."""
SHORTEST = 2
"""Characters of a shared word that is marked; a single one says little."""
_ORDER = ("missing", "partly", "met", "term", "against")


@dataclass(frozen=True, slots=True)
class Mark:
    """A place that is marked; what shares a name lights up together."""

    span: Span
    name: str
    kind: str


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a text; `names` and `kind` are empty where nothing is marked."""

    text: str
    names: str = ""
    kind: str = ""


def marks(match: Match) -> tuple[list[Mark], list[Mark]]:
    """Marks in the need, and in the achievement, of a match that the need asked for."""
    left, right = [], []
    for verdict in match.verdicts:
        name = verdict.requirement.id
        kind = "against" if verdict.contradicted else verdict.name
        left.append(Mark(verdict.requirement.span, name, kind))
        right += [Mark(span, name, kind) for span in verdict.evidence]
    terms = [
        (one.left, one.right)
        for one in match.evidence
        if one.kind == "term" and one.left and one.right and len(one.left.text) >= SHORTEST
    ]
    for at, (asked, offered) in enumerate(terms[:TERMS], start=1):
        left.append(Mark(asked, f"t{at}", "term"))
        right.append(Mark(offered, f"t{at}", "term"))
    return left, right


def pieces(record: Record, name: FieldName, given: Iterable[Mark]) -> list[Piece]:
    """Cut a field; the pieces together are the field's text."""
    text: str = getattr(record, name)
    here = [one for one in given if one.span.field == name and one.span.start < one.span.end]
    ends = {0, len(text), *(p for one in here for p in (one.span.start, one.span.end))}
    cuts = sorted(cut for cut in ends if 0 <= cut <= len(text))
    return [
        _piece(text[start:end], [m for m in here if m.span.start < end and m.span.end > start])
        for start, end in pairwise(cuts)
    ]


def _piece(text: str, over: Sequence[Mark]) -> Piece:
    if not over:
        return Piece(text)
    # A verdict is seen before a shared word.
    kinds = [one.kind for one in over if one.kind != "term"] or ["term"]
    kind = max(kinds, key=_ORDER.index)
    return Piece(text, " ".join(dict.fromkeys(one.name for one in over)), kind)
