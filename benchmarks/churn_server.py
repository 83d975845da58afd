"""The server of `benchmarks.churn`: the product's own, in a process that can be started quickly.

Run as a program, it loads what never changes, forks at each line on stdin, and answers with the
child's process id. A child opens store, models and index as a process of its own would.
"""

import importlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx
import uvicorn

from benchmarks.load import PORT, memory_mb
from service.app import create_app
from service.bootstrap import make_segmenter
from service.settings import Home, Settings

ENCODER = "static-zh-256"
ADDRESS = f"http://127.0.0.1:{PORT}/api/v1"
HEAVY = ("faiss", "onnxruntime", "tantivy", "matcher.pipeline", "models.registry")


class Server:
    """A server that is killed and started again."""

    def __init__(self, home: Home) -> None:
        command = [sys.executable, "-m", "benchmarks.churn_server", str(home.root)]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
        self._parent = subprocess.Popen(command, text=True, **pipes)  # type: ignore[call-overload]
        self._child = 0

    def start(self) -> None:
        """Start it, and wait until it answers; it may be long until it can match."""
        self._parent.stdin.write("\n")
        self._parent.stdin.flush()
        self._child = int(self._parent.stdout.readline())
        self._until("/health", 120)

    def until_ready(self, patience: float) -> bool:
        """Wait until it can match; tells whether it can."""
        return self._until("/ready", patience)

    def _until(self, path: str, patience: float) -> bool:
        end = time.monotonic() + patience
        while time.monotonic() < end:
            try:
                if httpx.get(f"{ADDRESS}{path}", timeout=5).status_code == 200:
                    return True
            except httpx.HTTPError:
                pass
            time.sleep(0.1)
        return False

    def kill(self) -> None:
        """End it as `kill -9` does, and wait until its port is free."""
        if not self._child:
            return
        os.kill(self._child, signal.SIGKILL)
        try:
            while True:
                os.kill(self._child, 0)
                time.sleep(0.005)
        except ProcessLookupError:
            self._child = 0

    def end(self) -> None:
        """Kill it, and let the parent go."""
        self.kill()
        self._parent.stdin.close()
        self._parent.wait(30)

    @property
    def memory_mb(self) -> float:
        """Resident memory."""
        return memory_mb(self._child)


def main(home: Path) -> None:
    """Fork a server at each line."""
    for name in HEAVY:
        importlib.import_module(name)
    make_segmenter()
    app = create_app(Settings(home=home, encoder=ENCODER, calls_per_minute=1_000_000))
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the killed are nobody's to wait for
    for _line in sys.stdin:
        child = os.fork()
        if not child:
            sys.stdin.close()
            uvicorn.run(app, host="127.0.0.1", port=PORT, log_level="critical")
            os._exit(0)
        sys.stdout.write(f"{child}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
