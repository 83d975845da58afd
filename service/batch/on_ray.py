"""Parts of a job on the machines of a Ray cluster; a node that is lost costs only time."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any, TypeVar

from matcher.batch.executor import AHEAD
from service.errors import InputError

T = TypeVar("T")
R = TypeVar("R")

LOCAL = "local"
"""Address that starts Ray on this machine."""
RETRIES = 20
"""How often a part is begun anew after its node or process was lost."""


@dataclass(frozen=True, slots=True)
class OnRay:
    """An `Executor` on a Ray cluster, each part on one of its processors.

    Every node needs this program and the same folders under the same paths.

    Attributes:
        address: `local`, or HOST:PORT of the cluster's head, or `auto` on one of its nodes.
    """

    address: str = LOCAL

    def map(self, work: Callable[[T], R], tasks: Iterable[T]) -> Iterator[R]:
        """Do the tasks; see `matcher.batch.executor.Executor.map`.

        Raises:
            InputError: Ray is not installed, or the cluster cannot be reached.
        """
        ray = _connected(self.address)
        try:
            yield from _spread(ray, work, tasks)
        finally:
            ray.shutdown()


def _connected(address: str) -> Any:
    try:
        import ray
    except ModuleNotFoundError as error:
        raise InputError(
            "没有安装 Ray。请运行 pip install 'duijie[ray]'，或者去掉 --ray 在本机计算。"
        ) from error
    if not ray.is_initialized():
        # `local` starts a new cluster even where RAY_ADDRESS names another one.
        try:
            ray.init(address=address, include_dashboard=None, log_to_driver=False)
        except (ConnectionError, ValueError, RuntimeError) as error:
            raise InputError(
                f"连接不上 Ray 集群 {address}。请核对 --ray 的地址，"
                "并确认集群已用 ray start --head 启动；在本机试用请写 --ray local。"
            ) from error
    return ray


def _spread(ray: Any, work: Callable[[T], R], tasks: Iterable[T]) -> Iterator[R]:
    remote = ray.remote(num_cpus=1, max_retries=RETRIES)(_do)
    shared, waiting = ray.put(work), iter(tasks)
    running: list[Any] = []
    try:
        while True:
            room = AHEAD * max(1, int(ray.cluster_resources().get("CPU", 1))) - len(running)
            running += [remote.remote(shared, task) for task in islice(waiting, max(0, room))]
            if not running:
                return
            done, running = ray.wait(running, num_returns=1)
            yield _result(ray, done[0])
    finally:
        for one in running:
            ray.cancel(one)


def _result(ray: Any, reference: Any) -> Any:
    try:
        return ray.get(reference)
    except ray.exceptions.RayTaskError as error:
        cause = error.cause
        raise (cause if isinstance(cause, Exception) else error) from error


def _do(work: Callable[[T], R], task: T) -> R:
    return work(task)
