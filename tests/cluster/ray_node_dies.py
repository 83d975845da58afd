"""Kill a node of a Ray cluster in the midst of a job: `python ray_node_dies.py FOLDER`.

Starts a head and two nodes on this machine, each with one processor; one node is taken away
ungracefully once some parts are there. Prints whether the outcome is that of one process.
"""

import json
import sys
import time
from functools import partial
from pathlib import Path
from threading import Thread

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

import ray  # noqa: E402
from ray.cluster_utils import Cluster  # noqa: E402

from indexing.bundle import Bundle  # noqa: E402
from matcher.batch.executor import Serial  # noqa: E402
from matcher.batch.job import Job  # noqa: E402
from service.batch.on_ray import OnRay  # noqa: E402
from tests.batch_world import EMBEDDER, NEEDS, PLAN, SEGMENTER, open_parts  # noqa: E402
from tests.matcher.worlds import World  # noqa: E402


def main(folder: Path) -> None:
    """Do the job twice and compare."""
    for side, one in World(SEGMENTER, EMBEDDER).sides.items():
        one.bundle.save(folder / side)
    answers = Bundle.open(folder / "achievement")
    whole, out = folder / "whole", folder / "out"
    Job(PLAN, whole, answers, partial(open_parts, folder)).run(NEEDS, frozenset(), Serial())
    cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 1})
    lost = cluster.add_node(num_cpus=1)
    cluster.add_node(num_cpus=1)
    nodes = len([node for node in ray_nodes(cluster.address) if node["Alive"]])

    def take_away() -> None:
        while len(list(out.glob("parts/part-*"))) < 2:
            time.sleep(0.02)
        cluster.remove_node(lost, allow_graceful=False)

    killer = Thread(target=take_away, daemon=True)
    killer.start()
    begun = time.perf_counter()
    slow = partial(open_parts, folder, 0.5)
    Job(PLAN, out, answers, slow).run(NEEDS, frozenset(), OnRay(cluster.address))
    taken = time.perf_counter() - begun
    killer.join()
    alive = len([node for node in ray_nodes(cluster.address) if node["Alive"]])
    cluster.shutdown()
    tables = [
        [(path.name, path.read_bytes()) for path in sorted((one / "parts").iterdir())]
        for one in (whole, out)
    ]
    equal = tables[0] == tables[1]
    told = {"nodes": nodes, "alive": alive, "seconds": round(taken, 1), "equal": equal}
    sys.stdout.write(json.dumps(told) + "\n")


def ray_nodes(address: str) -> list:
    """Nodes that the cluster knows."""
    ray.init(address=address, log_to_driver=False)
    try:
        return list(ray.nodes())
    finally:
        ray.shutdown()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
