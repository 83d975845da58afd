"""The tests of the store once more, on PostgreSQL; skipped where there is no server."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from matcher.types import Need
from service.store.all_tables import METADATA
from service.store.engine import open_engine
from service.store.store import Store
from tests.postgresql import server, why_not
from tests.service import test_store, test_store_batch, test_store_merges

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(bool(why_not()), reason=why_not()),
]
OF_FILES = {
    "test_two_opened_stores_see_the_same_records",
    "test_a_store_can_be_opened_by_url",
    "test_an_import_is_remembered_with_its_counts",
    "test_a_driver_that_takes_values_by_name_writes_the_same",  # this driver does
    "test_a_full_disk_leaves_the_earlier_records_alone",
}
"""They look into an SQLite file."""

for module in (test_store, test_store_batch, test_store_merges):
    globals().update(
        {
            name: found
            for name, found in vars(module).items()
            if name not in OF_FILES and (name.startswith("test_") or name == "merges")
        }
    )


@pytest.fixture(scope="module")
def made() -> Iterator[str]:
    """A database with its tables, made by the migrations."""
    with server() as address:
        url = address.format(name="postgres")
        Store.open(url).close()
        yield url


@pytest.fixture
def url(made: str) -> str:
    """The database, empty again."""
    engine = open_engine(made)
    tables = ", ".join(table.name for table in METADATA.sorted_tables)
    with engine.begin() as connection:
        connection.execute(sa.text(f"TRUNCATE {tables} RESTART IDENTITY CASCADE"))
        connection.execute(sa.text("INSERT INTO counters (name, value) VALUES ('revision', 0)"))
    engine.dispose()
    return made


@pytest.fixture(scope="module")
def shared(made: str) -> Iterator[Store]:
    with Store.open(made) as opened:
        yield opened


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    with Store.open(url) as opened:
        yield opened


def test_two_opened_stores_see_the_same_records(store: Store, url: str) -> None:
    with store.importing("need", "a") as batch:
        batch.put(Need(id="N1", title="甲"))
    with Store.open(url) as other:
        assert other.get("need", "N1") == Need(id="N1", title="甲")


def test_the_migrations_make_exactly_the_tables_of_the_code(url: str) -> None:
    engine = open_engine(url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, METADATA) == []
    engine.dispose()
