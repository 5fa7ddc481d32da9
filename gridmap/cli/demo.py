"""`gridmap demo`: the sample branch, and the app on it."""

import argparse
import os
import signal
import socket
import subprocess
import sys
import time
import webbrowser
from pathlib import Path
from threading import Timer
from types import FrameType
from typing import TYPE_CHECKING

import gridmap
from gridmap.cli.console import Command, Console, UsageError
from gridmap.cli.operator import whoever_runs_this
from gridmap.errors import N_, FileError, say
from gridmap.settings import Settings
from gridmap.texts import Translate

if TYPE_CHECKING:
    from gridmap.services.demo import Demo

LOOPBACK = "127.0.0.1"
PORT, PORTS = 8501, 20
OPEN_AFTER_S = 3.0


def add(parser: argparse.ArgumentParser, _: Translate) -> None:
    """Add the arguments."""
    parser.add_argument("--folder", type=Path, default=Path("demo"), metavar=_("FOLDER"), help=_("Where the sample goes (default: demo)."))
    parser.add_argument("--seed", type=int, default=1, metavar="N", help=_("Same seed, same sample (default: 1)."))
    parser.add_argument("--organisations", type=int, default=6000, metavar="N", help=_("How many there are today (default: 6000)."))
    parser.add_argument("--port", type=int, metavar="N", help=_("Port of the app on this computer (default: 8501, or the next free one)."))
    parser.add_argument("--no-open", action="store_true", help=_("Do not open a browser."))
    parser.add_argument("--build-only", action="store_true", help=_("Build the sample and stop."))
    parser.add_argument("--json", action="store_true", help=_("Print JSON; with --build-only."))


def run(chosen: argparse.Namespace, settings: Settings, console: Console) -> int:
    """Build the sample where it is not there yet, then serve it on loopback until it is stopped."""
    if chosen.store is not None:
        raise UsageError(say(N_("The sample has a store of its own: name its folder with --folder.")))
    if chosen.organisations < 1:
        raise UsageError(say(N_("--organisations must be 1 or more.")))
    from gridmap.services.demo import build_demo  # noqa: PLC0415 - help and mistakes are answered without loading the tables

    demo = build_demo(
        chosen.folder,
        seed=chosen.seed,
        organisations=chosen.organisations,
        scope=whoever_runs_this(),
        settings=settings,
        now_us=time.time_ns() // 1000,
        progress=console.progress,
    )
    _tell(demo, console)
    return 0 if chosen.build_only else _serve(demo, chosen, console)


def _tell(demo: "Demo", console: Console) -> None:
    if console.json:
        reports = [{**each.as_json(console.language), "refused": each.refused} for each in demo.reports]
        console.value({"store": str(demo.store), "files": str(demo.files), "branch": demo.branch_id, "imports": reports})
    for report in demo.reports:
        console.line(report.summary())
    for message in demo.told:
        console.line(message)
    console.line(say(N_("The sample branch {branch} is in {store}."), branch=demo.branch_id, store=str(demo.store)))


def _serve(demo: "Demo", chosen: argparse.Namespace, console: Console) -> int:
    home = Path(gridmap.__file__).parents[1]
    app = home / "streamlit_app.py"
    if not app.is_file():
        raise FileError(
            say(N_("The pages are not part of this installation.")),
            where=str(app),
            remedy=say(N_("Run gridmap demo from the project's folder, or stop after building with --build-only.")),
        )
    port = free_port(chosen.port)
    address = f"http://{LOOPBACK}:{port}"
    console.line(say(N_("The app opens at {address}; Ctrl+C stops it."), address=address))
    command = [sys.executable, "-m", "streamlit", "run", str(app), "--server.address", LOOPBACK, "--server.port", str(port)]
    environment = {**os.environ, "GRIDMAP_DATABASE_URL": str(demo.store.resolve())}
    if not chosen.no_open:
        opener = Timer(OPEN_AFTER_S, webbrowser.open, (address,))
        opener.daemon = True
        opener.start()
    sys.stdout.flush()  # the server writes to the same place, and at once
    # The pages' settings stand in the project's folder, and Streamlit looks for them in the current one.
    server = subprocess.Popen([*command, "--server.headless", "true"], cwd=home, env=environment)  # noqa: S603 - our own interpreter
    before = signal.signal(signal.SIGTERM, _interrupt)
    try:
        return server.wait()
    except KeyboardInterrupt:
        server.terminate()
        server.wait()
        return 0
    finally:
        signal.signal(signal.SIGTERM, before)


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    """Take a request to end as Ctrl+C, so that no server is left behind."""
    raise KeyboardInterrupt


def free_port(wanted: int | None) -> int:
    """Return the port asked for, or the first free one from 8501 on.

    Raises
    ------
    UsageError
        When the port asked for is taken, or all are.
    """
    for port in (wanted,) if wanted is not None else range(PORT, PORT + PORTS):
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((LOOPBACK, port))
            except (OSError, OverflowError):
                continue
            return port
    raise UsageError(say(N_("Port {port} is taken."), port=wanted if wanted is not None else f"{PORT}-{PORT + PORTS - 1}"))


COMMAND = Command("demo", N_("Build the sample branch and open the app on it."), add, run)
