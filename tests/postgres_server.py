"""A private PostgreSQL for the tests: one cluster per run, one database per test, nothing synced to disk."""

import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

OPTIONS = "-c listen_addresses= -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=60 -c shared_buffers=64MB"


class NoServerError(RuntimeError):
    """PostgreSQL's programs are missing or will not run here."""


def programs() -> Path:
    """Return the folder of initdb and pg_ctl, the newest version where there are several."""
    found = shutil.which("initdb")
    if found:
        return Path(found).parent
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    if not installed:
        raise NoServerError(
            "PostgreSQL is not installed: install the package postgresql (make test does), name a server in GRIDMAP_TEST_POSTGRES, "
            "or set GRIDMAP_SKIP_POSTGRES=1 to leave its tests out."
        )
    return installed[-1].parent


def make_cluster(folder: Path) -> str | None:
    """Make an empty cluster in `folder`/data, and return as whom its server has to run; None for whoever we are."""
    user = "postgres" if os.geteuid() == 0 else None
    if user:
        account = pwd.getpwnam(user)  # initdb refuses to run as root
        os.chown(folder, account.pw_uid, account.pw_gid)
    initdb = [
        str(programs() / "initdb"),
        "-D",
        str(folder / "data"),
        "-U",
        "postgres",
        "-A",
        "trust",
        "-E",
        "UTF8",
        "--locale=C",
        "--no-sync",
    ]
    done = subprocess.run(initdb, user=user, cwd="/", capture_output=True, text=True, check=False)
    if done.returncode:
        raise NoServerError(f"initdb failed: {done.stderr[-2000:]}")
    return user


@contextmanager
def private_server(options: str = OPTIONS) -> Iterator[str]:
    """Start a server on a socket of its own and give the URL of its first database.

    It is stopped and its folder removed afterwards, also when this process is killed: it waits at the end of a pipe.
    """
    folder = Path(tempfile.mkdtemp(prefix="gridmap-pg-"))
    try:
        user = make_cluster(folder)
    except NoServerError:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    server = [str(programs() / "postgres"), "-D", str(folder / "data"), "-k", str(folder), *options.split()]
    watched = ["sh", "-c", _WATCH, str(folder), *server]
    with subprocess.Popen(watched, user=user, cwd="/", stdin=subprocess.PIPE, stdout=subprocess.DEVNULL) as process:
        try:
            url = f"postgresql://postgres@/postgres?host={folder}"
            wait_for(url, process, folder / "server.log")
            yield url
        finally:
            process.communicate()  # closes the pipe, and waits


# The first word is the folder, the rest the server; the shell ends both when nobody holds the other end of its input.
# A server that has only just begun ignores the first signal, never the second.
_WATCH = """exec 3<&0
"$@" > "$0/server.log" 2>&1 & pid=$!
cat <&3 > /dev/null
kill -QUIT $pid; sleep 0.2; kill -TERM $pid 2> /dev/null; wait $pid
rm -rf "$0"
"""


def wait_for(url: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    """Wait until a server answers."""
    until = time.monotonic() + 60
    while True:
        try:
            psycopg.connect(url).close()
        except psycopg.OperationalError as error:
            if process.poll() is not None or time.monotonic() > until:
                raise NoServerError(f"PostgreSQL does not start: {log.read_text()[-2000:] if log.exists() else error}") from error
            time.sleep(0.05)
        else:
            return
