"""Work on a stranger's file in a process of its own, with an end to its time and its memory.

A few bytes can make a parser ask for hundreds of gigabytes, run for hours or crash, and some
parsers then take the whole program with them: calamine aborts on a sheet whose only two cells are
A1 and XFD1048576. In a process of its own that is an error message like any other.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

SECONDS = 180
BYTES = 3 << 30


class ApartError(Exception):
    """The work did not come to an end; the message says why, in Chinese."""


def run_apart(module: str, path: Path, *, seconds: float = SECONDS, limit: int = BYTES) -> Any:
    """Run `python -m module path` and give the JSON that it prints.

    Args:
        module: Its `__main__` part calls `answer`.
        path: The stranger's file.
        seconds: After which it is stopped.
        limit: Bytes of memory that it may take, where the operating system can hold it to that.

    Raises:
        ApartError: it crashed, took too long, or too much memory.
    """
    surroundings = os.environ | {
        "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
        "PYTHONIOENCODING": "utf-8",
        "DUIJIE_APART_BYTES": str(limit),
    }
    try:
        done = subprocess.run(
            [sys.executable, "-m", module, str(path.absolute())],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=seconds,
            env=surroundings,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise ApartError(f"读了 {seconds:g} 秒还没有读完") from error
    if done.returncode:
        memory = b"MemoryError" in done.stderr or b"memory allocation" in done.stderr
        raise ApartError("内容异常，需要的内存太多" if memory else "内容异常，读取程序中途出错")
    return json.loads(done.stdout)


def answer(work: Callable[[Path], Any]) -> None:
    """Be the process apart: do the work on the file of the command line, print JSON."""
    _hold_memory(int(os.environ.get("DUIJIE_APART_BYTES", BYTES)))
    sys.stdout.write(json.dumps(work(Path(sys.argv[1]))))


def _hold_memory(limit: int) -> None:
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    soft = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
    resource.setrlimit(resource.RLIMIT_AS, (soft, hard))
