"""Rows, unit vectors, token lists, filter columns, and the files on disk that hold them."""
