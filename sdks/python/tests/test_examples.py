"""The examples, started by the commands that the README prints."""

from __future__ import annotations

import asyncio
import hashlib
import os
import re
import shlex
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Dict, Iterator, List

import pytest
from machine import Machine, tone_samples
from scripted_server import Message, Peer, ScriptedServer, audio, final

from kugelaudio import KugelAudio

PACKAGE = Path(__file__).parents[1]
COMMANDS = re.findall(
    r"^(python examples/(\w+)\.py.*?)\s*(?:#.*)?$", (PACKAGE / "README.md").read_text("utf-8"), re.MULTILINE
)


@pytest.fixture
def environment(machine: Machine, manager_key: str, tmp_path: Path) -> Dict[str, str]:
    """Where `python` is this one, and `aplay` writes what it is to play into a file."""
    programs = tmp_path / "programs"
    programs.mkdir()
    player = programs / "aplay"
    player.write_text(f'#!/bin/sh\necho "$@" > {tmp_path}/options\nexec cat > {tmp_path}/played\n')
    player.chmod(0o755)
    return {
        **os.environ,
        "PATH": f"{programs}:{Path(sys.executable).parent}:{os.environ['PATH']}",
        "PYTHONPATH": str(PACKAGE / "src"),
        "KUGELAUDIO_API_KEY": manager_key,
        "KUGELAUDIO_API_URL": machine.url,
    }


@pytest.fixture
def started() -> Iterator[List[subprocess.Popen[str]]]:
    programs: List[subprocess.Popen[str]] = []
    yield programs
    for program in programs:
        program.kill()
        program.communicate()


def start(name: str, folder: Path, environment: Dict[str, str], *more: str) -> subprocess.Popen[str]:
    """Starts an example as it is printed, in a folder that has the examples."""
    (command,) = [command for command, example in COMMANDS if example == name]
    if not (folder / "examples").exists():
        (folder / "examples").symlink_to(PACKAGE / "examples")
    # `exec`, where it is one program alone: then a kill meets it and not its shell.
    line = command if "|" in command else f"exec {command} {shlex.join(more)}"
    pipe = subprocess.PIPE
    return subprocess.Popen(
        ["sh", "-c", line], cwd=folder, env=environment, stdin=pipe, stdout=pipe, stderr=pipe, text=True
    )


def test_every_example_is_printed() -> None:
    assert sorted(name for _, name in COMMANDS) == sorted(path.stem for path in (PACKAGE / "examples").glob("*.py"))


def test_the_voice_agent_is_interrupted_by_the_next_line_and_says_the_last_one_to_its_end(
    environment: Dict[str, str], tmp_path: Path, started: List[subprocess.Popen[str]]
) -> None:
    agent = start("voice_agent", tmp_path, environment)
    started.append(agent)
    assert agent.stdin is not None
    long = "word " * 100
    agent.stdin.write(f"{long}\n")
    agent.stdin.flush()
    played = tmp_path / "played"
    while not played.exists() or played.stat().st_size == 0:
        assert agent.poll() is None
        time.sleep(0.02)
    _, told = agent.communicate("me\n")
    assert told.splitlines() == [f"Interrupted: {long.strip()}", "Said: me"]
    heard = played.stat().st_size // 2
    assert tone_samples("You said: me") < heard < tone_samples(long)
    assert (tmp_path / "options").read_text().split() == ["-q", "-t", "raw", "-f", "S16_LE", "-r", "24000"]


async def test_a_book_that_is_killed_in_its_midst_goes_on_where_it_was_nothing_twice_and_nothing_missing(
    environment: Dict[str, str], tmp_path: Path, started: List[subprocess.Popen[str]]
) -> None:
    sentences = [f"Sentence {name}." for name in ["alpha", "bravo", "delta", "hotel", "india", "kilo"]]
    book, folder = tmp_path / "book.txt", tmp_path / "book"
    book.write_text("\n\n".join(sentences), "utf-8")
    asked: List[str] = []

    def heard(peer: Peer, message: Message) -> None:
        asked.append(message["text"])
        # While this one is spoken, the program is killed.
        if len(asked) == 3:
            return started[0].kill()
        peer.say(audio(0, len(message["text"])))
        peer.say(final(len(message["text"])))

    async with ScriptedServer(heard) as server:

        async def converted() -> str:
            program = start("book", tmp_path, {**environment, "KUGELAUDIO_API_URL": server.url}, "--characters", "20")
            started.append(program)
            told, errors = await asyncio.get_running_loop().run_in_executor(None, program.communicate)
            assert program.returncode == (0 if len(started) > 1 else -signal.SIGKILL), errors
            return told

        assert (await converted()).splitlines() == ["1 of 6 passages, 17%", "2 of 6 passages, 34%"]
        assert len([*folder.iterdir()]) == 2
        # As if it had been killed while it wrote the third.
        (folder / name_of(3, sentences[2])).with_suffix(".part").write_bytes(b"RIFF")
        told = (await converted()).splitlines()
        assert [line[0] for line in told] == ["3", "4", "5", "6", "b"]
        assert asked == [*sentences[:3], *sentences[2:]]
        names = [name_of(number, sentence) for number, sentence in enumerate(sentences, 1)]
        assert (folder / "book.m3u").read_text("utf-8").split() == names
        assert sorted(path.name for path in folder.iterdir()) == [*names, "book.m3u"]
        for name, sentence in zip(names, sentences):
            assert (folder / name).stat().st_size == 44 + 2 * len(sentence)

        book.write_text("\n\n".join([*sentences[:5], "Another end."]), "utf-8")
        assert (await converted()).splitlines() == ["6 of 6 passages, 100%", "book/book.m3u"]
        assert asked[-1] == "Another end."


def name_of(number: int, passage: str) -> str:
    return f"{number:05d}-{hashlib.sha256(passage.encode()).hexdigest()[:12]}.wav"


def test_the_token_server_gives_a_token_that_speaks_once_and_never_the_key(
    environment: Dict[str, str], tmp_path: Path, started: List[subprocess.Popen[str]], machine: Machine
) -> None:
    server = start("token_server", tmp_path, {**environment, "PORT": "0"})
    started.append(server)
    assert server.stdout is not None
    url = server.stdout.readline().strip()
    with urllib.request.urlopen(urllib.request.Request(url, method="POST"), timeout=30) as answer:
        token = answer.read().decode()
    assert token.startswith("kt_") and environment["KUGELAUDIO_API_KEY"] not in token
    with KugelAudio(token, machine.url) as page:
        assert page.tts.generate("Hello").samples == tone_samples("Hello")
