"""A model that learns from a user's own labelled pairs, and remembers them: `duijie train fit`."""
