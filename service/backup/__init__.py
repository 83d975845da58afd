"""Backup of a whole home into one file, and its way back."""
