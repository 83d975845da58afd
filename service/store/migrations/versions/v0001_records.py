"""Needs, achievements, imports and the revision counter."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision: str | None = None
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "counters",
        sa.Column("name", sa.String(32), primary_key=True),
        sa.Column("value", sa.BigInteger(), nullable=False),
    )
    op.create_table(
        "imports",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("started", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished", sa.DateTime(timezone=True)),
        sa.Column("counts", sa.JSON(), nullable=False),
    )
    op.create_table(
        "needs",
        *_shared_columns(),
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("budget_wan", sa.Double()),
        sa.Column("deadline", sa.Date()),
        sa.Column("cooperation", sa.Text(), nullable=False),
        sa.Column("min_trl", sa.Integer()),
        sa.Column("posted", sa.Date()),
    )
    op.create_table(
        "achievements",
        *_shared_columns(),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("owner_type", sa.Text(), nullable=False),
        sa.Column("trl", sa.Integer()),
        sa.Column("ip", sa.Text(), nullable=False),
        sa.Column("transfer_modes", sa.JSON(), nullable=False),
        sa.Column("price_wan", sa.Double()),
        sa.Column("published", sa.Date()),
    )
    for table in ("needs", "achievements"):
        op.create_index(f"ix_{table}_content_hash", table, ["content_hash"])
        op.create_index(f"ix_{table}_revision", table, ["revision"], unique=True)
    op.execute("INSERT INTO counters (name, value) VALUES ('revision', 0)")


def _shared_columns() -> list[sa.Column[object]]:
    return [
        sa.Column("id", sa.Text(), primary_key=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("industry", sa.Text(), nullable=False),
        sa.Column("region", sa.Text(), nullable=False),
        sa.Column("visibility", sa.String(8), nullable=False),
        sa.Column("content_hash", sa.String(32), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("extra", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("import_id", sa.Integer(), sa.ForeignKey("imports.id")),
    ]
