"""Writes the reference of all that is public, out of its doc comments: ``python reference.py FOLDER``."""

from __future__ import annotations

import importlib
import inspect
import sys
from pathlib import Path
from typing import Any, Callable, Dict, List, get_type_hints

import pdoc
import pdoc.render

from kugelaudio.both_forms import both_forms

#: What a client holds, beside what the package itself names.
RESOURCES = ["account", "dictionaries", "keys", "models", "tokens", "transcriptions", "voices"]
MODULES = ["kugelaudio", "kugelaudio.tts", *(f"kugelaudio.resources.{name}" for name in RESOURCES)]
_AIO = "In an event loop: ``await ….{}.aio(…)``."


def waiting_form(name: str, work: Callable[..., Any]) -> Callable[..., Any]:
    """A call of both forms, as a function that can be shown."""

    def call(*args: object, **kwargs: object) -> None: ...

    types = get_type_hints(work)
    signature = inspect.signature(work)
    parameters = [
        each.replace(annotation=types.get(each.name, each.annotation)) for each in signature.parameters.values()
    ]
    call.__signature__ = inspect.Signature(parameters, return_annotation=types["return"])  # type: ignore[attr-defined]
    call.__name__, call.__qualname__, call.__module__ = name, work.__qualname__, work.__module__
    call.__doc__ = f"{inspect.getdoc(work)}\n\n{_AIO.format(name)}"
    return call


def show_calls(module: Any) -> None:
    """Puts functions in the places of calls, of which only Python knows how they are made."""
    for of in [each for each in vars(module).values() if isinstance(each, type)]:
        calls: Dict[str, both_forms[Any, Any, Any]] = {
            name: each for name, each in vars(of).items() if isinstance(each, both_forms)
        }
        for name, each in calls.items():
            setattr(of, name, waiting_form(name, each._work))


def main(words: List[str]) -> None:
    for name in MODULES:
        show_calls(importlib.import_module(name))
    pdoc.render.configure(docformat="restructuredtext", show_source=False)
    pdoc.pdoc(*MODULES, output_directory=Path(words[0]))


if __name__ == "__main__":
    main(sys.argv[1:])
