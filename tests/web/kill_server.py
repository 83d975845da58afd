"""A server that can be killed and started again quickly: run as a program, it forks on each line.

All that is heavy is loaded once, before the first fork; a child is as new as a process of its own
otherwise. Arguments: the home. Each line on stdin is the port to serve; answers with the child's
process id.
"""

import os
import signal
import sys
from pathlib import Path

import uvicorn

from service.access.who import caller
from service.app import create_app
from service.settings import Settings
from service.web.workplace import Limits
from tests.service_parts import ReadingParts
from tests.web.api_people import MAKER


def main() -> None:
    settings = Settings(home=Path(sys.argv[1]), calls_per_minute=1_000_000)
    app = create_app(settings, ReadingParts(), Limits(catch_up_seconds=0.2))
    app.dependency_overrides[caller] = lambda: MAKER
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the killed are nobody's to wait for
    for line in sys.stdin:
        child = os.fork()
        if not child:
            sys.stdin.close()
            uvicorn.run(app, host="127.0.0.1", port=int(line), log_level="error")
            os._exit(0)
        sys.stdout.write(f"{child}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
