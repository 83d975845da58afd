"""What pages of records cost at size, with the indexes of the lists and without, in one run.

`python -m benchmarks.lists [--records 20000]`: made records as in `benchmarks.load`, CPU
milliseconds of the database and of everything around it, for a broker from whom a tenth of the
achievements is hidden. Without: the indexes as they were before schema 0008.
"""

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, cast

from sqlalchemy import text

from benchmarks.load import NEEDS_SHARE, made_records
from benchmarks.measuring import table
from service.access.caller import SCOPES_OF_ROLE, Caller
from service.access.sight import hidden_ids
from service.pages.browse import PAGE, Wanted, listed
from service.store.batch import Incoming
from service.store.store import Store
from service.web.workplace import Workplace
from service.workbench import records

BROKER = Caller(1, "li", "李", 1, "某中心", "broker", SCOPES_OF_ROLE["broker"])
RUNS = 5


class Shelf:
    """A running server of which only the store is there."""

    is_ready = False

    def __init__(self, store: Store) -> None:
        self.store = store


def questions(store: Store) -> dict[str, Callable[[], Any]]:
    """What is measured, by its name."""
    place = cast("Workplace", Shelf(store))

    def shown(**wanted: Any) -> Callable[[], Any]:
        return lambda: listed(place, BROKER, "achievement", Wanted(**wanted), PAGE)

    def asked(ask: Callable[..., Any], *given: Any, **named: Any) -> Callable[[], Any]:
        def call() -> Any:
            with store.reading() as connection:
                return ask(connection, *given, **named)

        return call

    return {
        "page, the first": shown(),
        "page, far behind": shown(page=250),
        "page of one's own": shown(mine=True),
        "page by a word": shown(q="涂层"),
        "page by a region": shown(region="江苏"),
        "api, a page": asked(records.page, BROKER, "achievement", after="A08000"),
        "what is hidden": asked(hidden_ids, "achievement", BROKER),
        "all records, read through": lambda: sum(1 for _ in store.iterate("achievement")),
    }


def measured(store: Store) -> dict[str, float]:
    """CPU milliseconds of each question, the best of a few runs."""
    found = {}
    for name, ask in questions(store).items():
        times = []
        for _ in range(RUNS if "all" not in name else 2):
            begun = time.process_time()
            ask()
            times.append((time.process_time() - begun) * 1000)
        found[name] = min(times)
    return found


def without_indexes(store: Store) -> None:
    """Put the indexes back as they were."""
    with store.writing() as (connection, _transaction, _revision):
        for name in ("needs", "achievements"):
            for command in (
                f"DROP INDEX ix_{name}_listed",
                f"DROP INDEX ix_{name}_merged_into",
                f"CREATE INDEX ix_{name}_merged_into ON {name} (merged_into)",
            ):
                connection.execute(text(command))


def main(words: Sequence[str] = ()) -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=20_000)
    count = parser.parse_args(words).records
    chance = random.Random(7)
    with tempfile.TemporaryDirectory() as folder, Store.open(Path(folder) / "x.db") as store:
        needs = int(count * NEEDS_SHARE)
        for side, number in (("need", needs), ("achievement", count - needs)):
            with store.importing(side, "made") as batch:
                batch.put_many([Incoming(one) for one in made_records(side, number, chance)])
        with_them = measured(store)
        without_indexes(store)
        without = measured(store)
    rows = {
        name: {
            "with": f"{with_them[name]:.1f}",
            "without": f"{without[name]:.1f}",
            "ratio": f"{without[name] / with_them[name]:.1f}",
        }
        for name in with_them
    }
    table("CPU ms", rows)


if __name__ == "__main__":
    main(sys.argv[1:])
