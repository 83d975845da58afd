"""Kafka as far as Milvus needs it: the mock cluster inside librdkafka, in memory, on loopback.

Run by the Python of the servers' environment; prints its addresses and goes on until it is ended.
It keeps about 5 MB a partition and nothing on disk, so it must outlive every restart of Milvus.
"""

import ctypes
import importlib.util
import signal
import sys
from pathlib import Path

RD_KAFKA_PRODUCER = 0


def main() -> None:
    spec = importlib.util.find_spec("confluent_kafka")
    if spec is None or spec.origin is None:
        sys.exit("confluent-kafka is not installed")
    site = Path(spec.origin).parent.parent
    library = ctypes.CDLL(str(next(site.glob("confluent_kafka.libs/librdkafka-*.so*"))))
    for name in ("rd_kafka_conf_new", "rd_kafka_new", "rd_kafka_mock_cluster_new"):
        getattr(library, name).restype = ctypes.c_void_p
    library.rd_kafka_mock_cluster_bootstraps.restype = ctypes.c_char_p
    reason = ctypes.create_string_buffer(512)
    configuration = ctypes.c_void_p(library.rd_kafka_conf_new())
    client = ctypes.c_void_p(
        library.rd_kafka_new(RD_KAFKA_PRODUCER, configuration, reason, ctypes.c_size_t(512))
    )
    cluster = ctypes.c_void_p(library.rd_kafka_mock_cluster_new(client, 3))
    sys.stdout.write(library.rd_kafka_mock_cluster_bootstraps(cluster).decode() + "\n")
    sys.stdout.flush()
    signal.pause()


if __name__ == "__main__":
    main()
