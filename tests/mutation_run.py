"""Plants small faults into core modules, one at a time, and looks whether their tests notice.

`make mutate` runs it, or `python -m tests.mutation_run [PATH …]` for some of the modules below. The
faults are those of cosmic-ray; a sample of them is drawn with a fixed seed. All happens on a copy
of the packages and tests. Each fault is tried in a process of its own that is forked from
one with the heavy libraries in it, which is why cosmic-ray's own runner is not used: it starts
Python anew each time. The environment variable FAULTS says how many are planted into each module.
"""

import ast
import importlib
import os
import random
import shutil
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code
from cosmic_ray.plugins import get_operator, operator_names

ROOT = Path(__file__).parents[1]
FAULTS = int(os.environ.get("FAULTS", "16"))
SECONDS = 120
"""A fault that makes the tests run so long is noticed."""
HEAVY = ("scipy.optimize", "sklearn", "faiss", "tantivy", "rjieba", "sqlalchemy", "alembic.command")
M, X = "tests/matcher/", "tests/indexing/"
TESTS: dict[str, tuple[str, ...]] = {
    "matcher/fuse.py": (f"{M}test_retrieve.py", f"{M}test_match_properties.py"),
    "matcher/fit.py": (f"{M}test_fit.py",),
    "matcher/abstention.py": (f"{M}test_abstention.py",),
    "matcher/explain.py": (f"{M}test_explain.py",),
    "matcher/quantities/compare.py": (f"{M}quantities/test_compare.py",),
    "matcher/requirements/pairing.py": (f"{M}requirements/test_pairing.py",),
    "matcher/roadshow/values.py": (f"{M}roadshow",),
    "matcher/roadshow/rules.py": (f"{M}roadshow",),
    "matcher/roadshow/program.py": (f"{M}roadshow/test_choose.py",),
    "indexing/ranking.py": (f"{X}test_vector_index_contract.py",),
    "indexing/filters.py": (f"{X}test_columns.py", f"{X}test_bundle.py"),
    "indexing/ivf_index.py": (f"{X}test_ivf_index.py", f"{X}test_vector_index_contract.py"),
    "indexing/row_array.py": (f"{X}test_row_array.py",),
}
"""The tests that are to notice faults of a module."""


class Fault(NamedTuple):
    """One way to spoil a module."""

    operator: str
    occurrence: int
    line: int


def faults_of(code: str) -> Iterator[Fault]:
    """Everything that cosmic-ray would change, but for annotations: those do nothing."""
    typed = set(annotated(code))
    for name in operator_names():
        kind = get_operator(name)
        if kind.arguments():
            continue
        operator = kind()
        nodes = ast_nodes(get_ast(code))
        places = [at for node in nodes for at in operator.mutation_positions(node)]
        for number, (start, _) in enumerate(places):
            if start not in typed:
                yield Fault(name, number, start[0])


def annotated(code: str) -> Iterator[tuple[int, int]]:
    """Places (line, column) inside annotations."""
    lines = code.splitlines()
    for node in ast.walk(ast.parse(code)):
        for found in (getattr(node, "annotation", None), getattr(node, "returns", None)):
            if found is None:
                continue
            for line in range(found.lineno, found.end_lineno + 1):
                begin = found.col_offset if line == found.lineno else 0
                end = found.end_col_offset if line == found.end_lineno else len(lines[line - 1])
                yield from ((line, column) for column in range(begin, end + 1))


def passes(copy: Path, tests: tuple[str, ...]) -> bool:
    """Whether tests pass in a copy, asked in a process of its own."""
    child = os.fork()
    if child == 0:
        silent = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silent, 1)
        os.dup2(silent, 2)
        import pytest

        options = ["-q", "-x", "-p", "no:cacheprovider", "-p", "no:xdist", *tests]
        os._exit(int(pytest.main(options)))
    ends = time.monotonic() + SECONDS
    while time.monotonic() < ends:
        found, status = os.waitpid(child, os.WNOHANG)
        if found:
            return os.waitstatus_to_exitcode(status) == 0
        time.sleep(0.02)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return False


def survivors(copy: Path, module: str, tests: tuple[str, ...]) -> tuple[int, list[str]]:
    """How many faults were tried, and those that no test noticed."""
    path = copy / module
    code = path.read_text(encoding="utf-8")
    found = list(faults_of(code))
    drawn = random.Random(module).sample(found, min(FAULTS, len(found)))
    missed = []
    if not passes(copy, tests):
        raise SystemExit(f"{module}: its tests fail without a fault")
    try:
        for fault in sorted(drawn, key=lambda one: one.line):
            spoiled = mutate_code(code, get_operator(fault.operator)(), fault.occurrence)
            write(path, spoiled)
            if passes(copy, tests):
                # An operator may span lines, so the line shown is the first that differs.
                pairs = zip(code.splitlines(), spoiled.splitlines(), strict=False)
                number, new = next((n, b) for n, (a, b) in enumerate(pairs, 1) if a != b)
                missed.append(f"{module}:{number}: {fault.operator.split('/')[-1]}: {new.strip()}")
    finally:
        write(path, code)
    return len(drawn), missed


def write(path: Path, code: str) -> None:
    """Write a module, and forget what was compiled of it: two of a second look the same."""
    path.write_text(code, encoding="utf-8")
    for compiled in path.parent.glob(f"__pycache__/{path.stem}.*.pyc"):
        compiled.unlink()


def main(wanted: list[str]) -> None:
    """Print a line a module, and each fault that went unnoticed."""
    for name in HEAVY:
        importlib.import_module(name)
    with TemporaryDirectory() as folder:
        copy = Path(folder)
        for name in ("matcher", "indexing", "models", "service", "tests"):
            shutil.copytree(
                ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__", "*.pyc")
            )
        shutil.copy(ROOT / "pyproject.toml", copy)
        os.chdir(copy)
        sys.path[:] = [str(copy), *(one for one in sys.path if one not in ("", str(ROOT)))]
        for module, tests in TESTS.items():
            if wanted and module not in wanted:
                continue
            tried, missed = survivors(copy, module, tests)
            lines = [f"{module}: {tried - len(missed)} of {tried} noticed", *missed]
            sys.stdout.write("\n  ".join(lines) + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
