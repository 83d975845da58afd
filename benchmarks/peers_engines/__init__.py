"""What `benchmarks.peers` compares, a file an engine, all behind `protocol.py`."""
