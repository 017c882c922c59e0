"""Calls that wait, for programs without an event loop: a loop in a thread of its own runs them."""

from __future__ import annotations

import asyncio
import threading
from typing import AsyncIterator, Coroutine, Iterator, List, Optional, Protocol, TypeVar

from .exceptions import KugelAudioError

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


class ClosableIterator(Protocol[T_co]):
    """As an asynchronous generator."""

    async def __anext__(self) -> T_co: ...

    async def aclose(self) -> None: ...


class LoopThread:
    """Begins with the first call. Its sockets are kept between calls, whichever thread makes them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._loop: Optional[asyncio.AbstractEventLoop] = None

    @property
    def is_running(self) -> bool:
        return self._loop is not None

    def run(self, work: Coroutine[object, object, T]) -> T:
        """What a coroutine comes to. What interrupts the wait (Ctrl-C) cancels it."""
        loop = self._started()
        try:
            if asyncio.get_running_loop() is loop:
                work.close()
                raise KugelAudioError("A call that waits was made inside of a callback: use the form with await")
        except RuntimeError:
            pass
        future = asyncio.run_coroutine_threadsafe(work, loop)
        try:
            return future.result()
        finally:
            future.cancel()

    def iterate(self, items: ClosableIterator[T]) -> Iterator[T]:
        """The items one by one, none of which is None; leaving the loop ends their making."""
        try:
            while True:
                item = self.run(_next(items))
                if item is None:
                    return
                yield item
        finally:
            self.run(items.aclose())

    def stop(self) -> None:
        """Ends the thread; another call starts it anew."""
        with self._lock:
            loop, self._loop = self._loop, None
        if loop is not None:
            loop.call_soon_threadsafe(loop.stop)

    def _started(self) -> asyncio.AbstractEventLoop:
        with self._lock:
            if self._loop is None:
                loop = self._loop = asyncio.new_event_loop()
                threading.Thread(target=_run, args=(loop,), name="kugelaudio", daemon=True).start()
            return self._loop


def _run(loop: asyncio.AbstractEventLoop) -> None:
    asyncio.set_event_loop(loop)
    try:
        loop.run_forever()
    finally:
        left = asyncio.all_tasks(loop)
        for task in left:
            task.cancel()
        loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()


async def _next(items: ClosableIterator[T]) -> Optional[T]:
    try:
        return await items.__anext__()
    except StopAsyncIteration:
        return None


async def collected(items: AsyncIterator[T]) -> List[T]:
    """All items at once."""
    return [item async for item in items]
