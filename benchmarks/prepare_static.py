"""Turn the data folder into the training files of the static encoder.

`DUIJIE_DATA=… python -m benchmarks.prepare_static OUT` writes into OUT: texts.jsonl, titles.jsonl,
pairs.jsonl (for `python -m models.training.static`) and dev.jsonl (held out, for choosing).

The records with a title are the test of title → abstract. Neither they nor their copies are
written: 2,000 abstracts "without a title" are those very abstracts, the title glued to their end.
"""

import json
import lzma
import os
import random
import re
import sys
import unicodedata
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

VARIABLE = "DUIJIE_DATA"
HELD_OUT = 1000
SUMMARIES = 10_000
SHINGLE = 12
SAMPLED = 4
COPY_SHARE = 0.3

Row = dict[str, str]


def prepare(source: Path, out: Path, seed: int = 0) -> dict[str, int]:
    """Write the four files; returns the number of lines of each."""
    records = [json.loads(line) for line in _lines(source / "csl" / "csl_abstracts.jsonl")]
    titled = [record for record in records if record.get("title")]
    copies = copies_of(
        [record["abstract"] for record in titled],
        untitled := [record["abstract"] for record in records if not record.get("title")],
    )
    own = [text for position, text in enumerate(untitled) if position not in copies]
    random.Random(seed).shuffle(own)
    tested = {plain(record["title"]) for record in titled}
    lines = _lines(source / "csl" / "csl_titles_category.tsv")
    titles = list(dict.fromkeys(line.split("\t")[0] for line in lines))
    content: dict[str, Iterable[Row]] = {
        "dev": ({"text": text} for text in own[:HELD_OUT]),
        "texts": ({"text": text} for text in own[HELD_OUT:]),
        "titles": ({"text": title} for title in titles if plain(title) not in tested),
        "pairs": _summary_pairs(source / "arxiv_zh" / "arxiv_zh.jsonl.xz", seed),
    }
    out.mkdir(parents=True, exist_ok=True)
    return {name: _write(out / f"{name}.jsonl", rows) for name, rows in content.items()}


def plain(text: str) -> str:
    """Keep the letters and digits, NFKC, lower case."""
    return re.sub(r"[\W_]", "", unicodedata.normalize("NFKC", text).lower())


def copies_of(originals: Sequence[str], others: Sequence[str]) -> set[int]:
    """Positions in `others` that share 30 % of their sampled shingles with one original.

    The share is taken of the shorter text, so a text with something glued on is found too.
    """
    where: dict[int, list[int]] = defaultdict(list)
    sizes = []
    for position, text in enumerate(originals):
        shingles = _shingles(text)
        sizes.append(len(shingles))
        for shingle in shingles:
            where[shingle].append(position)
    found = set()
    for position, text in enumerate(others):
        shingles = _shingles(text)
        shared = Counter(one for shingle in shingles for one in where.get(shingle, ()))
        for one, count in shared.items():
            if count >= COPY_SHARE * max(1, min(sizes[one], len(shingles))):
                found.add(position)
    return found


def _shingles(text: str) -> set[int]:
    letters = plain(text)
    starts = range(max(1, len(letters) - SHINGLE + 1))
    codes = (zlib.crc32(letters[start : start + SHINGLE].encode()) for start in starts)
    return {code for code in codes if code % SAMPLED == 0}


def _summary_pairs(path: Path, seed: int) -> Iterator[Row]:
    """Motivation, and the one-line summary, each against method and result."""
    with lzma.open(path, "rt", encoding="utf-8") as stream:
        records = [json.loads(line) for line in stream if line.strip()]
    random.Random(seed).shuffle(records)
    for record in records[:SUMMARIES]:
        right = " ".join(_chinese(record, "method") + _chinese(record, "result"))
        for left in _chinese(record, "motivation") + _chinese(record, "tldr"):
            if right:
                yield {"left": left, "right": right}


def _chinese(record: dict[str, Any], name: str) -> list[str]:
    text = record.get(name) or ""
    return [text] if len(re.findall(r"[\u4e00-\u9fff]", text)) >= 8 else []


def _lines(path: Path) -> list[str]:
    return [line for line in path.read_text(encoding="utf-8").split("\n") if line.strip()]


def _write(path: Path, rows: Iterable[Row]) -> int:
    lines = [json.dumps(row, ensure_ascii=False) for row in rows]
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return len(lines)


def main() -> int:
    """Run the command; returns the exit code."""
    folder = os.environ.get(VARIABLE)
    if not folder or not Path(folder).is_dir():
        print(
            f"环境变量 {VARIABLE} 应指向数据文件夹，现为 {folder!r}。请设置后重试。",
            file=sys.stderr,
        )
        return 2
    if len(sys.argv) != 2:
        print("用法：python -m benchmarks.prepare_static 输出文件夹", file=sys.stderr)
        return 2
    for name, lines in prepare(Path(folder), Path(sys.argv[1])).items():
        print(f"{name}.jsonl\t{lines}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
