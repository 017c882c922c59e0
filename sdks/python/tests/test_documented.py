"""Every public name says what it is, and the reference holds it."""

from __future__ import annotations

import inspect
import subprocess
import sys
from pathlib import Path
from typing import Any, Dict, Iterator, Tuple

import pytest

import kugelaudio
from kugelaudio.both_forms import both_forms

PACKAGE = Path(__file__).parents[1]


def public_classes() -> Dict[str, Any]:
    """What the package names, and what a client holds."""
    named = {name: getattr(kugelaudio, name) for name in kugelaudio.__all__}
    classes = {name: each for name, each in named.items() if isinstance(each, type)}
    client = kugelaudio.KugelAudio("sk_test_0123456789")
    held = [client, *vars(client).values(), *vars(client.dictionaries).values()]
    classes.update((type(each).__name__, type(each)) for each in held if type(each).__name__.endswith("Resource"))
    return classes


def undocumented(name: str, of: Any) -> Iterator[str]:
    # What a dataclass says of itself is only its members.
    if not (of.__doc__ or "").strip() or of.__doc__.startswith(f"{of.__name__}("):
        yield name
    for member, each in vars(of).items():
        is_shown = isinstance(each, (property, both_forms, classmethod, staticmethod)) or inspect.isfunction(each)
        if is_shown and not member.startswith("_") and not (each.__doc__ or "").strip():
            yield f"{name}.{member}"


@pytest.mark.parametrize(("name", "of"), public_classes().items(), ids=public_classes())
def test_a_public_class_and_all_it_shows_say_what_they_are(name: str, of: Any) -> None:
    assert [*undocumented(name, of)] == []


def test_every_public_function_says_what_it_is() -> None:
    functions = [each for each in map(vars(kugelaudio).get, kugelaudio.__all__) if inspect.isfunction(each)]
    assert functions and all((each.__doc__ or "").strip() for each in functions)


def test_the_reference_is_written_without_a_warning_and_holds_every_class_and_call(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "reference.py", str(tmp_path)],
        cwd=PACKAGE,
        env={"PYTHONPATH": "src"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    pages = "".join(page.read_text("utf-8") for page in tmp_path.rglob("*.html"))
    for name, member in shown():
        assert f'id="{name}{member and "."}{member}"' in pages, f"{name} {member}"
    assert "(unknown)" not in pages


def shown() -> Iterator[Tuple[str, str]]:
    for name, of in public_classes().items():
        yield name, ""
        for member, each in vars(of).items():
            if not member.startswith("_") and (isinstance(each, (property, both_forms)) or inspect.isfunction(each)):
                yield name, member
