"""`python -m models.fetch NAME…`: fetch sentence-transformers models to this machine.

The only place where the models room goes to the network; everything else works on local files.
"""

import argparse
import sys
from collections.abc import Sequence

from models.errors import ModelsError
from models.hub import locate


def main(arguments: Sequence[str] | None = None) -> int:
    """Fetch each named model; 0 if all are here, 1 if one could not be fetched."""
    parser = argparse.ArgumentParser(prog="python -m models.fetch", description="下载模型到本机")
    parser.add_argument("names", nargs="+", metavar="NAME", help="模型名，如 BAAI/bge-m3")
    failed = False
    for name in parser.parse_args(arguments).names:
        try:
            folder = locate(name.removeprefix("st:"), download=True)
        except ModelsError as error:
            sys.stderr.write(f"{error}\n")
            failed = True
        else:
            sys.stdout.write(f"{name}\t{folder}\n")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
