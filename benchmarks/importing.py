"""How fast files come in, and whether memory grows with them: `python -m benchmarks importing`."""

import csv
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.measuring import table
from service.sample.read import sample_judgements

SIZES = (10_000, 50_000, 100_000)
HEADINGS = ("成果编号", "成果名称", "成果简介", "完成单位", "所在地区", "转让价格", "发布日期")


def main() -> None:
    """Import made files of growing size, each in a process of its own."""
    rows = {}
    with tempfile.TemporaryDirectory() as folder:
        for size in SIZES:
            file = Path(folder) / f"{size}.csv"
            write(file, size)
            seconds, wall, megabytes = measured(file, Path(folder) / f"home{size}")
            rows[f"{size:,}"] = {
                "CPU s": f"{seconds:.1f}",
                "wall s": f"{wall:.1f}",
                "rows a CPU-second": f"{size / seconds:,.0f}",
                "peak MB": f"{megabytes:.0f}",
            }
    table("rows of about 250 characters, csv, with the quality report", rows)


def write(file: Path, size: int) -> None:
    """Write rows whose texts are sentences of the sample, drawn anew for each."""
    draw = random.Random(0)
    records = sample_judgements().achievements
    sentences = [s for one in records for s in one.text.split("。") if len(s) > 15]
    with file.open("w", encoding="utf-8", newline="") as stream:
        out = csv.writer(stream)
        out.writerow(HEADINGS)
        for number in range(size):
            like = records[draw.randrange(len(records))]
            text = "。".join(draw.sample(sentences, 6)) + "。"
            title = f"{like.title}{number}型"
            out.writerow((f"X{number}", title, text, like.owner, like.region, "面议", "2025-03-01"))


def measured(file: Path, home: Path) -> tuple[float, float, float]:
    """Import a file; CPU seconds and wall seconds of it, and the peak memory in MB."""
    command = [sys.executable, "-m", "service.cli.main", "--home", str(home)]
    began = time.perf_counter()
    child = subprocess.Popen(
        [*command, "import", "achievements", str(file), "--no-index"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise subprocess.CalledProcessError(child.returncode, command)
    spent: resource.struct_rusage = usage
    return spent.ru_utime + spent.ru_stime, time.perf_counter() - began, spent.ru_maxrss / 1024


if __name__ == "__main__":
    main()
