"""What was read out of a row, with the raw values, and a stated industry code."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision: str | None = "0001"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    """Add the columns; rows that are there hold nothing in them until they are imported again."""
    for table in ("needs", "achievements"):
        op.add_column(table, sa.Column("parsed", sa.JSON(), nullable=False, server_default="{}"))
        op.add_column(
            table, sa.Column("industry_code", sa.Text(), nullable=False, server_default="")
        )
