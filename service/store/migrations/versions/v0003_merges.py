"""Merges of records that are the same thing; an absorbed record names the one it went into."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision: str | None = "0002"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    """Make the table, add the column."""
    op.create_table(
        "merges",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("kept", sa.Text(), nullable=False),
        sa.Column("absorbed", sa.Text(), nullable=False),
        sa.Column("score", sa.Double(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True)),
        sa.Column("decided_by", sa.Text(), nullable=False),
    )
    op.create_index("ix_merges_pair", "merges", ["kind", "kept", "absorbed"], unique=True)
    op.create_index("ix_merges_state", "merges", ["kind", "state"])
    for table in ("needs", "achievements"):
        op.add_column(table, sa.Column("merged_into", sa.Text()))
        op.create_index(f"ix_{table}_merged_into", table, ["merged_into"])
