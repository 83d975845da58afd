"""`python -m benchmarks.fuzz_readers KIND [SECONDS]`: throws damaged files at one reader.

With atheris (`pip install atheris`) the damage follows the code that it reaches; without it, good
files are damaged at random. What ends a reader is written to the folder for temporary files.
Kinds: see `tests.reader_seeds.KINDS`. A kind that is a zip of XML has its main part damaged.
"""

import argparse
import importlib
import random
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

SLOW_S = 10.0
LONGEST = 100_000

Read = Callable[[bytes], None]


def main() -> int:
    """Fuzz one kind for some seconds."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fuzz_readers", description=__doc__)
    parser.add_argument("kind")
    parser.add_argument("seconds", type=int, nargs="?", default=60)
    parser.add_argument("--random", action="store_true", help="without atheris")
    asked = parser.parse_args()
    try:
        atheris = None if asked.random else importlib.import_module("atheris")
    except ImportError:
        atheris = None
    if atheris is None:
        return at_random(asked.kind, asked.seconds)
    with atheris.instrument_imports(include=["service.importer", "pdfminer", "pdfplumber"]):
        importlib.import_module("tests.reader_seeds")
    with tempfile.TemporaryDirectory() as corpus:
        (Path(corpus) / "seed").write_bytes(seed_of(asked.kind))
        options = [f"-max_total_time={asked.seconds}", f"-max_len={LONGEST}", "-rss_limit_mb=4096"]
        found = Path(tempfile.gettempdir()) / f"fuzz-{asked.kind}-"
        atheris.Setup(
            [sys.argv[0], corpus, *options, f"-artifact_prefix={found}"], reader_of(asked.kind)
        )
        atheris.Fuzz()
    return 0


def seed_of(kind: str) -> bytes:
    """Give a good file, or the part of it that is damaged."""
    seeds = importlib.import_module("tests.reader_seeds")
    good: bytes = seeds.seeds()[kind]
    return seeds.part_of(kind, good) if kind in seeds.PACKED else good


def reader_of(kind: str) -> Read:
    """Give what reads a damaged file to its end."""
    seeds = importlib.import_module("tests.reader_seeds")
    packed = seeds.seeds()[kind] if kind in seeds.PACKED else None
    folder = Path(tempfile.mkdtemp(prefix="fuzz-"))

    def read(content: bytes) -> None:
        started = time.perf_counter()
        seeds.read_all(seeds.with_part(kind, packed, content) if packed else content, kind, folder)
        if time.perf_counter() - started > SLOW_S:
            raise TimeoutError(f"slower than {SLOW_S} s")

    return read


def at_random(kind: str, seconds: int) -> int:
    """Damage the seed at random until the time is over; give 1 where a reader ended."""
    read, seed = reader_of(kind), seed_of(kind)
    chance = random.Random(seconds)
    end = time.monotonic() + seconds
    tries = 0
    while time.monotonic() < end:
        content = damaged(seed, chance)
        tries += 1
        try:
            read(content)
        except Exception as error:
            place = Path(tempfile.gettempdir()) / f"fuzz-{kind}-random-{tries}"
            place.write_bytes(content)
            print(f"{type(error).__name__} after {tries} files: {place}")
            return 1
    print(f"{kind}: {tries} files, nothing found")
    return 0


def damaged(good: bytes, chance: random.Random) -> bytes:
    """Change, double or cut out a few pieces."""
    content = bytearray(good)
    for _ in range(chance.randint(1, 8)):
        start = chance.randrange(len(content) + 1)
        end = min(len(content), start + int(2 ** chance.uniform(0, 8)))
        piece = bytes(content[start:end])
        choices = (b"", piece * 2, piece[::-1], chance.randbytes(len(piece)))
        content[start:end] = chance.choice(choices)
    return bytes(content)


if __name__ == "__main__":
    sys.exit(main())
