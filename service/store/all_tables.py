"""Every table of the database in one metadata; what makes or compares the schema needs them all."""

from service.store import job_tables, people_tables, roadshow_tables, workbench_tables
from service.store.tables import Base

MODULES = (people_tables, workbench_tables, job_tables, roadshow_tables)
METADATA = Base.metadata
