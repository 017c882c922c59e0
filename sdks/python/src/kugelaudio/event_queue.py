"""Events that come when they come, read one after the other."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Callable, Deque, Generic, List, Optional, TypeVar

T = TypeVar("T")


class EventQueue(Generic[T]):
    """Ends with all that came before its end; then ``next`` answers None, or raises what it failed with, once.

    Belongs to one event loop.
    """

    def __init__(self) -> None:
        self._events: Deque[T] = deque()
        self._waiting: List[asyncio.Future[None]] = []
        self._has_ended = False
        self._error: Optional[BaseException] = None

    def push(self, event: T) -> None:
        if not self._has_ended:
            self._events.append(event)
            self._wake()

    def end(self, error: Optional[BaseException] = None) -> None:
        if not self._has_ended:
            self._has_ended, self._error = True, error
            self._wake()

    @property
    def has_event(self) -> bool:
        return bool(self._events)

    @property
    def is_over(self) -> bool:
        """Whether everything has been read."""
        return self._has_ended and not self._events

    async def next(self, is_enough: Callable[[], bool] = lambda: False) -> Optional[T]:
        """The next event, as soon as it has come; None too when there is none and it ``is_enough``."""
        while not self._events and not self._has_ended and not is_enough():
            waiting = asyncio.get_running_loop().create_future()
            self._waiting.append(waiting)
            await waiting
        if self._events:
            return self._events.popleft()
        if not self._has_ended:
            return None
        error, self._error = self._error, None
        if error is not None:
            raise error
        return None

    def _wake(self) -> None:
        for waiting in self._waiting:
            if not waiting.done():
                waiting.set_result(None)
        self._waiting.clear()
