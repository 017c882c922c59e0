"""A data folder, and the server's program on it: each command a process of its own, as an operator has it."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any, Dict, Optional

ROOT = Path(__file__).parents[3]
PROGRAM = ROOT / "packages/server/bin/kugelaudio-server"
NODE = ROOT / "node_modules/.bin/node"
TONE_ENGINE = [str(NODE), str(ROOT / "packages/server/test/engines/tone.ts")]
EMAIL = "ada@example.com"
#: Commits are real; a folder in memory makes them cheap.
MEMORY_FOLDER = "/dev/shm" if Path("/dev/shm").exists() else None


def tone_samples(text: str) -> int:
    """How many samples the tone engine makes of a text: 50 ms a character, at 24,000 Hz."""
    return sum(1200 * len(word) for word in text.split())


class Machine:
    def __init__(self) -> None:
        self._folder = tempfile.mkdtemp(prefix="kugelaudio-python-", dir=MEMORY_FOLDER)
        self._server: Optional[subprocess.Popen[bytes]] = None
        self.url = ""
        self.json("account", "create", "--email", EMAIL, "--name", "Ada")

    def close(self) -> None:
        self.stop()
        shutil.rmtree(self._folder)

    def create_key(self, name: str = "python", *more: str) -> Dict[str, Any]:
        made: Dict[str, Any] = self.json("key", "create", "--account", EMAIL, "--name", name, *more)
        return made

    def json(self, *words: str) -> Any:
        """Runs a command to its end; its one value."""
        done = subprocess.run(
            [str(PROGRAM), *words, "--json"],
            env=self._environment(),
            check=True,
            stdout=subprocess.PIPE,
            text=True,
            timeout=60,
        )
        return json.loads(done.stdout)

    def serve(self, port: str = "0") -> str:
        """Starts the server; its address, once it listens."""
        # A file, because a pipe that nobody reads would stop the server in the end.
        log = Path(self._folder) / "server.log"
        with log.open("w") as file:
            server = self._server = subprocess.Popen(
                [str(PROGRAM), "serve"], env=self._environment(KUGELAUDIO_PORT=port), stdout=file
            )
        while True:
            listening = re.search(r'"url":"([^"]+)"', log.read_text())
            if listening is not None:
                self.url = listening.group(1)
                return self.url
            assert server.poll() is None, f"the server has ended: {log.read_text()}"
            time.sleep(0.02)

    def restart(self) -> None:
        """Kills the server in its midst, and starts another at the same address."""
        self.stop()
        self.serve(port=self.url.rpartition(":")[2])

    def stop(self) -> None:
        if self._server is not None:
            self._server.kill()
            self._server.wait()
        self._server = None

    def _environment(self, **more: str) -> Dict[str, str]:
        return {
            "PATH": f"{NODE.parent}:{os.environ['PATH']}",
            "HOME": self._folder,
            "NODE_COMPILE_CACHE": str(Path(tempfile.gettempdir()) / "kugelaudio-test-compile-cache"),
            "KUGELAUDIO_DATA_DIR": self._folder,
            "KUGELAUDIO_PORT": "0",
            "KUGELAUDIO_ENGINE_HOSTS": "1",
            "KUGELAUDIO_ENGINE_COMMAND": json.dumps(TONE_ENGINE),
            **more,
        }
