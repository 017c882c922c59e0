"""Calls that are written once and made in two forms: waiting, and with ``await``."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any, Callable, Coroutine, Generic, Optional, Type, TypeVar, get_type_hints, overload

from typing_extensions import Concatenate, ParamSpec

if TYPE_CHECKING:
    from .ways_out import WaysOut

P = ParamSpec("P")
S = TypeVar("S")
T = TypeVar("T")
G = TypeVar("G")
R = TypeVar("R")


class Resource:
    """A part of the API, reached over HTTP."""

    def __init__(self, ways_out: WaysOut) -> None:
        self._ways_out = ways_out


class Call(Generic[P, T]):
    """``call(…)`` waits for the answer; ``await call.aio(…)`` is the same in an event loop."""

    def __init__(self, ways_out: WaysOut, work: Callable[P, Coroutine[Any, Any, T]]) -> None:
        self._ways_out = ways_out
        self._work = work
        self.__doc__ = work.__doc__
        self.__signature__ = inspect.signature(work)

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> T:
        return self._ways_out.run(self._work(*args, **kwargs))

    async def aio(self, *args: P.args, **kwargs: P.kwargs) -> T:
        return await self._work(*args, **kwargs)


class both_forms(Generic[S, P, T]):  # noqa: N801 - a decorator
    """Makes a coroutine of a resource a :class:`Call`."""

    def __init__(self, work: Callable[Concatenate[S, P], Coroutine[Any, Any, T]]) -> None:
        self._work = work
        self.__doc__ = work.__doc__

    @overload
    def __get__(self, of: None, owner: Type[S]) -> both_forms[S, P, T]: ...

    @overload
    def __get__(self, of: S, owner: Optional[Type[S]] = None) -> Call[P, T]: ...

    def __get__(self, of: Any, owner: Optional[Type[S]] = None) -> Any:
        if of is None:
            return self
        return Call(of._ways_out, self._work.__get__(of, owner))


def taking(given: Callable[P, G]) -> Callable[[Callable[[S, G], R]], Callable[Concatenate[S, P], R]]:
    """A method that takes the parameters of ``given``, and is handed what ``given`` makes of them."""

    def decorate(method: Callable[[S, G], R]) -> Callable[Concatenate[S, P], R]:
        def call(self: S, /, *args: P.args, **kwargs: P.kwargs) -> R:
            return method(self, given(*args, **kwargs))

        call.__module__ = method.__module__
        call.__name__ = method.__name__
        call.__qualname__ = method.__qualname__
        call.__doc__ = f"{method.__doc__}\n{given.__doc__ or ''}"
        itself = inspect.Parameter("self", inspect.Parameter.POSITIONAL_ONLY)
        taken, types = inspect.signature(given).parameters.values(), get_type_hints(given)
        call.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
            [itself, *(each.replace(annotation=types[each.name]) for each in taken)],
            return_annotation=get_type_hints(method)["return"],
        )
        return call

    return decorate
