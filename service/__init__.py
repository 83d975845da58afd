"""The front door: command line, storage, import of files, wiring."""
