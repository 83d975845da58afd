"""Asks every route of the OpenAPI document for what it offers and for what it does not.

`make fuzz-api` runs it, or `python -m tests.web.schemathesis_run [WORD …]` for the routes whose
address holds one of the words. A route fails when it answers with a server error, with a status or
a media type that its description does not name, or with a body that does not fit its schema.
The environment variable EXAMPLES says how many requests each route gets.
"""

import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import schemathesis
import uvicorn
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from service.access.who import caller
from service.app import create_app
from service.settings import Settings
from service.store.store import Store
from service.web.workplace import Limits
from tests.service_parts import ACHIEVEMENTS, NEEDS, ReadingParts
from tests.web.api_people import ADMIN, settle

EXAMPLES = int(os.environ.get("EXAMPLES", "30"))
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


@contextmanager
def serving(home: Path) -> Iterator[str]:
    """A server over a few records that takes every caller for an admin; gives its address."""
    with Store.open(home / "duijie.db") as store:
        for side, records in (("need", NEEDS), ("achievement", ACHIEVEMENTS)):
            with store.importing(side, "test") as batch:
                for record in records:
                    batch.put(record)
        settle(store)
    app = create_app(Settings(home=home), ReadingParts(), Limits())
    app.dependency_overrides[caller] = lambda: ADMIN
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="critical"))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            time.sleep(0.05)
        app.state.workplace.catch_up()
        (socket,) = server.servers[0].sockets
        yield f"http://127.0.0.1:{socket.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()


def ask(operation: schemathesis.APIOperation, mode: schemathesis.GenerationMode) -> None:
    """Send a route made-up requests, right or wrong ones; raises what it finds."""

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def one(case: schemathesis.Case) -> None:
        case.call_and_validate(checks=CHECKS, timeout=60)

    one()


def main(words: list[str]) -> int:
    """Ask all routes, or those with one of the words; returns how many failed."""
    failed = asked = 0
    with TemporaryDirectory() as folder, serving(Path(folder)) as address:
        schema = schemathesis.openapi.from_url(f"{address}/api/v1/openapi.json", timeout=120)
        for found in schema.get_all_operations():
            operation = found.ok()
            if words and not any(word in operation.path for word in words):
                continue
            asked += 1
            try:
                for mode in schemathesis.GenerationMode:
                    with suppress(Unsatisfiable):  # what takes nothing cannot be asked wrongly
                        ask(operation, mode)
            except (Exception, BaseExceptionGroup) as error:
                failed += 1
                sys.stdout.write(f"FAILED {operation.label}\n{_told(error)}\n")
            else:
                sys.stdout.write(f"ok     {operation.label}\n")
            sys.stdout.flush()
    sys.stdout.write(f"{asked} routes, {failed} failed, {EXAMPLES} right and wrong requests each\n")
    return failed


def _told(error: BaseException) -> str:
    parts = error.exceptions if isinstance(error, BaseExceptionGroup) else (error,)
    return "\n".join(str(part) for part in parts)


if __name__ == "__main__":
    sys.exit(min(1, main(sys.argv[1:])))
