"""Garbling of single characters; each step takes cells and changes some of them in place."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from random import Random

from benchmarks.corruption import tables
from benchmarks.corruption.cells import Cell

INVISIBLE = ("\u200b", "\u200d", "\ufeff", "\u00ad", "\u2060")
_MIXTURE = (("traditional", 0.45), ("martian", 0.45), ("lookalike", 0.10))
"""Of the garbled characters of a rewritten page that was measured."""


def put_variants(cells: Sequence[Cell], share: float, rng: Random) -> None:
    """Put Traditional, chat-language and look-alike characters for a share of all characters."""
    kinds, weights = zip(*_MIXTURE, strict=True)
    wanted = Counter(rng.choices(kinds, weights, k=_count(cells, share, rng)))
    for kind, count in wanted.items():
        _disguise(cells, count, kind, _DISGUISES[kind], rng)


def misread(cells: Sequence[Cell], share: float, rng: Random) -> None:
    """Take characters for others of a similar shape, as a scanner does."""
    _disguise(cells, _count(cells, share, rng), "misread", _shapes, rng)


def _disguise(
    cells: Sequence[Cell],
    count: int,
    kind: str,
    choices_of: Callable[[str], Sequence[str]],
    rng: Random,
) -> None:
    # What is Traditional already can still be disguised otherwise.
    kinds = ("",) if kind == "traditional" else ("", "whole")
    free = [cell for cell in cells if cell.kind in kinds and choices_of(cell.right)]
    for cell in rng.sample(free, min(count, len(free))):
        _write(cell, rng.choice(choices_of(cell.right)), kind)


def _count(cells: Sequence[Cell], share: float, rng: Random) -> int:
    """The whole number of characters that a share comes to, on the average."""
    return int(share * len(cells) + rng.random())


def _traditional(char: str) -> str:
    changed = tables.traditional(char)
    return changed if changed != char else ""


def _shapes(char: str) -> Sequence[str]:
    letters = tables.letters()
    return [letters[char]] if char in letters else tables.shapes().get(char, "")


_DISGUISES: Mapping[str, Callable[[str], Sequence[str]]] = {
    "traditional": _traditional,
    "martian": lambda char: tables.martian().get(char, ""),
    "lookalike": lambda char: tables.lookalikes().get(char, ""),
}


def put_radicals(cells: Sequence[Cell], share: float, rng: Random) -> None:
    """Write characters with the code points of radicals, as some pdf files do."""
    for cell in cells:
        if cell.right in tables.kangxi() and not cell.kind and rng.random() < share:
            _write(cell, tables.kangxi()[cell.right], "radical")


def widen(cells: Sequence[Cell], share: float, rng: Random) -> None:
    """Write runs of letters and digits in full width."""
    _in_runs(cells, lambda char: char.isascii() and char.isalnum(), share, rng, _widen)


def blow_apart(cells: Sequence[Cell], share: float, rng: Random) -> None:
    """Put blanks between the characters of some clauses."""
    _in_runs(cells, is_han, share, rng, _space)


def hide(cells: Sequence[Cell], share: float, rng: Random) -> None:
    """Write some blanks as no-break ones; put characters without width behind a few others."""
    for cell in cells:
        if cell.kind:
            continue
        if cell.right == " " and rng.random() < share:
            _write(cell, "\xa0", "invisible")
        elif rng.random() < share / 100:
            _write(cell, cell.written + rng.choice(INVISIBLE), "invisible")


def double(cells: Sequence[Cell], share: float, rng: Random) -> None:
    """Write the Traditional form with its reading in brackets: 務(wù)."""
    for cell in cells:
        if cell.right in tables.readings() and not cell.kind and rng.random() < share:
            aside = f"({tables.readings()[cell.right]})"
            _write(cell, tables.traditional(cell.right) + aside, "doubled")


def is_han(char: str) -> bool:
    """Tell a Chinese character."""
    return "\u4e00" <= char <= "\u9fff"


def _in_runs(
    cells: Sequence[Cell],
    belongs: Callable[[str], bool],
    share: float,
    rng: Random,
    change: Callable[[Sequence[Cell]], None],
) -> None:
    run: list[Cell] = []
    for cell in [*cells, Cell("\n", "\n")]:
        if belongs(cell.right) and cell.kind in ("", "whole"):
            run.append(cell)
            continue
        if len(run) > 1 and rng.random() < share:
            change(run)
        run = []


def _widen(run: Sequence[Cell]) -> None:
    for cell in run:
        _write(cell, chr(ord(cell.written) + 0xFEE0), "width")


def _space(run: Sequence[Cell]) -> None:
    for cell in run[:-1]:
        _write(cell, cell.written + " ", "spaced")


def _write(cell: Cell, written: str, kind: str) -> None:
    cell.written, cell.kind = written, kind
