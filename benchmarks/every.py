"""Every measurement of the project, one after another: `make bench-all`, which can be resumed.

`DUIJIE_DATA=… DUIJIE_BENCH_HOME=… python -m benchmarks.every [NAME …] [--again]`. Each runs in a
process of its own; what it printed, with command, date, commit, exit code and CPU seconds, is kept
in DUIJIE_BENCH_HOME/results/COMMIT/NAME.md. One that ended well for this very state of the project
is not run again; one that failed or was cut off is.
"""

import argparse
import hashlib
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from benchmarks.__main__ import NAMES
from benchmarks.measuring import table

DATA = {"bdci359", "bdci359_trained", "csl", "pipeline", "quality", "duplicates_scale"} | {
    "million",
    "ingest",
    "peers",
}
"""These measure nothing without DUIJIE_DATA."""
MORE = {
    "gold-dev": ("gold", "--part", "dev"),
    "lists": ("lists",),
    "peers": ("peers",),
}
"""Beside `benchmarks.__main__.NAMES`, with their arguments."""
PROBE = "import sys; from importlib import import_module as m; f = m(sys.argv.pop(1)).main; "
CALL = "sys.exit(f(sys.argv[1:]) if f.__code__.co_argcount else f())"
HEAD = "- exit code: "


@dataclass(frozen=True, slots=True)
class Benchmark:
    """A measurement: its name, its command, and whether it needs the real data."""

    name: str
    command: tuple[str, ...]
    shown: str
    data: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a measurement; seconds are 0 where it was not run now."""

    state: str
    failed: bool = False
    cpu: float = 0.0
    wall: float = 0.0


def all_benchmarks() -> list[Benchmark]:
    """List the measurements, the longest ones last."""
    wanted = {name: (name,) for name in NAMES} | MORE
    return [
        Benchmark(
            name,
            (sys.executable, "-c", PROBE + CALL, f"benchmarks.{module}", *arguments),
            " ".join(["python -m benchmarks." + module, *arguments]),
            module in DATA,
        )
        for name, (module, *arguments) in wanted.items()
    ]


def state_of(root: Path) -> str:
    """Name the state of a working tree: its commit, and a hash of what differs, but in docs/."""
    try:
        commit = _git(root, "rev-parse", "--short", "HEAD").decode().strip()
        changes = _git(root, "diff", "HEAD", "--", ".", ":!docs")
    except (OSError, subprocess.CalledProcessError):
        return "no-commit"
    return f"{commit}-{hashlib.sha256(changes).hexdigest()[:8]}" if changes else commit


def _git(root: Path, *words: str) -> bytes:
    command = ["git", "-C", str(root), *words]
    return subprocess.run(command, check=True, capture_output=True).stdout


def is_done(record: Path) -> bool:
    """Whether a record tells of a run that ended well."""
    return record.is_file() and f"{HEAD}0\n" in record.read_text(encoding="utf-8")


def run(one: Benchmark, folder: Path, state: str) -> Outcome:
    """Run one measurement and keep what it printed; the record appears when it has ended."""
    folder.mkdir(parents=True, exist_ok=True)
    part, record = folder / f"{one.name}.part", folder / f"{one.name}.md"
    date, begun = datetime.now().astimezone().isoformat(timespec="seconds"), time.perf_counter()
    with part.open("wb") as printed:
        child = subprocess.Popen(one.command, stdout=printed, stderr=subprocess.STDOUT)
        try:
            _, status, usage = os.wait4(child.pid, 0)
        except BaseException:
            child.kill()
            child.wait()
            raise
    child.returncode = os.waitstatus_to_exitcode(status)
    code, wall = child.returncode, time.perf_counter() - begun
    cpu = usage.ru_utime + usage.ru_stime
    head = [
        f"# {one.name}\n",
        f"- command: `{one.shown}`",
        f"- date: {date}",
        f"- commit: {state}",
        f"{HEAD}{code}",
        f"- CPU seconds: {cpu:.1f}, wall seconds: {wall:.1f}\n",
    ]
    text = part.read_text(encoding="utf-8", errors="replace")
    part.write_text("\n".join(head) + "\n" + text, encoding="utf-8")
    part.replace(record)
    if code:
        return Outcome(f"失败，退出码 {code}，见 {record}", True, cpu, wall)
    return Outcome("已测", False, cpu, wall)


def run_all(
    wanted: Sequence[Benchmark], folder: Path, state: str, *, again: bool, has_data: bool
) -> dict[str, Outcome]:
    """Run what is not done yet; one that fails does not keep the others from running."""
    outcomes = {}
    for one in wanted:
        if one.data and not has_data:
            outcomes[one.name] = Outcome("略过：需要真实数据，请设置 DUIJIE_DATA")
        elif not again and is_done(folder / f"{one.name}.md"):
            outcomes[one.name] = Outcome("此前已测")
        else:
            print(f"== {one.shown}", flush=True)
            outcomes[one.name] = run(one, folder, state)
    return outcomes


def main(words: Sequence[str] | None = None) -> int:
    """Run every measurement, or the named ones; returns 1 where one failed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.every", description=__doc__)
    known = {one.name: one for one in all_benchmarks()}
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(known))
    parser.add_argument("--again", action="store_true", help="also those that are done")
    given = parser.parse_args(words)
    if unknown := set(given.names) - set(known):
        parser.error(f"unknown: {', '.join(sorted(unknown))}; known: {', '.join(known)}")
    home = os.environ.get("DUIJIE_BENCH_HOME", "")
    if not home:
        parser.error("请用 DUIJIE_BENCH_HOME 指定一个文件夹，结果和中间文件存在那里（需 15 GB）。")
    data = os.environ.get("DUIJIE_DATA", "")
    state = state_of(Path(__file__).parents[1])
    folder = Path(home) / "results" / state
    wanted = [known[name] for name in given.names or known]
    has_data = bool(data) and Path(data).is_dir()
    outcomes = run_all(wanted, folder, state, again=given.again, has_data=has_data)
    rows = {
        name: {"state": one.state, "CPU s": f"{one.cpu:.1f}", "wall s": f"{one.wall:.1f}"}
        for name, one in outcomes.items()
    }
    table(f"results in {folder}", rows)
    return int(any(one.failed for one in outcomes.values()))


if __name__ == "__main__":
    sys.exit(main())
