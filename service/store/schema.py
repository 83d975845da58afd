"""The database's schema: which version it has, and the way to the one that this code knows."""

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, inspect, text

from service.errors import NewerStoreError
from service.store.engine import WRITES

if TYPE_CHECKING:
    from alembic.config import Config

HEAD = "0009"
"""The newest schema. Known without alembic, which takes a while to import."""

MIGRATIONS = Path(__file__).parent / "migrations"


def version(connection: Connection) -> str | None:
    """Return the schema's version; None in an empty database."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return found


def bring_up_to_date(engine: Engine, where: str) -> None:
    """Make the tables, or change them as newer code needs; all of it or nothing.

    Raises:
        NewerStoreError: the database was written by newer code.
    """
    with engine.connect() as connection:
        if version(connection) == HEAD:
            return
    with engine.connect().execution_options(**{WRITES: True}) as connection, connection.begin():
        _upgrade(connection, where)


def known_versions() -> set[str]:
    """Return the versions that this code can use or bring up to date."""
    from alembic.script import ScriptDirectory

    directory = ScriptDirectory.from_config(_config())
    return {script.revision for script in directory.walk_revisions()}


def _upgrade(connection: Connection, where: str) -> None:
    from alembic import command

    # Asked again: another process may have upgraded while we waited for the lock.
    found = version(connection)
    if found is not None and found not in known_versions():
        raise NewerStoreError(where, found, HEAD)
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _config() -> "Config":
    from alembic.config import Config

    config = Config()
    # Config reads "%" as the start of a placeholder.
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "newline")
    return config
