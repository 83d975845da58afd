"""`python -m benchmarks [NAME …]`: runs the named measurements, or all of them."""

import argparse
import sys
from importlib import import_module

NAMES = (
    "gold",
    "ablation",
    "sample",
    "bdci359",
    "bdci359_trained",
    "csl",
    "speed",
    "pipeline",
    "fields",
    "quality",
    "importing",
    "ingest",
    "duplicates",
    "duplicates_scale",
    "repair",
    "roadshow",
    "agenda",
    "load",
    "series",
    "million",
)


def main() -> int:
    """Run measurements one after another."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(NAMES))
    names = parser.parse_args().names or NAMES
    unknown = set(names) - set(NAMES)
    if unknown:
        parser.error(f"unknown: {', '.join(sorted(unknown))}; known: {', '.join(NAMES)}")
    for name in names:
        print(f"\n== {name}", flush=True)
        import_module(f"benchmarks.{name}").main()
    return 0


if __name__ == "__main__":
    sys.exit(main())
