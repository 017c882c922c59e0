"""The wheel and the source distribution, in empty environments; README and documentation, as they are printed."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from importlib import metadata
from pathlib import Path
from typing import Dict

import pytest
from environments import PYTHONS, UV, install, make_environment, run, uv
from machine import ROOT, Machine, tone_samples

PACKAGE = Path(__file__).parents[1]
README = (PACKAGE / "README.md").read_text("utf-8")
PROGRAMS = re.findall(r"^```python\n(.*?)^```", README, re.MULTILINE | re.DOTALL)

SPEAK = "from kugelaudio import KugelAudio; print(KugelAudio().tts.generate('Hello').samples)"
EXPECTED = f"{tone_samples('Hello')}\n"
#: What the package imports, and what the checking of receipts does.
NEEDED = ["httpx", "websockets", "typing_extensions", "cryptography"]
#: Every module but the plugins, and every annotated member of what is public.
IMPORT = """
import importlib, pkgutil, typing, kugelaudio
for module in pkgutil.walk_packages(kugelaudio.__path__, "kugelaudio."):
    if not module.name.startswith(("kugelaudio.livekit", "kugelaudio.pipecat")):
        importlib.import_module(module.name)
for name in kugelaudio.__all__:
    each = getattr(kugelaudio, name)
    if isinstance(each, type):
        typing.get_type_hints(each)
"""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of both artefacts; the wheel is made of the source distribution."""
    folder = tmp_path_factory.mktemp("built")
    uv("build", "--python", sys.executable, "--no-build-isolation", "--out-dir", str(folder), str(PACKAGE))
    return folder


@pytest.fixture(scope="module")
def settings(machine: Machine) -> Dict[str, str]:
    scopes = "keys:manage,speech:generate,speech:stream"
    key = machine.create_key("packed", "--scopes", scopes)["key"]
    return {"KUGELAUDIO_API_KEY": key, "KUGELAUDIO_API_URL": machine.url}


@pytest.fixture(scope="module")
def python(built: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """An environment with the wheel and what it asks for, and nothing else."""
    python = make_environment(sys.executable, tmp_path_factory.mktemp("wheel"))
    (wheel,) = built.glob("*.whl")
    install(python, f"{wheel}[receipts]")
    return python


def test_the_source_distribution_holds_what_the_wheel_is_made_of_and_no_tests(built: Path, tmp_path: Path) -> None:
    (archive,) = built.glob("*.tar.gz")
    names = {name.split("/", 1)[1] for name in run(["tar", "-tzf", str(archive)], tmp_path).split()}
    assert {"README.md", "LICENSE", "pyproject.toml", "src/kugelaudio/py.typed"} <= names
    assert not [name for name in names if "test" in name]


@pytest.mark.parametrize("version", PYTHONS)
def test_wheel_and_source_distribution_install_and_speak_on_every_python_at_hand(
    version: str, built: Path, settings: Dict[str, str], tmp_path: Path
) -> None:
    python = make_environment(PYTHONS[version], tmp_path)
    for artefact in sorted(built.glob("kugelaudio-*")):
        install(python, "--reinstall-package", "kugelaudio", str(artefact))
        assert run([python, "-W", "error", "-c", IMPORT + SPEAK], tmp_path, **settings) == EXPECTED


@pytest.mark.parametrize("version", [*PYTHONS][:1])
def test_strict_mypy_finds_nothing_on_the_oldest_python_at_hand(version: str) -> None:
    minor = ".".join(version.split(".")[:2])
    # The last that knows Python 3.9, and the one of the other tests.
    checker = "mypy==1.19.1" if minor == "3.9" else f"mypy=={metadata.version('mypy')}"
    packages = [word for name in NEEDED for word in ("--with", name)]
    words = ["--strict", "--python-version", minor, "--cache-dir", os.devnull, "src"]
    assert "Success" in uv("tool", "run", "--python", PYTHONS[version], *packages, checker, *words, folder=PACKAGE)


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


def test_the_prefix_of_the_key_chooses_the_direct_eu_endpoint(
    python: str, settings: Dict[str, str], tmp_path: Path
) -> None:
    prefixed = {
        "KUGELAUDIO_API_KEY": f"eu-{settings['KUGELAUDIO_API_KEY']}",
        "KUGELAUDIO_EU_API_URL": settings["KUGELAUDIO_API_URL"],
        # Nobody is there.
        "KUGELAUDIO_API_URL": "http://127.0.0.1:9",
    }
    assert run([python, "-c", SPEAK], tmp_path, **prefixed) == EXPECTED
    default = "from kugelaudio import KugelAudio; print(KugelAudio('eu-sk_0').api_url, KugelAudio('sk_0').api_url)"
    assert run([python, "-c", default], tmp_path) == "https://api.eu.kugelaudio.com https://api.kugelaudio.com\n"


@pytest.mark.parametrize("way", ["the shell", "uv run --env-file"])
def test_the_env_file_of_the_authentication_page_is_read(
    way: str, python: str, settings: Dict[str, str], tmp_path: Path
) -> None:
    printed = "# .env file\nKUGELAUDIO_API_KEY=your_api_key_here\n"
    (tmp_path / ".env").write_text(printed.replace("your_api_key_here", settings["KUGELAUDIO_API_KEY"]))
    (tmp_path / "program.py").write_text(SPEAK)
    here = {"KUGELAUDIO_API_URL": settings["KUGELAUDIO_API_URL"]}
    if way == "the shell":
        words = ["sh", "-c", f"set -a; . ./.env; exec {python} program.py"]
    else:
        words = [UV, "run", "--no-project", "--python", python, "--env-file", ".env", "program.py"]
    assert run(words, tmp_path, **here) == EXPECTED


def test_the_version_is_that_of_the_javascript_package() -> None:
    versions = [
        re.search(r'"([0-9.]+)"', (PACKAGE / "src/kugelaudio/version.py").read_text()),
        re.search(r"'([0-9.]+)'", (ROOT / "sdks/js/src/version.ts").read_text()),
    ]
    assert versions[0] is not None and versions[1] is not None
    assert versions[0].group(1) == versions[1].group(1)
