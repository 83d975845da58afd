"""Indexes that lists are made from without reading the records."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision: str | None = "0007"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    """Make them; what is merged is indexed alone, as SQLite took that index for all the others."""
    merged = sa.text("merged_into IS NOT NULL")
    columns = ["revision", "withdrawn", "merged_into", "visibility", "holder", "id"]
    for table in ("needs", "achievements"):
        name = f"ix_{table}_merged_into"
        op.drop_index(name, table)
        op.create_index(name, table, ["merged_into"], sqlite_where=merged, postgresql_where=merged)
        op.create_index(f"ix_{table}_listed", table, columns)
