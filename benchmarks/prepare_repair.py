"""Writes the texts that the trigram model of the repair is counted on: `… prepare_repair DIR`.

Kept apart: CSL abstracts that `is_held_out` names, for `python -m benchmarks repair`. Then
`python -m matcher.text.repair.ngrams_training OUT DIR/csl.txt:3 DIR/arxiv.txt:1 DIR/policy.txt:10
DIR/classes.txt:2 DIR/words.dict:1` counts them.
"""

import argparse
import csv
import json
import lzma
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from benchmarks.measuring import data_folder
from benchmarks.repairing.texts import is_held_out
from matcher.text.repair import CONTEXTUAL, repair

_POLICY = ("001", "002", "004")
_PARTS = ("motivation", "method", "result", "conclusion")


def _abstracts(data: Path) -> Iterator[str]:
    with (data / "csl/csl_abstracts.jsonl").open(encoding="utf-8") as lines:
        for line in lines:
            abstract = json.loads(line)["abstract"]
            if not is_held_out(abstract):
                yield abstract


def _arxiv(data: Path) -> Iterator[str]:
    with lzma.open(data / "arxiv_zh/arxiv_zh.jsonl.xz", "rt", encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            yield from (record[part] for part in _PARTS if record.get(part))


def _policy(data: Path) -> Iterator[str]:
    for name in _POLICY:
        for file in sorted((data / "seeds").glob(f"{name}*")):
            yield from (line for line in file.read_text("utf-8").splitlines() if line.strip())


def _classes(data: Path) -> Iterator[str]:
    for name in ("gbt4754_2017/gbt4754_2017.csv", "ipc_zh/ipc_zh.csv"):
        with (data / "taxonomy" / name).open(encoding="utf-8-sig", newline="") as lines:
            for row in csv.reader(lines):
                yield from (cell for cell in row if any("\u4e00" <= c <= "\u9fff" for c in cell))


def _words(data: Path) -> Iterator[str]:
    import jieba

    dictionary = Path(jieba.__file__).parent / "dict.txt"
    for line in dictionary.read_text("utf-8").splitlines():
        word, count, *_ = line.split()
        if len(word) > 1:
            yield f"{word} {count}"
    for file in sorted((data / "terms/thuocl").glob("*.txt")):
        for line in file.read_text("utf-8-sig").splitlines():
            if line.strip() and len(line.split()[0]) > 1:
                yield f"{line.split()[0]} 40"


def _write(file: Path, texts: Iterable[str]) -> None:
    with file.open("w", encoding="utf-8") as out:
        for text in texts:
            plain = repair(text, without=CONTEXTUAL).text.text
            out.write(plain.replace("\n", " ") + "\n")


def main() -> int:
    """Write the files."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.prepare_repair")
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    data = data_folder()
    if data is None:
        return 1
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder / "csl.txt", _abstracts(data))
    _write(folder / "arxiv.txt", _arxiv(data))
    _write(folder / "policy.txt", _policy(data))
    _write(folder / "classes.txt", _classes(data))
    (folder / "words.dict").write_text("\n".join(_words(data)) + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
