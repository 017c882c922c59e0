"""The wheel and the source distribution, in empty environments; README and documentation, as they are printed."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import venv
from pathlib import Path
from typing import Dict, Iterator, List

import pytest
from machine import ROOT, Machine, tone_samples

PACKAGE = Path(__file__).parents[1]
README = (PACKAGE / "README.md").read_text("utf-8")
PROGRAMS = re.findall(r"^```python\n(.*?)^```", README, re.MULTILINE | re.DOTALL)

SPEAK = "from kugelaudio import KugelAudio; print(KugelAudio().tts.generate('Hello').samples)"
EXPECTED = f"{tone_samples('Hello')}\n"


def run(words: List[str], folder: Path, **environment: str) -> str:
    """Runs a program to its end; what it has printed."""
    inherited = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        words, cwd=folder, env={**inherited, **environment}, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of both artefacts; the wheel is made of the source distribution."""
    folder = tmp_path_factory.mktemp("built")
    run([sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder), str(PACKAGE)], folder)
    return folder


@pytest.fixture(scope="module")
def settings(machine: Machine) -> Dict[str, str]:
    scopes = "keys:manage,speech:generate,speech:stream"
    key = machine.create_key("packed", "--scopes", scopes)["key"]
    return {"KUGELAUDIO_API_KEY": key, "KUGELAUDIO_API_URL": machine.url}


@pytest.fixture(scope="module")
def python(built: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """An environment with the wheel and what it asks for, and nothing else."""
    folder = tmp_path_factory.mktemp("wheel")
    venv.create(folder, with_pip=True)
    (wheel,) = built.glob("*.whl")
    run([str(folder / "bin/python"), "-m", "pip", "install", "-q", f"{wheel}[receipts]"], folder)
    return str(folder / "bin/python")


def test_the_wheel_speaks_in_an_empty_environment(python: str, settings: Dict[str, str], tmp_path: Path) -> None:
    assert run([python, "-c", SPEAK], tmp_path, **settings) == EXPECTED


def test_the_source_distribution_holds_what_the_wheel_is_made_of_and_no_tests(built: Path, tmp_path: Path) -> None:
    (archive,) = built.glob("*.tar.gz")
    names = {name.split("/", 1)[1] for name in run(["tar", "-tzf", str(archive)], tmp_path).split()}
    assert {"README.md", "LICENSE", "pyproject.toml", "src/kugelaudio/py.typed"} <= names
    assert not [name for name in names if "test" in name]


def other_pythons() -> Iterator[str]:
    """Those at hand beside the one that runs this."""
    for minor in range(9, 20):
        found = shutil.which(f"python3.{minor}") or ""
        works = found and subprocess.run([found, "-c", "import venv, ssl"], capture_output=True, check=False)
        if works and works.returncode == 0 and minor != sys.version_info[1]:
            yield found


@pytest.mark.parametrize("other", [*other_pythons(), sys.executable])
def test_it_speaks_on_every_python_at_hand(other: str, built: Path, settings: Dict[str, str], tmp_path: Path) -> None:
    run([other, "-m", "venv", "own"], tmp_path)
    (wheel,) = built.glob("*.whl")
    run(["own/bin/python", "-m", "pip", "install", "-q", str(wheel)], tmp_path)
    assert run(["own/bin/python", "-W", "error", "-c", SPEAK], tmp_path, **settings) == EXPECTED


def test_users_of_the_wheel_see_its_types(python: str, tmp_path: Path) -> None:
    (tmp_path / "use.py").write_text(
        "from kugelaudio import ApiKeyWithSecret, AudioResponse, KugelAudio\n"
        "client = KugelAudio(region='eu')\n"
        "spoken: AudioResponse = client.tts.generate('x', voice_id=1, speed=1.1)\n"
        "key: ApiKeyWithSecret = client.keys.create('x')\n"
        "client.tts.generate('x', spead=1)\n"
        "client.keys.create(name=1)\n"
    )
    words = [
        sys.executable,
        "-m",
        "mypy",
        "--strict",
        "--cache-dir",
        "/dev/null",
        "--python-executable",
        python,
        "use.py",
    ]
    found = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, check=False).stdout
    assert re.findall(r"use\.py:(\d+): error", found) == ["5", "6"], found


@pytest.mark.parametrize("number", range(len(PROGRAMS)))
def test_a_program_of_the_readme_runs_as_it_is_printed(
    number: int, python: str, settings: Dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "program.py").write_text(PROGRAMS[number], "utf-8")
    assert run([python, "-W", "error", "program.py"], tmp_path, **settings)


def test_the_snippet_of_the_authentication_page_runs_as_it_is_printed(
    python: str, settings: Dict[str, str], tmp_path: Path
) -> None:
    snippet = (
        "from kugelaudio import KugelAudio\n\n"
        "# Pass directly\n"
        'client = KugelAudio(api_key="YOUR_API_KEY")\n\n'
        "# Or use environment variable\n"
        "# export KUGELAUDIO_API_KEY=YOUR_API_KEY\n"
        "client = KugelAudio()  # Reads from env\n"
    )
    assert run([python, "-c", snippet + "print(client.models.list()[0].id)"], tmp_path, **settings) == "kugel-3\n"


def test_the_version_is_that_of_the_javascript_package() -> None:
    versions = [
        re.search(r'"([0-9.]+)"', (PACKAGE / "src/kugelaudio/version.py").read_text()),
        re.search(r"'([0-9.]+)'", (ROOT / "sdks/js/src/version.ts").read_text()),
    ]
    assert versions[0] is not None and versions[1] is not None
    assert versions[0].group(1) == versions[1].group(1)
