"""The records: kept in a database, changed file by file, read back as domain objects."""
