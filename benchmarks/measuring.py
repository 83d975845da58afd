"""What the measurements share: finding the data, calling the program, the parts of a ranking."""

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any


def data_folder() -> Path | None:
    """Return the folder that DUIJIE_DATA names; None, with a line that says so, without one."""
    named = os.environ.get("DUIJIE_DATA", "")
    if named and Path(named).is_dir():
        return Path(named)
    print(
        "DUIJIE_DATA is not set to a folder: this measurement needs the real data and is left out"
    )
    return None


def write_lines(path: Path, rows: Iterable[Mapping[str, Any]]) -> Path:
    """Write jsonl."""
    lines = (json.dumps(dict(row), ensure_ascii=False) for row in rows)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def duijie(*arguments: str, home: Path) -> dict[str, Any]:
    """Call the command line with --json and return its document."""
    command = [sys.executable, "-m", "service.cli.main", "--home", str(home), *arguments, "--json"]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return dict(json.loads(done.stdout))


def table(title: str, rows: Mapping[str, Mapping[str, str]]) -> None:
    """Print a Markdown table."""
    columns = list(next(iter(rows.values())))
    print(f"\n| {title} | {' | '.join(columns)} |\n|---|{'---|' * len(columns)}")
    for name, cells in rows.items():
        print(f"| {name} | {' | '.join(cells[column] for column in columns)} |", flush=True)
