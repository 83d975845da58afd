"""What a repair changes in texts that were clean: there should be next to nothing."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from benchmarks.measuring import table
from benchmarks.repairing.texts import context, seed
from matcher.text.repair import RULES, repair

CLEAN_SEEDS = ("001", "002", "004")
ABSTRACTS = 5_000
SAFE = frozenset({"characters", "spaced"})


def main(data: Path, abstracts: Sequence[str]) -> None:
    """Count and show the changes by each rule, but for those of form and of blanks."""
    groups: dict[str, Sequence[str]] = {"CSL, held out": abstracts[:ABSTRACTS]}
    groups["seeds 001, 002, 004"] = [seed(data, number) for number in CLEAN_SEEDS]
    found = {name: list(_changes(texts)) for name, texts in groups.items()}
    table(
        "clean texts",
        {name: _row(groups[name], changes) for name, changes in found.items()},
    )
    for name, changes in found.items():
        print(f"\n{name}: changed places")
        for rule, before, after, place in sorted(changes):
            print(f"    {rule}: {before} -> {after}  {place}")


def _changes(texts: Iterable[str]) -> Iterator[tuple[str, str, str, str]]:
    for text in texts:
        for change in repair(text).changes:
            if not SAFE.issuperset(change.rule.split("+")):
                end = change.offset + len(change.before)
                place = context(text, change.offset, end)
                yield change.rule, change.before, change.after, place


def _row(texts: Sequence[str], changes: Sequence[tuple[str, str, str, str]]) -> dict[str, str]:
    characters = sum(map(len, texts))
    row = {
        "characters": str(characters),
        "changed places": str(len(changes)),
        "per 100,000": f"{len(changes) * 1e5 / characters:.2f}",
    }
    for rule in RULES:
        if rule.name not in SAFE:
            row[rule.name] = str(sum(rule.name in one[0].split("+") for one in changes))
    return row
