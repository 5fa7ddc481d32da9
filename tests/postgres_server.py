"""A private PostgreSQL for the tests: one cluster per run, one database per test, nothing synced to disk."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

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


@contextmanager
def private_server() -> Iterator[str]:
    """Start a server on a socket of its own and give the URL of its first database; stopped and removed afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="gridmap-pg-"))
    user = "postgres" if os.geteuid() == 0 else None
    if user:
        account = pwd.getpwnam(user)  # initdb refuses to run as root
        os.chown(folder, account.pw_uid, account.pw_gid)
    data, bin_folder = folder / "data", programs()

    def run(program: str, *arguments: str) -> None:
        log = folder / "programs.log"
        with log.open("a") as output:
            done = subprocess.run([bin_folder / program, *arguments], user=user, cwd="/", stdout=output, stderr=output, check=False)
        if done.returncode:
            raise NoServerError(f"{program} failed: {log.read_text()[-2000:]}")

    try:
        run("initdb", "-D", str(data), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync", "--no-instructions")
        run("pg_ctl", "-D", str(data), "-w", "-l", str(folder / "server.log"), "-o", f"{OPTIONS} -k {folder}", "start")
        try:
            yield f"postgresql://postgres@/postgres?host={folder}"
        finally:
            run("pg_ctl", "-D", str(data), "-w", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
