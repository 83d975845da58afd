"""What alembic runs: the steps, on the connection and in the transaction of the caller."""

from alembic import context

from service.store.all_tables import METADATA


def run() -> None:
    """Run the steps that are missing; SQLite's tables are changed by copying them."""
    context.configure(
        connection=context.config.attributes["connection"],
        target_metadata=METADATA,
        render_as_batch=True,
        transactional_ddl=True,
    )
    context.run_migrations()


run()
