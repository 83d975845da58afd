"""Vectors on a Milvus server, behind the same protocols; nothing here imports pymilvus early."""
