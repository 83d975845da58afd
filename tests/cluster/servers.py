"""Real Milvus servers on loopback: one process, or a cluster of nine with what it stands on.

Everything comes from the package registry (`make test-cluster` installs it into an environment of
its own, for the wheel wants old packages) and, for etcd, from the operating system.
"""

import lzma
import os
import shutil
import signal
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path

from tests.cluster.milvus_yaml import rendered

ENVIRONMENT = Path(os.environ.get("DUIJIE_CLUSTER_VENV", ".venv-cluster"))
HOST = "127.0.0.1"
ALONE, ALONE_HEALTH = 39531, 39091
PROXY, PROXY_HEALTH = 39530, 19104
ETCD, ETCD_PEER, S3, S3_MASTER, S3_VOLUME, S3_FILER = 23790, 23800, 29000, 29333, 28080, 28888
ROLES = {
    "rootcoord": 19101,
    "datacoord": 19102,
    "querycoord": 19103,
    "indexnode": 19105,
    "datanode": 19106,
    "querynode-1": 19107,
    "querynode-2": 19108,
    "querynode-3": 19109,
    "proxy": PROXY_HEALTH,
}
"""Milvus' nine processes and the ports that tell whether they are well."""
PORTS = {
    "proxy_port": str(PROXY),
    "proxy_internal_port": "19629",
    "root_coord_port": "53200",
    "query_coord_port": "19631",
    "query_node_port": "21223",
    "index_node_port": "21221",
    "data_coord_port": "13433",
    "data_node_port": "21224",
}
"""Other ports than a standalone server's, so that both may run."""
S3_USERS = """{"identities": [{"name": "milvus", "actions": ["Admin", "Read", "Write", "List"],
 "credentials": [{"accessKey": "minioadmin", "secretKey": "minioadmin"}]}]}"""


class Servers:
    """Processes that are started, killed and ended by their names; logs lie in the folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._running: dict[str, subprocess.Popen[str]] = {}
        data = _wheel() / "data"
        self.binaries = folder / "bin"
        self.binaries.mkdir(parents=True)
        for packed in (data / "bin").glob("*.lzma"):
            target = self.binaries / packed.stem
            with lzma.open(packed) as source, target.open("wb") as file:
                shutil.copyfileobj(source, file)
            target.chmod(0o755)
        self.template = (data / "config.yaml.template").read_text(encoding="utf-8")
        self.configuration = folder / "conf"
        self.configuration.mkdir()
        shutil.copy(data / "glog.conf", self.configuration / "glog.conf")

    def configure(self, places: Mapping[str, str], settings: Mapping[str, str], more: str) -> None:
        """Write the configuration that all Milvus processes read."""
        names = ("etcd_data_dir", "local_storage_dir", "rocksmq_data_dir", "system_log_path")
        folders = {name: str(self.folder / name) for name in names}
        # The makeshift index over rows that have no graph yet has a recall of 0.8 to 0.95.
        everywhere = {"*.ip": HOST, "queryNode.segcore.interimIndex.enableIndex": "false"}
        text = rendered(self.template, folders | places, everywhere | settings)
        (self.configuration / "milvus.yaml").write_text(text + more, encoding="utf-8")

    def start(self, name: str, *command: str, **environment: str) -> None:
        """Start a process; what it says goes into a file of its name."""
        with (self.folder / f"{name}.log").open("a", encoding="utf-8") as log:
            self._running[name] = subprocess.Popen(
                command,
                cwd=self.folder,
                env=os.environ | environment,
                stdout=subprocess.PIPE if name == "kafka" else log,
                stderr=log,
                text=True,
            )

    def start_milvus(self, name: str, role: str, health: int) -> None:
        """Start a Milvus process in a role."""
        environment = {
            "MILVUSCONF": str(self.configuration),
            "LD_LIBRARY_PATH": str(self.binaries),
            "METRICS_PORT": str(health),
        }
        self.start(name, str(self.binaries / "milvus"), "run", role, **environment)

    def kill(self, *names: str) -> None:
        """End processes as a power cut does."""
        for name in names:
            self._running[name].send_signal(signal.SIGKILL)
        for name in names:
            process = self._running.pop(name)
            process.wait(30)
            if process.stdout:
                process.stdout.close()

    @property
    def names(self) -> list[str]:
        """What runs."""
        return [*self._running]

    def stop(self) -> None:
        """End everything."""
        self.kill(*self._running)

    def first_line(self, name: str) -> str:
        """What a process says first."""
        stream = self._running[name].stdout
        if stream is None:
            raise ValueError(f"{name} was not asked to be heard")
        return stream.readline().strip()

    def wait_for(self, url: str, seconds: float = 180, status: int = 200) -> float:
        """Wait until an address answers; returns the seconds that it took.

        Raises:
            TimeoutError: it does not; its logs lie in the folder.
            ChildProcessError: a process has ended by itself.
        """
        begun = time.monotonic()
        while time.monotonic() - begun < seconds:
            self._all_alive()
            try:
                with urllib.request.urlopen(url, timeout=5) as answer:
                    if answer.status == status:
                        return time.monotonic() - begun
            except urllib.error.HTTPError as error:
                if error.code == status:
                    return time.monotonic() - begun
            except OSError:
                pass
            time.sleep(0.5)
        raise TimeoutError(f"{url} does not answer; see {self.folder}")

    def _all_alive(self) -> None:
        ended = [name for name, process in self._running.items() if process.poll() is not None]
        if ended:
            raise ChildProcessError(f"ended by themselves: {ended}; see {self.folder}")


class Standalone(Servers):
    """One Milvus process with everything inside."""

    uri = f"http://{HOST}:{ALONE}"

    def up(self) -> float:
        """Start it; returns the seconds that it took."""
        self.configure({"proxy_port": str(ALONE)}, {}, "")
        self.start_milvus("standalone", "standalone", ALONE_HEALTH)
        return self.wait_for(f"http://{HOST}:{ALONE_HEALTH}/healthz")


class Cluster(Servers):
    """Nine Milvus processes, etcd, an S3 store and a message queue."""

    uri = f"http://{HOST}:{PROXY}"

    def up(self) -> float:
        """Start all of it; returns the seconds that it took."""
        self.start("kafka", _python(), str(Path(__file__).with_name("mock_kafka.py").resolve()))
        brokers = self.first_line("kafka")
        self.configure(
            PORTS,
            {
                "etcd.endpoints": f"{HOST}:{ETCD}",
                "etcd.use.embed": "false",
                "minio.address": HOST,
                "minio.port": str(S3),
                "mq.type": "kafka",
                "common.storageType": "remote",
            },
            f"kafka:\n  brokerList: {brokers}\n  securityProtocol: PLAINTEXT\n"
            "  saslMechanisms: PLAIN\n  readTimeout: 10\n",
        )
        return self.restart()

    def restart(self) -> float:
        """Start whatever does not run; returns the seconds until the cluster is healthy."""
        begun = time.monotonic()
        self._start_stores()
        for name, health in ROLES.items():
            if name not in self._running:
                self.start_milvus(name, name.partition("-")[0], health)
                time.sleep(0.5)
        self.wait_for(f"http://{HOST}:{PROXY_HEALTH}/healthz")
        return time.monotonic() - begun

    def _start_stores(self) -> None:
        if "etcd" not in self._running:
            here, peer = f"http://{HOST}:{ETCD}", f"http://{HOST}:{ETCD_PEER}"
            options = {
                "data-dir": str(self.folder / "etcd"),
                "listen-client-urls": here,
                "advertise-client-urls": here,
                "listen-peer-urls": peer,
                "initial-advertise-peer-urls": peer,
                "initial-cluster": f"default={peer}",
            }
            self.start("etcd", "etcd", *(f"--{name}={value}" for name, value in options.items()))
            self.wait_for(f"{here}/health")
        if "s3" not in self._running:
            (self.folder / "sw").mkdir(exist_ok=True)
            (self.folder / "s3.json").write_text(S3_USERS, encoding="utf-8")
            options = {
                "ip": HOST,
                "ip.bind": HOST,
                "dir": str(self.folder / "sw"),
                "master.port": str(S3_MASTER),
                "volume.port": str(S3_VOLUME),
                "filer": "true",
                "filer.port": str(S3_FILER),
                "s3": "true",
                "s3.port": str(S3),
                "s3.config": str(self.folder / "s3.json"),
            }
            given = (f"-{name}={value}" for name, value in options.items())
            self.start("s3", str(ENVIRONMENT.resolve() / "bin" / "weed"), "server", *given)
            self.wait_for(f"http://{HOST}:{S3}/", status=403)


def missing() -> str:
    """What has to be installed before a server can be started; empty for nothing."""
    if not (ENVIRONMENT / "bin" / "python").exists():
        return "no servers are installed: make test-cluster"
    return "" if shutil.which("etcd") else "no etcd: apt-get install etcd-server"


def _wheel() -> Path:
    return next(ENVIRONMENT.glob("lib/python3*/site-packages/milvus"))


def _python() -> str:
    return str(ENVIRONMENT.absolute() / "bin" / "python")
