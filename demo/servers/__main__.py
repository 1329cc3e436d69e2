"""Run a command beside the demo company's systems: `python -m demo.servers -- make ui`.

Starts the servers of Zoho CRM and 纷享销客 Fxiaoke on free ports with the records of the generator,
tells their addresses to the command in its environment, and ends with its exit code.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

from demo.servers.fxiaoke import FxiaokeServer
from demo.servers.zoho import ZohoServer
from pipelines.runtime.settings import SettingsError, load_settings


def main(command: list[str]) -> int:
    """Start, run, stop; the exit code is the command's, or 2 when a setting is wrong."""
    try:
        data = load_settings().data / "servers"
    except SettingsError as error:
        print(f"error: {error}")
        return 2
    with ExitStack() as running:
        environment = dict(os.environ)
        for server, folder, name in (
            (ZohoServer(), "zoho", "DEMO_ZOHO_URL"),
            # Five calls a second, as in earnest, would make a large demo company wait for minutes.
            (FxiaokeServer(calls=None), "fxiaoke", "DEMO_FXIAOKE_URL"),
        ):
            server.load(Path(data / folder))
            environment[name] = running.enter_context(server).url
        process = subprocess.Popen(command, env=environment)
        # The command gets the interrupt of the terminal too, and decides when it is over.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, lambda *_: process.terminate())
        return process.wait()


if __name__ == "__main__":
    arguments = sys.argv[1:]
    sys.exit(main(arguments[1:] if arguments[:1] == ["--"] else arguments))
