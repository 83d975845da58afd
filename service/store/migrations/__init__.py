"""Steps from one schema to the next, run by `service.store.schema` (alembic, without its ini).

There are no steps back: older code refuses a newer database, and a backup is the way back.
"""
