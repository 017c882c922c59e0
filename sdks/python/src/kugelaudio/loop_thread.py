"""Calls that wait, for programs without an event loop: a loop in a thread of its own runs them."""

from __future__ import annotations

import asyncio
import concurrent.futures
import threading
from contextlib import suppress
from queue import SimpleQueue
from typing import AsyncIterator, Coroutine, Iterator, List, Optional, Protocol, TypeVar, Union

from .exceptions import ConnectionError, KugelAudioError

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

    def run(self, work: Coroutine[object, object, T]) -> T:
        """What a coroutine comes to. What interrupts the wait (Ctrl-C) cancels it."""
        future = self._begun(work)
        try:
            return future.result()
        except concurrent.futures.CancelledError:
            pass
        finally:
            future.cancel()
        raise _stopped()

    def iterate(self, items: ClosableIterator[T]) -> Iterator[T]:
        """The items one by one, as they come; leaving the loop ends their making."""
        # They are handed over as they come: to ask for each costs more than all else that is done with it.
        heard: SimpleQueue[Union[T, _End]] = SimpleQueue()
        making: List[asyncio.Task[None]] = []
        try:
            self.run(_begin(items, heard, making))
            while True:
                item = heard.get()
                if isinstance(item, _End):
                    making.clear()
                    if item.error is not None:
                        raise item.error
                    return
                yield item
        finally:
            for task in making:
                # A loop that is closed has ended it already.
                with suppress(RuntimeError):
                    task.get_loop().call_soon_threadsafe(task.cancel)
                while not isinstance(heard.get(), _End):
                    pass

    def stop(self, last: Coroutine[object, object, None]) -> None:
        """Ends the thread after a last work, and with an error whatever else is under way; another call starts it
        anew, also meanwhile."""
        with self._lock:
            loop = self._loop
            self._assert_outside(last)
            if loop is None:
                return last.close()
            self._loop = None
            ending = asyncio.run_coroutine_threadsafe(last, loop)
        try:
            ending.result()
        finally:
            loop.call_soon_threadsafe(loop.stop)

    def _begun(self, work: Coroutine[object, object, T]) -> concurrent.futures.Future[T]:
        # Under the lock: a loop that has been stopped would never begin it.
        with self._lock:
            self._assert_outside(work)
            if self._loop is None:
                loop = self._loop = asyncio.new_event_loop()
                threading.Thread(target=_run, args=(loop,), name="kugelaudio", daemon=True).start()
            return asyncio.run_coroutine_threadsafe(work, self._loop)

    def _assert_outside(self, work: Coroutine[object, object, object]) -> None:
        if self._loop is not None and self._loop is _running_loop():
            work.close()
            raise KugelAudioError("A call that waits was made inside of a callback: use the form with await")


class _End:
    """What comes after the last item."""

    def __init__(self, error: Optional[BaseException]) -> None:
        self.error = error


def _running_loop() -> Optional[asyncio.AbstractEventLoop]:
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None


def _stopped() -> ConnectionError:
    return ConnectionError("The client was closed", status_code=503)


async def _begin(
    items: ClosableIterator[T], heard: SimpleQueue[Union[T, _End]], making: List[asyncio.Task[None]]
) -> None:
    def end(task: asyncio.Task[None]) -> None:
        heard.put(_End(_stopped() if task.cancelled() else task.exception()))

    task = asyncio.ensure_future(_hand_over(items, heard))
    task.add_done_callback(end)
    making.append(task)


async def _hand_over(items: ClosableIterator[T], heard: SimpleQueue[Union[T, _End]]) -> None:
    try:
        while True:
            heard.put(await items.__anext__())
    except StopAsyncIteration:
        pass
    finally:
        await items.aclose()


def _run(loop: asyncio.AbstractEventLoop) -> None:
    asyncio.set_event_loop(loop)
    try:
        loop.run_forever()
    finally:
        # What ends may leave something that ends its socket.
        while left := asyncio.all_tasks(loop):
            for task in left:
                task.cancel()
            loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()


async def collected(items: AsyncIterator[T]) -> List[T]:
    """All items at once."""
    return [item async for item in items]
