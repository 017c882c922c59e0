"""Objects of answers: dataclasses with the names of the wire."""

from __future__ import annotations

from dataclasses import fields
from typing import Any, Type, TypeVar

from .exceptions import ProtocolError

T = TypeVar("T")


def read_object(kind: Type[T], told: Any) -> T:
    """An object of an answer; members that are unknown are left out. Raises :class:`ProtocolError` where one is
    missing that must be there."""
    if not isinstance(told, dict):
        raise ProtocolError(f"The server sent no {kind.__name__}")
    known = {each.name: told[each.name] for each in fields(kind) if each.name in told}  # type: ignore[arg-type]
    try:
        return kind(**known)
    except TypeError:
        raise ProtocolError(f"The server sent a {kind.__name__} that is not whole") from None


def read_list(kind: Type[T], told: Any) -> list[T]:
    """The same, for several."""
    if not isinstance(told, list):
        raise ProtocolError(f"The server sent no list of {kind.__name__}")
    return [read_object(kind, each) for each in told]


def member(told: Any, name: str) -> Any:
    """A member of an answer. Raises :class:`ProtocolError` where it is missing."""
    if not isinstance(told, dict) or name not in told:
        raise ProtocolError(f"The server answered without {name}")
    return told[name]
