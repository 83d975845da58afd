"""The HTTP API, /api/v1; its shapes are those of `duijie ... --json`."""
