"""A user's own labels to a model: the file, the figures, the folder."""
