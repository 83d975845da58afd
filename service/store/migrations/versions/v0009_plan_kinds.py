"""Plans of series, packages, supply lists and pairs beside those of roadshows."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision: str | None = "0008"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    """Say of each plan what it is of; all that are there are of roadshows."""
    kind = sa.Column("kind", sa.String(16), nullable=False, server_default="roadshow")
    op.add_column("roadshows", kind)
    op.drop_index("ix_roadshows_organisation", "roadshows")
    op.create_index("ix_roadshows_organisation", "roadshows", ["organisation_id", "kind", "id"])
