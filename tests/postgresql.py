"""A PostgreSQL server of one's own for tests, where its programs are installed."""

import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

OWNER = "postgres"


def programs() -> Path | None:
    """The folder of the newest installed server's programs."""
    places = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda one: one.parts[4])
    if places:
        return places[-1].parent
    found = shutil.which("initdb")
    return Path(found).parent if found else None


def why_not() -> str:
    """Why no server can be started; empty where one can."""
    if find_spec("psycopg") is None:
        return "psycopg is not installed (pip install 'duijie[postgres]')"
    if programs() is None:
        return "no PostgreSQL server is installed (Debian: apt install postgresql)"
    if os.geteuid() == 0 and OWNER not in {one.pw_name for one in pwd.getpwall()}:
        return f"running as root, and there is no user {OWNER} to run the server as"
    return ""


@contextmanager
def server() -> Iterator[str]:
    """Start a server on a socket in a folder of its own; gives an URL up to the database's name."""
    folder = Path(tempfile.mkdtemp(prefix="duijie-pg-"))
    bin_ = programs()
    assert bin_ is not None
    user = OWNER if os.geteuid() == 0 else None
    if user:
        shutil.chown(folder, user)
    cluster = folder / "cluster"
    made = (bin_ / "initdb", "-D", cluster, "-U", OWNER, "-A", "trust", "-E", "UTF8", "--no-sync")
    subprocess.run([*made, "--locale=C.UTF-8"], check=True, capture_output=True, user=user, cwd="/")
    options = {"listen_addresses": "", "unix_socket_directories": folder, "fsync": "off"}
    settings = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
    running = subprocess.Popen(
        [bin_ / "postgres", "-D", cluster, *settings],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        user=user,
        cwd="/",
    )
    try:
        until = time.monotonic() + 60
        while not (folder / ".s.PGSQL.5432").exists():
            assert running.poll() is None, "the server has ended"
            assert time.monotonic() < until, "the server did not start"
            time.sleep(0.05)
        yield f"postgresql://{OWNER}@/{{name}}?host={folder}"
    finally:
        running.terminate()
        running.wait(30)
        shutil.rmtree(folder, ignore_errors=True)
