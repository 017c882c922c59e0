"""Pythons, and environments of their own that hold nothing but what is installed."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Dict, Iterator, List, Tuple

import uv as uv_package
from machine import ROOT

UV = uv_package.find_uv_bin()
#: The oldest that the package is for.
OLDEST = (3, 9)


def run(words: List[str], folder: Path, **environment: str) -> str:
    """Runs a program to its end; what it has printed."""
    inherited = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        words, cwd=folder, env={**inherited, **environment}, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def uv(*words: str, folder: Path = ROOT) -> str:
    """The tool that makes environments, in a hundredth of the time that those of Python itself take."""
    return run([UV, "--no-config", *words], folder)


def make_environment(python: str, folder: Path) -> str:
    """The Python of a new environment without anything in it."""
    uv("venv", "--python", python, str(folder / "own"))
    return str(folder / "own/bin/python")


def install(python: str, *what: str) -> None:
    uv("pip", "install", "--python", python, *what)


def _candidates() -> Iterator[str]:
    yield sys.executable
    for folder in os.environ["PATH"].split(os.pathsep):
        yield from map(str, Path(folder).glob("python3*"))
    pyenv = os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv"
    yield from map(str, Path(pyenv).glob("versions/*/bin/python3"))


def _version(python: str) -> Tuple[int, ...]:
    told = "import ssl, sys, venv; print(*sys.version_info[:3], sys.implementation.name == 'cpython')"
    try:
        done = subprocess.run([python, "-c", told], capture_output=True, text=True, timeout=30, check=True)
    except (OSError, subprocess.SubprocessError):
        # Not one: a script for settings, or what stands for a version that is not installed.
        return ()
    *version, is_usual = done.stdout.split()
    return tuple(map(int, version)) if is_usual == "True" else ()


def _pythons() -> Dict[str, str]:
    found: Dict[Tuple[int, ...], str] = {}
    seen = set()
    for python in _candidates():
        is_other = re.fullmatch(r"python3?(\.\d+)?", os.path.basename(python)) is None
        if is_other or os.path.realpath(python) in seen:
            continue
        seen.add(os.path.realpath(python))
        version = _version(python)
        if version >= OLDEST and version[:2] not in {each[:2] for each in found}:
            found[version] = python
    return {".".join(map(str, version)): found[version] for version in sorted(found)}


#: One of each minor version at hand, the one that runs this among them; by version, the oldest first.
PYTHONS = _pythons()
