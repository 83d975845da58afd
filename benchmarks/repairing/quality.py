"""Repair of generated corruption: how much is mended, how much is broken, and by which rule."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from random import Random
from unicodedata import normalize

from rapidfuzz.distance import Levenshtein

from benchmarks.corruption import LEVELS, Cell, Garbled, garble
from benchmarks.measuring import table
from matcher.text.repair import Repaired, repair, undo

SHORT, LONG, JOINED = 600, 60, 12
"""Abstracts by themselves; documents of several abstracts each, and of how many."""


@dataclass(slots=True)
class Tally:
    """What was counted over some texts."""

    characters: int = 0
    wrong_before: int = 0
    wrong_after: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    mended: Counter[str] = field(default_factory=Counter)
    changes: Counter[str] = field(default_factory=Counter)
    right_changes: Counter[str] = field(default_factory=Counter)
    harmed: int = 0
    not_undone: int = 0
    marks: int = 0
    right_marks: int = 0
    missed: Counter[str] = field(default_factory=Counter)
    wrongly: Counter[str] = field(default_factory=Counter)


def main(abstracts: Sequence[str]) -> None:
    """Measure each level on short and on long texts."""
    texts = {
        "abstract": abstracts[:SHORT],
        f"{JOINED} abstracts": _joined((abstracts[SHORT:] or abstracts)[: LONG * JOINED]),
    }
    rates: dict[str, dict[str, str]] = {}
    kinds: dict[str, dict[str, str]] = defaultdict(dict)
    rules: dict[str, dict[str, str]] = defaultdict(dict)
    for name, clean in texts.items():
        for number, level in LEVELS.items():
            rng = Random(number)
            tally = measure(garble(text, level, rng) for text in clean)
            column = f"{name}, level {number}"
            rates[column] = _rates(tally)
            for kind, count in tally.kinds.items():
                kinds[kind][column] = f"{tally.mended[kind] / count:.3f} ({count})"
            for rule, count in tally.changes.items():
                rules[rule][column] = f"{tally.right_changes[rule] / count:.3f} ({count})"
    table("texts", rates)
    table("recall by kind of corruption", _filled(kinds, rates))
    table("precision by rule", _filled(rules, rates))


def measure(garbled: Iterable[Garbled]) -> Tally:
    """Repair texts and compare them with what they were."""
    tally = Tally()
    for one in garbled:
        repaired = repair(one.text)
        tally.characters += len(one.right)
        tally.wrong_before += distance(one.text, one.right)
        tally.wrong_after += distance(repaired.text.text, one.right)
        tally.not_undone += undo(repaired.text.text, repaired.changes) != one.text
        _count_cells(one, repaired, tally)
        _count_changes(one, repaired, tally)
        _count_boilerplate(one, repaired, tally)
        _count_breaks(one, repaired, tally)
    return tally


def plain(text: str) -> str:
    """Write a text without differences of width and form, which no one counts as an error."""
    return normalize("NFKC", text)


def distance(text: str, right: str) -> int:
    """Characters to change, put in or take out, in their plain form."""
    return Levenshtein.distance(plain(text), plain(right))


def _count_cells(garbled: Garbled, repaired: Repaired, tally: Tally) -> None:
    _count_replaced(garbled, repaired, tally)
    for start, end, cell in garbled.spans():
        if cell.kind in ("", "punctuation", "boilerplate", "replaced"):
            continue
        kind = _kind(cell)
        # What was dropped shows in what comes of the character before it.
        first, last = repaired.text.changed(start - (start == end), end)
        found = repaired.text.text[first:last][start == end :]
        tally.kinds[kind] += 1
        if plain(found) == plain(cell.right):
            tally.mended[kind] += 1
        elif len(cell.written) < 12:
            tally.missed[f"{kind} {cell.right}→{cell.written}→{found}"] += 1


def _count_replaced(garbled: Garbled, repaired: Repaired, tally: Tally) -> None:
    """Count whole strings: each has a first and a last cell that something was put to."""
    spans = list(garbled.spans())
    ends = [at for at, (_, _, cell) in enumerate(spans) if cell.kind == "replaced"]
    for first, last in zip(ends[::2], ends[1::2], strict=True):
        right = "".join(cell.right for _, _, cell in spans[first : last + 1])
        start, end = repaired.text.changed(spans[first][0], spans[last][1])
        tally.kinds["replaced"] += 1
        tally.mended["replaced"] += repaired.text.text[start:end] == right


def _kind(cell: Cell) -> str:
    if cell.kind in ("martian", "lookalike"):
        is_known = cell.right in _known().get(cell.written, "")
        return f"{cell.kind}, {'known' if is_known else 'unknown'} pair"
    return cell.kind


@cache
def _known() -> Mapping[str, str]:
    """What the repair's own table says: disguise -> standards."""
    listed = (resources.files("matcher.text.repair") / "data" / "variants.tsv").read_text("utf-8")
    rows = (line.split("\t") for line in listed.splitlines())
    return {char: pairs[::2] for char, pairs, *_ in rows}


def _count_changes(garbled: Garbled, repaired: Repaired, tally: Tally) -> None:
    spans = list(garbled.spans())
    owner = [at for at, (start, end, _) in enumerate(spans) for _ in range(start, end)]
    for change in repaired.changes:
        end = change.offset + len(change.before)
        first, last = owner[change.offset], owner[end - 1]
        # What was dropped before or behind belongs to it.
        while first and spans[first - 1][2].kind == "date":
            first -= 1
        while last + 1 < len(spans) and spans[last + 1][2].kind == "date":
            last += 1
        cells = [spans[at][2] for at in range(first, last + 1)]
        tally.changes[change.rule] += 1
        right = plain("".join(cell.right for cell in cells))
        if _is_part(plain(change.after), right, cells):
            tally.right_changes[change.rule] += 1
            continue
        shown = f"{change.rule} {garbled.text[change.offset - 4 : change.offset]}"
        tally.wrongly[
            f"{shown}[{change.before}→{change.after}|{right}]{garbled.text[end : end + 4]}"
        ] += 1
        tally.harmed += all(cell.written == cell.right for cell in cells)


def _is_part(after: str, right: str, cells: Sequence[Cell]) -> bool:
    """Tell whether a change gives what was there; of a widened cell it may give a part."""
    if after == right:
        return True
    kinds = {cell.kind for cell in cells}
    if kinds <= {
        "replaced",
        "date",
        "invisible",
        "spaced",
        "doubled",
        "mojibake",
        "",
        "boilerplate",
    }:
        return after in right and bool(kinds - {"", "boilerplate"})
    return False


def _count_boilerplate(garbled: Garbled, repaired: Repaired, tally: Tally) -> None:
    marked = {at for mark in repaired.boilerplate for at in range(mark.start, mark.end)}
    sources = {repaired.text.starts[at] for at in marked}
    for start, _, cell in garbled.spans():
        if cell.kind == "boilerplate" and cell.written != "\n":
            tally.kinds["boilerplate"] += 1
            tally.mended["boilerplate"] += start in sources
        elif start in sources and cell.written:
            tally.kinds["marked, and no boilerplate"] += 1


def _count_breaks(garbled: Garbled, repaired: Repaired, tally: Tally) -> None:
    lost = {start for start, _, cell in garbled.spans() if cell.lost}
    for mark in repaired.marks:
        if mark.rule == "punctuation":
            tally.marks += 1
            tally.right_marks += repaired.text.starts[mark.start] in lost


def _joined(abstracts: Sequence[str]) -> list[str]:
    return ["\n".join(abstracts[at : at + JOINED]) for at in range(0, len(abstracts), JOINED)]


def _rates(tally: Tally) -> dict[str, str]:
    per_mille = 1000 / tally.characters
    return {
        "characters": str(tally.characters),
        "wrong before, ‰": f"{tally.wrong_before * per_mille:.2f}",
        "wrong after, ‰": f"{tally.wrong_after * per_mille:.2f}",
        "changes": str(tally.changes.total()),
        "right": f"{tally.right_changes.total() / tally.changes.total():.4f}",
        "of clean characters, per 100,000": f"{tally.harmed * 100 * per_mille:.1f}",
        "not undone": str(tally.not_undone),
        "marked breaks, right": f"{tally.right_marks}/{tally.marks}",
    }


def _filled(
    rows: Mapping[str, Mapping[str, str]], columns: Iterable[str]
) -> dict[str, dict[str, str]]:
    listed = list(columns)
    return {
        name: {column: cells.get(column, "–") for column in listed}
        for name, cells in sorted(rows.items())
    }
